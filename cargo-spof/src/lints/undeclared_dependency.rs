//! `undeclared-dependency`: an entry point fails when a store is down, and nothing declares that.

use super::Lint;
use super::groups::{self, Group};
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::finding::{Finding, Label, Level};
use crate::flow::Flow;
use crate::outage::{Fault, Reached, entry_name};
use crate::resolve::DefId;
use crate::sites::{Edge, Site};
use crate::span::Place;
use std::collections::BTreeSet;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "undeclared-dependency",
    level: Level::Deny,
    summary: "an entry point fails when a store is down, and no declaration stands on the way",
    page: include_str!("pages/undeclared-dependency.md"),
    check,
};

/// One finding per function that holds operations, and store: a wrapper with many callers is one
/// finding at the wrapper.
fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_silent = |site: &Site| matters(site) && groups::declared(analysis, site).is_none();
    for group in groups::of_sites(analysis, &is_silent) {
        let (function, store) = (group.function(), group.store());
        let stops = |edge: &Edge| {
            let at = At::call(&analysis.program, edge);
            analysis.coverage.of(&analysis.program, at, store).is_some()
        };
        let faults = group
            .sites()
            .iter()
            .map(|site| Fault::Error.through(site.flow));
        let faults: BTreeSet<Fault> = faults.map(|it| it.unwrap_or(Fault::Error)).collect();
        let mut reached: Vec<Reached> = Vec::new();
        for fault in faults {
            for next in analysis.graph.climb(function, fault, &stops) {
                if reached.iter().all(|it| it.entry != next.entry) {
                    reached.push(next);
                }
            }
        }
        if !reached.is_empty() {
            out.push(finding(analysis, &group, &reached));
        }
    }
}

/// Whether an outage gets out of this site's function.
fn matters(site: &Site) -> bool {
    site.flow.flow.fails() || site.flow.flow == Flow::Detached || site.flow.is_absent
}

fn finding(analysis: &Analysis<'_>, group: &Group<'_>, reached: &[Reached]) -> Finding {
    let (function, store, sites) = (group.function(), group.store(), group.sites());
    let program = &analysis.program;
    let mut entries: Vec<String> = reached
        .iter()
        .map(|r| entry_name(program, r.entry))
        .collect();
    let first = entries.first().cloned().unwrap_or_default();
    entries.sort();
    entries.dedup();
    let notes = vec![reached_by(
        analysis,
        &reached[0],
        entries.len(),
        sites.len(),
    )];
    let path = program.path(function);
    let shown = group.store_name(analysis);
    Finding {
        lint: LINT.name,
        level: LINT.level,
        message: format!("`{first}` fails when {shown} is down, and nothing declares that"),
        labels: labels(analysis, function, store, sites[0]),
        function: path.clone(),
        store: store.to_owned(),
        entry_points: entries,
        notes,
        help: Some(help(&program.def(function).name, store)),
        fingerprint: String::new(),
    }
}

fn labels(analysis: &Analysis<'_>, function: DefId, store: &str, site: &Site) -> Vec<Label> {
    let mut labels = vec![Label {
        place: site.name,
        message: format!("{} `{store}`", site.class.does()),
    }];
    let place = Place {
        file: site.name.file,
        span: groups::end_of(site.flow.span),
    };
    let name = &analysis.program.def(function).name;
    let message = match site.flow.flow {
        Flow::Escapes => format!("the error leaves `{name}` here"),
        Flow::Panics => "the error becomes a panic here".to_owned(),
        Flow::Detached => "the error stays in this task".to_owned(),
        Flow::Handled if site.flow.is_absent => {
            format!("`{name}` returns `None` here, of which a caller makes an error")
        }
        _ => return labels,
    };
    if site.flow.span.start != site.span.start || site.flow.span.end > site.name.span.end {
        labels.push(Label { place, message });
    }
    labels
}

fn reached_by(
    analysis: &Analysis<'_>,
    reached: &Reached,
    n_entries: usize,
    n_sites: usize,
) -> String {
    let names: Vec<String> = reached
        .path
        .iter()
        .map(|&def| entry_name(&analysis.program, def))
        .collect();
    let shown = match names.as_slice() {
        [a, b, .., z] if names.len() > 4 => format!("{a} → {b} → … → {z}"),
        names => names.join(" → "),
    };
    let more = |n: usize, what: &str| match n {
        0 | 1 => String::new(),
        2 => format!("+1 more {what}"),
        n => format!("+{} more {what}s", n - 1),
    };
    let extra: Vec<String> = [more(n_entries, "entry point"), more(n_sites, "call site")]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    if extra.is_empty() {
        format!("reached by {shown}")
    } else {
        format!("reached by {shown} ({})", extra.join(", "))
    }
}

fn help(function: &str, store: &str) -> String {
    let store = groups::written(store);
    format!(
        "say what happens, on `{function}` or above:\n\
         #[spof::on_outage({store}, fail, reason = \"…\", owner = \"…\", until = \"…\")]\n\
         #[spof::on_outage({store}, stale, via = …, max_age = \"…\")]"
    )
}
