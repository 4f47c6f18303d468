//! Blocks, statements and control flow of a body.
//!
//! In: syntax of a block, a branch, a loop, a jump. Out: its expressions in the body's arena, with the attributes of
//! statements kept beside it; items among the statements become items of the body.

use super::UnseenReason;
use super::body::{Arm, ExprId, ExprKind, Stmt};
use super::exprs::BodyLowerer;
use crate::span::Span;
use smol_str::SmolStr;

impl BodyLowerer<'_, '_> {
    pub(super) fn control(&mut self, expr: &syn::Expr) -> (ExprKind, Span) {
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
            _ => self.jump_expr(expr),
        }
    }

    fn jump_expr(&mut self, expr: &syn::Expr) -> (ExprKind, Span) {
        use syn::Expr as E;
        match expr {
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
                (value.map_or(ExprKind::Other, ExprKind::Yield), span)
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

fn label(label: Option<&syn::Label>) -> Option<SmolStr> {
    label.map(|label| lifetime(&label.name))
}

fn lifetime(lifetime: &syn::Lifetime) -> SmolStr {
    SmolStr::new(lifetime.ident.to_string())
}
