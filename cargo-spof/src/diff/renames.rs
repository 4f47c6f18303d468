//! What is the same under another name.
//!
//! What only the base has is paired with what only the head has, the most alike first:
//!
//! - services by what enters them and what they depend on, at least half of it in common;
//! - stores by client, and by who uses them from where, at least half of it in common;
//! - functions by their own name and what they ask of which store, or by their module and all that they ask;
//! - entry points of one service by their function.
//!
//! Names are compared without the paths before them, since those move.

use crate::inventory::{Inventory, Kind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How much two things must have in common to be one.
const ENOUGH: f64 = 0.5;

/// Something that has another name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Rename {
    /// `service`, `store`, `entry point` or `function`.
    pub what: &'static str,
    /// Its name in the base.
    pub from: String,
    /// Its name in the head.
    pub to: String,
}

/// The names of the head for those of the base, where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    services: BTreeMap<String, String>,
    stores: BTreeMap<String, String>,
    functions: BTreeMap<String, String>,
    /// By the service's name in the head.
    entries: BTreeMap<(String, String), String>,
}

impl Names {
    pub(super) fn new(base: &Inventory, head: &Inventory) -> Self {
        let mut names = Self::default();
        names.services = services(base, head);
        names.stores = stores(base, head);
        names.functions = functions(base, head, &names);
        names.entries = entries(base, head, &names);
        names
    }

    pub(super) fn service<'n>(&'n self, name: &'n str) -> &'n str {
        self.services.get(name).map_or(name, String::as_str)
    }

    pub(super) fn store<'n>(&'n self, name: &'n str) -> &'n str {
        self.stores.get(name).map_or(name, String::as_str)
    }

    pub(super) fn function<'n>(&'n self, path: &'n str) -> &'n str {
        self.functions.get(path).map_or(path, String::as_str)
    }

    pub(super) fn of_kind<'n>(&'n self, kind: Kind, name: &'n str) -> &'n str {
        match kind {
            Kind::Store => self.store(name),
            Kind::Service => self.service(name),
            Kind::Provider | Kind::External => name,
        }
    }

    /// An entry point of a service; the service by its name in the head.
    pub(super) fn entry<'n>(&'n self, service: &str, name: &'n str) -> &'n str {
        let key = (service.to_owned(), name.to_owned());
        self.entries.get(&key).map_or(name, String::as_str)
    }

    pub(super) fn renamed(&self) -> Vec<Rename> {
        let of = |what, names: &BTreeMap<String, String>| {
            let all = names.iter().map(move |(from, to)| Rename {
                what,
                from: from.clone(),
                to: to.clone(),
            });
            all.collect::<Vec<_>>()
        };
        let entries = self.entries.iter().map(|((service, from), to)| Rename {
            what: "entry point",
            from: format!("{service}: {from}"),
            to: format!("{service}: {to}"),
        });
        let mut all = of("service", &self.services);
        all.extend(of("store", &self.stores));
        all.extend(entries);
        all.extend(of("function", &self.functions));
        all
    }
}

/// What a thing is recognised by.
type Features = BTreeSet<String>;

/// The part of two sets that they have in common: 0 to 1; 0 where there is nothing.
fn likeness(a: &Features, b: &Features) -> f64 {
    let common = a.intersection(b).count();
    let all = a.union(b).count().max(1);
    // Sets are far smaller than what a float counts exactly.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let part = common as f64 / all as f64;
    part
}

/// Pairs what only one side has, the most alike first; each once. Only those are compared that have a trait in common: two without one
/// are not alike.
fn pair<T>(
    base: &BTreeMap<String, T>,
    head: &BTreeMap<String, T>,
    traits: impl Fn(&str, &T) -> Features,
    alike: impl Fn((&str, &T), (&str, &T)) -> f64,
) -> BTreeMap<String, String> {
    let gone = base.iter().filter(|(name, _)| !head.contains_key(*name));
    let come = head.iter().filter(|(name, _)| !base.contains_key(*name));
    let mut having: BTreeMap<String, BTreeMap<&str, &T>> = BTreeMap::new();
    for (to, new) in come {
        for its in traits(to, new) {
            having.entry(its).or_default().insert(to, new);
        }
    }
    let mut pairs: Vec<(f64, &str, &str)> = Vec::new();
    for (from, old) in gone {
        let its = traits(from, old);
        let near = its.iter().filter_map(|it| having.get(it)).flatten();
        let near: BTreeMap<&str, &T> = near.map(|(to, new)| (*to, *new)).collect();
        let to = near
            .into_iter()
            .map(|(to, new)| (alike((from, old), (to, new)), from.as_str(), to));
        pairs.extend(to.filter(|(alike, ..)| *alike >= ENOUGH));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut found, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (_, from, to) in pairs {
        if !found.contains_key(from) && taken.insert(to) {
            found.insert(from.to_owned(), to.to_owned());
        }
    }
    found
}

/// A name without the path before it: `task shop::jobs::run` is `task run`.
fn own_name(name: &str) -> String {
    let words = name
        .split(' ')
        .map(|word| word.rsplit("::").next().unwrap_or(word));
    words.collect::<Vec<_>>().join(" ")
}

fn services(base: &Inventory, head: &Inventory) -> BTreeMap<String, String> {
    let features = |of: &Inventory| {
        let all = of.services.iter().map(|service| {
            let entered = service.entry_points.iter().map(|it| own_name(&it.name));
            let entered = entered.filter(|it| it != crate::services::MAIN);
            let own = of.dependencies.iter();
            let own = own.filter(|it| it.is_direct && it.service == service.name);
            let features: Features = entered
                .chain(own.map(|it| format!("> {}", it.on)))
                .collect();
            (service.name.clone(), features)
        });
        all.collect::<BTreeMap<_, _>>()
    };
    let traits = |_: &str, its: &Features| its.clone();
    pair(
        &features(base),
        &features(head),
        traits,
        |(_, a), (_, b)| likeness(a, b),
    )
}

fn stores(base: &Inventory, head: &Inventory) -> BTreeMap<String, String> {
    let features = |of: &Inventory| {
        let all = of.stores.iter().map(|store| {
            let own = of.dependencies.iter();
            let own = own.filter(|it| it.kind == Kind::Store && it.on == store.name);
            let sites = own.flat_map(|it| &it.call_sites);
            let used = sites.map(|it| format!("{} in {}", it.operation, own_name(&it.function)));
            let used: Features = used.collect();
            (store.name.clone(), (store.clients.clone(), used))
        });
        all.collect::<BTreeMap<_, _>>()
    };
    let traits = |_: &str, its: &(Vec<String>, Features)| its.1.clone();
    pair(
        &features(base),
        &features(head),
        traits,
        |(_, a), (_, b)| {
            if a.0 == b.0 {
                likeness(&a.1, &b.1)
            } else {
                0.0
            }
        },
    )
}

/// What each function that matters asks of which store, the stores by their names in the head.
fn asked(of: &Inventory, store: impl Fn(&str) -> String) -> BTreeMap<String, Features> {
    let mut all: BTreeMap<String, Features> = BTreeMap::new();
    for site in of.dependencies.iter().flat_map(|it| &it.call_sites) {
        let own = all.entry(site.function.clone()).or_default();
        own.insert(format!("{} {}", store(&site.store), site.operation));
    }
    let entered = of.services.iter().flat_map(|it| &it.entry_points);
    let entered = entered.map(|it| &it.function);
    let declared = of.declarations.iter().flat_map(|it| &it.functions);
    for function in entered.chain(declared) {
        all.entry(function.clone()).or_default();
    }
    all
}

fn functions(base: &Inventory, head: &Inventory, names: &Names) -> BTreeMap<String, String> {
    let base = asked(base, |store| names.store(store).to_owned());
    let head = asked(head, str::to_owned);
    let split = |path: &str| match path.rsplit_once("::") {
        Some((module, name)) => (module.to_owned(), name.to_owned()),
        None => (String::new(), path.to_owned()),
    };
    let traits = |path: &str, _: &Features| {
        let (module, name) = split(path);
        Features::from([format!("in {module}"), format!("called {name}")])
    };
    pair(&base, &head, traits, |(from, asked), (to, asks)| {
        let (from, to) = (split(from), split(to));
        let likeness = likeness(asked, asks);
        let asks_nothing = asked.is_empty() && asks.is_empty();
        if from.1 == to.1 && (asks_nothing || likeness > 0.0) {
            // Moved; of several namesakes the one that stands nearest.
            ENOUGH + likeness / 4.0 + nearness(&from.0, &to.0) / 4.0
        } else if from.0 == to.0 && !asks_nothing && likeness >= 1.0 {
            ENOUGH
        } else {
            0.0
        }
    })
}

/// The part of their modules that two functions have in common.
fn nearness(a: &str, b: &str) -> f64 {
    let parts = |path: &str| path.split("::").map(str::to_owned).collect::<Features>();
    likeness(&parts(a), &parts(b))
}

fn entries(
    base: &Inventory,
    head: &Inventory,
    names: &Names,
) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for old in &base.services {
        let service = names.service(&old.name);
        let Some(new) = head.services.iter().find(|it| it.name == service) else {
            continue;
        };
        let functions = |of: &crate::inventory::Service, rename: &dyn Fn(&str) -> String| {
            let all = of.entry_points.iter();
            let all = all.map(|it| (it.name.clone(), (it.kind, rename(&it.function))));
            all.collect::<BTreeMap<_, _>>()
        };
        let old = functions(old, &|it| names.function(it).to_owned());
        let new = functions(new, &str::to_owned);
        let traits = |_: &str, (_, function): &(_, String)| Features::from([function.clone()]);
        let is_same = |(_, a): (&str, &_), (_, b): (&str, &_)| if a == b { 1.0 } else { 0.0 };
        let pairs = pair(&old, &new, traits, is_same);
        found.extend(
            pairs
                .into_iter()
                .map(|(from, to)| ((service.to_owned(), from), to)),
        );
    }
    found
}
