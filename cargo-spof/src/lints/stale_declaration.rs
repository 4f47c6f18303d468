//! `stale-declaration`: a declaration that covers no call site.

use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::finding::{Finding, Level};
use crate::promises::Status;
use crate::resolve::DefId;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "stale-declaration",
    level: Level::Warn,
    summary: "a declaration that covers no call site of its store",
    page: include_str!("pages/stale-declaration.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let reaching = reaching_by_store(analysis);
    for (index, attached) in analysis.coverage.declarations.iter().enumerate() {
        let declaration = &attached.declaration;
        let store = crate::coverage::plain(&declaration.store.value);
        if covers_site(analysis, index, &store)
            || covers_call(analysis, index, reaching.get(&store))
        {
            continue;
        }
        let help = reaching
            .is_empty()
            .then(|| "nothing in this workspace talks to a store".to_owned());
        let known = !reaching.contains_key(&store) && !reaching.is_empty();
        let stores: Vec<String> = reaching.keys().map(|name| format!("`{name}`")).collect();
        let help = help.or_else(|| {
            known.then(|| format!("the stores that are called are {}", stores.join(", ")))
        });
        let message = format!(
            "this declaration covers no call site of `{}`",
            declaration.store.value
        );
        let label = "remove it, or move it to where the store is used";
        out.push(Finding {
            store: declaration.store.value.clone(),
            help,
            status: Some(Status::Declared.word()),
            ..Finding::new(LINT.name, LINT.level, message, declaration.place, label)
        });
    }
}

/// For each store, the functions from which an operation on it can be reached.
fn reaching_by_store(analysis: &Analysis<'_>) -> BTreeMap<String, FxHashSet<DefId>> {
    let mut functions: BTreeMap<String, Vec<DefId>> = BTreeMap::new();
    for site in &analysis.sites {
        let store = crate::coverage::plain(&site.store);
        functions.entry(store).or_default().push(site.function);
    }
    functions
        .into_iter()
        .map(|(store, functions)| (store, analysis.graph.reaching(functions)))
        .collect()
}

fn covers_site(analysis: &Analysis<'_>, index: usize, store: &str) -> bool {
    analysis.sites.iter().any(|site| {
        let at = At::site(site);
        crate::coverage::plain(&site.store) == store
            && analysis.coverage.covers(&analysis.program, index, at)
    })
}

/// Whether it covers a call through which the store is reached.
fn covers_call(analysis: &Analysis<'_>, index: usize, reaching: Option<&FxHashSet<DefId>>) -> bool {
    let Some(reaching) = reaching else {
        return false;
    };
    analysis
        .graph
        .edges()
        .filter(|edge| reaching.contains(&edge.to))
        .any(|edge| {
            let at = At::call(&analysis.program, edge);
            analysis.coverage.covers(&analysis.program, index, at)
        })
}
