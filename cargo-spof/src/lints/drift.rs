//! `drift`: `spof.toml` and the code disagree on which stores there are.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::coverage::plain;
use crate::finding::{Finding, Level};
use crate::span::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "drift",
    level: Level::Warn,
    summary: "`spof.toml` and the code disagree on which stores there are",
    page: include_str!("pages/drift.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let stores = &analysis.sources.workspace.config.stores;
    // A workspace that names no stores has nothing to disagree with.
    if stores.is_empty() {
        return;
    }
    let used: BTreeSet<String> = analysis
        .sites
        .iter()
        .map(|site| plain(&site.store))
        .collect();
    for (name, store) in stores {
        if !used.contains(&plain(name)) {
            let message = format!("no call site uses the store `{name}`");
            let help =
                "remove it, or name the `handles` or `labels` by which it is used".to_owned();
            out.push(finding(message, name, store.name.place, "named here", help));
        }
    }
    let mut unnamed: BTreeMap<&str, Place> = BTreeMap::new();
    for site in groups::shared(analysis) {
        let is_named = stores.keys().any(|name| plain(name) == plain(&site.store));
        if !is_named {
            unnamed.entry(&site.store).or_insert(site.name);
        }
    }
    for (store, place) in unnamed {
        let message = format!("`{store}` is used, and `spof.toml` does not name it");
        let help = format!("add a store:\n[store.{store}]\nclient = \"{store}\"");
        out.push(finding(message, store, place, "the first call site", help));
    }
}

fn finding(message: String, store: &str, place: Place, label: &str, help: String) -> Finding {
    Finding {
        store: store.to_owned(),
        help: Some(help),
        ..Finding::new(LINT.name, LINT.level, message, place, label)
    }
}
