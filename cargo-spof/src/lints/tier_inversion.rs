//! `tier-inversion`: what matters more fails with what matters less.

use super::{Check, Lint, Wired};
use crate::analysis::Analysis;
use crate::blast::Down;
use crate::coverage::plain;
use crate::finding::{Finding, Label, Level};
use crate::workspace::config::Spanned;
use std::collections::BTreeSet;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "tier-inversion",
    level: Level::Warn,
    summary: "a service fails with a store or service of a lower tier",
    page: include_str!("pages/tier-inversion.md"),
    check: Check::Services(check),
};

/// A store or service with its tier.
struct Tiered<'c> {
    name: &'c str,
    tier: &'c Spanned<u32>,
    down: Down,
}

fn check(wired: &Wired<'_, '_>, out: &mut Vec<Finding>) {
    let analysis = wired.analysis;
    let config = &analysis.sources.workspace.config;
    let tiers = config.services.values().filter_map(|it| it.tier.as_ref());
    let Some(first) = tiers.map(|tier| tier.value).min() else {
        return;
    };
    let tiered = tiered(analysis);
    let mut tiered = tiered
        .into_iter()
        .filter(|it| it.tier.value > first)
        .peekable();
    if tiered.peek().is_none() {
        return;
    }
    let outages = wired.outages();
    for lower in tiered {
        let spread = outages.without(&lower.down);
        for configured in config.services.values() {
            let own = configured
                .tier
                .as_ref()
                .zip(outages.service(&configured.name.value));
            let Some((tier, own)) = own.filter(|(tier, _)| tier.value < lower.tier.value) else {
                continue;
            };
            let failing = outages.failing(own, &spread);
            let Some(entry) = failing.first() else {
                continue;
            };
            let message = format!(
                "`{}` is of tier {}, and `{entry}` fails with `{}`, which is of tier {}",
                own.name, tier.value, lower.name, lower.tier.value
            );
            let mut finding =
                Finding::new(LINT.name, LINT.level, message, tier.place, "matters more");
            finding.labels.push(Label {
                place: lower.tier.place,
                message: "matters less".to_owned(),
            });
            lower.name.clone_into(&mut finding.store);
            finding.entry_points = failing;
            finding.help =
                Some("let it go on without, or give what it needs its own tier".to_owned());
            out.push(finding);
        }
    }
}

/// The stores and services that have a tier, as they are down.
fn tiered<'c>(analysis: &'c Analysis<'_>) -> Vec<Tiered<'c>> {
    let config = &analysis.sources.workspace.config;
    let used: BTreeSet<String> = analysis
        .sites
        .iter()
        .map(|site| plain(&site.store))
        .collect();
    let stores = config.stores.iter().filter_map(|(name, store)| {
        let tier = store
            .tier
            .as_ref()
            .filter(|_| used.contains(&plain(name)))?;
        let down = Down {
            stores: BTreeSet::from([name.clone()]),
            ..Down::default()
        };
        Some(Tiered { name, tier, down })
    });
    let services = config.services.values().filter_map(|service| {
        let name = &service.name.value;
        let down = Down {
            services: BTreeSet::from([name.clone()]),
            ..Down::default()
        };
        let tier = service.tier.as_ref()?;
        Some(Tiered { name, tier, down })
    });
    stores.chain(services).collect()
}
