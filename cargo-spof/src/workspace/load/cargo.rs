//! `cargo metadata`, in the form that runs nothing of the workspace's.
//!
//! `--no-deps` needs no compiler and no lock file; the child starts in the file system's root, so
//! that neither a toolchain file nor a `.cargo/config.toml` of the workspace is found, and without
//! the variables that name compilers and wrappers.

use super::super::{Dependency, DependencyKind, Package, Target, TargetKind};
use super::{LoadError, disk};
use cargo_metadata as cm;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Variables that name programs to run.
const PROGRAMS: [&str; 8] = [
    "RUSTC",
    "RUSTDOC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTDOC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
];

/// What cargo says of a workspace.
pub(super) struct Metadata {
    /// Its root.
    pub(super) root: PathBuf,
    /// Where cargo writes.
    pub(super) target_dir: PathBuf,
    /// The members, by name.
    pub(super) packages: Vec<Package>,
}

/// Asks cargo of the workspace of a manifest.
pub(super) fn metadata(manifest: &Path) -> Result<Metadata, LoadError> {
    let output = run(manifest)?;
    let rejected = |message: String| LoadError::Metadata {
        manifest: manifest.to_owned(),
        message,
    };
    if !output.status.success() {
        return Err(rejected(readable(&String::from_utf8_lossy(&output.stderr))));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let metadata = cm::MetadataCommand::parse(text.trim())
        .map_err(|error| rejected(format!("its answer is not understood: {error}")))?;
    let real = |path: &Path| disk::real(path).unwrap_or_else(|_| path.to_owned());
    Ok(Metadata {
        root: real(metadata.workspace_root.as_std_path()),
        target_dir: real(metadata.target_directory.as_std_path()),
        packages: packages(&metadata),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo names itself to its subcommands"
)]
fn run(manifest: &Path) -> Result<Output, LoadError> {
    let program = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut command = cm::MetadataCommand::new();
    command
        .cargo_path(&program)
        .manifest_path(manifest)
        .no_deps()
        .other_options(["--offline".to_owned()])
        .current_dir(neutral_dir(manifest))
        .env("CARGO_TERM_COLOR", "never");
    for variable in PROGRAMS {
        command.env_remove(variable);
    }
    command
        .cargo_command()
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| LoadError::NoCargo {
            program,
            why: error.to_string(),
        })
}

/// The root of the file system that the manifest is on.
fn neutral_dir(manifest: &Path) -> &Path {
    manifest.ancestors().last().unwrap_or(manifest)
}

/// Cargo's error without `error:`, `Caused by:` and empty lines. What stands in a manifest may be
/// quoted in it, so control characters are dropped.
fn readable(stderr: &str) -> String {
    let is_noise = |line: &&str| line.is_empty() || *line == "Caused by:";
    let lines = stderr
        .lines()
        .map(str::trim_end)
        .skip_while(|line| !line.starts_with("error"));
    let lines: Vec<String> = lines
        .filter(|line| !is_noise(line))
        .map(readable_line)
        .collect();
    let message = lines.join("\n");
    if message.is_empty() {
        "it gives no reason".to_owned()
    } else {
        message
    }
}

fn readable_line(line: &str) -> String {
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    // Cargo writes places relative to its own directory, which is the root.
    match line.split_once("--> ") {
        Some((indent, place))
            if cfg!(unix) && indent.trim().is_empty() && !place.starts_with('/') =>
        {
            format!("{indent}--> /{place}")
        }
        _ => line.to_owned(),
    }
}

fn packages(metadata: &cm::Metadata) -> Vec<Package> {
    let members = metadata.workspace_packages();
    let libs: BTreeMap<PathBuf, String> =
        members.iter().filter_map(|member| lib_of(member)).collect();
    let mut packages: Vec<Package> = members
        .iter()
        .map(|member| package(member, &libs))
        .collect();
    packages.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
    packages
}

/// A member's directory and the name of its library.
fn lib_of(member: &cm::Package) -> Option<(PathBuf, String)> {
    let lib = member.targets.iter().find(|target| {
        let kind = target_kind(target);
        matches!(kind, TargetKind::Lib | TargetKind::ProcMacro)
    })?;
    Some((dir_of(member), crate_name(&lib.name)))
}

fn dir_of(package: &cm::Package) -> PathBuf {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest).to_owned()
}

fn package(package: &cm::Package, libs: &BTreeMap<PathBuf, String>) -> Package {
    Package {
        id: package.id.repr.clone(),
        name: package.name.to_string(),
        version: package.version.to_string(),
        edition: package.edition.as_str().to_owned(),
        dir: dir_of(package),
        manifest_path: package.manifest_path.clone().into_std_path_buf(),
        targets: package.targets.iter().map(target).collect(),
        dependencies: package
            .dependencies
            .iter()
            .map(|d| dependency(d, libs))
            .collect(),
        is_selected: true,
        is_dev_only: false,
    }
}

fn target(target: &cm::Target) -> Target {
    Target {
        name: crate_name(&target.name),
        manifest_name: target.name.clone(),
        kind: target_kind(target),
        root: target.src_path.clone().into_std_path_buf(),
    }
}

fn target_kind(target: &cm::Target) -> TargetKind {
    let kinds = target.kind.iter().map(|kind| match kind {
        cm::TargetKind::Bin => TargetKind::Bin,
        cm::TargetKind::Test => TargetKind::Test,
        cm::TargetKind::Bench => TargetKind::Bench,
        cm::TargetKind::Example => TargetKind::Example,
        cm::TargetKind::CustomBuild => TargetKind::BuildScript,
        cm::TargetKind::ProcMacro => TargetKind::ProcMacro,
        _ => TargetKind::Lib,
    });
    kinds.max().unwrap_or(TargetKind::Lib)
}

fn dependency(dependency: &cm::Dependency, libs: &BTreeMap<PathBuf, String>) -> Dependency {
    let path = dependency
        .path
        .clone()
        .map(cm::camino::Utf8PathBuf::into_std_path_buf);
    let rename = dependency.rename.as_deref().map(crate_name);
    let lib = path.as_ref().and_then(|path| libs.get(path).cloned());
    Dependency {
        package: dependency.name.clone(),
        extern_name: rename
            .or(lib)
            .unwrap_or_else(|| crate_name(&dependency.name)),
        kind: match dependency.kind {
            cm::DependencyKind::Development => DependencyKind::Dev,
            cm::DependencyKind::Build => DependencyKind::Build,
            _ => DependencyKind::Normal,
        },
        optional: dependency.optional,
        path,
        req: dependency.req.to_string(),
        place: None,
    }
}

fn crate_name(name: &str) -> String {
    name.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn the_frame_of_cargo_and_control_characters_are_dropped() {
        let stderr = "warning: x\nerror: failed to load `a`\n\nCaused by:\n  no \u{1b}[31mfile\n";
        assert_eq!(readable(stderr), "failed to load `a`\n  no [31mfile");
    }
}
