//! What is analysed: the files of a workspace with their facts.
//!
//! In: a loaded workspace. Out: [`Sources`], read along the module trees of its targets; files that call macros of the
//! workspace are extracted once more with what those expand to, and what generators write is added. Nothing is resolved
//! here.

use crate::catalogue::Catalogue;
use crate::facts::{self, FileFacts, Included, Item, ItemKind, MacroTable};
use crate::generated::Generated;
use crate::resolve::ModFiles;
use crate::span::FileId;
use crate::workspace::modules::{InlineModule, Limits, ModDecl, SourceTree, read_modules};
use crate::workspace::{Files, Package, Problem, Target, TargetKind, Workspace};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::hash_map::Entry;

/// A workspace's files with their facts.
pub struct Sources {
    /// The workspace.
    pub workspace: Workspace,
    /// Its files: configuration, then source files.
    pub files: Files,
    /// The facts by file; generated code and the catalogue's declarations follow the workspace's files.
    pub facts: Vec<FileFacts>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Where each `mod` leads.
    pub(crate) mod_files: ModFiles,
    /// The root file of each target that is read, with the package and its target.
    pub(crate) roots: Vec<(usize, usize, FileId)>,
}

impl Sources {
    /// Reads all files of the workspace's targets; `progress` is told how many so far.
    pub fn read(
        workspace: Workspace,
        catalogue: &Catalogue,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Self {
        let targets = targets(&workspace);
        let paths: Vec<_> = targets
            .iter()
            .map(|&(package, target)| workspace.packages[package].targets[target].root.clone())
            .collect();
        let generated = Generated::new(&workspace, catalogue);
        let tree = read_modules(&workspace, &paths, Limits::default(), progress, |text| {
            let facts = facts::extract(text, None);
            let mut decls = module_decls(&facts.items);
            decls.retain(|decl| !decl.is_written || !generated.makes(decl.path()));
            (facts, decls)
        });
        let roots = targets
            .iter()
            .zip(&tree.roots)
            .filter_map(|(&(package, target), root)| Some((package, target, (*root)?)))
            .collect();
        let mut mod_files = mod_files(&tree);
        let mut facts: Vec<FileFacts> = Vec::new();
        facts.resize_with(tree.files.len(), FileFacts::default);
        for module in tree.modules {
            facts[module.file.0 as usize] = module.facts;
        }
        expand_macros(&tree.files, &mut facts, &|path| crate_of(&workspace, path));
        generated.add(&tree.files, &mut facts, &mut mod_files);
        drop(generated);
        let mut problems = tree.problems;
        problems.extend(workspace.problems.iter().cloned());
        Self {
            workspace,
            files: tree.files,
            facts,
            problems,
            mod_files,
            roots,
        }
    }

    /// The package and target of each file: the first that reads it, libraries first.
    #[expect(
        clippy::iter_over_hash_type,
        reason = "what comes of it has no order either"
    )]
    pub fn targets_of_files(&self) -> FxHashMap<FileId, (usize, usize)> {
        let mut below: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
        for ((file, _), child) in &self.mod_files {
            below.entry(*file).or_default().push(*child);
        }
        let mut targets = FxHashMap::default();
        for &(package, target, root) in &self.roots {
            let mut open = vec![root];
            while let Some(file) = open.pop() {
                if let Entry::Vacant(free) = targets.entry(file) {
                    free.insert((package, target));
                    open.extend(below.get(&file).into_iter().flatten());
                }
            }
        }
        targets
    }

    /// How many files could not be read or parsed.
    pub fn n_unread(&self) -> usize {
        let read = self.files.iter().filter(|file| file.is_rust());
        let facts = read.map(|file| &self.facts[file.id.0 as usize]);
        facts.filter(|it| it.broken.is_some()).count() + self.problems.len()
    }
}

/// The targets that are read, by package and target: libraries first, so that a file that two targets share counts as
/// the library's.
fn targets(workspace: &Workspace) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (package, data) in workspace.packages.iter().enumerate() {
        for (target, kind) in data.targets.iter().enumerate() {
            if is_needed(workspace, data, kind) {
                all.push((package, target));
            }
        }
    }
    let is_lib = |&(package, target): &(usize, usize)| {
        let target: &Target = &workspace.packages[package].targets[target];
        !matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro)
    };
    all.sort_by_key(|at| (is_lib(at), *at));
    all
}

/// Libraries of the whole workspace are read, for their types; the rest as selected.
fn is_needed(workspace: &Workspace, package: &Package, target: &Target) -> bool {
    workspace.is_read(package, target) || matches!(target.kind, TargetKind::Lib)
}

/// The files that a file's items name: by `mod`, with the inline modules around it, and by `include!`.
pub fn module_decls(items: &[Item]) -> Vec<ModDecl> {
    let mut decls = Vec::new();
    mod_decls(items, &mut Vec::new(), &mut decls);
    decls
}

fn mod_decls(items: &[Item], inline: &mut Vec<InlineModule>, out: &mut Vec<ModDecl>) {
    for item in items {
        match &item.kind {
            ItemKind::Mod(None, path) => out.push(ModDecl {
                name: item.name.to_string(),
                inline: inline.clone(),
                path_attr: path.clone(),
                is_written: false,
                test_only: item.attrs.test_only,
                span: item.name_span,
            }),
            ItemKind::Mod(Some(items), path) => {
                inline.push(InlineModule {
                    name: item.name.to_string(),
                    path_attr: path.clone(),
                });
                mod_decls(items, inline, out);
                inline.pop();
            }
            ItemKind::MacroItems(_, items) => mod_decls(items, inline, out),
            // An included file lies beside the file, whatever module it is included in.
            ItemKind::Include(Included::File(path) | Included::Output(path)) => out.push(ModDecl {
                name: item.name.to_string(),
                inline: Vec::new(),
                path_attr: Some(path.to_string()),
                is_written: matches!(item.kind, ItemKind::Include(Included::Output(_))),
                test_only: item.attrs.test_only,
                span: item.name_span,
            }),
            _ => {}
        }
    }
}

/// Which file holds each module of a tree.
pub fn mod_files(tree: &SourceTree<FileFacts>) -> ModFiles {
    let mut files = ModFiles::default();
    for module in &tree.modules {
        for (decl, file) in &module.children {
            let Some(file) = file else { continue };
            let inline = decl.inline.iter().map(|module| SmolStr::new(&module.name));
            let path = inline.chain([SmolStr::new(&decl.name)]).collect();
            files.insert((module.file, path), *file);
        }
    }
    files
}

/// Reads those files again that call a macro of the workspace.
fn expand_macros(files: &Files, facts: &mut [FileFacts], krate_of: &dyn Fn(&str) -> SmolStr) {
    let mut table = MacroTable::default();
    for file in files {
        let krate = krate_of(&file.path);
        collect_macros(&facts[file.id.0 as usize].items, &krate, &mut table);
    }
    facts.par_iter_mut().enumerate().for_each(|(index, facts)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        if table.has_any(&facts.macros_called)
            && let Some(file) = files.get(id)
        {
            *facts = facts::extract(&file.text, Some(&table));
        }
    });
}

/// The library (or first target) of the package in which a file stands.
fn crate_of(workspace: &Workspace, path: &str) -> SmolStr {
    let package = workspace.package_at(&workspace.root.join(path));
    let target = package.and_then(|package| package.lib().or_else(|| package.targets.first()));
    target.map_or_else(SmolStr::default, |target| SmolStr::new(&target.name))
}

/// Adds the macros that items define, in bodies too, to a table; `krate` is what `$crate` means in them.
pub fn collect_macros(items: &[Item], krate: &SmolStr, table: &mut MacroTable) {
    for item in items {
        match &item.kind {
            ItemKind::MacroRules(rules) => {
                table.add(item.name.clone(), krate.clone(), rules.clone());
            }
            ItemKind::Mod(Some(items), _) | ItemKind::MacroItems(_, items) => {
                collect_macros(items, krate, table);
            }
            ItemKind::Fn(function) => {
                if let Some(body) = &function.body {
                    collect_macros(&body.items, krate, table);
                }
            }
            _ => {}
        }
    }
}
