//! `undeclared-degradation`: code that goes on without a store, and nothing says how.

use super::{Check, Lint, groups, stub};
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::finding::{Finding, Level};
use crate::flow::{Decided, Flow, Turned};
use crate::outage::Fault;
use crate::resolve::DefId;
use crate::sites::{Edge, Site};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "undeclared-degradation",
    level: Level::Warn,
    summary: "the code handles the outage, and nobody wrote down how",
    page: include_str!("pages/undeclared-degradation.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_silent = |site: &Site| {
        site.flow.flow == Flow::Handled
            && groups::declared(analysis, site).is_none()
            && !becomes_error(analysis, site)
    };
    let failing = failing_by_store(analysis);
    // A function that fails with the store elsewhere does not go on.
    let fails = |store: &str, function: DefId| {
        let failing = failing.get(store);
        let faults = [Fault::Error, Fault::Panic];
        failing.is_some_and(|all| faults.iter().any(|&fault| all.contains(&(function, fault))))
    };
    for group in groups::of_sites(analysis, &is_silent) {
        if fails(group.store(), group.function()) {
            continue;
        }
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = format!("`{name}` goes on when {store} is down, and nothing says how");
        let mut finding = group.finding(analysis, &LINT, message, "the error is handled here");
        finding.help = Some(help(&name, group.store()));
        finding.suggestion = stub::before(analysis, group.function(), group.store());
        out.push(finding);
    }
    for (store, edges) in handled_calls(analysis, &failing) {
        for (function, edges) in edges {
            if fails(&store, function) {
                continue;
            }
            let name = analysis.program.def(function).name.to_string();
            let message = format!("`{name}` goes on when `{store}` is down, and nothing says how");
            let callee = &analysis.program.def(edges[0].to).name;
            let label = format!("`{callee}` fails with `{store}`, and its error is handled");
            let more = (edges.len() > 1).then(|| format!("+{} more calls in it", edges.len() - 1));
            let place = edges[0].place(&analysis.program);
            out.push(Finding {
                function: analysis.program.path(function),
                store: store.clone(),
                notes: more.into_iter().collect(),
                help: Some(help(&name, &store)),
                suggestion: stub::before(analysis, function, &store),
                ..Finding::new(LINT.name, LINT.level, message, place, label)
            });
        }
    }
}

/// Whether a `None` that takes the place of the error is made an error again by a caller.
fn becomes_error(analysis: &Analysis<'_>, site: &Site) -> bool {
    let is_failing = || {
        let reached = analysis
            .graph
            .climb(site.function, Fault::Absent, &|_| false);
        !reached.is_empty()
    };
    site.flow.turned == Turned::Absent && is_failing()
}

fn help(function: &str, store: &str) -> String {
    let store = groups::written(store);
    format!(
        "say what the caller gets then, on `{function}`:\n\
         #[spof::on_outage({store}, skip, reason = \"…\")]\n\
         #[spof::on_outage({store}, default, reason = \"…\")]\n\
         #[spof::on_outage({store}, stale, via = …, max_age = \"…\")]"
    )
}

/// The functions that fail with each store.
fn failing_by_store<'g>(
    analysis: &'g Analysis<'_>,
) -> BTreeMap<&'g str, FxHashSet<(DefId, Fault)>> {
    let mut calls: BTreeMap<&str, Vec<(DefId, Decided)>> = BTreeMap::new();
    for site in groups::shared(analysis) {
        calls
            .entry(&site.store)
            .or_default()
            .push((site.function, site.flow));
    }
    let calls = calls.into_iter();
    calls
        .map(|(store, calls)| (store, analysis.graph.failing(calls.into_iter())))
        .collect()
}

/// By store and function, the calls whose failure with the store is handled there without a declaration.
fn handled_calls<'g>(
    analysis: &'g Analysis<'_>,
    failing: &BTreeMap<&str, FxHashSet<(DefId, Fault)>>,
) -> BTreeMap<String, BTreeMap<DefId, Vec<&'g Edge>>> {
    let mut found: BTreeMap<String, BTreeMap<DefId, Vec<&Edge>>> = BTreeMap::new();
    for (&store, failing) in failing {
        // A function that handles an operation of the store itself is reported for that.
        let own: FxHashSet<DefId> = groups::shared(analysis)
            .filter(|site| site.store == store && site.flow.flow == Flow::Handled)
            .map(|site| site.function)
            .collect();
        for edge in analysis.graph.edges() {
            let is_handled = edge.flow.flow == Flow::Handled
                && failing.contains(&(edge.to, Fault::Error))
                && !own.contains(&edge.from);
            let at = At::call(&analysis.program, edge);
            if is_handled && analysis.coverage.of(&analysis.program, at, store).is_none() {
                let of_store = found.entry(store.to_owned()).or_default();
                of_store.entry(edge.from).or_default().push(edge);
            }
        }
    }
    found
}
