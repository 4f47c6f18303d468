//! `spof.toml`, the files that it extends, and the rule files that they name.
//!
//! In: the workspace's root and members. Out: one configuration and those of single packages, or all problems of all layers at
//! once. A layer may lie in the workspace or in a directory above it; a rule file must lie in the
//! workspace or below the layer that names it; a package's file lies beside its manifest.

use super::super::config::{self, Config, ConfigProblem, Spanned};
use super::super::{Files, Layer, LayerOf, Package, ProblemKind};
use super::{LoadError, disk};
use crate::span::FileId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The most layers; a longer chain is a mistake.
const MAX_LAYERS: usize = 8;

/// What was read.
#[derive(Default)]
pub(super) struct Layers {
    /// The layers and the rule files.
    pub(super) files: Files,
    /// All layers as one.
    pub(super) config: Config,
    /// The configuration of single packages.
    pub(super) package_configs: BTreeMap<String, Config>,
    /// The layers themselves.
    pub(super) chain: Vec<Layer>,
    /// The rule files.
    pub(super) rule_files: Vec<FileId>,
}

/// Reads `spof.toml`, everything it names, and the packages' own.
pub(super) fn read(root: &Path, packages: &[Package], lints: &[&str]) -> Result<Layers, LoadError> {
    let mut reader = Reader {
        root,
        lints,
        layers: Layers::default(),
        rules: BTreeSet::new(),
        seen: Vec::new(),
        problems: Vec::new(),
    };
    if let Some((path, text)) = beside(root, root)? {
        reader.read_chain(path, text);
    }
    for package in packages.iter().filter(|it| it.dir != root) {
        if let Some((path, text)) = beside(root, &package.dir)? {
            reader.read_package(&package.name, &path, &text);
        }
    }
    reader.finish()
}

/// The `spof.toml` of a directory, if there is one.
fn beside(root: &Path, dir: &Path) -> Result<Option<(PathBuf, String)>, LoadError> {
    let path = dir.join("spof.toml");
    if !disk::exists(&path) {
        return Ok(None);
    }
    let unreadable = |why| LoadError::Unreadable {
        path: path.clone(),
        why,
    };
    let fence = disk::Fence::new([root, dir]);
    let real = fence.admit(&path).map_err(unreadable)?;
    let text = disk::read_text(&real).map_err(unreadable)?;
    Ok(Some((real, text)))
}

struct Reader<'a> {
    root: &'a Path,
    lints: &'a [&'a str],
    layers: Layers,
    rules: BTreeSet<PathBuf>,
    seen: Vec<PathBuf>,
    problems: Vec<ConfigProblem>,
}

impl Reader<'_> {
    /// Reads a layer and those below it, and lays them over each other.
    fn read_chain(&mut self, path: PathBuf, text: String) {
        let mut next = Some((path, text));
        while let Some((path, text)) = next {
            let of = if self.seen.is_empty() {
                LayerOf::Workspace
            } else {
                LayerOf::Organisation
            };
            let layer = self.read_layer(&path, &text, of);
            let dir = path.parent().unwrap_or(self.root).to_owned();
            self.seen.push(path);
            for pattern in &layer.clients {
                self.add_rules(&dir, pattern);
            }
            next = layer
                .extends
                .as_ref()
                .and_then(|extends| self.follow(&dir, extends));
            let above = std::mem::take(&mut self.layers.config);
            let extends = above.extends.clone().or_else(|| layer.extends.clone());
            self.layers.config = Config {
                extends,
                ..above.over(layer)
            };
        }
    }

    fn read_package(&mut self, name: &str, path: &Path, text: &str) {
        let config = self.read_layer(path, text, LayerOf::Package(name.to_owned()));
        self.problems.extend(config.beyond_a_package());
        self.layers.package_configs.insert(name.to_owned(), config);
    }

    fn read_layer(&mut self, path: &Path, text: &str, of: LayerOf) -> Config {
        let file = self
            .layers
            .files
            .push(disk::relative(self.root, path), text);
        let (config, problems) = config::parse(file, text, self.lints);
        self.problems.extend(problems);
        self.layers.chain.push(Layer { file, of });
        config
    }

    /// The layer below, or a problem at the value that names it.
    fn follow(&mut self, dir: &Path, extends: &Spanned<String>) -> Option<(PathBuf, String)> {
        let found = self.below(&dir.join(&extends.value));
        if let Err(why) = &found {
            let message = format!("`{}` cannot be extended: {why}", extends.value);
            self.problem(extends, message);
        }
        found.ok()
    }

    fn below(&self, path: &Path) -> Result<(PathBuf, String), ProblemKind> {
        let dir = path.parent().unwrap_or(self.root);
        let dir = disk::real(dir).map_err(|_| ProblemKind::Missing)?;
        let fence = if self.root.starts_with(&dir) {
            &dir
        } else {
            self.root
        };
        let real = disk::Fence::new([fence]).admit(path)?;
        if self.seen.contains(&real) || self.seen.len() >= MAX_LAYERS {
            return Err(ProblemKind::Malformed("it extends itself".to_owned()));
        }
        let text = disk::read_text(&real)?;
        Ok((real, text))
    }

    /// Notes the rule files that a pattern names. Naming none is a problem.
    fn add_rules(&mut self, dir: &Path, pattern: &Spanned<String>) {
        let fence = disk::Fence::new([self.root, dir]);
        let found = matching(dir, &pattern.value);
        let inside: Vec<PathBuf> = found
            .iter()
            .filter_map(|path| fence.admit(path).ok())
            .collect();
        if inside.is_empty() {
            let why = if found.is_empty() {
                "names no file"
            } else {
                "leaves the workspace"
            };
            self.problem(pattern, format!("`{}` {why}", pattern.value));
        }
        self.rules.extend(inside);
    }

    fn problem(&mut self, value: &Spanned<String>, message: String) {
        self.problems.push(ConfigProblem {
            place: value.place,
            message,
            help: None,
        });
    }

    fn finish(mut self) -> Result<Layers, LoadError> {
        for path in &self.rules {
            let text = disk::read_text(path).map_err(|why| LoadError::Unreadable {
                path: path.clone(),
                why,
            })?;
            let id = self
                .layers
                .files
                .push(disk::relative(self.root, path), text);
            self.layers.rule_files.push(id);
        }
        if self.problems.is_empty() {
            return Ok(self.layers);
        }
        self.problems.sort_by_key(|problem| problem.place);
        Err(LoadError::Config {
            files: self.layers.files,
            problems: self.problems,
        })
    }
}

/// The files that match a glob relative to `dir`, sorted.
fn matching(dir: &Path, pattern: &str) -> Vec<PathBuf> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let n_plain = parts
        .iter()
        .take_while(|part| !part.contains(['*', '?', '[', '{']))
        .count();
    let base = dir.join(parts[..n_plain].join("/"));
    if n_plain == parts.len() {
        return Some(base)
            .into_iter()
            .filter(|path| disk::is_file(path))
            .collect();
    }
    let rest = parts[n_plain..].join("/");
    let glob = globset::GlobBuilder::new(&rest)
        .literal_separator(true)
        .build();
    let Ok(matcher) = glob.map(|glob| glob.compile_matcher()) else {
        return Vec::new();
    };
    let has_alternatives = rest.contains("**") || rest.contains('{');
    let max_depth = if has_alternatives {
        16
    } else {
        parts.len() - n_plain
    };
    let mut files = disk::files_below(&base, max_depth);
    files.retain(|path| {
        path.strip_prefix(&base)
            .is_ok_and(|path| matcher.is_match(path))
    });
    files
}
