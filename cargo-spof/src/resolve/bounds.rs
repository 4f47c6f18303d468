//! Bounds: whether a type implements a trait, and which bounds hold for a parameter.
//!
//! An impl's self type is a pattern whose variables are the impl's parameters; it is matched one way against a
//! type. Blanket impls (`impl<T: A> B for T`) need their bounds to hold; others are taken at their
//! head, because code that compiles has no wrong ones.

use super::impls::{Head, head};
use super::program::{DefId, DefKind, ImplId, Owner, Program};
use super::queries::PLACEHOLDERS;
use super::ty::{Subst, TraitRef, Ty};
use smol_str::SmolStr;
use std::sync::Arc;

/// The most steps from one impl's bound to the next.
pub(super) const MAX_DEPTH: usize = 8;

/// The program seen from a place where certain bounds hold.
#[derive(Clone, Copy)]
pub(super) struct Cx<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) env: &'p [(Ty, TraitRef)],
}

/// How a type implements a trait.
pub(super) enum Found {
    /// By an impl, with its parameters.
    Impl(ImplId, Subst),
    /// By a bound.
    Bound(TraitRef),
    /// By a derive.
    Derive,
}

impl Cx<'_, '_> {
    /// Matches an impl's self type against a type.
    pub(super) fn match_impl(&self, imp: ImplId, ty: &Ty) -> Option<Subst> {
        let mut subst = Subst::default();
        let pattern = &self.program.imp(imp).self_ty;
        match_ty(pattern, ty, &mut subst).then_some(subst)
    }

    /// The bounds that hold for a parameter, an opaque type or a projection, supertraits included.
    pub(super) fn bounds_of(&self, ty: &Ty) -> Vec<TraitRef> {
        let ty = ty.untagged();
        let mut found: Vec<TraitRef> = match ty {
            Ty::Opaque(bounds) => bounds.to_vec(),
            Ty::Proj(base, _, name) => self.item_bounds(base, name, ty),
            _ => Vec::new(),
        };
        if let Ty::Param(owner, Ty::SELF) = ty {
            found.push(self.own_trait(DefId(*owner)));
        }
        let own = match root_param(ty) {
            Some(owner) => self.program.owner_bounds(owner),
            None => &[],
        };
        for (subject, bound) in self.env.iter().chain(own) {
            if subject == ty && !found.contains(bound) {
                found.push(bound.clone());
            }
        }
        let mut at = 0;
        while at < found.len() && at < 64 {
            for bound in self.supers(&found[at], ty) {
                if !found.contains(&bound) {
                    found.push(bound);
                }
            }
            at += 1;
        }
        found
    }

    fn own_trait(&self, def: DefId) -> TraitRef {
        let n = self
            .program
            .generics(def)
            .map_or(0, |generics| generics.params.len());
        let params = (0..n).map(|index| Ty::Param(def.0, u32::try_from(index).unwrap_or(0)));
        TraitRef {
            def: Some(def),
            foreign: None,
            args: params.collect(),
            assoc: Arc::from([]),
            call: None,
        }
    }

    fn supers(&self, bound: &TraitRef, self_ty: &Ty) -> Vec<TraitRef> {
        let Some(def) = bound.def else {
            return Vec::new();
        };
        let Some(supers) = self.program.index.supers.get(&def) else {
            return Vec::new();
        };
        let subst = trait_subst(def, bound, self_ty);
        let lift = |super_: &TraitRef| {
            let mut super_ = subst.apply_trait(super_);
            // `trait A: Iterator`, `dyn A<Item = X>`: the binding belongs to the supertrait.
            if super_.assoc.is_empty() {
                super_.assoc = bound.assoc.clone();
            }
            super_
        };
        supers.iter().map(lift).collect()
    }

    /// The bounds that a trait states on its associated type.
    fn item_bounds(&self, base: &Ty, name: &str, ty: &Ty) -> Vec<TraitRef> {
        let mut found = Vec::new();
        for bound in self.bounds_of(base) {
            let Some(def) = bound.def else { continue };
            let DefKind::Trait(facts) = self.program.def(def).kind else {
                continue;
            };
            for item in facts.items.iter().filter(|item| item.name == name) {
                let crate::facts::ItemKind::Type(_, bounds, _) = &item.kind else {
                    continue;
                };
                let scope = self.program.ty_scope(def);
                let subst = trait_subst(def, &bound, base);
                let lowered = bounds
                    .iter()
                    .filter_map(|b| self.program.lower_bound(b, &scope));
                found.extend(lowered.map(|bound| subst.apply_trait(&bound)));
            }
        }
        found.retain(|bound| Ty::Opaque(Arc::from([bound.clone()])) != *ty);
        found
    }

    /// How a type implements a trait, if it does.
    pub(super) fn find_impl(&self, ty: &Ty, trait_: DefId, depth: usize) -> Option<Found> {
        if depth > MAX_DEPTH {
            return None;
        }
        let index = &self.program.index;
        let bare = ty.untagged();
        if let Some(bound) = self
            .bounds_of(bare)
            .into_iter()
            .find(|b| b.def == Some(trait_))
        {
            return Some(Found::Bound(bound));
        }
        if let Ty::Adt(adt, _) = bare
            && index.derived.contains(&(trait_, *adt))
        {
            return Some(Found::Derive);
        }
        let head = head(bare);
        // A parameter's own impls would be the blanket ones, whose bounds must hold.
        let head = head.filter(|head| *head != Head::Any);
        let own = head.and_then(|head| index.by_trait_head.get(&(trait_, head)));
        for &imp in own.into_iter().flatten() {
            if let Some(subst) = self.match_impl(imp, ty) {
                return Some(Found::Impl(imp, subst));
            }
        }
        let blanket = index.by_trait_head.get(&(trait_, Head::Any));
        for &imp in blanket.into_iter().flatten() {
            let Some(subst) = self.match_impl(imp, ty) else {
                continue;
            };
            if self.bounds_hold(imp, &subst, bare, depth) {
                return Some(Found::Impl(imp, subst));
            }
        }
        None
    }

    /// Whether a blanket impl's bounds hold, as far as that can be told.
    pub(super) fn bounds_hold(&self, imp: ImplId, subst: &Subst, ty: &Ty, depth: usize) -> bool {
        self.program.imp(imp).bounds.iter().all(|(subject, bound)| {
            let Some(def) = bound.def else {
                return self.has_foreign_trait(ty, bound);
            };
            if self.is_marker(def) {
                return true;
            }
            let subject = self.normalize_at(&subst.apply(subject), depth + 1);
            if open(&subject) {
                return false;
            }
            if bound.call.is_some() {
                return matches!(subject.untagged(), Ty::Fn(..));
            }
            if self.program.lang.is(def, "Future") && matches!(subject.untagged(), Ty::Future(_)) {
                return true;
            }
            self.find_impl(&subject, def, depth + 1).is_some()
        })
    }

    fn has_foreign_trait(&self, ty: &Ty, bound: &TraitRef) -> bool {
        let Some(path) = &bound.foreign else {
            return false;
        };
        let stated = self
            .bounds_of(ty)
            .iter()
            .any(|b| b.foreign.as_ref() == Some(path));
        stated
            || head(ty)
                .and_then(|head| self.program.index.foreign_traits.get(&head))
                .is_some_and(|paths| paths.contains(path))
    }

    /// The paths of the traits that nothing declares and that the workspace implements for this type.
    pub(super) fn foreign_traits(&self, ty: &Ty) -> Vec<Arc<str>> {
        let found = head(ty).and_then(|head| self.program.index.foreign_traits.get(&head));
        found.cloned().unwrap_or_default()
    }

    /// The language's traits without items say nothing that matters here: `Send`, `Sized`, ….
    fn is_marker(&self, def: DefId) -> bool {
        let krate = self.program.def(def).krate;
        match self.program.def(def).kind {
            DefKind::Trait(facts) => {
                facts.items.is_empty()
                    && facts.supers.is_empty()
                    && self.program.is_api(def)
                    && self.program.crate_name(krate) == "std"
            }
            _ => false,
        }
    }

    /// The inherent items of this name of a type, with the impl's parameters; for a method call only
    /// functions with a `self`.
    pub(super) fn inherent(&self, ty: &Ty, name: &str, wants_self: bool) -> Option<(DefId, Subst)> {
        let key = (head(ty)?, SmolStr::new(name));
        let items = self.program.index.inherent.get(&key)?;
        items.iter().find_map(|&item| {
            if wants_self && !self.program.has_self(item) {
                return None;
            }
            let Owner::Impl(imp) = self.program.def(item).owner else {
                return None;
            };
            Some((item, self.match_impl(imp, ty)?))
        })
    }
}

impl Program<'_> {
    /// Bounds that a parameter's own definition states.
    pub(super) fn owner_bounds(&self, owner: u32) -> &[(Ty, TraitRef)] {
        if owner >> 31 == 1 && owner != PLACEHOLDERS {
            let imp = ImplId(owner & !(1 << 31));
            return self
                .impls
                .get(imp.0 as usize)
                .map_or(&[], |imp| &imp.bounds);
        }
        let is_def = (owner as usize) < self.defs.len();
        let sig = is_def.then(|| self.sig(DefId(owner))).flatten();
        sig.map_or(&[], |sig| &sig.bounds)
    }
}

/// Matches a pattern one way: its parameters stand for what they meet first.
fn match_ty(pattern: &Ty, ty: &Ty, subst: &mut Subst) -> bool {
    let ty = match pattern {
        Ty::Param(..) => ty,
        _ => ty.untagged(),
    };
    let all =
        |a: &[Ty], b: &[Ty], subst: &mut Subst| a.iter().zip(b).all(|(a, b)| match_ty(a, b, subst));
    match (pattern, ty) {
        (Ty::Param(owner, index), ty) => {
            if let Some(bound) = subst.get(*owner, *index) {
                let bound = bound.clone();
                return bound.untagged() == ty.untagged() || open(&bound) || open(ty);
            }
            subst.set(*owner, *index, ty.clone());
            true
        }
        (_, Ty::Var(_) | Ty::Unknown(_) | Ty::Infer)
        | (Ty::Unknown(_) | Ty::Infer | Ty::Proj(..), _) => true,
        (Ty::Adt(a, x), Ty::Adt(b, y)) => a == b && all(x, y, subst),
        (Ty::Foreign(a, x), Ty::Foreign(b, y)) => a == b && all(x, y, subst),
        (Ty::Prim(a), Ty::Prim(b)) => a == b,
        (Ty::Tuple(a), Ty::Tuple(b)) => a.len() == b.len() && all(a, b, subst),
        (Ty::Slice(a), Ty::Slice(b)) | (Ty::Future(a), Ty::Future(b)) => match_ty(a, b, subst),
        (Ty::Fn(a, x), Ty::Fn(b, y)) => {
            a.len() == b.len() && all(a, b, subst) && match_ty(x, y, subst)
        }
        (Ty::Opaque(a), Ty::Opaque(b)) => {
            a.first().and_then(|t| t.def) == b.first().and_then(|t| t.def)
        }
        _ => false,
    }
}

/// A trait's parameters and `Self`.
pub(super) fn trait_subst(def: DefId, bound: &TraitRef, self_ty: &Ty) -> Subst {
    let mut subst = Subst::default();
    subst.set(def.0, Ty::SELF, self_ty.clone());
    subst.set_all(def.0, bound.args.iter().cloned());
    subst
}

/// Whose parameter a type is built on: `T`, `T::Item`.
fn root_param(ty: &Ty) -> Option<u32> {
    match ty.untagged() {
        Ty::Param(owner, _) => Some(*owner),
        Ty::Proj(base, _, _) => root_param(base),
        _ => None,
    }
}

/// Whether anything may still be found out about a type.
fn open(ty: &Ty) -> bool {
    matches!(ty.untagged(), Ty::Var(_) | Ty::Unknown(_) | Ty::Infer)
}
