//! What the lints about untrue declarations share: a breach as a finding.

use super::{Lint, groups};
use crate::analysis::Analysis;
use crate::declarations::Declaration;
use crate::finding::{Finding, Label};
use crate::outage::Fault;
use crate::promises::{Breach, BreachKind};
use std::collections::BTreeMap;

/// The breaches of one kind: one finding for a declaration, function and reason. `on_code` says where the primary label stands.
pub(super) fn findings(
    analysis: &Analysis<'_>,
    lint: &Lint,
    kind: BreachKind,
    on_code: bool,
    out: &mut Vec<Finding>,
) {
    let declarations = analysis.coverage.declarations.iter();
    for (attached, promise) in declarations.zip(&analysis.promises) {
        let mut groups: BTreeMap<(Option<String>, &str), Vec<&Breach>> = BTreeMap::new();
        for breach in promise.breaches.iter().filter(|it| it.kind == kind) {
            let function = breach.function.map(|it| analysis.program.path(it));
            groups
                .entry((function, &breach.message))
                .or_default()
                .push(breach);
        }
        for breaches in groups.values() {
            let finding = finding(analysis, lint, &attached.declaration, breaches, on_code);
            out.push(finding);
        }
    }
}

fn finding(
    analysis: &Analysis<'_>,
    lint: &Lint,
    declaration: &Declaration,
    breaches: &[&Breach],
    on_code: bool,
) -> Finding {
    let program = &analysis.program;
    let breach = breaches[0];
    let verb = declaration.verb.map_or("", |verb| verb.value.word());
    let store = &declaration.store.value;
    let who = match breach.function {
        Some(function) => format!("`{}`", program.def(function).name),
        None => "this".to_owned(),
    };
    let entries_of = |function| groups::entries(analysis, function, Fault::Error);
    let entries = breach.function.map_or_else(Vec::new, entries_of);
    let more = (breaches.len() > 1).then(|| format!("+{} more places in it", breaches.len() - 1));
    Finding {
        lint: lint.name,
        level: lint.level,
        message: format!(
            "{who} is declared `{verb}` without `{store}`, but {}",
            breach.message
        ),
        labels: labels(declaration, breach, on_code),
        function: breach
            .function
            .map(|it| program.path(it))
            .unwrap_or_default(),
        store: store.clone(),
        entry_points: entries,
        notes: more.into_iter().collect(),
        help: help(declaration, breach),
        fingerprint: String::new(),
    }
}

/// What could be declared instead, where the code is as it should be.
fn help(declaration: &Declaration, breach: &Breach) -> Option<String> {
    let verb = declaration.verb?.value;
    let store = groups::written(&declaration.store.value);
    match (breach.kind, verb.is_soft()) {
        (BreachKind::Broken, true) => Some(format!(
            "handle the error, or declare what happens:\n\
             #[spof::on_outage({store}, fail, reason = \"…\", owner = \"…\")]"
        )),
        (BreachKind::Broken, false) => Some(format!(
            "let the error out, or declare what happens:\n\
             #[spof::on_outage({store}, skip, reason = \"…\")]"
        )),
        (BreachKind::SharedFate, _) => {
            Some("fall back to what another provider runs, or to what the process has".to_owned())
        }
        (BreachKind::Missing, _) => None,
    }
}

fn labels(declaration: &Declaration, breach: &Breach, on_code: bool) -> Vec<Label> {
    let label = |(place, message): &(crate::span::Place, String)| Label {
        place: *place,
        message: message.clone(),
    };
    let claim = Label {
        place: breach.word.unwrap_or(declaration.place),
        message: "declared here".to_owned(),
    };
    let mut labels: Vec<Label> = breach.event.iter().map(label).collect();
    // Around the operation, the end is where it shows: the `?`, the bracket of the `unwrap`.
    let goes = breach.goes.iter().map(label).map(|mut goes| {
        let is_around = |other: &Label| goes.place.span.contains(other.place.span);
        if labels.iter().any(is_around) {
            goes.place.span = groups::end_of(goes.place.span);
        }
        goes
    });
    labels.extend(goes.collect::<Vec<_>>());
    labels.insert(if on_code { labels.len() } else { 0 }, claim);
    labels
}
