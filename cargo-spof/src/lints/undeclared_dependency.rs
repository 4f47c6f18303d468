//! `undeclared-dependency`: an entry point fails when a store is down, and nothing declares that.

use super::Lint;
use crate::analysis::Analysis;
use crate::catalogue::{Class, Scope};
use crate::coverage::At;
use crate::finding::{Finding, Label, Level};
use crate::flow::Flow;
use crate::outage::{Reached, entry_name};
use crate::resolve::DefId;
use crate::sites::Site;
use crate::span::Place;
use std::collections::BTreeMap;

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
    let mut groups: BTreeMap<(DefId, &str), Vec<&Site>> = BTreeMap::new();
    for site in &analysis.sites {
        if matters(site) && !is_declared(analysis, site) {
            groups
                .entry((site.function, &site.store))
                .or_default()
                .push(site);
        }
    }
    for ((function, store), sites) in groups {
        let stops = |from: DefId, place: Place| {
            let at = At {
                function: from,
                place,
                origins: &[],
            };
            analysis.coverage.of(&analysis.program, at, store).is_some()
        };
        let reached = analysis.graph.climb(function, &|edge| {
            let file = analysis.program.def(edge.from).file;
            stops(
                edge.from,
                Place {
                    file,
                    span: edge.span,
                },
            )
        });
        if !reached.is_empty() {
            out.push(finding(analysis, function, store, &sites, &reached));
        }
    }
}

/// Whether an outage of what this site talks to gets out of its function.
fn matters(site: &Site) -> bool {
    let is_local = matches!(site.scope, Scope::Embedded | Scope::None);
    !is_local && (site.flow.flow.fails() || site.flow.flow == Flow::Detached)
}

fn is_declared(analysis: &Analysis<'_>, site: &Site) -> bool {
    let at = At {
        function: site.function,
        place: site.name,
        origins: &site.origins,
    };
    analysis
        .coverage
        .of(&analysis.program, at, &site.store)
        .is_some()
}

fn finding(
    analysis: &Analysis<'_>,
    function: DefId,
    store: &str,
    sites: &[&Site],
    reached: &[Reached],
) -> Finding {
    let program = &analysis.program;
    let mut entries: Vec<String> = reached
        .iter()
        .map(|r| entry_name(program, r.entry))
        .collect();
    let first = entries.first().cloned().unwrap_or_default();
    let notes = vec![reached_by(
        analysis,
        &reached[0],
        entries.len(),
        sites.len(),
    )];
    entries.sort();
    let path = program.path(function);
    let client = &analysis.rule(sites[0]).stem;
    let shown = if client == store {
        format!("`{store}`")
    } else {
        format!("`{store}` ({client})")
    };
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
        message: format!("{} `{store}`", does(site.class)),
    }];
    let place = Place {
        file: site.name.file,
        span: end_of(site.flow.span),
    };
    let name = &analysis.program.def(function).name;
    let message = match site.flow.flow {
        Flow::Escapes => format!("the error leaves `{name}` here"),
        Flow::Panics => "the error becomes a panic here".to_owned(),
        Flow::Detached => "the error stays in this task".to_owned(),
        _ => return labels,
    };
    if site.flow.span.start != site.span.start || site.flow.span.end > site.name.span.end {
        labels.push(Label { place, message });
    }
    labels
}

/// The last character: where a `?` or a closing bracket stands.
fn end_of(span: crate::span::Span) -> crate::span::Span {
    crate::span::Span::new(span.end.saturating_sub(1).max(span.start), span.end)
}

/// What an operation does to a store, as a verb.
fn does(class: Class) -> &'static str {
    match class {
        Class::Read => "reads",
        Class::Write => "writes",
        Class::Query => "queries",
        Class::Connect => "connects to",
        Class::Consume => "consumes from",
        Class::Publish => "publishes to",
        Class::Call => "calls",
        Class::Txn => "holds a transaction on",
        Class::Admin => "administers",
    }
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
    let store = if store.contains('-') {
        format!("\"{store}\"")
    } else {
        store.to_owned()
    };
    format!(
        "say what happens, on `{function}` or above:\n\
         #[spof::on_outage({store}, fail, reason = \"…\", owner = \"…\", until = \"…\")]\n\
         #[spof::on_outage({store}, stale, via = …, max_age = \"…\")]"
    )
}
