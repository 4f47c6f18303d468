//! The definitions of all crates, and what a path or name leads to.

use super::impls::ImplIndex;
use super::names::Scope;
use super::ty::{TraitRef, Ty};
use crate::facts::{Body, FieldDef, Function, Generics, Impl, Item, Trait, TypeRef, Variant};
use crate::span::{FileId, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::{Arc, OnceLock};

/// A definition: an index into [`Program::defs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefId(pub u32);

/// An impl: an index into [`Program::impls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImplId(pub u32);

/// Where a function or associated item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// In a module.
    Module,
    /// In an impl.
    Impl(ImplId),
    /// In a trait.
    Trait(DefId),
}

/// One definition.
#[derive(Debug)]
pub struct Def<'a> {
    /// Its name; empty for anonymous modules.
    pub name: SmolStr,
    /// What it is.
    pub kind: DefKind<'a>,
    /// The module in which it stands (for a crate's root module: itself).
    pub module: DefId,
    /// The crate: an index into the crates that were given.
    pub krate: u32,
    /// The file.
    pub file: FileId,
    /// Where it stands beside the module.
    pub owner: Owner,
    /// Its item, where it is one.
    pub item: Option<&'a Item>,
    /// Whether it is only compiled for tests, itself or by what encloses it.
    pub test_only: bool,
}

/// What a definition is.
#[derive(Clone, Copy, Debug)]
pub enum DefKind<'a> {
    /// A module; anonymous ones hold the items of a body.
    Module,
    /// A struct or union.
    Struct(&'a Generics, &'a [FieldDef]),
    /// An enum.
    Enum(&'a Generics, &'a [Variant]),
    /// A variant: its enum and fields.
    Variant(DefId, &'a [FieldDef]),
    /// A trait.
    Trait(&'a Trait),
    /// A type alias, or an associated type (of an impl with its type, of a trait with its default).
    Alias(&'a Generics, Option<&'a TypeRef>),
    /// A function.
    Fn(&'a Function),
    /// A const or static.
    Const(&'a TypeRef, Option<&'a Body>),
    /// A closure that somebody else calls: in the body of this definition, and there.
    Closure(DefId, Span),
}

/// An impl with its header lowered.
#[derive(Debug)]
pub struct ImplDef<'a> {
    /// The impl as written.
    pub facts: &'a Impl,
    /// Its item: attributes and place.
    pub item: &'a Item,
    /// The module in which it stands.
    pub module: DefId,
    /// The crate.
    pub krate: u32,
    /// The file.
    pub file: FileId,
    /// Whether it is only compiled for tests.
    pub test_only: bool,
    /// Its functions, associated types and constants.
    pub items: Vec<DefId>,
    /// The type.
    pub self_ty: Ty,
    /// The trait.
    pub trait_: Option<TraitRef>,
    /// Bounds of its parameters.
    pub bounds: Vec<(Ty, TraitRef)>,
}

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Res {
    /// A definition.
    Def(DefId),
    /// Something in a crate that nothing declares, by its path.
    Foreign(Arc<str>),
    /// A primitive type.
    Prim(SmolStr),
}

/// A function's signature, lowered.
#[derive(Clone, Debug)]
pub struct FnSig {
    /// The type of `self`, where it has one.
    pub receiver: Option<Ty>,
    /// The other parameters.
    pub params: Vec<Ty>,
    /// What a call yields; a future for an `async fn`.
    pub ret: Ty,
    /// Bounds on its own parameters.
    pub bounds: Vec<(Ty, TraitRef)>,
}

/// All crates, with names resolved and impls indexed.
pub struct Program<'a> {
    /// All definitions.
    pub defs: Vec<Def<'a>>,
    /// All impls.
    pub impls: Vec<ImplDef<'a>>,
    pub(super) crates: Vec<CrateData>,
    pub(super) scopes: FxHashMap<DefId, Scope>,
    /// The anonymous module of a body that has items of its own.
    pub(super) body_modules: FxHashMap<DefId, DefId>,
    pub(super) traits_in_scope: FxHashMap<DefId, FxHashSet<DefId>>,
    pub(super) index: ImplIndex,
    pub(super) sigs: Vec<OnceLock<Option<FnSig>>>,
    pub(super) fields: Vec<OnceLock<Vec<(SmolStr, Ty)>>>,
    pub(super) lang: Lang,
}

/// A crate.
#[derive(Debug)]
pub(super) struct CrateData {
    pub(super) name: SmolStr,
    pub(super) root: DefId,
    pub(super) is_api: bool,
    pub(super) externs: FxHashMap<SmolStr, Res>,
}

/// The language's own traits and types, found in the declared standard library by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Lang {
    pub(super) items: FxHashMap<&'static str, DefId>,
}

impl Lang {
    pub(super) const PATHS: [(&'static str, &'static str); 17] = [
        ("Future", "future::Future"),
        ("IntoFuture", "future::IntoFuture"),
        ("Fn", "ops::Fn"),
        ("FnMut", "ops::FnMut"),
        ("FnOnce", "ops::FnOnce"),
        ("AsyncFn", "ops::AsyncFn"),
        ("AsyncFnMut", "ops::AsyncFnMut"),
        ("AsyncFnOnce", "ops::AsyncFnOnce"),
        ("Deref", "ops::Deref"),
        ("Index", "ops::Index"),
        ("Iterator", "iter::Iterator"),
        ("IntoIterator", "iter::IntoIterator"),
        ("Result", "result::Result"),
        ("Option", "option::Option"),
        ("Vec", "vec::Vec"),
        ("Box", "boxed::Box"),
        ("Range", "ops::Range"),
    ];

    pub(super) fn is(&self, def: DefId, name: &str) -> bool {
        self.items.get(name) == Some(&def)
    }

    pub(super) fn get(&self, name: &str) -> Option<DefId> {
        self.items.get(name).copied()
    }
}

impl<'a> Program<'a> {
    /// The definition of this id.
    pub fn def(&self, id: DefId) -> &Def<'a> {
        &self.defs[id.0 as usize]
    }

    /// The impl of this id.
    pub fn imp(&self, id: ImplId) -> &ImplDef<'a> {
        &self.impls[id.0 as usize]
    }

    /// All definitions with their ids.
    pub fn all_defs(&self) -> impl Iterator<Item = (DefId, &Def<'a>)> {
        (0..).map(DefId).zip(&self.defs)
    }

    /// Whether it belongs to a crate that the catalogue declares.
    pub fn is_api(&self, id: DefId) -> bool {
        self.crates[self.def(id).krate as usize].is_api
    }

    /// The name of a type that is defined somewhere.
    pub fn type_name(&self, ty: &Ty) -> Option<SmolStr> {
        match ty.untagged() {
            Ty::Adt(def, _) => Some(self.def(*def).name.clone()),
            Ty::Foreign(path, _) => path.rsplit("::").next().map(SmolStr::new),
            _ => None,
        }
    }

    /// The crate's name, as code writes it.
    pub fn crate_name(&self, krate: u32) -> &SmolStr {
        &self.crates[krate as usize].name
    }

    /// The root module of the first crate of this name that the catalogue declares.
    pub fn api_root(&self, name: &str) -> Option<DefId> {
        let found = self
            .crates
            .iter()
            .find(|krate| krate.is_api && krate.name == name);
        found.map(|krate| krate.root)
    }

    /// The full path: `crate::module::Type::method`.
    pub fn path(&self, id: DefId) -> String {
        let def = self.def(id);
        if let DefKind::Closure(around, _) = def.kind {
            return format!("{}::{}", self.path(around), def.name);
        }
        let prefix = match def.owner {
            Owner::Trait(trait_) => self.path(trait_),
            Owner::Impl(imp) => {
                let ty = self.imp(imp).self_ty.untagged().clone();
                match ty {
                    Ty::Adt(adt, _) if !self.is_api(adt) => self.path(adt),
                    ty => format!("{}::<{}>", self.module_path(def.module), self.show(&ty)),
                }
            }
            Owner::Module => match def.kind {
                DefKind::Variant(adt, _) => self.path(adt),
                DefKind::Module if def.module == id => {
                    return self.crate_name(def.krate).to_string();
                }
                _ => self.module_path(def.module),
            },
        };
        if def.name.is_empty() {
            return prefix;
        }
        format!("{prefix}::{}", def.name)
    }

    fn module_path(&self, id: DefId) -> String {
        let def = self.def(id);
        if def.module == id {
            return self.crate_name(def.krate).to_string();
        }
        let parent = self.module_path(def.module);
        if def.name.is_empty() {
            parent
        } else {
            format!("{parent}::{}", def.name)
        }
    }

    /// The path of a type's head, for struct-like and foreign types.
    pub fn ty_path(&self, ty: &Ty) -> Option<String> {
        match ty.untagged() {
            Ty::Adt(def, _) => Some(self.path(*def)),
            Ty::Foreign(path, _) => Some(path.to_string()),
            _ => None,
        }
    }

    /// A short text for a type, for paths and messages.
    pub fn show(&self, ty: &Ty) -> String {
        let list = |tys: &[Ty]| -> String {
            let shown: Vec<String> = tys.iter().map(|ty| self.show(ty)).collect();
            shown.join(", ")
        };
        let with_args = |name: &str, args: &[Ty]| match args {
            [] => name.to_owned(),
            args => format!("{name}<{}>", list(args)),
        };
        match ty {
            Ty::Adt(def, args) => with_args(&self.def(*def).name, args),
            Ty::Foreign(path, args) => with_args(path, args),
            Ty::Prim(name) => name.to_string(),
            Ty::Tuple(args) => format!("({})", list(args)),
            Ty::Slice(inner) => format!("[{}]", self.show(inner)),
            Ty::Param(_, Ty::SELF) => "Self".to_owned(),
            Ty::Param(_, index) => format!("T{index}"),
            Ty::Opaque(bounds) => {
                let names: Vec<String> =
                    bounds.iter().map(|bound| self.trait_name(bound)).collect();
                format!("impl {}", names.join(" + "))
            }
            Ty::Fn(params, ret) => format!("fn({}) -> {}", list(params), self.show(ret)),
            Ty::Future(inner) => format!("Future<{}>", self.show(inner)),
            Ty::Proj(inner, _, name) => format!("<{}>::{name}", self.show(inner)),
            Ty::Tagged(_, inner) => self.show(inner),
            Ty::Never => "!".to_owned(),
            Ty::Unknown(_) | Ty::Var(_) | Ty::Infer => "_".to_owned(),
        }
    }

    /// A trait's name.
    pub fn trait_name(&self, bound: &TraitRef) -> String {
        match (&bound.def, &bound.foreign) {
            (Some(def), _) => self.def(*def).name.to_string(),
            (None, Some(path)) => path.to_string(),
            _ => "_".to_owned(),
        }
    }

    /// The generics of a definition.
    pub fn generics(&self, id: DefId) -> Option<&'a Generics> {
        match self.def(id).kind {
            DefKind::Struct(generics, _)
            | DefKind::Enum(generics, _)
            | DefKind::Alias(generics, _) => Some(generics),
            DefKind::Trait(trait_) => Some(&trait_.generics),
            DefKind::Fn(function) => Some(&function.generics),
            DefKind::Variant(adt, _) => self.generics(adt),
            DefKind::Closure(around, _) => self.generics(around),
            DefKind::Module | DefKind::Const(..) => None,
        }
    }

    /// The functions of all impls that a call of this trait's function may reach.
    pub fn implementations(&self, trait_fn: DefId) -> Vec<DefId> {
        let def = self.def(trait_fn);
        let Owner::Trait(trait_) = def.owner else {
            return Vec::new();
        };
        let impls = self
            .index
            .by_trait
            .get(&trait_)
            .map_or(&[][..], Vec::as_slice);
        impls
            .iter()
            .flat_map(|&imp| &self.imp(imp).items)
            .copied()
            .filter(|&item| {
                let item = self.def(item);
                item.name == def.name && matches!(item.kind, DefKind::Fn(_))
            })
            .collect()
    }

    /// Whether the impl of a function has one of this name as well.
    pub fn overrides(&self, function: DefId, name: &str) -> bool {
        let Owner::Impl(imp) = self.def(function).owner else {
            return false;
        };
        let items = self.imp(imp).items.iter();
        items.into_iter().any(|&item| self.def(item).name == name)
    }

    /// The place of a definition's name.
    pub fn name_place(&self, id: DefId) -> Option<(FileId, Span)> {
        let def = self.def(id);
        match def.kind {
            DefKind::Closure(_, span) => Some((def.file, span)),
            _ => def.item.map(|item| (def.file, item.name_span)),
        }
    }
}

impl<'a> Program<'a> {
    /// The module in which the names of a definition's body are looked up: one of its own, where it has items.
    pub fn body_module(&self, id: DefId) -> DefId {
        let own = self.body_modules.get(&id).copied();
        own.unwrap_or(self.def(id).module)
    }

    /// The body of a function, const or static.
    pub fn body(&self, id: DefId) -> Option<&'a Body> {
        match self.def(id).kind {
            DefKind::Fn(function) => function.body.as_ref(),
            DefKind::Const(_, body) => body,
            DefKind::Closure(around, _) => self.body(around),
            _ => None,
        }
    }

    /// The item in whose body a closure is; of anything else, itself.
    pub fn enclosing(&self, id: DefId) -> DefId {
        match self.def(id).kind {
            DefKind::Closure(around, _) => self.enclosing(around),
            _ => id,
        }
    }

    /// Adds a closure of a definition's body, the one of this number, as a definition.
    pub fn define_closure(&mut self, around: DefId, number: usize, span: Span) -> DefId {
        let id = DefId(u32::try_from(self.defs.len()).unwrap_or(u32::MAX));
        let at = self.def(around);
        let def = Def {
            name: SmolStr::new(format!("{{closure#{number}}}")),
            kind: DefKind::Closure(around, span),
            module: at.module,
            krate: at.krate,
            file: at.file,
            owner: at.owner,
            item: None,
            test_only: at.test_only,
        };
        self.sigs.push(OnceLock::new());
        self.fields.push(OnceLock::new());
        self.defs.push(def);
        id
    }
}

/// Of a type whose definition is not seen.
static NO_GENERICS: Generics = Generics {
    params: Vec::new(),
    wheres: Vec::new(),
};

impl<'a> Program<'a> {
    /// Adds a type without known fields, standing where `item` stands.
    pub(super) fn define_opaque(&mut self, module: DefId, item: &'a Item, name: SmolStr) -> DefId {
        let id = DefId(u32::try_from(self.defs.len()).unwrap_or(u32::MAX));
        let at = self.def(module);
        let def = Def {
            name,
            kind: DefKind::Struct(&NO_GENERICS, &[]),
            module,
            krate: at.krate,
            file: at.file,
            owner: Owner::Module,
            item: None,
            test_only: item.attrs.test_only,
        };
        self.defs.push(def);
        id
    }
}
