//! What becomes of an error that a variable keeps: the worst of the variable's uses.

use super::parents::Role;
use super::{Decided, Flow, Follow, Next};
use crate::facts::{ExprId, ExprKind, PatId, PatKind, Stmt};
use crate::resolve::Ty;
use crate::span::Span;

impl Follow<'_> {
    /// The next step of a result in a result, which a timeout or the handle of a task makes: what takes the outer one leaves
    /// the error in the inner one.
    pub(super) fn peeled(&self, parent: ExprId, role: Role, fuel: usize) -> Option<Next> {
        match (&self.body.expr(parent).kind, role) {
            (ExprKind::Try(_), _) => Some(Next::Peeled(parent)),
            (ExprKind::Method { name, .. }, Role::Receiver) => {
                let name = name.as_str();
                let takes = super::PANICS.contains(&name)
                    || matches!(name, "unwrap_or" | "unwrap_or_else" | "flatten");
                takes.then_some(Next::Peeled(parent))
            }
            (ExprKind::Match(_, arms), Role::Scrutinee) => arms.iter().find_map(|arm| {
                let inner = self.inner_result(arm.pat)?;
                Some(Next::Done(self.bound(inner, &[arm.body], parent, fuel)))
            }),
            (ExprKind::Let(pat, _), _) => {
                let inner = self.inner_result(*pat)?;
                let around = self.parents.of(parent)?.0;
                match &self.body.expr(around).kind {
                    ExprKind::If(_, then, _) => {
                        Some(Next::Done(self.bound(inner, &[*then], parent, fuel)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The name in `Ok(name)`.
    fn inner_result(&self, pat: PatId) -> Option<PatId> {
        match &self.body.pat(pat).kind {
            PatKind::TupleStruct(path, inner) if path.last() == "Ok" => {
                let inner = *inner.first()?;
                matches!(self.body.pat(inner).kind, PatKind::Bind(..)).then_some(inner)
            }
            _ => None,
        }
    }

    /// A task: detached, unless its handle is awaited.
    pub(super) fn spawned(&self, call: ExprId) -> Next {
        match self.parents.of(call) {
            Some((parent, _)) if matches!(self.body.expr(parent).kind, ExprKind::Await(_)) => {
                Next::Joined(parent)
            }
            Some((parent, Role::Statement(index))) => {
                let ExprKind::Block(stmts, _) = &self.body.expr(parent).kind else {
                    return Next::Done(self.decided(Flow::Detached, call));
                };
                match stmts.get(index) {
                    Some(Stmt::Let { pat, .. }) => match self.awaited_later(*pat) {
                        Some(awaited) => Next::Joined(awaited),
                        None => Next::Done(self.decided(Flow::Detached, call)),
                    },
                    _ => Next::Done(self.decided(Flow::Detached, call)),
                }
            }
            _ => Next::Done(self.decided(Flow::Detached, call)),
        }
    }

    /// Where the variable of a pattern is awaited.
    fn awaited_later(&self, pat: PatId) -> Option<ExprId> {
        let PatKind::Bind(name, _) = &self.body.pat(pat).kind else {
            return None;
        };
        let uses = self.parents.uses(self.body, name, self.body.pat(pat).span);
        uses.into_iter().find_map(|id| {
            let (parent, _) = self.parents.of(id)?;
            matches!(self.body.expr(parent).kind, ExprKind::Await(_)).then_some(parent)
        })
    }

    /// The worst flow of the uses of what a pattern binds.
    pub(super) fn bound(&self, pat: PatId, within: &[ExprId], at: ExprId, fuel: usize) -> Decided {
        match &self.body.pat(pat).kind {
            PatKind::Wild => self.decided(Flow::Discarded, at),
            PatKind::Bind(name, _) if fuel > 0 => {
                let mut from = self.body.pat(pat).span;
                // A name in the initialiser, of an arm there, is another one.
                let init = self.span(at);
                if init.start > from.start {
                    from = Span::new(init.end, init.end);
                }
                let inside = |id: &ExprId| {
                    within
                        .iter()
                        .any(|&w| self.span(w).contains(self.span(*id)))
                };
                let uses = self.parents.uses(self.body, name, from);
                let flows = self.up_to_guard(uses.into_iter().filter(inside));
                let flows = flows.into_iter().map(|id| self.from(id, fuel - 1));
                flows.max_by_key(|decided| decided.flow).unwrap_or_else(|| {
                    let is_unit =
                        matches!(self.types.ty(at).untagged(), Ty::Tuple(t) if t.is_empty());
                    let flow = if is_unit {
                        Flow::Unknown
                    } else {
                        Flow::Discarded
                    };
                    self.decided(flow, at)
                })
            }
            PatKind::Tuple(pats) | PatKind::Slice(pats) => {
                let flows = pats.iter().map(|&pat| self.bound(pat, within, at, fuel));
                let worst = flows.max_by_key(|decided| decided.flow);
                worst.unwrap_or_else(|| self.decided(Flow::Discarded, at))
            }
            PatKind::Type(inner, _) => self.bound(*inner, within, at, fuel),
            _ => self.decided(Flow::Unknown, at),
        }
    }

    /// The uses up to one that asks for the error and goes away with it: `if read.is_err() { return … }`. Behind it there is none.
    fn up_to_guard(&self, uses: impl Iterator<Item = ExprId>) -> Vec<ExprId> {
        let mut all: Vec<ExprId> = uses.collect();
        all.sort_by_key(|&id| self.span(id).start);
        let guard = all.iter().position(|&id| self.is_guard(id));
        all.truncate(guard.map_or(all.len(), |guard| guard + 1));
        all
    }

    fn is_guard(&self, id: ExprId) -> bool {
        let Some((call, Role::Receiver)) = self.parents.of(id) else {
            return false;
        };
        let Some((around, Role::Condition)) = self.parents.of(call) else {
            return false;
        };
        match (&self.body.expr(call).kind, &self.body.expr(around).kind) {
            (ExprKind::Method { name, .. }, ExprKind::If(_, then, None)) => {
                matches!(name.as_str(), "is_err" | "is_none") && self.goes_away(*then)
            }
            _ => false,
        }
    }

    /// Whether a branch ends by leaving what stands around it.
    fn goes_away(&self, id: ExprId) -> bool {
        match &self.body.expr(id).kind {
            ExprKind::Block(stmts, _) => match stmts.last() {
                Some(Stmt::Expr(last, ..)) => self.goes_away(*last),
                _ => false,
            },
            ExprKind::Return(_) | ExprKind::Break(..) | ExprKind::Continue(_) => true,
            _ => false,
        }
    }

    pub(super) fn assigned(&self, left: ExprId, at: ExprId, fuel: usize) -> Next {
        match &self.body.expr(left).kind {
            ExprKind::Other => Next::Done(self.decided(Flow::Discarded, at)),
            ExprKind::Path(path) if fuel > 0 => match path.single() {
                Some(name) => {
                    let uses = self.parents.uses(self.body, name, self.span(at));
                    let flows = uses.into_iter().map(|id| self.from(id, fuel - 1));
                    let worst = flows.max_by_key(|decided| decided.flow);
                    Next::Done(worst.unwrap_or_else(|| self.decided(Flow::Discarded, at)))
                }
                None => Next::Done(self.decided(Flow::Unknown, at)),
            },
            _ => Next::Done(self.decided(Flow::Unknown, at)),
        }
    }
}
