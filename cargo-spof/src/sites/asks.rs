//! What is asked of the catalogue about a body's calls.

use crate::catalogue::{Bound, Effect, EntryKind, Seen};
use crate::facts::{Body, ExprId, ExprKind};
use crate::flow::{Decided, Effects, Flow, Parents, Role};
use crate::resolve::{BodyTypes, Call, DefId, Program, Ty};

/// A body, ready to be shown to the catalogue call by call.
pub(super) struct Asks<'r, 'a> {
    pub(super) program: &'r Program<'a>,
    pub(super) bound: &'r Bound<'r>,
    pub(super) body: &'r Body,
    pub(super) types: &'r BodyTypes,
    pub(super) parents: &'r Parents,
    pub(super) def: DefId,
}

impl Effects for Asks<'_, '_> {
    fn effect(&self, call: ExprId) -> Option<Effect> {
        let info = self.types.calls.get(&call)?;
        self.show(call, info, |seen| self.bound.effect(self.program, seen))
    }

    fn is_entered(&self, closure: ExprId) -> bool {
        self.handler(closure).is_some()
    }

    fn is_option(&self, expr: ExprId) -> Option<bool> {
        self.program.is_option(self.types.ty(expr))
    }
}

impl Asks<'_, '_> {
    /// Shows a call to the catalogue.
    pub(super) fn show<T>(&self, id: ExprId, call: &Call, ask: impl FnOnce(&Seen<'_>) -> T) -> T {
        ask(&Seen {
            call,
            arg_ty: &|arg| self.types.ty(arg).clone(),
            said: &|expr, word| {
                let carried = || word(self.types.ty(expr).tag()?);
                self.program.said_in(self.def, self.body, expr, carried)
            },
            is_awaited: &|| self.is_awaited(id),
        })
    }

    /// How work enters a function that is mentioned here: by the innermost call around that a framework takes it with.
    pub(super) fn entry(&self, mention: ExprId) -> Option<EntryKind> {
        self.parents.ancestors(mention).find_map(|around| {
            let call = self.types.calls.get(&around)?;
            self.show(around, call, |seen| self.bound.entry(self.program, seen))
        })
    }

    /// The closures of the body that a framework is handed.
    pub(super) fn handed(&self) -> Vec<ExprId> {
        let exprs = (0..).map(ExprId).zip(&self.body.exprs);
        let closures = exprs.filter(|(_, expr)| matches!(expr.kind, ExprKind::Closure { .. }));
        let closures = closures.map(|(id, _)| id);
        closures.filter(|&id| self.handler(id).is_some()).collect()
    }

    /// Whether a call is what a task is made of, not a part of the code of one.
    pub(super) fn is_task(&self, call: ExprId) -> bool {
        let mut at = call;
        while let Some((around, role)) = self.parents.of(at) {
            let goes_on = match &self.body.expr(around).kind {
                _ if self.effect(around) == Some(Effect::Spawns) => return true,
                ExprKind::Method { .. } => role == Role::Receiver,
                // `Box::pin(run())`.
                ExprKind::Call(_, args) => role == Role::Argument && args.len() == 1,
                _ => false,
            };
            if !goes_on {
                return false;
            }
            at = around;
        }
        false
    }

    /// How work enters a closure that is handed to a framework: itself, or in a call that takes nothing else.
    pub(super) fn handler(&self, closure: ExprId) -> Option<EntryKind> {
        let is_closure = matches!(self.body.expr(closure).kind, ExprKind::Closure { .. });
        let mut at = closure;
        for _ in 0..2 {
            let (call, role) = self.parents.of(at).filter(|_| is_closure)?;
            if role != Role::Argument {
                return None;
            }
            let info = self.types.calls.get(&call)?;
            let kind = self.show(call, info, |seen| self.bound.entry(self.program, seen));
            if kind.is_some() || info.args.len() != 1 {
                return kind.filter(|kind| kind.is_served());
            }
            at = call;
        }
        None
    }

    /// Whether a call is handed to one that gives it up after a time.
    pub(super) fn is_bounded(&self, id: ExprId) -> bool {
        let mut around = self.parents.ancestors(id);
        around.any(|id| self.effect(id) == Some(Effect::Bounds))
    }

    /// Whether a call whose error stays is in a loop that goes on after it, without a pause.
    pub(super) fn is_repeated(&self, id: ExprId, flow: Decided) -> bool {
        if !matches!(flow.flow, Flow::Handled | Flow::Discarded) {
            return false;
        }
        let is_loop = |id: &ExprId| matches!(self.body.expr(*id).kind, ExprKind::Loop(..));
        let Some(around) = self.parents.ancestors(id).find(is_loop) else {
            return false;
        };
        let (around, branch) = (self.body.expr(around).span, flow.span);
        let own = self.body.expr(id).span;
        let leaves = self.body.exprs.iter().any(|expr| {
            let is_there = branch.contains(expr.span) && !own.contains(expr.span);
            is_there && matches!(expr.kind, ExprKind::Break(..) | ExprKind::Return(_))
        });
        let waits = self.types.calls.keys().any(|&call| {
            around.contains(self.body.expr(call).span) && self.effect(call) == Some(Effect::Waits)
        });
        !leaves && !waits
    }

    /// Whether a call's value is awaited, or handed on where it may be.
    fn is_awaited(&self, id: ExprId) -> bool {
        let mut at = id;
        for parent in self.parents.ancestors(id) {
            match &self.body.expr(parent).kind {
                ExprKind::Method { recv, .. } if *recv == at => {
                    // An adaptor of a future yields a future; a builder's method does not, nor is there one behind it.
                    let adapts = self.program.is_future(self.types.ty(parent));
                    if !adapts || !self.may_be_awaited(self.types.ty(at)) {
                        return false;
                    }
                }
                ExprKind::Try(_) | ExprKind::Field(..) | ExprKind::Index(..) => return false,
                ExprKind::Await(_) => return true,
                // Handed on to what may await it.
                _ => return self.may_be_awaited(self.types.ty(at)),
            }
            at = parent;
        }
        self.may_be_awaited(self.types.ty(at))
    }

    /// Whether it is not known that a type is none of a future.
    fn may_be_awaited(&self, ty: &Ty) -> bool {
        let is_known = matches!(ty.untagged(), Ty::Adt(..) | Ty::Prim(_) | Ty::Tuple(_));
        !is_known || self.program.is_awaitable(ty)
    }
}
