//! `stale-baseline`: an entry of the baseline that says more than there is.

use super::{Check, Judged, LINTS, Lint};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::policy::Policy;
use crate::ratchet::{Settled, Stale, settle};
use crate::workspace::baseline::{At, Key};
use std::collections::BTreeSet;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "stale-baseline",
    level: Level::Deny,
    summary: "the baseline accepts what is not there any more",
    page: include_str!("pages/stale-baseline.md"),
    check: Check::Baseline,
};

/// Takes away what the baseline accepts, and adds where it accepts what is not there.
pub(super) fn apply(
    analysis: &Analysis<'_>,
    policy: &Policy<'_>,
    findings: Vec<Finding>,
) -> Judged {
    let Some(settled) = settled(analysis, policy, &findings) else {
        return Judged {
            findings,
            ..Judged::default()
        };
    };
    let mut judged = Judged {
        kept: settled.kept,
        moved: settled.moved,
        ..Judged::default()
    };
    let files = &analysis.sources.files;
    for (mut finding, is_accepted) in findings.into_iter().zip(settled.accepted) {
        if !is_accepted && let Some(n) = judged.kept.get(&Key::of(files, &finding)) {
            let n = times(*n);
            let note = format!(
                "the baseline accepts this {n} here; nobody can say which were the former ones"
            );
            finding.notes.push(note);
        }
        let to = if is_accepted {
            &mut judged.accepted
        } else {
            &mut judged.findings
        };
        to.push(finding);
    }
    // Of a file that could not be read nobody knows what is in it.
    if analysis.sources.n_unread() > 0 {
        return judged;
    }
    judged.gone = settled.stale.iter().map(|it| it.said - it.found).sum();
    let mut stale: Vec<Finding> = settled.stale.iter().map(finding).collect();
    super::set_levels(analysis, policy, &LINT, &mut stale);
    super::sort(&mut stale);
    super::number_fingerprints(&mut stale);
    judged.findings.append(&mut stale);
    super::sort(&mut judged.findings);
    judged
}

/// The findings of a run, settled with the workspace's baseline, where there is one.
fn settled(analysis: &Analysis<'_>, policy: &Policy<'_>, findings: &[Finding]) -> Option<Settled> {
    let baseline = analysis.sources.workspace.baseline.as_ref()?;
    let ran: BTreeSet<&str> = LINTS
        .iter()
        .filter(|lint| policy.highest(lint.name, lint.level) != Level::Allow)
        .map(|lint| lint.name)
        .collect();
    let was_run = |lint: &str| ran.contains(lint) || super::find(lint).is_none();
    let files = &analysis.sources.files;
    Some(settle(
        baseline,
        files,
        findings,
        super::is_acceptable,
        was_run,
    ))
}

fn finding(stale: &Stale) -> Finding {
    let Key { lint, store, at } = &stale.key;
    let of = if store.is_empty() {
        String::new()
    } else {
        format!(" of `{store}`")
    };
    let (At::Function(place) | At::File(place)) = at;
    let message = if super::is_acceptable(lint) || super::find(lint).is_none() {
        match stale.found {
            0 => format!("`{lint}`{of} in `{place}` is accepted, and is not there any more"),
            found => format!(
                "`{lint}`{of} in `{place}` is accepted {} times, and is there {}",
                stale.said,
                times(found)
            ),
        }
    } else {
        format!("`{lint}` is never accepted by a baseline")
    };
    let function = match at {
        At::Function(path) => path.clone(),
        At::File(_) => String::new(),
    };
    Finding {
        store: store.clone(),
        function,
        help: Some("take it out: `cargo spof baseline`".to_owned()),
        ..Finding::new(LINT.name, LINT.level, message, stale.place, "")
    }
}

fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}
