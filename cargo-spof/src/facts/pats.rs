//! Patterns.

use super::body::{Pat, PatId, PatKind};
use super::exprs::BodyLowerer;
use super::lower::name_of;
use crate::span::Span;

impl BodyLowerer<'_, '_> {
    pub(super) fn pat(&mut self, pat: &syn::Pat) -> PatId {
        use syn::Pat as P;
        let (kind, span) = match pat {
            P::Ident(ident) => self.pat_ident(ident),
            P::Wild(wild) => (PatKind::Wild, self.at(wild.underscore_token.spans[0])),
            P::Rest(rest) => (PatKind::Rest, self.at(rest.dot2_token.spans[0])),
            P::Reference(reference) => return self.pat(&reference.pat),
            P::Paren(paren) => return self.pat(&paren.pat),
            P::Guard(guard) => return self.pat(&guard.pat),
            P::Tuple(tuple) => {
                let elems = self.pats(tuple.elems.iter());
                (
                    PatKind::Tuple(elems),
                    self.at(tuple.paren_token.span.join()),
                )
            }
            P::Slice(slice) => {
                let elems = self.pats(slice.elems.iter());
                (
                    PatKind::Slice(elems),
                    self.at(slice.bracket_token.span.join()),
                )
            }
            P::TupleStruct(pat) => {
                let path = self.lo.path(&pat.path, pat.qself.as_ref());
                let span = path.span.to(self.at(pat.paren_token.span.close()));
                (
                    PatKind::TupleStruct(path, self.pats(pat.elems.iter())),
                    span,
                )
            }
            P::Struct(pat) => self.pat_struct(pat),
            P::Path(pat) => {
                let path = self.lo.path(&pat.path, pat.qself.as_ref());
                let span = path.span;
                (PatKind::Path(path), span)
            }
            P::Or(or) => {
                let cases = self.pats(or.cases.iter());
                let span = self.pats_span(&cases);
                (PatKind::Or(cases), span)
            }
            P::Type(typed) => {
                let inner = self.pat(&typed.pat);
                let ty = self.lo.ty(&typed.ty);
                (PatKind::Type(inner, ty), self.body.pat(inner).span)
            }
            P::Lit(_) | P::Range(_) | P::Const(_) => (PatKind::Lit, Span::default()),
            _ => (PatKind::Other, Span::default()),
        };
        self.new_pat(kind, span)
    }

    pub(super) fn new_pat(&mut self, kind: PatKind, span: Span) -> PatId {
        self.body.pats.push(Pat { kind, span });
        PatId(super::lower::len32(self.body.pats.len() - 1))
    }

    fn pat_ident(&mut self, ident: &syn::PatIdent) -> (PatKind, Span) {
        let sub = ident.subpat.as_ref().map(|(_, pat)| self.pat(pat));
        let span = self.at(ident.ident.span());
        (PatKind::Bind(name_of(&ident.ident), sub), span)
    }

    fn pat_struct(&mut self, pat: &syn::PatStruct) -> (PatKind, Span) {
        let path = self.lo.path(&pat.path, pat.qself.as_ref());
        let span = path.span.to(self.at(pat.brace_token.span.close()));
        let fields = pat
            .fields
            .iter()
            .map(|field| (super::exprs::member(&field.member), self.pat(&field.pat)))
            .collect();
        (PatKind::Struct(path, fields), span)
    }

    fn pats<'p>(&mut self, pats: impl Iterator<Item = &'p syn::Pat>) -> Vec<PatId> {
        pats.map(|pat| self.pat(pat)).collect()
    }

    fn pats_span(&self, pats: &[PatId]) -> Span {
        match (pats.first(), pats.last()) {
            (Some(&first), Some(&last)) => self.body.pat(first).span.to(self.body.pat(last).span),
            _ => Span::default(),
        }
    }
}
