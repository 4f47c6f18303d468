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
