//! A signature at a call: fresh variables for its parameters, its bounds as open ones, its result.

use super::Flow;
use super::infer::Infer;
use super::program::{DefId, Owner};
use super::queries::{JOINED, PLACEHOLDERS, TRIED};
use super::ty::{Subst, Ty, Why};
use crate::facts::{Path, TypeRef};

/// Type arguments as written at a call.
pub(super) enum Written<'r> {
    Tys(Vec<Ty>),
    Refs(&'r [TypeRef]),
}

impl Infer<'_, '_> {
    /// Fresh variables for a function's parameters, and its bounds as open ones.
    pub(super) fn instantiate(
        &mut self,
        def: DefId,
        mut subst: Subst,
        written: &Written<'_>,
    ) -> Subst {
        let program = self.cx.program;
        let written = match written {
            Written::Tys(tys) => tys.clone(),
            Written::Refs(refs) => refs.iter().map(|ty| self.written(ty)).collect(),
        };
        // An older version of an API may take further type arguments in front.
        let n_own = program
            .generics(def)
            .map_or(0, |generics| generics.params.len());
        let extra = written.len().saturating_sub(n_own);
        for (owner, n) in program.owners(def) {
            for index in 0..u32::try_from(n).unwrap_or(0) {
                if subst.get(owner, index).is_some() {
                    continue;
                }
                let given = (owner == def.0)
                    .then(|| written.get(index as usize + extra))
                    .flatten();
                let ty = given.cloned().unwrap_or_else(|| self.vars.fresh());
                subst.set(owner, index, ty);
            }
        }
        let own = program
            .sig(def)
            .map(|sig| sig.bounds.as_slice())
            .unwrap_or_default();
        let around = match program.def(def).owner {
            Owner::Impl(imp) => program.imp(imp).bounds.as_slice(),
            _ => &[],
        };
        for (ty, bound) in own.iter().chain(around) {
            self.pending
                .push((subst.apply(ty), subst.apply_trait(bound)));
        }
        subst
    }

    /// Parameters and result for these arguments; `by_path` with the receiver first.
    pub(super) fn signature(&mut self, def: DefId, subst: &Subst, by_path: bool) -> (Vec<Ty>, Ty) {
        let Some(sig) = self.cx.program.sig(def) else {
            return (Vec::new(), Ty::Unknown(Why::Name));
        };
        let receiver = sig.receiver.iter().filter(|_| by_path);
        let params: Vec<Ty> = receiver
            .chain(&sig.params)
            .map(|ty| subst.apply(ty))
            .collect();
        let params = params.iter().map(|ty| self.fresh(ty)).collect();
        let ret = self.vars.deep(&subst.apply(&sig.ret));
        (params, self.fresh(&ret))
    }

    /// The type of a call: what the catalogue says, else the signature's.
    pub(super) fn flow_type(
        &mut self,
        flow: Option<&Flow>,
        on: &Ty,
        args: &[Ty],
        declared: Option<&Ty>,
    ) -> Ty {
        let Some(to) = flow.and_then(|flow| flow.to.as_ref()) else {
            return declared.cloned().unwrap_or(Ty::Unknown(Why::Foreign));
        };
        let mut subst = Subst::default();
        subst.set(PLACEHOLDERS, Ty::SELF, on.clone());
        subst.set_all(PLACEHOLDERS, args.iter().cloned());
        if mentions(to, &[JOINED, TRIED]) {
            let joined: Vec<Ty> = args.iter().map(|ty| self.awaited(ty)).collect();
            let tried = joined.iter().map(|ty| self.tried(ty)).collect();
            subst.set(PLACEHOLDERS, TRIED, Ty::Tuple(tried));
            subst.set(PLACEHOLDERS, JOINED, Ty::Tuple(joined.into()));
        }
        let to = subst.apply(to);
        self.fresh(&to)
    }
}

/// Whether a type that the catalogue gives has one of these placeholders.
pub(super) fn mentions(ty: &Ty, placeholders: &[u32]) -> bool {
    ty.any(&mut |ty| matches!(ty, Ty::Param(PLACEHOLDERS, index) if placeholders.contains(index)))
}

pub(super) fn last_args(path: &Path) -> Written<'_> {
    Written::Refs(
        path.segments
            .last()
            .map(|segment| segment.args.as_slice())
            .unwrap_or_default(),
    )
}
