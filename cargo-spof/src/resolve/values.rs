//! What a path means as a value: a variable, a constant, a function, a constructor.

use super::infer::Infer;
use super::program::{DefId, DefKind, Program, Res};
use super::ty::{Subst, Ty, Why};
use crate::facts::{Path, TypeRef};
use std::sync::Arc;

/// What a path means as a value.
pub(super) enum Value {
    /// A local variable's, constant's or static's value.
    Of(Ty),
    /// A function, with the type on which it was found and what is known of parameters.
    Fn(DefId, Option<Ty>, Subst),
    /// A tuple struct or tuple variant: itself, its fields and type.
    Ctor(DefId, Vec<Ty>, Ty),
    /// An associated function that the catalogue speaks of.
    Known(Ty),
    /// A path into a crate that nothing declares.
    Foreign(Arc<str>),
    Unknown(Why),
}

impl Infer<'_, '_> {
    /// What a path means as a value.
    pub(super) fn value(&mut self, path: &Path) -> Value {
        if let Some(name) = path.single()
            && let Some(ty) = self.local(name)
        {
            return Value::Of(ty.clone());
        }
        if path.qself.is_some()
            || path
                .segments
                .first()
                .is_some_and(|s| s.name == "Self" && path.segments.len() > 1)
        {
            return self.associated(path);
        }
        let program = self.cx.program;
        let Some((found, left)) = program.resolve_path(self.scope.module, path) else {
            return if path.segments.len() > 1 {
                self.associated(path)
            } else {
                Value::Unknown(Why::Name)
            };
        };
        if left > 0 {
            return self.associated(path);
        }
        for res in &found {
            match res {
                Res::Def(def) => match program.def(*def).kind {
                    DefKind::Fn(_) => return Value::Fn(*def, None, Subst::default()),
                    DefKind::Const(..) => return self.constant(*def),
                    DefKind::Struct(..) | DefKind::Variant(..) => return self.ctor(*def, path),
                    DefKind::Alias(..) => return self.ctor_of_alias(path),
                    _ => {}
                },
                Res::Foreign(full) => return self.foreign_value(full),
                Res::Prim(_) => {}
            }
        }
        Value::Unknown(Why::Name)
    }

    fn constant(&mut self, def: DefId) -> Value {
        let program: &Program<'_> = self.cx.program;
        let DefKind::Const(ty, _) = program.def(def).kind else {
            return Value::Unknown(Why::Name);
        };
        let lowered = program.lower(ty, &program.ty_scope(def));
        let ty = self.fresh(&lowered);
        Value::Of(self.with_origin(ty, || program.path(def)))
    }

    /// A path into a crate that nothing declares: perhaps an associated function of one of its types.
    fn foreign_value(&mut self, full: &Arc<str>) -> Value {
        let split = full.rsplit_once("::");
        if let Some((ty, name)) = split
            && ty
                .rsplit("::")
                .next()
                .is_some_and(|last| last.starts_with(char::is_uppercase))
        {
            let on = Ty::Foreign(Arc::from(ty), Arc::from([]));
            if self.know.knows_method(self.cx.program, &on, name)
                || self.know.assoc(self.cx.program, &on, name).is_some()
            {
                return Value::Known(on);
            }
        }
        Value::Foreign(full.clone())
    }

    /// `Type::name`, `<T as Trait>::name`, `Trait::name`, `Self::name`.
    fn associated(&mut self, path: &Path) -> Value {
        let program = self.cx.program;
        let Some((last, prefix)) = path.segments.split_last() else {
            return Value::Unknown(Why::Name);
        };
        let name = &last.name;
        if let Some(trait_) = self.trait_prefix(path) {
            let fns = program.index.trait_fns.get(name);
            if let Some(&(_, def)) = fns.and_then(|fns| fns.iter().find(|(of, _)| *of == trait_)) {
                let mut subst = Subst::default();
                let on = match &path.qself {
                    Some(qself) => self.written(qself),
                    None => self.vars.fresh(),
                };
                subst.set(trait_.0, Ty::SELF, on.clone());
                if path.qself.is_some()
                    && let Some((own, own_subst)) = self.cx.find_assoc(self.scope.module, &on, name)
                {
                    return Value::Fn(own, Some(on), own_subst);
                }
                return Value::Fn(def, Some(on), subst);
            }
        }
        let on = if prefix.is_empty() {
            match &path.qself {
                Some(qself) => self.written(qself),
                None => return Value::Unknown(Why::Name),
            }
        } else {
            let mut base = path.clone();
            base.segments.pop();
            base.n_trait = base.n_trait.min(u32::try_from(prefix.len()).unwrap_or(0));
            self.written(&TypeRef::Path(base))
        };
        self.assoc_value(&on, name)
    }

    fn assoc_value(&mut self, on: &Ty, name: &str) -> Value {
        let on = self.now(on);
        if let Some(variant) = self.variant(&on, name) {
            return self.ctor_with(variant, &on);
        }
        let found = self.cx.find_assoc(self.scope.module, &on, name);
        let found = found.filter(|(def, _)| !self.cx.is_hidden(self.know, &on, name, *def));
        if let Some((def, subst)) = found {
            if matches!(self.cx.program.def(def).kind, DefKind::Const(..)) {
                return self.constant(def);
            }
            return Value::Fn(def, Some(on), subst);
        }
        if self.know.knows_method(self.cx.program, &on, name)
            || self.know.assoc(self.cx.program, &on, name).is_some()
        {
            return Value::Known(on);
        }
        match on.untagged() {
            Ty::Foreign(path, _) => Value::Foreign(Arc::from(format!("{path}::{name}"))),
            Ty::Unknown(why) => Value::Unknown(*why),
            _ => Value::Unknown(Why::Member),
        }
    }

    /// The trait, where the path's prefix names one.
    fn trait_prefix(&self, path: &Path) -> Option<DefId> {
        let mut prefix = path.clone();
        prefix.segments.pop()?;
        if path.qself.is_some() && path.n_trait == 0 || prefix.segments.is_empty() {
            return None;
        }
        prefix.qself = None;
        let (found, left) = self.cx.program.resolve_path(self.scope.module, &prefix)?;
        found
            .iter()
            .filter(|_| left == 0)
            .find_map(|res| match res {
                Res::Def(def) if matches!(self.cx.program.def(*def).kind, DefKind::Trait(_)) => {
                    Some(*def)
                }
                _ => None,
            })
    }

    fn ctor(&mut self, def: DefId, path: &Path) -> Value {
        let written = self.written(&TypeRef::Path(path.clone()));
        self.ctor_with(def, &written)
    }

    fn ctor_of_alias(&mut self, path: &Path) -> Value {
        let written = self.written(&TypeRef::Path(path.clone()));
        match written.untagged() {
            Ty::Adt(def, _) => {
                let def = *def;
                self.ctor_with(def, &written)
            }
            _ => Value::Unknown(Why::Name),
        }
    }

    fn ctor_with(&mut self, def: DefId, ty: &Ty) -> Value {
        let adt = match self.cx.program.def(def).kind {
            DefKind::Variant(adt, _) => adt,
            _ => def,
        };
        let args: Arc<[Ty]> = match ty.untagged() {
            Ty::Adt(of, args) if *of == adt => {
                args.iter().map(|ty| self.vars.freshen(ty)).collect()
            }
            _ => {
                let n = self.cx.program.generics(adt).map_or(0, |g| g.params.len());
                (0..n).map(|_| self.vars.fresh()).collect()
            }
        };
        let fields = self.fields_of(def, adt, &args, None);
        let is_tuple = fields
            .iter()
            .all(|(name, _)| name.starts_with(|c: char| c.is_ascii_digit()));
        let fields = if is_tuple {
            fields.into_iter().map(|(_, ty)| ty).collect()
        } else {
            Vec::new()
        };
        Value::Ctor(def, fields, Ty::Adt(adt, args))
    }
}
