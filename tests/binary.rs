//! Runs the binary. Every other test here goes through this file.

use serde::Deserialize;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run gave.
pub(crate) struct Run {
    /// What the shell would see.
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A line of `cargo spof sites --format json`, as far as the tests look at it.
#[derive(Debug, Deserialize)]
pub(crate) struct Site {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) start_line: u32,
    pub(crate) client: String,
    pub(crate) store: String,
    pub(crate) operation: String,
    pub(crate) class: String,
    pub(crate) flow: String,
}

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_cargo-spof");

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// `fixtures/NAME`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    root().join("fixtures").join(name)
}

/// Runs `cargo-spof` from the repository's root, without colour and the progress bar.
pub(crate) fn spof(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
    spof_in(&root(), args)
}

/// Runs `cargo-spof` from a directory.
pub(crate) fn spof_in(dir: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
    let mut command = Command::new(PROGRAM);
    command.current_dir(dir).args(args);
    run(command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE"))
}

/// The call sites of the workspace or package of `manifest`, all of which must have been read.
pub(crate) fn sites(manifest: &Path) -> Vec<Site> {
    listed(manifest, &[])
}

/// The call sites of whatever can be read of a workspace.
pub(crate) fn sites_of_what_is_read(manifest: &Path) -> Vec<Site> {
    listed(manifest, &["--allow-incomplete"])
}

fn listed(manifest: &Path, options: &[&str]) -> Vec<Site> {
    let mut args = vec![
        OsStr::new("sites"),
        OsStr::new("--format"),
        OsStr::new("json"),
    ];
    args.extend([OsStr::new("--manifest-path"), manifest.as_os_str()]);
    args.extend(options.iter().map(OsStr::new));
    let run = spof(args);
    assert_eq!(run.exit, Some(0), "{}: {}", manifest.display(), run.stderr);
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    run.stdout.lines().map(parse).collect()
}

impl fmt::Display for Site {
    /// `FILE:LINE CLIENT OPERATION CLASS FLOW`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            client,
            operation,
            class,
            flow,
            ..
        } = self;
        write!(f, "{file}:{line} {client} {operation} {class} {flow}")
    }
}

fn run(command: &mut Command) -> Run {
    let output = command.output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Run {
        exit: status.code(),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}
