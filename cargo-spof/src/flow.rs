//! Error flow: what a function does with the error of a call.
//!
//! In: a body and its types. Out: for any call in it, a [`Flow`] and the place that decides it.
//!
//! # Algorithm
//!
//! The value of a call is followed outwards. Adaptors that neither consume nor replace the error
//! (`map_err`, `.await`, a block around it) are walked through; the first consumer decides: `?`, `return` and the function's
//! tail let it *escape*, `unwrap` *panics*, a default or another branch *handles* it, a dropped value
//! *discards* it. An error that leaves a closure or async block is followed from that closure or block on, as the
//! value of the call that it is passed to. A value kept in a variable has the worst flow of the variable's uses.
//! The error branch of a `match` or `if let` is judged by how it ends (`flow/branch.rs`).
//!
//! Where no more is left of an error than a `None` (`.ok()`, an arm that yields it) and that leaves the function, the error is handled,
//! and it is noted that the `None` goes on: a caller may make an error of it. A call that yields an option is followed as its `None`.
//!
//! The good branch is followed as well, for answers that may tell of an error (`flow/answers.rs`).

mod answers;
mod branch;
mod kinds;
mod parents;
mod races;
mod variables;

use crate::catalogue::Effect;
use crate::facts::{Body, ExprId, ExprKind, MacroShape, Stmt};
use crate::resolve::BodyTypes;
use crate::span::Span;
pub use answers::Answered;
pub use kinds::{Decided, Flow, Followed, Race, Turned};
pub use parents::{Parents, Role};
use std::cell::RefCell;

/// What the catalogue says of the calls of a body.
pub trait Effects {
    /// What this call does to what it is given.
    fn effect(&self, call: ExprId) -> Option<Effect>;
    /// Whether a closure is handed to a framework, that calls it as an entry point.
    fn is_entered(&self, closure: ExprId) -> bool;
    /// Whether a value, or what a future of it yields, is an option of something that is no result (`Some(true)`), or a result
    /// (`Some(false)`).
    fn is_option(&self, expr: ExprId) -> Option<bool>;
}

/// The most steps outwards, and the most variables followed, for one call.
const MAX_STEPS: usize = 400;
const MAX_VARIABLES: usize = 6;

/// Methods of results and options that end in a panic.
const PANICS: [&str; 3] = ["unwrap", "expect", "unwrap_unchecked"];
/// Methods of results and options that put something else in an error's place.
const HANDLES: [&str; 9] = [
    "unwrap_or",
    "unwrap_or_default",
    "map_or",
    "map_or_default",
    "or",
    "is_ok",
    "is_err",
    "is_ok_and",
    "is_err_and",
];

/// Follows errors in one body.
pub struct Follow<'b> {
    body: &'b Body,
    types: &'b BodyTypes,
    parents: &'b Parents,
    effects: &'b dyn Effects,
    /// The branches that the error followed takes.
    branches: RefCell<Vec<Span>>,
}

impl<'b> Follow<'b> {
    /// For one body.
    pub fn new(
        body: &'b Body,
        types: &'b BodyTypes,
        parents: &'b Parents,
        effects: &'b dyn Effects,
    ) -> Self {
        Self {
            body,
            types,
            parents,
            effects,
            branches: RefCell::default(),
        }
    }

    /// What becomes of a call's error.
    pub fn of(&self, call: ExprId) -> Followed {
        self.branches.take();
        let decided = self.from(call, MAX_VARIABLES);
        let branches = self.branches.take();
        Followed { decided, branches }
    }

    /// Notes code that runs only when there was an error.
    fn runs_on_error(&self, branch: ExprId) {
        self.branches.borrow_mut().push(self.span(branch));
    }

    fn span(&self, id: ExprId) -> Span {
        self.body.expr(id).span
    }

    fn decided(&self, flow: Flow, at: ExprId) -> Decided {
        Decided::new(flow, self.span(at))
    }

    /// Follows the value of an expression outwards.
    fn from(&self, start: ExprId, fuel: usize) -> Decided {
        let is_option = self.effects.is_option(start) == Some(true);
        self.follow(start, is_option, fuel)
    }

    /// Follows a value outwards; whether no more is left of the error than a `None`.
    fn follow(&self, start: ExprId, mut is_option: bool, fuel: usize) -> Decided {
        let mut at = start;
        let (mut is_joined, mut is_bounded, mut is_inner) = (false, false, false);
        for _ in 0..MAX_STEPS {
            let next = match self.parents.of(at) {
                Some((parent, Role::Argument)) if is_option && self.skips(parent) => {
                    Next::Done(self.decided(Flow::Handled, start))
                }
                Some((parent, role)) => {
                    let peeled = is_inner.then(|| self.peeled(parent, role, fuel)).flatten();
                    peeled.unwrap_or_else(|| self.step(at, parent, role, fuel))
                }
                // The body's own value.
                None => Next::Left(self.decided(Flow::Escapes, self.tail(at))),
            };
            let decided = match next {
                Next::At(next) => {
                    is_option = self.stays_option(next, is_option);
                    at = next;
                    continue;
                }
                Next::Joined(next) => {
                    (at, is_joined, is_inner) = (next, true, true);
                    continue;
                }
                Next::Bounded(next) => {
                    (at, is_bounded, is_inner) = (next, true, true);
                    continue;
                }
                Next::Peeled(next) => {
                    (at, is_inner) = (next, false);
                    continue;
                }
                Next::Left(decided) if is_option => Decided {
                    flow: Flow::Handled,
                    turned: Turned::Absent,
                    ..decided
                },
                Next::Left(decided) | Next::Done(decided) => decided,
            };
            return Decided {
                is_joined: decided.is_joined || is_joined,
                is_bounded: decided.is_bounded || is_bounded,
                ..decided
            };
        }
        self.decided(Flow::Unknown, start)
    }

    /// Whether an error that went into a call's value is no more than a `None` in it.
    fn stays_option(&self, call: ExprId, was: bool) -> bool {
        let ExprKind::Method { name, .. } = &self.body.expr(call).kind else {
            return was;
        };
        let by_name = match name.as_str() {
            "ok" => Some(true),
            "ok_or" | "ok_or_else" => Some(false),
            _ => None,
        };
        self.effects.is_option(call).or(by_name).unwrap_or(was)
    }

    /// The last expression of a block, where its value comes from.
    fn tail(&self, id: ExprId) -> ExprId {
        match &self.body.expr(id).kind {
            ExprKind::Block(stmts, _) => match stmts.last() {
                Some(Stmt::Expr(tail, false, _)) => self.tail(*tail),
                _ => id,
            },
            _ => id,
        }
    }

    fn step(&self, at: ExprId, parent: ExprId, role: Role, fuel: usize) -> Next {
        if let Some(decided) = self.in_race(at, parent, fuel) {
            return Next::Done(decided);
        }
        let done = |flow, at| Next::Done(self.decided(flow, at));
        match (&self.body.expr(parent).kind, role) {
            (ExprKind::Try(_) | ExprKind::Return(_), _) => self.leave(parent),
            (ExprKind::Yield(_), _) => match self.parents.enclosing_stream(self.body, parent) {
                Some(stream) => Next::At(stream),
                None => done(Flow::Escapes, parent),
            },
            (ExprKind::Method { name, args, .. }, Role::Receiver) => {
                self.method(parent, name, args, fuel)
            }
            // What leaves an entry point goes to nobody here.
            (ExprKind::Method { .. } | ExprKind::Call(..), Role::Argument)
                if self.effects.is_entered(at) =>
            {
                Next::Left(self.decided(Flow::Escapes, at))
            }
            (ExprKind::Method { .. } | ExprKind::Call(..), Role::Argument) => {
                self.argument(at, parent)
            }
            (ExprKind::Block(stmts, _), Role::Statement(index)) => {
                self.statement(at, parent, stmts, index, fuel)
            }
            (ExprKind::Let(pat, _), _) => Next::Done(self.let_condition(parent, *pat, fuel)),
            (ExprKind::Match(_, arms), Role::Scrutinee) => {
                Next::Done(self.match_arms(parent, arms, fuel))
            }
            (ExprKind::If(..) | ExprKind::While(..), Role::Condition) => {
                done(Flow::Handled, parent)
            }
            (ExprKind::Loop(..) | ExprKind::While(..) | ExprKind::For(..), Role::Body) => {
                done(Flow::Discarded, at)
            }
            (ExprKind::For(pat, _, inner, _), Role::Iterated) => {
                Next::Done(self.bound(*pat, &[*inner], parent, fuel))
            }
            (ExprKind::Assign(left, _), Role::Right) => self.assigned(*left, parent, fuel),
            (ExprKind::Break(..), _) => match self.parents.enclosing_loop(self.body, parent) {
                Some(inner) => Next::At(inner),
                None => done(Flow::Unknown, parent),
            },
            (ExprKind::Macro(_, shape), _) => self.in_macro(at, parent, shape, fuel),
            (ExprKind::Binary(..), _) => done(Flow::Handled, parent),
            (ExprKind::Index(..) | ExprKind::Range(..), _) => done(Flow::Unknown, parent),
            // Blocks, closures, async blocks, tuples, struct literals, `&`, `.await`, branches: the
            // value goes on with what holds it.
            _ => Next::At(parent),
        }
    }

    /// `?` and `return`: the value of the function, closure or async block around.
    fn leave(&self, at: ExprId) -> Next {
        match self.parents.enclosing_frame(self.body, at) {
            None => Next::Left(self.decided(Flow::Escapes, at)),
            Some(frame) => Next::At(frame),
        }
    }

    /// A panic: a task of its own keeps it, and whoever waits for the task or catches it gets an error.
    fn panicked(&self, at: ExprId) -> Decided {
        let frame = self.parents.enclosing_frame(self.body, at);
        let outer = frame.map(|frame| self.follow(frame, false, 1));
        match outer {
            Some(outer) if outer.flow == Flow::Detached || outer.is_joined => Decided {
                turned: Turned::Panic,
                ..outer
            },
            _ => Decided {
                turned: Turned::Panic,
                ..self.decided(Flow::Panics, at)
            },
        }
    }

    /// What leaves a branch by `return` or `?`: from the closure or async block around it goes on.
    fn left(&self, at: ExprId, is_option: bool) -> Decided {
        match self.leave(at) {
            Next::At(frame) => self.follow(frame, is_option, 1),
            _ if is_option => Decided {
                turned: Turned::Absent,
                ..self.decided(Flow::Handled, at)
            },
            _ => self.decided(Flow::Escapes, at),
        }
    }

    fn method(&self, call: ExprId, name: &str, args: &[ExprId], fuel: usize) -> Next {
        let done = |flow| Next::Done(self.decided(flow, call));
        match self.effects.effect(call) {
            Some(Effect::Panics) => return Next::Done(self.panicked(call)),
            Some(Effect::Catches) => return Next::Joined(call),
            Some(Effect::Bounds) => return Next::Bounded(call),
            _ if PANICS.contains(&name) => return Next::Done(self.panicked(call)),
            _ => {}
        }
        if let Some(judged) = self.asked(call, name) {
            return Next::Done(judged);
        }
        if self.skips(call) {
            return self.items(args, call, fuel);
        }
        // `map_or(StatusCode::BAD_GATEWAY, …)`: what stands in for the error tells of it.
        let default = args.first();
        if HANDLES.contains(&name) && default.is_some_and(|&arg| self.is_error_value(arg, None)) {
            return Next::At(call);
        }
        if HANDLES.contains(&name) {
            return if self.is_dropped(call) {
                done(Flow::Discarded)
            } else {
                done(Flow::Handled)
            };
        }
        match name {
            "unwrap_or_else" | "or_else" | "map_or_else" => {
                Next::Done(self.handler(args.first().copied(), call, fuel))
            }
            "ok" | "err" if self.is_dropped(call) => done(Flow::Discarded),
            "err" => done(Flow::Handled),
            "abort" | "forget" => done(Flow::Discarded),
            // Adaptors, and `.ok()`: the error is gone, what is left of it is `None`.
            _ => Next::At(call),
        }
    }

    /// Whether a call leaves out the items for which what it is given yields `None`.
    fn skips(&self, call: ExprId) -> bool {
        matches!(&self.body.expr(call).kind, ExprKind::Method { name, .. } if name == "filter_map")
    }

    /// What becomes of the items that are errors: what the closure that takes each does with them.
    fn items(&self, args: &[ExprId], call: ExprId, fuel: usize) -> Next {
        let taker = args.first().map(|&arg| &self.body.expr(arg).kind);
        match taker {
            Some(ExprKind::Closure { params, body, .. }) if !params.is_empty() => {
                Next::Done(self.bound(params[0], &[*body], call, fuel))
            }
            Some(ExprKind::Path(path)) if path.last() == "ok" => {
                Next::Done(self.decided(Flow::Discarded, call))
            }
            _ => Next::At(call),
        }
    }

    /// Whether a statement drops the value.
    fn is_dropped(&self, id: ExprId) -> bool {
        let Some((parent, Role::Statement(index))) = self.parents.of(id) else {
            return false;
        };
        let ExprKind::Block(stmts, _) = &self.body.expr(parent).kind else {
            return false;
        };
        // What ends in a brace needs no semicolon; only the last one is the block's value then.
        matches!(stmts.get(index), Some(Stmt::Expr(_, semi, _)) if *semi || index + 1 < stmts.len())
    }

    /// The closure of `unwrap_or_else` and the like.
    fn handler(&self, closure: Option<ExprId>, call: ExprId, fuel: usize) -> Decided {
        let Some(closure) = closure else {
            return self.decided(Flow::Handled, call);
        };
        // Of an option it runs on any `None`.
        if let ExprKind::Method { recv, .. } = self.body.expr(call).kind
            && self.effects.is_option(recv) == Some(false)
        {
            self.runs_on_error(closure);
        }
        match &self.body.expr(closure).kind {
            ExprKind::Closure { params, body, .. } => {
                let error = params.first().copied();
                let judged = self.branch(*body, error, false);
                match judged.flow {
                    // What the closure returns goes on with the call.
                    Flow::Escapes => self.from(call, fuel),
                    Flow::Panics => judged,
                    _ => self.decided(Flow::Handled, call),
                }
            }
            _ => self.decided(Flow::Handled, call),
        }
    }

    fn argument(&self, at: ExprId, call: ExprId) -> Next {
        match self.effects.effect(call) {
            Some(Effect::Spawns) => return self.spawned(call),
            Some(Effect::Catches) => return Next::Joined(call),
            Some(Effect::Bounds) => return Next::Bounded(call),
            _ => {}
        }
        let info = self.types.calls.get(&call);
        if info.is_some_and(|info| info.name == "drop") {
            return Next::Done(self.decided(Flow::Discarded, at));
        }
        Next::At(call)
    }

    fn statement(
        &self,
        at: ExprId,
        block: ExprId,
        stmts: &[Stmt],
        index: usize,
        fuel: usize,
    ) -> Next {
        match stmts.get(index) {
            Some(Stmt::Let {
                pat,
                els: Some(els),
                init: Some(init),
                ..
            }) if *init == at => {
                if self.takes_all_good(*pat) {
                    self.runs_on_error(*els);
                }
                let judged = self.branch(*els, None, true);
                if self.is_ok_pattern(*pat) {
                    Next::Done(judged)
                } else {
                    Next::At(block)
                }
            }
            Some(Stmt::Let { pat, .. }) => Next::Done(self.bound(*pat, &[block], at, fuel)),
            Some(Stmt::Expr(_, true, _)) => Next::Done(self.decided(Flow::Discarded, at)),
            Some(Stmt::Expr(..)) if index + 1 < stmts.len() => {
                Next::Done(self.decided(Flow::Discarded, at))
            }
            _ => Next::At(block),
        }
    }

    fn in_macro(&self, at: ExprId, mac: ExprId, shape: &MacroShape, fuel: usize) -> Next {
        match shape {
            MacroShape::Select(arms) => {
                let arm = arms.iter().find(|(_, future, _)| *future == at);
                match arm {
                    Some((pat, _, _)) if self.is_ok_pattern(*pat) || self.is_err_pattern(*pat) => {
                        Next::Done(self.decided(Flow::Handled, mac))
                    }
                    Some((pat, _, inner)) => Next::Done(self.bound(*pat, &[*inner], at, fuel)),
                    None => Next::At(mac),
                }
            }
            MacroShape::Matches(..) => Next::Done(self.decided(Flow::Handled, mac)),
            MacroShape::Args(_) | MacroShape::Mixed(_)
                if self.effects.effect(mac) == Some(Effect::Panics) =>
            {
                Next::Done(self.panicked(mac))
            }
            _ if self.is_dropped(mac) => Next::Done(self.decided(Flow::Discarded, mac)),
            _ => Next::At(mac),
        }
    }
}

/// Where following goes on.
enum Next {
    At(ExprId),
    /// There, and a panic is an error from then on.
    Joined(ExprId),
    /// There, and not for longer than some time.
    Bounded(ExprId),
    /// There, out of the result around it.
    Peeled(ExprId),
    /// It leaves the function.
    Left(Decided),
    Done(Decided),
}
