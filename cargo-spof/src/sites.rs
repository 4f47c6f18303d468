//! Call sites: the calls of a body that are operations of a store.
//!
//! In: a body with its types, and the catalogue. Out: its [`Site`]s, the calls that it makes of other functions
//! ([`Edge`]), each with its [error flow](crate::flow), and what looked like an operation and could not be decided
//! ([`Undecided`]).

mod addresses;
mod asks;
mod found;
mod holders;
mod layers;
mod peers;
mod urls;

use crate::catalogue::{Bound, Operation, Scope, Seen};
use crate::facts::{Body, ExprId, ExprKind, MacroShape};
use crate::flow::{Answered, Follow, Parents};
use crate::resolve::{
    BodyTypes, Call, Callee, DefId, Knowledge, Owner, Program, Ty, Why, infer_body,
};
use crate::span::{FileId, Place, Span};
pub use addresses::Address;
use asks::Asks;
pub use found::{Certainty, Closure, Edge, Found, Site, Undecided};
pub use holders::Holder;
pub use layers::{Layer, Region};
pub use peers::{Peer, PeerName};
use smol_str::SmolStr;

/// Reads one definition's body.
pub fn in_body(program: &Program<'_>, bound: &Bound<'_>, def: DefId) -> Found {
    let Some(body) = program.body(def) else {
        return Found::default();
    };
    let Some(types) = infer_body(program, bound, def) else {
        return Found::default();
    };
    let parents = Parents::new(body);
    let asks = Asks {
        program,
        bound,
        body,
        types: &types,
        parents: &parents,
        def,
    };
    let reader = Reader {
        program,
        bound,
        body,
        types: &types,
        parents: &parents,
        follow: Follow::new(body, &types, &parents, &asks),
        asks: &asks,
        has_routes: asks.has_routes(),
        handed: asks.handed(),
        def,
        file: program.def(def).file,
    };
    reader.read()
}

struct Reader<'r, 'a> {
    program: &'r Program<'a>,
    bound: &'r Bound<'r>,
    body: &'r Body,
    types: &'r BodyTypes,
    parents: &'r Parents,
    follow: Follow<'r>,
    asks: &'r Asks<'r, 'a>,
    has_routes: bool,
    /// The closures that a framework is handed.
    handed: Vec<ExprId>,
    def: DefId,
    file: FileId,
}

impl Reader<'_, '_> {
    fn read(&self) -> Found {
        let mut found = Found {
            held: self.asks.held(),
            layers: self.layers(),
            closures: self.closures(),
            ..Found::default()
        };
        let mut calls: Vec<(&ExprId, &Call)> = self.types.calls.iter().collect();
        calls.sort_unstable_by_key(|(id, _)| **id);
        for (&id, call) in calls {
            if let Some(operation) = self.operation(id, call) {
                found.sites.push(self.site(id, call, operation));
            } else if let Callee::Unknown(why) = call.callee
                && let Some(rule) = self.undecided(call, why)
            {
                found.undecided.push(Undecided {
                    place: self.place(self.name_span(id)),
                    name: call.name.clone(),
                    rule,
                    why,
                });
            }
            self.edges(id, call, &mut found.edges);
            let bounds = |seen: &Seen<'_>| self.bound.bounds(self.program, seen);
            found.bounds.extend(self.asks.show(id, call, bounds));
        }
        found.sites.extend(self.awaited());
        found.sites.sort_by_key(|site| site.name.span);
        found
    }

    fn closures(&self) -> Vec<Closure> {
        let closure = |&id: &ExprId| {
            let address = self.has_routes.then(|| self.asks.address(id)).flatten();
            Some(Closure {
                around: self.def,
                within: self.within(id),
                span: self.body.expr(id).span,
                kind: self.asks.handler(id)?,
                address: address.map(Box::new),
            })
        };
        self.handed.iter().filter_map(closure).collect()
    }

    /// The innermost handed closure around an expression, by its number.
    fn within(&self, id: ExprId) -> Option<u32> {
        if self.handed.is_empty() {
            return None;
        }
        let mut around = self.parents.ancestors(id);
        let number = around.find_map(|at| self.handed.iter().position(|&it| it == at))?;
        u32::try_from(number).ok()
    }

    fn layers(&self) -> Vec<(DefId, Layer)> {
        let layers = self.has_routes.then(|| self.asks.layers());
        let layers = layers.into_iter().flatten();
        layers.map(|layer| (self.def, layer)).collect()
    }

    /// Values whose awaiting is the operation.
    fn awaited(&self) -> impl Iterator<Item = Site> {
        let exprs = (0..).map(ExprId).zip(&self.body.exprs);
        exprs.flat_map(|(id, expr)| {
            let values = match &expr.kind {
                ExprKind::Await(value) => vec![(id, *value)],
                ExprKind::Macro(_, MacroShape::Select(arms)) => arms
                    .iter()
                    .map(|(_, future, _)| (*future, *future))
                    .collect(),
                ExprKind::Macro(_, MacroShape::Args(args)) if self.joins(id) => {
                    args.iter().map(|arg| (*arg, *arg)).collect()
                }
                _ => Vec::new(),
            };
            let sites = values
                .into_iter()
                .filter_map(|(at, value)| self.awaiting(at, value));
            sites.collect::<Vec<_>>()
        })
    }

    /// Whether a macro awaits its arguments.
    fn joins(&self, id: ExprId) -> bool {
        match self.types.calls.get(&id).map(|call| &call.callee) {
            Some(Callee::Macro(path)) => self
                .bound
                .function(path)
                .is_some_and(|flow| flow.awaits_args()),
            _ => false,
        }
    }

    /// The operation that awaiting a value is; `at` is where it is awaited.
    fn awaiting(&self, at: ExprId, value: ExprId) -> Option<Site> {
        let call = Call {
            callee: Callee::Known,
            on: Some(self.types.ty(value).clone()),
            steps: Vec::new(),
            name: SmolStr::new_static("await"),
            args: Vec::new(),
            recv: Some(value),
        };
        let operation = self.asks.show(at, &call, |seen| {
            self.bound.awaited_operation(self.program, seen)
        })?;
        Some(self.site(at, &call, operation))
    }

    fn place(&self, span: Span) -> Place {
        Place {
            file: self.file,
            span,
        }
    }

    fn operation(&self, id: ExprId, call: &Call) -> Option<Operation> {
        let operation = self
            .asks
            .show(id, call, |seen| self.bound.operation(self.program, seen))
            .or_else(|| self.likely(id, call))?;
        Some(self.inherited(id, operation))
    }

    /// The operation that an awaited method of an unknown receiver is likely to be.
    fn likely(&self, id: ExprId, call: &Call) -> Option<Operation> {
        let parent = self.parents.ancestors(id).next()?;
        let is_awaited = matches!(self.body.expr(parent).kind, ExprKind::Await(_));
        let is_unknown = matches!(call.callee, Callee::Unknown(_))
            && call.recv.is_some()
            && call.steps.last().is_none_or(|step| !is_known(step));
        if !is_awaited || !is_unknown {
            return None;
        }
        let is_imported = |trait_| self.program.is_imported(self.def, trait_);
        self.asks.show(id, call, |seen| {
            self.bound.likely(self.program, seen, &is_imported)
        })
    }

    /// A pool's connection decides what the pool is of.
    fn inherited(&self, id: ExprId, mut operation: Operation) -> Operation {
        if operation.scope == Scope::Inherit
            && let Some((rule, scope)) = self.bound.rule_of_value(self.program, self.types.ty(id))
        {
            (operation.rule, operation.scope) = (rule, scope);
        }
        operation
    }

    fn site(&self, id: ExprId, call: &Call, operation: Operation) -> Site {
        let certainty = if operation.is_certain {
            Certainty::Certain
        } else {
            Certainty::Likely
        };
        let followed = self.follow.of(id);
        let (flow, mut branches) = (followed.decided, followed.branches);
        let is_answer = |at: ExprId| {
            let ty = self.types.ty(at);
            self.bound.is_answer(self.program, ty, operation.rule)
        };
        let is_remote = operation.scope == Scope::Remote;
        let peer = is_remote.then(|| self.asks.peer(id, call)).flatten();
        let answered = is_answer(id).then(|| self.follow.answered(id, &is_answer));
        let (answered, after) = answered.unwrap_or((Answered::Elsewhere, Vec::new()));
        branches.extend(after);
        Site {
            answered,
            peer: peer.map(Box::new),
            branches,
            is_bounded: operation.is_bounded || flow.is_bounded || self.asks.is_bounded(id),
            is_lazy: operation.is_lazy,
            is_repeated: self.asks.is_repeated(id, flow),
            name: self.place(self.name_span(id)),
            span: self.body.expr(id).span,
            function: self.def,
            within: self.within(id),
            operation: operation_name(call),
            rule: operation.rule,
            part: operation.part,
            class: operation.class,
            scope: operation.scope,
            label: operation.label,
            origins: operation.origins,
            certainty,
            flow,
            store: SmolStr::default(),
        }
    }

    /// The operation's own name: the method, the path's last segment.
    fn name_span(&self, id: ExprId) -> Span {
        match &self.body.expr(id).kind {
            ExprKind::Method { name_span, .. } => *name_span,
            ExprKind::Call(callee, _) => self.name_span(*callee),
            ExprKind::Await(_) => {
                let end = self.body.expr(id).span.end;
                Span::new(end.saturating_sub(5), end)
            }
            ExprKind::Path(path) | ExprKind::Macro(path, _) => path
                .segments
                .last()
                .map_or(path.span, |segment| segment.span),
            _ => self.body.expr(id).span,
        }
    }

    /// The rule that names a method whose receiver is not known.
    fn undecided(&self, call: &Call, why: Why) -> Option<usize> {
        let may_be = matches!(
            why,
            Why::Inference | Why::Name | Why::Macro | Why::Member | Why::Syntax
        );
        let is_known = call.on.as_ref().is_some_and(is_known);
        (may_be && !is_known)
            .then(|| self.bound.names_exactly(&call.name))
            .flatten()
    }

    /// Whether a function value is handed to a function that calls it on the spot: one of the workspace or
    /// of the language (`map`, `and_then`), not a framework's.
    fn is_called_there(&self, id: ExprId) -> bool {
        let Some(parent) = self.parents.ancestors(id).next() else {
            return false;
        };
        match self.types.calls.get(&parent).map(|call| &call.callee) {
            Some(Callee::Fn(def)) => {
                let is_std = matches!(
                    self.program
                        .crate_name(self.program.def(*def).krate)
                        .as_str(),
                    "std"
                );
                is_std || !self.program.is_api(*def)
            }
            _ => false,
        }
    }

    /// The functions that a call of this one may reach. Of a trait's function they are those of all impls, and its own body; where
    /// it is found on a type of the workspace, that type has no own one. The body that a trait gives calls
    /// only types that leave it as it is.
    fn targets(&self, to: DefId, on: Option<&Ty>) -> Vec<DefId> {
        let program = self.program;
        let has_body = program.body(to).is_some();
        let is_found_on_type = matches!(on.map(Ty::untagged), Some(Ty::Adt(..)));
        if has_body && is_found_on_type {
            return vec![to];
        }
        let mut targets = program.implementations(to);
        let own = program.def(self.def);
        if let (Owner::Trait(trait_), Owner::Trait(of)) = (own.owner, program.def(to).owner)
            && trait_ == of
        {
            targets.retain(|&target| !program.overrides(target, &own.name));
        }
        if targets.is_empty() || has_body {
            targets.push(to);
        }
        targets
    }

    fn edges(&self, id: ExprId, call: &Call, out: &mut Vec<Edge>) {
        let Callee::Fn(to) = call.callee else { return };
        if self.program.is_api(to) {
            return;
        }
        let is_value =
            matches!(self.body.expr(id).kind, ExprKind::Path(_)) && !self.is_called_there(id);
        let targets = self.targets(to, call.on.as_ref());
        let followed = self.follow.of(id);
        let is_option = self.program.is_option(self.types.ty(id)) == Some(true);
        let entry = is_value.then(|| self.asks.entry(id)).flatten();
        let address = self.has_routes.then(|| self.asks.address(id)).flatten();
        let address = address.map(Box::new);
        let is_task = followed.decided.flow.is_detached() && self.asks.is_task(id);
        let within = self.within(id);
        out.extend(targets.into_iter().map(|to| Edge {
            from: self.def,
            within,
            is_task,
            to,
            span: self.body.expr(id).span,
            flow: followed.decided,
            branches: followed.branches.clone(),
            is_option,
            is_value,
            address: address.clone(),
            entry,
        }));
    }
}

/// Whether it is known what a value is.
fn is_known(ty: &Ty) -> bool {
    matches!(
        ty.untagged(),
        Ty::Adt(..) | Ty::Prim(_) | Ty::Foreign(..) | Ty::Tuple(_) | Ty::Fn(..)
    )
}

fn operation_name(call: &Call) -> SmolStr {
    call.name.clone()
}
