//! Expressions of a body: each kind of syntax as an expression in the body's arena, with its exact span.

use super::UnseenReason;
use super::body::{Body, Expr, ExprId, ExprKind};
use super::lower::{Lowerer, MAX_DEPTH, len32, name_of};
use crate::span::Span;
use smol_str::SmolStr;

/// Lowers one body.
pub(super) struct BodyLowerer<'l, 'a> {
    pub(super) lo: &'l mut Lowerer<'a>,
    pub(super) body: Body,
}

impl<'l, 'a> BodyLowerer<'l, 'a> {
    pub(super) fn new(lo: &'l mut Lowerer<'a>) -> Self {
        Self {
            lo,
            body: Body::default(),
        }
    }

    pub(super) fn at(&self, span: proc_macro2::Span) -> Span {
        self.lo.span(span)
    }

    pub(super) fn push(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.body.exprs.push(Expr { kind, span });
        ExprId(len32(self.body.exprs.len() - 1))
    }

    pub(super) fn span_of(&self, id: ExprId) -> Span {
        self.body.expr(id).span
    }

    pub(super) fn expr(&mut self, expr: &syn::Expr) -> ExprId {
        if self.lo.depth >= MAX_DEPTH {
            let span = Span::default();
            self.lo.not_seen(span, UnseenReason::TooDeep, "");
            return self.push(ExprKind::Other, span);
        }
        self.lo.depth += 1;
        let (kind, span) = self.kind(expr);
        self.lo.depth -= 1;
        self.push(kind, span)
    }

    fn kind(&mut self, expr: &syn::Expr) -> (ExprKind, Span) {
        use syn::Expr as E;
        match expr {
            E::Path(path) => {
                let path = self.lo.path(&path.path, path.qself.as_ref());
                let span = path.span;
                (ExprKind::Path(path), span)
            }
            E::Call(call) => self.call(call),
            E::MethodCall(call) => self.method(call),
            E::Field(field) => self.field(field),
            E::Await(x) => self.postfix(&x.base, ExprKind::Await, x.await_token.span),
            E::Try(x) => self.postfix(&x.expr, ExprKind::Try, x.question_token.span),
            E::Unary(x) => self.unary(x),
            E::Reference(x) => self.prefix(x.and_token.span, &x.expr, ExprKind::Ref),
            E::RawAddr(x) => self.prefix(x.and_token.span, &x.expr, ExprKind::Ref),
            E::Paren(x) => self.transparent(&x.expr, x.paren_token.span.join()),
            E::Group(x) => self.kind(&x.expr),
            E::Binary(x) => self.binary(x),
            E::Assign(x) => self.pair(&x.left, &x.right, ExprKind::Assign),
            E::Cast(x) => {
                let inner = self.expr(&x.expr);
                let ty = self.lo.ty(&x.ty);
                (ExprKind::Cast(inner, ty), self.span_of(inner))
            }
            E::Lit(lit) => self.literal(&lit.lit),
            E::Macro(mac) => self.macro_call(&mac.mac),
            E::Closure(closure) => self.closure(closure),
            E::Tuple(x) => {
                let elems = self.exprs(x.elems.iter());
                (ExprKind::Tuple(elems), self.at(x.paren_token.span.join()))
            }
            E::Array(x) => {
                let elems = self.exprs(x.elems.iter());
                (ExprKind::Array(elems), self.at(x.bracket_token.span.join()))
            }
            E::Repeat(x) => {
                let elem = self.expr(&x.expr);
                (
                    ExprKind::Array(vec![elem]),
                    self.at(x.bracket_token.span.join()),
                )
            }
            E::Index(x) => {
                let (base, index) = (self.expr(&x.expr), self.expr(&x.index));
                let end = self.at(x.bracket_token.span.close());
                (ExprKind::Index(base, index), self.span_of(base).to(end))
            }
            E::Struct(x) => self.struct_literal(x),
            E::Range(x) => self.range(x),
            _ => self.control(expr),
        }
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl Iterator<Item = &'e syn::Expr>) -> Vec<ExprId> {
        exprs.map(|expr| self.expr(expr)).collect()
    }

    fn call(&mut self, call: &syn::ExprCall) -> (ExprKind, Span) {
        let callee = self.expr(&call.func);
        let args = self.exprs(call.args.iter());
        let end = self.at(call.paren_token.span.close());
        (ExprKind::Call(callee, args), self.span_of(callee).to(end))
    }

    fn method(&mut self, call: &syn::ExprMethodCall) -> (ExprKind, Span) {
        let recv = self.expr(&call.receiver);
        let args = self.exprs(call.args.iter());
        let end = self.at(call.paren_token.span.close());
        let kind = ExprKind::Method {
            recv,
            name: name_of(&call.method),
            name_span: self.at(call.method.span()),
            turbofish: self.lo.turbofish(call.turbofish.as_ref()),
            args,
        };
        (kind, self.span_of(recv).to(end))
    }

    fn field(&mut self, field: &syn::ExprField) -> (ExprKind, Span) {
        let base = self.expr(&field.base);
        let end = match &field.member {
            syn::Member::Named(ident) => self.at(ident.span()),
            syn::Member::Unnamed(index) => self.at(index.span),
        };
        (
            ExprKind::Field(base, member(&field.member)),
            self.span_of(base).to(end),
        )
    }

    fn postfix(
        &mut self,
        base: &syn::Expr,
        make: fn(ExprId) -> ExprKind,
        token: proc_macro2::Span,
    ) -> (ExprKind, Span) {
        let base = self.expr(base);
        (make(base), self.span_of(base).to(self.at(token)))
    }

    fn prefix(
        &mut self,
        token: proc_macro2::Span,
        inner: &syn::Expr,
        make: fn(ExprId) -> ExprKind,
    ) -> (ExprKind, Span) {
        let inner = self.expr(inner);
        (make(inner), self.at(token).to(self.span_of(inner)))
    }

    /// Parentheses change the span only.
    fn transparent(&mut self, inner: &syn::Expr, span: proc_macro2::Span) -> (ExprKind, Span) {
        let (kind, _) = self.kind(inner);
        (kind, self.at(span))
    }

    fn unary(&mut self, unary: &syn::ExprUnary) -> (ExprKind, Span) {
        match unary.op {
            syn::UnOp::Deref(star) => self.prefix(star.span, &unary.expr, ExprKind::Deref),
            syn::UnOp::Not(not) => self.prefix(not.span, &unary.expr, ExprKind::Unary),
            syn::UnOp::Neg(neg) => self.prefix(neg.span, &unary.expr, ExprKind::Unary),
            _ => self.kind(&unary.expr),
        }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> (ExprKind, Span) {
        use syn::BinOp as Op;
        let is_bool = matches!(
            binary.op,
            Op::And(_)
                | Op::Or(_)
                | Op::Eq(_)
                | Op::Ne(_)
                | Op::Lt(_)
                | Op::Le(_)
                | Op::Gt(_)
                | Op::Ge(_)
        );
        let is_plain = is_bool
            || matches!(
                binary.op,
                Op::Add(_)
                    | Op::Sub(_)
                    | Op::Mul(_)
                    | Op::Div(_)
                    | Op::Rem(_)
                    | Op::BitXor(_)
                    | Op::BitAnd(_)
                    | Op::BitOr(_)
                    | Op::Shl(_)
                    | Op::Shr(_)
            );
        let (left, right) = (self.expr(&binary.left), self.expr(&binary.right));
        let span = self.span_of(left).to(self.span_of(right));
        let kind = if is_plain {
            ExprKind::Binary(left, right, is_bool)
        } else {
            ExprKind::Assign(left, right)
        };
        (kind, span)
    }

    fn pair(
        &mut self,
        left: &syn::Expr,
        right: &syn::Expr,
        make: fn(ExprId, ExprId) -> ExprKind,
    ) -> (ExprKind, Span) {
        let (left, right) = (self.expr(left), self.expr(right));
        (
            make(left, right),
            self.span_of(left).to(self.span_of(right)),
        )
    }

    fn literal(&mut self, lit: &syn::Lit) -> (ExprKind, Span) {
        let span = self.at(lit.span());
        let suffix = |suffix: &str, default: &str| {
            Some(SmolStr::new(if suffix.is_empty() {
                default
            } else {
                suffix
            }))
        };
        let kind = match lit {
            syn::Lit::Str(text) => ExprKind::Str(text.value()),
            syn::Lit::Int(int) => ExprKind::Lit(suffix(int.suffix(), "i32")),
            syn::Lit::Float(float) => ExprKind::Lit(suffix(float.suffix(), "f64")),
            syn::Lit::Bool(_) => ExprKind::Lit(Some(SmolStr::new_static("bool"))),
            syn::Lit::Char(_) => ExprKind::Lit(Some(SmolStr::new_static("char"))),
            _ => ExprKind::Lit(None),
        };
        (kind, span)
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> (ExprKind, Span) {
        let params = closure.inputs.iter().map(|pat| self.pat(pat)).collect();
        let ret = match &closure.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(self.lo.ty(ty)),
        };
        let body = self.expr(&closure.body);
        let start = self.at(closure.inputs_begin.span);
        let kind = ExprKind::Closure {
            params,
            ret,
            body,
            is_async: closure.asyncness.is_some(),
        };
        (kind, start.to(self.span_of(body)))
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> (ExprKind, Span) {
        let path = self.lo.path(&literal.path, literal.qself.as_ref());
        let fields = literal
            .fields
            .iter()
            .map(|field| (member(&field.member), self.expr(&field.expr)))
            .collect();
        let rest = literal.rest.as_ref().map(|rest| self.expr(rest));
        let span = path.span.to(self.at(literal.brace_token.span.close()));
        (ExprKind::Struct(path, fields, rest), span)
    }

    fn range(&mut self, range: &syn::ExprRange) -> (ExprKind, Span) {
        let start = range.start.as_ref().map(|x| self.expr(x));
        let end = range.end.as_ref().map(|x| self.expr(x));
        let dots = match &range.limits {
            syn::RangeLimits::HalfOpen(dots) => self.at(dots.spans[0]),
            syn::RangeLimits::Closed(dots) => self.at(dots.spans[0]),
        };
        let spans = start.iter().chain(&end).map(|&id| self.span_of(id));
        let span = spans.fold(dots, Span::to);
        (ExprKind::Range(start, end), span)
    }
}

/// A field's name.
pub(super) fn member(member: &syn::Member) -> SmolStr {
    match member {
        syn::Member::Named(ident) => name_of(ident),
        syn::Member::Unnamed(index) => SmolStr::new(index.index.to_string()),
    }
}
