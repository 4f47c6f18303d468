//! Definitions, impls and imports of all crates, from their facts.

use super::impls::ImplIndex;
use super::imports::Import;
use super::names::Scope;
use super::program::{CrateData, Def, DefId, DefKind, ImplDef, ImplId, Lang, Owner, Program, Res};
use super::ty::{Ty, Why};
use crate::facts::{Attrs, Body, FileFacts, Item, ItemKind};
use crate::span::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// A crate to resolve: one target of the workspace, or an API of the catalogue.
#[derive(Clone, Debug)]
pub struct CrateInput {
    /// Its name, as code writes it.
    pub name: SmolStr,
    /// Its root file.
    pub root: FileId,
    /// Whether the catalogue declares it.
    pub is_api: bool,
    /// Whether all of it is for tests: a test, bench or example target.
    pub test_only: bool,
    /// The crates that its code can name, by the name it uses.
    pub dependencies: Vec<(SmolStr, Dependency)>,
}

/// What a crate's name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// Another crate that is given: its index.
    Given(usize),
    /// A crate that is not: its library's own name.
    Foreign(SmolStr),
}

/// Which file holds a module: by the declaring file and the module's path in it.
pub type ModFiles = FxHashMap<(FileId, Vec<SmolStr>), FileId>;

/// Modules nested deeper than this are not followed.
const MAX_MODULE_DEPTH: usize = 128;

pub(super) struct Collector<'a> {
    files: &'a [FileFacts],
    mod_files: &'a ModFiles,
    pub(super) program: Program<'a>,
    pub(super) imports: Vec<Import<'a>>,
    /// Files on the way from the root: a file that includes itself is not followed.
    open: FxHashSet<FileId>,
}

/// Where items stand.
#[derive(Clone, Copy)]
struct At {
    module: DefId,
    krate: u32,
    file: FileId,
    test_only: bool,
    owner: Owner,
}

/// Walks the items of all crates.
pub(super) fn collect<'a>(
    files: &'a [FileFacts],
    mod_files: &'a ModFiles,
    crates: &[CrateInput],
) -> Collector<'a> {
    let mut collector = Collector {
        files,
        mod_files,
        program: Program {
            defs: Vec::new(),
            impls: Vec::new(),
            crates: Vec::new(),
            scopes: FxHashMap::default(),
            body_modules: FxHashMap::default(),
            traits_in_scope: FxHashMap::default(),
            index: ImplIndex::default(),
            sigs: Vec::new(),
            fields: Vec::new(),
            lang: Lang::default(),
        },
        imports: Vec::new(),
        open: FxHashSet::default(),
    };
    for (index, input) in (0..).zip(crates) {
        collector.krate(index, input);
    }
    collector.externs(crates);
    collector
}

impl<'a> Collector<'a> {
    fn krate(&mut self, index: u32, input: &CrateInput) {
        let root = DefId(to_u32(self.program.defs.len()));
        let at = At {
            module: root,
            krate: index,
            file: input.root,
            test_only: input.test_only,
            owner: Owner::Module,
        };
        self.program.crates.push(CrateData {
            name: input.name.clone(),
            root,
            is_api: input.is_api,
            externs: FxHashMap::default(),
        });
        self.new_def(SmolStr::default(), DefKind::Module, None, at);
        self.program.scopes.insert(root, Scope::default());
        self.file(input.root, at, &mut Vec::new());
    }

    fn externs(&mut self, crates: &[CrateInput]) {
        for (index, input) in crates.iter().enumerate() {
            for (name, target) in &input.dependencies {
                let res = match target {
                    Dependency::Given(other) => Res::Def(self.program.crates[*other].root),
                    Dependency::Foreign(name) => Res::Foreign(Arc::from(name.as_str())),
                };
                self.program.crates[index].externs.insert(name.clone(), res);
            }
        }
    }

    fn file(&mut self, file: FileId, at: At, path: &mut Vec<SmolStr>) {
        let files = self.files;
        let Some(facts) = files.get(file.0 as usize) else {
            return;
        };
        if !self.open.insert(file) || self.open.len() > MAX_MODULE_DEPTH {
            return;
        }
        let at = At {
            file,
            test_only: at.test_only || facts.attrs.test_only,
            ..at
        };
        let outer = std::mem::take(path);
        self.items(&facts.items, at, path);
        *path = outer;
        self.open.remove(&file);
    }

    fn items(&mut self, items: &'a [Item], at: At, path: &mut Vec<SmolStr>) {
        for item in items {
            self.item(item, at, path);
        }
    }

    fn item(&mut self, item: &'a Item, at: At, path: &mut Vec<SmolStr>) {
        let at = At {
            test_only: at.test_only || item.attrs.test_only,
            ..at
        };
        match &item.kind {
            ItemKind::Mod(inline, _) => self.module(item, inline.as_deref(), at, path),
            ItemKind::Use(leaves) => self.imports.extend(leaves.iter().map(|leaf| Import {
                module: at.module,
                leaf,
            })),
            ItemKind::ExternCrate(name) => self.extern_crate(item, name, at),
            ItemKind::Fn(function) => {
                let def = self.named(item, DefKind::Fn(function), at);
                if let Some(body) = &function.body {
                    self.body(def, body, at, path);
                }
            }
            ItemKind::Struct(generics, fields) => {
                self.named(item, DefKind::Struct(generics, fields), at);
            }
            ItemKind::Enum(generics, variants) => {
                let adt = self.named(item, DefKind::Enum(generics, variants), at);
                let mut scope = Scope::default();
                for variant in variants {
                    let kind = DefKind::Variant(adt, &variant.fields);
                    let def = self.new_def(variant.name.clone(), kind, None, at);
                    scope.define(variant.name.clone(), Res::Def(def));
                }
                self.program.scopes.insert(adt, scope);
            }
            ItemKind::Trait(trait_) => {
                let def = self.named(item, DefKind::Trait(trait_), at);
                let owner = Owner::Trait(def);
                self.items(&trait_.items, At { owner, ..at }, path);
            }
            ItemKind::Impl(imp) => self.imp(item, imp, at, path),
            ItemKind::Type(generics, _, ty) => {
                self.named(item, DefKind::Alias(generics, ty.as_ref()), at);
            }
            ItemKind::Const(ty, body) => {
                let def = self.named(item, DefKind::Const(ty, body.as_deref()), at);
                if let Some(body) = body {
                    self.body(def, body, at, path);
                }
            }
            ItemKind::MacroItems(_, items) => self.items(items, at, path),
            ItemKind::Include(_) => {
                let key = (at.file, vec![item.name.clone()]);
                if let Some(&file) = self.mod_files.get(&key) {
                    self.file(file, at, path);
                }
            }
            ItemKind::MacroRules(_) => {}
        }
    }

    fn module(
        &mut self,
        item: &'a Item,
        inline: Option<&'a [Item]>,
        at: At,
        path: &mut Vec<SmolStr>,
    ) {
        let module = self.named(item, DefKind::Module, at);
        self.program.scopes.insert(module, Scope::default());
        let inner = At { module, ..at };
        path.push(item.name.clone());
        if let Some(items) = inline {
            self.items(items, inner, path);
        } else if let Some(&file) = self.mod_files.get(&(at.file, path.clone())) {
            self.file(file, inner, path);
        }
        path.pop();
    }

    fn extern_crate(&mut self, item: &'a Item, name: &SmolStr, at: At) {
        // Resolved like `use ::name as alias`, once the externs are known.
        self.program
            .scopes
            .entry(at.module)
            .or_default()
            .extern_crates
            .push((item.name.clone(), name.clone()));
    }

    fn imp(
        &mut self,
        item: &'a Item,
        imp: &'a crate::facts::Impl,
        at: At,
        path: &mut Vec<SmolStr>,
    ) {
        let id = ImplId(to_u32(self.program.impls.len()));
        self.program.impls.push(ImplDef {
            facts: imp,
            item,
            module: at.module,
            krate: at.krate,
            file: at.file,
            test_only: at.test_only,
            items: Vec::new(),
            self_ty: Ty::Unknown(Why::Name),
            trait_: None,
            bounds: Vec::new(),
        });
        let first = self.program.defs.len();
        let owner = Owner::Impl(id);
        self.items(&imp.items, At { owner, ..at }, path);
        let last = self.program.defs.len();
        let own = (first..last)
            .map(|index| DefId(to_u32(index)))
            .filter(|&def| self.program.def(def).owner == owner)
            .collect();
        self.program.impls[id.0 as usize].items = own;
    }

    /// Items of a body get an anonymous module, whose names fall through to the enclosing one.
    fn body(&mut self, def: DefId, body: &'a Body, at: At, path: &mut Vec<SmolStr>) {
        if body.items.is_empty() {
            return;
        }
        let outer = At {
            owner: Owner::Module,
            ..at
        };
        let module = self.new_def(SmolStr::default(), DefKind::Module, None, outer);
        self.program.scopes.insert(module, Scope::inside(at.module));
        self.program.body_modules.insert(def, module);
        self.items(&body.items, At { module, ..outer }, path);
    }

    /// A definition with a name in its module's scope.
    fn named(&mut self, item: &'a Item, kind: DefKind<'a>, at: At) -> DefId {
        let def = self.new_def(item.name.clone(), kind, Some(item), at);
        if at.owner == Owner::Module {
            let scope = self.program.scopes.entry(at.module).or_default();
            scope.define(item.name.clone(), Res::Def(def));
        }
        def
    }

    fn new_def(
        &mut self,
        name: SmolStr,
        kind: DefKind<'a>,
        item: Option<&'a Item>,
        at: At,
    ) -> DefId {
        let id = DefId(to_u32(self.program.defs.len()));
        self.program.defs.push(Def {
            name,
            kind,
            module: at.module,
            krate: at.krate,
            file: at.file,
            owner: at.owner,
            item,
            test_only: at.test_only,
        });
        id
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The derives of an item, each by its last segment.
pub(super) fn derives(attrs: &Attrs) -> impl Iterator<Item = &str> {
    attrs
        .named("derive")
        .flat_map(|attr| attr.args.split(','))
        .map(|derive| derive.rsplit("::").next().unwrap_or_default().trim())
}
