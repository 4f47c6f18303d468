//! Associated types and dereferencing: what `<T as Trait>::Name` and `*t` are.
//!
//! A projection that nothing is known of stays one; it is looked at again when its base is known better.

use super::bounds::{Cx, MAX_DEPTH};
use super::impls::{Head, head};
use super::program::{DefId, DefKind, Owner};
use super::ty::{Subst, Ty, Why};
use smol_str::SmolStr;
use std::sync::Arc;

impl Cx<'_, '_> {
    /// `<ty as trait>::name` as far as it is known.
    pub(super) fn project(
        &self,
        ty: &Ty,
        trait_: Option<DefId>,
        name: &str,
        depth: usize,
    ) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let bare = ty.untagged();
        match bare {
            Ty::Future(output) if name == "Output" => return Some((**output).clone()),
            Ty::Fn(_, ret) if name == "Output" => return Some((**ret).clone()),
            _ => {}
        }
        for bound in self.bounds_of(bare) {
            if (trait_.is_none() || trait_ == bound.def)
                && let Some(found) = bound.assoc(name)
            {
                return Some(found.clone());
            }
        }
        let index = &self.program.index;
        let name = SmolStr::new(name);
        let own = head(bare).and_then(|head| index.assoc.get(&(head, name.clone())));
        let blanket = index.assoc.get(&(Head::Any, name));
        let candidates = own.into_iter().flatten().map(|&def| (def, false));
        let blanket = blanket.into_iter().flatten().map(|&def| (def, true));
        for (def, is_blanket) in candidates.chain(blanket) {
            let Owner::Impl(imp) = self.program.def(def).owner else {
                continue;
            };
            let of_trait = self.program.imp(imp).trait_.as_ref().and_then(|t| t.def);
            if trait_.is_some() && of_trait != trait_ {
                continue;
            }
            let Some(subst) = self.match_impl(imp, ty) else {
                continue;
            };
            if is_blanket && !self.bounds_hold(imp, &subst, bare, depth) {
                continue;
            }
            if let DefKind::Alias(_, Some(written)) = self.program.def(def).kind {
                let lowered = self.program.lower(written, &self.program.ty_scope(def));
                return Some(self.normalize_at(&subst.apply(&lowered), depth + 1));
            }
        }
        None
    }

    /// Replaces every projection that is known.
    pub(super) fn normalize(&self, ty: &Ty) -> Ty {
        self.normalize_at(ty, 0)
    }

    pub(super) fn normalize_at(&self, ty: &Ty, depth: usize) -> Ty {
        if !ty.any(&mut |ty| matches!(ty, Ty::Proj(..))) {
            return ty.clone();
        }
        ty.map(&mut |ty| match &ty {
            Ty::Proj(base, trait_, name) => {
                let variant = self.variant_of(base, name);
                let found = variant.or_else(|| self.project(base, *trait_, name, depth));
                match found {
                    Some(found) => found,
                    None if matches!(base.untagged(), Ty::Unknown(_)) => {
                        Ty::Unknown(Why::Inference)
                    }
                    None => ty,
                }
            }
            _ => ty,
        })
    }

    /// `Self::Variant` and `Alias::Variant` look like projections.
    fn variant_of(&self, base: &Ty, name: &str) -> Option<Ty> {
        let Ty::Adt(adt, _) = base.untagged() else {
            return None;
        };
        let DefKind::Enum(_, variants) = self.program.def(*adt).kind else {
            return None;
        };
        variants
            .iter()
            .any(|v| v.name == name)
            .then(|| base.clone())
    }

    /// What a type dereferences to.
    pub(super) fn deref(&self, ty: &Ty) -> Option<Ty> {
        let bare = ty.untagged();
        if let Ty::Adt(adt, args) = bare
            && self.program.index.derefs.contains(adt)
        {
            let (_, field) = self.program.fields(*adt).first()?;
            let mut subst = Subst::default();
            subst.set_all(adt.0, args.iter().cloned());
            return Some(subst.apply(field));
        }
        let deref = self.program.lang.get("Deref")?;
        match bare {
            Ty::Adt(..) | Ty::Foreign(..) | Ty::Opaque(_) | Ty::Param(..) => {
                let found = self.project(ty, Some(deref), "Target", 0)?;
                Some(carry_tag(ty, found))
            }
            _ => None,
        }
    }
}

/// The tag of a smart pointer's value is the pointer's, unless it has its own.
fn carry_tag(from: &Ty, to: Ty) -> Ty {
    match (from.tag(), to.tag()) {
        (Some(tag), None) => Ty::Tagged(tag.clone(), Arc::new(to)),
        _ => to,
    }
}
