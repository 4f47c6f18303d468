//! `malformed-declaration`: a declaration that says nothing that could be checked.

use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::coverage::plain;
use crate::declarations::Verb;
use crate::finding::{Finding, Label, Level};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "malformed-declaration",
    level: Level::Deny,
    summary: "a declaration with wrong grammar, an unknown verb, or something missing",
    page: include_str!("pages/malformed-declaration.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    for malformed in &analysis.coverage.malformed {
        let (message, place) = (malformed.message.clone(), malformed.place);
        let mut finding = Finding::new(LINT.name, LINT.level, message, place, "");
        finding
            .labels
            .extend(malformed.related.iter().map(|(place, message)| Label {
                place: *place,
                message: message.clone(),
            }));
        finding.help.clone_from(&malformed.help);
        out.push(finding);
    }
    out.extend(unguarded(analysis));
}

/// Declarations for a guard that do not say whether it allows or denies.
fn unguarded<'l>(analysis: &'l Analysis<'_>) -> impl Iterator<Item = Finding> + 'l {
    let guards: Vec<String> = analysis
        .sources
        .workspace
        .config
        .stores
        .iter()
        .filter(|(_, store)| store.guard.as_ref().is_some_and(|guard| guard.value))
        .map(|(name, _)| plain(name))
        .collect();
    let declarations = analysis.coverage.declarations.iter();
    declarations.filter_map(move |attached| {
        let declaration = &attached.declaration;
        let verb = declaration.verb?;
        let says = matches!(verb.value, Verb::FailOpen | Verb::FailClosed);
        if says || !guards.contains(&plain(&declaration.store.value)) {
            return None;
        }
        let message = format!(
            "`{}` is a guard, and `{}` does not say what it answers",
            declaration.store.value,
            verb.value.word()
        );
        let help = "write `fail_open` where it allows, `fail_closed` where it denies".to_owned();
        Some(Finding {
            store: declaration.store.value.clone(),
            help: Some(help),
            ..Finding::new(LINT.name, LINT.level, message, verb.place, "")
        })
    })
}
