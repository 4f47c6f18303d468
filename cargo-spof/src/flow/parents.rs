//! What holds each expression of a body, and where variables are used.

use crate::facts::{Body, ExprId, ExprKind, MacroShape, Stmt};
use crate::span::Span;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// As what an expression stands in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What a method is called on.
    Receiver,
    /// An argument; the callee of a call is [`Role::Other`].
    Argument,
    /// Which statement of a block.
    Statement(usize),
    /// What a `match` looks at.
    Scrutinee,
    /// A condition.
    Condition,
    /// What a `for` goes through.
    Iterated,
    /// A loop's body.
    Body,
    /// The right side of an assignment.
    Right,
    /// Anything else.
    Other,
}

/// The parents of a body's expressions.
#[derive(Clone, Debug)]
pub struct Parents {
    of: Vec<Option<(ExprId, Role)>>,
    uses: FxHashMap<SmolStr, Vec<ExprId>>,
}

impl Parents {
    /// Reads a body once.
    pub fn new(body: &Body) -> Self {
        let mut parents = Self {
            of: vec![None; body.exprs.len()],
            uses: FxHashMap::default(),
        };
        for (index, expr) in (0..).zip(&body.exprs) {
            let id = ExprId(index);
            children(&expr.kind, &mut |child, role| {
                parents.of[child.0 as usize] = Some((id, role));
            });
            if let ExprKind::Path(path) = &expr.kind
                && let Some(name) = path.single()
            {
                parents.uses.entry(name.clone()).or_default().push(id);
            }
        }
        parents
    }

    /// The expression that an expression stands in, and as what.
    pub fn of(&self, id: ExprId) -> Option<(ExprId, Role)> {
        self.of[id.0 as usize]
    }

    /// Uses of a variable behind the place that binds it, up to where it is bound again.
    ///
    /// Imprecise: a name bound again in an inner scope only hides uses behind it; tested by
    /// `a_variable_bound_again_is_another`.
    pub fn uses(&self, body: &Body, name: &str, from: Span) -> Vec<ExprId> {
        let rebound = body
            .pats
            .iter()
            .filter(
                |pat| matches!(&pat.kind, crate::facts::PatKind::Bind(bound, _) if bound == name),
            )
            .map(|pat| pat.span.start)
            .filter(|&start| start > from.start)
            .min()
            .unwrap_or(u32::MAX);
        let all = self.uses.get(name).map(Vec::as_slice).unwrap_or_default();
        // The initialiser of the variable that hides it still uses the first one.
        let limit = statement_end(body, rebound);
        let behind = |id: &&ExprId| {
            let start = body.expr(**id).span.start;
            start >= from.start && start <= limit
        };
        all.iter().filter(behind).copied().collect()
    }

    /// The closure or async block around; `None` for the body itself.
    pub(super) fn enclosing_frame(&self, body: &Body, id: ExprId) -> Option<ExprId> {
        let is_frame = |kind: &ExprKind| {
            matches!(
                kind,
                ExprKind::Closure { .. } | ExprKind::Async(_) | ExprKind::TryBlock(_)
            )
        };
        self.enclosing(body, id, is_frame)
    }

    /// The block of a stream around: the macro, closure or async block that yields.
    pub(super) fn enclosing_stream(&self, body: &Body, id: ExprId) -> Option<ExprId> {
        let is_stream = |kind: &ExprKind| {
            matches!(
                kind,
                ExprKind::Macro(..) | ExprKind::Closure { .. } | ExprKind::Async(_)
            )
        };
        self.enclosing(body, id, is_stream)
    }

    pub(super) fn enclosing_loop(&self, body: &Body, id: ExprId) -> Option<ExprId> {
        self.enclosing(body, id, |kind| matches!(kind, ExprKind::Loop(..)))
    }

    fn enclosing(&self, body: &Body, id: ExprId, is: impl Fn(&ExprKind) -> bool) -> Option<ExprId> {
        let mut at = id;
        while let Some((parent, _)) = self.of(at) {
            if is(&body.expr(parent).kind) {
                return Some(parent);
            }
            at = parent;
        }
        None
    }

    /// The expressions around, innermost first.
    pub fn ancestors(&self, id: ExprId) -> impl Iterator<Item = ExprId> {
        std::iter::successors(self.of(id), |(parent, _)| self.of(*parent)).map(|(parent, _)| parent)
    }
}

/// The end of the `let` whose pattern begins at `start`.
fn statement_end(body: &Body, start: u32) -> u32 {
    if start == u32::MAX {
        return start;
    }
    let lets = body.exprs.iter().filter_map(|expr| match &expr.kind {
        ExprKind::Block(stmts, _) => Some(stmts),
        _ => None,
    });
    let binds = |stmt: &&Stmt| match stmt {
        Stmt::Let { pat, .. } => {
            let pat = body.pat(*pat).span;
            pat.start <= start && start < pat.end
        }
        Stmt::Expr(..) => false,
    };
    let found = lets.flatten().find(binds);
    found.map_or(start, |stmt| stmt.span().end)
}

/// Calls `f` for each direct child.
fn children(kind: &ExprKind, f: &mut dyn FnMut(ExprId, Role)) {
    match kind {
        ExprKind::Call(callee, args) => {
            f(*callee, Role::Other);
            each(args, Role::Argument, f);
        }
        ExprKind::Method { recv, args, .. } => {
            f(*recv, Role::Receiver);
            each(args, Role::Argument, f);
        }
        ExprKind::Field(x, _)
        | ExprKind::Await(x)
        | ExprKind::Try(x)
        | ExprKind::Deref(x)
        | ExprKind::Unary(x)
        | ExprKind::Yield(x)
        | ExprKind::Ref(x)
        | ExprKind::Cast(x, _)
        | ExprKind::Async(x)
        | ExprKind::TryBlock(x)
        | ExprKind::Let(_, x)
        | ExprKind::Closure { body: x, .. } => f(*x, Role::Other),
        ExprKind::Index(a, b) | ExprKind::Binary(a, b, _) => {
            f(*a, Role::Other);
            f(*b, Role::Other);
        }
        ExprKind::Assign(left, right) => {
            f(*left, Role::Other);
            f(*right, Role::Right);
        }
        ExprKind::Struct(_, fields, rest) => {
            each(
                fields.iter().map(|(_, value)| value).chain(rest),
                Role::Other,
                f,
            );
        }
        ExprKind::Tuple(list) | ExprKind::Array(list) => {
            each(list, Role::Other, f);
        }
        ExprKind::Range(a, b) => each(a.iter().chain(b), Role::Other, f),
        ExprKind::Macro(_, MacroShape::Matches(value, _, guard)) => {
            f(*value, Role::Scrutinee);
            each(guard, Role::Condition, f);
        }
        ExprKind::Macro(_, shape) => each(&shape.exprs(), Role::Argument, f),
        _ => control_children(kind, f),
    }
}

fn control_children(kind: &ExprKind, f: &mut dyn FnMut(ExprId, Role)) {
    match kind {
        ExprKind::Block(stmts, _) => {
            for (index, stmt) in stmts.iter().enumerate() {
                match stmt {
                    Stmt::Let { init, els, .. } => {
                        each(init, Role::Statement(index), f);
                        each(els, Role::Body, f);
                    }
                    Stmt::Expr(id, _, _) => f(*id, Role::Statement(index)),
                }
            }
        }
        ExprKind::If(cond, then, els) => {
            f(*cond, Role::Condition);
            f(*then, Role::Other);
            each(els, Role::Other, f);
        }
        ExprKind::Match(scrutinee, arms) => {
            f(*scrutinee, Role::Scrutinee);
            for arm in arms {
                each(&arm.guard, Role::Condition, f);
                f(arm.body, Role::Other);
            }
        }
        ExprKind::While(cond, inner, _) => {
            f(*cond, Role::Condition);
            f(*inner, Role::Body);
        }
        ExprKind::Loop(inner, _) => f(*inner, Role::Body),
        ExprKind::For(_, iter, inner, _) => {
            f(*iter, Role::Iterated);
            f(*inner, Role::Body);
        }
        ExprKind::Return(value) | ExprKind::Break(_, value) => {
            each(value, Role::Other, f);
        }
        _ => {}
    }
}

/// Calls `f` for each of several children of one role.
fn each<'e>(
    children: impl IntoIterator<Item = &'e ExprId>,
    role: Role,
    f: &mut dyn FnMut(ExprId, Role),
) {
    for &child in children {
        f(child, role);
    }
}
