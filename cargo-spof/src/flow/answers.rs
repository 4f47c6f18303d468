//! Whether the status of an answer is looked at.
//!
//! Some operations succeed whenever an answer came at all: one that says that the service is down is `Ok` as well, until the code
//! looks at its status. The answer is followed like an error is, outwards and through variables, but along the good branch. It is
//! taken *as it is* where every one of its uses stays in the function and none looks at the status.
//!
//! Where the status is looked at, an error that it tells of has a flow of its own: that of the result which the look yields, or the worst
//! of the branches that depend on it.

use super::parents::Role;
use super::{Decided, Flow, Follow};
use crate::catalogue::Effect;
use crate::facts::{Body, ExprId, ExprKind, MacroShape, PatId, PatKind, Stmt};
use crate::resolve::Callee;
use crate::span::Span;
use std::cmp::Reverse;

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// Dropped.
    Dropped,
    /// Something else of it is read here.
    Read(Span),
    /// It leaves the function, or is used in a way that is not understood.
    Elsewhere,
    /// Its status is looked at, by this call or in this expression: by the first one.
    Checked(Reverse<ExprId>),
}

/// What a function does with an answer that may tell of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Nothing looks at its status: it is taken as it is here.
    AsItIs(Span),
    /// What becomes of an error that it tells of.
    Checked(Decided),
    /// It leaves the function, or nothing is known.
    Elsewhere,
}

impl Follow<'_> {
    /// What becomes of the answer that a call yields. `is_answer` says whether a value is an answer, also in a result or future.
    /// With the code that runs only after such an error.
    pub fn answered(
        &self,
        call: ExprId,
        is_answer: &dyn Fn(ExprId) -> bool,
    ) -> (Answered, Vec<Span>) {
        self.branches.take();
        let answers = Answers {
            follow: self,
            is_answer,
        };
        let answered = match answers.from(call, super::MAX_VARIABLES) {
            Use::Dropped => Answered::AsItIs(self.span(call)),
            Use::Read(at) => Answered::AsItIs(at),
            Use::Elsewhere => Answered::Elsewhere,
            Use::Checked(Reverse(look)) => match self.of_look(look) {
                Some(decided) => Answered::Checked(decided),
                None => Answered::Elsewhere,
            },
        };
        (answered, self.branches.take())
    }

    /// What becomes of an error that a look at the status finds.
    fn of_look(&self, look: ExprId) -> Option<Decided> {
        if self.effects.is_option(look) == Some(false) {
            return Some(self.from(look, super::MAX_VARIABLES));
        }
        self.by_condition(look).or_else(|| {
            let (block, role) = self.parents.of(look)?;
            let (ExprKind::Block(stmts, _), Role::Statement(index)) =
                (&self.body.expr(block).kind, role)
            else {
                return None;
            };
            let Some(Stmt::Let { pat, .. }) = stmts.get(index) else {
                return None;
            };
            let pat = self.body.pat(*pat);
            let PatKind::Bind(name, _) = &pat.kind else {
                return None;
            };
            let uses = self.parents.uses(self.body, name, pat.span);
            uses.into_iter().find_map(|used| self.by_condition(used))
        })
    }

    /// The worst of the branches that depend on a value.
    fn by_condition(&self, value: ExprId) -> Option<Decided> {
        let mut at = value;
        for around in self.parents.ancestors(value) {
            let branches: Vec<ExprId> = match &self.body.expr(around).kind {
                ExprKind::If(condition, then, els) if *condition == at => {
                    std::iter::once(*then).chain(*els).collect()
                }
                ExprKind::Match(of, arms) if *of == at => arms.iter().map(|arm| arm.body).collect(),
                ExprKind::Block(..) | ExprKind::Closure { .. } => return None,
                _ => {
                    at = around;
                    continue;
                }
            };
            let judged = branches.iter().map(|&it| self.branch(it, None, false));
            let failing = judged.filter(|it| it.flow.fails());
            let worst = failing.max_by_key(|it| it.flow);
            return Some(worst.unwrap_or_else(|| self.decided(Flow::Handled, around)));
        }
        None
    }
}

struct Answers<'f, 'b> {
    follow: &'f Follow<'b>,
    is_answer: &'f dyn Fn(ExprId) -> bool,
}

impl Answers<'_, '_> {
    fn body(&self) -> &Body {
        self.follow.body
    }

    fn span(&self, id: ExprId) -> Span {
        self.follow.span(id)
    }

    /// Follows an answer outwards.
    fn from(&self, start: ExprId, fuel: usize) -> Use {
        let mut at = start;
        for _ in 0..super::MAX_STEPS {
            let Some((parent, role)) = self.follow.parents.of(at) else {
                return Use::Elsewhere;
            };
            match self.step(at, parent, role, fuel) {
                Ok(next) => at = next,
                Err(found) => return found,
            }
        }
        Use::Elsewhere
    }

    /// The expression that the answer goes on with, or what becomes of it.
    fn step(&self, at: ExprId, parent: ExprId, role: Role, fuel: usize) -> Result<ExprId, Use> {
        match (&self.body().expr(parent).kind, role) {
            (ExprKind::Try(_) | ExprKind::Await(_) | ExprKind::Ref(_) | ExprKind::Deref(_), _)
            | (ExprKind::If(..) | ExprKind::Match(..), Role::Other) => Ok(parent),
            (ExprKind::Method { args, .. }, Role::Receiver) => self.method(parent, args),
            (ExprKind::Method { .. } | ExprKind::Call(..), Role::Argument) => self.argument(parent),
            (ExprKind::Block(stmts, _), Role::Statement(index)) => {
                self.statement(at, parent, stmts, index, fuel)
            }
            (ExprKind::Let(pat, _), _) => {
                let around = self.follow.conditional_around(parent);
                Err(around.map_or(Use::Elsewhere, |around| {
                    self.bound(*pat, self.span(around), self.span(parent), fuel)
                }))
            }
            (ExprKind::Match(_, arms), Role::Scrutinee) => {
                let uses = arms.iter().map(|arm| {
                    let within =
                        Span::new(self.body().pat(arm.pat).span.start, self.span(arm.body).end);
                    self.bound(arm.pat, within, self.span(parent), fuel)
                });
                Err(uses.max().unwrap_or(Use::Elsewhere))
            }
            (ExprKind::Macro(_, MacroShape::Matches(..)), _) if self.checks_in(parent) => {
                Err(Use::Checked(Reverse(parent)))
            }
            (ExprKind::Binary(..), _)
            | (ExprKind::If(..) | ExprKind::While(..), Role::Condition) => {
                Err(Use::Read(self.span(parent)))
            }
            _ => Err(Use::Elsewhere),
        }
    }

    fn method(&self, call: ExprId, args: &[ExprId]) -> Result<ExprId, Use> {
        let is_checked = self.checks(call) || args.iter().any(|&arg| self.checks_in(arg));
        match is_checked {
            true => Err(Use::Checked(Reverse(call))),
            false if (self.is_answer)(call) => Ok(call),
            false => Err(Use::Read(self.span(call))),
        }
    }

    fn argument(&self, call: ExprId) -> Result<ExprId, Use> {
        let callee = self.follow.types.calls.get(&call).map(|it| &it.callee);
        match self.follow.effects.effect(call) {
            Some(Effect::Checks) => Err(Use::Checked(Reverse(call))),
            // `timeout(t, answer)`, `Ok(answer)`.
            Some(Effect::Bounds) => Ok(call),
            _ if matches!(callee, Some(Callee::Ctor(_))) => Ok(call),
            // A function may well look at it.
            _ => Err(Use::Elsewhere),
        }
    }

    fn statement(
        &self,
        at: ExprId,
        block: ExprId,
        stmts: &[Stmt],
        index: usize,
        fuel: usize,
    ) -> Result<ExprId, Use> {
        match stmts.get(index) {
            Some(Stmt::Let { pat, .. }) => {
                Err(self.bound(*pat, self.span(block), self.span(at), fuel))
            }
            Some(Stmt::Expr(_, semi, _)) if *semi || index + 1 < stmts.len() => Err(Use::Dropped),
            _ => Ok(block),
        }
    }

    /// What becomes of an answer that a pattern takes apart; its names hold it in `within`, behind `init`.
    fn bound(&self, pat: PatId, within: Span, init: Span, fuel: usize) -> Use {
        match &self.body().pat(pat).kind {
            PatKind::Bind(name, _) if fuel > 0 => {
                let own = self.body().pat(pat).span;
                let from = if init.start > own.start {
                    Span::new(init.end, init.end)
                } else {
                    own
                };
                let uses = self.follow.parents.uses(self.body(), name, from);
                let inside = uses
                    .into_iter()
                    .filter(|&id| within.contains(self.span(id)));
                let uses = inside.map(|id| self.from(id, fuel - 1));
                uses.max().unwrap_or(Use::Dropped)
            }
            PatKind::Bind(..) | PatKind::Other => Use::Elsewhere,
            // The other branch.
            PatKind::TupleStruct(path, _) if path.last() == "Err" => Use::Dropped,
            PatKind::TupleStruct(_, inner) | PatKind::Tuple(inner) | PatKind::Or(inner) => {
                let uses = inner.iter().map(|&pat| self.bound(pat, within, init, fuel));
                uses.max().unwrap_or(Use::Dropped)
            }
            PatKind::Type(inner, _) => self.bound(*inner, within, init, fuel),
            _ => Use::Dropped,
        }
    }

    fn checks(&self, call: ExprId) -> bool {
        self.follow.effects.effect(call) == Some(Effect::Checks)
    }

    /// Whether a closure, or a function that is named, looks at the status.
    fn checks_in(&self, id: ExprId) -> bool {
        let within = self.span(id);
        let mut calls = self.follow.types.calls.keys();
        calls.any(|&call| within.contains(self.span(call)) && self.checks(call))
    }
}
