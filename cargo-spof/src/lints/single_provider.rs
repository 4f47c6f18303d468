//! `single-provider`: one provider, and much that fails without it.

use super::witness::Witness;
use super::{Lint, groups};
use crate::analysis::Analysis;
use crate::coverage::plain;
use crate::finding::{Finding, Level};
use crate::outage::Fault;
use crate::sites::Site;
use std::collections::BTreeSet;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "single-provider",
    level: Level::Warn,
    summary: "a store with one provider that many entry points fail without",
    page: include_str!("pages/single-provider.md"),
    check,
};

/// From how many entry points on, where nothing is configured.
const THRESHOLD: u32 = 5;

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let config = &analysis.sources.workspace.config;
    let setting = config
        .lints
        .get(LINT.name)
        .and_then(|it| it.threshold.as_ref());
    let threshold = setting.map_or(THRESHOLD, |it| it.value);
    for (name, store) in &config.stores {
        let [provider] = store.providers.as_slice() else {
            continue;
        };
        let entries = failing(analysis, &plain(name));
        let n = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        if store.single.is_some() || n < threshold.max(1) {
            continue;
        }
        let message = format!(
            "`{name}` has one provider, `{}`, and {n} entry points fail without it",
            provider.value
        );
        let help = "add a provider, or accept it:\n\
             single = { reason = \"…\", owner = \"…\", until = 2027-03-31 }";
        out.push(Finding {
            store: name.clone(),
            entry_points: entries.into_iter().collect(),
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

/// The entry points that fail when a store does, declared or not.
fn failing(analysis: &Analysis<'_>, store: &str) -> BTreeSet<String> {
    let is_its = |site: &Site| plain(&site.store) == store && site.flow.flow.fails();
    let groups = groups::of_sites(analysis, &is_its).into_iter();
    let failing = groups.flat_map(|group| {
        let fault = Fault::Error.through(group.sites()[0].flow);
        let witness = fault.map(|fault| Witness::of(analysis, group.function(), fault));
        witness.map_or_else(Vec::new, |it| it.entries)
    });
    failing.collect()
}
