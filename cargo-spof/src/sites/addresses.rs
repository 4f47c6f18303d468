//! The address of a route, as far as one function says it.
//!
//! From the mention of a handler, or the call of a function that builds a part of a router, outwards: each call that is *given* it may
//! name a method or a part of the path, and so may the calls from which the taker is *built*. A variable is followed to its uses.

use super::asks::Asks;
use super::urls::{Piece, is_variable};
use crate::catalogue::{Of, Part};
use crate::facts::{ExprId, ExprKind, MacroShape, PatKind, Stmt};
use crate::resolve::Callee;
use crate::span::Span;
use smol_str::SmolStr;

/// Method and path, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The method, in capitals; `*` for any.
    pub method: Option<SmolStr>,
    /// The parts of the path, outermost first.
    pub parts: Vec<SmolStr>,
}

/// The most steps outwards, and the most variables.
const MAX_STEPS: usize = 200;
const MAX_VARIABLES: usize = 4;

impl Asks<'_, '_> {
    /// Whether a body speaks of routes at all.
    pub(super) fn has_routes(&self) -> bool {
        let mut calls = self.types.calls.values();
        calls.any(|call| self.bound.may_address(&call.name))
    }

    /// The address of what stands here.
    pub(super) fn address(&self, at: ExprId) -> Option<Address> {
        let mut address = Address::default();
        self.outwards(at, MAX_VARIABLES, &mut address);
        let is_empty = address.method.is_none() && address.parts.is_empty();
        address.parts.reverse();
        (!is_empty).then_some(address)
    }

    fn outwards(&self, start: ExprId, fuel: usize, address: &mut Address) {
        let mut at = start;
        for _ in 0..MAX_STEPS {
            let Some(parent) = self.parents.ancestors(at).next() else {
                return;
            };
            match &self.body.expr(parent).kind {
                ExprKind::Method { recv, .. } if *recv == at => {}
                ExprKind::Method { recv, .. } => {
                    self.given(parent, address);
                    self.built(*recv, address);
                }
                ExprKind::Call(callee, _) if *callee != at => self.given(parent, address),
                ExprKind::Macro(_, MacroShape::Args(_)) => self.given(parent, address),
                ExprKind::Block(stmts, _) => {
                    let init = stmts.iter().find_map(|stmt| match stmt {
                        Stmt::Let { pat, init, .. } if *init == Some(at) => Some(*pat),
                        _ => None,
                    });
                    let name = init.and_then(|pat| match &self.body.pat(pat).kind {
                        PatKind::Bind(name, _) => Some((name, self.body.pat(pat).span)),
                        _ => None,
                    });
                    if let Some((name, span)) = name {
                        return self.by_variable(name, span, fuel, address);
                    }
                }
                ExprKind::Assign(left, _) => {
                    if let ExprKind::Path(path) = &self.body.expr(*left).kind
                        && let Some(name) = path.single()
                    {
                        let span = self.body.expr(parent).span;
                        return self.by_variable(name, span, fuel, address);
                    }
                    return;
                }
                _ => {}
            }
            at = parent;
        }
    }

    /// The first use of a variable that says anything.
    fn by_variable(&self, name: &str, from: Span, fuel: usize, address: &mut Address) {
        if fuel == 0 {
            return;
        }
        let behind = Span::new(from.end, from.end);
        for used in self.parents.uses(self.body, name, behind) {
            let mut more = Address::default();
            self.outwards(used, fuel - 1, &mut more);
            if more.method.is_some() || !more.parts.is_empty() {
                address.method = address.method.take().or(more.method);
                address.parts.extend(more.parts);
                return;
            }
        }
    }

    /// What a call says of what it is given.
    fn given(&self, call: ExprId, address: &mut Address) {
        if let Some(part) = self.part(call).filter(|part| part.of == Of::Given) {
            add(part, address);
        }
    }

    /// What is said of all that is built from a chain of calls.
    fn built(&self, mut at: ExprId, address: &mut Address) {
        loop {
            let part = self.part(at);
            let of = part.as_ref().map(|part| part.of);
            if let Some(part) = part.filter(|_| of == Some(Of::Built)) {
                add(part, address);
            }
            match &self.body.expr(at).kind {
                ExprKind::Method { recv, args, .. } => {
                    if let (Some(Of::Joined), Some(&joined)) = (of, args.first()) {
                        self.built(joined, address);
                    }
                    at = *recv;
                }
                _ => return,
            }
        }
    }

    pub(super) fn part(&self, call: ExprId) -> Option<Part> {
        let info = self.types.calls.get(&call)?;
        self.bound.may_address(&info.name).then_some(())?;
        let part = self.show(call, info, |seen| self.bound.address(self.program, seen));
        let mut part = part?;
        if let Some(at) = part.path_at {
            let spelled = match (&info.callee, &self.body.expr(at).kind) {
                (Callee::Macro(_), ExprKind::Binary(..)) => self.written(at),
                _ => self.spelled(at),
            };
            part.path = spelled.map(SmolStr::new).or(part.path);
        }
        // What only a variable of the environment knows is not known.
        part.path = part.path.filter(|path| !is_variable(path));
        Some(part)
    }

    /// A path that is put together, with the names of what is not known in braces; `None` where nothing is known of it.
    fn spelled(&self, at: ExprId) -> Option<String> {
        let pieces = self.pieces(at);
        let is_known = pieces.iter().any(|it| matches!(it, Piece::Text(_)));
        let texts = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Hole(hole) => format!("{{{}}}", hole.name.unwrap_or_default()),
        });
        is_known.then(|| texts.collect())
    }

    /// A path that is written as its segments: `"users" / u64 / "name"`.
    fn written(&self, at: ExprId) -> Option<String> {
        match &self.body.expr(at).kind {
            ExprKind::Binary(left, right, false) => Some(format!(
                "{}/{}",
                self.written(*left)?,
                self.written(*right)?
            )),
            ExprKind::Str(text) => Some(text.clone()),
            ExprKind::Path(path) => Some(format!("{{{}}}", path.last())),
            _ => None,
        }
    }
}

/// The innermost method holds; the parts of a path come from the inside.
fn add(part: Part, address: &mut Address) {
    address.method = address.method.take().or(part.method);
    address.parts.extend(part.path);
}
