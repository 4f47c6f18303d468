//! Compiling: cargo with this program as the compiler of the workspace's members.
//!
//! Each member is compiled twice: once as cargo asks, once more to print its MIR.

use cargo_metadata::MetadataCommand;
use std::collections::BTreeSet;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

/// Set for the compiler: the folder for the MIR.
pub(crate) const FOLDER: &str = "SPOF_ORACLE_FOLDER";

/// What makes rustc print MIR: unoptimised, with spans and whole paths.
const OPTIONS: [&str; 4] = [
    "-Zunpretty=mir",
    "-Zmir-include-spans=on",
    "-Zmir-opt-level=0",
    "-Ztrim-diagnostic-paths=no",
];

/// The folder of the workspace.
pub(crate) fn root(manifest: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(manifest).no_deps().exec()?;
    Ok(metadata.workspace_root.into_std_path_buf())
}

/// The names of all crates that the workspace is built from, its own not among them.
pub(crate) fn externs(manifest: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut command = MetadataCommand::new();
    command.other_options(["--all-features".to_owned()]);
    let metadata = command.manifest_path(manifest).exec()?;
    let own = |id| metadata.workspace_members.contains(id);
    let others = metadata.packages.iter().filter(|it| !own(&it.id));
    let libs = others.flat_map(|it| &it.targets).filter(|it| it.is_lib());
    let language = ["std", "core", "alloc"].map(str::to_owned);
    let names = libs.map(|it| it.name.replace('-', "_"));
    Ok(names.chain(language).collect())
}

/// The MIR of each of the workspace's targets.
pub(crate) fn mir(
    manifest: &Path,
    target: &Path,
    options: &[String],
) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = target.join("oracle");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    // What is fresh is not compiled, and leaves no MIR.
    for package in members(manifest)? {
        let mut clean = cargo("clean", manifest, target);
        clean.args(["-p", &package]).stderr(Stdio::null());
        clean.status()?;
    }
    let mut check = cargo("check", manifest, target);
    check.args(options);
    check.env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?);
    check.env(FOLDER, &folder);
    if !check.status()?.success() {
        return Err("the workspace does not compile".into());
    }
    let mut texts = Vec::new();
    for entry in fs::read_dir(&folder)? {
        texts.push(fs::read_to_string(entry?.path())?);
    }
    Ok(texts)
}

fn members(manifest: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(manifest).no_deps().exec()?;
    Ok(metadata
        .packages
        .iter()
        .map(|it| it.id.repr.clone())
        .collect())
}

fn cargo(verb: &str, manifest: &Path, target: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(verb).arg("--manifest-path").arg(manifest);
    command.arg("--target-dir").arg(target);
    command
}

/// What this program does in place of rustc: the first argument is rustc, the others are its own.
pub(crate) fn as_rustc(folder: &Path) -> ExitCode {
    let mut args = env::args_os().skip(1);
    let rustc = args.next().unwrap_or_else(|| "rustc".into());
    let mut args: Vec<OsString> = args.collect();
    // What a published crate's own lints say today is not our question.
    args.extend(["--cap-lints", "warn"].map(OsString::from));
    let status = Command::new(&rustc).args(&args).status();
    let is_built = status.is_ok_and(|status| status.success());
    if !is_built {
        return ExitCode::FAILURE;
    }
    let name = args.iter().skip_while(|arg| *arg != "--crate-name").nth(1);
    let name = name.map(|name| name.display().to_string());
    let Some(name) = name.filter(|it| it != "___" && !it.starts_with("build_script_")) else {
        return ExitCode::SUCCESS;
    };
    let mut again = Command::new(&rustc);
    again.args(&args).args(OPTIONS).env("RUSTC_BOOTSTRAP", "1");
    let printed = again.stderr(Stdio::null()).output();
    let printed = printed.map(|it| it.stdout).unwrap_or_default();
    let file = folder.join(format!("{name}-{}.mir", std::process::id()));
    match fs::write(file, printed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
