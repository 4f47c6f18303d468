//! What the catalogue asks of a program: paths, types that it gives, and traits, outside of any body.

use super::bounds::Cx;
use super::lower::TyScope;
use super::program::{DefId, Program, Res};
use super::ty::{TraitRef, Ty};
use crate::facts::{GenericParam, Generics, TypeRef};
use smol_str::SmolStr;
use std::sync::Arc;

/// The key of the placeholders `Self`, `arg0`, `arg1`, … in a type that the catalogue gives.
pub(super) const PLACEHOLDERS: u32 = u32::MAX;

impl Program<'_> {
    /// A type that the catalogue gives for a call's result, in terms of placeholders: `Self`, `arg0`, `arg1`, ….
    pub fn lower_given(&self, ty: &TypeRef, module: DefId) -> Ty {
        let param = |index: usize| GenericParam {
            name: SmolStr::new(format!("arg{index}")),
            bounds: Vec::new(),
            default: None,
        };
        let generics = Generics {
            params: (0..8).map(param).collect(),
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

    /// The program seen from nowhere in particular: only what definitions state themselves holds.
    pub(super) fn anywhere(&self) -> Cx<'_, '_> {
        Cx {
            program: self,
            env: &[],
        }
    }

    /// Whether a type implements a trait, by an impl, a derive or a bound.
    pub fn implements(&self, ty: &Ty, trait_: DefId) -> bool {
        self.anywhere().find_impl(ty, trait_, 0).is_some()
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
