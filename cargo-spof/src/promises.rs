//! Promises: whether a declaration is true of the code.
//!
//! In: the declarations with what each covers, the call sites, the calls and their flows. Out: for each declaration a
//! [`Promise`]: how far the code bears it out ([`Status`]), and every [`Breach`].
//!
//! # Algorithm
//!
//! A declaration speaks of *events*: operations on its store, and calls of functions that fail with it, in all code for
//! which it is the most specific declaration. Each event's flow says what its function does with the failure. A failure
//! that leaves the function is judged again at the function's callers, as events of their own, as long as the declaration covers
//! them too; where one does not, or work enters here, the failure has left the scope of the declaration. `fail` wants each failure to
//! go on; a soft verb wants none to leave the scope, and no panic anywhere. What is not known is never a breach.
//!
//! The *recovery path* of an event is the branch that its error takes: the operations and calls in it must have what `via` and
//! `to` name, and must not need the store itself.

mod judge;
mod recovery;

use crate::coverage::{At, Coverage, plain};
use crate::declarations::Attached;
use crate::flow::{Decided, Flow};
use crate::outage::{Fault, Graph};
use crate::resolve::{DefId, Program};
use crate::sites::{Edge, Site};
use crate::span::{Place, Span};
use crate::workspace::Files;
use crate::workspace::config::Config;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// How far a declaration is borne out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It is written down.
    Declared,
    /// The code that does it was found.
    Located,
    /// A test that is run shows it.
    Tested,
}

impl Status {
    /// The status as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Located => "located",
            Self::Tested => "tested",
        }
    }
}

/// What is wrong with a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which lint's business it is.
    pub kind: BreachKind,
    /// What is wrong, to follow on what is declared.
    pub message: String,
    /// The function in which it shows.
    pub function: Option<DefId>,
    /// How that function fails by it; `None` where it goes on.
    pub leaves: Option<Fault>,
    /// The operation or call, with what it is.
    pub event: Option<(Place, String)>,
    /// Where its failure goes, with what happens there.
    pub goes: Option<(Place, String)>,
    /// The word of the declaration that is concerned.
    pub word: Option<Place>,
}

/// The kinds of breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BreachKind {
    /// The code contradicts the verb.
    Broken,
    /// What `via`, `to` or `tested_by` names does not exist or is not used.
    Missing,
    /// The fallback needs what has failed.
    SharedFate,
}

/// A declaration as the code has it.
#[derive(Clone, Debug)]
pub struct Promise {
    /// How far it is borne out.
    pub status: Status,
    /// What is wrong with it.
    pub breaches: Vec<Breach>,
    /// The functions with operations or calls of which it speaks, in the order of their events.
    pub functions: Vec<DefId>,
}

/// An operation, or a call of a function that fails with the store.
#[derive(Clone, Copy, Debug)]
struct Event<'e> {
    function: DefId,
    span: Span,
    flow: Decided,
    /// How the function around fails with it.
    leaves: Option<Fault>,
    what: What<'e>,
}

#[derive(Clone, Copy, Debug)]
enum What<'e> {
    Site(&'e Site),
    Call(&'e Edge),
}

/// What promises are judged by.
pub struct Evidence<'e, 's> {
    /// Names and types.
    pub program: &'e Program<'s>,
    /// The call sites.
    pub sites: &'e [Site],
    /// Who calls whom.
    pub graph: &'e Graph,
    /// The declarations.
    pub coverage: &'e Coverage,
    /// The stores and their providers.
    pub config: &'e Config,
    /// The texts.
    pub files: &'e Files,
    /// Whether there are test targets that were not read.
    pub has_unread_tests: bool,
}

/// Judges all declarations, in their order.
pub fn judge(evidence: &Evidence<'_, '_>) -> Vec<Promise> {
    let mut by_store: BTreeMap<String, StoreView<'_>> = BTreeMap::new();
    let declarations = &evidence.coverage.declarations;
    for attached in declarations {
        let store = plain(&attached.declaration.store.value);
        by_store
            .entry(store.clone())
            .or_insert_with(|| StoreView::new(evidence, &store));
    }
    let events = events_of(evidence, &by_store);
    let mut sites_of: FxHashMap<DefId, Vec<&Site>> = FxHashMap::default();
    for site in evidence.sites {
        sites_of.entry(site.function).or_default().push(site);
    }
    let promise = |(index, attached): (usize, &Attached)| {
        let own = events.get(&index).map_or(&[][..], Vec::as_slice);
        let case = judge::Case {
            evidence,
            sites_of: &sites_of,
            view: &by_store[&plain(&attached.declaration.store.value)],
            index,
            declaration: &attached.declaration,
            events: own,
        };
        case.promise()
    };
    declarations.iter().enumerate().map(promise).collect()
}

/// A store while it is down.
struct StoreView<'e> {
    /// The stores that are down with it: those of one of its providers, itself among them.
    down: Vec<String>,
    sites: Vec<&'e Site>,
    /// The functions that fail with it.
    failing: FxHashSet<(DefId, Fault)>,
    /// The functions that fail with one of those.
    fated: FxHashSet<(DefId, Fault)>,
}

impl<'e> StoreView<'e> {
    fn new(evidence: &Evidence<'e, '_>, store: &str) -> Self {
        let down = recovery::sharing(evidence, store);
        let shared = || evidence.sites.iter().filter(|site| site.may_fail());
        let failing = |sites: &[&Site]| {
            let calls = sites.iter().map(|site| (site.function, site.flow));
            evidence.graph.failing(calls)
        };
        let sites: Vec<&Site> = shared().filter(|it| plain(&it.store) == store).collect();
        let fated: Vec<&Site> = shared()
            .filter(|it| down.contains(&plain(&it.store)))
            .collect();
        Self {
            failing: failing(&sites),
            fated: failing(&fated),
            sites,
            down,
        }
    }

    fn fails(&self, function: DefId) -> impl Iterator<Item = Fault> {
        let faults = [Fault::Error, Fault::Panic, Fault::Absent].into_iter();
        faults.filter(move |&fault| self.failing.contains(&(function, fault)))
    }
}

/// The events by the declaration that speaks of each.
fn events_of<'e>(
    evidence: &Evidence<'e, '_>,
    stores: &BTreeMap<String, StoreView<'e>>,
) -> BTreeMap<usize, Vec<Event<'e>>> {
    let mut events: BTreeMap<usize, Vec<Event<'e>>> = BTreeMap::new();
    let index_of = |at, store: &str| evidence.coverage.index_of(evidence.program, at, store);
    for (store, view) in stores {
        for &site in &view.sites {
            if let Some(index) = index_of(At::site(site), store) {
                let event = Event {
                    function: site.function,
                    span: site.span,
                    flow: site.flow,
                    leaves: Fault::Error.through(site.flow),
                    what: What::Site(site),
                };
                events.entry(index).or_default().push(event);
            }
        }
        for edge in evidence.graph.edges() {
            let faults = view.fails(edge.to);
            // A `None` inside of something else is not followed.
            for fault in faults.filter(|it| *it != Fault::Absent || edge.is_option) {
                if let Some(index) = index_of(At::call(evidence.program, edge), store) {
                    let event = Event {
                        function: edge.from,
                        span: edge.span,
                        flow: edge.flow,
                        leaves: fault.through_call(edge),
                        what: What::Call(edge),
                    };
                    events.entry(index).or_default().push(event);
                }
            }
        }
    }
    events
}

impl Event<'_> {
    fn place(&self, program: &Program<'_>) -> Place {
        match self.what {
            What::Site(site) => site.name,
            What::Call(edge) => edge.place(program),
        }
    }

    /// Where its failure is decided.
    fn decided(&self, program: &Program<'_>) -> Place {
        Place {
            file: program.def(self.function).file,
            span: self.flow.span,
        }
    }

    fn stays(&self) -> bool {
        matches!(self.leaves, None | Some(Fault::Absent)) && self.flow.flow != Flow::Unknown
    }
}
