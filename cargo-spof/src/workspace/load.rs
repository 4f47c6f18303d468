//! From a directory to a [`Workspace`]: cargo's metadata, `Cargo.lock`, `spof.toml`.
//!
//! In: what the user asked for. Out: the workspace, or the one [`LoadError`] that says what failed
//! and what to do. Runs `cargo metadata` in the one form that runs nothing of the workspace's;
//! source files are read later, by [`super::modules`].

mod accepted;
mod cargo;
pub(super) mod disk;
mod layers;
mod manifests;
mod revision;
mod select;

pub use revision::{Revision, Which, revision};

use super::config::ConfigProblem;
use super::owners::{self, Owners};
use super::{Files, Locked, Problem, ProblemKind, Workspace};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The manifest, or its directory; without it, the nearest `Cargo.toml` upward from here.
    pub manifest_path: Option<PathBuf>,
    /// The members whose findings are wanted, as names or globs; none: all of them.
    pub packages: Vec<String>,
    /// The members whose findings are not wanted, as names or globs.
    pub exclude: Vec<String>,
    /// Whether tests, benches, examples, build scripts and dev-only packages are analysed too.
    pub all_targets: bool,
    /// The names that `[lints]` of `spof.toml` may use.
    pub lints: &'static [&'static str],
    /// Which baseline is read.
    pub baseline: WhichBaseline,
}

/// Which baseline is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WhichBaseline {
    /// None: nothing is accepted.
    #[default]
    None,
    /// The one that `[gate]` names, which must be there; else the one beside the manifest, if there is one.
    Configured,
    /// This one, else the one that `[gate]` names or the one beside the manifest; if there is one.
    IfThere(Option<PathBuf>),
    /// This one, which must be there.
    At(PathBuf),
}

/// Why there is no workspace to analyse.
#[derive(Clone, Debug, PartialEq)]
pub enum LoadError {
    /// There is no manifest.
    NoManifest {
        /// Where it was looked for.
        at: PathBuf,
        /// Whether the directories above were looked at as well.
        upward: bool,
    },
    /// Cargo could not be started.
    NoCargo {
        /// The program.
        program: PathBuf,
        /// The system's answer.
        why: String,
    },
    /// Cargo does not understand the workspace.
    Metadata {
        /// The manifest.
        manifest: PathBuf,
        /// Cargo's own message, without its frame.
        message: String,
    },
    /// A file that must be read cannot be.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: ProblemKind,
    },
    /// `-p` or `--exclude` names no member.
    UnknownPackage {
        /// What was written.
        name: String,
        /// Members of similar names, or all of them where there are few.
        near: Vec<String>,
    },
    /// `--exclude` leaves nothing.
    NothingSelected,
    /// No git repository with a work tree is around the manifest.
    NoRepository {
        /// The manifest.
        at: PathBuf,
    },
    /// A revision cannot be read.
    Revision {
        /// What was written.
        name: String,
        /// What git's objects say.
        why: String,
        /// Whether the clone lacks history.
        is_shallow: bool,
    },
    /// The baseline that was asked for is not there.
    NoBaseline {
        /// Where it was looked for.
        at: PathBuf,
    },
    /// A configuration file is wrong.
    Config {
        /// The files that the problems' places are in.
        files: Files,
        /// All problems, by place.
        problems: Vec<ConfigProblem>,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest { at, upward: false } => {
                write!(f, "there is no manifest at `{}`", at.display())
            }
            Self::NoManifest { at, .. } => {
                write!(f, "there is no `Cargo.toml` in `{}` or above", at.display())
            }
            Self::NoCargo { program, why } => {
                write!(f, "`{}` does not start: {why}", program.display())
            }
            Self::Metadata { manifest, message } => {
                write!(f, "cargo rejects `{}`: {message}", manifest.display())
            }
            Self::Unreadable { path, why } => write!(f, "`{}`: {why}", path.display()),
            Self::UnknownPackage { name, .. } => {
                write!(f, "no package of the workspace is called `{name}`")
            }
            Self::NothingSelected => f.write_str("every package of the workspace is excluded"),
            Self::NoRepository { at } => {
                write!(
                    f,
                    "`{}` is in no git repository with a work tree",
                    at.display()
                )
            }
            Self::Revision { name, why, .. } => {
                write!(f, "the revision `{name}` cannot be read: {why}")
            }
            Self::NoBaseline { at } => write!(f, "there is no baseline at `{}`", at.display()),
            Self::Config { problems, .. } => {
                write!(f, "the configuration has {} problem(s)", problems.len())
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl LoadError {
    /// The next step, as a phrase.
    pub fn next_step(&self) -> String {
        match self {
            Self::NoManifest { .. } => {
                "run it in a Cargo workspace, or name one: --manifest-path".to_owned()
            }
            Self::NoCargo { .. } => "install cargo, or name it in the variable `CARGO`".to_owned(),
            Self::Metadata { .. } => {
                "repair the manifest until `cargo metadata --no-deps` accepts it".to_owned()
            }
            Self::Unreadable { .. } => {
                "make it a readable UTF-8 file inside the workspace".to_owned()
            }
            Self::UnknownPackage { near, .. } if near.is_empty() => {
                "name a member, or write a glob".to_owned()
            }
            Self::UnknownPackage { near, .. } => format!("there is {}", near.join(", ")),
            Self::NothingSelected => "exclude fewer packages".to_owned(),
            Self::NoRepository { .. } => "run it in a clone, where the base is known".to_owned(),
            Self::Revision {
                is_shallow: true, ..
            } => "this clone lacks history: fetch the base (`git fetch --unshallow`; `fetch-depth: 0` of actions/checkout)".to_owned(),
            Self::Revision { .. } => {
                "name a commit, branch or tag that this clone has: `git fetch`".to_owned()
            }
            Self::NoBaseline { .. } => {
                "create it with `cargo spof baseline`, and commit it".to_owned()
            }
            Self::Config { .. } => "repair the places shown".to_owned(),
        }
    }
}

/// Loads the workspace that a manifest belongs to. No source file is read yet.
///
/// # Errors
///
/// A [`LoadError`], where there is no manifest, cargo rejects it, a package is unknown or
/// `spof.toml` is wrong.
pub fn load(options: &LoadOptions) -> Result<Workspace, LoadError> {
    let manifest = manifest(options.manifest_path.as_deref())?;
    let cargo::Metadata {
        root,
        target_dir,
        mut packages,
    } = cargo::metadata(&manifest)?;
    select::mark(&mut packages, &options.packages, &options.exclude)?;
    let mut layers = layers::read(&root, &packages, options.lints)?;
    let baseline = accepted::read(&root, &mut layers, &options.baseline)?;
    manifests::place(&root, &mut packages, &mut layers.files);
    let (locked, problem) = locked(&root);
    Ok(Workspace {
        packages,
        config: layers.config,
        package_configs: layers.package_configs,
        layers: layers.chain,
        files: layers.files,
        rule_files: layers.rule_files,
        baseline,
        locked,
        in_repository: in_repository(&root),
        owners: owners(&root),
        all_targets: options.all_targets,
        problems: problem.into_iter().collect(),
        root,
        target_dir,
    })
}

/// The manifest's absolute path.
fn manifest(wanted: Option<&Path>) -> Result<PathBuf, LoadError> {
    let Some(path) = wanted else {
        return nearest_manifest();
    };
    let path = if disk::is_dir(path) {
        path.join("Cargo.toml")
    } else {
        path.to_owned()
    };
    let missing = LoadError::NoManifest {
        at: path.clone(),
        upward: false,
    };
    match std::path::absolute(&path) {
        Ok(absolute) if disk::is_file(&absolute) => Ok(absolute),
        _ => Err(missing),
    }
}

/// The first `Cargo.toml` from the current directory upward.
#[expect(
    clippy::disallowed_methods,
    reason = "loading begins where the user is"
)]
fn nearest_manifest() -> Result<PathBuf, LoadError> {
    let here = std::env::current_dir().map_err(|error| LoadError::Unreadable {
        path: PathBuf::from("."),
        why: ProblemKind::Unreadable(error.to_string()),
    })?;
    here.ancestors()
        .map(|dir| dir.join("Cargo.toml"))
        .find(|path| disk::is_file(path))
        .ok_or(LoadError::NoManifest {
            at: here.clone(),
            upward: true,
        })
}

#[derive(serde::Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(serde::Deserialize)]
struct LockedPackage {
    name: String,
    version: cargo_metadata::semver::Version,
    /// `name`, `name version` or `name version (source)`.
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The packages in `Cargo.lock`. A workspace without one is whole; one that cannot be
/// read is a problem.
fn locked(root: &Path) -> (BTreeMap<String, Locked>, Option<Problem>) {
    match lock(root) {
        Ok(lock) => (by_name(lock), None),
        Err(ProblemKind::Missing) => (BTreeMap::new(), None),
        Err(what) => (
            BTreeMap::new(),
            Some(Problem::of("Cargo.lock".to_owned(), what)),
        ),
    }
}

fn lock(root: &Path) -> Result<Lock, ProblemKind> {
    let path = disk::Fence::new([root]).admit(&root.join("Cargo.lock"))?;
    let text = disk::read_text(&path)?;
    toml::from_str(&text).map_err(|error| ProblemKind::Malformed(error.message().to_owned()))
}

/// The way to a directory from the root of its repository, which is where `.git` lies.
fn in_repository(root: &Path) -> String {
    let has_git = |dir: &&Path| disk::exists(&dir.join(".git"));
    let Some(repository) = root.ancestors().find(has_git) else {
        return String::new();
    };
    let way = root.strip_prefix(repository).unwrap_or(Path::new(""));
    let names = way.components().map(|it| it.as_os_str().to_string_lossy());
    names.map(|name| name.into_owned() + "/").collect()
}

/// The workspace's `CODEOWNERS`; nobody's where there is none that can be read.
fn owners(root: &Path) -> Owners {
    let fence = disk::Fence::new([root]);
    let paths = owners::PLACES.iter().map(|place| root.join(place));
    let texts = paths.map(|path| disk::read_text(&fence.admit(&path)?));
    let text = texts.into_iter().find_map(Result::ok);
    text.map(|text| Owners::parse(&text)).unwrap_or_default()
}

fn by_name(mut lock: Lock) -> BTreeMap<String, Locked> {
    lock.package.sort_by(|a, b| a.version.cmp(&b.version));
    let mut packages: BTreeMap<String, Locked> = BTreeMap::new();
    for package in lock.package {
        let of_name = packages.entry(package.name).or_default();
        of_name.versions.push(package.version.to_string());
        let names = package.dependencies.iter();
        let names = names.filter_map(|needed| needed.split(' ').next());
        of_name.dependencies.extend(names.map(str::to_owned));
    }
    packages
}

#[cfg(test)]
mod tests;
