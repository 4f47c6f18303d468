//! What the lints about untrue declarations share: a breach as a finding.

use super::witness::Witness;
use super::{Lint, groups};
use crate::analysis::Analysis;
use crate::declarations::Declaration;
use crate::finding::{Finding, Label};
use crate::promises::{Breach, BreachKind, Status};
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
            let claim = (&attached.declaration, promise.status);
            out.push(finding(analysis, lint, claim, breaches, on_code));
        }
    }
}

fn finding(
    analysis: &Analysis<'_>,
    lint: &Lint,
    (declaration, status): (&Declaration, Status),
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
    let message = format!(
        "{who} is declared `{verb}` without `{store}`, but {}",
        breach.message
    );
    let fails = breach.function.zip(breach.leaves);
    let witness = fails.map(|(function, fault)| Witness::of(analysis, function, fault));
    let far = witness.as_ref().filter(|it| it.is_far());
    let note = far.and_then(|it| it.note(1));
    let more = (breaches.len() > 1).then(|| format!("+{} more places in it", breaches.len() - 1));
    Finding {
        labels: labels(declaration, breach, on_code),
        function: breach
            .function
            .map(|it| program.path(it))
            .unwrap_or_default(),
        store: store.clone(),
        entry_points: witness.map_or_else(Vec::new, |it| it.entries),
        notes: note.into_iter().chain(more).collect(),
        help: help(declaration, breach),
        status: Some(status.word()),
        ..Finding::new(lint.name, lint.level, message, declaration.place, "")
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
