//! The types of a body: a forward pass over its expressions.
//!
//! Every expression gets a type, with inference variables for what is not known yet; a later use may
//! still bind them. What a call's signature promises of its parameters ([`Infer::pending`]) is looked at again
//! whenever a receiver is not known yet, and at the end.

use super::Knowledge;
use super::bounds::Cx;
use super::lower::TyScope;
use super::program::{DefId, DefKind, Owner, Program};
use super::ty::{TraitRef, Ty, Why};
use super::unify::Vars;
use crate::facts::{Body, ExprId, ExprKind, TypeRef};
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
    Ctor(DefId),
    /// A macro that is not expanded, by its path.
    Macro(SmolStr),
    /// Not known.
    Unknown(Why),
}

/// Infers the types of a definition's body; `None` for what has no body.
pub(super) fn infer_body(
    program: &Program<'_>,
    know: &dyn Knowledge,
    def: DefId,
) -> Option<BodyTypes> {
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
        scope.module = program.body_module(def);
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
        let deep = |ty: &Ty| self.vars.deep(ty);
        let calls = self.calls.into_iter().map(|(id, call)| {
            let call = Call {
                on: call.on.as_ref().map(deep),
                steps: call.steps.iter().map(deep).collect(),
                ..call
            };
            (id, call)
        });
        BodyTypes {
            tys: self.tys.iter().map(deep).collect(),
            calls: calls.collect(),
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
            ExprKind::Call(callee, args) => self.call_expr(id, *callee, args, expected),
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
            ExprKind::Deref(base) => self.deref_expr(*base),
            ExprKind::Ref(base) | ExprKind::Unary(base) => self.expr(*base, expected),
            ExprKind::Yield(base) => {
                self.expr(*base, None);
                Ty::unit()
            }
            ExprKind::Binary(left, right, is_bool) => {
                let ty = self.scoped_operand(*left, *right);
                if *is_bool { Ty::prim("bool") } else { ty }
            }
            ExprKind::Assign(left, right) => self.assign(*left, *right),
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
            ExprKind::Array(elems) => self.array(elems),
            ExprKind::Range(start, end) => {
                let ends = start.iter().chain(end);
                let tys: Vec<Ty> = ends.map(|&id| self.expr(id, None)).collect();
                self.range(&tys)
            }
            ExprKind::Macro(path, shape) => self.macro_expr(id, path, shape),
            _ => self.control(id, expected),
        }
    }

    /// A range: all kinds are one here, since all of them yield what their ends are.
    fn range(&mut self, ends: &[Ty]) -> Ty {
        let end = self.vars.fresh();
        for ty in ends {
            self.vars.unify(&end, ty);
        }
        let range = self.cx.program.lang.get("Range");
        range.map_or(Ty::Unknown(Why::Inference), |range| {
            Ty::Adt(range, Arc::from([end]))
        })
    }

    fn scoped_operand(&mut self, left: ExprId, right: ExprId) -> Ty {
        let ty = self.expr(left, None);
        self.expr(right, None);
        ty
    }

    fn deref_expr(&mut self, base: ExprId) -> Ty {
        let ty = self.expr(base, None);
        let ty = self.now(&ty);
        self.cx
            .deref(&ty)
            .map_or(ty, |target| self.cx.normalize(&target))
    }

    fn assign(&mut self, left: ExprId, right: ExprId) -> Ty {
        let ty = self.expr(left, None);
        let value = self.expr(right, Some(&ty));
        self.coerce(&value, &ty);
        Ty::unit()
    }

    fn array(&mut self, elems: &[ExprId]) -> Ty {
        let elem = self.vars.fresh();
        for &id in elems {
            let ty = self.expr(id, Some(&elem));
            self.coerce(&ty, &elem);
        }
        Ty::Slice(Arc::new(elem))
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
}
