//! Call sites by service and by what they ask.

use super::{EntryPoint, External, Kind, Service, Single, Store, Unseen};
use crate::analysis::Analysis;
use crate::blast::{Outages, Target};
use crate::catalogue::EntryKind;
use crate::resolve::DefId;
use crate::services;
use crate::sites::Site;
use crate::workspace::config::{self, Plane, Spanned};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The call sites of a workspace, by the indices of services and what they ask.
pub(super) struct Rows<'r, 's> {
    pub(super) outages: &'r Outages<'r, 's>,
    pub(super) sites: BTreeMap<(usize, Target), Vec<usize>>,
}

impl<'r, 's> Rows<'r, 's> {
    pub(super) fn new(outages: &'r Outages<'r, 's>) -> Self {
        let mut by_function: FxHashMap<DefId, Vec<usize>> = FxHashMap::default();
        for (index, service) in outages.services.iter().enumerate() {
            let mut functions: Vec<DefId> = service.functions.iter().copied().collect();
            functions.sort_unstable();
            for function in functions {
                by_function.entry(function).or_default().push(index);
            }
        }
        let mut sites: BTreeMap<(usize, Target), Vec<usize>> = BTreeMap::new();
        let all = outages.analysis().sites.iter().enumerate();
        for (index, site) in all.filter(|(_, site)| site.may_fail() || !site.is_shared()) {
            let services = by_function.get(&site.function).into_iter().flatten();
            for &service in services {
                for target in outages.targets(index) {
                    // That a service calls itself makes it no dependency.
                    if target != Target::Service(outages.services[service].name.clone()) {
                        sites.entry((service, target)).or_default().push(index);
                    }
                }
            }
        }
        Self { outages, sites }
    }

    pub(super) fn analysis(&self) -> &'r Analysis<'s> {
        self.outages.analysis()
    }

    fn config(&self) -> &'r config::Config {
        &self.analysis().sources.workspace.config
    }

    /// Everything that can be down but providers: what is asked and can fail, and what configuration names.
    pub(super) fn targets(&self) -> BTreeSet<Target> {
        let sites = &self.analysis().sites;
        let asked = self.sites.iter();
        let asked = asked.filter(|(_, own)| own.iter().any(|&index| sites[index].may_fail()));
        let asked = asked.map(|((_, target), _)| target.clone());
        let stores = self.config().stores.keys().cloned().map(Target::Store);
        asked.chain(stores).collect()
    }

    /// The services with their entry points and what was not seen in their files.
    pub(super) fn services(&self, unseen: &Unseen) -> Vec<Service> {
        let all = self.outages.services.iter();
        all.map(|service| self.service(service, unseen)).collect()
    }

    fn service(&self, service: &services::Service, unseen: &Unseen) -> Service {
        let analysis = self.analysis();
        let configured = self.outages.configured(service);
        let mut entry_points: Vec<EntryPoint> = service
            .entries
            .iter()
            .filter(|entry| entry.is_own())
            .map(|entry| self.entry_point(entry))
            .collect();
        entry_points.sort();
        let files = service
            .functions
            .iter()
            .map(|&it| analysis.program.def(it).file);
        let files: BTreeSet<_> = files.collect();
        let files = files.into_iter();
        let files = files.filter_map(|file| analysis.sources.files.get(file));
        Service {
            name: service.name.clone(),
            owners: self.outages.owners(service),
            tier: Spanned::value_of(configured.and_then(|it| it.tier.as_ref())),
            plane: configured
                .and_then(|it| it.plane.as_ref())
                .map(|it| match it.value {
                    Plane::Data => "data",
                    Plane::Control => "control",
                }),
            slo: Spanned::value_of(configured.and_then(|it| it.slo.as_ref())),
            entry_points,
            unseen: unseen.in_files(files.map(|file| file.path.as_str())),
        }
    }

    fn entry_point(&self, entry: &services::Entry) -> EntryPoint {
        let analysis = self.analysis();
        let place = analysis.program.name_place(entry.function);
        let place = place.map(|(file, span)| crate::span::Place { file, span });
        let file = place.and_then(|place| analysis.sources.files.get(place.file));
        let at = place.and_then(|place| analysis.sources.files.line_col(place));
        EntryPoint {
            name: entry.name.clone(),
            function: analysis.program.path(entry.function),
            kind: entry.kind.map_or("function", EntryKind::word),
            file: file.map_or_else(String::new, |it| it.path.clone()),
            line: at.map_or(0, |at| at.line),
        }
    }

    /// The stores that are used or configured.
    pub(super) fn stores(&self) -> Vec<Store> {
        let mut users: BTreeMap<&str, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for name in self.config().stores.keys() {
            users.entry(name).or_default();
        }
        for ((service, target), sites) in &self.sites {
            if let Target::Store(name) = target {
                let own = users.entry(name).or_default();
                own.0.insert(*service);
                own.1.extend(sites);
            }
        }
        let store = |(name, (services, sites))| self.store(name, &services, &sites);
        users.into_iter().map(store).collect()
    }

    fn store(&self, name: &str, services: &BTreeSet<usize>, sites: &BTreeSet<usize>) -> Store {
        let configured = self.config().stores.get(name);
        let sites = || sites.iter().map(|&index| &self.analysis().sites[index]);
        let scopes: BTreeSet<&str> = sites().map(|site| site.scope.word()).collect();
        let single = configured.and_then(|it| it.single.as_ref());
        Store {
            name: name.to_owned(),
            clients: self.clients(sites()),
            scopes: scopes.into_iter().collect(),
            is_configured: configured.is_some(),
            providers: providers(configured),
            tier: Spanned::value_of(configured.and_then(|it| it.tier.as_ref())),
            slo: Spanned::value_of(configured.and_then(|it| it.slo.as_ref())),
            guard: configured
                .and_then(|it| it.guard.as_ref())
                .is_some_and(|it| it.value),
            single: single.map(|it| Single {
                reason: Spanned::value_of(it.reason.as_ref()),
                owner: Spanned::value_of(it.owner.as_ref()),
                until: Spanned::value_of(it.until.as_ref()),
            }),
            services: services.iter().map(|&it| self.name(it)).collect(),
            operations: operations(sites()),
        }
    }

    /// What no service answers.
    pub(super) fn external(&self) -> Vec<External> {
        let mut by_name: BTreeMap<&str, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for ((service, target), sites) in &self.sites {
            if let Target::External(name) = target {
                let own = by_name.entry(name).or_default();
                own.0.insert(*service);
                own.1.extend(sites);
            }
        }
        let external = |(name, (services, sites)): (&str, (BTreeSet<usize>, BTreeSet<usize>))| {
            let sites = sites.iter().map(|&index| &self.analysis().sites[index]);
            External {
                name: name.to_owned(),
                clients: self.clients(sites),
                services: services.iter().map(|&it| self.name(it)).collect(),
            }
        };
        by_name.into_iter().map(external).collect()
    }

    /// The clients of call sites.
    pub(super) fn clients<'a>(&self, sites: impl Iterator<Item = &'a Site>) -> Vec<String> {
        let clients: BTreeSet<&str> = sites
            .map(|site| self.analysis().rule(site).stem.as_str())
            .collect();
        clients.into_iter().map(str::to_owned).collect()
    }

    /// Who runs what is depended on.
    pub(super) fn providers(&self, on: &str, kind: Kind) -> Vec<String> {
        let store = self.config().stores.get(on);
        providers(store.filter(|_| kind == Kind::Store))
    }

    fn name(&self, service: usize) -> String {
        self.outages.services[service].name.clone()
    }
}

fn providers(store: Option<&config::Store>) -> Vec<String> {
    let all = store.into_iter().flat_map(|it| &it.providers);
    all.map(|it| it.value.clone()).collect()
}

pub(super) fn operations<'s>(
    sites: impl Iterator<Item = &'s Site>,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for site in sites {
        *counts.entry(site.class.word()).or_default() += 1;
    }
    counts
}
