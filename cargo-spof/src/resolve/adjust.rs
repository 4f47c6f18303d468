//! What the language itself does to values: `?`, `.await`, fields, indexing, iteration, coercion.

use super::infer::Infer;
use super::program::{DefKind, Program};
use super::ty::{Subst, TraitRef, Ty, Why};
use crate::facts::ExprId;
use std::sync::Arc;

impl Infer<'_, '_> {
    /// What awaiting a value yields.
    pub(super) fn awaited(&mut self, ty: &Ty) -> Ty {
        let ty = self.known(ty);
        for step in self.cx.autoderef(&ty) {
            if let Ty::Future(output) = step.untagged() {
                return (**output).clone();
            }
            if let Some(flow) = self.know.awaited(self.cx.program, &step) {
                return flow.to.unwrap_or(Ty::Unknown(Why::Foreign));
            }
            let lang = &self.cx.program.lang;
            for trait_ in [lang.get("Future"), lang.get("IntoFuture")]
                .into_iter()
                .flatten()
            {
                if let Some(output) = self.cx.project(&step, Some(trait_), "Output", 0) {
                    let output = self.fresh(&output);
                    return match step.tag() {
                        Some(tag) => self.with_tag(&output, &tag.clone()),
                        None => output,
                    };
                }
            }
        }
        match ty.untagged() {
            Ty::Unknown(why) => Ty::Unknown(*why),
            Ty::Var(_) => {
                // A future of something: what, its other uses may tell.
                let output = self.vars.fresh();
                self.vars.unify(&ty, &Ty::Future(Arc::new(output.clone())));
                output
            }
            Ty::Foreign(..) => Ty::Unknown(Why::Foreign),
            _ => Ty::Unknown(Why::Inference),
        }
    }

    /// What `?` yields. A value that is neither a result nor an option stays as it is: a rule that
    /// names a bare type leaves its wrapper out.
    pub(super) fn tried(&mut self, ty: &Ty) -> Ty {
        let ty = self.known(ty);
        let lang = &self.cx.program.lang;
        match ty.untagged() {
            Ty::Adt(def, args) if lang.is(*def, "Result") || lang.is(*def, "Option") => {
                args.first().cloned().unwrap_or(Ty::Unknown(Why::Inference))
            }
            _ => ty,
        }
    }

    /// The type as it is known by now; asks the open bounds once more where it is not.
    pub(super) fn known(&mut self, ty: &Ty) -> Ty {
        let now = self.now(ty);
        if matches!(now.untagged(), Ty::Var(_)) {
            self.settle();
            return self.now(ty);
        }
        now
    }

    /// A field of a value.
    pub(super) fn field(&mut self, base: ExprId, name: &str) -> Ty {
        let ty = self.expr(base, None);
        let ty = self.known(&ty);
        let program: &Program<'_> = self.cx.program;
        for step in self.cx.autoderef(&ty) {
            match step.untagged() {
                Ty::Tuple(elems) => {
                    if let Some(elem) = name.parse::<usize>().ok().and_then(|n| elems.get(n)) {
                        return elem.clone();
                    }
                }
                Ty::Adt(def, args) => {
                    let found = program.fields(*def).iter().find(|(field, _)| field == name);
                    let Some((_, field)) = found else { continue };
                    let mut subst = Subst::default();
                    subst.set_all(def.0, args.iter().cloned());
                    let field = self.fresh(&subst.apply(field));
                    let field = match step.tag() {
                        Some(tag) => self.with_tag(&field, &tag.clone()),
                        None => field,
                    };
                    return self.with_origin(field, || format!("{}.{name}", program.path(*def)));
                }
                _ => {}
            }
        }
        match ty.untagged() {
            Ty::Unknown(why) => Ty::Unknown(*why),
            Ty::Var(_) => Ty::Unknown(Why::Inference),
            Ty::Foreign(..) => Ty::Unknown(Why::Foreign),
            _ => Ty::Unknown(Why::Member),
        }
    }

    /// `base[index]`.
    pub(super) fn index(&mut self, base: ExprId, index: ExprId) -> Ty {
        let ty = self.expr(base, None);
        self.expr(index, None);
        let is_range = matches!(
            self.body.expr(index).kind,
            crate::facts::ExprKind::Range(..)
        );
        let ty = self.known(&ty);
        if is_range {
            return ty;
        }
        let trait_ = self.cx.program.lang.get("Index");
        for step in self.cx.autoderef(&ty) {
            if let Ty::Slice(elem) = step.untagged() {
                return (**elem).clone();
            }
            if let Some(output) = trait_.and_then(|t| self.cx.project(&step, Some(t), "Output", 0))
            {
                return self.fresh(&output);
            }
        }
        Ty::Unknown(Why::Inference)
    }

    /// What iterating over a value yields.
    pub(super) fn item(&mut self, ty: &Ty) -> Ty {
        let ty = self.known(ty);
        let lang = &self.cx.program.lang;
        let traits = [lang.get("Iterator"), lang.get("IntoIterator")];
        for step in self.cx.autoderef(&ty) {
            if let Ty::Slice(elem) = step.untagged() {
                return (**elem).clone();
            }
            for trait_ in traits.into_iter().flatten() {
                if let Some(item) = self.cx.project(&step, Some(trait_), "Item", 0) {
                    return self.fresh(&item);
                }
            }
        }
        Ty::Unknown(Why::Inference)
    }

    /// Uses a value where a type is expected: what can be learnt of either is learnt.
    pub(super) fn coerce(&mut self, actual: &Ty, expected: &Ty) {
        let (actual, expected) = (self.now(actual), self.now(expected));
        let (a, e) = (actual.untagged(), expected.untagged());
        match (a, e) {
            (Ty::Opaque(_) | Ty::Param(..), Ty::Opaque(bounds)) | (_, Ty::Opaque(bounds)) => {
                for bound in bounds.to_vec() {
                    self.settle_one(&actual, &bound);
                }
                if matches!(a, Ty::Var(_)) {
                    self.vars.unify(&actual, &expected);
                }
            }
            (Ty::Adt(x, _), Ty::Adt(y, _)) if x != y => self.coerce_deref(&actual, &expected),
            (Ty::Adt(..), Ty::Slice(_) | Ty::Future(_) | Ty::Fn(..)) => {
                self.coerce_deref(&actual, &expected);
            }
            _ => {
                self.vars.unify(&actual, &expected);
            }
        }
    }

    /// `&Arc<T>` where `&T` is expected; `Box<T>` around what is boxed.
    fn coerce_deref(&mut self, actual: &Ty, expected: &Ty) {
        for step in self.cx.autoderef(actual).iter().skip(1) {
            if super::impls::head(step) == super::impls::head(expected) {
                self.vars.unify(step, expected);
                return;
            }
        }
    }

    /// Looks at all open bounds again.
    pub(super) fn settle(&mut self) {
        let mut at = 0;
        // Settling one bound may open others, which are appended; each is looked at once a round.
        while at < self.pending.len() && at < MAX_PENDING {
            let (subject, bound) = self.pending[at].clone();
            let subject = self.vars.deep(&subject);
            let subject = self.cx.normalize(&subject);
            if self.settle_one(&subject, &bound) {
                self.pending.swap_remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// What a bound says of a type: its associated types and arguments. Whether all is said.
    fn settle_one(&mut self, subject: &Ty, bound: &TraitRef) -> bool {
        let subject = self.now(subject);
        let bare = subject.untagged().clone();
        if matches!(bare, Ty::Var(_) | Ty::Proj(..)) {
            return false;
        }
        if let (Some((params, ret)), Ty::Fn(actual, output)) = (&bound.call, &bare) {
            for (a, b) in actual.iter().zip(params.iter()) {
                self.vars.unify(a, b);
            }
            self.coerce(output, ret);
            return true;
        }
        let Some(def) = bound.def else { return true };
        for (name, expected) in bound.assoc.iter() {
            let deep = self.vars.deep(&subject);
            if let Some(found) = self.cx.project(&deep, Some(def), name, 0) {
                let found = self.fresh(&found);
                self.coerce(&found, expected);
            }
        }
        if !bound.args.is_empty() {
            self.settle_args(&subject, bound);
        }
        true
    }

    /// `B: FromIterator<A>`: the impl for `B` says what `A` is, or the other way round.
    fn settle_args(&mut self, subject: &Ty, bound: &TraitRef) {
        let Some(def) = bound.def else { return };
        let deep = self.vars.deep(subject);
        let Some(found) = self.cx.find_impl(&deep, def, 0) else {
            return;
        };
        let super::impls::Found::Impl(imp, mut subst) = found else {
            return;
        };
        let program = self.cx.program;
        let owner = super::lower::impl_owner(imp);
        let data = program.imp(imp);
        for (index, _) in (0..).zip(&data.facts.generics.params) {
            if subst.get(owner, index).is_none() {
                subst.set(owner, index, self.vars.fresh());
            }
        }
        let Some(of) = &data.trait_ else { return };
        let args: Vec<Ty> = of
            .args
            .iter()
            .map(|ty| self.cx.normalize(&subst.apply(ty)))
            .collect();
        for (a, b) in args.iter().zip(bound.args.iter()) {
            self.vars.unify(a, b);
        }
        for (ty, nested) in &data.bounds {
            if nested.args.is_empty() && nested.assoc.is_empty() && nested.call.is_none() {
                continue;
            }
            if self.pending.len() < MAX_PENDING {
                self.pending
                    .push((subst.apply(ty), subst.apply_trait(nested)));
            }
        }
    }

    /// Parameters and result that a closure is expected to have.
    pub(super) fn expected_fn(&mut self, ty: &Ty) -> Option<(Vec<Ty>, Ty)> {
        let ty = self.now(ty);
        match ty.untagged() {
            Ty::Fn(params, ret) => Some((params.to_vec(), (**ret).clone())),
            Ty::Var(index) => {
                let index = *index;
                let found = self.pending.iter().find_map(|(subject, bound)| {
                    let same = self.vars.shallow(subject) == Ty::Var(index);
                    bound.call.clone().filter(|_| same)
                });
                found.map(|(params, ret)| (params.to_vec(), (*ret).clone()))
            }
            Ty::Adt(..) => {
                // `Box<dyn Fn(A) -> B>`.
                let steps = self.cx.autoderef(&ty);
                steps.iter().skip(1).find_map(|step| match step.untagged() {
                    Ty::Fn(params, ret) => Some((params.to_vec(), (**ret).clone())),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// A struct literal.
    pub(super) fn struct_expr(
        &mut self,
        path: &crate::facts::Path,
        fields: &[crate::facts::Field<ExprId>],
        rest: Option<ExprId>,
    ) -> Ty {
        let Some(def) = self.pattern_def(path) else {
            for (_, value) in fields {
                self.expr(*value, None);
            }
            for rest in rest {
                self.expr(rest, None);
            }
            return self.written(&crate::facts::TypeRef::Path(path.clone()));
        };
        let adt = match self.cx.program.def(def).kind {
            DefKind::Variant(adt, _) => adt,
            _ => def,
        };
        let written = self.written(&crate::facts::TypeRef::Path(path.clone()));
        let args: Arc<[Ty]> = match written.untagged() {
            Ty::Adt(of, args) if *of == adt => args.clone(),
            _ => {
                let n = self.cx.program.generics(adt).map_or(0, |g| g.params.len());
                (0..n).map(|_| self.vars.fresh()).collect()
            }
        };
        let known = self.fields_of(def, adt, &args, None);
        for (name, value) in fields {
            let field = known
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, ty)| ty.clone());
            let ty = self.expr(*value, field.as_ref());
            if let Some(field) = field {
                self.coerce(&ty, &field);
            }
        }
        let ty = Ty::Adt(adt, args);
        for rest in rest {
            let rest = self.expr(rest, Some(&ty));
            self.vars.unify(&rest, &ty);
        }
        ty
    }
}

/// Bounds of a body that are open at a time; code that people write has a few dozen.
const MAX_PENDING: usize = 4_000;
