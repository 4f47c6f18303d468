//! Inference variables: what stands for what, found by unification.
//!
//! Unification never fails: where two types disagree (a coercion, an imprecision of ours) the first
//! stays, and the caller learns that they do.

use super::ty::{TraitRef, Ty};
use std::sync::Arc;

/// The inference variables of a body.
#[derive(Debug, Default)]
pub(super) struct Vars {
    bound: Vec<Option<Ty>>,
}

impl Vars {
    pub(super) fn fresh(&mut self) -> Ty {
        self.bound.push(None);
        Ty::Var(u32::try_from(self.bound.len() - 1).unwrap_or(u32::MAX))
    }

    /// `_` in a written type becomes a variable.
    pub(super) fn freshen(&mut self, ty: &Ty) -> Ty {
        if !ty.any(&mut |ty| matches!(ty, Ty::Infer)) {
            return ty.clone();
        }
        ty.map(&mut |ty| match ty {
            Ty::Infer => self.fresh(),
            other => other,
        })
    }

    /// What a variable stands for, outermost constructor only.
    pub(super) fn shallow(&self, ty: &Ty) -> Ty {
        let mut ty = ty;
        while let Ty::Var(index) = ty {
            match &self.bound[*index as usize] {
                Some(bound) => ty = bound,
                None => break,
            }
        }
        match ty {
            Ty::Tagged(tag, inner) if matches!(**inner, Ty::Var(_)) => {
                Ty::Tagged(tag.clone(), Arc::new(self.shallow(inner)))
            }
            _ => ty.clone(),
        }
    }

    /// The type with all variables replaced that stand for something.
    pub(super) fn deep(&self, ty: &Ty) -> Ty {
        if !ty.any(&mut |ty| matches!(ty, Ty::Var(_))) {
            return ty.clone();
        }
        ty.map(&mut |ty| match ty {
            Ty::Var(index) => match &self.bound[index as usize] {
                Some(bound) => self.deep(bound),
                None => ty,
            },
            other => other,
        })
    }

    fn bind(&mut self, index: u32, ty: &Ty) {
        let ty = self.deep(ty);
        let occurs = ty.any(&mut |inner| matches!(inner, Ty::Var(other) if *other == index));
        if !occurs && !matches!(ty, Ty::Never) {
            self.bound[index as usize] = Some(ty);
        }
    }

    /// Makes two types one; whether they could be.
    pub(super) fn unify(&mut self, a: &Ty, b: &Ty) -> bool {
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Ty::Var(x), Ty::Var(y)) if x == y => true,
            (Ty::Var(x), _) if !b.is_unknown() => {
                self.bind(*x, &b);
                true
            }
            (_, Ty::Var(y)) if !a.is_unknown() => {
                self.bind(*y, &a);
                true
            }
            (Ty::Tagged(_, a), b) => self.unify(a, b),
            (a, Ty::Tagged(_, b)) => self.unify(a, b),
            (Ty::Unknown(_) | Ty::Infer | Ty::Never, _)
            | (_, Ty::Unknown(_) | Ty::Infer | Ty::Never) => true,
            (Ty::Adt(x, p), Ty::Adt(y, q)) => x == y && self.unify_all(p, q),
            (Ty::Foreign(x, p), Ty::Foreign(y, q)) => x == y && self.unify_all(p, q),
            (Ty::Tuple(p), Ty::Tuple(q)) => p.len() == q.len() && self.unify_all(p, q),
            (Ty::Slice(p), Ty::Slice(q)) | (Ty::Future(p), Ty::Future(q)) => self.unify(p, q),
            (Ty::Fn(p, x), Ty::Fn(q, y)) => {
                let params = p.len() == q.len() && self.unify_all(p, q);
                self.unify(x, y) && params
            }
            (Ty::Opaque(p), Ty::Opaque(q)) => {
                for (x, y) in p.iter().zip(q.iter()) {
                    self.unify_traits(x, y);
                }
                true
            }
            _ => a == b,
        }
    }

    fn unify_all(&mut self, a: &[Ty], b: &[Ty]) -> bool {
        let mut all = true;
        for (a, b) in a.iter().zip(b) {
            all &= self.unify(a, b);
        }
        all
    }

    fn unify_traits(&mut self, a: &TraitRef, b: &TraitRef) {
        if a.def != b.def {
            return;
        }
        self.unify_all(&a.args, &b.args);
        for (name, ty) in a.assoc.iter() {
            if let Some(other) = b.assoc(name) {
                self.unify(ty, &other.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_never_stands_for_a_type_that_holds_it() {
        let mut vars = Vars::default();
        let var = vars.fresh();
        let list = Ty::Slice(Arc::new(var.clone()));
        vars.unify(&var, &list);
        assert_eq!(vars.deep(&var), var);
    }

    #[test]
    fn what_is_learnt_later_is_seen_through_earlier_types() {
        let mut vars = Vars::default();
        let (a, b) = (vars.fresh(), vars.fresh());
        let list = Ty::Slice(Arc::new(a.clone()));
        vars.unify(&a, &b);
        vars.unify(&b, &Ty::prim("u8"));
        assert_eq!(vars.deep(&list), Ty::Slice(Arc::new(Ty::prim("u8"))));
    }
}
