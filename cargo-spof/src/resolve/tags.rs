//! Tags: which store a handle leads to, and where it comes from.
//!
//! A tag travels with the type of a value. What the catalogue says of a call names the tag's words; they are put on every
//! handle inside the call's result. A word that is already there is never replaced.

use super::infer::Infer;
use super::program::{DefKind, Res};
use super::ty::{Tag, Ty};
use super::{Flow, TagSource};
use crate::facts::{ExprId, ExprKind, MacroShape, Path};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_, '_> {
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

    /// The result with the tag that the call gives it, and the one that it inherits.
    pub(super) fn tagged(
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
            ExprKind::Macro(_, MacroShape::Args(args)) => self.literal(*args.first()?),
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
}
