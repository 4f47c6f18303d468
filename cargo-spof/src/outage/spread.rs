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
//! Code that runs only after an event's error has a *guard*: that event. An event under guards counts only while one of them fails and
//! counts itself: a store that only a fallback needs takes nothing down alone. An event with several ways to one answer (a *race*)
//! fails when an event of each way fails.
//!
//! A call site may be answered by other code of the workspace: the entry points of a service ([`Link`](super::wiring::Link)). It fails when in each of its
//! ways something fails that may answer, or the way is lost as a whole; what degrades there degrades here. An error answer crosses as an
//! error, whatever it was on the other side.
//!
//! A store that does not answer at all hangs whoever waits for it, through every handler, until something gives up: from there on it
//! is an error.

use super::wiring::{EventId, Way, What, Wiring};
use super::{Fault, Outcome};
use crate::flow::{Decided, Race};
use crate::resolve::DefId;
use crate::sites::Site;
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::collections::hash_map::Entry;

/// What is down.
#[derive(Clone, Copy)]
pub struct Lost<'l> {
    /// Whether a site's store is.
    pub site: &'l dyn Fn(usize) -> bool,
    /// Whether who answers a link is.
    pub way: &'l dyn Fn(&str) -> bool,
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
    /// What fails in tasks that a function starts and leaves alone.
    tasks: FxHashMap<DefId, Cause>,
    /// The faults with which events fail.
    events: FxHashMap<EventId, Vec<Failed>>,
}

/// How an event fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failed {
    fault: Fault,
    /// The function that answered a call site, with its fault; none where the store itself is down.
    answer: Option<(DefId, Fault)>,
}

/// Why a function fails or is degraded: an event, and the fault of its callee where that is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cause {
    event: EventId,
    fault: Fault,
    /// Whether the callee is degraded and the event itself does not fail.
    is_of_degraded: bool,
    /// The function that answered a call site, with its fault; none where the store itself is down.
    answer: Option<(DefId, Fault)>,
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
    /// What answers it, where that is code of the workspace.
    pub answer: Option<DefId>,
    /// Whether what it calls goes on without what is down.
    pub is_of_degraded: bool,
}

impl Wiring {
    /// Spreads the outage of what is lost.
    pub fn spread(&self, lost: Lost<'_>, shape: Shape, sites: &[Site]) -> Spread {
        let mut run = Run {
            wiring: self,
            spread: Spread::default(),
            queue: VecDeque::new(),
            released: FxHashSet::default(),
            lost,
            shape,
            sites,
        };
        for (event, found) in (0..).zip(&self.events) {
            let What::Site(index) = found.what else {
                continue;
            };
            if (lost.site)(index) {
                let fault = run.at_site(event);
                run.fail(event, fault, None);
            }
            run.answer(event);
        }
        run.finish()
    }

    /// The way from a function that fails or is degraded down to the call site; empty where it is neither.
    pub fn witness(&self, spread: &Spread, function: DefId) -> Vec<Step> {
        let worst = spread.worst(function);
        self.way(spread, worst.map(|(_, cause)| cause))
    }

    /// The same of a task that a function starts and leaves alone.
    pub fn witness_of_task(&self, spread: &Spread, function: DefId) -> Vec<Step> {
        self.way(spread, spread.tasks.get(&function).copied())
    }

    fn way(&self, spread: &Spread, mut at: Option<Cause>) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(cause) = at {
            let event = &self.events[cause.event as usize];
            let guarded = self.guards[cause.event as usize].iter();
            steps.push(Step {
                function: event.function,
                span: event.span,
                what: event.what,
                flow: event
                    .answered
                    .filter(|_| cause.answer.is_some())
                    .unwrap_or(event.flow),
                fallbacks: guarded.map(|&it| self.events[it as usize].what).collect(),
                answer: cause.answer.map(|(function, _)| function),
                is_of_degraded: cause.is_of_degraded,
            });
            let callee = match (event.what, cause.answer) {
                (What::Call { to, .. }, _) => Some((to, cause.fault)),
                (What::Site(_), answer) => answer,
            };
            at = callee.and_then(|(callee, fault)| {
                let degraded = spread.degraded.get(&callee);
                let degraded = degraded.filter(|_| cause.is_of_degraded);
                let failing = || spread.failing.get(&(callee, fault));
                degraded.or_else(failing).copied()
            });
        }
        steps
    }
}
/// One run to the fixpoint.
struct Run<'w> {
    wiring: &'w Wiring,
    spread: Spread,
    queue: VecDeque<DefId>,
    /// The events whose guarded code runs.
    released: FxHashSet<EventId>,
    lost: Lost<'w>,
    shape: Shape,
    sites: &'w [Site],
}

impl Run<'_> {
    fn finish(mut self) -> Spread {
        while let Some(function) = self.queue.pop_front() {
            let answered = self.wiring.by_answer.get(&function);
            for &event in answered.into_iter().flatten() {
                self.answer(event);
            }
            let calls = self.wiring.by_callee.get(&function);
            for &event in calls.into_iter().flatten() {
                for fault in Fault::ALL {
                    if self.spread.failing.contains_key(&(function, fault)) {
                        self.fail(event, fault, None);
                    }
                }
                if self.spread.degraded.contains_key(&function) {
                    self.degrade_by_callee(event, None);
                }
            }
        }
        self.spread
    }

    /// Notes that an event fails.
    fn fail(&mut self, event: EventId, fault: Fault, answer: Option<(DefId, Fault)>) {
        let failed = self.spread.events.entry(event).or_default();
        if failed.iter().any(|it| it.fault == fault) {
            return;
        }
        let own = Failed { fault, answer };
        failed.push(own);
        if self.counts(event) {
            self.apply(event, own);
            self.release(event);
        }
    }

    /// How an operation fails whose store is down.
    fn at_site(&self, event: EventId) -> Fault {
        match self.shape {
            Shape::Hangs if !self.is_bounded(event) => Fault::Hang,
            _ => Fault::Error,
        }
    }

    fn is_bounded(&self, event: EventId) -> bool {
        let found = &self.wiring.events[event as usize];
        let at_site = match found.what {
            What::Site(index) => self.sites[index].is_bounded,
            What::Call { .. } => false,
        };
        at_site || found.flow.is_bounded
    }

    /// What becomes of a call site that other code of the workspace answers.
    fn answer(&mut self, event: EventId) {
        let Some(ways) = self.wiring.links.get(&event) else {
            return;
        };
        let lost: Vec<Vec<Failed>> = ways.iter().map(|way| self.lost_way(event, way)).collect();
        if lost.iter().all(|way| !way.is_empty()) {
            for failed in lost.into_iter().flatten() {
                self.fail(event, failed.fault, failed.answer);
            }
            return;
        }
        let spread = &self.spread;
        let is_degraded = |function: &&DefId| {
            spread.degraded.contains_key(function)
                || spread.failing.contains_key(&(**function, Fault::Absent))
        };
        let degraded: Vec<Option<&DefId>> = ways
            .iter()
            .zip(&lost)
            .filter(|(_, lost)| lost.is_empty())
            .map(|(way, _)| way.functions.iter().find(is_degraded))
            .collect();
        if let Some(&Some(&function)) = degraded.first()
            && degraded.iter().all(Option::is_some)
        {
            self.degrade_by_callee(event, Some((function, Fault::Absent)));
        }
    }

    /// How a way to an answer fails; nothing where it does not.
    fn lost_way(&self, event: EventId, way: &Way) -> Vec<Failed> {
        if way.by.iter().any(|by| (self.lost.way)(by)) {
            let fault = self.at_site(event);
            return vec![Failed {
                fault,
                answer: None,
            }];
        }
        let mut lost = Vec::new();
        for &function in &way.functions {
            for own in [Fault::Error, Fault::Panic, Fault::Hang] {
                let fault = match own {
                    Fault::Hang if !self.is_bounded(event) => Fault::Hang,
                    _ => Fault::Error,
                };
                if self.spread.failing.contains_key(&(function, own)) {
                    let answer = Some((function, own));
                    lost.push(Failed { fault, answer });
                }
            }
        }
        lost
    }

    /// Whether an event is reached: one of its guards, if it has any, fails and is reached itself.
    fn counts(&self, event: EventId) -> bool {
        let (mut open, mut seen) = (vec![event], Vec::new());
        while let Some(at) = open.pop() {
            let guards = &self.wiring.events[at as usize].guards;
            if guards.is_empty() {
                return true;
            }
            let is_failing = |guard: &&EventId| self.spread.events.contains_key(guard);
            for &guard in guards.iter().filter(is_failing) {
                // Code that is followed around a loop may guard itself.
                if !seen.contains(&guard) {
                    seen.push(guard);
                    open.push(guard);
                }
            }
        }
        false
    }

    /// The code that a failing event guards runs.
    fn release(&mut self, event: EventId) {
        if !self.released.insert(event) {
            return;
        }
        for &guarded in &self.wiring.guards[event as usize] {
            let failed = self.spread.events.get(&guarded).cloned();
            let is_failing = failed.is_some();
            for failed in failed.unwrap_or_default() {
                self.apply(guarded, failed);
            }
            match self.wiring.events[guarded as usize].what {
                What::Call { to, .. } if self.spread.degraded.contains_key(&to) => {
                    self.degrade_by_callee(guarded, None);
                }
                What::Site(_) => self.answer(guarded),
                What::Call { .. } => {}
            }
            if is_failing {
                self.release(guarded);
            }
        }
    }

    /// What the function around does with a failing event.
    fn apply(&mut self, event: EventId, failed: Failed) {
        let fault = failed.fault;
        let found = &self.wiring.events[event as usize];
        // Who answers with an error has answered.
        let answered = found.answered.filter(|_| failed.answer.is_some());
        let flow = answered.unwrap_or(found.flow);
        let next = match (found.what, flow.race) {
            (What::Call { is_option, .. }, _) if fault == Fault::Absent && !is_option => return,
            (_, Some(race)) if self.is_lost(found.function, race) => {
                let after = Decided {
                    flow: race.then,
                    race: None,
                    ..flow
                };
                fault.through(after)
            }
            _ => fault.through(flow),
        };
        let cause = Cause {
            event,
            fault,
            is_of_degraded: false,
            answer: failed.answer,
        };
        let function = found.function;
        match next {
            Some(next) => {
                let failing = self.spread.failing.entry((function, next));
                if let Entry::Vacant(free) = failing {
                    free.insert(cause);
                    self.queue.push_back(function);
                }
            }
            None if !flow.flow.is_detached() => self.degrade(function, cause),
            None => {
                self.spread.tasks.entry(function).or_insert(cause);
            }
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
    fn degrade_by_callee(&mut self, event: EventId, answer: Option<(DefId, Fault)>) {
        let found = &self.wiring.events[event as usize];
        if found.flow.flow.is_detached() || !self.counts(event) {
            return;
        }
        let cause = Cause {
            event,
            fault: Fault::Error,
            is_of_degraded: true,
            answer,
        };
        self.degrade(found.function, cause);
    }

    fn degrade(&mut self, function: DefId, cause: Cause) {
        match self.spread.degraded.entry(function) {
            Entry::Vacant(free) => {
                free.insert(cause);
                self.queue.push_back(function);
            }
            // What a function does itself says more than what it calls.
            Entry::Occupied(mut known) if known.get().is_of_degraded && !cause.is_of_degraded => {
                known.insert(cause);
            }
            Entry::Occupied(_) => {}
        }
    }
}

impl Spread {
    /// The outcome of a function.
    pub fn outcome(&self, function: DefId) -> Outcome {
        self.worst(function)
            .map_or(Outcome::Survives, |(outcome, _)| outcome)
    }

    /// The outcome of what a function starts and leaves alone.
    pub fn outcome_of_task(&self, function: DefId) -> Outcome {
        if self.tasks.contains_key(&function) {
            Outcome::Fails
        } else {
            Outcome::Survives
        }
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
