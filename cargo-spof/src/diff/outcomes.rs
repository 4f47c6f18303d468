//! Entry points that outages do something else to.

use super::renames::Names;
use crate::inventory::{Hit, Inventory, Kind};
use crate::outage::Outcome;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an outage did to an entry point, and what it does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct OutcomeChange {
    /// What is down.
    pub kind: Kind,
    /// Its name in the head; in the base where it is gone.
    pub name: String,
    /// The service.
    pub service: String,
    /// The entry point, which both revisions have.
    pub entry_point: String,
    /// The outcome in the base, while what is down refuses.
    pub from: Outcome,
    /// The outcome in the head.
    pub to: Outcome,
    /// The outcome in the base, while it does not answer at all.
    pub from_hanging: Outcome,
    /// The outcome in the head.
    pub to_hanging: Outcome,
    /// How it went on, where it degraded.
    pub how_before: Option<String>,
    /// How it goes on, where it degrades.
    pub how: Option<String>,
    /// Whether the service depended on this before.
    pub is_known: bool,
}

/// An entry point: its service and name, as the head has them.
type Entry<'e> = (&'e str, &'e str);

/// What an outage does, by entry point.
type Hits<'h> = BTreeMap<Entry<'h>, &'h Hit>;

pub(super) fn changes(base: &Inventory, head: &Inventory, names: &Names) -> Vec<OutcomeChange> {
    let in_base = |(service, entry): (&'_ str, &'_ str)| {
        let service = names.service(service).to_owned();
        let entry = names.entry(&service, entry).to_owned();
        (service, entry)
    };
    let old: BTreeSet<(String, String)> = entries(base).map(in_base).collect();
    let both = entries(head).map(|(service, entry)| (service.to_owned(), entry.to_owned()));
    let both: BTreeSet<(String, String)> = both.filter(|it| old.contains(it)).collect();
    let before = outages(
        base,
        |kind, name| names.of_kind(kind, name),
        |hit| {
            let service = names.service(&hit.service);
            (service, names.entry(service, &hit.entry_point))
        },
    );
    let now = outages(head, |_, name| name, |hit| (&hit.service, &hit.entry_point));
    let known: BTreeSet<(&str, Kind, &str)> = base
        .dependencies
        .iter()
        .map(|it| {
            (
                names.service(&it.service),
                it.kind,
                names.of_kind(it.kind, &it.on),
            )
        })
        .collect();
    let all: BTreeSet<&(Kind, &str)> = before.keys().chain(now.keys()).collect();
    let mut changes = Vec::new();
    for &&(kind, name) in &all {
        let none = Hits::new();
        let (old, new) = (before.get(&(kind, name)), now.get(&(kind, name)));
        let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
        let hit: BTreeSet<&Entry<'_>> = old.keys().chain(new.keys()).collect();
        for &&(service, entry_point) in &hit {
            if !both.contains(&(service.to_owned(), entry_point.to_owned())) {
                continue;
            }
            let key = (service, entry_point);
            let is_known = old.contains_key(&key) || known.contains(&(service, kind, name));
            let hits = (old.get(&key).copied(), new.get(&key).copied());
            let change = change((kind, name), key, hits, is_known);
            changes.extend(change);
        }
    }
    changes
}

fn change(
    (kind, name): (Kind, &str),
    (service, entry_point): Entry<'_>,
    (old, new): (Option<&Hit>, Option<&Hit>),
    is_known: bool,
) -> Option<OutcomeChange> {
    let refusing = |hit: Option<&Hit>| hit.map_or(Outcome::Survives, |it| it.outcome);
    let hanging = |hit: Option<&Hit>| hit.map_or(Outcome::Survives, |it| it.when_hanging);
    let (from, to) = (refusing(old), refusing(new));
    let (from_hanging, to_hanging) = (hanging(old), hanging(new));
    let is_other = from != to || from_hanging != to_hanging;
    is_other.then(|| OutcomeChange {
        kind,
        name: name.to_owned(),
        service: service.to_owned(),
        entry_point: entry_point.to_owned(),
        from,
        to,
        from_hanging,
        to_hanging,
        how_before: old.and_then(|it| it.how.clone()),
        how: new.and_then(|it| it.how.clone()),
        is_known,
    })
}

/// The entry points of all services.
fn entries(of: &Inventory) -> impl Iterator<Item = (&str, &str)> {
    of.services.iter().flat_map(|service| {
        let all = service.entry_points.iter();
        all.map(move |it| (service.name.as_str(), it.name.as_str()))
    })
}

/// What each outage does, under other names.
fn outages<'i>(
    of: &'i Inventory,
    name: impl Fn(Kind, &'i str) -> &'i str,
    entry: impl Fn(&'i Hit) -> Entry<'i>,
) -> BTreeMap<(Kind, &'i str), Hits<'i>> {
    let all = of.outages.iter().map(|outage| {
        let hits = outage.hits.iter().map(|hit| (entry(hit), hit));
        (
            (outage.kind, name(outage.kind, &outage.name)),
            hits.collect(),
        )
    });
    all.collect()
}
