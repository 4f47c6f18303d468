//! The events of all functions, wired: what calls what, what answers what, what runs only when something else has failed.
//!
//! In: call sites and calls, each with its flow, and the links of sites to what answers them. Out: a [`Wiring`], made once, over which
//! any outage is [spread](super::spread).

use super::Graph;
use crate::flow::{Answered, Decided};
use crate::resolve::{DefId, Program};
use crate::sites::Site;
use crate::span::Span;
use rustc_hash::FxHashMap;

/// The index of an event.
pub(super) type EventId = u32;

/// All events, by function.
#[derive(Debug, Default)]
pub struct Wiring {
    pub(super) events: Vec<Event>,
    pub(super) by_callee: FxHashMap<DefId, Vec<EventId>>,
    /// For each event, those of which it is a guard.
    pub(super) guards: Vec<Vec<EventId>>,
    /// The events that hold ways of one race, by function and call.
    pub(super) races: FxHashMap<(DefId, Span), Vec<EventId>>,
    /// What answers an event, and the events that each function answers.
    pub(super) links: FxHashMap<EventId, Vec<Way>>,
    pub(super) by_answer: FxHashMap<DefId, Vec<EventId>>,
}

/// What answers a call site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The site: an index into the list that the wiring was made of.
    pub site: usize,
    /// The ways to an answer; one is enough.
    pub ways: Vec<Way>,
    /// Whether it asks a store, whose providers answer, and not a peer.
    pub is_of_store: bool,
}

/// One way to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who answers, a service or a provider; with any of them it is lost as a whole.
    pub by: Vec<String>,
    /// The functions that may answer: which of them does is not known.
    pub functions: Vec<DefId>,
}
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) function: DefId,
    pub(super) span: Span,
    pub(super) flow: Decided,
    /// What becomes of an answer that tells of an error, where that is known apart.
    pub(super) answered: Option<Decided>,
    pub(super) what: What,
    /// The events of which one must have failed for this one to be reached; none where it is reached anyhow.
    pub(super) guards: Vec<EventId>,
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

impl Wiring {
    /// Wires call sites and calls.
    pub fn new(graph: &Graph, sites: &[Site], links: &[Link]) -> Self {
        let mut found: Vec<(Event, &[Span])> = Vec::new();
        for (index, site) in sites.iter().enumerate() {
            let event = Event {
                function: site.function,
                span: site.span,
                flow: site.flow,
                answered: match site.answered {
                    Answered::Checked(decided) => Some(decided),
                    _ => None,
                },
                what: What::Site(index),
                guards: Vec::new(),
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
                answered: None,
                what,
                guards: Vec::new(),
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
        wiring.link(links);
        wiring
    }

    /// Checks what must hold of every wiring: a guard is another event of the same function, and what answers an event has a body.
    ///
    /// # Errors
    /// What does not hold.
    pub fn verify(&self, program: &Program<'_>) -> Result<(), String> {
        for (id, event) in (0..).zip(&self.events) {
            let path = || program.path(event.function);
            for &guard in &event.guards {
                let of_guard = self.events.get(guard as usize);
                if guard == id || of_guard.is_none_or(|it| it.function != event.function) {
                    return Err(format!(
                        "code of `{}` is guarded by what is not in it",
                        path()
                    ));
                }
            }
            let answers = self.links.get(&id).into_iter().flatten();
            for &answer in answers.flat_map(|way| &way.functions) {
                if program.body(answer).is_none() {
                    let answer = program.path(answer);
                    return Err(format!("`{answer}` answers `{}` and has no body", path()));
                }
            }
        }
        Ok(())
    }

    /// Ties call sites to what answers them.
    fn link(&mut self, links: &[Link]) {
        let by_site: FxHashMap<usize, &Link> = links.iter().map(|it| (it.site, it)).collect();
        for (event, found) in (0..).zip(&self.events) {
            let What::Site(index) = found.what else {
                continue;
            };
            let Some(link) = by_site.get(&index) else {
                continue;
            };
            self.links.insert(event, link.ways.clone());
            for function in link.ways.iter().flat_map(|way| &way.functions) {
                self.by_answer.entry(*function).or_default().push(event);
            }
        }
    }

    /// Adds the events of one function.
    fn add(&mut self, own: &[(Event, &[Span])]) {
        let first = id(self.events.len());
        let branches = branches(own);
        for (index, (event, _)) in own.iter().enumerate() {
            let own_id = first + id(index);
            let guards = guards_of(event.span, &branches).into_iter();
            let guards: Vec<EventId> = guards.map(|index| first + id(index)).collect();
            for &guard in &guards {
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
                guards,
                ..event.clone()
            });
        }
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

/// The events of which one must have failed for the code at a place to run: those of the innermost branch.
fn guards_of(span: Span, branches: &[Branch]) -> Vec<usize> {
    let around = || {
        let is_around = |it: &&Branch| it.span.contains(span) && !it.own.contains(span);
        branches.iter().filter(is_around)
    };
    let innermost = around().map(|branch| branch.span.len()).min();
    let of_innermost = around().filter(|branch| Some(branch.span.len()) == innermost);
    of_innermost.map(|branch| branch.event).collect()
}
