//! What stands in other people's CI: the GitHub Action, the GitLab template and the pre-commit hooks, run here as far as a machine
//! without those services can: the action's own steps with its own expressions, GitHub's answers from a server on the loopback.
//!
//! Needs bash, git, jq, curl, shellcheck, and what `requirements.txt` names on the path.
#![allow(
    clippy::disallowed_methods,
    reason = "tests start programs and read and write files"
)]

mod action;
mod github;
mod gitlab;
mod precommit;
#[path = "../repository.rs"]
mod repository;
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cargo-spof");

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\n";
const USE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n";
const LOAD: &str =
    "pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n";
const SAVE: &str = "pub async fn save(c: &mut Conn) -> RedisResult<()> { c.set(\"k\", 1).await }\n";

/// The root of this repository.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// A command that finds the program under test on its path, before whatever else has its name.
fn command(program: &str) -> Command {
    let own = Path::new(PROGRAM).parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(own).chain(std::env::split_paths(&path));
    let mut command = Command::new(program);
    command.env("PATH", std::env::join_paths(dirs).expect("a path"));
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must succeed.
fn succeeds(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

#[test]
fn the_files_are_what_their_services_read() {
    let check = |schema: &str, more: &[&str], path: &Path| {
        let mut command = command("check-jsonschema");
        succeeds(
            command
                .args(["--builtin-schema", schema])
                .args(more)
                .arg(path),
        );
    };
    check("vendor.github-actions", &[], &root().join("action.yml"));
    // The schema knows the part behind the inputs.
    let dir = tempfile::tempdir().expect("a directory");
    let job = dir.path().join("job.yml");
    std::fs::write(&job, gitlab::template().1).expect("written");
    check("vendor.gitlab-ci", &["--data-transform", "gitlab-ci"], &job);
    succeeds(
        command("pre-commit")
            .arg("validate-manifest")
            .arg(root().join(".pre-commit-hooks.yaml")),
    );
    let scripts = std::fs::read_dir(root().join("ci/github")).expect("a folder");
    let scripts: Vec<PathBuf> = scripts.map(|it| it.expect("a file").path()).collect();
    assert!(scripts.len() >= 4);
    succeeds(command("shellcheck").args(scripts));
}
