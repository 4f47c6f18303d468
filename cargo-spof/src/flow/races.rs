//! Several ways to one answer: what fails only when all of them do.

use super::Follow;
use crate::facts::{ExprId, ExprKind, MacroShape};

impl Follow<'_> {
    /// Whether the first expression of a list begins elsewhere than another one: with another function or another handle.
    ///
    /// Imprecise: whether the two lead to two stores is not asked.
    pub(super) fn has_other(&self, list: ExprId) -> bool {
        let (ExprKind::Array(elems) | ExprKind::Macro(_, MacroShape::Args(elems))) =
            &self.body.expr(list).kind
        else {
            return false;
        };
        let mut roots = elems.iter().map(|&elem| self.root(elem));
        let first = roots.next();
        first.is_some_and(|first| roots.any(|other| other != first))
    }

    /// What a chain of calls begins with.
    fn root(&self, id: ExprId) -> String {
        match &self.body.expr(id).kind {
            ExprKind::Method { recv: inner, .. }
            | ExprKind::Call(inner, _)
            | ExprKind::Ref(inner)
            | ExprKind::Await(inner)
            | ExprKind::Try(inner) => self.root(*inner),
            ExprKind::Field(inner, name) => format!("{}.{name}", self.root(*inner)),
            ExprKind::Path(path) => {
                let names = path.segments.iter().map(|it| it.name.as_str());
                names.collect::<Vec<_>>().join("::")
            }
            _ => String::new(),
        }
    }
}
