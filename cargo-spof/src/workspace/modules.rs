//! The source files: from target roots along `mod`, level by level, each file once, in parallel.
//!
//! In: root files, and a function that turns a text into facts and the `mod` declarations in it
//! (this layer knows no facts). Out: a [`SourceTree`] that is the same for any order and thread
//! count. Files are opened through [`super::load`]'s disk access only: inside the workspace (or a
//! member's directory) and bounded. A file that cannot be read is a [`Problem`], never an error.

mod paths;
mod prune;

use super::load::disk::{self, Fence};
use super::{Files, Problem, ProblemKind, Workspace};
use crate::span::{FileId, Place, Span};
use paths::{Home, Step};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A `mod name;` in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModDecl {
    /// Its name, with or without `r#`.
    pub name: String,
    /// The inline modules of the same file that it stands in, from the outermost.
    pub inline: Vec<InlineModule>,
    /// Its `#[path = "…"]`. A module with several (under `cfg_attr`) is several declarations.
    pub path_attr: Option<String>,
    /// Whether that names a file that a build script writes. It may be missing: nothing may have been built.
    pub is_written: bool,
    /// Whether it is compiled for tests only: its file may be missing.
    pub test_only: bool,
    /// Where it stands.
    pub span: Span,
}

impl ModDecl {
    /// The file that it names itself.
    pub fn path(&self) -> &str {
        self.path_attr.as_deref().unwrap_or_default()
    }
}

/// A module with a body, around a `mod name;`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InlineModule {
    /// Its name, with or without `r#`.
    pub name: String,
    /// Its `#[path = "…"]`, which names a directory.
    pub path_attr: Option<String>,
}

/// A source file with its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile<T> {
    /// The file.
    pub file: FileId,
    /// What was extracted from its text.
    pub facts: T,
    /// The modules that it declares and their files, in order; `None` where there is a problem.
    /// No file is below itself.
    pub children: Vec<(ModDecl, Option<FileId>)>,
}

/// All source files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTree<T> {
    /// The workspace's files (configuration, rule files), then the source files by path.
    pub files: Files,
    /// The source files, by [`FileId`].
    pub modules: Vec<ModuleFile<T>>,
    /// The file of each root that was asked for, in that order; `None` where there is a problem.
    pub roots: Vec<Option<FileId>>,
    /// What could not be read, sorted.
    pub problems: Vec<Problem>,
}

impl<T> SourceTree<T> {
    /// The source file with this id.
    pub fn module(&self, file: FileId) -> Option<&ModuleFile<T>> {
        let first = self.modules.first()?.file.0;
        self.modules.get(file.0.checked_sub(first)? as usize)
    }
}

/// Bounds on the tree, which hostile input would let grow without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many files deep a module may lie.
    pub depth: usize,
    /// How many modules a walk from all roots may meet, files that are named twice counted twice.
    pub modules: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 128,
            modules: 200_000,
        }
    }
}

/// Reads the files that `roots` and their modules name.
///
/// `progress` gets the number of files read so far, from any thread.
pub fn read_modules<T: Send>(
    workspace: &Workspace,
    roots: &[PathBuf],
    limits: Limits,
    progress: &(dyn Fn(usize) + Sync),
    extract: impl Fn(&str) -> (T, Vec<ModDecl>) + Sync,
) -> SourceTree<T> {
    let dirs = workspace
        .packages
        .iter()
        .map(|package| package.dir.as_path());
    let own = [workspace.root.as_path(), &workspace.target_dir];
    let fence = Fence::new(dirs.chain(own));
    let mut tree = Tree::new(&workspace.root);
    let real_roots: Vec<Option<PathBuf>> = roots
        .iter()
        .map(|root| tree.add_root(&fence, root))
        .collect();
    let n_read = AtomicUsize::new(0);
    for _ in 0..limits.depth {
        let level = std::mem::take(&mut tree.next);
        let read: Vec<Read<T>> = level
            .into_par_iter()
            .map(|(real, step)| {
                let read = read(workspace, &fence, real, &step, &extract);
                progress(n_read.fetch_add(1, Ordering::Relaxed) + 1);
                read
            })
            .collect();
        for read in read {
            tree.add(read);
        }
    }
    tree.give_up();
    tree.finish(workspace.files.clone(), &real_roots, limits)
}

/// What one file gave.
struct Read<T> {
    real: PathBuf,
    content: Result<(String, T), ProblemKind>,
    links: Vec<Link>,
}

/// A `mod` and the file that was found for it.
struct Link {
    decl: ModDecl,
    wanted: PathBuf,
    found: Result<(PathBuf, Step), ProblemKind>,
    is_ambiguous: bool,
}

fn read<T>(
    workspace: &Workspace,
    fence: &Fence,
    real: PathBuf,
    step: &Step,
    extract: impl Fn(&str) -> (T, Vec<ModDecl>),
) -> Read<T> {
    let text = match disk::read_text(&real) {
        Ok(text) => text,
        Err(kind) => {
            return Read {
                real,
                content: Err(kind),
                links: Vec::new(),
            };
        }
    };
    let (facts, decls) = extract(&text);
    let links = decls
        .into_iter()
        .map(|decl| link(workspace, fence, &step.home, decl))
        .collect();
    Read {
        real,
        content: Ok((text, facts)),
        links,
    }
}

/// Finds a module's file as rustc does: the first candidate that is there.
fn link(workspace: &Workspace, fence: &Fence, home: &Home, decl: ModDecl) -> Link {
    let candidates = if decl.is_written {
        let written = workspace.written(&home.dir, decl.path());
        written.iter().map(|path| Step::root(path)).collect()
    } else {
        paths::candidates(home, &decl)
    };
    let wanted = candidates
        .first()
        .map(|step| step.path.clone())
        .unwrap_or_default();
    let mut found: Vec<_> = candidates
        .into_iter()
        .map(|step| fence.admit(&step.path).map(|real| (real, step)))
        .filter(|found| !matches!(found, Err(ProblemKind::Missing)))
        .collect();
    let is_ambiguous = found.len() > 1;
    let first = if found.is_empty() {
        Err(ProblemKind::Missing)
    } else {
        found.swap_remove(0)
    };
    Link {
        decl,
        wanted,
        found: first,
        is_ambiguous,
    }
}

/// A file in the tree, by real path.
struct Node<T> {
    text: String,
    facts: T,
    links: Vec<(ModDecl, Option<PathBuf>)>,
}

/// A problem whose place is not known as a [`Place`] yet.
struct Trouble {
    path: PathBuf,
    what: ProblemKind,
    at: Option<(PathBuf, Span)>,
}

/// The tree while it is read.
struct Tree<'a, T> {
    root: &'a Path,
    nodes: BTreeMap<PathBuf, Node<T>>,
    /// Every file that was met, with the `mod` that named it first.
    // Imprecise: a file keeps the directory for its modules from the first file that names it, by
    // level, then by path. One that is named as `x.rs` and through `#[path]` too, and has modules
    // in files, has them below one of the two only. Test: `a_file_keeps_its_first_role`.
    met: BTreeMap<PathBuf, Option<(PathBuf, Span)>>,
    next: BTreeMap<PathBuf, Step>,
    troubles: Vec<Trouble>,
}

impl<'a, T> Tree<'a, T> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            nodes: BTreeMap::new(),
            met: BTreeMap::new(),
            next: BTreeMap::new(),
            troubles: Vec::new(),
        }
    }

    fn add_root(&mut self, fence: &Fence, root: &Path) -> Option<PathBuf> {
        match fence.admit(root) {
            Ok(real) => {
                self.meet(&real, Step::root(root), None);
                Some(real)
            }
            Err(what) => {
                self.trouble(root.to_owned(), what, None);
                None
            }
        }
    }

    fn meet(&mut self, real: &Path, step: Step, by: Option<(PathBuf, Span)>) {
        if !self.met.contains_key(real) {
            self.met.insert(real.to_owned(), by);
            self.next.insert(real.to_owned(), step);
        }
    }

    /// The `mod` that named a file first.
    fn named_at(&self, real: &Path) -> Option<(PathBuf, Span)> {
        self.met.get(real).cloned().flatten()
    }

    fn trouble(&mut self, path: PathBuf, what: ProblemKind, at: Option<(PathBuf, Span)>) {
        self.troubles.push(Trouble { path, what, at });
    }

    fn add(&mut self, read: Read<T>) {
        let Read {
            real,
            content,
            links,
        } = read;
        match content {
            Ok((text, facts)) => {
                let links = links
                    .into_iter()
                    .map(|link| self.add_link(&real, link))
                    .collect();
                self.nodes.insert(real, Node { text, facts, links });
            }
            Err(what) => {
                let at = self.named_at(&real);
                self.trouble(real, what, at);
            }
        }
    }

    fn add_link(&mut self, parent: &Path, link: Link) -> (ModDecl, Option<PathBuf>) {
        let at = Some((parent.to_owned(), link.decl.span));
        if link.is_ambiguous {
            self.trouble(link.wanted.clone(), ProblemKind::Ambiguous, at.clone());
        }
        match link.found {
            Ok((real, step)) => {
                self.meet(&real, step, at);
                (link.decl, Some(real))
            }
            Err(what) => {
                let may_miss = link.decl.test_only || link.decl.is_written;
                if !(may_miss && what == ProblemKind::Missing) {
                    self.trouble(link.wanted, what, at);
                }
                (link.decl, None)
            }
        }
    }

    /// Reports what lies below the deepest level.
    fn give_up(&mut self) {
        for (real, _) in std::mem::take(&mut self.next) {
            let at = self.named_at(&real);
            self.trouble(real, ProblemKind::TooDeep, at);
        }
    }

    /// Cuts cycles, gives every file its id and every problem its place.
    fn finish(
        mut self,
        mut files: Files,
        roots: &[Option<PathBuf>],
        limits: Limits,
    ) -> SourceTree<T> {
        let cuts = prune::cuts(&self.graph(roots), limits);
        self.cut(cuts);
        let ids = self.add_files(&mut files);
        let mut problems: Vec<Problem> = self
            .troubles
            .iter()
            .map(|trouble| problem(self.root, &ids, trouble))
            .collect();
        problems.sort_by(|a, b| (&a.path, a.place, &a.what).cmp(&(&b.path, b.place, &b.what)));
        problems.dedup();
        let id_of = |path: Option<PathBuf>| path.and_then(|path| ids.get(&path).copied());
        let module = |(path, node): (PathBuf, Node<T>)| ModuleFile {
            file: ids[&path],
            facts: node.facts,
            children: node
                .links
                .into_iter()
                .map(|(decl, path)| (decl, id_of(path)))
                .collect(),
        };
        let mut modules: Vec<ModuleFile<T>> = self.nodes.into_iter().map(module).collect();
        modules.sort_by_key(|module| module.file);
        SourceTree {
            roots: roots.iter().map(|root| id_of(root.clone())).collect(),
            files,
            modules,
            problems,
        }
    }

    /// The files as numbers, in the order of [`Tree::nodes`].
    fn graph(&self, roots: &[Option<PathBuf>]) -> prune::Graph {
        let number: BTreeMap<&Path, usize> = self
            .nodes
            .keys()
            .enumerate()
            .map(|(at, path)| (path.as_path(), at))
            .collect();
        let of =
            |path: &Option<PathBuf>| path.as_deref().and_then(|path| number.get(path).copied());
        let children = |node: &Node<T>| node.links.iter().map(|(_, path)| of(path)).collect();
        let met_by = |path: &PathBuf| of(&self.named_at(path).map(|(file, _)| file));
        let mut roots: Vec<usize> = roots.iter().filter_map(of).collect();
        roots.sort_unstable();
        roots.dedup();
        prune::Graph {
            roots,
            children: self.nodes.values().map(children).collect(),
            first_parents: self.nodes.keys().map(met_by).collect(),
        }
    }

    fn cut(&mut self, cuts: Vec<prune::Cut>) {
        let paths: Vec<PathBuf> = self.nodes.keys().cloned().collect();
        for cut in cuts {
            let parent = &paths[cut.parent];
            let link = self
                .nodes
                .get_mut(parent)
                .and_then(|node| node.links.get_mut(cut.child));
            if let Some((decl, target)) = link {
                let (at, target) = (decl.span, target.take());
                let at = Some((parent.clone(), at));
                self.trouble(target.unwrap_or_default(), cut.why, at);
            }
        }
    }

    /// Moves the texts into the table, by the paths that people see.
    fn add_files(&mut self, files: &mut Files) -> BTreeMap<PathBuf, FileId> {
        let mut named: Vec<(String, &PathBuf, &mut Node<T>)> = self
            .nodes
            .iter_mut()
            .map(|(path, node)| (disk::relative(self.root, path), path, node))
            .collect();
        named.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        named
            .into_iter()
            .map(|(name, path, node)| {
                (
                    path.clone(),
                    files.push(name, std::mem::take(&mut node.text)),
                )
            })
            .collect()
    }
}

fn problem(root: &Path, ids: &BTreeMap<PathBuf, FileId>, trouble: &Trouble) -> Problem {
    let place = trouble.at.as_ref().and_then(|(parent, span)| {
        let file = *ids.get(parent)?;
        Some(Place { file, span: *span })
    });
    Problem {
        path: disk::relative(root, &trouble.path),
        what: trouble.what.clone(),
        place,
    }
}

#[cfg(test)]
mod tests;
