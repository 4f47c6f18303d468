//! The blast of an outage: what fails, what degrades, what survives when stores, providers or services are down.
//!
//! In: a finished analysis and what is down. Out: the outcome of each service and entry point, with a witness. A store is down with its
//! providers when none of them is left. `main` is the start of a service, told apart from what it serves.

use crate::analysis::Analysis;
use crate::catalogue::EntryKind;
use crate::coverage::{At, plain};
use crate::flow::Flow;
use crate::outage::Outcome;
use crate::outage::spread::{Shape, Spread, Step, What, Wiring};
use crate::resolve::DefId;
use crate::services::{self, Entry, Service};
use crate::suggest::nearest;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Down {
    /// The stores, as configuration or code names them.
    pub stores: BTreeSet<String>,
    /// The services.
    pub services: BTreeSet<String>,
}

/// A name that is neither a store nor a provider nor a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What was written.
    pub name: String,
    /// What was probably meant.
    pub near: Option<String>,
}

/// What an outage does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blast {
    /// The stores and services that are down.
    pub down: Vec<String>,
    /// The services, by name.
    pub services: Vec<ServiceOutcome>,
    /// Their entry points, by service and name.
    pub entry_points: Vec<EntryOutcome>,
}

/// The outcome of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceOutcome {
    /// Its name.
    pub service: String,
    /// Of what it serves: `fails` if all entry points do, `survives` if all do.
    pub outcome: Outcome,
    /// Of its start, where it has one.
    pub start: Option<Outcome>,
}

/// The outcome of an entry point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// The way down to the call site, outermost first; empty where it survives.
    pub witness: Vec<String>,
}

impl Down {
    /// What names mean: stores, providers, services; one name may be several of them.
    ///
    /// # Errors
    /// The first name that means nothing.
    pub fn parse(
        analysis: &Analysis<'_>,
        services: &[Service],
        names: &[String],
    ) -> Result<Self, UnknownName> {
        let config = &analysis.sources.workspace.config;
        let mut stores: BTreeSet<String> = config.stores.keys().cloned().collect();
        let is_named = |store: &str| stores.iter().any(|it| plain(it) == plain(store));
        let used = analysis.sites.iter().map(|site| site.store.to_string());
        let used: Vec<String> = used.filter(|store| !is_named(store)).collect();
        stores.extend(used);
        let providers: BTreeSet<&str> = config
            .stores
            .values()
            .flat_map(|store| store.providers.iter().map(|it| it.value.as_str()))
            .collect();
        let mut down = Self::default();
        let mut lost: BTreeSet<&str> = BTreeSet::new();
        for name in names {
            let own = stores.iter().filter(|store| plain(store) == plain(name));
            let named = services.iter().filter(|it| plain(&it.name) == plain(name));
            let is_known = own.clone().next().is_some()
                || named.clone().next().is_some()
                || providers.contains(name.as_str());
            if !is_known {
                let known = stores.iter().map(String::as_str);
                let known = known.chain(providers.iter().copied());
                let known = known.chain(services.iter().map(|it| it.name.as_str()));
                return Err(UnknownName {
                    name: name.clone(),
                    near: nearest(name, known).map(str::to_owned),
                });
            }
            down.stores.extend(own.cloned());
            down.services.extend(named.map(|it| it.name.clone()));
            lost.extend(providers.get(name.as_str()));
        }
        let without = config.stores.iter().filter(|(_, store)| {
            let mut own = store.providers.iter().map(|it| it.value.as_str());
            !store.providers.is_empty() && own.all(|provider| lost.contains(provider))
        });
        down.stores.extend(without.map(|(name, _)| name.clone()));
        Ok(down)
    }
}

/// The blast of what is down.
pub fn blast(analysis: &Analysis<'_>, services: &[Service], down: &Down) -> Blast {
    let wiring = Wiring::new(&analysis.graph, &analysis.sites);
    let stores: BTreeSet<String> = down.stores.iter().map(|store| plain(store)).collect();
    let is_down = |index: usize| {
        let site = &analysis.sites[index];
        site.may_fail() && stores.contains(&plain(&site.store))
    };
    let spread = |shape| wiring.spread(&is_down, shape, &analysis.sites);
    let view = View {
        analysis,
        wiring: &wiring,
        refusing: spread(Shape::Refuses),
        hanging: spread(Shape::Hangs),
        down,
    };
    let mut entry_points = Vec::new();
    let mut outcomes = Vec::new();
    for service in services {
        let entries: Vec<EntryOutcome> = service
            .entries
            .iter()
            .map(|entry| view.entry(service, entry))
            .collect();
        outcomes.push(roll_up(service, &entries));
        // What stands before routes is none itself; which ones, where it fails, is not known.
        let is_shown = |entry: &Entry, found: &EntryOutcome| {
            entry.kind != Some(EntryKind::Middleware) || found.outcome > Outcome::Survives
        };
        let shown = service.entries.iter().zip(entries);
        let shown = shown.filter(|(entry, found)| is_shown(entry, found));
        entry_points.extend(shown.map(|(_, found)| found));
    }
    Blast {
        down: down.stores.iter().chain(&down.services).cloned().collect(),
        services: outcomes,
        entry_points,
    }
}

/// The services of a workspace, each store's outage ready to be asked for.
pub struct Outages<'a, 's> {
    analysis: &'a Analysis<'s>,
    wiring: Wiring,
    /// The services.
    pub services: Vec<Service>,
}

impl<'a, 's> Outages<'a, 's> {
    /// Of a finished analysis.
    pub fn new(analysis: &'a Analysis<'s>) -> Self {
        Self {
            analysis,
            wiring: Wiring::new(&analysis.graph, &analysis.sites),
            services: services::services(analysis),
        }
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|it| plain(&it.name) == plain(name))
    }

    /// What the outage of a store does to functions.
    pub fn of(&self, store: &str) -> Spread {
        let is_down = |index: usize| {
            let site = &self.analysis.sites[index];
            site.may_fail() && plain(&site.store) == plain(store)
        };
        self.wiring
            .spread(&is_down, Shape::Refuses, &self.analysis.sites)
    }

    /// What a service serves that fails in an outage, by name.
    pub fn failing(&self, service: &Service, outage: &Spread) -> Vec<String> {
        let served = served(service).into_iter();
        let failing = served.filter(|it| outage.outcome(it.function) == Outcome::Fails);
        failing.map(|it| it.name.clone()).collect()
    }

    /// The stores that are used, as they are compared.
    pub fn stores(&self) -> BTreeSet<String> {
        let used = self.analysis.sites.iter().filter(|site| site.may_fail());
        used.map(|site| plain(&site.store)).collect()
    }
}

/// What a service serves: not its start, unless it does nothing else.
pub fn served(service: &Service) -> Vec<&Entry> {
    let is_served = |it: &&Entry| !matches!(it.kind, Some(EntryKind::Main | EntryKind::Middleware));
    let served: Vec<&Entry> = service.entries.iter().filter(is_served).collect();
    if served.is_empty() {
        service.entries.iter().collect()
    } else {
        served
    }
}

/// A service fails if all that it serves does, and survives if all of it does; without anything that it serves, its start decides.
fn roll_up(service: &Service, entries: &[EntryOutcome]) -> ServiceOutcome {
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
    ServiceOutcome {
        service: service.name.clone(),
        outcome,
        start,
    }
}

/// Everything that outcomes are read from.
struct View<'v, 's> {
    analysis: &'v Analysis<'s>,
    wiring: &'v Wiring,
    refusing: Spread,
    hanging: Spread,
    down: &'v Down,
}

impl View<'_, '_> {
    fn entry(&self, service: &Service, entry: &Entry) -> EntryOutcome {
        let is_down = self.down.services.contains(&service.name);
        let outcome = |spread: &Spread| {
            if is_down {
                Outcome::Fails
            } else {
                spread.outcome(entry.function)
            }
        };
        let steps = self.wiring.witness(&self.refusing, entry.function);
        let refusing = outcome(&self.refusing);
        EntryOutcome {
            service: service.name.clone(),
            entry_point: entry.name.clone(),
            function: self.analysis.program.path(entry.function),
            outcome: refusing,
            when_hanging: outcome(&self.hanging),
            how: (refusing == Outcome::Degrades).then(|| self.how(&steps)),
            witness: self.witness(entry.function, &steps),
        }
    }

    /// The functions from the entry point on, and the call site.
    fn witness(&self, entry: DefId, steps: &[Step]) -> Vec<String> {
        let program = &self.analysis.program;
        let Some(last) = steps.last() else {
            return Vec::new();
        };
        let mut names = vec![program.path(entry)];
        for step in steps {
            if let What::Call { to, .. } = step.what {
                names.push(program.path(to));
            }
        }
        if let What::Site(index) = last.what {
            let site = &self.analysis.sites[index];
            let files = &self.analysis.sources.files;
            let at = files.line_col(site.name).map_or(0, |at| at.line);
            let path = files.get(site.name.file).map_or("", |it| it.path.as_str());
            names.push(format!(
                "{path}:{at} {} `{}`",
                site.class.does(),
                site.store
            ));
        }
        names
    }

    /// What stands in, where the failure ends.
    fn how(&self, steps: &[Step]) -> String {
        let program = &self.analysis.program;
        let Some(stop) = steps.iter().find(|step| !step.flow.flow.fails()) else {
            return String::new();
        };
        let name = &program.def(stop.function).name;
        let fallbacks: Vec<String> = stop
            .fallbacks
            .iter()
            .map(|what| match what {
                What::Site(index) => format!("`{}`", self.analysis.sites[*index].store),
                What::Call { to, .. } => format!("`{}`", program.def(*to).name),
            })
            .collect();
        let means = match (stop.flow.flow, fallbacks.as_slice()) {
            (_, [_, ..]) => format!(
                "`{name}` falls back to {}, capacity unknown",
                fallbacks.join(", ")
            ),
            (Flow::Discarded, []) => format!("`{name}` goes on, and the error is dropped"),
            (_, []) => format!("`{name}` goes on without it"),
        };
        match self.declared(steps, stop) {
            Some(verb) => format!("{verb}: {means}"),
            None => format!("undeclared: {means}"),
        }
    }

    /// The verb that is declared where the failure ends.
    fn declared(&self, steps: &[Step], stop: &Step) -> Option<&'static str> {
        let analysis = self.analysis;
        let Some(What::Site(index)) = steps.last().map(|step| step.what) else {
            return None;
        };
        let site = &analysis.sites[index];
        let place = crate::span::Place {
            file: analysis.program.def(stop.function).file,
            span: stop.span,
        };
        let at = match stop.what {
            What::Site(index) => At::site(&analysis.sites[index]),
            What::Call { .. } => At {
                function: stop.function,
                place,
                origins: &[],
            },
        };
        let attached = analysis.coverage.of(&analysis.program, at, &site.store)?;
        attached.declaration.verb.map(|verb| verb.value.word())
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
