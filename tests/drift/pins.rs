//! The published crates that the rules are checked against: what the manifests below `fixtures/catalogue` pin.
//!
//! In: those manifests, with everything that they need fetched. Out: [`Pins`], every package with its library and
//! its dependencies; a library is read when it is first asked for. Nothing is built.

use crate::members::ImplIndex;
use crate::source::{Source, Words};
use cargo_metadata::{Metadata, MetadataCommand, Package as MetaPackage, TargetKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// All packages, each version once.
#[derive(Default)]
pub(crate) struct Pins {
    pub(crate) packages: Vec<Package>,
}

pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The library's name.
    pub(crate) lib: SmolStr,
    /// Whether a `use` begins at the root of the crate.
    pub(crate) is_2015: bool,
    /// Whether a manifest names it.
    pub(crate) is_pinned: bool,
    deps: BTreeMap<SmolStr, usize>,
    dir: PathBuf,
    root: PathBuf,
    source: OnceLock<Source>,
    pub(crate) impls: OnceLock<ImplIndex>,
    words: OnceLock<Words>,
}

impl Pins {
    /// Asks cargo what the manifests pin.
    pub(crate) fn of(manifests: &[PathBuf]) -> Result<Self, String> {
        let mut pins = Self::default();
        let mut known = FxHashMap::default();
        for manifest in manifests {
            let options = ["--locked", "--offline", "--filter-platform", TARGET];
            let mut command = MetadataCommand::new();
            command.manifest_path(manifest);
            command.other_options(options.map(str::to_owned).to_vec());
            let metadata = command
                .exec()
                .map_err(|error| format!("{}: {error}", manifest.display()))?;
            pins.add(&metadata, &mut known);
        }
        Ok(pins)
    }

    /// A library that needs nothing, for tests.
    #[cfg(test)]
    pub(crate) fn single(name: &str, dir: &Path, root: &Path) -> Self {
        let package = Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            lib: SmolStr::new(name.replace('-', "_")),
            is_2015: false,
            is_pinned: true,
            deps: BTreeMap::new(),
            dir: dir.to_owned(),
            root: root.to_owned(),
            source: OnceLock::new(),
            impls: OnceLock::new(),
            words: OnceLock::new(),
        };
        Self {
            packages: vec![package],
        }
    }

    fn add(&mut self, metadata: &Metadata, known: &mut FxHashMap<String, usize>) {
        let Some(resolve) = &metadata.resolve else {
            return;
        };
        for package in &metadata.packages {
            if !known.contains_key(&package.id.repr) && package.source.is_some() {
                known.insert(package.id.repr.clone(), self.packages.len());
                self.packages.extend(self::package(package));
            }
        }
        for node in &resolve.nodes {
            let deps = node
                .deps
                .iter()
                .filter_map(|dep| Some((SmolStr::new(&dep.name), *known.get(&dep.pkg.repr)?)));
            let deps: BTreeMap<SmolStr, usize> = deps.collect();
            match known.get(&node.id.repr) {
                Some(&package) => self.packages[package].deps.extend(deps),
                None => deps
                    .values()
                    .for_each(|&dep| self.packages[dep].is_pinned = true),
            }
        }
    }

    /// The library of a package.
    pub(crate) fn source(&self, package: usize) -> &Source {
        let Package {
            lib,
            dir,
            root,
            source,
            ..
        } = &self.packages[package];
        source.get_or_init(|| Source::read(lib, dir, root))
    }

    /// The identifiers that macros of a package may make items of: its own macros, and those of other crates that it calls.
    pub(crate) fn words(&self, package: usize) -> &Words {
        self.packages[package].words.get_or_init(|| {
            let source = self.source(package);
            let mut words = source.words.clone();
            for (krate, name) in &source.foreign_macros {
                let (krate, name) = if krate.is_empty() {
                    let uses = source.modules.iter().flat_map(|module| &module.uses);
                    let mut imports = uses.filter(|it| it.name.as_ref() == Some(name));
                    let Some([krate, .., name]) = imports.find_map(|it| it.path.get(..)) else {
                        continue;
                    };
                    (krate, name)
                } else {
                    (krate, name)
                };
                let Some(krate) = self.named(package, krate) else {
                    continue;
                };
                let of = self.source(krate).macro_words.get(name);
                words.extend(of.into_iter().flatten().cloned());
            }
            words
        })
    }

    /// The packages that a package needs.
    pub(crate) fn needed_by(&self, package: usize) -> impl Iterator<Item = usize> {
        self.packages[package].deps.values().copied()
    }

    /// What a crate calls by this name: its dependency, or, where a feature that is off would bring it, the newest
    /// pinned library of the name.
    pub(crate) fn named(&self, package: usize, name: &str) -> Option<usize> {
        let dep = self.packages[package].deps.get(name).copied();
        dep.or_else(|| self.library(name))
    }

    /// The newest pinned library of a name.
    pub(crate) fn library(&self, name: &str) -> Option<usize> {
        let all = self.packages.iter().enumerate();
        all.filter(|(_, package)| package.lib == name)
            .max_by_key(|(_, package)| (package.is_pinned, version_key(&package.version)))
            .map(|(index, _)| index)
    }

    /// The pinned packages whose name fits.
    pub(crate) fn pinned(&self, fits: impl Fn(&str) -> bool) -> Vec<usize> {
        let all = self.packages.iter().enumerate();
        let mut found: Vec<usize> = all
            .filter(|(_, package)| package.is_pinned && fits(&package.name))
            .map(|(index, _)| index)
            .collect();
        let key = |&index: &usize| {
            let package = &self.packages[index];
            (package.name.clone(), version_key(&package.version))
        };
        found.sort_by_key(key);
        found
    }

    /// The number of libraries that were read.
    pub(crate) fn n_read(&self) -> usize {
        let read = self.packages.iter();
        read.filter(|package| package.source.get().is_some())
            .count()
    }
}

/// What is fetched is fetched for one platform.
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn package(package: &MetaPackage) -> Option<Package> {
    let kinds = [
        TargetKind::Lib,
        TargetKind::RLib,
        TargetKind::ProcMacro,
        TargetKind::CDyLib,
    ];
    let is_lib = |target: &&cargo_metadata::Target| target.kind.iter().any(|it| kinds.contains(it));
    let lib = package.targets.iter().find(is_lib);
    let dir = package.manifest_path.parent()?;
    Some(Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        lib: SmolStr::new(
            lib.map_or(package.name.as_str(), |lib| &lib.name)
                .replace('-', "_"),
        ),
        is_2015: package.edition.as_str() == "2015",
        is_pinned: false,
        deps: BTreeMap::new(),
        dir: dir.as_std_path().to_owned(),
        root: lib.map_or_else(PathBuf::new, |lib| lib.src_path.as_std_path().to_owned()),
        source: OnceLock::new(),
        impls: OnceLock::new(),
        words: OnceLock::new(),
    })
}

fn version_key(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').filter_map(|n| n.parse().ok()).collect()
}

/// The manifests below a folder.
pub(crate) fn manifests(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let manifest = entry?.path().join("Cargo.toml");
        if manifest.is_file() {
            found.push(manifest);
        }
    }
    found.sort();
    Ok(found)
}
