//! The types of a body: a forward pass over its expressions.
//!
//! Every expression gets a type, with inference variables for what is not known yet; a later use may
//! still bind them. What a call's signature promises of its parameters ([`Infer::pending`]) is looked at again
//! whenever a receiver is not known yet, and at the end.

use super::Knowledge;
use super::impls::Cx;
use super::lower::TyScope;
use super::program::{DefId, DefKind, Owner, Program};
use super::ty::{Tag, TraitRef, Ty, Why};
use super::unify::Vars;
use crate::facts::{Body, ExprId, ExprKind, MacroShape, Stmt, TypeRef};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// What is known of a body.
#[derive(Clone, Debug, Default)]
pub struct BodyTypes {
    /// The type of each expression, by its id.
    pub tys: Vec<Ty>,
    /// The callee of each call, method call, path to a function and macro.
    pub calls: FxHashMap<ExprId, Call>,
}

impl BodyTypes {
    /// The type of an expression.
    pub fn ty(&self, id: ExprId) -> &Ty {
        &self.tys[id.0 as usize]
    }
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The type on which the function was found: the receiver's, or `T` of `T::f`.
    pub on: Option<Ty>,
    /// The receiver's types, dereferenced step by step.
    pub steps: Vec<Ty>,
    /// The function's name.
    pub name: SmolStr,
    /// The arguments' expressions; for a method called by path, without the receiver.
    pub args: Vec<ExprId>,
    /// The receiver's expression.
    pub recv: Option<ExprId>,
}

/// What a call leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A function of the workspace or of a declared API.
    Fn(DefId),
    /// A function that the catalogue speaks of without declaring it.
    Known,
    /// A path into a crate that nothing declares.
    Foreign(Arc<str>),
    /// A closure or function value.
    Value,
    /// A tuple struct's or variant's constructor.
    Ctor,
    /// A macro that is not expanded, by its path.
    Macro(SmolStr),
    /// Not known.
    Unknown(Why),
}

/// Infers the types of a definition's body; `None` for what has no body.
pub fn infer_body(program: &Program<'_>, know: &dyn Knowledge, def: DefId) -> Option<BodyTypes> {
    let (body, ret, params) = match program.def(def).kind {
        DefKind::Fn(function) => {
            let body = function.body.as_ref()?;
            let sig = program.sig(def)?;
            let ret = match (&sig.ret, function.is_async) {
                (Ty::Future(output), true) => (**output).clone(),
                (ret, _) => ret.clone(),
            };
            (
                body,
                ret,
                function
                    .params
                    .iter()
                    .filter_map(|p| p.pat)
                    .zip(&sig.params)
                    .collect(),
            )
        }
        DefKind::Const(ty, body) => {
            let ret = program.lower(ty, &program.ty_scope(def));
            (body?, ret, Vec::new())
        }
        _ => return None,
    };
    let env = program.env(def);
    let mut infer = Infer::new(program, know, &env, def, body);
    if let Some(self_ty) = program.sig(def).and_then(|sig| sig.receiver.clone()) {
        infer.bind_name("self", self_ty);
    }
    for (pat, ty) in params {
        let ty = infer.fresh(ty);
        infer.bind(pat, &ty);
    }
    let ret = infer.fresh(&ret);
    infer.rets.push(ret.clone());
    if let Some(root) = body.root {
        let ty = infer.expr(root, Some(&ret));
        infer.coerce(&ty, &ret);
    }
    Some(infer.finish())
}

impl Program<'_> {
    /// The bounds that hold inside a definition.
    pub(super) fn env(&self, def: DefId) -> Vec<(Ty, TraitRef)> {
        let mut env = match self.def(def).owner {
            Owner::Impl(imp) => self.imp(imp).bounds.clone(),
            Owner::Trait(trait_) => self.generics(trait_).map_or_else(Vec::new, |generics| {
                self.lower_generics(trait_.0, generics, &self.ty_scope(trait_))
            }),
            Owner::Module => Vec::new(),
        };
        if let Some(sig) = self.sig(def) {
            env.extend(sig.bounds.iter().cloned());
        }
        env
    }
}

pub(super) struct Infer<'p, 'a> {
    pub(super) cx: Cx<'p, 'a>,
    pub(super) know: &'p dyn Knowledge,
    pub(super) body: &'a Body,
    pub(super) scope: TyScope<'a>,
    pub(super) vars: Vars,
    /// Local variables, innermost last.
    locals: Vec<(SmolStr, Ty)>,
    tys: Vec<Ty>,
    pub(super) calls: FxHashMap<ExprId, Call>,
    /// What `return` and `?` leave: the function, closures and async blocks around.
    pub(super) rets: Vec<Ty>,
    /// Bounds on variables that calls have introduced.
    pub(super) pending: Vec<(Ty, TraitRef)>,
}

impl<'p, 'a> Infer<'p, 'a> {
    fn new(
        program: &'p Program<'a>,
        know: &'p dyn Knowledge,
        env: &'p [(Ty, TraitRef)],
        def: DefId,
        body: &'a Body,
    ) -> Self {
        let mut scope = program.ty_scope(def);
        if let Some(&module) = program.body_modules.get(&def) {
            scope.module = module;
        }
        Self {
            cx: Cx { program, env },
            know,
            body,
            scope,
            vars: Vars::default(),
            locals: Vec::new(),
            tys: vec![Ty::Unknown(Why::Inference); body.exprs.len()],
            calls: FxHashMap::default(),
            rets: Vec::new(),
            pending: Vec::new(),
        }
    }

    fn finish(mut self) -> BodyTypes {
        self.settle();
        let vars = &self.vars;
        let tys = self.tys.iter().map(|ty| vars.deep(ty)).collect();
        for call in self.calls.values_mut() {
            call.on = call.on.as_ref().map(|ty| vars.deep(ty));
            for step in &mut call.steps {
                *step = vars.deep(step);
            }
        }
        BodyTypes {
            tys,
            calls: self.calls,
        }
    }

    /// The type with variables in place of `_`, and projections resolved.
    pub(super) fn fresh(&mut self, ty: &Ty) -> Ty {
        let ty = self.vars.freshen(ty);
        self.cx.normalize(&ty)
    }

    /// A written type inside the body.
    pub(super) fn written(&mut self, ty: &TypeRef) -> Ty {
        let lowered = self.cx.program.lower(ty, &self.scope);
        self.fresh(&lowered)
    }

    /// What is known of a type by now, outermost constructor, projections resolved.
    pub(super) fn now(&mut self, ty: &Ty) -> Ty {
        let ty = self.vars.shallow(ty);
        match ty {
            Ty::Proj(..) => {
                let deep = self.vars.deep(&ty);
                self.cx.normalize(&deep)
            }
            other => other,
        }
    }

    pub(super) fn bind_name(&mut self, name: &str, ty: Ty) {
        self.locals.push((SmolStr::new(name), ty));
    }

    pub(super) fn local(&self, name: &str) -> Option<&Ty> {
        let found = self.locals.iter().rev().find(|(local, _)| local == name);
        found.map(|(_, ty)| ty)
    }

    /// Runs `f` with local variables of its own.
    pub(super) fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let n = self.locals.len();
        let value = f(self);
        self.locals.truncate(n);
        value
    }

    /// The type of an expression, recorded.
    pub(super) fn expr(&mut self, id: ExprId, expected: Option<&Ty>) -> Ty {
        let ty = self.kind(id, expected);
        self.tys[id.0 as usize] = ty.clone();
        ty
    }

    pub(super) fn typed(&self, id: ExprId) -> &Ty {
        &self.tys[id.0 as usize]
    }

    fn kind(&mut self, id: ExprId, expected: Option<&Ty>) -> Ty {
        let body = self.body;
        match &body.expr(id).kind {
            ExprKind::Path(path) => self.path_expr(id, path),
            ExprKind::Call(callee, args) => self.call_expr(id, *callee, args),
            ExprKind::Method {
                recv,
                name,
                turbofish,
                args,
                ..
            } => self.method_expr(id, *recv, name, turbofish, args),
            ExprKind::Field(base, name) => self.field(*base, name),
            ExprKind::Index(base, index) => self.index(*base, *index),
            ExprKind::Await(base) => {
                let ty = self.expr(*base, None);
                self.awaited(&ty)
            }
            ExprKind::Try(base) => {
                let ty = self.expr(*base, None);
                self.tried(&ty)
            }
            ExprKind::Deref(base) => {
                let ty = self.expr(*base, None);
                let ty = self.now(&ty);
                self.cx
                    .deref(&ty)
                    .map_or(ty, |target| self.cx.normalize(&target))
            }
            ExprKind::Ref(base) | ExprKind::Unary(base) => self.expr(*base, expected),
            ExprKind::Binary(left, right, is_bool) => {
                let ty = self.scoped_operand(*left, *right);
                if *is_bool { Ty::prim("bool") } else { ty }
            }
            ExprKind::Assign(left, right) => {
                let ty = self.expr(*left, None);
                let value = self.expr(*right, Some(&ty));
                self.coerce(&value, &ty);
                Ty::unit()
            }
            ExprKind::Cast(base, ty) => {
                self.expr(*base, None);
                self.written(ty)
            }
            ExprKind::Str(_) => Ty::prim("str"),
            ExprKind::Lit(name) => name.clone().map_or(Ty::Unknown(Why::Inference), Ty::Prim),
            ExprKind::Closure {
                params,
                ret,
                body,
                is_async,
            } => self.closure(params, ret.as_ref(), *body, *is_async, expected),
            ExprKind::Struct(path, fields, rest) => self.struct_expr(path, fields, *rest),
            ExprKind::Tuple(elems) => self.tuple(elems, expected),
            ExprKind::Array(elems) => {
                let elem = self.vars.fresh();
                for &id in elems {
                    let ty = self.expr(id, Some(&elem));
                    self.coerce(&ty, &elem);
                }
                Ty::Slice(Arc::new(elem))
            }
            ExprKind::Range(start, end) => {
                for &id in start.iter().chain(end) {
                    self.expr(id, None);
                }
                Ty::Unknown(Why::Inference)
            }
            ExprKind::Macro(path, shape) => self.macro_expr(id, path, shape),
            _ => self.control(id, expected),
        }
    }

    fn control(&mut self, id: ExprId, expected: Option<&Ty>) -> Ty {
        let body = self.body;
        match &body.expr(id).kind {
            ExprKind::Block(stmts, _) => self.scoped(|me| me.block(stmts, expected)),
            ExprKind::Async(inner) | ExprKind::TryBlock(inner) => {
                let is_async = matches!(body.expr(id).kind, ExprKind::Async(_));
                let ret = self.vars.fresh();
                self.rets.push(ret.clone());
                let output = match expected.map(|ty| self.now(ty)) {
                    Some(Ty::Future(output)) if is_async => Some((*output).clone()),
                    _ => None,
                };
                let ty = self.expr(*inner, output.as_ref());
                self.rets.pop();
                self.coerce(&ty, &ret);
                if is_async {
                    Ty::Future(Arc::new(ret))
                } else {
                    ret
                }
            }
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
            ExprKind::Return(value) => {
                let ret = self.rets.last().cloned().unwrap_or(Ty::Infer);
                if let Some(value) = value {
                    let ty = self.expr(*value, Some(&ret));
                    self.coerce(&ty, &ret);
                }
                Ty::Never
            }
            ExprKind::Break(_, value) => {
                for &value in value {
                    self.expr(value, None);
                }
                Ty::Never
            }
            ExprKind::Continue(_) => Ty::Never,
            _ => Ty::Unknown(Why::Syntax),
        }
    }

    fn scoped_operand(&mut self, left: ExprId, right: ExprId) -> Ty {
        let ty = self.expr(left, None);
        self.expr(right, None);
        ty
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

    fn match_expr(
        &mut self,
        scrutinee: ExprId,
        arms: &'a [crate::facts::Arm],
        expected: Option<&Ty>,
    ) -> Ty {
        let ty = self.expr(scrutinee, None);
        let mut result = Ty::Never;
        for arm in arms {
            let arm_ty = self.scoped(|me| {
                me.bind(arm.pat, &ty);
                for &guard in &arm.guard {
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

    fn tuple(&mut self, elems: &[ExprId], expected: Option<&Ty>) -> Ty {
        let expected = expected.map(|ty| self.now(ty));
        let tys = elems.iter().enumerate().map(|(index, &id)| {
            let expected = match &expected {
                Some(Ty::Tuple(tys)) => tys.get(index),
                _ => None,
            };
            self.expr(id, expected)
        });
        Ty::Tuple(tys.collect())
    }

    fn closure(
        &mut self,
        params: &[crate::facts::PatId],
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

    fn macro_expr(&mut self, id: ExprId, path: &crate::facts::Path, shape: &'a MacroShape) -> Ty {
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
                for &guard in guard {
                    me.expr(guard, None);
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
        self.macro_result(id, path, &shape.exprs(), ty)
    }

    /// Gives a value a place where it comes from.
    pub(super) fn with_origin(&self, ty: Ty, origin: impl FnOnce() -> String) -> Ty {
        let is_handle = |part: &Ty| self.know.is_handle(self.cx.program, part);
        if !ty.any(&mut |part| is_handle(part)) {
            return ty;
        }
        let mut tag = ty.tag().map(|tag| (**tag).clone()).unwrap_or_default();
        tag.origins.push(SmolStr::new(origin()));
        self.with_tag(&ty, &Arc::new(tag))
    }

    /// Puts a tag on every handle inside that has none, and merges it into one that has.
    pub(super) fn with_tag(&self, ty: &Ty, tag: &Arc<Tag>) -> Ty {
        if let Ty::Tagged(own, inner) = ty {
            let merged = Tag {
                label: own.label.clone().or_else(|| tag.label.clone()),
                verb: own.verb.clone().or_else(|| tag.verb.clone()),
                origins: if own.origins.is_empty() {
                    tag.origins.clone()
                } else {
                    own.origins.clone()
                },
            };
            return Ty::Tagged(Arc::new(merged), inner.clone());
        }
        if self.know.is_handle(self.cx.program, ty) {
            return Ty::Tagged(tag.clone(), Arc::new(ty.clone()));
        }
        let list = |tys: &Arc<[Ty]>| -> Arc<[Ty]> {
            tys.iter().map(|ty| self.with_tag(ty, tag)).collect()
        };
        match ty {
            Ty::Adt(def, args) if !args.is_empty() => Ty::Adt(*def, list(args)),
            Ty::Tuple(args) => Ty::Tuple(list(args)),
            Ty::Future(inner) => Ty::Future(Arc::new(self.with_tag(inner, tag))),
            other => other.clone(),
        }
    }
}
