//! Calls: of functions by path, of methods, of values, of macros.

use super::infer::{Call, Callee, Infer};
use super::instantiate::{Written, last_args};
use super::methods::How;
use super::program::{DefId, Res};
use super::ty::{Subst, Ty, Why};
use super::values::Value;
use crate::facts::{ExprId, ExprKind, Path, TypeRef};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_, '_> {
    /// A path as an expression.
    pub(super) fn path_expr(&mut self, id: ExprId, path: &Path) -> Ty {
        let (callee, on, ty) = match self.value(path) {
            Value::Of(ty) => return ty,
            Value::Fn(def, on, subst) => {
                let subst = self.instantiate(def, subst, &last_args(path));
                let (params, ret) = self.signature(def, &subst, on.is_some());
                (Callee::Fn(def), on, Ty::Fn(params.into(), Arc::new(ret)))
            }
            Value::Ctor(_, fields, ty) if fields.is_empty() => return ty,
            Value::Ctor(_, fields, ty) => return Ty::Fn(fields.into(), Arc::new(ty)),
            Value::Known(on) => (Callee::Known, Some(on), Ty::Unknown(Why::Foreign)),
            Value::Foreign(path) => (Callee::Foreign(path), None, Ty::Unknown(Why::Foreign)),
            Value::Unknown(why) => return Ty::Unknown(why),
        };
        let steps = on.iter().cloned().collect();
        let name = self.own_name(&callee, path);
        self.record(id, callee, on, steps, &name, &[], None);
        ty
    }

    /// A function's own name, which an import may have changed.
    fn own_name(&self, callee: &Callee, path: &Path) -> SmolStr {
        match callee {
            Callee::Fn(def) => self.cx.program.def(*def).name.clone(),
            Callee::Foreign(full) => SmolStr::new(full.rsplit("::").next().unwrap_or_default()),
            _ => SmolStr::new(path.last()),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a call, put together in one place"
    )]
    fn record(
        &mut self,
        id: ExprId,
        callee: Callee,
        on: Option<Ty>,
        steps: Vec<Ty>,
        name: &str,
        args: &[ExprId],
        recv: Option<ExprId>,
    ) {
        let call = Call {
            callee,
            on,
            steps,
            name: SmolStr::new(name),
            args: args.to_vec(),
            recv,
        };
        self.calls.insert(id, call);
    }

    /// `f(args)`.
    pub(super) fn call_expr(
        &mut self,
        id: ExprId,
        callee: ExprId,
        args: &[ExprId],
        expected: Option<&Ty>,
    ) -> Ty {
        let body = self.body;
        let ExprKind::Path(path) = &body.expr(callee).kind else {
            let ty = self.expr(callee, None);
            return self.call_value(id, &ty, args);
        };
        match self.value(path) {
            Value::Of(ty) => self.call_value(id, &ty, args),
            Value::Ctor(def, fields, ty) => {
                self.record(
                    id,
                    Callee::Ctor(def),
                    None,
                    Vec::new(),
                    path.last(),
                    args,
                    None,
                );
                self.expect_of_closures(&ty, expected, args);
                self.check_args(&fields, args);
                ty
            }
            Value::Fn(def, on, subst) => self.call_fn(id, (def, on, subst), path, args, expected),
            Value::Known(on) => self.call_known(id, &on, path.last(), args),
            Value::Foreign(full) => {
                let tys = self.check_args(&[], args);
                let flow = self.know.function(&full);
                let ty = self.flow_type(flow.as_ref(), &Ty::Unknown(Why::Foreign), &tys, None);
                let callee = Callee::Foreign(full);
                let name = self.own_name(&callee, path);
                self.record(id, callee, None, Vec::new(), &name, args, None);
                self.tagged(id, ty, flow.as_ref())
            }
            Value::Unknown(why) => {
                self.check_args(&[], args);
                self.record(
                    id,
                    Callee::Unknown(why),
                    None,
                    Vec::new(),
                    path.last(),
                    args,
                    None,
                );
                Ty::Unknown(why)
            }
        }
    }

    /// A function that the catalogue speaks of without a declaration: an associated function, or a method
    /// called by its path (`Trait::method(&mut x, …)`), which is one on its first argument.
    fn call_known(&mut self, id: ExprId, on: &Ty, name: &str, args: &[ExprId]) -> Ty {
        let program = self.cx.program;
        let tys = self.check_args(&[], args);
        let assoc = self.know.assoc(program, on, name);
        let is_method = assoc.is_none() && self.know.knows_method(program, on, name);
        let (on, recv, rest) = match (args.split_first(), tys.first()) {
            (Some((first, rest)), Some(ty)) if is_method => (self.known(ty), Some(*first), rest),
            _ => (on.clone(), None, args),
        };
        let mut steps = self.cx.autoderef(&on);
        let on = match steps
            .iter()
            .position(|step| self.know.knows_method(program, step, name))
        {
            Some(at) if is_method => steps.swap_remove(at),
            _ => on,
        };
        let flow = if is_method {
            self.know.method(program, &on, name)
        } else {
            assoc
        };
        let rest_tys = if is_method {
            tys.get(1..).unwrap_or_default()
        } else {
            &tys
        };
        let ty = self.flow_type(flow.as_ref(), &on, rest_tys, None);
        self.record(id, Callee::Known, Some(on), steps, name, rest, recv);
        self.tagged(id, ty, flow.as_ref())
    }

    /// A function that is declared, called by its path.
    fn call_fn(
        &mut self,
        id: ExprId,
        (def, on, subst): (DefId, Option<Ty>, Subst),
        path: &Path,
        args: &[ExprId],
        expected: Option<&Ty>,
    ) -> Ty {
        let program = self.cx.program;
        let has_self = program.has_self(def);
        let subst = self.instantiate(def, subst, &last_args(path));
        let (params, ret) = self.signature(def, &subst, true);
        if !has_self {
            self.expect_of_closures(&ret, expected, args);
        }
        let tys = self.check_args(&params, args);
        // `Trait::method(x, …)`: what `x` is decides which impl it is.
        let on = match (has_self, tys.first()) {
            (true, Some(first)) => {
                let first = self.known(first);
                let named = on.map(|ty| self.now(&ty));
                Some(self.cx.step_of(&first, named.as_ref()).unwrap_or(first))
            }
            _ => on.map(|ty| self.now(&ty)),
        };
        let name = &self.own_name(&Callee::Fn(def), path);
        let flow = match &on {
            Some(on) if has_self => self.know.method(program, on, name),
            Some(on) => self.know.assoc(program, on, name),
            None => self.know.function(&program.path(def)),
        };
        let ret = self.flow_type(flow.as_ref(), on.as_ref().unwrap_or(&ret), &tys, Some(&ret));
        let steps = on
            .as_ref()
            .map(|on| self.cx.autoderef(on))
            .unwrap_or_default();
        let (recv, rest) = match (has_self, args) {
            (true, [first, rest @ ..]) => (Some(*first), rest),
            _ => (None, args),
        };
        self.record(id, Callee::Fn(def), on, steps, name, rest, recv);
        self.tagged(id, ret, flow.as_ref())
    }

    /// What a call is used as tells closures among its arguments their parameters: `Box::new(|conn| …)` where a
    /// `Box<dyn Fn(&Conn)>` is wanted.
    fn expect_of_closures(&mut self, ret: &Ty, expected: Option<&Ty>, args: &[ExprId]) {
        let body = self.body;
        let holds_closure = |&arg: &ExprId| match &body.expr(arg).kind {
            ExprKind::Closure { .. } => true,
            ExprKind::Call(_, inner) => inner
                .iter()
                .any(|&arg| matches!(body.expr(arg).kind, ExprKind::Closure { .. })),
            _ => false,
        };
        if let Some(expected) = expected
            && args.iter().any(holds_closure)
        {
            self.vars.unify(ret, expected);
        }
    }

    /// A closure or function value, called.
    fn call_value(&mut self, id: ExprId, ty: &Ty, args: &[ExprId]) -> Ty {
        let ty = self.known(ty);
        let steps = self.cx.autoderef(&ty);
        let mut found = steps.iter().find_map(|step| match step.untagged() {
            Ty::Fn(params, ret) => Some((params.to_vec(), (**ret).clone())),
            _ => None,
        });
        if found.is_none() {
            found = self.cx.bounds_of(&ty).into_iter().find_map(|bound| {
                let (params, ret) = bound.call?;
                Some((params.to_vec(), (*ret).clone()))
            });
        }
        self.record(id, Callee::Value, None, Vec::new(), "", args, None);
        let (params, ret) = found.unwrap_or((Vec::new(), Ty::Unknown(Why::Inference)));
        self.check_args(&params, args);
        self.fresh(&ret)
    }

    /// `recv.name::<T>(args)`.
    pub(super) fn method_expr(
        &mut self,
        id: ExprId,
        recv: ExprId,
        name: &SmolStr,
        turbofish: &[TypeRef],
        args: &[ExprId],
    ) -> Ty {
        let ty = self.expr(recv, None);
        let ty = self.known(&ty);
        let steps = self.cx.autoderef(&ty);
        let found = self
            .cx
            .find_method(self.know, self.scope.module, &steps, name);
        let method = match found {
            Ok(method) => method,
            Err(why) => {
                let tys = self.check_args(&[], args);
                let tys: Vec<Ty> = tys.iter().map(|ty| self.known(ty)).collect();
                let flow = self.know.method_by_args(self.cx.program, name, &tys);
                let given = self.flow_type(flow.as_ref(), &ty, &tys, Some(&Ty::Unknown(why)));
                let on = Some(ty);
                self.record(id, Callee::Unknown(why), on, steps, name, args, Some(recv));
                return self.tagged(id, given, flow.as_ref());
            }
        };
        let step = method.step;
        let program = self.cx.program;
        let flow = self.know.method(program, &step, name);
        let (callee, tys, ret) = match method.how {
            How::Declared(def, subst) => {
                let written: Vec<Ty> = turbofish.iter().map(|ty| self.written(ty)).collect();
                let subst = self.instantiate(def, subst, &Written::Tys(written));
                let (params, ret) = self.signature(def, &subst, false);
                let tys = self.check_args(&params, args);
                (Callee::Fn(def), tys, Some(ret))
            }
            How::Known => (Callee::Known, self.check_args(&[], args), None),
        };
        let ret = self.flow_type(flow.as_ref(), &step, &tys, ret.as_ref());
        self.record(id, callee, Some(step), steps, name, args, Some(recv));
        self.tagged(id, ret, flow.as_ref())
    }

    /// Checks arguments against parameters: closures last, when the others have said what they can.
    fn check_args(&mut self, params: &[Ty], args: &[ExprId]) -> Vec<Ty> {
        let body = self.body;
        let is_closure = |id: ExprId| matches!(body.expr(id).kind, ExprKind::Closure { .. });
        let mut tys = vec![Ty::Unknown(Why::Inference); args.len()];
        for closures in [false, true] {
            for (index, &arg) in args.iter().enumerate() {
                if is_closure(arg) != closures {
                    continue;
                }
                let param = params.get(index);
                let ty = self.expr(arg, param);
                if let Some(param) = param {
                    self.coerce(&ty, param);
                }
                tys[index] = ty;
            }
            self.settle_for(args.iter().any(|&arg| is_closure(arg)));
        }
        tys
    }

    /// Bounds are looked at between arguments only where a closure waits for them.
    fn settle_for(&mut self, closures: bool) {
        if closures {
            self.settle();
        }
    }

    /// The type of a macro's result: what the catalogue says, else what its tokens gave.
    pub(super) fn macro_result(&mut self, id: ExprId, path: &Path, args: &[ExprId], ty: &Ty) -> Ty {
        let program = self.cx.program;
        let found = program.resolve_path(self.scope.module, path);
        let full = match found {
            Some((found, 0)) => found.iter().find_map(|res| match res {
                Res::Foreign(path) => Some(path.to_string()),
                // A function or module of the same name: exported macros stand at the root of their crate.
                Res::Def(def) if program.is_api(*def) => {
                    let krate = program.crate_name(program.def(*def).krate);
                    Some(format!("{krate}::{}", path.last()))
                }
                Res::Def(def) => Some(program.path(*def)),
                Res::Prim(_) => None,
            }),
            _ => None,
        };
        let full = SmolStr::new(format!("{}!", full.unwrap_or_else(|| path.text())));
        let flow = self.know.function(&full);
        let tys: Vec<Ty> = args.iter().map(|&arg| self.typed(arg).clone()).collect();
        let ty = self.flow_type(flow.as_ref(), &Ty::Unknown(Why::Macro), &tys, Some(ty));
        let name = path.last();
        self.record(id, Callee::Macro(full), None, Vec::new(), name, args, None);
        self.tagged(id, ty, flow.as_ref())
    }
}
