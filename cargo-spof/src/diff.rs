//! What changed between two revisions: dependencies, providers, verbs, and what outages do.
//!
//! In: the inventories of a base and a head. Out: a [`Diff`]. Things are the same when they have the same name, or when they were
//! renamed or moved: a function in another module, a service or store under another name. The findings of the two
//! revisions are compared by the same names ([`Diff::new_findings`]).

mod entries;
mod outcomes;
mod renames;
mod verbs;

use crate::finding::{Finding, Level};
use crate::inventory::{CallSite, Dependency, Inventory, Kind};
use crate::outage::Outcome;
pub use entries::EntryChange;
pub use outcomes::OutcomeChange;
use renames::Names;
pub use renames::Rename;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
pub use verbs::VerbChange;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Diff {
    /// What has another name.
    pub renamed: Vec<Rename>,
    /// Dependencies that are new or gone, by service and name.
    pub dependencies: Vec<DependencyChange>,
    /// Dependencies that both have, and that are asked for something else, or from more or fewer places.
    pub operations: Vec<OperationChange>,
    /// Stores that have other providers.
    pub providers: Vec<ProviderChange>,
    /// Declarations that have another verb, are new or gone.
    pub verbs: Vec<VerbChange>,
    /// Entry points that are new or gone and that some outage hits, by service and name.
    pub entry_points: Vec<EntryChange>,
    /// Entry points that outages do something else to.
    pub outcomes: Vec<OutcomeChange>,
    #[serde(skip)]
    names: Names,
}

/// Whether something came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// A direct dependency that is new or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct DependencyChange {
    /// Which of the two.
    pub change: Change,
    /// The service.
    pub service: String,
    /// What the other one is.
    pub kind: Kind,
    /// Its name.
    pub on: String,
    /// What becomes of the service in its outage.
    pub outcome: Option<Outcome>,
    /// The number of entry points that fail in it.
    pub fails: usize,
    /// The verbs that are declared for it.
    pub verbs: Vec<&'static str>,
    /// Its call sites, of the revision that has them.
    pub call_sites: Vec<CallSite>,
}

/// A direct dependency whose operations are others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct OperationChange {
    /// The service.
    pub service: String,
    /// What the other one is.
    pub kind: Kind,
    /// Its name.
    pub on: String,
    /// The number of call sites in the base, by class.
    pub from: BTreeMap<&'static str, usize>,
    /// The number of call sites in the head.
    pub to: BTreeMap<&'static str, usize>,
}

/// A store with other providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct ProviderChange {
    /// The store, by its new name.
    pub store: String,
    /// Those that it had.
    pub from: Vec<String>,
    /// Those that it has.
    pub to: Vec<String>,
}

impl ProviderChange {
    /// Whether there are fewer.
    pub fn is_loss(&self) -> bool {
        self.from.len() > self.to.len().max(1)
    }

    /// Those that are gone.
    pub fn lost(&self) -> Vec<&str> {
        let gone = self.from.iter().filter(|it| !self.to.contains(it));
        gone.map(String::as_str).collect()
    }
}

impl Diff {
    /// Of two revisions.
    pub fn new(base: &Inventory, head: &Inventory) -> Self {
        let names = Names::new(base, head);
        let (old, new) = direct(base, head, &names);
        Self {
            renamed: names.renamed(),
            dependencies: dependencies(&old, &new, base, head),
            operations: operations(&old, &new),
            entry_points: entries::changes(base, head, &names),
            providers: providers(base, head, &names),
            verbs: verbs::changes(base, head, &names),
            outcomes: outcomes::changes(base, head, &names),
            names,
        }
    }

    /// Whether nothing changed that matters here; other names do not.
    pub fn is_empty(&self) -> bool {
        self.dependencies.is_empty()
            && self.operations.is_empty()
            && self.entry_points.is_empty()
            && self.providers.is_empty()
            && self.verbs.is_empty()
            && self.outcomes.is_empty()
    }

    /// The findings of the head that the base does not have: of those of one lint, store and function, as many as there are more.
    pub fn new_findings(&self, base: &[FindingKey], head: &[Finding]) -> Vec<Finding> {
        let mut known: BTreeMap<FindingKey, usize> = BTreeMap::new();
        for key in base {
            *known.entry(self.renamed_key(key)).or_default() += 1;
        }
        let new = head
            .iter()
            .filter(|it| !take(&mut known, &FindingKey::of(it)));
        new.cloned().collect()
    }

    /// How many findings of the base the head does not have.
    pub fn n_fixed(&self, base: &[FindingKey], head: &[Finding]) -> usize {
        let mut left: BTreeMap<FindingKey, usize> = BTreeMap::new();
        for finding in head {
            *left.entry(FindingKey::of(finding)).or_default() += 1;
        }
        let gone = base
            .iter()
            .filter(|key| !take(&mut left, &self.renamed_key(key)));
        gone.count()
    }

    fn renamed_key(&self, key: &FindingKey) -> FindingKey {
        FindingKey {
            lint: key.lint,
            level: key.level,
            store: self.names.store(&key.store).to_owned(),
            function: self.names.function(&key.function).to_owned(),
        }
    }
}

/// Takes one of a key, if one is left.
fn take(left: &mut BTreeMap<FindingKey, usize>, key: &FindingKey) -> bool {
    match left.get_mut(key) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    }
}

/// By what findings of two revisions are told to be the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    lint: &'static str,
    level: Level,
    store: String,
    function: String,
}

impl FindingKey {
    /// Of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            lint: finding.lint,
            level: finding.level,
            store: finding.store.clone(),
            function: finding.function.clone(),
        }
    }
}

/// The direct dependencies that only one of the two has.
fn dependencies(
    old: &Direct<'_>,
    new: &Direct<'_>,
    base: &Inventory,
    head: &Inventory,
) -> Vec<DependencyChange> {
    let only = |all: &Direct<'_>, others: &Direct<'_>, change, of: &Inventory| {
        let only = all.iter().filter(|(key, _)| !others.contains_key(*key));
        only.map(|(key, it)| dependency(*key, it, change, of))
            .collect::<Vec<_>>()
    };
    let mut all = only(new, old, Change::Added, head);
    all.extend(only(old, new, Change::Removed, base));
    all.sort_by(|a, b| (&a.service, a.kind, &a.on).cmp(&(&b.service, b.kind, &b.on)));
    all
}

/// The service, the kind and the name of what it depends on, as the head has them.
type Key<'k> = (&'k str, Kind, &'k str);

/// Direct dependencies.
type Direct<'d> = BTreeMap<Key<'d>, &'d Dependency>;

/// The direct dependencies of the base and of the head.
fn direct<'d>(
    base: &'d Inventory,
    head: &'d Inventory,
    names: &'d Names,
) -> (Direct<'d>, Direct<'d>) {
    let old = base.dependencies.iter().filter(|it| it.is_direct);
    let old = old.map(|it| {
        let on = names.of_kind(it.kind, &it.on);
        ((names.service(&it.service), it.kind, on), it)
    });
    let new = head.dependencies.iter().filter(|it| it.is_direct);
    let new = new.map(|it| ((it.service.as_str(), it.kind, it.on.as_str()), it));
    (old.collect(), new.collect())
}

/// The direct dependencies of both, with other operations.
fn operations(old: &Direct<'_>, new: &Direct<'_>) -> Vec<OperationChange> {
    let both = new
        .iter()
        .filter_map(|(key, it)| Some((key, *it, *old.get(key)?)));
    let changed = both.filter(|(_, new, old)| new.operations != old.operations);
    let change =
        |(&(service, kind, on), new, old): (&Key<'_>, &Dependency, &Dependency)| OperationChange {
            service: service.to_owned(),
            kind,
            on: on.to_owned(),
            from: old.operations.clone(),
            to: new.operations.clone(),
        };
    changed.map(change).collect()
}

fn dependency(key: Key<'_>, of: &Dependency, change: Change, all: &Inventory) -> DependencyChange {
    let (service, kind, on) = key;
    let declared = of.declarations.iter();
    let declared = declared.filter_map(|&index| all.declarations.get(index)?.verb);
    let verbs: BTreeSet<&'static str> = declared.collect();
    DependencyChange {
        change,
        service: service.to_owned(),
        kind,
        on: on.to_owned(),
        outcome: of.outcome,
        fails: of.fails.len(),
        verbs: verbs.into_iter().collect(),
        call_sites: of.call_sites.clone(),
    }
}

/// The stores that both have, with other providers.
fn providers(base: &Inventory, head: &Inventory, names: &Names) -> Vec<ProviderChange> {
    let mut all = Vec::new();
    for old in &base.stores {
        let name = names.store(&old.name);
        let new = head.stores.iter().find(|it| it.name == name);
        let Some(new) = new else { continue };
        let set = |of: &[String]| of.iter().cloned().collect::<BTreeSet<String>>();
        if set(&old.providers) != set(&new.providers) {
            all.push(ProviderChange {
                store: new.name.clone(),
                from: old.providers.clone(),
                to: new.providers.clone(),
            });
        }
    }
    all.sort_by(|a, b| a.store.cmp(&b.store));
    all
}
