//! What patterns bind.

use super::infer::Infer;
use super::program::{DefId, DefKind, Program, Res};
use super::ty::{Subst, Ty, Why};
use crate::facts::{PatId, PatKind, Path};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_, '_> {
    /// Binds a pattern's variables, given the type of what it is matched against.
    pub(super) fn bind(&mut self, pat: PatId, ty: &Ty) {
        let body = self.body;
        match &body.pat(pat).kind {
            PatKind::Bind(name, sub) => {
                if let Some(sub) = sub {
                    self.bind(*sub, ty);
                }
                if !self.is_constant(name) {
                    let ty = self.vars.shallow(ty);
                    self.bind_name(name, ty);
                }
            }
            PatKind::TupleStruct(path, pats) => self.bind_tuple_struct(path, pats, ty),
            PatKind::Struct(path, fields) => {
                let known = self.pattern_fields(path, ty);
                for (name, pat) in fields {
                    let field = known.iter().find(|(known, _)| known == name);
                    let field = field.map_or(Ty::Unknown(Why::Member), |(_, ty)| ty.clone());
                    self.bind(*pat, &field);
                }
            }
            PatKind::Tuple(pats) => {
                let elems = match self.now(ty).untagged() {
                    Ty::Tuple(elems) => elems.to_vec(),
                    _ => Vec::new(),
                };
                self.bind_all(pats, &elems);
            }
            PatKind::Slice(pats) => {
                let elem = self.item(ty);
                for &pat in pats {
                    self.bind(pat, &elem);
                }
            }
            PatKind::Or(pats) => {
                for &pat in pats {
                    self.bind(pat, ty);
                }
            }
            PatKind::Type(inner, written) => {
                let written = self.written(written);
                self.coerce(ty, &written);
                let bound = match self.vars.shallow(ty) {
                    Ty::Tagged(tag, _) => Ty::Tagged(tag, Arc::new(written)),
                    _ => written,
                };
                self.bind(*inner, &bound);
            }
            PatKind::Wild | PatKind::Rest | PatKind::Path(_) | PatKind::Lit | PatKind::Other => {}
        }
    }

    /// Binds in order; what follows a `..` is counted from the end.
    fn bind_all(&mut self, pats: &[PatId], tys: &[Ty]) {
        let body = self.body;
        let rest = pats
            .iter()
            .position(|&pat| body.pat(pat).kind == PatKind::Rest);
        for (index, &pat) in pats.iter().enumerate() {
            let at = match rest {
                Some(rest) if index > rest => (tys.len() + index).checked_sub(pats.len()),
                _ => Some(index),
            };
            let ty = at.and_then(|at| tys.get(at)).cloned();
            self.bind(pat, &ty.unwrap_or(Ty::Unknown(Why::Inference)));
        }
    }

    fn bind_tuple_struct(&mut self, path: &Path, pats: &[PatId], ty: &Ty) {
        let known = self.pattern_fields(path, ty);
        let tys: Vec<Ty> = known.into_iter().map(|(_, ty)| ty).collect();
        self.bind_all(pats, &tys);
    }

    /// The fields of the struct or variant that a pattern names, as they are in this value.
    fn pattern_fields(&mut self, path: &Path, ty: &Ty) -> Vec<(SmolStr, Ty)> {
        let Some(def) = self.pattern_def(path) else {
            return Vec::new();
        };
        let adt = match self.cx.program.def(def).kind {
            DefKind::Variant(adt, _) => adt,
            _ => def,
        };
        let n = self
            .cx
            .program
            .generics(adt)
            .map_or(0, |generics| generics.params.len());
        let args: Arc<[Ty]> = (0..n).map(|_| self.vars.fresh()).collect();
        let pattern = Ty::Adt(adt, args.clone());
        let value = self.now(ty);
        if !self.vars.unify(&value, &pattern) {
            // A pattern sees through no smart pointer; through a handle's wrapper that a rule left out it does.
            for step in self.cx.autoderef(&value) {
                if self.vars.unify(&step, &pattern) {
                    break;
                }
            }
        }
        let program: &Program<'_> = self.cx.program;
        let fields = self.fields_of(def, adt, &args, value.tag().cloned().as_ref());
        if program.is_api(def) {
            return fields;
        }
        // What a pattern takes out of a value comes from its field, as by `value.field`.
        let with_origin = |(name, ty): (SmolStr, Ty)| {
            let ty = self.with_origin(ty, || format!("{}.{name}", program.path(def)));
            (name, ty)
        };
        fields.into_iter().map(with_origin).collect()
    }

    /// A variant's or struct's fields for given type arguments.
    pub(super) fn fields_of(
        &mut self,
        def: DefId,
        adt: DefId,
        args: &Arc<[Ty]>,
        tag: Option<&Arc<super::ty::Tag>>,
    ) -> Vec<(SmolStr, Ty)> {
        let mut subst = Subst::default();
        subst.set_all(adt.0, args.iter().cloned());
        let program = self.cx.program;
        let fields = program.fields(def).iter();
        fields
            .map(|(name, ty)| {
                let ty = self.cx.normalize(&subst.apply(ty));
                let ty = match tag {
                    Some(tag) => self.with_tag(&ty, tag),
                    None => ty,
                };
                (name.clone(), ty)
            })
            .collect()
    }

    /// The struct or variant that a pattern's path names.
    pub(super) fn pattern_def(&mut self, path: &Path) -> Option<DefId> {
        let program = self.cx.program;
        let is_adt = |def: DefId| {
            matches!(
                program.def(def).kind,
                DefKind::Struct(..) | DefKind::Variant(..)
            )
        };
        if path
            .segments
            .first()
            .is_some_and(|segment| segment.name != "Self")
        {
            let (found, left) = program.resolve_path(self.scope.module, path)?;
            let direct = found.iter().find_map(|res| match res {
                Res::Def(def) if left == 0 && is_adt(*def) => Some(*def),
                _ => None,
            });
            if direct.is_some() {
                return direct;
            }
        }
        // Through `Self` or an alias: the type, then perhaps a variant of it.
        let ty = program.lower(&crate::facts::TypeRef::Path(path.clone()), &self.scope);
        match ty.untagged() {
            Ty::Adt(def, _) if is_adt(*def) => Some(*def),
            Ty::Proj(base, _, name) => self.variant(base, name),
            _ => None,
        }
    }

    /// A variant of an enum by name.
    pub(super) fn variant(&self, ty: &Ty, name: &str) -> Option<DefId> {
        let Ty::Adt(adt, _) = ty.untagged() else {
            return None;
        };
        let scope = self.cx.program.scopes.get(adt)?;
        scope.all().find_map(|res| match res {
            Res::Def(def) if self.cx.program.def(*def).name == name => Some(*def),
            _ => None,
        })
    }

    /// Whether a name in a pattern is a constant or unit variant rather than a variable.
    fn is_constant(&self, name: &str) -> bool {
        if !name.starts_with(char::is_uppercase) {
            return false;
        }
        let found = self
            .cx
            .program
            .first_segment(self.scope.module, name, false);
        found.iter().any(|res| match res {
            Res::Def(def) => matches!(
                self.cx.program.def(*def).kind,
                DefKind::Variant(..) | DefKind::Const(..) | DefKind::Struct(..)
            ),
            Res::Foreign(_) => true,
            Res::Prim(_) => false,
        })
    }
}
