//! Expressions and statements.

use super::UnseenReason;
use super::body::{Arm, Body, Expr, ExprId, ExprKind, Stmt};
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

    fn control(&mut self, expr: &syn::Expr) -> (ExprKind, Span) {
        use syn::Expr as E;
        match expr {
            E::Block(x) => self.block(&x.block, label(x.label.as_ref())),
            E::Unsafe(x) => self.block(&x.block, None),
            E::Const(x) => self.block(&x.block, None),
            E::Async(x) => {
                let body = self.block_expr(&x.block);
                let span = self.at(x.async_token.span).to(self.span_of(body));
                (ExprKind::Async(body), span)
            }
            E::TryBlock(x) => {
                let body = self.block_expr(&x.block);
                (
                    ExprKind::TryBlock(body),
                    self.at(x.try_token.span).to(self.span_of(body)),
                )
            }
            E::If(x) => self.if_expr(x),
            E::Let(x) => {
                let value = self.expr(&x.expr);
                let pat = self.pat(&x.pat);
                let span = self.at(x.let_token.span).to(self.span_of(value));
                (ExprKind::Let(pat, value), span)
            }
            E::Match(x) => self.match_expr(x),
            E::While(x) => {
                let (cond, body) = (self.expr(&x.cond), self.block_expr(&x.body));
                let span = self.at(x.while_token.span).to(self.span_of(body));
                (ExprKind::While(cond, body, label(x.label.as_ref())), span)
            }
            E::Loop(x) => {
                let body = self.block_expr(&x.body);
                let span = self.at(x.loop_token.span).to(self.span_of(body));
                (ExprKind::Loop(body, label(x.label.as_ref())), span)
            }
            E::ForLoop(x) => {
                let (iter, pat) = (self.expr(&x.expr), self.pat(&x.pat));
                let body = self.block_expr(&x.body);
                let span = self.at(x.for_token.span).to(self.span_of(body));
                (
                    ExprKind::For(pat, iter, body, label(x.label.as_ref())),
                    span,
                )
            }
            E::Return(x) => {
                let (value, span) = self.jump(x.return_token.span, x.expr.as_deref());
                (ExprKind::Return(value), span)
            }
            E::Break(x) => {
                let (value, span) = self.jump(x.break_token.span, x.expr.as_deref());
                (ExprKind::Break(x.label.as_ref().map(lifetime), value), span)
            }
            E::Yield(x) => {
                let (value, span) = self.jump(x.yield_token.span, x.expr.as_deref());
                (value.map_or(ExprKind::Other, ExprKind::Unary), span)
            }
            E::Continue(x) => {
                let span = self.at(x.continue_token.span);
                (ExprKind::Continue(x.label.as_ref().map(lifetime)), span)
            }
            E::Infer(x) => (ExprKind::Other, self.at(x.underscore_token.spans[0])),
            _ => {
                self.lo.not_seen(Span::default(), UnseenReason::Syntax, "");
                (ExprKind::Other, Span::default())
            }
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

    fn jump(
        &mut self,
        token: proc_macro2::Span,
        value: Option<&syn::Expr>,
    ) -> (Option<ExprId>, Span) {
        let value = value.map(|value| self.expr(value));
        let start = self.at(token);
        (
            value,
            value.map_or(start, |value| start.to(self.span_of(value))),
        )
    }

    fn if_expr(&mut self, x: &syn::ExprIf) -> (ExprKind, Span) {
        let cond = self.expr(&x.cond);
        let then = self.block_expr(&x.then_branch);
        let els = x.else_branch.as_ref().map(|(_, els)| self.expr(els));
        let span = self
            .at(x.if_token.span)
            .to(self.span_of(els.unwrap_or(then)));
        (ExprKind::If(cond, then, els), span)
    }

    fn match_expr(&mut self, x: &syn::ExprMatch) -> (ExprKind, Span) {
        let scrutinee = self.expr(&x.expr);
        let arms = x.arms.iter().map(|arm| self.arm(arm)).collect();
        let span = self
            .at(x.match_token.span)
            .to(self.at(x.brace_token.span.close()));
        (ExprKind::Match(scrutinee, arms), span)
    }

    fn arm(&mut self, arm: &syn::Arm) -> Arm {
        let pat = self.pat(&arm.pat);
        let guard = match &arm.pat {
            syn::Pat::Guard(guard) => Some(self.expr(&guard.guard)),
            _ => None,
        };
        let body = self.expr(&arm.body);
        Arm { pat, guard, body }
    }

    pub(super) fn block_expr(&mut self, block: &syn::Block) -> ExprId {
        let (kind, span) = self.block(block, None);
        self.push(kind, span)
    }

    fn block(&mut self, block: &syn::Block, label: Option<SmolStr>) -> (ExprKind, Span) {
        let stmts = self.stmts(&block.stmts);
        (
            ExprKind::Block(stmts, label),
            self.at(block.brace_token.span.join()),
        )
    }

    pub(super) fn stmts(&mut self, stmts: &[syn::Stmt]) -> Vec<Stmt> {
        stmts.iter().filter_map(|stmt| self.stmt(stmt)).collect()
    }

    fn stmt(&mut self, stmt: &syn::Stmt) -> Option<Stmt> {
        match stmt {
            syn::Stmt::Local(local) => {
                let stmt = self.local(local);
                self.stmt_attrs(&local.attrs, stmt.span());
                Some(stmt)
            }
            syn::Stmt::Expr(expr, semi) => {
                let id = self.expr(expr);
                let start = self.span_of(id);
                let span = semi.map_or(start, |semi| start.to(self.at(semi.span)));
                self.stmt_attrs(expr_attrs(expr), span);
                Some(Stmt::Expr(id, semi.is_some(), span))
            }
            syn::Stmt::Macro(mac) => {
                let (kind, span) = self.macro_call(&mac.mac);
                let id = self.push(kind, span);
                self.stmt_attrs(&mac.attrs, span);
                Some(Stmt::Expr(id, mac.semi_token.is_some(), span))
            }
            syn::Stmt::Item(item) => {
                let items = self.lo.items(std::slice::from_ref(item));
                self.body.items.extend(items);
                None
            }
        }
    }

    fn local(&mut self, local: &syn::Local) -> Stmt {
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(self.lo.ty(&typed.ty))),
            pat => (pat, None),
        };
        let init = local.init.as_ref().map(|init| self.expr(&init.expr));
        let diverge = local.init.as_ref().and_then(|init| init.diverge.as_ref());
        let els = diverge.map(|(_, els)| self.expr(els));
        Stmt::Let {
            pat: self.pat(pat),
            ty,
            init,
            els,
            span: self
                .at(local.let_token.span)
                .to(self.at(local.semi_token.span)),
        }
    }

    /// Keeps attributes that may be declarations.
    fn stmt_attrs(&mut self, attrs: &[syn::Attribute], on: Span) {
        if attrs.is_empty() {
            return;
        }
        let attrs = self.lo.attrs(attrs).list;
        self.body
            .attrs
            .extend(attrs.into_iter().map(|attr| (attr, on)));
    }
}

fn expr_attrs(expr: &syn::Expr) -> &[syn::Attribute] {
    use syn::Expr as E;
    match expr {
        E::Call(x) => &x.attrs,
        E::MethodCall(x) => &x.attrs,
        E::Await(x) => &x.attrs,
        E::Try(x) => &x.attrs,
        E::Match(x) => &x.attrs,
        E::If(x) => &x.attrs,
        E::Block(x) => &x.attrs,
        E::ForLoop(x) => &x.attrs,
        E::While(x) => &x.attrs,
        E::Loop(x) => &x.attrs,
        E::Assign(x) => &x.attrs,
        _ => &[],
    }
}

/// A field's name.
pub(super) fn member(member: &syn::Member) -> SmolStr {
    match member {
        syn::Member::Named(ident) => name_of(ident),
        syn::Member::Unnamed(index) => SmolStr::new(index.index.to_string()),
    }
}

fn label(label: Option<&syn::Label>) -> Option<SmolStr> {
    label.map(|label| lifetime(&label.name))
}

fn lifetime(lifetime: &syn::Lifetime) -> SmolStr {
    SmolStr::new(lifetime.ident.to_string())
}
