//! Types as the resolver knows them.

use super::program::DefId;
use smol_str::SmolStr;
use std::sync::Arc;

/// A type. References, pointers and lifetimes are left out: `&T` is `T`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Not known, with the reason.
    Unknown(Why),
    /// A struct, enum or union of the workspace or of a declared API.
    Adt(DefId, Arc<[Ty]>),
    /// A type of another crate that nothing declares: its path.
    Foreign(Arc<str>, Arc<[Ty]>),
    /// `str`, `u32`, `bool`, ….
    Prim(SmolStr),
    /// A tuple; the empty one is unit.
    Tuple(Arc<[Ty]>),
    /// A slice or array.
    Slice(Arc<Ty>),
    /// A generic parameter of a function, type, trait or impl; [`Ty::SELF`] is a trait's `Self`.
    Param(u32, u32),
    /// `impl Trait` or `dyn Trait`.
    Opaque(Arc<[TraitRef]>),
    /// A function, function pointer or closure.
    Fn(Arc<[Ty]>, Arc<Ty>),
    /// A future of a value.
    Future(Arc<Ty>),
    /// `<T as Trait>::Name`, not resolved yet.
    Proj(Arc<Ty>, Option<DefId>, SmolStr),
    /// An inference variable of the body at hand.
    Var(u32),
    /// `_`: becomes a variable in a body.
    Infer,
    /// `!`.
    Never,
    /// A value's type with what is known of where the value comes from.
    Tagged(Arc<Tag>, Arc<Ty>),
}

/// Where a value comes from, as far as it tells stores apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tag {
    /// What the store is called where the value was made: a binding, a bucket, a URL.
    pub label: Option<SmolStr>,
    /// What the value will do: a command, an SQL verb.
    pub verb: Option<SmolStr>,
    /// The fields and statics through which the value came, innermost first: `path::Type.field`.
    pub origins: Vec<SmolStr>,
}

/// A trait with its arguments and associated types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraitRef {
    /// The trait, where it is declared.
    pub def: Option<DefId>,
    /// The trait's path, where nothing declares it.
    pub foreign: Option<Arc<str>>,
    /// Its arguments.
    pub args: Arc<[Ty]>,
    /// Its associated types, as far as they are bound.
    pub assoc: Arc<[(SmolStr, Ty)]>,
    /// For `Fn(A) -> B`: parameters and result.
    pub call: Option<(Arc<[Ty]>, Arc<Ty>)>,
}

/// Why a type or callee is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A name that leads nowhere.
    Name,
    /// A type or function of a crate that the catalogue does not describe.
    Foreign,
    /// The type has no such method or field that is known.
    Member,
    /// Inference did not reach it.
    Inference,
    /// It comes out of a macro.
    Macro,
    /// A syntax that is not read.
    Syntax,
}

impl Why {
    /// The reason as a phrase.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Name => "a name that leads nowhere",
            Self::Foreign => "a type of a crate without a rule",
            Self::Member => "a method or field that is not known",
            Self::Inference => "a type that inference did not reach",
            Self::Macro => "a value that comes out of a macro",
            Self::Syntax => "syntax not understood",
        }
    }
}

impl Ty {
    /// The index of a trait's `Self` among its parameters.
    pub const SELF: u32 = u32::MAX;

    /// The unit type.
    pub fn unit() -> Self {
        Self::Tuple(Arc::from([]))
    }

    /// A primitive type.
    pub fn prim(name: &'static str) -> Self {
        Self::Prim(SmolStr::new_static(name))
    }

    /// The type without its tags on the outside.
    pub fn untagged(&self) -> &Ty {
        let mut ty = self;
        while let Self::Tagged(_, inner) = ty {
            ty = inner;
        }
        ty
    }

    /// The outermost tag.
    pub fn tag(&self) -> Option<&Arc<Tag>> {
        match self {
            Self::Tagged(tag, _) => Some(tag),
            _ => None,
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self.untagged(), Self::Unknown(_) | Self::Infer)
    }

    /// Applies `f` to every type inside, innermost first.
    #[must_use]
    pub fn map(&self, f: &mut dyn FnMut(Ty) -> Ty) -> Ty {
        let list = |tys: &Arc<[Ty]>, f: &mut dyn FnMut(Ty) -> Ty| -> Arc<[Ty]> {
            tys.iter().map(|ty| ty.map(f)).collect()
        };
        let mapped = match self {
            Self::Adt(def, args) if !args.is_empty() => Self::Adt(*def, list(args, f)),
            Self::Foreign(path, args) if !args.is_empty() => {
                Self::Foreign(path.clone(), list(args, f))
            }
            Self::Tuple(args) if !args.is_empty() => Self::Tuple(list(args, f)),
            Self::Slice(inner) => Self::Slice(Arc::new(inner.map(f))),
            Self::Future(inner) => Self::Future(Arc::new(inner.map(f))),
            Self::Fn(params, ret) => Self::Fn(list(params, f), Arc::new(ret.map(f))),
            Self::Proj(inner, trait_, name) => {
                Self::Proj(Arc::new(inner.map(f)), *trait_, name.clone())
            }
            Self::Opaque(bounds) => Self::Opaque(bounds.iter().map(|b| b.map(f)).collect()),
            Self::Tagged(tag, inner) => Self::Tagged(tag.clone(), Arc::new(inner.map(f))),
            other => other.clone(),
        };
        f(mapped)
    }

    /// Whether any type inside satisfies `f`.
    pub fn any(&self, f: &mut dyn FnMut(&Ty) -> bool) -> bool {
        if f(self) {
            return true;
        }
        match self {
            Self::Adt(_, args) | Self::Foreign(_, args) | Self::Tuple(args) => {
                args.iter().any(|ty| ty.any(f))
            }
            Self::Slice(inner)
            | Self::Future(inner)
            | Self::Proj(inner, _, _)
            | Self::Tagged(_, inner) => inner.any(f),
            Self::Fn(params, ret) => params.iter().any(|ty| ty.any(f)) || ret.any(f),
            Self::Opaque(bounds) => bounds.iter().any(|bound| bound.any(f)),
            _ => false,
        }
    }
}

impl TraitRef {
    /// Applies `f` to every type inside.
    #[must_use]
    pub fn map(&self, f: &mut dyn FnMut(Ty) -> Ty) -> Self {
        Self {
            def: self.def,
            foreign: self.foreign.clone(),
            args: self.args.iter().map(|ty| ty.map(f)).collect(),
            assoc: self
                .assoc
                .iter()
                .map(|(name, ty)| (name.clone(), ty.map(f)))
                .collect(),
            call: self.call.as_ref().map(|(params, ret)| {
                (
                    params.iter().map(|ty| ty.map(f)).collect(),
                    Arc::new(ret.map(f)),
                )
            }),
        }
    }

    fn any(&self, f: &mut dyn FnMut(&Ty) -> bool) -> bool {
        self.args.iter().any(|ty| ty.any(f))
            || self.assoc.iter().any(|(_, ty)| ty.any(f))
            || self
                .call
                .as_ref()
                .is_some_and(|(params, ret)| params.iter().any(|ty| ty.any(f)) || ret.any(f))
    }

    /// The associated type of this name, where it is bound.
    pub fn assoc(&self, name: &str) -> Option<&Ty> {
        let found = self.assoc.iter().find(|(n, _)| n == name);
        found.map(|(_, ty)| ty)
    }
}

/// A substitution of generic parameters.
#[derive(Clone, Debug, Default)]
pub struct Subst {
    pairs: Vec<((u32, u32), Ty)>,
}

impl Subst {
    /// Sets a parameter.
    pub fn set(&mut self, owner: u32, index: u32, ty: Ty) {
        self.pairs.push(((owner, index), ty));
    }

    /// Sets an owner's parameters in order.
    pub fn set_all(&mut self, owner: u32, tys: impl IntoIterator<Item = Ty>) {
        for (index, ty) in (0..).zip(tys) {
            self.set(owner, index, ty);
        }
    }

    /// What a parameter stands for.
    pub fn get(&self, owner: u32, index: u32) -> Option<&Ty> {
        let found = self
            .pairs
            .iter()
            .rev()
            .find(|(key, _)| *key == (owner, index));
        found.map(|(_, ty)| ty)
    }

    /// The type with all parameters replaced that this substitution sets.
    pub fn apply(&self, ty: &Ty) -> Ty {
        if self.pairs.is_empty() {
            return ty.clone();
        }
        ty.map(&mut |ty| match ty {
            Ty::Param(owner, index) => self.get(owner, index).cloned().unwrap_or(ty),
            other => other,
        })
    }

    /// The trait with all parameters replaced that this substitution sets.
    pub fn apply_trait(&self, bound: &TraitRef) -> TraitRef {
        bound.map(&mut |ty| match ty {
            Ty::Param(owner, index) => self.get(owner, index).cloned().unwrap_or(ty),
            other => other,
        })
    }
}
