//! `undeclared-dependency`: an entry point fails when a store is down, and nothing declares that.

use super::groups::{self, Group};
use super::stub;
use super::witness::Witness;
use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::finding::{Finding, Label, Level};
use crate::flow::{Decided, Flow, Turned};
use crate::outage::{Fault, Reached};
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
    check: Check::Code(check),
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
        let mut reached: Vec<Reached> = Vec::new();
        let flows: Vec<Decided> = group.sites().iter().map(|site| site.flow).collect();
        let faults: BTreeSet<Fault> = flows
            .iter()
            .filter_map(|&it| Fault::Error.through(it))
            .collect();
        for fault in faults {
            for next in analysis.graph.climb(function, fault, &stops) {
                if reached.iter().all(|it| it.entry != next.entry) {
                    reached.push(next);
                }
            }
        }
        // A task that the function itself starts fails alone.
        if reached.is_empty() && flows.iter().any(|it| it.flow.is_detached()) {
            reached.push(Reached {
                entry: function,
                is_task: true,
                path: vec![function],
            });
        }
        if !reached.is_empty() {
            out.push(finding(analysis, &group, &reached));
        }
    }
}

/// Whether an outage gets out of this site's function.
fn matters(site: &Site) -> bool {
    site.flow.flow.fails() || site.flow.flow == Flow::Detached || site.flow.turned == Turned::Absent
}

fn finding(analysis: &Analysis<'_>, group: &Group<'_>, reached: &[Reached]) -> Finding {
    let (function, store, sites) = (group.function(), group.store(), group.sites());
    let program = &analysis.program;
    let witness = Witness::new(analysis, reached);
    let shown = group.store_name(analysis);
    let first = witness.first();
    let message = format!("`{first}` fails when {shown} is down, and nothing declares that");
    Finding {
        labels: labels(analysis, function, store, sites[0]),
        function: program.path(function),
        store: store.to_owned(),
        notes: witness.note(sites.len()).into_iter().collect(),
        entry_points: witness.entries,
        help: Some(help(&program.def(function).name, store)),
        suggestion: stub::before(analysis, function, store),
        ..Finding::new(LINT.name, LINT.level, message, sites[0].name, "")
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
        Flow::Handled if site.flow.turned == Turned::Absent => {
            format!("`{name}` returns `None` here, of which a caller makes an error")
        }
        _ => return labels,
    };
    if site.flow.span.start != site.span.start || site.flow.span.end > site.name.span.end {
        labels.push(Label { place, message });
    }
    labels
}

fn help(function: &str, store: &str) -> String {
    let store = groups::written(store);
    format!(
        "say what happens, on `{function}` or above:\n\
         #[spof::on_outage({store}, fail, reason = \"…\", owner = \"…\", until = \"…\")]\n\
         #[spof::on_outage({store}, stale, via = …, max_age = \"…\")]"
    )
}
