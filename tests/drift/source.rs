//! One published crate as it is checked: its modules, what they define and import, and its impls.
//!
//! In: the root file of a library. Out: a [`Source`], read through the module tree and with the crate's own
//! `macro_rules!` expanded. Bodies are dropped, features and targets are not told apart, and nothing is resolved here.

mod collect;
mod text;

use cargo_spof::facts::{self, FileFacts, MacroTable, Path, TypeRef};
use cargo_spof::sources::{collect_macros, mod_files, module_decls};
use cargo_spof::span::FileId;
use cargo_spof::workspace::modules::{Limits, read_modules};
use cargo_spof::workspace::{Files, Workspace};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

pub(crate) type Words = FxHashSet<SmolStr>;

/// What one library defines.
#[derive(Default)]
pub(crate) struct Source {
    /// The first one is the root.
    pub(crate) modules: Vec<Module>,
    pub(crate) defs: Vec<Def>,
    pub(crate) impls: Vec<Impl>,
    /// The identifiers in macros that could not be expanded, and in `.proto` files.
    pub(crate) words: Words,
    /// The identifiers of each `macro_rules!`.
    pub(crate) macro_words: BTreeMap<SmolStr, Words>,
    /// Macros that are called among items: the first name of the path, where it has several, and the last.
    pub(crate) foreign_macros: BTreeSet<(SmolStr, SmolStr)>,
}

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) parent: Option<usize>,
    /// Modules of one name under several `cfg`s are one.
    pub(crate) children: BTreeMap<SmolStr, usize>,
    pub(crate) defs: BTreeMap<SmolStr, Vec<usize>>,
    pub(crate) uses: Vec<Use>,
}

pub(crate) struct Use {
    /// `None` for `*`.
    pub(crate) name: Option<SmolStr>,
    pub(crate) path: Vec<SmolStr>,
    pub(crate) leading: bool,
    /// Whether it is seen from outside of the module.
    pub(crate) is_pub: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Type,
    Trait,
    Alias,
    Value,
    Macro,
}

pub(crate) struct Def {
    pub(crate) name: SmolStr,
    pub(crate) module: usize,
    pub(crate) kind: Kind,
    /// A trait's functions and associated types, an enum's variants.
    pub(crate) members: Words,
    /// A trait's supertraits.
    pub(crate) supers: Vec<Path>,
    /// What an alias stands for.
    pub(crate) target: Option<TypeRef>,
    pub(crate) derives: Vec<SmolStr>,
    /// The fields of a struct: derives make methods of them.
    pub(crate) fields: Words,
    /// The identifiers between the items of a trait.
    pub(crate) words: Words,
}

pub(crate) struct Impl {
    pub(crate) module: usize,
    /// The type parameters, with their bounds.
    pub(crate) params: Vec<(SmolStr, Vec<Path>)>,
    pub(crate) trait_: Option<Path>,
    pub(crate) self_ty: TypeRef,
    pub(crate) members: Words,
    /// `type Target = …` of a `Deref`.
    pub(crate) target: Option<TypeRef>,
    /// The identifiers between its items.
    pub(crate) words: Words,
}

impl Source {
    /// Reads the library with this root file, of the package in this directory.
    pub(crate) fn read(lib: &str, dir: &FilePath, root: &FilePath) -> Self {
        let workspace = Workspace {
            root: dir.to_owned(),
            ..Workspace::default()
        };
        let roots = [root.to_owned()];
        let tree = read_modules(&workspace, &roots, Limits::default(), &|_| {}, |text| {
            let facts = facts::extract(text, None);
            let decls = module_decls(&facts.items);
            (facts, decls)
        });
        let mod_files = mod_files(&tree);
        let mut facts: BTreeMap<FileId, FileFacts> = BTreeMap::new();
        facts.extend(tree.modules.into_iter().map(|it| (it.file, it.facts)));
        expand(lib, &tree.files, &mut facts);
        let Some(root) = tree.roots.first().copied().flatten() else {
            return Self::default();
        };
        let mut source = collect::collect(&tree.files, &facts, &mod_files, root);
        for proto in protos(dir) {
            text::words(&proto, &mut source.words);
        }
        source
    }
}

/// Reads those files again that call a macro of the crate.
fn expand(lib: &str, files: &Files, facts: &mut BTreeMap<FileId, FileFacts>) {
    let mut table = MacroTable::default();
    let lib = SmolStr::new(lib);
    for facts in facts.values() {
        collect_macros(&facts.items, &lib, &mut table);
    }
    for (id, facts) in facts {
        if table.has_any(&facts.macros_called)
            && let Some(file) = files.get(*id)
        {
            *facts = facts::extract(&file.text, Some(&table));
        }
    }
}

/// The texts of the package's `.proto` files: what a build script makes of them is not there to be read.
fn protos(dir: &FilePath) -> Vec<String> {
    let files = walkdir::WalkDir::new(dir).into_iter().flatten();
    let proto = |path: &PathBuf| path.extension().is_some_and(|it| it == "proto");
    let paths = files.map(walkdir::DirEntry::into_path).filter(proto);
    paths
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect()
}
