//! Control flow of a body: blocks, branches, loops, closures and macros.

use super::infer::Infer;
use super::ty::{Ty, Why};
use crate::facts::{Arm, ExprId, ExprKind, MacroShape, PatId, Path, Stmt, TypeRef};
use std::sync::Arc;

impl<'a> Infer<'_, 'a> {
    pub(super) fn control(&mut self, id: ExprId, expected: Option<&Ty>) -> Ty {
        let body = self.body;
        match &body.expr(id).kind {
            ExprKind::Block(stmts, _) => self.scoped(|me| me.block(stmts, expected)),
            ExprKind::Async(inner) => self.frame(*inner, true, expected),
            ExprKind::TryBlock(inner) => self.frame(*inner, false, expected),
            ExprKind::If(cond, then, els) => self.scoped(|me| {
                me.expr(*cond, None);
                let ty = me.expr(*then, expected);
                match els {
                    Some(els) => {
                        let other = me.expr(*els, expected);
                        me.join(ty, other)
                    }
                    None => Ty::unit(),
                }
            }),
            ExprKind::Let(pat, value) => {
                let ty = self.expr(*value, None);
                self.bind(*pat, &ty);
                Ty::prim("bool")
            }
            ExprKind::Match(scrutinee, arms) => self.match_expr(*scrutinee, arms, expected),
            ExprKind::While(cond, inner, _) => self.scoped(|me| {
                me.expr(*cond, None);
                me.expr(*inner, None);
                Ty::unit()
            }),
            ExprKind::Loop(inner, _) => {
                self.expr(*inner, None);
                self.vars.fresh()
            }
            ExprKind::For(pat, iter, inner, _) => {
                let iter = self.expr(*iter, None);
                let item = self.item(&iter);
                self.scoped(|me| {
                    me.bind(*pat, &item);
                    me.expr(*inner, None);
                });
                Ty::unit()
            }
            _ => self.jump(id),
        }
    }

    /// An `async` or `try` block: what `?` in it leaves.
    fn frame(&mut self, inner: ExprId, is_async: bool, expected: Option<&Ty>) -> Ty {
        let ret = self.vars.fresh();
        self.rets.push(ret.clone());
        let output = match expected.map(|ty| self.now(ty)) {
            Some(Ty::Future(output)) if is_async => Some((*output).clone()),
            _ => None,
        };
        let ty = self.expr(inner, output.as_ref());
        self.rets.pop();
        self.coerce(&ty, &ret);
        if is_async {
            Ty::Future(Arc::new(ret))
        } else {
            ret
        }
    }

    fn jump(&mut self, id: ExprId) -> Ty {
        let body = self.body;
        match &body.expr(id).kind {
            ExprKind::Return(value) => {
                let ret = self.rets.last().cloned().unwrap_or(Ty::Infer);
                if let Some(value) = value {
                    let ty = self.expr(*value, Some(&ret));
                    self.coerce(&ty, &ret);
                }
                Ty::Never
            }
            ExprKind::Break(_, value) => {
                if let Some(value) = value {
                    self.expr(*value, None);
                }
                Ty::Never
            }
            ExprKind::Continue(_) => Ty::Never,
            _ => Ty::Unknown(Why::Syntax),
        }
    }

    fn block(&mut self, stmts: &'a [Stmt], expected: Option<&Ty>) -> Ty {
        let mut last = Ty::unit();
        for (index, stmt) in stmts.iter().enumerate() {
            last = match stmt {
                Stmt::Let {
                    pat, ty, init, els, ..
                } => {
                    let ty = ty.as_ref().map(|ty| self.written(ty));
                    let value = init.map(|init| self.expr(init, ty.as_ref()));
                    let bound = match (ty, value) {
                        (Some(ty), Some(value)) => self.let_type(ty, &value),
                        (Some(ty), None) => ty,
                        (None, Some(value)) => value,
                        (None, None) => self.vars.fresh(),
                    };
                    if let Some(els) = els {
                        self.expr(*els, None);
                    }
                    self.bind(*pat, &bound);
                    Ty::unit()
                }
                Stmt::Expr(id, semi, _) => {
                    let is_tail = index + 1 == stmts.len() && !semi;
                    let ty = self.expr(*id, expected.filter(|_| is_tail));
                    match ty {
                        Ty::Never => Ty::Never,
                        ty if is_tail => ty,
                        _ => Ty::unit(),
                    }
                }
            };
        }
        last
    }

    /// The type of `let x: T = value`: as written, with the value's tag.
    fn let_type(&mut self, written: Ty, value: &Ty) -> Ty {
        self.coerce(value, &written);
        match self.vars.shallow(value) {
            Ty::Tagged(tag, _) if written.tag().is_none() => Ty::Tagged(tag, Arc::new(written)),
            _ => written,
        }
    }

    fn match_expr(&mut self, scrutinee: ExprId, arms: &'a [Arm], expected: Option<&Ty>) -> Ty {
        let ty = self.expr(scrutinee, None);
        let mut result = Ty::Never;
        for arm in arms {
            let arm_ty = self.scoped(|me| {
                me.bind(arm.pat, &ty);
                if let Some(guard) = arm.guard {
                    me.expr(guard, None);
                }
                me.expr(arm.body, expected)
            });
            result = self.join(result, arm_ty);
        }
        result
    }

    /// The type of two branches: the one that says more.
    pub(super) fn join(&mut self, a: Ty, b: Ty) -> Ty {
        let (first, second) = (self.now(&a), self.now(&b));
        if matches!(first, Ty::Never) || first.is_unknown() {
            return b;
        }
        if !matches!(second, Ty::Never) {
            self.vars.unify(&first, &second);
        }
        a
    }

    pub(super) fn closure(
        &mut self,
        params: &[PatId],
        ret: Option<&TypeRef>,
        inner: ExprId,
        is_async: bool,
        expected: Option<&Ty>,
    ) -> Ty {
        let expected = expected.and_then(|ty| self.expected_fn(ty));
        let tys: Vec<Ty> = (0..params.len())
            .map(|index| {
                let known = expected
                    .as_ref()
                    .and_then(|(params, _)| params.get(index).cloned());
                known.unwrap_or_else(|| self.vars.fresh())
            })
            .collect();
        let ret = match ret {
            Some(ret) => self.written(ret),
            None => self.vars.fresh(),
        };
        let output = self.scoped(|me| {
            for (&pat, ty) in params.iter().zip(&tys) {
                me.bind(pat, ty);
            }
            me.rets.push(ret.clone());
            let hint = expected
                .as_ref()
                .map(|(_, ret)| ret.clone())
                .filter(|_| !is_async);
            let ty = me.expr(inner, hint.as_ref());
            me.rets.pop();
            ty
        });
        self.coerce(&output, &ret);
        let ret = if is_async {
            Ty::Future(Arc::new(ret))
        } else {
            ret
        };
        Ty::Fn(tys.into(), Arc::new(ret))
    }

    pub(super) fn macro_expr(&mut self, id: ExprId, path: &Path, shape: &'a MacroShape) -> Ty {
        let ty = match shape {
            MacroShape::Args(args) | MacroShape::Mixed(args) => {
                for &arg in args {
                    self.expr(arg, None);
                }
                Ty::Unknown(Why::Macro)
            }
            MacroShape::Block(block) => self.expr(*block, None),
            MacroShape::Matches(value, pat, guard) => self.scoped(|me| {
                let ty = me.expr(*value, None);
                me.bind(*pat, &ty);
                if let Some(guard) = guard {
                    me.expr(*guard, None);
                }
                Ty::prim("bool")
            }),
            MacroShape::Select(arms) => {
                let mut result = Ty::Never;
                for &(pat, future, inner) in arms {
                    let future = self.expr(future, None);
                    let value = self.awaited(&future);
                    let ty = self.scoped(|me| {
                        me.bind(pat, &value);
                        me.expr(inner, None)
                    });
                    result = self.join(result, ty);
                }
                result
            }
        };
        self.macro_result(id, path, &shape.exprs(), &ty)
    }
}
