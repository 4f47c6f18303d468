//! Written types to types: paths resolved, parameters bound, aliases unfolded.

use super::program::{DefId, DefKind, FnSig, ImplId, Owner, Program, Res};
use super::ty::{Subst, TraitRef, Ty, Why};
use crate::facts::{Bound, Generics, Path, Segment, TypeRef};
use smol_str::SmolStr;
use std::sync::Arc;

/// What names of types mean at a place, beside its module's scope.
#[derive(Clone, Debug)]
pub(super) struct TyScope<'a> {
    pub(super) module: DefId,
    /// Generic parameters, innermost last.
    pub(super) generics: Vec<(u32, &'a Generics)>,
    pub(super) self_ty: Option<Ty>,
}

/// Aliases of aliases of aliases, no deeper than this.
const MAX_ALIASES: usize = 32;

/// The key of an impl's parameters.
pub(super) fn impl_owner(imp: ImplId) -> u32 {
    imp.0 | 1 << 31
}

impl<'a> Program<'a> {
    /// The scope of types inside a definition.
    pub(super) fn ty_scope(&self, id: DefId) -> TyScope<'a> {
        let def = self.def(id);
        let mut scope = match def.owner {
            Owner::Module => TyScope {
                module: def.module,
                generics: Vec::new(),
                self_ty: None,
            },
            Owner::Impl(imp) => self.impl_scope(imp),
            Owner::Trait(trait_) => self.ty_scope(trait_),
        };
        if let Some(generics) = self.generics(id) {
            scope.generics.push((id.0, generics));
        }
        match def.kind {
            DefKind::Trait(_) => scope.self_ty = Some(Ty::Param(id.0, Ty::SELF)),
            DefKind::Struct(..) | DefKind::Enum(..) => scope.self_ty = Some(self.self_of(id)),
            _ => {}
        }
        scope
    }

    pub(super) fn impl_scope(&self, imp: ImplId) -> TyScope<'a> {
        let def = self.imp(imp);
        TyScope {
            module: def.module,
            generics: vec![(impl_owner(imp), &def.facts.generics)],
            self_ty: Some(def.self_ty.clone()),
        }
    }

    /// A type with its own parameters as arguments.
    pub(super) fn self_of(&self, id: DefId) -> Ty {
        let n = self
            .generics(id)
            .map_or(0, |generics| generics.params.len());
        let args = (0..n).map(|index| Ty::Param(id.0, u32::try_from(index).unwrap_or(0)));
        Ty::Adt(id, args.collect())
    }

    /// A written type.
    pub(super) fn lower(&self, ty: &TypeRef, scope: &TyScope<'_>) -> Ty {
        self.lower_at(ty, scope, 0)
    }

    fn lower_at(&self, ty: &TypeRef, scope: &TyScope<'_>, depth: usize) -> Ty {
        let all = |tys: &[TypeRef]| -> Arc<[Ty]> {
            tys.iter()
                .map(|ty| self.lower_at(ty, scope, depth))
                .collect()
        };
        match ty {
            TypeRef::Path(path) => self.lower_path(path, scope, depth),
            TypeRef::Tuple(elems) => Ty::Tuple(all(elems)),
            TypeRef::Slice(elem) => Ty::Slice(Arc::new(self.lower_at(elem, scope, depth))),
            TypeRef::Fn(params, ret) => {
                Ty::Fn(all(params), Arc::new(self.lower_at(ret, scope, depth)))
            }
            TypeRef::Impl(bounds) | TypeRef::Dyn(bounds) => self.lower_bounds(bounds, scope, depth),
            TypeRef::Never => Ty::Never,
            TypeRef::Infer => Ty::Infer,
            TypeRef::Other => Ty::Unknown(Why::Syntax),
        }
    }

    /// `impl A + B`: a future where one of them is, a function where one of them is.
    fn lower_bounds(&self, bounds: &[Bound], scope: &TyScope<'_>, depth: usize) -> Ty {
        let bounds: Vec<TraitRef> = bounds
            .iter()
            .filter_map(|bound| self.lower_bound_at(bound, scope, depth))
            .collect();
        for bound in &bounds {
            if let Some((params, ret)) = &bound.call {
                return Ty::Fn(params.clone(), ret.clone());
            }
            if bound.def.is_some_and(|def| self.lang.is(def, "Future")) {
                let output = bound.assoc("Output").cloned();
                return Ty::Future(Arc::new(output.unwrap_or(Ty::Unknown(Why::Inference))));
            }
        }
        if bounds.is_empty() {
            return Ty::Unknown(Why::Name);
        }
        Ty::Opaque(bounds.into())
    }

    /// A written bound.
    pub(super) fn lower_bound(&self, bound: &Bound, scope: &TyScope<'_>) -> Option<TraitRef> {
        self.lower_bound_at(bound, scope, 0)
    }

    fn lower_bound_at(&self, bound: &Bound, scope: &TyScope<'_>, depth: usize) -> Option<TraitRef> {
        self.lower_trait(&bound.path, scope, depth)
    }

    pub(super) fn lower_trait(
        &self,
        path: &Path,
        scope: &TyScope<'_>,
        depth: usize,
    ) -> Option<TraitRef> {
        let (found, left) = self.resolve_path(scope.module, path)?;
        let (mut def, mut foreign) = (None, None);
        for res in found {
            match res {
                Res::Def(id) if left == 0 && matches!(self.def(id).kind, DefKind::Trait(_)) => {
                    def = def.or(Some(id));
                }
                Res::Foreign(path) => foreign = foreign.or(Some(path)),
                _ => {}
            }
        }
        let foreign = if def.is_some() { None } else { foreign };
        (def.is_some() || foreign.is_some()).then_some(())?;
        let last = path.segments.last()?;
        let lower = |ty: &TypeRef| self.lower_at(ty, scope, depth + 1);
        let is_async = def.is_some_and(|def| {
            ["AsyncFn", "AsyncFnMut", "AsyncFnOnce"]
                .iter()
                .any(|name| self.lang.is(def, name))
        });
        Some(TraitRef {
            def,
            foreign,
            args: last.args.iter().map(lower).collect(),
            assoc: last
                .bindings
                .iter()
                .map(|b| (b.name.clone(), lower(&b.ty)))
                .collect(),
            call: last.call.as_ref().map(|(params, ret)| {
                let ret = lower(ret);
                let ret = if is_async {
                    Ty::Future(Arc::new(ret))
                } else {
                    ret
                };
                (params.iter().map(lower).collect(), Arc::new(ret))
            }),
        })
    }

    fn lower_path(&self, path: &Path, scope: &TyScope<'_>, depth: usize) -> Ty {
        if depth > MAX_ALIASES {
            return Ty::Unknown(Why::Name);
        }
        if let Some(qself) = &path.qself {
            return self.lower_qualified(path, qself, scope, depth);
        }
        if let Some(first) = path.segments.first() {
            let base = if first.name == "Self" {
                scope.self_ty.clone()
            } else if path.leading {
                None
            } else {
                generic_param(&first.name, scope)
            };
            if let Some(base) = base {
                return project_all(base, &path.segments[1..]);
            }
        }
        let Some((found, left)) = self.resolve_path(scope.module, path) else {
            return Ty::Unknown(Why::Name);
        };
        let n = path.segments.len() - left;
        let named = &path.segments[..n];
        let ty = found
            .iter()
            .find_map(|res| self.lower_res(res, named, scope, depth));
        match ty {
            Some(ty) => project_all(ty, &path.segments[n..]),
            None => Ty::Unknown(Why::Name),
        }
    }

    /// `<T>::A`, `<T as Trait>::A`.
    fn lower_qualified(
        &self,
        path: &Path,
        qself: &TypeRef,
        scope: &TyScope<'_>,
        depth: usize,
    ) -> Ty {
        let base = self.lower_at(qself, scope, depth + 1);
        let n_trait = path.n_trait as usize;
        if n_trait == 0 || n_trait >= path.segments.len() {
            return project_all(base, &path.segments);
        }
        let mut trait_path = path.clone();
        trait_path.qself = None;
        trait_path.segments.truncate(n_trait);
        let trait_ = self
            .lower_trait(&trait_path, scope, depth + 1)
            .and_then(|t| t.def);
        let name = path.segments[n_trait].name.clone();
        project_all(
            Ty::Proj(Arc::new(base), trait_, name),
            &path.segments[n_trait + 1..],
        )
    }

    /// A resolved path as a type; `None` for what is no type.
    fn lower_res(
        &self,
        res: &Res,
        named: &[Segment],
        scope: &TyScope<'_>,
        depth: usize,
    ) -> Option<Ty> {
        let last = named.last()?;
        let written: Vec<Ty> = last
            .args
            .iter()
            .map(|ty| self.lower_at(ty, scope, depth + 1))
            .collect();
        match res {
            Res::Prim(name) => Some(Ty::Prim(name.clone())),
            Res::Foreign(path) => Some(Ty::Foreign(path.clone(), written.into())),
            Res::Def(def) => match self.def(*def).kind {
                DefKind::Struct(generics, _) | DefKind::Enum(generics, _) => {
                    Some(Ty::Adt(*def, self.args(*def, generics, written, depth)))
                }
                DefKind::Alias(generics, Some(ty)) => {
                    let inner = self.lower_at(ty, &self.ty_scope(*def), depth + 1);
                    let mut subst = Subst::default();
                    subst.set_all(
                        def.0,
                        self.args(*def, generics, written, depth).iter().cloned(),
                    );
                    Some(subst.apply(&inner))
                }
                DefKind::Variant(adt, _) => {
                    let generics = self.generics(adt)?;
                    Some(Ty::Adt(adt, self.args(adt, generics, written, depth)))
                }
                DefKind::Trait(_) => {
                    let path = Path {
                        segments: named.to_vec(),
                        ..Path::default()
                    };
                    let bound = self.lower_trait(&path, scope, depth + 1)?;
                    Some(Ty::Opaque(Arc::from([bound])))
                }
                _ => None,
            },
        }
    }

    /// Type arguments: those written, then defaults, then what inference finds.
    fn args(&self, def: DefId, generics: &Generics, written: Vec<Ty>, depth: usize) -> Arc<[Ty]> {
        let mut args = written;
        args.truncate(generics.params.len());
        while let Some(param) = generics.params.get(args.len()) {
            let arg = param.default.as_ref().map_or(Ty::Infer, |default| {
                let default = self.lower_at(default, &self.ty_scope(def), depth + 1);
                let mut subst = Subst::default();
                subst.set_all(def.0, args.iter().cloned());
                subst.apply(&default)
            });
            args.push(arg);
        }
        args.into()
    }

    /// The bounds that generics state, on parameters and in `where`.
    pub(super) fn lower_generics(
        &self,
        owner: u32,
        generics: &Generics,
        scope: &TyScope<'_>,
    ) -> Vec<(Ty, TraitRef)> {
        let mut bounds = Vec::new();
        for (index, param) in (0..).zip(&generics.params) {
            for bound in &param.bounds {
                if let Some(bound) = self.lower_bound(bound, scope) {
                    bounds.push((Ty::Param(owner, index), bound));
                }
            }
        }
        for (ty, list) in &generics.wheres {
            let ty = self.lower(ty, scope);
            for bound in list {
                if let Some(bound) = self.lower_bound(bound, scope) {
                    bounds.push((ty.clone(), bound));
                }
            }
        }
        bounds
    }

    /// A function's signature; `None` for what is no function.
    pub fn sig(&self, id: DefId) -> Option<&FnSig> {
        let sig = self.sigs[id.0 as usize].get_or_init(|| {
            let DefKind::Fn(function) = self.def(id).kind else {
                return None;
            };
            let scope = self.ty_scope(id);
            let ret = self.lower(&function.ret, &scope);
            let receiver = function
                .receiver
                .as_ref()
                .map(|receiver| match &receiver.ty {
                    Some(ty) => self.lower(ty, &scope),
                    None => scope.self_ty.clone().unwrap_or(Ty::Unknown(Why::Name)),
                });
            Some(FnSig {
                receiver,
                params: function
                    .params
                    .iter()
                    .map(|p| self.lower(&p.ty, &scope))
                    .collect(),
                ret: if function.is_async {
                    Ty::Future(Arc::new(ret))
                } else {
                    ret
                },
                bounds: self.lower_generics(id.0, &function.generics, &scope),
            })
        });
        sig.as_ref()
    }

    /// The fields of a struct or variant with their types, in terms of the type's own parameters.
    pub fn fields(&self, id: DefId) -> &[(SmolStr, Ty)] {
        self.fields[id.0 as usize].get_or_init(|| {
            let (fields, adt) = match self.def(id).kind {
                DefKind::Struct(_, fields) => (fields, id),
                DefKind::Variant(adt, fields) => (fields, adt),
                _ => return Vec::new(),
            };
            let scope = self.ty_scope(adt);
            let lower = |field: &crate::facts::FieldDef| {
                (field.name.clone(), self.lower(&field.ty, &scope))
            };
            fields.iter().map(lower).collect()
        })
    }
}

fn generic_param(name: &str, scope: &TyScope<'_>) -> Option<Ty> {
    scope.generics.iter().rev().find_map(|(owner, generics)| {
        let index = generics
            .params
            .iter()
            .position(|param| param.name == name)?;
        Some(Ty::Param(*owner, u32::try_from(index).ok()?))
    })
}

fn project_all(base: Ty, segments: &[Segment]) -> Ty {
    segments.iter().fold(base, |ty, segment| {
        Ty::Proj(Arc::new(ty), None, segment.name.clone())
    })
}

/// The key of the placeholders `Self`, `arg0`, `arg1`, … in a type that the catalogue gives.
pub(super) const PLACEHOLDERS: u32 = u32::MAX;

impl Program<'_> {
    /// A type that the catalogue gives for a call's result, in terms of [`PLACEHOLDERS`].
    pub fn lower_given(&self, ty: &TypeRef, module: DefId) -> Ty {
        let param = |index: usize| crate::facts::GenericParam {
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

    /// Whether a type implements a trait, by an impl, a derive or a bound.
    pub fn implements(&self, ty: &Ty, trait_: DefId) -> bool {
        let cx = super::impls::Cx {
            program: self,
            env: &[],
        };
        cx.find_impl(ty, trait_, 0).is_some()
    }

    /// The traits that bound a parameter or opaque type, supertraits included.
    pub fn bounds(&self, ty: &Ty) -> Vec<TraitRef> {
        let cx = super::impls::Cx {
            program: self,
            env: &[],
        };
        cx.bounds_of(ty)
    }

    /// The types that a value dereferences to, itself first.
    pub fn dereferenced(&self, ty: &Ty) -> Vec<Ty> {
        let cx = super::impls::Cx {
            program: self,
            env: &[],
        };
        cx.autoderef(ty)
    }

    /// The traits that nothing declares and that the workspace implements for this type.
    pub fn foreign_traits(&self, ty: &Ty) -> Vec<Arc<str>> {
        let cx = super::impls::Cx {
            program: self,
            env: &[],
        };
        cx.foreign_traits(ty)
    }

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
