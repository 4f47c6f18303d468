//! The blast of an outage: what fails, what degrades, what survives when stores, providers or services are down.
//!
//! In: a finished analysis ([`Outages`]) and what is down ([`Down`]). Out: the outcome of each service and entry point, with a witness.
//! A store is down with its providers when none of them is left. `main` is the start of a service, told apart from what it serves.

mod down;
mod witness;

pub use down::{Down, Kind, UnknownName};

use crate::analysis::Analysis;
use crate::catalogue::EntryKind;
use crate::coverage::plain;
use crate::links::{self, External};
use crate::outage::Outcome;
use crate::outage::spread::{Lost, Shape, Spread};
use crate::outage::wiring::Wiring;
use crate::resolve::DefId;
use crate::services::{self, Entry, Service};
use crate::workspace::config;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use witness::View;
pub use witness::outcome_of;

/// The services of a workspace, any outage ready to be asked for.
pub struct Outages<'a, 's> {
    analysis: &'a Analysis<'s>,
    wiring: Wiring,
    /// The functions that lead to call sites.
    asking: FxHashSet<DefId>,
    /// Who answers a call site, by its index.
    peers: FxHashMap<usize, Answering>,
    /// What a call site calls that no service answers, by its index.
    external_sites: FxHashMap<usize, String>,
    /// The services.
    pub services: Vec<Service>,
    /// What they call that no service of the workspace answers.
    pub external: Vec<External>,
}

/// Who answers a call site.
struct Answering {
    /// The services and providers.
    by: BTreeSet<String>,
    /// Them as one name.
    name: String,
    /// Whether a store is asked, and they are its providers.
    is_of_store: bool,
}

/// What a call site depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A store.
    Store(String),
    /// A service of the workspace.
    Service(String),
    /// A peer that is none.
    External(String),
}

/// What an outage does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blast {
    /// The stores and services that are down.
    pub down: Vec<String>,
    /// The services, by name.
    pub services: Vec<ServiceOutcome>,
    /// Their entry points, by service and name.
    pub entry_points: Vec<EntryOutcome>,
    /// What the services call that none of them answers, by service and name.
    pub external: Vec<External>,
}

/// The outcome of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServiceOutcome {
    /// Its name.
    pub service: String,
    /// Who answers for it, by `spof.toml` or `CODEOWNERS`.
    pub owners: Vec<String>,
    /// Its tier, where it has one.
    pub tier: Option<u32>,
    /// Of what it serves: `fails` if all entry points do, `survives` if all do.
    pub outcome: Outcome,
    /// Of its start, where it has one.
    pub start: Option<Outcome>,
}

/// The outcome of an entry point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EntryOutcome {
    /// The service.
    pub service: String,
    /// The entry point, as its users name it.
    pub entry_point: String,
    /// The function's path.
    pub function: String,
    /// While the stores refuse.
    pub outcome: Outcome,
    /// While they do not answer at all.
    pub when_hanging: Outcome,
    /// How it goes on, where it degrades.
    pub how: Option<String>,
    /// The store or service through which it is hit: the first on its way.
    pub through: Option<String>,
    /// The way down to the call site, outermost first; empty where it survives.
    pub witness: Vec<String>,
}

impl<'a, 's> Outages<'a, 's> {
    /// Of a finished analysis.
    pub fn new(analysis: &'a Analysis<'s>) -> Self {
        let services = services::services(analysis);
        let linked = links::link(analysis, &services);
        let peers = linked.links.iter().map(|link| {
            let ways = link.ways.iter();
            let by: BTreeSet<String> = ways.flat_map(|way| way.by.iter().cloned()).collect();
            let names: Vec<&str> = by.iter().map(String::as_str).collect();
            let name = names.join("`, `");
            let is_of_store = link.is_of_store;
            let answering = Answering {
                by,
                name,
                is_of_store,
            };
            (link.site, answering)
        });
        let outages = Self {
            analysis,
            wiring: Wiring::new(&analysis.graph, &analysis.sites, &linked.links),
            asking: analysis
                .graph
                .reaching(analysis.sites.iter().map(|site| site.function)),
            peers: peers.collect(),
            external_sites: linked.external_sites,
            services,
            external: linked.external,
        };
        debug_assert_eq!(outages.wiring.verify(&analysis.program), Ok(()));
        outages
    }

    /// The analysis that it is of.
    pub fn analysis(&self) -> &'a Analysis<'s> {
        self.analysis
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|it| plain(&it.name) == plain(name))
    }

    /// The blast of what is down.
    pub fn blast(&self, down: &Down) -> Blast {
        let view = View {
            outages: self,
            refusing: self.spread(down, Shape::Refuses),
            hanging: self.spread(down, Shape::Hangs),
            down,
        };
        let mut entry_points = Vec::new();
        let mut outcomes = Vec::new();
        for service in &self.services {
            let entries: Vec<EntryOutcome> = service
                .entries
                .iter()
                .map(|entry| view.entry(service, entry))
                .collect();
            outcomes.push(self.roll_up(service, &entries));
            // What stands before routes or builds them is none itself; which ones, where it fails, is not known.
            let is_shown = |entry: &Entry, found: &EntryOutcome| {
                entry.is_own() || found.outcome > Outcome::Survives
            };
            let shown = service.entries.iter().zip(entries);
            let shown = shown.filter(|(entry, found)| is_shown(entry, found));
            entry_points.extend(shown.map(|(_, found)| found));
        }
        Blast {
            down: down.names(),
            services: outcomes,
            entry_points,
            external: self.external.clone(),
        }
    }

    /// What the outage of a store does to functions.
    pub fn of(&self, store: &str) -> Spread {
        let down = Down {
            stores: BTreeSet::from([store.to_owned()]),
            ..Down::default()
        };
        self.without(&down)
    }

    /// What is left of functions without all that is down.
    pub fn without(&self, down: &Down) -> Spread {
        self.spread(down, Shape::Refuses)
    }

    fn spread(&self, down: &Down, shape: Shape) -> Spread {
        let plain_of = |names: &BTreeSet<String>| -> BTreeSet<String> {
            names.iter().map(|name| plain(name)).collect()
        };
        let stores = plain_of(&down.stores);
        let mut answering = plain_of(&down.services);
        answering.extend(plain_of(&down.providers));
        let lost = Lost {
            site: &|index| {
                let site = &self.analysis.sites[index];
                let external = self.external_sites.get(&index);
                site.may_fail()
                    && (stores.contains(&plain(&site.store))
                        || external.is_some_and(|it| down.external.contains(it)))
            },
            way: &|by| answering.contains(&plain(by)),
        };
        self.wiring.spread(lost, shape, &self.analysis.sites)
    }

    /// What a service serves that fails in an outage, by name.
    pub fn failing(&self, service: &Service, outage: &Spread) -> Vec<String> {
        let served = service.served().into_iter();
        let failing = served.filter(|it| outcome_of(it, outage) == Outcome::Fails);
        failing.map(|it| it.name.clone()).collect()
    }

    /// The stores that are used, as they are compared.
    pub fn stores(&self) -> BTreeSet<String> {
        let used = self.analysis.sites.iter().filter(|site| site.may_fail());
        used.map(|site| plain(&site.store)).collect()
    }

    /// A service fails if all that it serves does, and survives if all of it does; without anything that it serves, its start decides.
    fn roll_up(&self, service: &Service, entries: &[EntryOutcome]) -> ServiceOutcome {
        let both = || service.entries.iter().zip(entries);
        let is_start = |entry: &Entry| entry.kind == Some(EntryKind::Main);
        let is_before = |entry: &Entry| entry.kind == Some(EntryKind::Middleware);
        let starts = both().filter(|(entry, _)| is_start(entry));
        let start = starts.map(|(_, found)| found.outcome).max();
        let served = both().filter(|(entry, found)| {
            !is_start(entry) && (!is_before(entry) || found.outcome > Outcome::Survives)
        });
        let served: BTreeSet<Outcome> = served.map(|(_, found)| found.outcome).collect();
        let outcome = match (served.first(), served.last()) {
            (Some(least), Some(most)) if least == most => *least,
            (Some(_), Some(_)) => Outcome::Degrades,
            _ => start.unwrap_or(Outcome::Survives),
        };
        let configured = self.configured(service);
        ServiceOutcome {
            service: service.name.clone(),
            owners: self.owners(service),
            tier: configured.and_then(|it| it.tier.map(|tier| tier.value)),
            outcome,
            start,
        }
    }

    /// What configuration says of a service.
    pub fn configured(&self, service: &Service) -> Option<&config::Service> {
        let mut services = self.analysis.sources.workspace.config.services.values();
        services.find(|it| plain(&it.name.value) == plain(&service.name))
    }

    /// Whom configuration names, else who owns the files of its entry points: those of most of them.
    pub fn owners(&self, service: &Service) -> Vec<String> {
        if let Some(owner) = self.configured(service).and_then(|it| it.owner.as_ref()) {
            return vec![owner.value.clone()];
        }
        let sources = &self.analysis.sources;
        let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
        for entry in &service.entries {
            let file = self.analysis.program.def(entry.function).file;
            let path = sources.files.get(file).map_or("", |it| it.path.as_str());
            *counts.entry(sources.workspace.owners.of(path)).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, n)| *n);
        most.map(|(owners, _)| owners.to_vec()).unwrap_or_default()
    }

    /// Who answers a call site, where that is a service.
    fn peer_of(&self, site: usize) -> Option<&str> {
        self.peers.get(&site).map(|it| it.name.as_str())
    }

    /// What a call site depends on: a store that configuration names, else whoever answers it.
    pub fn targets(&self, site: usize) -> Vec<Target> {
        let store = self.analysis.sites[site].store.as_str();
        let peers = self.peers.get(&site).filter(|it| !it.is_of_store);
        let stores = &self.analysis.sources.workspace.config.stores;
        match (peers, self.external_sites.get(&site)) {
            _ if stores.contains_key(store) => vec![Target::Store(store.to_owned())],
            (Some(peers), _) => peers.by.iter().cloned().map(Target::Service).collect(),
            (None, Some(name)) => vec![Target::External(name.clone())],
            (None, None) => vec![Target::Store(store.to_owned())],
        }
    }
}

/// The outcomes of entry points, counted.
pub fn counts(blast: &Blast) -> BTreeMap<Outcome, usize> {
    let mut counts = BTreeMap::new();
    for entry in &blast.entry_points {
        *counts.entry(entry.outcome).or_default() += 1;
    }
    counts
}
