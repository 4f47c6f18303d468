//! Outages: what fails with a store, climbing the calls.
//!
//! In: the calls between the workspace's functions, each with the flow of its error, and where operations stand. Out:
//! the entry points that an operation takes down ([`Graph::climb`]), and the functions that fail with a store
//! ([`Graph::failing`]). A failure is an error or a panic ([`Fault`]). An error climbs every call whose error escapes, panics or is not
//! known, and stops where it is handled or discarded. A panic passes through every handler, until a task is waited for or
//! unwinding is caught: there it is an error. A function that returns `None` instead does not fail
//! by that; a caller that makes an error or a panic of it does. A declaration on the way ends the climb as well, which the caller decides.
//!
//! [`spread`] answers the question of the day: which functions fail and which go on without, when some stores are down.
//!
//! An entry point is a function that no other calls: `main`, a handler that is handed to a framework, a library's
//! public function, a task.

mod routes;
pub mod spread;
pub mod wiring;

use crate::catalogue::{EntryKind, Part};
use crate::flow::{Decided, Flow, Turned};
use crate::resolve::{DefId, DefKind, Program};
use crate::sites::Edge;
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// Who calls whom.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    /// Edges by callee.
    callers: FxHashMap<DefId, Vec<usize>>,
    /// Edges by caller.
    calls: FxHashMap<DefId, Vec<usize>>,
    /// Functions that are handed on as values.
    handed: FxHashSet<DefId>,
    /// Those that each function hands on.
    hands: FxHashMap<DefId, Vec<DefId>>,
    /// Functions that a framework calls, and how work enters there.
    entries: FxHashMap<DefId, EntryKind>,
    /// The addresses of handlers.
    routes: FxHashMap<DefId, Vec<String>>,
}

/// How a function fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It returns an error.
    Error,
    /// It panics.
    Panic,
    /// It returns `None`. That is no failure yet: its callers decide.
    Absent,
    /// It does not come back.
    Hang,
}

/// What an outage does to a function, an entry point or a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Outcome {
    /// It needs nothing that is down.
    Survives,
    /// It goes on without what is down.
    Degrades,
    /// It fails.
    Fails,
}

impl Outcome {
    /// The outcome as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Degrades => "degrades",
            Self::Fails => "fails",
        }
    }
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 4] = [Self::Error, Self::Panic, Self::Absent, Self::Hang];

    /// How a function fails that calls what fails so; `None` where it does not.
    ///
    /// Imprecise: a `None` inside of something else that the call yields is not followed.
    pub fn through_call(self, call: &Edge) -> Option<Self> {
        if self == Self::Absent && !call.is_option {
            return None;
        }
        self.through(call.flow)
    }

    /// How a function fails whose own code treats this fault of a call so; `None` where it does not.
    pub fn through(self, flow: Decided) -> Option<Self> {
        match (self, flow.flow) {
            (Self::Panic | Self::Hang, Flow::Detached) => None,
            (Self::Hang, _) if !flow.is_bounded => Some(Self::Hang),
            (Self::Panic, _) if !flow.is_joined => Some(Self::Panic),
            (_, Flow::Handled) if flow.turned == Turned::Absent => Some(Self::Absent),
            (Self::Absent, Flow::Unknown) => Some(Self::Absent),
            (_, Flow::Escapes | Flow::Unknown) => Some(Self::Error),
            (_, Flow::Panics) => Some(Self::Panic),
            (_, Flow::Handled | Flow::Discarded | Flow::Detached) => None,
        }
    }
}

/// An entry point that fails, and the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The entry point.
    pub entry: DefId,
    /// Whether it is a task of its own, that some code starts and leaves alone.
    pub is_task: bool,
    /// From the entry point down to the function with the operation.
    pub path: Vec<DefId>,
}

impl Graph {
    /// Builds the graph of a program's calls, and of what runs before handlers as calls by them; `entries` and `addresses` have what
    /// stands at a function to say that work enters there, and at which address.
    pub fn new(
        program: &Program<'_>,
        mut edges: Vec<Edge>,
        before: Vec<Edge>,
        entries: FxHashMap<DefId, EntryKind>,
        addresses: &FxHashMap<DefId, Part>,
    ) -> Self {
        let routes = routes::names(&edges, addresses);
        edges.extend(before);
        edges.retain(|edge| program.body(edge.to).is_some());
        edges.sort_by_key(|edge| (edge.from, edge.span, edge.to));
        edges.dedup_by_key(|edge| (edge.from, edge.span, edge.to, edge.is_value));
        let mut graph = Self {
            entries,
            routes,
            ..Self::default()
        };
        for (index, edge) in edges.iter().enumerate() {
            if edge.is_value {
                graph.handed.insert(edge.to);
                graph.hands.entry(edge.from).or_default().push(edge.to);
                let kinds = edge.entry.map(|kind| (edge.to, kind));
                graph.entries.extend(kinds);
                continue;
            }
            graph.callers.entry(edge.to).or_default().push(index);
            graph.calls.entry(edge.from).or_default().push(index);
        }
        graph.edges = edges;
        graph
    }

    /// The calls that a function makes.
    pub fn calls_of(&self, function: DefId) -> impl Iterator<Item = &Edge> {
        let found = self.calls.get(&function).into_iter().flatten();
        found.map(|&index| &self.edges[index])
    }

    /// All calls.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(|edge| !edge.is_value)
    }

    /// The functions that a function calls or hands on.
    pub fn mentioned_by(&self, function: DefId) -> impl Iterator<Item = DefId> {
        let called = self.calls_of(function).map(|edge| edge.to);
        let handed = self.hands.get(&function).into_iter().flatten().copied();
        called.chain(handed)
    }

    /// The addresses at which a framework calls this function: `POST /login`.
    pub fn routes_of(&self, function: DefId) -> &[String] {
        self.routes.get(&function).map_or(&[], Vec::as_slice)
    }

    /// A function as the users of an entry point name it: a route by its address.
    pub fn entry_name(&self, program: &Program<'_>, function: DefId) -> String {
        match self.routes_of(function) {
            _ if matches!(
                self.entry_kind(function),
                Some(EntryKind::Middleware | EntryKind::Main)
            ) =>
            {
                program.path(function)
            }
            [] => {
                let path = program.path(function);
                match (self.entry_kind(function), &program.def(function).kind) {
                    (_, DefKind::Const(..)) => format!("static {path}"),
                    (
                        Some(kind @ (EntryKind::Event | EntryKind::Consumer | EntryKind::Schedule)),
                        _,
                    ) => format!("{} {path}", kind.word()),
                    _ => path,
                }
            }
            [first, ..] => first.clone(),
        }
    }

    /// Whether work enters here: nobody calls it, or a framework does. What stands before handlers is called by them.
    pub fn is_entry(&self, function: DefId) -> bool {
        let is_called = self.callers.contains_key(&function);
        match self.entries.get(&function) {
            Some(EntryKind::Middleware) => !is_called,
            Some(_) => true,
            None => self.handed.contains(&function) || !is_called,
        }
    }

    /// Whether the function is handed on as a value.
    pub fn is_handed(&self, function: DefId) -> bool {
        self.handed.contains(&function)
    }

    /// How work enters here, where a framework was told of the function.
    pub fn entry_kind(&self, function: DefId) -> Option<EntryKind> {
        self.entries.get(&function).copied()
    }

    /// The entry points that fail when this function does so, nearest first. `stops` says where a call's failure is declared.
    pub fn climb(
        &self,
        function: DefId,
        fault: Fault,
        stops: &dyn Fn(&Edge) -> bool,
    ) -> Vec<Reached> {
        let start = (function, fault);
        let mut from: FxHashMap<(DefId, Fault), (DefId, Fault)> = FxHashMap::default();
        let mut seen = FxHashSet::from_iter([start]);
        let mut queue = VecDeque::from([start]);
        let mut reached: Vec<Reached> = Vec::new();
        while let Some(at) = queue.pop_front() {
            let is_failing = at.1 != Fault::Absent;
            let is_known = |reached: &[Reached]| reached.iter().any(|it| it.entry == at.0);
            if is_failing && self.is_entry(at.0) && !is_known(&reached) {
                reached.push(Reached {
                    entry: at.0,
                    is_task: false,
                    path: path_down(at, &from),
                });
            }
            for edge in self.calls_to(at.0) {
                // A task of its own fails alone: what it is made of, or code of the caller.
                let is_task = edge.flow.flow.is_detached() && is_failing && !stops(edge);
                let entry = if edge.is_task { at.0 } else { edge.from };
                if is_task && reached.iter().all(|it| it.entry != entry) {
                    let mut path = path_down(at, &from);
                    if !edge.is_task {
                        path.insert(0, edge.from);
                    }
                    reached.push(Reached {
                        entry,
                        is_task: true,
                        path,
                    });
                }
                let Some(fault) = at.1.through_call(edge) else {
                    continue;
                };
                let next = (edge.from, fault);
                if !stops(edge) && seen.insert(next) {
                    from.insert(next, at);
                    queue.push_back(next);
                }
            }
        }
        reached
    }

    /// The functions that fail, and how, where these calls in their bodies do.
    pub fn failing(
        &self,
        calls: impl Iterator<Item = (DefId, Decided)>,
    ) -> FxHashSet<(DefId, Fault)> {
        let own =
            calls.filter_map(|(function, flow)| Some((function, Fault::Error.through(flow)?)));
        let mut failing: FxHashSet<(DefId, Fault)> = own.collect();
        let mut queue: Vec<(DefId, Fault)> = failing.iter().copied().collect();
        while let Some((at, fault)) = queue.pop() {
            for edge in self.calls_to(at) {
                if let Some(fault) = fault.through_call(edge)
                    && failing.insert((edge.from, fault))
                {
                    queue.push((edge.from, fault));
                }
            }
        }
        failing
    }

    /// The calls of a function.
    pub fn calls_to(&self, function: DefId) -> impl Iterator<Item = &Edge> {
        let found = self.callers.get(&function).into_iter().flatten();
        found.map(|&index| &self.edges[index])
    }

    /// The functions from which any of these can be reached, themselves included.
    pub fn reaching(&self, functions: impl IntoIterator<Item = DefId>) -> FxHashSet<DefId> {
        let mut seen: FxHashSet<DefId> = functions.into_iter().collect();
        let mut queue: Vec<DefId> = seen.iter().copied().collect();
        while let Some(at) = queue.pop() {
            for &index in self.callers.get(&at).into_iter().flatten() {
                let caller = self.edges[index].from;
                if seen.insert(caller) {
                    queue.push(caller);
                }
            }
        }
        seen
    }

    /// Checks what must hold of every graph: no edge without a body on both sides, none without a place in its caller that shows it,
    /// every index in place.
    ///
    /// # Errors
    /// What does not hold.
    pub fn verify(&self, program: &Program<'_>) -> Result<(), String> {
        for edge in &self.edges {
            for end in [edge.from, edge.to] {
                if program.body(end).is_none() {
                    return Err(format!("`{}` is called and has no body", program.path(end)));
                }
            }
        }
        for own in self.edges.chunk_by(|a, b| a.from == b.from) {
            let from = own[0].from;
            let exprs = program.body(from).into_iter().flat_map(|body| &body.exprs);
            // What runs before a handler is asked for by its head.
            let name = program.name_place(from).map(|(_, span)| span);
            let shown: FxHashSet<Span> = exprs.map(|expr| expr.span).chain(name).collect();
            if let Some(edge) = own.iter().find(|edge| !shown.contains(&edge.span)) {
                let (from, to) = (program.path(from), program.path(edge.to));
                return Err(format!("nothing in `{from}` shows that it calls `{to}`"));
            }
        }
        let indexed: usize = self.callers.values().map(Vec::len).sum();
        let calls = self.edges().count();
        (indexed == calls)
            .then_some(())
            .ok_or_else(|| format!("{calls} calls, {indexed} of them indexed"))
    }
}

fn path_down(
    entry: (DefId, Fault),
    from: &FxHashMap<(DefId, Fault), (DefId, Fault)>,
) -> Vec<DefId> {
    let path = std::iter::successors(Some(entry), |at| from.get(at).copied());
    path.map(|(function, _)| function).collect()
}
