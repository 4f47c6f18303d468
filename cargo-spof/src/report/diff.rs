//! What changed between two revisions. One file a format.

mod json;
mod markdown;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

use crate::diff::{DependencyChange, Diff, EntryChange, OperationChange, OutcomeChange};
use crate::finding::{Finding, Level};
use crate::inventory::{Inventory, Kind};
use crate::outage::Outcome;
use std::collections::BTreeMap;

/// Two revisions, compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'c> {
    /// The base as it was named.
    pub base: &'c str,
    /// The commit that it was, in short.
    pub commit: &'c str,
    /// Whether the base's policy was taken.
    pub is_policy_of_base: bool,
    /// The base.
    pub before: &'c Inventory,
    /// The head.
    pub now: &'c Inventory,
    /// What changed.
    pub diff: &'c Diff,
    /// The findings that the base does not have.
    pub findings: &'c [Finding],
    /// How many findings of the base are gone.
    pub fixed: usize,
    /// How many findings the baseline accepted, and how many it accepts.
    pub accepted: (usize, usize),
}

impl Compared<'_> {
    /// How many of the new findings fail the run, and how many do not.
    fn counts(&self) -> (usize, usize) {
        let denied = self.findings.iter().filter(|it| it.level == Level::Deny);
        let denied = denied.count();
        (denied, self.findings.len() - denied)
    }

    /// `2 new errors, 1 new warning; 3 findings are gone`.
    fn verdict(&self) -> String {
        let counted = |n: usize, what: &str| match n {
            1 => format!("1 {what}"),
            n => format!("{n} {what}s"),
        };
        let (denied, warned) = self.counts();
        let said = match (denied, warned) {
            (0, 0) => "no new finding".to_owned(),
            (0, warned) => counted(warned, "new warning"),
            (denied, 0) => counted(denied, "new error"),
            (denied, warned) => format!(
                "{}, {}",
                counted(denied, "new error"),
                counted(warned, "new warning")
            ),
        };
        let said = match self.fixed {
            0 => said,
            1 => said + "; 1 finding is gone",
            n => said + &format!("; {n} findings are gone"),
        };
        match self.accepted {
            (before, now) if before == now => said,
            (before, now) => said + &format!("; the baseline accepts {now} instead of {before}"),
        }
    }
}

/// An entry point whose outcome changed in the same way in some outages.
struct Moved<'c> {
    service: &'c str,
    entry_point: &'c str,
    from: Outcome,
    to: Outcome,
    /// What it is without: stores first, what is told by several kinds once.
    without: Vec<&'c str>,
    /// How it went on before, and how it goes on now.
    how_before: Option<&'c str>,
    how: Option<&'c str>,
}

impl<'c> Moved<'c> {
    /// How it goes on, or went on where it fails now.
    fn how(&self) -> &'c str {
        let how = if self.to == Outcome::Degrades {
            self.how
        } else {
            self.how_before
        };
        how.unwrap_or_default()
    }

    /// `survives → fails`.
    fn outcome(&self) -> String {
        format!("{} → {}", self.from.word(), self.to.word())
    }
}

/// What becomes of a service without what it depends on.
fn without(change: &DependencyChange) -> String {
    match change.fails {
        0 => change.outcome.map_or("", Outcome::word).to_owned(),
        1 => "1 entry point fails".to_owned(),
        n => format!("{n} entry points fail"),
    }
}

/// What is asked more or less often: `read 2 → 3, write 0 → 1`.
fn operations(change: &OperationChange) -> String {
    let classes: std::collections::BTreeSet<&str> = change
        .from
        .keys()
        .chain(change.to.keys())
        .copied()
        .collect();
    let n = |of: &BTreeMap<&str, usize>, class| of.get(class).copied().unwrap_or(0);
    let changes = classes.into_iter().filter_map(|class| {
        let (from, to) = (n(&change.from, class), n(&change.to, class));
        (from != to).then(|| format!("{class} {from} → {to}"))
    });
    changes.collect::<Vec<_>>().join(", ")
}

/// What an entry point does without what: `fails without a, b; degrades without c`.
fn needs(change: &EntryChange) -> String {
    let both = [("fails", &change.fails), ("degrades", &change.degrades)];
    let said = both.iter().filter(|(_, names)| !names.is_empty());
    let said = said.map(|(word, names)| format!("{word} without {}", names.join(", ")));
    said.collect::<Vec<_>>().join("; ")
}

/// The first place where it is asked.
fn first_site(change: &DependencyChange) -> String {
    let site = change.call_sites.first();
    site.map_or_else(String::new, |it| format!("{}:{}", it.file, it.line))
}

/// The entry points whose outcome is another while what is down refuses: those that are worse, the worst first, and those that are better.
fn moved<'c>(diff: &'c Diff) -> (Vec<Moved<'c>>, Vec<Moved<'c>>) {
    type Way<'c> = (&'c str, &'c str, Outcome, Outcome);
    let mut groups: BTreeMap<Way<'c>, Vec<&'c OutcomeChange>> = BTreeMap::new();
    for change in diff.outcomes.iter().filter(|it| it.from != it.to) {
        let way = (
            change.service.as_str(),
            change.entry_point.as_str(),
            change.from,
            change.to,
        );
        groups.entry(way).or_default().push(change);
    }
    let moved = |((service, entry_point, from, to), own): (Way<'c>, Vec<&'c OutcomeChange>)| {
        let mut without: Vec<&str> = Vec::new();
        for kind in [Kind::Store, Kind::Provider, Kind::Service, Kind::External] {
            for change in own.iter().filter(|it| it.kind == kind) {
                if !without.contains(&change.name.as_str()) {
                    without.push(&change.name);
                }
            }
        }
        Moved {
            service,
            entry_point,
            from,
            to,
            without,
            how_before: own.iter().find_map(|it| it.how_before.as_deref()),
            how: own.iter().find_map(|it| it.how.as_deref()),
        }
    };
    let mut all: Vec<Moved<'c>> = groups.into_iter().map(moved).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.to));
    all.into_iter().partition(|it| it.to > it.from)
}

/// The entry points to which only hanging does something else now: how many are worse, and how many better.
fn hanging(diff: &Diff) -> (usize, usize) {
    let own = diff.outcomes.iter().filter(|it| it.from == it.to);
    let key = |it: &&OutcomeChange| (it.service.clone(), it.entry_point.clone());
    let (worse, better): (Vec<_>, Vec<_>) = own.partition(|it| it.to_hanging > it.from_hanging);
    let count = |all: Vec<&OutcomeChange>| {
        let all: std::collections::BTreeSet<_> = all.iter().map(key).collect();
        all.len()
    };
    (count(worse), count(better))
}
