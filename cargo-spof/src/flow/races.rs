//! Several ways to one answer: what fails only when all of them do.

use super::{Decided, Flow, Follow, Race};
use crate::catalogue::Effect;
use crate::facts::{ExprId, ExprKind, MacroShape};

impl Follow<'_> {
    /// What becomes of the error of one way of a race; `list` holds the ways.
    pub(super) fn in_race(&self, at: ExprId, list: ExprId, fuel: usize) -> Option<Decided> {
        let (ExprKind::Array(ways) | ExprKind::Macro(_, MacroShape::Args(ways))) =
            &self.body.expr(list).kind
        else {
            return None;
        };
        let (call, _) = self.parents.of(list)?;
        if self.effects.effect(call) != Some(Effect::Races) || ways.len() < 2 {
            return None;
        }
        let after = self.from(call, fuel);
        let way = ways.iter().position(|&way| way == at)?;
        let flow = if self.has_other(ways) {
            Flow::Handled
        } else {
            after.flow
        };
        let number = |n| u32::try_from(n).unwrap_or(u32::MAX);
        let race = Race {
            call: self.span(call),
            way: number(way),
            ways: number(ways.len()),
            then: after.flow,
        };
        Some(Decided {
            flow,
            span: self.span(call),
            race: Some(race),
            ..after
        })
    }

    /// Whether the first expression of a list begins elsewhere than another one: with another function or another handle.
    ///
    /// Imprecise: whether the two lead to two stores is not asked.
    fn has_other(&self, ways: &[ExprId]) -> bool {
        let mut roots = ways.iter().map(|&way| self.root(way));
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
