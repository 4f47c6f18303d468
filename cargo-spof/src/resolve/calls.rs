//! Calls: of functions by path, of methods, of values; and what a path means as a value.

use super::infer::{Call, Callee, Infer};
use super::methods::How;
use super::program::{DefId, DefKind, Owner, Program, Res};
use super::ty::{Subst, Tag, Ty, Why};
use super::{Flow, TagSource};
use crate::facts::{ExprId, ExprKind, Path, TypeRef};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a path means as a value.
enum Value {
    /// A local variable's, constant's or static's value.
    Of(Ty),
    /// A function, with the type on which it was found and what is known of parameters.
    Fn(DefId, Option<Ty>, Subst),
    /// A tuple struct or tuple variant: its fields and type.
    Ctor(Vec<Ty>, Ty),
    /// An associated function that the catalogue speaks of.
    Known(Ty),
    /// A path into a crate that nothing declares.
    Foreign(Arc<str>),
    Unknown(Why),
}

impl<'a> Infer<'_, 'a> {
    /// A path as an expression.
    pub(super) fn path_expr(&mut self, id: ExprId, path: &Path) -> Ty {
        let (callee, on, ty) = match self.value(path) {
            Value::Of(ty) => return ty,
            Value::Fn(def, on, subst) => {
                let subst = self.instantiate(def, subst, &last_args(path));
                let (params, ret) = self.signature(def, &subst, on.is_some());
                (Callee::Fn(def), on, Ty::Fn(params.into(), Arc::new(ret)))
            }
            Value::Ctor(fields, ty) if fields.is_empty() => return ty,
            Value::Ctor(fields, ty) => return Ty::Fn(fields.into(), Arc::new(ty)),
            Value::Known(on) => (Callee::Known, Some(on), Ty::Unknown(Why::Foreign)),
            Value::Foreign(path) => (Callee::Foreign(path), None, Ty::Unknown(Why::Foreign)),
            Value::Unknown(why) => return Ty::Unknown(why),
        };
        let steps = on.iter().cloned().collect();
        self.record(id, callee, on, steps, path.last(), &[], None);
        ty
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
    pub(super) fn call_expr(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) -> Ty {
        let body = self.body;
        let ExprKind::Path(path) = &body.expr(callee).kind else {
            let ty = self.expr(callee, None);
            return self.call_value(id, &ty, args);
        };
        match self.value(path) {
            Value::Of(ty) => self.call_value(id, &ty, args),
            Value::Ctor(fields, ty) => {
                self.record(id, Callee::Ctor, None, Vec::new(), path.last(), args, None);
                self.check_args(&fields, args);
                ty
            }
            Value::Fn(def, on, subst) => self.call_fn(id, def, on, subst, path, args),
            Value::Known(on) => {
                let tys = self.check_args(&[], args);
                let flow = self.know.assoc(self.cx.program, &on, path.last());
                let ty = self.flow_type(flow.as_ref(), &on, &tys, None);
                let steps = self.cx.autoderef(&on);
                let name = path.last();
                self.record(id, Callee::Known, Some(on), steps, name, args, None);
                self.tagged(ty, flow.as_ref(), name, args, None)
            }
            Value::Foreign(full) => {
                let tys = self.check_args(&[], args);
                let flow = self.know.function(&full);
                let ty = self.flow_type(flow.as_ref(), &Ty::Unknown(Why::Foreign), &tys, None);
                self.record(
                    id,
                    Callee::Foreign(full),
                    None,
                    Vec::new(),
                    path.last(),
                    args,
                    None,
                );
                self.tagged(ty, flow.as_ref(), path.last(), args, None)
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

    /// A function that is declared, called by its path.
    fn call_fn(
        &mut self,
        id: ExprId,
        def: DefId,
        on: Option<Ty>,
        subst: Subst,
        path: &Path,
        args: &[ExprId],
    ) -> Ty {
        let program = self.cx.program;
        let has_self = program.sig(def).is_some_and(|sig| sig.receiver.is_some());
        let subst = self.instantiate(def, subst, &last_args(path));
        let (params, ret) = self.signature(def, &subst, true);
        let tys = self.check_args(&params, args);
        // `Trait::method(x, …)`: what `x` is decides which impl it is.
        let on = match (has_self, tys.first()) {
            (true, Some(first)) => Some(self.known(first)),
            _ => on.map(|ty| self.now(&ty)),
        };
        let name = path.last();
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
        let inherited = on.as_ref().and_then(Ty::tag).cloned();
        self.record(id, Callee::Fn(def), on, steps, name, rest, recv);
        self.tagged(ret, flow.as_ref(), name, rest, inherited.as_ref())
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
        let ty = self.vars.deep(&ty);
        let steps = self.cx.autoderef(&ty);
        let found = self
            .cx
            .find_method(self.know, self.scope.module, &steps, name);
        let method = match found {
            Ok(method) => method,
            Err(why) => {
                self.check_args(&[], args);
                let on = Some(ty);
                self.record(id, Callee::Unknown(why), on, steps, name, args, Some(recv));
                return Ty::Unknown(why);
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
        let inherited = step.tag().cloned();
        self.record(id, callee, Some(step), steps, name, args, Some(recv));
        self.tagged(ret, flow.as_ref(), name, args, inherited.as_ref())
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

    /// Fresh variables for a function's parameters, and its bounds as open ones.
    fn instantiate(&mut self, def: DefId, mut subst: Subst, written: &Written<'_>) -> Subst {
        let program = self.cx.program;
        let written = match written {
            Written::Tys(tys) => tys.clone(),
            Written::Refs(refs) => refs.iter().map(|ty| self.written(ty)).collect(),
        };
        for (owner, n) in program.owners(def) {
            for index in 0..u32::try_from(n).unwrap_or(0) {
                if subst.get(owner, index).is_some() {
                    continue;
                }
                let given = (owner == def.0)
                    .then(|| written.get(index as usize))
                    .flatten();
                let ty = given.cloned().unwrap_or_else(|| self.vars.fresh());
                subst.set(owner, index, ty);
            }
        }
        let own = program
            .sig(def)
            .map(|sig| sig.bounds.as_slice())
            .unwrap_or_default();
        let around = match program.def(def).owner {
            Owner::Impl(imp) => program.imp(imp).bounds.as_slice(),
            _ => &[],
        };
        for (ty, bound) in own.iter().chain(around) {
            self.pending
                .push((subst.apply(ty), subst.apply_trait(bound)));
        }
        subst
    }

    /// Parameters and result for these arguments; `by_path` with the receiver first.
    fn signature(&mut self, def: DefId, subst: &Subst, by_path: bool) -> (Vec<Ty>, Ty) {
        let Some(sig) = self.cx.program.sig(def) else {
            return (Vec::new(), Ty::Unknown(Why::Name));
        };
        let receiver = sig.receiver.iter().filter(|_| by_path);
        let params: Vec<Ty> = receiver
            .chain(&sig.params)
            .map(|ty| subst.apply(ty))
            .collect();
        let params = params.iter().map(|ty| self.fresh(ty)).collect();
        let ret = self.vars.deep(&subst.apply(&sig.ret));
        (params, self.fresh(&ret))
    }

    /// The type of a call: what the catalogue says, else the signature's.
    fn flow_type(
        &mut self,
        flow: Option<&Flow>,
        on: &Ty,
        args: &[Ty],
        declared: Option<&Ty>,
    ) -> Ty {
        let Some(to) = flow.and_then(|flow| flow.to.as_ref()) else {
            return declared.cloned().unwrap_or(Ty::Unknown(Why::Foreign));
        };
        let mut subst = Subst::default();
        subst.set(u32::MAX, Ty::SELF, on.clone());
        subst.set_all(u32::MAX, args.iter().cloned());
        let to = subst.apply(to);
        self.fresh(&to)
    }

    /// The result with the tag that the call gives it, and the one that it inherits.
    fn tagged(
        &self,
        ty: Ty,
        flow: Option<&Flow>,
        name: &str,
        args: &[ExprId],
        inherited: Option<&Arc<Tag>>,
    ) -> Ty {
        let word =
            |source: &Option<TagSource>, of: fn(&Tag) -> Option<SmolStr>| match source.as_ref()? {
                TagSource::Name => Some(SmolStr::new(name)),
                TagSource::Word(word) => Some(word.clone()),
                TagSource::Arg(index) => {
                    let arg = *args.get(*index)?;
                    self.literal(arg)
                        .or_else(|| of(self.vars.shallow(self.typed(arg)).tag()?))
                }
            };
        let mut tag = inherited.map(|tag| (**tag).clone()).unwrap_or_default();
        if let Some(flow) = flow {
            tag.verb = word(&flow.verb, |tag| tag.verb.clone()).or(tag.verb);
            tag.label = word(&flow.label, |tag| tag.label.clone()).or(tag.label);
        }
        if tag == Tag::default() {
            return ty;
        }
        self.with_tag(&ty, &Arc::new(tag))
    }

    /// The text of a literal, or of a constant that is one.
    fn literal(&self, id: ExprId) -> Option<SmolStr> {
        match &self.body.expr(id).kind {
            ExprKind::Str(text) => Some(SmolStr::new(text)),
            ExprKind::Ref(inner) => self.literal(*inner),
            ExprKind::Method { recv, args, .. } if args.is_empty() => self.literal(*recv),
            ExprKind::Call(_, args) if args.len() == 1 => self.literal(args[0]),
            ExprKind::Macro(_, crate::facts::MacroShape::Args(args)) => {
                self.literal(*args.first()?)
            }
            ExprKind::Path(path) => self.constant_text(path),
            _ => None,
        }
    }

    fn constant_text(&self, path: &Path) -> Option<SmolStr> {
        let (found, left) = self.cx.program.resolve_path(self.scope.module, path)?;
        found.iter().filter(|_| left == 0).find_map(|res| {
            let Res::Def(def) = res else { return None };
            let DefKind::Const(_, body) = self.cx.program.def(*def).kind else {
                return None;
            };
            let body = body?;
            match &body.expr(body.root?).kind {
                ExprKind::Str(text) => Some(SmolStr::new(text)),
                _ => None,
            }
        })
    }

    /// The type of a macro's result: what the catalogue says, else what its tokens gave.
    pub(super) fn macro_result(&mut self, id: ExprId, path: &Path, args: &[ExprId], ty: Ty) -> Ty {
        let found = self.cx.program.resolve_path(self.scope.module, path);
        let full = match found {
            Some((found, 0)) => found.iter().find_map(|res| match res {
                Res::Foreign(path) => Some(path.to_string()),
                Res::Def(def) => Some(self.cx.program.path(*def)),
                Res::Prim(_) => None,
            }),
            _ => None,
        };
        let full = SmolStr::new(format!("{}!", full.unwrap_or_else(|| path.text())));
        let flow = self.know.function(&full);
        let tys: Vec<Ty> = args.iter().map(|&arg| self.typed(arg).clone()).collect();
        let ty = self.flow_type(flow.as_ref(), &Ty::Unknown(Why::Macro), &tys, Some(&ty));
        let name = path.last();
        self.record(id, Callee::Macro(full), None, Vec::new(), name, args, None);
        self.tagged(ty, flow.as_ref(), name, args, None)
    }

    /// What a path means as a value.
    fn value(&mut self, path: &Path) -> Value {
        if let Some(name) = path.single()
            && let Some(ty) = self.local(name)
        {
            return Value::Of(ty.clone());
        }
        if path.qself.is_some()
            || path
                .segments
                .first()
                .is_some_and(|s| s.name == "Self" && path.segments.len() > 1)
        {
            return self.associated(path);
        }
        let program = self.cx.program;
        let Some((found, left)) = program.resolve_path(self.scope.module, path) else {
            return if path.segments.len() > 1 {
                self.associated(path)
            } else {
                Value::Unknown(Why::Name)
            };
        };
        if left > 0 {
            return self.associated(path);
        }
        for res in &found {
            match res {
                Res::Def(def) => match program.def(*def).kind {
                    DefKind::Fn(_) => return Value::Fn(*def, None, Subst::default()),
                    DefKind::Const(..) => return self.constant(*def),
                    DefKind::Struct(..) | DefKind::Variant(..) => return self.ctor(*def, path),
                    DefKind::Alias(..) => return self.ctor_of_alias(path),
                    _ => {}
                },
                Res::Foreign(full) => return self.foreign_value(full),
                Res::Prim(_) => {}
            }
        }
        Value::Unknown(Why::Name)
    }

    fn constant(&mut self, def: DefId) -> Value {
        let program: &Program<'_> = self.cx.program;
        let DefKind::Const(ty, _) = program.def(def).kind else {
            return Value::Unknown(Why::Name);
        };
        let lowered = program.lower(ty, &program.ty_scope(def));
        let ty = self.fresh(&lowered);
        Value::Of(self.with_origin(ty, || program.path(def)))
    }

    /// A path into a crate that nothing declares: perhaps an associated function of one of its types.
    fn foreign_value(&mut self, full: &Arc<str>) -> Value {
        let split = full.rsplit_once("::");
        if let Some((ty, name)) = split
            && ty
                .rsplit("::")
                .next()
                .is_some_and(|last| last.starts_with(char::is_uppercase))
        {
            let on = Ty::Foreign(Arc::from(ty), Arc::from([]));
            if self.know.knows_method(self.cx.program, &on, name)
                || self.know.assoc(self.cx.program, &on, name).is_some()
            {
                return Value::Known(on);
            }
        }
        Value::Foreign(full.clone())
    }

    /// `Type::name`, `<T as Trait>::name`, `Trait::name`, `Self::name`.
    fn associated(&mut self, path: &Path) -> Value {
        let program = self.cx.program;
        let Some((last, prefix)) = path.segments.split_last() else {
            return Value::Unknown(Why::Name);
        };
        let name = &last.name;
        if let Some(trait_) = self.trait_prefix(path) {
            let fns = program.index.trait_fns.get(name);
            if let Some(&(_, def)) = fns.and_then(|fns| fns.iter().find(|(of, _)| *of == trait_)) {
                let mut subst = Subst::default();
                let on = match &path.qself {
                    Some(qself) => self.written(qself),
                    None => self.vars.fresh(),
                };
                subst.set(trait_.0, Ty::SELF, on.clone());
                if path.qself.is_some()
                    && let Some((own, own_subst)) = self.cx.find_assoc(self.scope.module, &on, name)
                {
                    return Value::Fn(own, Some(on), own_subst);
                }
                return Value::Fn(def, Some(on), subst);
            }
        }
        let on = if prefix.is_empty() {
            match &path.qself {
                Some(qself) => self.written(qself),
                None => return Value::Unknown(Why::Name),
            }
        } else {
            let mut base = path.clone();
            base.segments.pop();
            base.n_trait = base.n_trait.min(u32::try_from(prefix.len()).unwrap_or(0));
            self.written(&TypeRef::Path(base))
        };
        self.assoc_value(&on, name)
    }

    fn assoc_value(&mut self, on: &Ty, name: &str) -> Value {
        let on = self.now(on);
        if let Some(variant) = self.variant(&on, name) {
            return self.ctor_with(variant, &on);
        }
        let found = self.cx.find_assoc(self.scope.module, &on, name);
        if let Some((def, subst)) = found {
            if matches!(self.cx.program.def(def).kind, DefKind::Const(..)) {
                return self.constant(def);
            }
            return Value::Fn(def, Some(on), subst);
        }
        if self.know.knows_method(self.cx.program, &on, name)
            || self.know.assoc(self.cx.program, &on, name).is_some()
        {
            return Value::Known(on);
        }
        match on.untagged() {
            Ty::Foreign(path, _) => Value::Foreign(Arc::from(format!("{path}::{name}"))),
            Ty::Unknown(why) => Value::Unknown(*why),
            _ => Value::Unknown(Why::Member),
        }
    }

    /// The trait, where the path's prefix names one.
    fn trait_prefix(&self, path: &Path) -> Option<DefId> {
        let mut prefix = path.clone();
        prefix.segments.pop()?;
        if path.qself.is_some() && path.n_trait == 0 || prefix.segments.is_empty() {
            return None;
        }
        prefix.qself = None;
        let (found, left) = self.cx.program.resolve_path(self.scope.module, &prefix)?;
        found
            .iter()
            .filter(|_| left == 0)
            .find_map(|res| match res {
                Res::Def(def) if matches!(self.cx.program.def(*def).kind, DefKind::Trait(_)) => {
                    Some(*def)
                }
                _ => None,
            })
    }

    fn ctor(&mut self, def: DefId, path: &Path) -> Value {
        let written = self.written(&TypeRef::Path(path.clone()));
        self.ctor_with(def, &written)
    }

    fn ctor_of_alias(&mut self, path: &Path) -> Value {
        let written = self.written(&TypeRef::Path(path.clone()));
        match written.untagged() {
            Ty::Adt(def, _) => {
                let def = *def;
                self.ctor_with(def, &written)
            }
            _ => Value::Unknown(Why::Name),
        }
    }

    fn ctor_with(&mut self, def: DefId, ty: &Ty) -> Value {
        let adt = match self.cx.program.def(def).kind {
            DefKind::Variant(adt, _) => adt,
            _ => def,
        };
        let args: Arc<[Ty]> = match ty.untagged() {
            Ty::Adt(of, args) if *of == adt => {
                args.iter().map(|ty| self.vars.freshen(ty)).collect()
            }
            _ => {
                let n = self.cx.program.generics(adt).map_or(0, |g| g.params.len());
                (0..n).map(|_| self.vars.fresh()).collect()
            }
        };
        let fields = self.fields_of(def, adt, &args, None);
        let is_tuple = fields
            .iter()
            .all(|(name, _)| name.starts_with(|c: char| c.is_ascii_digit()));
        let fields = if is_tuple {
            fields.into_iter().map(|(_, ty)| ty).collect()
        } else {
            Vec::new()
        };
        Value::Ctor(fields, Ty::Adt(adt, args))
    }
}

/// Type arguments as written at a call.
enum Written<'r> {
    Tys(Vec<Ty>),
    Refs(&'r [TypeRef]),
}

fn last_args(path: &Path) -> Written<'_> {
    Written::Refs(
        path.segments
            .last()
            .map(|segment| segment.args.as_slice())
            .unwrap_or_default(),
    )
}
