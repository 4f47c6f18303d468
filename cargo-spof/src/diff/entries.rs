//! Entry points that are new or gone, with what they fail without. Those that no outage hits are left out: of a library, that would be
//! every function.

use super::Change;
use super::renames::Names;
use crate::inventory::{Inventory, Kind};
use crate::outage::Outcome;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An entry point that is new or gone, and that some outage hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct EntryChange {
    /// Which of the two.
    pub change: Change,
    /// The service.
    pub service: String,
    /// The entry point, as its users name it.
    pub entry_point: String,
    /// What it fails without, in the revision that has it: stores first.
    pub fails: Vec<String>,
    /// What it goes on with less without.
    pub degrades: Vec<String>,
}

/// A service and an entry point of it, by their names in the head.
type Entry = (String, String);

pub(super) fn changes(base: &Inventory, head: &Inventory, names: &Names) -> Vec<EntryChange> {
    let renamed = |service: &str, entry: &str| {
        let service = names.service(service).to_owned();
        let entry = names.entry(&service, entry).to_owned();
        (service, entry)
    };
    let same = |service: &str, entry: &str| (service.to_owned(), entry.to_owned());
    let old = entries(base, renamed);
    let new = entries(head, same);
    let mut changes = only(&new, &old, Change::Added, &Without::of(head, same));
    changes.extend(only(
        &old,
        &new,
        Change::Removed,
        &Without::of(base, renamed),
    ));
    changes.sort_by(|a, b| {
        let key = |it: &EntryChange| (it.service.clone(), it.entry_point.clone(), it.change);
        key(a).cmp(&key(b))
    });
    changes
}

fn entries(of: &Inventory, named: impl Fn(&str, &str) -> Entry) -> BTreeSet<Entry> {
    let services = of.services.iter();
    let all = services.flat_map(|it| it.entry_points.iter().map(move |entry| (it, entry)));
    all.map(|(service, entry)| named(&service.name, &entry.name))
        .collect()
}

fn only(
    all: &BTreeSet<Entry>,
    others: &BTreeSet<Entry>,
    change: Change,
    without: &Without,
) -> Vec<EntryChange> {
    let only = all.difference(others).map(|entry| EntryChange {
        change,
        service: entry.0.clone(),
        entry_point: entry.1.clone(),
        fails: without.names(entry, Outcome::Fails),
        degrades: without.names(entry, Outcome::Degrades),
    });
    only.filter(|it| !(it.fails.is_empty() && it.degrades.is_empty()))
        .collect()
}

/// What entry points do without what.
struct Without(BTreeMap<(Entry, Outcome), BTreeSet<(Kind, String)>>);

impl Without {
    fn of(inventory: &Inventory, named: impl Fn(&str, &str) -> Entry) -> Self {
        let mut without: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for outage in &inventory.outages {
            for hit in &outage.hits {
                let key = (named(&hit.service, &hit.entry_point), hit.outcome);
                let its = without.entry(key).or_default();
                its.insert((outage.kind, outage.name.clone()));
            }
        }
        Self(without)
    }

    /// Names, stores first; what is told by several kinds once.
    fn names(&self, entry: &Entry, outcome: Outcome) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let its = self.0.get(&(entry.clone(), outcome)).into_iter().flatten();
        for (_, name) in its {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}
