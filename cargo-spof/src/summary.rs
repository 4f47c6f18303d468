//! What a run read, found and did not see, as numbers.

use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use serde::Serialize;
use std::collections::BTreeMap;

/// The closing summary of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Packages that were read.
    pub packages: usize,
    /// Source files that were read.
    pub files: usize,
    /// Their lines.
    pub lines: u64,
    /// Functions with a body in them, tests included.
    pub functions: u64,
    /// Targets that were left out: tests, benches, examples, build scripts, crates only tests need.
    pub targets_left_out: usize,
    /// The call sites, by store, class and certainty.
    pub sites: Vec<SiteCount>,
    /// Declarations by how far the code bears them out: `declared`, `located`, `tested`.
    pub declarations: BTreeMap<&'static str, usize>,
    /// What was not seen, by reason.
    pub unseen: BTreeMap<String, usize>,
    /// Files that could not be read or parsed.
    pub unread: usize,
    /// Findings at deny.
    pub denied: usize,
    /// Findings at warn.
    pub warned: usize,
    /// What the baseline accepts; none without one.
    pub baseline: Option<Accepted>,
}

/// What a baseline accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Accepted {
    /// Findings that are there.
    pub accepted: usize,
    /// How many more it says there are.
    pub gone: usize,
}

/// Call sites that have store, class and certainty in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SiteCount {
    /// The store.
    pub store: String,
    /// Its client.
    pub client: String,
    /// The scope of what they talk to.
    pub scope: &'static str,
    /// What they do.
    pub class: &'static str,
    /// How sure it is.
    pub certainty: &'static str,
    /// How many.
    pub count: usize,
}

/// A place that was not seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UnseenPlace {
    /// The file, relative to the workspace's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// Why.
    pub reason: String,
    /// What it concerns: a macro, a method.
    pub what: String,
}

/// Counts a finished analysis with its findings and what its baseline accepts.
pub fn of(analysis: &Analysis<'_>, findings: &[Finding], baseline: Option<Accepted>) -> Summary {
    let sources = analysis.sources;
    let workspace = &sources.workspace;
    let read: Vec<_> = sources.files.iter().filter(|file| file.is_rust()).collect();
    let facts = || read.iter().map(|file| &sources.facts[file.id.0 as usize]);
    let mut unseen = BTreeMap::new();
    for place in unseen_places(analysis) {
        *unseen.entry(place.reason).or_insert(0) += 1;
    }
    Summary {
        packages: workspace
            .packages
            .iter()
            .filter(|package| package.is_selected)
            .count(),
        files: read.len(),
        lines: read
            .iter()
            .map(|file| u64::from(file.lines.n_lines(&file.text)))
            .sum(),
        functions: facts().map(|facts| u64::from(facts.n_functions)).sum(),
        targets_left_out: workspace.n_targets_left_out(),
        sites: counts(analysis),
        declarations: statuses(analysis),
        unseen,
        unread: sources.n_unread(),
        baseline,
        denied: findings
            .iter()
            .filter(|finding| finding.level == Level::Deny)
            .count(),
        warned: findings
            .iter()
            .filter(|finding| finding.level == Level::Warn)
            .count(),
    }
}

/// How many declarations are borne out how far.
fn statuses(analysis: &Analysis<'_>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for promise in &analysis.promises {
        *counts.entry(promise.status.word()).or_default() += 1;
    }
    counts
}

fn counts(analysis: &Analysis<'_>) -> Vec<SiteCount> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for site in &analysis.sites {
        let client = analysis.rule(site).stem.clone();
        let key = (
            site.store.to_string(),
            client,
            site.scope.word(),
            site.class.word(),
            site.certainty.word(),
        );
        *counts.entry(key).or_default() += 1;
    }
    let count = |((store, client, scope, class, certainty), count)| SiteCount {
        store,
        client,
        scope,
        class,
        certainty,
        count,
    };
    counts.into_iter().map(count).collect()
}

/// Everything that was not seen, by place.
pub fn unseen_places(analysis: &Analysis<'_>) -> Vec<UnseenPlace> {
    let sources = analysis.sources;
    let mut out = Vec::new();
    for file in &sources.files {
        for unseen in &sources.facts[file.id.0 as usize].unseen {
            let at = file.lines.line_col(&file.text, unseen.span.start);
            out.push(UnseenPlace {
                file: file.path.clone(),
                line: at.line,
                column: at.column,
                reason: unseen.reason.phrase().to_owned(),
                what: unseen.what.clone(),
            });
        }
    }
    for undecided in &analysis.undecided {
        let Some(file) = sources.files.get(undecided.place.file) else {
            continue;
        };
        let at = file.lines.line_col(&file.text, undecided.place.span.start);
        out.push(UnseenPlace {
            file: file.path.clone(),
            line: at.line,
            column: at.column,
            reason: undecided.why.phrase().to_owned(),
            what: undecided.name.to_string(),
        });
    }
    out.sort();
    out
}
