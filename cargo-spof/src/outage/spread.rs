//! How an outage spreads: which functions fail, which go on without, when some stores are down.
//!
//! In: the call sites and calls of all functions, each with its flow ([`Wiring`], made once). Out: for a choice of sites that fail,
//! a [`Spread`]: the faults of each function, and the functions that go on without what is down, each with its cause.
//!
//! # Algorithm
//!
//! An *event* is a call site, or a call of a function of the workspace. An event fails where its site is down or its callee fails; its
//! flow then says what its function does: the function fails ([`Fault::through`]), or it goes on, *degraded*. A function that calls a
//! degraded one is degraded, unless the call is a task of its own. Faults and degradation only ever grow, so that a queue of functions
//! and events reaches the one least fixpoint, whatever the order.
//!
//! Code that runs only after an event's error has a *guard*: that event. An event under a guard counts only while its guard fails and
//! counts itself: a store that only a fallback needs takes nothing down alone. An event with several ways to one answer (a *race*)
//! fails when an event of each way fails.
//!
//! A store that does not answer at all hangs whoever waits for it, through every handler, until something gives up: from there on it
//! is an error.

use super::{Fault, Graph, Outcome};
use crate::flow::{Decided, Race};
use crate::resolve::DefId;
use crate::sites::Site;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// The index of an event.
type EventId = u32;

/// All events, by function.
#[derive(Debug, Default)]
pub struct Wiring {
    events: Vec<Event>,
    by_callee: FxHashMap<DefId, Vec<EventId>>,
    /// For each event, those that it guards.
    guards: Vec<Vec<EventId>>,
    /// The events that hold ways of one race, by function and call.
    races: FxHashMap<(DefId, Span), Vec<EventId>>,
}

#[derive(Clone, Debug)]
struct Event {
    function: DefId,
    span: Span,
    flow: Decided,
    what: What,
    guard: Option<EventId>,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A call site: an index into the list that the wiring was made of.
    Site(usize),
    /// A call, with the place of its expression.
    Call {
        /// The callee.
        to: DefId,
        /// Whether it yields an option.
        is_option: bool,
    },
}

/// How stores are down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each operation is an error at once.
    Refuses,
    /// No operation comes back.
    Hangs,
}

/// What an outage does to each function.
#[derive(Debug, Default)]
pub struct Spread {
    failing: FxHashMap<(DefId, Fault), Cause>,
    degraded: FxHashMap<DefId, Cause>,
    /// The faults with which events fail.
    events: FxHashMap<EventId, Vec<Fault>>,
}

/// Why a function fails or is degraded: an event, and the fault of its callee where that is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cause {
    event: EventId,
    fault: Fault,
    /// Whether the callee is degraded and the event itself does not fail.
    is_of_degraded: bool,
}

/// One step of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The function.
    pub function: DefId,
    /// The expression in it.
    pub span: Span,
    /// What happens in it.
    pub what: What,
    /// What it does with that.
    pub flow: Decided,
    /// What runs only when that fails.
    pub fallbacks: Vec<What>,
}

impl Wiring {
    /// Wires call sites and calls.
    pub fn new(graph: &Graph, sites: &[Site]) -> Self {
        let mut found: Vec<(Event, &[Span])> = Vec::new();
        for (index, site) in sites.iter().enumerate() {
            let event = Event {
                function: site.function,
                span: site.span,
                flow: site.flow,
                what: What::Site(index),
                guard: None,
            };
            found.push((event, &site.branches));
        }
        for edge in graph.edges() {
            let what = What::Call {
                to: edge.to,
                is_option: edge.is_option,
            };
            let event = Event {
                function: edge.from,
                span: edge.span,
                flow: edge.flow,
                what,
                guard: None,
            };
            found.push((event, &edge.branches));
        }
        found.sort_by_key(|(it, _)| (it.function, it.span.start, it.span.end));
        let mut wiring = Self {
            guards: vec![Vec::new(); found.len()],
            ..Self::default()
        };
        for own in found.chunk_by(|(a, _), (b, _)| a.function == b.function) {
            wiring.add(own);
        }
        wiring
    }

    /// Adds the events of one function.
    fn add(&mut self, own: &[(Event, &[Span])]) {
        let first = id(self.events.len());
        let branches = branches(own);
        for (index, (event, _)) in own.iter().enumerate() {
            let own_id = first + id(index);
            let guard = guard_of(event.span, &branches).map(|index| first + id(index));
            if let Some(guard) = guard {
                self.guards[guard as usize].push(own_id);
            }
            if let What::Call { to, .. } = event.what {
                self.by_callee.entry(to).or_default().push(own_id);
            }
            if let Some(race) = event.flow.race {
                let key = (event.function, race.call);
                self.races.entry(key).or_default().push(own_id);
            }
            self.events.push(Event {
                guard,
                ..event.clone()
            });
        }
    }

    /// Spreads the outage of the sites that are down.
    pub fn spread(&self, is_down: &dyn Fn(usize) -> bool, shape: Shape, sites: &[Site]) -> Spread {
        let mut run = Run {
            wiring: self,
            spread: Spread::default(),
            queue: VecDeque::new(),
        };
        for (event, found) in (0..).zip(&self.events) {
            let What::Site(index) = found.what else {
                continue;
            };
            if is_down(index) {
                let is_bounded = sites[index].is_bounded || found.flow.is_bounded;
                let fault = match shape {
                    Shape::Hangs if !is_bounded => Fault::Hang,
                    _ => Fault::Error,
                };
                run.fail(event, fault);
            }
        }
        run.finish()
    }

    /// The way from a function that fails or is degraded down to the call site; empty where it is neither.
    pub fn witness(&self, spread: &Spread, function: DefId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = spread.worst(function).map(|(_, cause)| cause);
        while let Some(cause) = at {
            let event = &self.events[cause.event as usize];
            let guarded = self.guards[cause.event as usize].iter();
            steps.push(Step {
                function: event.function,
                span: event.span,
                what: event.what,
                flow: event.flow,
                fallbacks: guarded.map(|&it| self.events[it as usize].what).collect(),
            });
            at = match event.what {
                What::Site(_) => None,
                What::Call { to, .. } if cause.is_of_degraded => spread.degraded.get(&to).copied(),
                What::Call { to, .. } => spread.failing.get(&(to, cause.fault)).copied(),
            };
        }
        steps
    }
}

fn id(index: usize) -> EventId {
    EventId::try_from(index).unwrap_or(EventId::MAX)
}

/// A branch that runs only when an event fails.
struct Branch {
    span: Span,
    /// The event, in the order of its function, and its own place.
    event: usize,
    own: Span,
}

fn branches(own: &[(Event, &[Span])]) -> Vec<Branch> {
    let all = own.iter().enumerate().flat_map(|(event, (found, spans))| {
        spans.iter().map(move |&span| Branch {
            span,
            event,
            own: found.span,
        })
    });
    all.collect()
}

/// The event whose error must have happened for the code at a place to run: of several, the innermost.
fn guard_of(span: Span, branches: &[Branch]) -> Option<usize> {
    let around = branches
        .iter()
        .filter(|branch| branch.span.contains(span) && !branch.own.contains(span));
    let innermost = around.min_by_key(|branch| (branch.span.len(), branch.event));
    innermost.map(|branch| branch.event)
}

/// One run to the fixpoint.
struct Run<'w> {
    wiring: &'w Wiring,
    spread: Spread,
    queue: VecDeque<DefId>,
}

impl Run<'_> {
    fn finish(mut self) -> Spread {
        while let Some(function) = self.queue.pop_front() {
            let calls = self.wiring.by_callee.get(&function);
            for &event in calls.into_iter().flatten() {
                for fault in Fault::ALL {
                    if self.spread.failing.contains_key(&(function, fault)) {
                        self.fail(event, fault);
                    }
                }
                if self.spread.degraded.contains_key(&function) {
                    self.degrade_by_callee(event);
                }
            }
        }
        self.spread
    }

    /// Notes that an event fails.
    fn fail(&mut self, event: EventId, fault: Fault) {
        let faults = self.spread.events.entry(event).or_default();
        if faults.contains(&fault) {
            return;
        }
        faults.push(fault);
        if self.counts(event) {
            self.apply(event, fault);
            self.release(event);
        }
    }

    /// Whether an event is reached: its guard, if it has one, fails and is reached itself.
    fn counts(&self, event: EventId) -> bool {
        let guard = |event: &EventId| self.wiring.events[*event as usize].guard;
        // Spans are nested, so that guards form no circle.
        let mut guards = std::iter::successors(guard(&event), guard);
        guards.all(|guard| self.spread.events.contains_key(&guard))
    }

    /// The code that a failing event guards runs.
    fn release(&mut self, event: EventId) {
        for &guarded in &self.wiring.guards[event as usize] {
            let faults = self.spread.events.get(&guarded).cloned();
            let is_failing = faults.is_some();
            for fault in faults.unwrap_or_default() {
                self.apply(guarded, fault);
            }
            if let What::Call { to, .. } = self.wiring.events[guarded as usize].what
                && self.spread.degraded.contains_key(&to)
            {
                self.degrade_by_callee(guarded);
            }
            if is_failing {
                self.release(guarded);
            }
        }
    }

    /// What the function around does with a failing event.
    fn apply(&mut self, event: EventId, fault: Fault) {
        let found = &self.wiring.events[event as usize];
        let next = match (found.what, found.flow.race) {
            (What::Call { is_option, .. }, _) if fault == Fault::Absent && !is_option => return,
            (_, Some(race)) if self.is_lost(found.function, race) => {
                let after = Decided {
                    flow: race.then,
                    race: None,
                    ..found.flow
                };
                fault.through(after)
            }
            _ => fault.through(found.flow),
        };
        let cause = Cause {
            event,
            fault,
            is_of_degraded: false,
        };
        let function = found.function;
        match next {
            Some(next) => {
                let failing = self.spread.failing.entry((function, next));
                if let std::collections::hash_map::Entry::Vacant(free) = failing {
                    free.insert(cause);
                    self.queue.push_back(function);
                }
            }
            None if !found.flow.flow.is_detached() => self.degrade(function, cause),
            None => {}
        }
    }

    /// Whether an event of each way of a race fails.
    fn is_lost(&self, function: DefId, race: Race) -> bool {
        let events = self.wiring.races.get(&(function, race.call));
        let failing = |event: &&EventId| self.spread.events.contains_key(event);
        let ways = events.into_iter().flatten().filter(failing);
        let mut lost: Vec<u32> = ways
            .filter_map(|&event| Some(self.wiring.events[event as usize].flow.race?.way))
            .collect();
        lost.sort_unstable();
        lost.dedup();
        lost.len() == race.ways as usize
    }

    /// What a degraded callee makes of its caller.
    fn degrade_by_callee(&mut self, event: EventId) {
        let found = &self.wiring.events[event as usize];
        if found.flow.flow.is_detached() || !self.counts(event) {
            return;
        }
        let cause = Cause {
            event,
            fault: Fault::Error,
            is_of_degraded: true,
        };
        self.degrade(found.function, cause);
    }

    fn degrade(&mut self, function: DefId, cause: Cause) {
        let degraded = self.spread.degraded.entry(function);
        if let std::collections::hash_map::Entry::Vacant(free) = degraded {
            free.insert(cause);
            self.queue.push_back(function);
        }
    }
}

impl Spread {
    /// The outcome of a function.
    pub fn outcome(&self, function: DefId) -> Outcome {
        self.worst(function)
            .map_or(Outcome::Survives, |(outcome, _)| outcome)
    }

    /// The faults of a function.
    pub fn faults(&self, function: DefId) -> impl Iterator<Item = Fault> {
        let has = move |fault: &Fault| self.failing.contains_key(&(function, *fault));
        Fault::ALL.into_iter().filter(has)
    }

    /// The worst that happens to a function, with its cause. A `None` that it returns is no failure of its own.
    fn worst(&self, function: DefId) -> Option<(Outcome, Cause)> {
        let cause = |fault| self.failing.get(&(function, fault)).copied();
        let fails = [Fault::Panic, Fault::Error, Fault::Hang]
            .into_iter()
            .find_map(cause);
        let degraded = || cause(Fault::Absent).or_else(|| self.degraded.get(&function).copied());
        fails
            .map(|cause| (Outcome::Fails, cause))
            .or_else(|| degraded().map(|cause| (Outcome::Degrades, cause)))
    }
}
