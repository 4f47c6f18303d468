//! Which method a call names.
//!
//! The receiver is dereferenced step by step. At each step, in rustc's order: inherent methods, bounds of
//! a parameter or trait object, traits in scope, other traits (a macro or a foreign glob may have brought them in),
//! and last what the catalogue says of the type without a declaration.

use super::Knowledge;
use super::bounds::{Cx, Found, trait_subst};
use super::impls::{Head, head};
use super::lower::impl_owner;
use super::program::{DefId, DefKind, Owner, Program};
use super::ty::{Subst, Ty, Why};

/// A method that was found.
pub(super) struct Method {
    /// The receiver's type at the step where it was found.
    pub(super) step: Ty,
    pub(super) how: How,
}

pub(super) enum How {
    /// A declared function, with the parameters of its impl or trait as far as they are known.
    Declared(DefId, Subst),
    /// The catalogue speaks of it without a declaration.
    Known,
}

/// The most dereferences of a receiver.
const MAX_STEPS: usize = 12;

impl Cx<'_, '_> {
    /// The types that a receiver dereferences to, itself first.
    pub(super) fn autoderef(&self, ty: &Ty) -> Vec<Ty> {
        let mut steps = vec![ty.clone()];
        while steps.len() < MAX_STEPS {
            let Some(next) = steps.last().and_then(|ty| self.deref(ty)) else {
                break;
            };
            let next = self.normalize(&next);
            if steps.contains(&next) {
                break;
            }
            steps.push(next);
        }
        steps
    }

    /// The step of a receiver that is of the type which a path names: `Inner::get(&outer)`.
    pub(super) fn step_of(&self, ty: &Ty, named: Option<&Ty>) -> Option<Ty> {
        let wanted = head(named?).filter(|head| *head != Head::Any)?;
        let steps = self.autoderef(ty);
        steps
            .into_iter()
            .find(|step| head(step).as_ref() == Some(&wanted))
    }

    /// The method of this name on a receiver, called in a module.
    pub(super) fn find_method(
        &self,
        know: &dyn Knowledge,
        module: DefId,
        steps: &[Ty],
        name: &str,
    ) -> Result<Method, Why> {
        for step in steps {
            let declared = self.declared_method(module, step, name, true);
            let declared = declared.filter(|(def, _)| !self.is_hidden(know, step, name, *def));
            if let Some((def, subst)) = declared {
                return Ok(Method {
                    step: step.clone(),
                    how: How::Declared(def, subst),
                });
            }
            if know.knows_method(self.program, step, name) {
                return Ok(Method {
                    step: step.clone(),
                    how: How::Known,
                });
            }
        }
        Err(why_not(steps))
    }

    /// Whether a function of a trait of the workspace's own is hidden by a method that the catalogue names for this very
    /// type: what it names without a declaration is inherent.
    pub(super) fn is_hidden(&self, know: &dyn Knowledge, ty: &Ty, name: &str, def: DefId) -> bool {
        let program = self.program;
        let is_of_trait = match program.def(def).owner {
            Owner::Trait(_) => true,
            Owner::Impl(imp) => program.imp(imp).trait_.is_some(),
            Owner::Module => false,
        };
        let is_of_client = match ty.untagged() {
            Ty::Adt(adt, _) => program.is_api(*adt),
            Ty::Foreign(..) => true,
            _ => false,
        };
        is_of_trait && is_of_client && !program.is_api(def) && know.names_method(program, ty, name)
    }

    fn declared_method(
        &self,
        module: DefId,
        ty: &Ty,
        name: &str,
        wants_self: bool,
    ) -> Option<(DefId, Subst)> {
        let is_open = matches!(ty.untagged(), Ty::Unknown(_) | Ty::Var(_) | Ty::Infer);
        if !is_open && let Some(found) = self.inherent(ty, name, wants_self) {
            return Some(found);
        }
        if !is_open && let Some(found) = self.bound_method(ty, name) {
            return Some(found);
        }
        self.trait_method(module, ty, name)
    }

    /// A method of a bound: of a parameter, `impl Trait` or `dyn Trait`.
    fn bound_method(&self, ty: &Ty, name: &str) -> Option<(DefId, Subst)> {
        self.bounds_of(ty).into_iter().find_map(|bound| {
            let trait_ = bound.def?;
            let fns = self.program.index.trait_fns.get(name)?;
            let &(_, def) = fns.iter().find(|(of, _)| *of == trait_)?;
            Some((def, trait_subst(trait_, &bound, ty)))
        })
    }

    fn trait_method(&self, module: DefId, ty: &Ty, name: &str) -> Option<(DefId, Subst)> {
        let fns = self.program.index.trait_fns.get(name)?;
        let (near, far): (Vec<_>, Vec<_>) = fns.iter().partition(|(trait_, _)| {
            self.program.is_in_scope(module, *trait_)
                || self.program.is_api(*trait_) && self.is_prelude(*trait_)
        });
        // A type of which nothing is known has every trait that holds for all: only imports can tell.
        let is_open = matches!(ty.untagged(), Ty::Unknown(_) | Ty::Var(_) | Ty::Infer);
        let far = far.into_iter().filter(|_| !is_open);
        near.into_iter().chain(far).find_map(|&(trait_, def)| {
            let found = self.find_impl(ty, trait_, 0)?;
            Some(self.method_of(found, trait_, def, ty))
        })
    }

    fn is_prelude(&self, trait_: DefId) -> bool {
        self.program.crate_name(self.program.def(trait_).krate) == "std"
    }

    /// The function that a trait's function stands for: the impl's own where it has one.
    fn method_of(&self, found: Found, trait_: DefId, def: DefId, ty: &Ty) -> (DefId, Subst) {
        match found {
            Found::Bound(bound) => (def, trait_subst(trait_, &bound, ty)),
            Found::Derive => {
                let mut subst = Subst::default();
                subst.set(trait_.0, Ty::SELF, ty.clone());
                (def, subst)
            }
            Found::Impl(imp, mut subst) => {
                let data = self.program.imp(imp);
                let name = &self.program.def(def).name;
                let own = data.items.iter().find(|&&item| {
                    let item = self.program.def(item);
                    item.name == *name && matches!(item.kind, DefKind::Fn(_))
                });
                if let Some(&own) = own {
                    return (own, subst);
                }
                subst.set(trait_.0, Ty::SELF, ty.clone());
                let bound = data.trait_.as_ref().map(|bound| subst.apply_trait(bound));
                let args = bound.iter().flat_map(|bound| bound.args.iter());
                // `U` of `impl<T, U> Into<U> for T` is for the call to find out.
                let is_own =
                    |ty: &Ty| matches!(ty, Ty::Param(owner, _) if *owner == impl_owner(imp));
                for (index, arg) in (0..).zip(args) {
                    if !arg.any(&mut |ty| is_own(ty)) {
                        subst.set(trait_.0, index, arg.clone());
                    }
                }
                (def, subst)
            }
        }
    }

    /// The associated function or constant of this name of a type.
    pub(super) fn find_assoc(&self, module: DefId, ty: &Ty, name: &str) -> Option<(DefId, Subst)> {
        self.declared_method(module, ty, name, false)
    }
}

/// Why none of a receiver's types has the method.
fn why_not(steps: &[Ty]) -> Why {
    match steps.last().map(Ty::untagged) {
        Some(Ty::Unknown(why)) => *why,
        Some(Ty::Foreign(..)) => Why::Foreign,
        Some(Ty::Var(_) | Ty::Infer) | None => Why::Inference,
        Some(_) => Why::Member,
    }
}

impl Program<'_> {
    /// Whether a function has a `self`.
    pub(super) fn has_self(&self, def: DefId) -> bool {
        matches!(self.def(def).kind, DefKind::Fn(function) if function.receiver.is_some())
    }

    /// The generics that a call of this function instantiates: its own and those of what it stands in.
    pub(super) fn owners(&self, def: DefId) -> Vec<(u32, usize)> {
        let own = self.generics(def).map_or(0, |g| g.params.len());
        let mut owners = vec![(def.0, own)];
        match self.def(def).owner {
            Owner::Impl(imp) => {
                owners.push((impl_owner(imp), self.imp(imp).facts.generics.params.len()));
            }
            Owner::Trait(trait_) => {
                let n = self.generics(trait_).map_or(0, |g| g.params.len());
                owners.push((trait_.0, n));
            }
            Owner::Module => {}
        }
        owners
    }
}

impl Program<'_> {
    /// Whether a declaration says what a method of this name of a type yields.
    pub fn declares(&self, ty: &Ty, name: &str) -> bool {
        let cx = Cx {
            program: self,
            env: &[],
        };
        cx.inherent(ty, name, false).is_some() || cx.bound_method(ty, name).is_some()
    }
}
