//! What the catalogue asks of a program: paths, types that it gives, and traits, outside of any body.

use super::bounds::Cx;
use super::lower::TyScope;
use super::program::{DefId, DefKind, Program, Res};
use super::ty::{TraitRef, Ty};
use crate::facts::{GenericParam, Generics, ItemKind, Path, TypeRef};
use smol_str::SmolStr;
use std::sync::Arc;

/// The key of the placeholders `Self`, `arg0`, `arg1`, … in a type that the catalogue gives.
pub(super) const PLACEHOLDERS: u32 = u32::MAX;

/// How many of the placeholders `arg0`, `arg1`, … there are.
const N_ARGS: u32 = 8;

/// The placeholder `Joined`: a tuple of what awaiting each argument yields.
pub(super) const JOINED: u32 = N_ARGS;

/// The placeholder `Tried`: the same, each without its `Result`.
pub(super) const TRIED: u32 = N_ARGS + 1;

impl Program<'_> {
    /// A type that the catalogue gives for a call's result, in terms of placeholders: `Self`, `arg0`, `arg1`, …, `Joined`, `Tried`.
    pub fn lower_given(&self, ty: &TypeRef, module: DefId) -> Ty {
        let param = |name: String| GenericParam {
            name: SmolStr::new(name),
            bounds: Vec::new(),
            default: None,
        };
        let args = (0..N_ARGS).map(|index| format!("arg{index}"));
        let names = args.chain(["Joined", "Tried"].map(str::to_owned));
        let generics = Generics {
            params: names.map(param).collect(),
            wheres: Vec::new(),
        };
        let scope = TyScope {
            module,
            generics: vec![(PLACEHOLDERS, &generics)],
            self_ty: Some(Ty::Param(PLACEHOLDERS, Ty::SELF)),
        };
        self.lower(ty, &scope)
    }

    /// What a path relative to a module leads to; `::name` begins in another crate.
    pub fn find(&self, module: DefId, leading: bool, path: &[SmolStr]) -> Vec<Res> {
        let found = if leading {
            self.resolve_names_of(module, true, path)
        } else {
            self.walk(vec![Res::Def(module)], path)
        };
        match found {
            Some((found, 0)) => found,
            _ => Vec::new(),
        }
    }

    /// What a path as written in a module leads to, whole.
    pub fn named(&self, module: DefId, path: &Path) -> Option<Res> {
        let (found, left) = self.resolve_path(module, path)?;
        found.into_iter().next().filter(|_| left == 0)
    }

    /// How many arguments a trait's function takes beside `self`, where the trait declares it.
    pub fn arity(&self, trait_: DefId, name: &str) -> Option<usize> {
        let fns = self.index.trait_fns.get(name)?;
        let &(_, def) = fns.iter().find(|(of, _)| *of == trait_)?;
        Some(self.sig(def)?.params.len())
    }

    /// Whether a type is the language's `Result` or `Option`.
    pub fn is_result_or_option(&self, def: DefId) -> bool {
        self.lang.is(def, "Result") || self.lang.is(def, "Option")
    }

    /// Whether a module is the root of its crate.
    pub fn is_root(&self, module: DefId) -> bool {
        self.def(module).module == module
    }

    /// Whether a trait is imported where a definition's body stands.
    pub fn is_imported(&self, def: DefId, trait_: DefId) -> bool {
        self.is_in_scope(self.body_module(def), trait_)
    }

    /// The program seen from nowhere in particular: only what definitions state themselves holds.
    pub(super) fn anywhere(&self) -> Cx<'_, '_> {
        Cx {
            program: self,
            env: &[],
        }
    }

    /// Whether a type is a future.
    pub fn is_future(&self, ty: &Ty) -> bool {
        let future = self.lang.get("Future");
        matches!(ty.untagged(), Ty::Future(_))
            || future.is_some_and(|future| !ty.is_unknown() && self.implements(ty, future))
    }

    /// Whether values of a type can be awaited, by themselves or turned into a future.
    pub fn is_awaitable(&self, ty: &Ty) -> bool {
        let turns = self.lang.get("IntoFuture");
        self.is_future(ty) || turns.is_some_and(|turns| self.implements(ty, turns))
    }

    /// Whether a type, or what a future of it yields, is an option of something known without results in it (`Some(true)`), or a
    /// result (`Some(false)`).
    pub fn is_option(&self, ty: &Ty) -> Option<bool> {
        match ty.untagged() {
            Ty::Future(output) => self.is_option(output),
            Ty::Adt(def, _) if self.lang.is(*def, "Result") => Some(false),
            Ty::Adt(def, args) if self.lang.is(*def, "Option") => {
                let mut may_hold_one = |ty: &Ty| match ty {
                    Ty::Adt(def, _) => self.lang.is(*def, "Result"),
                    ty => ty.is_unknown() || matches!(ty, Ty::Var(_)),
                };
                (!args.first()?.any(&mut may_hold_one)).then_some(true)
            }
            _ => None,
        }
    }

    /// Whether a type implements a trait, by an impl, a derive or a bound.
    pub fn implements(&self, ty: &Ty, trait_: DefId) -> bool {
        self.anywhere().find_impl(ty, trait_, 0).is_some()
    }

    /// The associated types of a trait that a type implements, as far as they are known.
    pub fn associated(&self, ty: &Ty, trait_: DefId) -> Vec<Ty> {
        let DefKind::Trait(facts) = self.def(trait_).kind else {
            return Vec::new();
        };
        let names = facts.items.iter();
        let names = names.filter(|item| matches!(item.kind, ItemKind::Type(..)));
        let cx = self.anywhere();
        names
            .filter_map(|item| cx.project(ty, Some(trait_), &item.name, 0))
            .collect()
    }

    /// The traits that bound a parameter or opaque type, supertraits included.
    pub fn bounds(&self, ty: &Ty) -> Vec<TraitRef> {
        self.anywhere().bounds_of(ty)
    }

    /// The types that a value dereferences to, itself first.
    pub fn dereferenced(&self, ty: &Ty) -> Vec<Ty> {
        self.anywhere().autoderef(ty)
    }

    /// The traits that nothing declares and that the workspace implements for this type.
    pub fn foreign_traits(&self, ty: &Ty) -> Vec<Arc<str>> {
        self.anywhere().foreign_traits(ty)
    }
}
