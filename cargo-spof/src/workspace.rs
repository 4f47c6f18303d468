//! What is analysed: packages, targets, dependencies, configuration and the table of files.
//!
//! Data only. [`load`] fills it, [`modules`] reads the source files; those two (through
//! `load/disk.rs` and `load/cargo.rs`) are the library's only input, and nothing in here writes.

pub mod baseline;
mod beside;
pub mod config;
mod judged;
pub mod load;
pub mod modules;
pub mod owners;

use self::baseline::Baseline;
use self::owners::Owners;
use crate::span::{FileId, LineCol, LineIndex, Place};
use config::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A loaded workspace.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The directory of the workspace's manifest: absolute, links resolved.
    pub root: PathBuf,
    /// Where cargo puts what it builds: absolute, links resolved.
    pub target_dir: PathBuf,
    /// The members, by name.
    pub packages: Vec<Package>,
    /// `spof.toml` with what it extends; the default where there is none.
    pub config: Config,
    /// The configuration of single packages, by their names: levels and declarations, over the workspace's.
    pub package_configs: BTreeMap<String, Config>,
    /// The files of the configuration: the workspace's, then what it extends, then the packages'.
    pub layers: Vec<Layer>,
    /// The files read so far: `spof.toml`, what it extends, the user's rule files, the members' manifests.
    pub files: Files,
    /// The findings that are accepted, where there is a baseline that was asked for.
    pub baseline: Option<Baseline>,
    /// The rule files that [`Config::clients`] names, in the order of their paths.
    pub rule_files: Vec<FileId>,
    /// The packages of `Cargo.lock` by name; empty without a lock file.
    pub locked: BTreeMap<String, Locked>,
    /// The way from the root of the repository to `root`, with a `/` behind; empty where they are the same, or there is no repository.
    pub in_repository: String,
    /// Who answers for files, by `CODEOWNERS`; relative to `root`.
    pub owners: Owners,
    /// Whether tests, benches, examples, build scripts and dev-only packages were asked for.
    pub all_targets: bool,
    /// What could not be read without making the load fail.
    pub problems: Vec<Problem>,
}

/// One file of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The file.
    pub file: FileId,
    /// What it speaks for.
    pub of: LayerOf,
}

/// What a file of the configuration speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerOf {
    /// Every workspace that extends it.
    Organisation,
    /// The workspace.
    Workspace,
    /// The package of this name.
    Package(String),
}

/// A package of `Cargo.lock`: all versions of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// Its versions, ascending.
    pub versions: Vec<String>,
    /// The names of the packages that one of them needs.
    pub dependencies: BTreeSet<String>,
}

/// A member of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// How cargo tells it from others.
    pub id: String,
    /// Its name, as in the manifest.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its edition: `2015`, `2018`, `2021`, `2024`.
    pub edition: String,
    /// The directory of its manifest, absolute.
    pub dir: PathBuf,
    /// Its manifest, absolute.
    pub manifest_path: PathBuf,
    /// Its targets, in cargo's order.
    pub targets: Vec<Target>,
    /// Its dependencies, in cargo's order; one crate may stand here under several kinds.
    pub dependencies: Vec<Dependency>,
    /// Whether findings in it are wanted. All members are read, so that calls resolve.
    pub is_selected: bool,
    /// Whether other members need it for their tests only. Such a package has no binary.
    pub is_dev_only: bool,
}

/// What cargo builds from one root file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The crate's name, `-` replaced by `_`.
    pub name: String,
    /// The name as in the manifest: what a binary's file is called.
    pub manifest_name: String,
    /// What it is.
    pub kind: TargetKind,
    /// Its root file, absolute.
    pub root: PathBuf,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library of any crate type but `proc-macro`.
    Lib,
    /// A binary.
    Bin,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// An example.
    Example,
    /// `build.rs`.
    BuildScript,
    /// A library of procedural macros.
    ProcMacro,
}

impl TargetKind {
    /// Whether its code runs in a service. Tests, benches, examples and build scripts do not;
    /// of procedural macros the names are needed.
    pub fn is_shipped(self) -> bool {
        matches!(self, Self::Lib | Self::Bin | Self::ProcMacro)
    }
}

/// A dependency as a manifest writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name.
    pub package: String,
    /// The name that code uses: the rename, else the library's name where the package is a
    /// member, else the package's name; `-` replaced by `_`.
    // Imprecise: a registry package whose library has another name is known by its package name
    // (`cargo metadata --no-deps` does not say); the rule files' `extern` key repairs that. Test:
    // `a_member_is_known_by_the_name_of_its_library`.
    pub extern_name: String,
    /// What it is needed for.
    pub kind: DependencyKind,
    /// Whether a feature turns it on.
    pub optional: bool,
    /// Its directory, where it is a path dependency.
    pub path: Option<PathBuf>,
    /// The version requirement.
    pub req: String,
    /// Where the manifest names it; not for development and build dependencies.
    pub place: Option<Place>,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// The package itself.
    Normal,
    /// Its tests, benches and examples.
    Dev,
    /// Its build script.
    Build,
}

impl Workspace {
    /// Whether a target of a package is analysed: shipped code of packages that are more than
    /// test support, and everything where all targets were asked for.
    pub fn is_read(&self, package: &Package, target: &Target) -> bool {
        self.all_targets || (target.kind.is_shipped() && !package.is_dev_only)
    }

    /// The root files of all targets that are analysed, sorted, each once.
    pub fn roots(&self) -> Vec<PathBuf> {
        let mut roots: Vec<PathBuf> = self
            .targets()
            .filter(|(package, target)| self.is_read(package, target))
            .map(|(_, target)| target.root.clone())
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// The number of targets that are left out because nobody asked for them.
    pub fn n_targets_left_out(&self) -> usize {
        self.targets()
            .filter(|(package, target)| !self.is_read(package, target))
            .count()
    }

    /// The member of this name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    fn targets(&self) -> impl Iterator<Item = (&Package, &Target)> {
        self.packages
            .iter()
            .flat_map(|package| package.targets.iter().map(move |target| (package, target)))
    }
}

impl Package {
    /// Its library, macros included.
    pub fn lib(&self) -> Option<&Target> {
        self.targets
            .iter()
            .find(|target| matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro))
    }
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its index in the table.
    pub id: FileId,
    /// Its path relative to the workspace root, with `/`; begins with `..` outside of it.
    pub path: String,
    /// Its text, byte for byte as on disk (with byte order mark, `\r\n`, `#!`).
    pub text: Arc<str>,
    /// Where its lines begin.
    pub lines: LineIndex,
}

impl SourceFile {
    /// Whether it is Rust, not configuration.
    pub fn is_rust(&self) -> bool {
        let extension = self.path.rsplit_once('.').map(|(_, extension)| extension);
        extension == Some("rs")
    }
}

/// The table of files that were read. A [`FileId`] is an index into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    list: Vec<SourceFile>,
}

impl Files {
    /// Adds a file and gives its id.
    pub fn push(&mut self, path: String, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let lines = LineIndex::new(&text);
        self.list.push(SourceFile {
            id,
            path,
            text,
            lines,
        });
        id
    }

    /// The file with this id, if it is of this table.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.list.get(id.0 as usize)
    }

    /// All files, by id.
    pub fn iter(&self) -> std::slice::Iter<'_, SourceFile> {
        self.list.iter()
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text at a place; empty where the place is not of this table.
    pub fn text(&self, place: Place) -> &str {
        self.get(place.file)
            .map_or("", |file| place.span.text(&file.text))
    }

    /// Line and column of a place's beginning.
    pub fn line_col(&self, place: Place) -> Option<LineCol> {
        let file = self.get(place.file)?;
        Some(file.lines.line_col(&file.text, place.span.start))
    }
}

impl<'a> IntoIterator for &'a Files {
    type Item = &'a SourceFile;
    type IntoIter = std::slice::Iter<'a, SourceFile>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A file that is not analysed, and why. Such a problem makes a run incomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's path, relative to the workspace root.
    pub path: String,
    /// What is wrong with it.
    pub what: ProblemKind,
    /// The `mod` that names it, where there is one.
    pub place: Option<Place>,
}

/// Why a file is not analysed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Nothing is there.
    Missing,
    /// Both `name.rs` and `name/mod.rs` are there; the first one is read.
    Ambiguous,
    /// It lies outside of the workspace, directly or through a link. It is not opened.
    Outside,
    /// It is a directory, a pipe or a device.
    NotAFile,
    /// It has more bytes than the bound.
    TooLarge,
    /// It is not UTF-8; the byte at which that shows.
    NotUtf8(usize),
    /// It is a module of itself.
    Cycle,
    /// It lies below more modules than the bound.
    TooDeep,
    /// It is named again where the tree of modules has already more members than the bound.
    TooMany,
    /// The system refuses it.
    Unreadable(String),
    /// It is not what it should be: a lock file that is no TOML.
    Malformed(String),
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phrase = match self {
            Self::Missing => "there is no such file",
            Self::Ambiguous => "both `name.rs` and `name/mod.rs` are there",
            Self::Outside => "it lies outside of the workspace",
            Self::NotAFile => "it is not a regular file",
            Self::TooLarge => "it is larger than 4 MiB",
            Self::Cycle => "it is a module of itself",
            Self::TooDeep => "its modules are nested too deep",
            Self::TooMany => "the workspace has too many modules to read it twice",
            Self::NotUtf8(at) => return write!(f, "it is not UTF-8 (byte {at})"),
            Self::Unreadable(why) => return write!(f, "it cannot be read: {why}"),
            Self::Malformed(why) => return write!(f, "it is malformed: {why}"),
        };
        f.write_str(phrase)
    }
}

impl ProblemKind {
    /// The next step, as a phrase.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Missing => "create the file, or remove what names it",
            Self::Ambiguous => "remove one of them",
            Self::Outside => "move it into the workspace, or go on without it: --allow-incomplete",
            Self::NotAFile => "put a regular file there",
            Self::TooLarge => "split it, or go on without it: --allow-incomplete",
            Self::NotUtf8(_) => "save it as UTF-8, as rustc wants it",
            Self::Cycle => "remove the `mod` that leads back",
            Self::TooDeep | Self::TooMany => "go on without it: --allow-incomplete",
            Self::Unreadable(_) => "make it readable to who runs this",
            Self::Malformed(_) => "repair it",
        }
    }
}

impl Problem {
    /// A problem that no `mod` is to blame for.
    pub fn of(path: String, what: ProblemKind) -> Self {
        Self {
            path,
            what,
            place: None,
        }
    }
}
