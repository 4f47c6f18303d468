//! What happens when each thing is down.

use super::{Hit, Kind, Outage, Provider, kind_of};
use crate::blast::{Blast, Down, EntryOutcome, Outages, ServiceOutcome, Target};
use crate::outage::Outcome;
use crate::workspace::config::Config;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// An outage with what it does to each service, in their order.
pub(super) struct Struck {
    pub(super) outage: Outage,
    pub(super) services: Vec<ServiceOutcome>,
}

/// The outages of targets.
pub(super) fn of_targets(
    outages: &Outages<'_, '_>,
    targets: &BTreeSet<Target>,
) -> BTreeMap<Target, Struck> {
    let struck = |target: &Target| {
        let blast = outages.blast(&Down::of(target.clone()));
        let (kind, name) = kind_of(target);
        let outage = outage(kind, name, &blast);
        let services = blast.services;
        (target.clone(), Struck { outage, services })
    };
    targets.par_iter().map(struck).collect()
}

/// The outages of providers.
pub(super) fn of_providers(outages: &Outages<'_, '_>, providers: &[Provider]) -> Vec<Outage> {
    let config = &outages.analysis().sources.workspace.config;
    let of_provider = |provider: &Provider| {
        let blast = outages.blast(&Down::of_provider(&provider.name, config));
        outage(Kind::Provider, &provider.name, &blast)
    };
    providers.par_iter().map(of_provider).collect()
}

/// The worst first.
pub(super) fn rank(outages: &mut [Outage]) {
    outages.sort_by(|a, b| {
        let rank = |it: &Outage| Reverse((it.fails, it.services, it.degrades));
        (rank(a), a.kind, &a.name).cmp(&(rank(b), b.kind, &b.name))
    });
}

fn outage(kind: Kind, name: &str, blast: &Blast) -> Outage {
    // A service that is down itself is no news.
    let is_hit = |it: &&EntryOutcome| {
        let worst = it.outcome.max(it.when_hanging);
        worst > Outcome::Survives && !(kind == Kind::Service && it.service == name)
    };
    let hits = blast.entry_points.iter().filter(is_hit).map(|it| Hit {
        service: it.service.clone(),
        entry_point: it.entry_point.clone(),
        outcome: it.outcome,
        when_hanging: it.when_hanging,
        how: it.how.clone(),
        through: it.through.clone(),
        witness: it.witness.clone(),
    });
    let hits: Vec<Hit> = hits.collect();
    let failing = || hits.iter().filter(|it| it.outcome == Outcome::Fails);
    let services: BTreeSet<&str> = failing().map(|it| it.service.as_str()).collect();
    let degrading = hits.iter().filter(|it| it.outcome == Outcome::Degrades);
    let (services, fails, degrades) = (services.len(), failing().count(), degrading.count());
    let with = blast.down.iter().filter(|it| *it != name);
    Outage {
        kind,
        name: name.to_owned(),
        with: with.cloned().collect(),
        services,
        fails,
        degrades,
        hits,
    }
}

/// The providers that configuration names, with their stores.
pub(super) fn providers(config: &Config) -> Vec<Provider> {
    let mut by_name: BTreeMap<&str, Provider> = BTreeMap::new();
    for (store, data) in &config.stores {
        for provider in &data.providers {
            let name = provider.value.as_str();
            let own = by_name.entry(name).or_insert_with(|| Provider {
                name: name.to_owned(),
                stores: Vec::new(),
                alone: Vec::new(),
            });
            own.stores.push(store.clone());
            if data.providers.len() == 1 {
                own.alone.push(store.clone());
            }
        }
    }
    let mut all: Vec<Provider> = by_name.into_values().collect();
    for provider in &mut all {
        provider.stores.sort();
        provider.alone.sort();
    }
    all
}
