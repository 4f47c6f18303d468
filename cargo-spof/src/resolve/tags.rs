//! Tags: which store a handle leads to, and where it comes from.
//!
//! A tag travels with the type of a value. What the catalogue says of a call names the tag's words; they are put on every
//! handle inside the call's result. A word that is already there is never replaced.

use super::infer::{Call, Callee, Infer};
use super::program::{DefId, DefKind, Program, Res};
use super::ty::{Tag, Ty};
use super::{Flow, TagSource};
use crate::facts::{Body, ExprId, ExprKind, MacroShape, PatKind, Path, Stmt};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_, '_> {
    /// Gives a value a place where it comes from.
    pub(super) fn with_origin(&self, ty: Ty, origin: impl FnOnce() -> String) -> Ty {
        if !ty.any(&mut |part| self.is_handle(part)) {
            return ty;
        }
        let mut tag = ty.tag().map(|tag| (**tag).clone()).unwrap_or_default();
        tag.origins.push(SmolStr::new(origin()));
        self.with_tag(&ty, &Arc::new(tag))
    }

    /// Whether a value of this type is a handle, or hides one: a newtype around it, a pool's guard. What holds a handle as
    /// a type argument (`Arc<Conn>`) does not: the handle inside has its own tag.
    fn is_handle(&self, ty: &Ty) -> bool {
        let program = self.cx.program;
        if self.know.is_handle(program, ty) {
            return true;
        }
        let Ty::Adt(_, args) = ty else {
            return false;
        };
        let is_hidden = |step: &Ty| {
            let step = step.untagged();
            self.know.is_handle(program, step) && args.iter().all(|arg| arg.untagged() != step)
        };
        self.cx.autoderef(ty)[1..].iter().any(is_hidden)
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
        if self.is_handle(ty) {
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

    /// The result of a recorded call with the tag that the call gives it, and the one that it inherits.
    pub(super) fn tagged(&self, id: ExprId, ty: Ty, flow: Option<&Flow>) -> Ty {
        let Some(call) = self.calls.get(&id) else {
            return ty;
        };
        let word =
            |source: &Option<TagSource>, of: fn(&Tag) -> Option<SmolStr>| match source.as_ref()? {
                TagSource::Name => Some(call.name.clone()),
                TagSource::Word(word) => Some(word.clone()),
                TagSource::Type => self.cx.program.type_name(call.on.as_ref()?),
                TagSource::Recv => self.word_of(call.recv?, of),
                TagSource::Arg(index) => self.word_of(*call.args.get(*index)?, of),
            };
        let inherited = call.on.as_ref().and_then(Ty::tag).cloned();
        let inherited = inherited.or_else(|| self.made_of(call));
        let mut tag = inherited.map(|tag| (*tag).clone()).unwrap_or_default();
        if let Some(flow) = flow {
            tag.verb = word(&flow.verb, |tag| tag.verb.clone()).or(tag.verb);
            tag.label = word(&flow.label, |tag| tag.label.clone()).or(tag.label);
        }
        if tag == Tag::default() {
            return ty;
        }
        self.with_tag(&ty, &Arc::new(tag))
    }

    /// The tag of the one handle that a client's function is given: `Api::all(self.edge.clone())`, `request.with_agent(&agent)`.
    fn made_of(&self, call: &Call) -> Option<Arc<Tag>> {
        let is_of_client = match &call.callee {
            Callee::Fn(def) => self.cx.program.is_api(*def),
            Callee::Known => true,
            _ => false,
        };
        if call.on.is_none() || !is_of_client {
            return None;
        }
        let tys = call
            .args
            .iter()
            .map(|&arg| self.vars.shallow(self.typed(arg)));
        let mut tags = tys.filter_map(|ty| tag_within(&ty));
        let first = tags.next();
        first.filter(|_| tags.next().is_none())
    }

    /// What an expression says, its value's tag asked for a word.
    fn word_of(&self, id: ExprId, of: fn(&Tag) -> Option<SmolStr>) -> Option<SmolStr> {
        let carried = || of(self.vars.shallow(self.typed(id)).tag()?);
        let program = self.cx.program;
        program.said(self.scope.module, self.body, id, carried)
    }
}

impl Program<'_> {
    /// The text of an expression that is a literal or a constant, behind `&` or in a conversion (`"a".into()`); `module`
    /// is where the body's names are resolved.
    fn literal(&self, module: DefId, body: &Body, id: ExprId) -> Option<SmolStr> {
        match &body.expr(id).kind {
            ExprKind::Str(text) => Some(SmolStr::new(text)),
            ExprKind::Ref(inner) => self.literal(module, body, *inner),
            ExprKind::Method { recv, args, .. } if args.is_empty() => {
                self.literal(module, body, *recv)
            }
            ExprKind::Path(path) => self
                .constant_text(module, path)
                .or_else(|| self.literal(module, body, initialiser(body, path.single()?, id)?)),
            _ => None,
        }
    }

    /// The text of a literal inside of a call that takes nothing else, or at the beginning of a format.
    fn inner_literal(&self, module: DefId, body: &Body, id: ExprId) -> Option<SmolStr> {
        let inner = match &body.expr(id).kind {
            ExprKind::Ref(inner) => *inner,
            ExprKind::Method { recv, args, .. } if args.is_empty() => *recv,
            ExprKind::Call(_, args) if args.len() == 1 => args[0],
            // What stands in a file is not read.
            ExprKind::Macro(path, MacroShape::Args(args)) if !is_of_file(path.last()) => {
                *args.first()?
            }
            ExprKind::Path(path) => initialiser(body, path.single()?, id)?,
            // `[base, "/api"].concat()`: the text of its own is the last part.
            ExprKind::Array(elems) => {
                let mut texts = elems.iter().rev();
                return texts.find_map(|&elem| self.literal(module, body, elem));
            }
            _ => return None,
        };
        let text = self.literal(module, body, inner);
        text.or_else(|| self.inner_literal(module, body, inner))
    }

    /// What an expression says: its own text, what its value carries, or a text inside of it.
    fn said(
        &self,
        module: DefId,
        body: &Body,
        id: ExprId,
        carried: impl FnOnce() -> Option<SmolStr>,
    ) -> Option<SmolStr> {
        let text = self.literal(module, body, id);
        text.or_else(carried)
            .or_else(|| self.inner_literal(module, body, id))
    }

    /// What an expression of a definition's body says: its own text, what its value carries, or a text inside of it.
    pub fn said_in(
        &self,
        def: DefId,
        body: &Body,
        id: ExprId,
        carried: impl FnOnce() -> Option<SmolStr>,
    ) -> Option<SmolStr> {
        self.said(self.body_module(def), body, id, carried)
    }

    /// The text of the constant that a path means.
    pub fn constant_text(&self, module: DefId, path: &Path) -> Option<SmolStr> {
        let (found, left) = self.resolve_path(module, path)?;
        found.iter().filter(|_| left == 0).find_map(|res| {
            let Res::Def(def) = res else { return None };
            let DefKind::Const(_, body) = self.def(*def).kind else {
                return None;
            };
            let body = body?;
            match &body.expr(body.root?).kind {
                ExprKind::Str(text) => Some(SmolStr::new(text)),
                _ => None,
            }
        })
    }
}

/// The tag of a type, or the first one inside of it.
fn tag_within(ty: &Ty) -> Option<Arc<Tag>> {
    let mut found = None;
    ty.any(&mut |part| {
        found = found.take().or_else(|| part.tag().cloned());
        found.is_some()
    });
    found
}

/// The initialiser of the local variable of this name that was bound last before its use.
fn initialiser(body: &Body, name: &str, used: ExprId) -> Option<ExprId> {
    // An expression is numbered behind what it holds: a block around has a greater number, what stands before a lesser
    // one. Places do not tell, since all of an expansion has one.
    let blocks = (0..).map(ExprId).zip(&body.exprs);
    let around = blocks.filter_map(|(id, expr)| match &expr.kind {
        ExprKind::Block(stmts, _) if id > used => Some(stmts),
        _ => None,
    });
    let inits = around.flatten().filter_map(|stmt| match stmt {
        Stmt::Let {
            pat,
            init: Some(init),
            ..
        } => Some((&body.pat(*pat).kind, *init)),
        _ => None,
    });
    let named = inits.filter(|(pat, _)| matches!(pat, PatKind::Bind(own, _) if own == name));
    named
        .map(|(_, init)| init)
        .filter(|init| *init < used)
        .max()
}

/// The language's macros that take the name of a file or variable.
fn is_of_file(name: &str) -> bool {
    matches!(
        name,
        "include" | "include_str" | "include_bytes" | "env" | "option_env"
    )
}
