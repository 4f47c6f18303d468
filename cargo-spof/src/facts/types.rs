//! Types, paths, bounds and generics.

use super::lower::{Lowerer, name_of};
use super::syntax::{AssocBinding, Bound, GenericParam, Generics, Path, Segment, TypeRef};
use syn::punctuated::Punctuated;

impl Lowerer<'_> {
    pub(super) fn ty(&mut self, ty: &syn::Type) -> TypeRef {
        use syn::Type;
        match ty {
            Type::Path(path) => TypeRef::Path(self.path(&path.path, path.qself.as_ref())),
            Type::Reference(reference) => self.ty(&reference.elem),
            Type::Ptr(pointer) => self.ty(&pointer.elem),
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::Group(group) => self.ty(&group.elem),
            Type::Tuple(tuple) => TypeRef::Tuple(self.tys(tuple.elems.iter())),
            Type::Slice(slice) => TypeRef::Slice(Box::new(self.ty(&slice.elem))),
            Type::Array(array) => TypeRef::Slice(Box::new(self.ty(&array.elem))),
            Type::FnPtr(pointer) => {
                let params = self.tys(pointer.inputs.iter().map(|arg| &arg.ty));
                TypeRef::Fn(params, Box::new(self.ret(&pointer.output)))
            }
            Type::ImplTrait(imp) => TypeRef::Impl(self.bounds(&imp.bounds)),
            Type::TraitObject(object) => TypeRef::Dyn(self.bounds(&object.bounds)),
            Type::Never(_) => TypeRef::Never,
            Type::Infer(_) => TypeRef::Infer,
            _ => TypeRef::Other,
        }
    }

    fn tys<'t>(&mut self, tys: impl Iterator<Item = &'t syn::Type>) -> Vec<TypeRef> {
        tys.map(|ty| self.ty(ty)).collect()
    }

    pub(super) fn ret(&mut self, ret: &syn::ReturnType) -> TypeRef {
        match ret {
            syn::ReturnType::Default => TypeRef::unit(),
            syn::ReturnType::Type(_, ty) => self.ty(ty),
        }
    }

    pub(super) fn path(&mut self, path: &syn::Path, qself: Option<&syn::QSelf>) -> Path {
        let segments: Vec<Segment> = path.segments.iter().map(|s| self.segment(s)).collect();
        let mut span = match (segments.first(), segments.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => crate::span::Span::default(),
        };
        let colons = path.leading_colon.map(|colons| colons.spans[0]);
        if let Some(start) = qself.map(|qself| qself.lt_token.span).or(colons) {
            span = self.span(start).to(span);
        }
        Path {
            leading: path.leading_colon.is_some(),
            n_trait: qself.map_or(0, |qself| super::lower::len32(qself.position)),
            qself: qself.map(|qself| Box::new(self.ty(&qself.ty))),
            segments,
            span,
        }
    }

    fn segment(&mut self, segment: &syn::PathSegment) -> Segment {
        let mut out = Segment {
            name: name_of(&segment.ident),
            args: Vec::new(),
            bindings: Vec::new(),
            call: None,
            span: self.span(segment.ident.span()),
        };
        match &segment.arguments {
            syn::PathArguments::None => {}
            syn::PathArguments::AngleBracketed(args) => self.generic_args(args, &mut out),
            syn::PathArguments::Parenthesized(args) => {
                let params = self.tys(args.inputs.iter().map(|arg| &arg.ty));
                out.call = Some((params, Box::new(self.ret(&args.output))));
            }
        }
        out
    }

    fn generic_args(&mut self, args: &syn::AngleBracketedGenericArguments, out: &mut Segment) {
        use syn::GenericArgument as Arg;
        for arg in &args.args {
            match arg {
                Arg::Type(ty) => out.args.push(self.ty(ty)),
                Arg::Const(_) => out.args.push(TypeRef::Other),
                Arg::AssocType(assoc) => out.bindings.push(AssocBinding {
                    name: name_of(&assoc.ident),
                    ty: self.ty(&assoc.ty),
                }),
                Arg::Constraint(constraint) => out.bindings.push(AssocBinding {
                    name: name_of(&constraint.ident),
                    ty: TypeRef::Impl(self.bounds(&constraint.bounds)),
                }),
                _ => {}
            }
        }
    }

    pub(super) fn turbofish(
        &mut self,
        args: Option<&syn::AngleBracketedGenericArguments>,
    ) -> Vec<TypeRef> {
        let mut out = Segment {
            name: smol_str::SmolStr::default(),
            args: Vec::new(),
            bindings: Vec::new(),
            call: None,
            span: crate::span::Span::default(),
        };
        if let Some(args) = args {
            self.generic_args(args, &mut out);
        }
        out.args
    }

    pub(super) fn bounds(
        &mut self,
        bounds: &Punctuated<syn::TypeParamBound, syn::Token![+]>,
    ) -> Vec<Bound> {
        bounds
            .iter()
            .filter_map(|bound| match bound {
                // `?Sized` says what a type need not be.
                syn::TypeParamBound::Trait(bound) if bound.maybe.is_none() => Some(Bound {
                    path: self.path(&bound.path, None),
                }),
                _ => None,
            })
            .collect()
    }

    pub(super) fn generics(&mut self, generics: &syn::Generics) -> Generics {
        let mut out = Generics::default();
        for param in &generics.params {
            match param {
                syn::GenericParam::Type(param) => out.params.push(GenericParam {
                    name: name_of(&param.ident),
                    bounds: self.bounds(&param.bounds),
                    default: param.default.as_ref().map(|(_, ty)| self.ty(ty)),
                }),
                syn::GenericParam::Const(param) => out.params.push(GenericParam {
                    name: name_of(&param.ident),
                    bounds: Vec::new(),
                    default: None,
                }),
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        for predicate in generics.where_clause.iter().flat_map(|w| &w.predicates) {
            if let syn::WherePredicate::Type(predicate) = predicate {
                let ty = self.ty(&predicate.bounded_ty);
                let bounds = self.bounds(&predicate.bounds);
                out.wheres.push((ty, bounds));
            }
        }
        out
    }
}

/// The type with plain names replaced by absolute paths, wherever `path_of` knows one. Type
/// arguments of the name stay on the path's last segment.
pub fn replace_names(
    ty: &TypeRef,
    path_of: &dyn Fn(&str) -> Option<Vec<smol_str::SmolStr>>,
) -> TypeRef {
    let list = |tys: &[TypeRef]| tys.iter().map(|ty| replace_names(ty, path_of)).collect();
    match ty {
        TypeRef::Path(path) => TypeRef::Path(replace_in_path(path, path_of)),
        TypeRef::Tuple(tys) => TypeRef::Tuple(list(tys)),
        TypeRef::Slice(inner) => TypeRef::Slice(Box::new(replace_names(inner, path_of))),
        TypeRef::Fn(params, ret) => {
            TypeRef::Fn(list(params), Box::new(replace_names(ret, path_of)))
        }
        TypeRef::Impl(bounds) => TypeRef::Impl(replace_in_bounds(bounds, path_of)),
        TypeRef::Dyn(bounds) => TypeRef::Dyn(replace_in_bounds(bounds, path_of)),
        other => other.clone(),
    }
}

type PathOf<'f> = &'f dyn Fn(&str) -> Option<Vec<smol_str::SmolStr>>;

fn replace_in_bounds(bounds: &[Bound], path_of: PathOf<'_>) -> Vec<Bound> {
    let replace = |bound: &Bound| Bound {
        path: replace_in_path(&bound.path, path_of),
    };
    bounds.iter().map(replace).collect()
}

fn replace_in_path(path: &Path, path_of: PathOf<'_>) -> Path {
    let mut out = path.clone();
    for segment in &mut out.segments {
        for ty in &mut segment.args {
            *ty = replace_names(ty, path_of);
        }
        for binding in &mut segment.bindings {
            binding.ty = replace_names(&binding.ty, path_of);
        }
    }
    let Some(names) = path.single().and_then(|name| path_of(name)) else {
        return out;
    };
    let Some(last) = out.segments.pop() else {
        return out;
    };
    out.leading = true;
    out.segments = names
        .into_iter()
        .map(|name| Segment {
            name,
            args: Vec::new(),
            bindings: Vec::new(),
            call: None,
            span: last.span,
        })
        .collect();
    if let Some(end) = out.segments.last_mut() {
        end.args = last.args;
    }
    out
}
