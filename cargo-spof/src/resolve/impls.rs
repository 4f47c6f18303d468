//! The index of impls: by trait, by the head of the self type, by the names of their items.
//!
//! In: the impls and derives of all crates. Out: each impl's header as types, and the [`ImplIndex`] from which
//! `T: Trait`, `T::Name` and `t.name()` are answered. Which impl it is, is decided elsewhere: here is only where to look.

use super::collect::derives;
use super::lower::impl_owner;
use super::program::{DefId, DefKind, ImplId, Owner, Program};
use super::ty::{TraitRef, Ty};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// The outermost constructor of a type; what impls are indexed by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Head {
    Def(DefId),
    Foreign(Arc<str>),
    Prim(SmolStr),
    Tuple,
    Slice,
    Fn,
    Future,
    Trait(DefId),
    /// Any type: a blanket impl.
    Any,
}

/// All impls by what is asked of them.
#[derive(Debug, Default)]
pub(super) struct ImplIndex {
    pub(super) by_trait: FxHashMap<DefId, Vec<ImplId>>,
    pub(super) by_trait_head: FxHashMap<(DefId, Head), Vec<ImplId>>,
    /// Items of inherent impls.
    pub(super) inherent: FxHashMap<(Head, SmolStr), Vec<DefId>>,
    /// Functions of traits.
    pub(super) trait_fns: FxHashMap<SmolStr, Vec<(DefId, DefId)>>,
    /// Associated types of trait impls.
    pub(super) assoc: FxHashMap<(Head, SmolStr), Vec<DefId>>,
    pub(super) derived: FxHashSet<(DefId, DefId)>,
    pub(super) derefs: FxHashSet<DefId>,
    pub(super) foreign_traits: FxHashMap<Head, Vec<Arc<str>>>,
    pub(super) supers: FxHashMap<DefId, Vec<TraitRef>>,
}

/// Lowers the headers of all impls and indexes them.
pub(super) fn index_impls(program: &mut Program<'_>, derived: &dyn Fn(&str) -> Vec<String>) {
    for index in 0..program.impls.len() {
        let id = ImplId(u32::try_from(index).unwrap_or(u32::MAX));
        let facts = program.imp(id).facts;
        let mut scope = program.impl_scope(id);
        let self_ty = program.lower(&facts.self_ty, &scope);
        scope.self_ty = Some(self_ty.clone());
        let trait_ = facts
            .trait_
            .as_ref()
            .and_then(|path| program.lower_trait(path, &scope, 0));
        let bounds = program.lower_generics(impl_owner(id), &facts.generics, &scope);
        let imp = &mut program.impls[index];
        (imp.self_ty, imp.trait_, imp.bounds) = (self_ty, trait_, bounds);
    }
    let mut built = ImplIndex::default();
    for (index, imp) in (0..).zip(&program.impls) {
        built.add_impl(program, ImplId(index), imp.facts.trait_.is_some());
    }
    for (id, _) in program.all_defs() {
        built.add_def(program, id, derived);
    }
    program.index = built;
}

impl ImplIndex {
    fn add_impl(&mut self, program: &Program<'_>, id: ImplId, is_trait_impl: bool) {
        let imp = program.imp(id);
        let Some(head) = head(&imp.self_ty) else {
            return;
        };
        if let Some(bound) = &imp.trait_ {
            if let Some(def) = bound.def {
                self.by_trait.entry(def).or_default().push(id);
                self.by_trait_head
                    .entry((def, head.clone()))
                    .or_default()
                    .push(id);
            } else if let Some(path) = &bound.foreign {
                self.foreign_traits
                    .entry(head.clone())
                    .or_default()
                    .push(path.clone());
            }
        }
        for &item in &imp.items {
            let def = program.def(item);
            let key = (head.clone(), def.name.clone());
            match def.kind {
                DefKind::Alias(..) => self.assoc.entry(key).or_default().push(item),
                // Methods of a trait that nothing declares are found like a type's own.
                _ if !is_trait_impl || imp.trait_.as_ref().is_none_or(|t| t.def.is_none()) => {
                    self.inherent.entry(key).or_default().push(item);
                }
                _ => {}
            }
        }
    }

    fn add_def(&mut self, program: &Program<'_>, id: DefId, derived: &dyn Fn(&str) -> Vec<String>) {
        let def = program.def(id);
        match (def.kind, def.owner) {
            (DefKind::Fn(_), Owner::Trait(trait_)) => {
                self.trait_fns
                    .entry(def.name.clone())
                    .or_default()
                    .push((trait_, id));
            }
            (DefKind::Trait(facts), _) => {
                let scope = program.ty_scope(id);
                let supers = facts
                    .supers
                    .iter()
                    .filter_map(|b| program.lower_bound(b, &scope));
                self.supers.insert(id, supers.collect());
            }
            (DefKind::Struct(..) | DefKind::Enum(..), _) => {
                let Some(item) = def.item else { return };
                for derive in derives(&item.attrs) {
                    if derive == "Deref" {
                        self.derefs.insert(id);
                    }
                    for path in derived(derive) {
                        self.add_derived(program, id, &path);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_derived(&mut self, program: &Program<'_>, adt: DefId, path: &str) {
        let names: Vec<SmolStr> = path.split("::").map(SmolStr::new).collect();
        let Some((first, rest)) = names.split_first() else {
            return;
        };
        let Some(root) = program.api_root(first) else {
            return;
        };
        let found = program.walk(vec![super::Res::Def(root)], rest);
        if let Some((found, 0)) = found {
            for res in found {
                if let super::Res::Def(trait_) = res {
                    self.derived.insert((trait_, adt));
                }
            }
        }
    }
}

/// The head of a type; `None` for what nothing is known of.
pub(super) fn head(ty: &Ty) -> Option<Head> {
    Some(match ty.untagged() {
        Ty::Adt(def, _) => Head::Def(*def),
        Ty::Foreign(path, _) => Head::Foreign(path.clone()),
        Ty::Prim(name) => Head::Prim(name.clone()),
        Ty::Tuple(_) => Head::Tuple,
        Ty::Slice(_) => Head::Slice,
        Ty::Fn(..) => Head::Fn,
        Ty::Future(_) => Head::Future,
        Ty::Opaque(bounds) => Head::Trait(bounds.first()?.def?),
        Ty::Param(..) | Ty::Proj(..) => Head::Any,
        _ => return None,
    })
}
