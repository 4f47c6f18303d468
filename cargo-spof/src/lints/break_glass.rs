//! `break-glass`: what is there for an emergency needs what the emergency is about.

use super::{Check, Lint, Wired};
use crate::coverage::plain;
use crate::finding::{Finding, Level};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "break-glass",
    level: Level::Deny,
    summary: "an emergency tool or kill switch needs what it is there to rescue",
    page: include_str!("pages/break-glass.md"),
    check: Check::Services(check),
};

fn check(wired: &Wired<'_, '_>, out: &mut Vec<Finding>) {
    let analysis = wired.analysis;
    let config = &analysis.sources.workspace.config;
    let mut rescuers = config.services.values().filter(|it| !it.rescues.is_empty());
    let Some(first) = rescuers.next() else {
        return;
    };
    let outages = wired.outages();
    let used = outages.stores();
    for configured in std::iter::once(first).chain(rescuers) {
        let Some(own) = outages.service(&configured.name.value) else {
            continue;
        };
        for rescued in &configured.rescues {
            // A provider's stores are rescued with it.
            let is_its = |store: &&String| {
                let mut named = config.stores.iter();
                let named = named.find(|(name, _)| plain(name) == **store);
                let mut providers = named.into_iter().flat_map(|(_, store)| &store.providers);
                plain(&rescued.value) == **store
                    || providers.any(|provider| provider.value == rescued.value)
            };
            for store in used.iter().filter(is_its) {
                let failing = outages.failing(own, &outages.of(store));
                if let Some(entry) = failing.first() {
                    let message = format!(
                        "`{}` is there to rescue `{}`, and `{entry}` fails with `{store}`",
                        own.name, rescued.value
                    );
                    let label = "what it must not need";
                    out.push(Finding {
                        store: store.clone(),
                        help: Some("let it read what it needs from the process, a file or another provider".to_owned()),
                        entry_points: failing,
                        ..Finding::new(LINT.name, LINT.level, message, rescued.place, label)
                    });
                }
            }
        }
    }
}
