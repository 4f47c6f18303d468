//! Lints: what is wrong with a finished analysis.
//!
//! A lint is a static [`Lint`] and one function, in a file of its own, with a page beside it that is embedded here and executed
//! as a test. A lint imports neither facts nor reports nor another lint.

mod break_glass;
mod broken_promise;
mod claims;
mod drift;
mod expired;
mod groups;
mod impossible_slo;
mod lost_write;
mod malformed_declaration;
mod missing_fallback;
mod panic_on_outage;
mod plane_crossing;
mod redundancy_lost;
mod retry_storm;
mod shared_fate;
mod single_provider;
mod stale_baseline;
mod stale_declaration;
mod stub;
mod suppression;
mod tier_inversion;
mod unbounded_wait;
mod unchecked_status;
mod undeclared_degradation;
mod undeclared_dependency;
mod unknown_client;
mod witness;

use crate::analysis::Analysis;
use crate::blast::Outages;
use crate::diff::Diff;
use crate::finding::{Finding, Level};
use crate::policy::Policy;
use crate::span::Place;
use crate::workspace::baseline::Key;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// One lint.
#[derive(Debug)]
pub struct Lint {
    /// Its name: the bad state.
    pub name: &'static str,
    /// Its level where nothing is configured.
    pub level: Level,
    /// One line that says what it finds.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Finds it; what it gives at its own level is given the configured one later.
    pub check: Check,
}

/// What a lint looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The code.
    Code(fn(&Analysis<'_>, &mut Vec<Finding>)),
    /// What outages do to services.
    Services(fn(&Wired<'_, '_>, &mut Vec<Finding>)),
    /// What changed against another revision; not run without one.
    Changes(fn(&Changes<'_, '_, '_>, &mut Vec<Finding>)),
    /// What a baseline says and is not there any more; judged when all others have run.
    Baseline,
}

/// A finished analysis with its services, which are wired when a lint first asks for them, and once for all.
pub struct Wired<'a, 's> {
    analysis: &'a Analysis<'s>,
    outages: OnceCell<Outages<'a, 's>>,
}

impl<'a, 's> Wired<'a, 's> {
    /// Of a finished analysis; nothing is wired yet.
    pub fn new(analysis: &'a Analysis<'s>) -> Self {
        Self {
            analysis,
            outages: OnceCell::new(),
        }
    }

    /// Its services, ready for any outage.
    pub fn outages(&self) -> &Outages<'a, 's> {
        self.outages.get_or_init(|| Outages::new(self.analysis))
    }
}

/// A workspace, and what changed in it against another revision.
pub struct Changes<'c, 'a, 's> {
    /// The workspace as it is.
    pub wired: &'c Wired<'a, 's>,
    /// What changed.
    pub diff: &'c Diff,
}

/// All lints, by name.
pub static LINTS: [&Lint; 22] = [
    &break_glass::LINT,
    &broken_promise::LINT,
    &drift::LINT,
    &expired::LINT,
    &impossible_slo::LINT,
    &lost_write::LINT,
    &malformed_declaration::LINT,
    &missing_fallback::LINT,
    &panic_on_outage::LINT,
    &plane_crossing::LINT,
    &redundancy_lost::LINT,
    &retry_storm::LINT,
    &shared_fate::LINT,
    &single_provider::LINT,
    &stale_baseline::LINT,
    &stale_declaration::LINT,
    &tier_inversion::LINT,
    &unbounded_wait::LINT,
    &unchecked_status::LINT,
    &undeclared_degradation::LINT,
    &undeclared_dependency::LINT,
    &unknown_client::LINT,
];

/// The names of all lints.
pub static NAMES: [&str; 22] = [
    break_glass::LINT.name,
    broken_promise::LINT.name,
    drift::LINT.name,
    expired::LINT.name,
    impossible_slo::LINT.name,
    lost_write::LINT.name,
    malformed_declaration::LINT.name,
    missing_fallback::LINT.name,
    panic_on_outage::LINT.name,
    plane_crossing::LINT.name,
    redundancy_lost::LINT.name,
    retry_storm::LINT.name,
    shared_fate::LINT.name,
    single_provider::LINT.name,
    stale_baseline::LINT.name,
    stale_declaration::LINT.name,
    tier_inversion::LINT.name,
    unbounded_wait::LINT.name,
    unchecked_status::LINT.name,
    undeclared_degradation::LINT.name,
    undeclared_dependency::LINT.name,
    unknown_client::LINT.name,
];

/// The lint of this name.
pub fn find(name: &str) -> Option<&'static Lint> {
    LINTS.into_iter().find(|lint| lint.name == name)
}

/// What the lints found.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What is reported, by place.
    pub findings: Vec<Finding>,
    /// What the baseline accepts, by place.
    pub accepted: Vec<Finding>,
    /// What it would say if it said what is there; empty without one.
    pub kept: BTreeMap<Key, usize>,
    /// How many findings more it says there are.
    pub gone: usize,
    /// How many of its entries stand under another path than before.
    pub moved: usize,
}

impl Judged {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.accepted)
    }
}

/// The lint about the baseline itself.
pub const STALE_BASELINE: &str = stale_baseline::LINT.name;

/// Whether a baseline may accept what this lint finds: what ends at a day, what was lost in a change and the baseline's own faults, never.
pub fn is_acceptable(lint: &str) -> bool {
    let check = find(lint).map(|lint| lint.check);
    let is_never = matches!(check, Some(Check::Baseline | Check::Changes(_)));
    !is_never && lint != expired::LINT.name
}

/// Runs all lints that the policy does not allow everywhere, those about changes if these are known, and takes away what the code or
/// the baseline accepts.
pub fn run(wired: &Wired<'_, '_>, diff: Option<&Diff>, policy: &Policy<'_>) -> Judged {
    let analysis = wired.analysis;
    let mut all = Vec::new();
    for lint in LINTS {
        if policy.highest(lint.name, lint.level) == Level::Allow {
            continue;
        }
        let mut found = Vec::new();
        match lint.check {
            Check::Code(check) => check(analysis, &mut found),
            Check::Services(check) => check(wired, &mut found),
            Check::Changes(check) => {
                if let Some(diff) = diff {
                    check(&Changes { wired, diff }, &mut found);
                }
            }
            Check::Baseline => {}
        }
        set_levels(analysis, policy, lint, &mut found);
        all.append(&mut found);
    }
    suppression::apply(analysis, policy, diff.is_some(), &mut all);
    sort(&mut all);
    number_fingerprints(&mut all);
    let mut judged = stale_baseline::apply(analysis, policy, all);
    let workspace = &analysis.sources.workspace;
    for finding in &mut judged.findings {
        let file = finding
            .place()
            .and_then(|it| analysis.sources.files.get(it.file));
        let owners = file.map_or(&[][..], |file| workspace.owners.of(&file.path));
        finding.owners = owners.to_vec();
    }
    judged
}

/// Gives findings of a lint the level that it has where they are; those that are allowed go.
fn set_levels(
    analysis: &Analysis<'_>,
    policy: &Policy<'_>,
    lint: &Lint,
    findings: &mut Vec<Finding>,
) {
    for finding in findings.iter_mut() {
        let level = level(analysis, policy, lint, finding.place());
        // What a lint gives at a lower level than its own is a notice, and stays one.
        let is_notice = finding.level != lint.level;
        finding.level = if is_notice {
            finding.level.min(level)
        } else {
            level
        };
    }
    findings.retain(|finding| finding.level != Level::Allow);
}

/// By file, and in it what matters most first.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            let file = finding.place().map(|place| place.file);
            let rank = std::cmp::Reverse(finding.rank);
            let place = finding.place();
            (file, rank, place, finding.lint, finding.store.clone())
        };
        key(a).cmp(&key(b))
    });
}

/// The level of a lint at a place.
fn level(analysis: &Analysis<'_>, policy: &Policy<'_>, lint: &Lint, place: Option<Place>) -> Level {
    let file = place.and_then(|place| analysis.sources.files.get(place.file));
    let decided = policy.of(lint.name, lint.level, file.map(|file| file.path.as_str()));
    decided.level
}

/// Findings of one lint, store and function are told apart by their order.
fn number_fingerprints(findings: &mut [Finding]) {
    let mut seen = BTreeMap::new();
    for finding in findings {
        let base = format!("{}:{}:{}", finding.lint, finding.store, finding.function);
        let n = seen.entry(base.clone()).or_insert(0_usize);
        *n += 1;
        finding.fingerprint = format!("{base}:{n}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_are_sorted_and_their_pages_begin_with_their_names() {
        assert!(LINTS.is_sorted_by_key(|lint| lint.name));
        for (lint, name) in LINTS.into_iter().zip(NAMES) {
            assert_eq!(lint.name, name);
            assert!(lint.page.starts_with(&format!("# {name}\n")), "{name}");
            for heading in ["## What it finds", "## Why it matters", "## Examples"] {
                assert!(lint.page.contains(heading), "{name}: {heading}");
            }
        }
    }
}
