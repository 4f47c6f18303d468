//! Accepted findings: `allow(lint, reason = "…", until = "…")`.
//!
//! An `allow` takes away the findings of its lints whose primary place its scope encloses. One that takes nothing away is
//! stale; one whose day has passed takes nothing away any more, and says what comes back. Findings about an `allow` itself are
//! never accepted.

use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::declarations::Allow;
use crate::finding::{Finding, Label, Level};
use crate::policy::Policy;
use crate::workspace::config::Spanned;
use jiff::civil::Date;

/// Takes accepted findings away and adds those about the acceptances. Without a base revision an acceptance of what changes has
/// nothing to accept yet.
pub(super) fn apply(
    analysis: &Analysis<'_>,
    policy: &Policy<'_>,
    has_base: bool,
    findings: &mut Vec<Finding>,
) {
    let level = |lint: &Lint, place| super::level(analysis, policy, lint, place);
    let mut own = Vec::new();
    for allow in &analysis.coverage.allows {
        let until = allow
            .until
            .as_ref()
            .map(|until| (until, has_passed(until, analysis.today)));
        for lint in &allow.lints {
            let Some(known) = super::find(&lint.value) else {
                own.push(unknown(lint));
                continue;
            };
            let is_its = |finding: &Finding| {
                let place = finding.place();
                finding.lint == known.name
                    && place.is_some_and(|place| {
                        analysis.coverage.accepts(&analysis.program, allow, place)
                    })
            };
            let was_run = has_base || !matches!(known.check, Check::Changes(_));
            let first = findings.iter().find(|it| is_its(it));
            match (first, until) {
                (Some(first), Some((until, true))) => own.push(returned(until, lint, first)),
                (Some(_), _) => findings.retain(|it| !is_its(it)),
                (None, _) if was_run && level(known, Some(allow.place)) != Level::Allow => {
                    own.push(unused(allow, lint));
                }
                (None, _) => {}
            }
        }
    }
    // Each is a finding of a lint like any other.
    own.retain_mut(|finding| {
        let lint = super::find(finding.lint);
        finding.level = lint.map_or(Level::Allow, |lint| level(lint, finding.place()));
        finding.level != Level::Allow
    });
    findings.append(&mut own);
}

/// Whether the day is over; a text that is no date is.
fn has_passed(until: &Spanned<String>, today: Date) -> bool {
    until
        .value
        .trim()
        .parse::<Date>()
        .map_or(true, |day| day < today)
}

fn unknown(lint: &Spanned<String>) -> Finding {
    let help = crate::suggest::nearest(&lint.value, super::NAMES);
    let help = help.map(|near| format!("did you mean `{near}`?"));
    about(
        "malformed-declaration",
        format!("there is no lint `{}`", lint.value),
        lint,
        "",
        help,
    )
}

fn unused(allow: &Allow, lint: &Spanned<String>) -> Finding {
    let message = format!("there is no `{}` here to be accepted", lint.value);
    let mut finding = about("stale-declaration", message, lint, "remove it", None);
    finding.labels[0].place = allow.place;
    finding
}

fn returned(until: &Spanned<String>, lint: &Spanned<String>, first: &Finding) -> Finding {
    let message = format!(
        "`{}` was accepted until {}: {}",
        lint.value, until.value, first.message
    );
    let mut finding = about("expired", message, until, "this day has passed", None);
    finding.labels.extend(first.place().map(|place| Label {
        place,
        message: "it comes back here".to_owned(),
    }));
    finding
}

fn about(
    lint: &'static str,
    message: String,
    at: &Spanned<String>,
    label: &str,
    help: Option<String>,
) -> Finding {
    Finding {
        help,
        ..Finding::new(lint, Level::Deny, message, at.place, label)
    }
}
