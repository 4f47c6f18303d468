//! Tags: which store a handle leads to, and where it comes from.
//!
//! A tag travels with the type of a value. What the catalogue says of a call names the tag's words; they are put on every
//! handle inside the call's result. A word that is already there is never replaced.

use super::infer::{Call, Callee, Infer};
use super::ty::{Tag, Ty};
use super::{Flow, TagSource};
use crate::facts::ExprId;
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

/// The tag of a type, or the first one inside of it.
fn tag_within(ty: &Ty) -> Option<Arc<Tag>> {
    let mut found = None;
    ty.any(&mut |part| {
        found = found.take().or_else(|| part.tag().cloned());
        found.is_some()
    });
    found
}
