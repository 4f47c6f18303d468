//! How the branch that an error takes ends.
//!
//! A branch is judged by its worst end: it returns an error, panics, goes on with a value, or
//! only writes a line and goes on as if nothing had happened.

use super::{Decided, Flow, Follow};
use crate::catalogue::Effect;
use crate::facts::{Arm, ExprId, ExprKind, MacroShape, PatId, PatKind, Stmt};

impl Follow<'_> {
    /// `if let pat = value`, `while let pat = value`.
    pub(super) fn let_condition(&self, condition: ExprId, pat: PatId, fuel: usize) -> Decided {
        let Some(around) = self.conditional_around(condition) else {
            return self.decided(Flow::Unknown, condition);
        };
        match &self.body.expr(around).kind {
            ExprKind::If(_, then, els) => {
                let is_dropped = self.is_dropped(around);
                if self.is_err_pattern(pat) {
                    self.runs_on_error(*then);
                    return self.branch(*then, self.error_of(pat), is_dropped);
                }
                if self.is_ok_pattern(pat) {
                    if let Some(els) = els.filter(|_| self.takes_all_good(pat)) {
                        self.runs_on_error(els);
                    }
                    return match els {
                        Some(els) => self.branch(*els, None, is_dropped),
                        None => self.decided(Flow::Discarded, around),
                    };
                }
                self.bound(pat, &[*then], condition, fuel)
            }
            ExprKind::While(_, inner, _) if self.is_err_pattern(pat) => {
                self.branch(*inner, self.error_of(pat), true)
            }
            // The loop ends at the first error; what follows goes on.
            ExprKind::While(_, inner, _) if !self.is_ok_pattern(pat) => {
                self.bound(pat, &[*inner], condition, fuel)
            }
            _ => self.while_some(pat, around, fuel),
        }
    }

    /// The `if` or `while` whose condition this is, or a part of.
    pub(super) fn conditional_around(&self, condition: ExprId) -> Option<ExprId> {
        let mut around = self.parents.ancestors(condition);
        around.find(|&id| {
            matches!(
                self.body.expr(id).kind,
                ExprKind::If(..) | ExprKind::While(..)
            )
        })
    }

    /// `if call.is_err() { … }`, `if !call.is_ok() { … }`: the branch that the error takes.
    pub(super) fn asked(&self, call: ExprId, name: &str) -> Option<Decided> {
        let is_err = match name {
            "is_err" | "is_none" => true,
            "is_ok" | "is_some" => false,
            _ => return None,
        };
        let (mut at, mut on_error) = (call, is_err);
        let mut around = self.parents.of(at)?.0;
        if let ExprKind::Unary(_) = self.body.expr(around).kind {
            (at, on_error) = (around, !on_error);
            around = self.parents.of(at)?.0;
        }
        let ExprKind::If(condition, then, els) = &self.body.expr(around).kind else {
            return None;
        };
        let branch = if on_error { Some(*then) } else { *els };
        let is_of_result = matches!(name, "is_err" | "is_ok");
        (*condition == at).then(|| match branch {
            Some(branch) => {
                if is_of_result {
                    self.runs_on_error(branch);
                }
                self.branch(branch, None, true)
            }
            None => self.decided(Flow::Discarded, around),
        })
    }

    /// `while let Some(x) = stream.next()`: the items carry the error. `while let Ok(x)`: the error ends the loop.
    fn while_some(&self, pat: PatId, around: ExprId, fuel: usize) -> Decided {
        let PatKind::TupleStruct(path, inner) = &self.body.pat(pat).kind else {
            return self.decided(Flow::Handled, around);
        };
        match (path.last(), inner.as_slice()) {
            ("Some", [item]) => {
                let ExprKind::While(_, inside, _) = self.body.expr(around).kind else {
                    return self.decided(Flow::Handled, around);
                };
                if self.is_ok_pattern(*item) {
                    return self.decided(Flow::Discarded, around);
                }
                self.bound(*item, &[inside], around, fuel)
            }
            _ => self.decided(Flow::Handled, around),
        }
    }

    pub(super) fn match_arms(&self, around: ExprId, arms: &[Arm], fuel: usize) -> Decided {
        let errors: Vec<&Arm> = arms
            .iter()
            .filter(|arm| self.takes_errors(arm.pat, arms))
            .collect();
        let takes_all = |arm: &Arm| arm.guard.is_none() && self.takes_all_good(arm.pat);
        let is_rest_bad = arms.iter().any(takes_all);
        let judged = errors.iter().map(|arm| {
            if self.is_only_error(arm.pat) || is_rest_bad {
                self.runs_on_error(arm.body);
            }
            let error = self.error_of(arm.pat);
            match &self.body.pat(arm.pat).kind {
                // `other => other`: the value goes on.
                PatKind::Bind(name, _) if name != "None" && !self.is_err_pattern(arm.pat) => {
                    self.bound(arm.pat, &[arm.body], around, fuel)
                }
                _ => self.branch(arm.body, error, false),
            }
        });
        let worst = judged.max_by_key(|decided| decided.flow);
        let worst = worst.unwrap_or_else(|| self.decided(Flow::Handled, around));
        // An error that is an arm's value is the value of the whole `match`.
        if worst.flow == Flow::Escapes
            && errors
                .iter()
                .any(|arm| self.is_error_value(arm.body, self.error_of(arm.pat)))
        {
            // It is there in full, in whatever it is wrapped.
            return self.follow(around, false, fuel);
        }
        worst
    }

    /// `Ok(x)`: with any value of that, so that all else is an error.
    pub(super) fn takes_all_good(&self, pat: PatId) -> bool {
        match &self.body.pat(pat).kind {
            PatKind::TupleStruct(path, inner) if path.last() == "Ok" => {
                inner.iter().all(|&pat| self.takes_any(pat))
            }
            PatKind::Type(inner, _) => self.takes_all_good(*inner),
            _ => false,
        }
    }

    /// `Err(x)` and nothing else.
    fn is_only_error(&self, pat: PatId) -> bool {
        matches!(&self.body.pat(pat).kind, PatKind::TupleStruct(path, _) if path.last() == "Err")
    }

    /// Whether a pattern takes every value.
    fn takes_any(&self, pat: PatId) -> bool {
        match &self.body.pat(pat).kind {
            PatKind::Bind(name, None) => !name.starts_with(char::is_uppercase),
            PatKind::Wild | PatKind::Rest => true,
            PatKind::Tuple(pats) => pats.iter().all(|&pat| self.takes_any(pat)),
            PatKind::Type(inner, _) => self.takes_any(*inner),
            _ => false,
        }
    }

    /// Whether an arm takes an error: `Err(_)`, or what is left over where no arm says `Err`.
    fn takes_errors(&self, pat: PatId, arms: &[Arm]) -> bool {
        let names_err = arms.iter().any(|arm| self.is_err_pattern(arm.pat));
        // `None`, which is a name as far as syntax goes, is the error's place in an option.
        let is_rest = match &self.body.pat(pat).kind {
            PatKind::Wild | PatKind::Bind(..) => true,
            PatKind::Path(path) => path.last() == "None",
            _ => false,
        };
        self.is_err_pattern(pat) || is_rest && !names_err
    }

    /// Judges a branch; `error` is the pattern that holds the error in it. With `statement`, its value is dropped.
    pub(super) fn branch(&self, id: ExprId, error: Option<PatId>, statement: bool) -> Decided {
        let mut ends = Vec::new();
        self.ends(id, error, statement, &mut ends);
        let worst = ends.into_iter().max_by_key(|decided| decided.flow);
        worst.unwrap_or_else(|| {
            let flow = if self.only_logs(id) {
                Flow::Discarded
            } else {
                Flow::Handled
            };
            self.decided(flow, id)
        })
    }

    /// The ends of a branch that leave it: returned errors, panics, values.
    fn ends(&self, id: ExprId, error: Option<PatId>, statement: bool, out: &mut Vec<Decided>) {
        match &self.body.expr(id).kind {
            ExprKind::Block(stmts, _) => {
                for (index, stmt) in stmts.iter().enumerate() {
                    let is_tail = index + 1 == stmts.len();
                    match stmt {
                        Stmt::Expr(inner, semi, _) => {
                            self.ends(*inner, error, statement || *semi || !is_tail, out);
                        }
                        Stmt::Let {
                            init: Some(init),
                            els,
                            ..
                        } => {
                            self.ends(*init, error, true, out);
                            if let Some(els) = els {
                                self.ends(*els, error, true, out);
                            }
                        }
                        Stmt::Let { .. } => {}
                    }
                }
            }
            ExprKind::If(condition, then, els) => {
                if self.hands_on(*condition) {
                    out.push(self.decided(Flow::Escapes, *condition));
                }
                self.ends(*then, error, statement, out);
                if let Some(els) = els {
                    self.ends(*els, error, statement, out);
                }
            }
            ExprKind::Match(_, arms) => {
                for arm in arms {
                    self.ends(arm.body, error, statement, out);
                }
            }
            ExprKind::Return(value) => out.push(self.returned(id, *value, error)),
            // What another call fails with is its own error.
            ExprKind::Try(inner) if self.is_error_value(*inner, error) => {
                out.push(self.left(id, false));
            }
            ExprKind::Try(inner) | ExprKind::Await(inner) => {
                self.ends(*inner, error, true, out);
            }
            ExprKind::Yield(value) if self.is_error_value(*value, error) => {
                out.push(self.decided(Flow::Escapes, id));
            }
            ExprKind::Yield(_) => out.push(self.decided(Flow::Handled, id)),
            ExprKind::Break(_, Some(value)) if self.is_error_value(*value, error) => {
                out.push(self.decided(Flow::Escapes, id));
            }
            _ if self.hands_on(id) => out.push(self.decided(Flow::Escapes, id)),
            _ if !statement && self.is_none(id) => out.push(self.follow(id, true, 1)),
            kind => {
                let is_call = matches!(kind, ExprKind::Macro(..) | ExprKind::Call(..));
                let escapes = || !statement && self.is_error_value(id, error);
                let ended = is_call.then(|| self.ends_by(id)).flatten();
                let value = || escapes().then(|| self.decided(Flow::Escapes, id));
                out.extend(ended.or_else(value));
            }
        }
    }

    /// Whether a call is given an error as a result: `feed.push(Err(error))`. Whoever takes it hears of the error.
    fn hands_on(&self, id: ExprId) -> bool {
        let is_result = |arg: &ExprId| match &self.body.expr(*arg).kind {
            ExprKind::Call(callee, _) => {
                matches!(&self.body.expr(*callee).kind, ExprKind::Path(path) if path.last() == "Err")
            }
            _ => false,
        };
        match &self.body.expr(id).kind {
            ExprKind::Method { recv, args, .. } => {
                args.iter().any(is_result) || self.hands_on(*recv)
            }
            ExprKind::Await(inner) | ExprKind::Try(inner) => self.hands_on(*inner),
            _ => false,
        }
    }

    fn returned(&self, id: ExprId, value: Option<ExprId>, error: Option<PatId>) -> Decided {
        match value {
            Some(value) if self.is_error_value(value, error) => self.left(id, false),
            Some(value) if self.is_none(value) => self.left(id, true),
            Some(_) => self.decided(Flow::Handled, id),
            None => self.decided(Flow::Discarded, id),
        }
    }

    /// `None`, also at the end of a block.
    fn is_none(&self, id: ExprId) -> bool {
        match &self.body.expr(self.tail(id)).kind {
            ExprKind::Path(path) => path.last() == "None",
            _ => false,
        }
    }

    /// `Err(…)`, the bound error itself, either in an adaptor, or an answer that tells of an error.
    pub(super) fn is_error_value(&self, id: ExprId, error: Option<PatId>) -> bool {
        if self.effects.effect(id) == Some(Effect::Answers) {
            return true;
        }
        match &self.body.expr(id).kind {
            ExprKind::Call(callee, args) => match &self.body.expr(*callee).kind {
                ExprKind::Path(path) if path.last() == "Err" => true,
                ExprKind::Path(path)
                    if matches!(path.last(), "Some" | "Ok" | "Ready" | "Break") =>
                {
                    args.iter().any(|&arg| self.is_error_value(arg, None))
                }
                // `Custom(Status::BadGateway, …)`, `json_error(StatusCode::BAD_GATEWAY)`.
                _ => args.iter().any(|&arg| self.is_answer(arg)),
            },
            ExprKind::Tuple(elems) => elems
                .iter()
                .any(|&elem| self.is_answer(elem) || self.is_error_value(elem, None)),
            // A stream's items: `vec![Err(error)]`.
            ExprKind::Array(elems) | ExprKind::Macro(_, MacroShape::Args(elems)) => {
                elems.iter().any(|&elem| self.is_error_value(elem, None))
            }
            ExprKind::Method { recv, args, .. } => {
                self.is_error_value(*recv, error) || args.iter().any(|&arg| self.is_answer(arg))
            }
            ExprKind::Path(path) => {
                let bound = error.map(|pat| &self.body.pat(pat).kind);
                matches!((path.single(), bound), (Some(name), Some(PatKind::Bind(bound, _))) if name == bound)
            }
            ExprKind::Block(stmts, _) => match stmts.last() {
                Some(Stmt::Expr(tail, false, _)) => self.is_error_value(*tail, error),
                _ => false,
            },
            ExprKind::Try(inner) | ExprKind::Await(inner) => self.is_error_value(*inner, error),
            _ => false,
        }
    }

    /// Whether a value is an answer that tells of an error, as the catalogue has it.
    fn is_answer(&self, id: ExprId) -> bool {
        match &self.body.expr(id).kind {
            ExprKind::Ref(inner) => self.is_answer(*inner),
            _ => self.effects.effect(id) == Some(Effect::Answers),
        }
    }

    /// A call that does not come back: what it does with the error.
    fn ends_by(&self, call: ExprId) -> Option<Decided> {
        match self.effects.effect(call)? {
            Effect::Panics => Some(self.panicked(call)),
            Effect::Escapes => Some(self.left(call, false)),
            _ => None,
        }
    }

    /// Only macros without a value and jumps: the error is written down and forgotten.
    fn only_logs(&self, id: ExprId) -> bool {
        match &self.body.expr(id).kind {
            ExprKind::Block(stmts, _) => stmts.iter().all(|stmt| match stmt {
                Stmt::Expr(inner, _, _) => self.only_logs(*inner),
                Stmt::Let { .. } => false,
            }),
            ExprKind::Macro(..) | ExprKind::Return(None) | ExprKind::Continue(_) => true,
            ExprKind::Tuple(elems) => elems.is_empty(),
            _ => false,
        }
    }

    /// `Err(_)`, also under `|` and in tuples.
    pub(super) fn is_err_pattern(&self, pat: PatId) -> bool {
        self.names(pat, &["Err"])
    }

    pub(super) fn is_ok_pattern(&self, pat: PatId) -> bool {
        self.names(pat, &["Ok", "Some"])
    }

    fn names(&self, pat: PatId, wanted: &[&str]) -> bool {
        match &self.body.pat(pat).kind {
            PatKind::TupleStruct(path, inner) => {
                wanted.contains(&path.last())
                    || inner
                        .iter()
                        .any(|&pat| self.names(pat, &["Err"]) && wanted == ["Err"])
            }
            PatKind::Or(pats) | PatKind::Tuple(pats) => {
                pats.iter().any(|&pat| self.names(pat, wanted))
            }
            _ => false,
        }
    }

    /// The pattern inside `Err(…)`.
    pub(super) fn error_of(&self, pat: PatId) -> Option<PatId> {
        match &self.body.pat(pat).kind {
            PatKind::TupleStruct(path, inner) if path.last() == "Err" => inner.first().copied(),
            PatKind::TupleStruct(_, inner) => inner.iter().find_map(|&pat| self.error_of(pat)),
            PatKind::Or(pats) => pats.iter().find_map(|&pat| self.error_of(pat)),
            _ => None,
        }
    }
}
