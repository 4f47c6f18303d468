//! `single-provider`: one provider, and much that fails without it.

use super::{Check, Lint, Wired};
use crate::blast::{Outages, outcome_of};
use crate::catalogue::EntryKind;
use crate::finding::{Finding, Level};
use crate::outage::Outcome;
use crate::services::Entry;
use crate::workspace::config::Store;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "single-provider",
    level: Level::Warn,
    summary: "a store with one provider that many entry points fail without",
    page: include_str!("pages/single-provider.md"),
    check: Check::Services(check),
};

/// From how many entry points on, where nothing is configured.
const THRESHOLD: u32 = 5;

fn check(wired: &Wired<'_, '_>, out: &mut Vec<Finding>) {
    let analysis = wired.analysis;
    let config = &analysis.sources.workspace.config;
    let setting = config
        .lints
        .get(LINT.name)
        .and_then(|it| it.threshold.as_ref());
    let threshold = setting.map_or(THRESHOLD, |it| it.value);
    let is_open = |store: &&Store| store.providers.len() == 1 && store.single.is_none();
    if !config.stores.values().any(|it| is_open(&it)) {
        return;
    }
    let outages = wired.outages();
    for store in config.stores.values().filter(is_open) {
        let (name, provider) = (&store.name.value, &store.providers[0]);
        let reach = Reach::of(outages, name);
        let n = u32::try_from(reach.entries.len()).unwrap_or(u32::MAX);
        if n < threshold.max(1) {
            continue;
        }
        let message = format!(
            "`{name}` has one provider, `{}`, and {n} entry points{} fail without it",
            provider.value,
            reach.words()
        );
        let help = "add a provider, or accept it:\n\
             single = { reason = \"…\", owner = \"…\", until = 2027-03-31 }";
        out.push(Finding {
            store: name.clone(),
            rank: reach.rank(),
            entry_points: reach.entries,
            help: Some(help.to_owned()),
            ..Finding::new(
                LINT.name,
                LINT.level,
                message,
                provider.place,
                "the only one",
            )
        });
    }
}

/// What fails without a store, declared or not.
struct Reach {
    entries: Vec<String>,
    n_services: usize,
    /// The tier of the most important service among them.
    tier: Option<u32>,
}

impl Reach {
    fn of(outages: &Outages<'_, '_>, store: &str) -> Self {
        let spread = outages.of(store);
        let mut reach = Self {
            entries: Vec::new(),
            n_services: 0,
            tier: None,
        };
        for service in &outages.services {
            let fails = |it: &&Entry| {
                let is_own = it.kind != Some(EntryKind::Middleware);
                is_own && outcome_of(it, &spread) == Outcome::Fails
            };
            let failing = service.entries.iter().filter(fails);
            let failing: Vec<String> = failing.map(|it| it.name.clone()).collect();
            if !failing.is_empty() {
                let tier = outages.configured(service).and_then(|it| it.tier);
                let tier = tier.map(|it| it.value);
                reach.tier = reach.tier.into_iter().chain(tier).min();
                reach.n_services += 1;
            }
            reach.entries.extend(failing);
        }
        reach.entries.sort();
        reach
    }

    /// ` of 3 services, the first of tier 0,`; of one service nothing.
    fn words(&self) -> String {
        let tier = self
            .tier
            .map_or_else(String::new, |tier| format!(", up to tier {tier},"));
        match self.n_services {
            0 | 1 if tier.is_empty() => String::new(),
            1 => tier,
            n => format!(" of {n} services{tier}"),
        }
    }

    /// The more fail, the sooner; of equals the one of the more important tier.
    fn rank(&self) -> u32 {
        let n = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let tier = 15 - self.tier.unwrap_or(15).min(15);
        n.saturating_mul(16).saturating_add(tier)
    }
}
