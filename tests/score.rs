//! Scores call sites against what rustc saw: precision and recall, by client and overall.
//!
//! A site matches a true one of the same file and client when the operation's name is the same and the lines agree (the
//! name's, or the start of the expression on both sides), or when the lines agree alone. Each matches once. Only lines
//! that were compiled for the truth are judged, and `connect` (opening, acquiring) is no part of it.

use crate::binary::Site;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One operation that rustc resolved: a line of a truth file.
#[derive(Deserialize)]
pub(crate) struct True {
    file: String,
    line: u32,
    expr_line: u32,
    client: String,
    class: String,
    op: String,
}

/// The lines that were compiled, by file.
pub(crate) type Covered = BTreeMap<String, Vec<(u32, u32)>>;

/// What was found of what is there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) there: usize,
    pub(crate) found: usize,
    pub(crate) reported: usize,
}

/// The score of some code.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) by_client: BTreeMap<String, Tally>,
    /// What is missed and what is extra, a line each.
    pub(crate) differences: String,
}

/// Compares what was found in `name` with the truth.
pub(crate) fn compare(name: &str, truth: &[True], covered: &Covered, sites: &[Site]) -> Score {
    let mut taken = vec![false; truth.len()];
    let mut matched = vec![false; sites.len()];
    for how in 0..3 {
        for (site, is_matched) in sites.iter().zip(&mut matched) {
            let fits = |(n, it): &(usize, &True)| !taken[*n] && fits(it, site, how);
            if !*is_matched && let Some((n, _)) = truth.iter().enumerate().find(fits) {
                (taken[n], *is_matched) = (true, true);
            }
        }
    }
    let mut score = Score::default();
    for (it, &is_found) in truth.iter().zip(&taken) {
        if it.class == "connect" {
            continue;
        }
        let tally = score.by_client.entry(it.client.clone()).or_default();
        tally.there += 1;
        tally.found += usize::from(is_found);
        tally.reported += usize::from(is_found);
        if !is_found {
            score.difference("missed", name, &it.file, it.line, &it.client, &it.op);
        }
    }
    for (site, &is_matched) in sites.iter().zip(&matched) {
        let ranges = covered.get(&site.file).map_or(&[][..], Vec::as_slice);
        let is_judged = ranges
            .iter()
            .any(|&(first, last)| (first..=last).contains(&site.line));
        if is_matched || !is_judged || site.class == "connect" {
            continue;
        }
        score
            .by_client
            .entry(site.client.clone())
            .or_default()
            .reported += 1;
        score.difference(
            "extra",
            name,
            &site.file,
            site.line,
            &site.client,
            &site.operation,
        );
    }
    score
}

fn fits(truth: &True, site: &Site, how: u8) -> bool {
    let is_named = truth.op == site.operation;
    let is_line = truth.line == site.line;
    let is_start = truth.expr_line == site.start_line;
    let agrees = match how {
        0 => is_named && is_line,
        1 => is_named && is_start,
        _ => is_line,
    };
    agrees && truth.file == site.file && truth.client == site.client
}

impl Score {
    fn difference(
        &mut self,
        what: &str,
        name: &str,
        file: &str,
        line: u32,
        client: &str,
        op: &str,
    ) {
        let text = format_args!("{what:<6} {name}/{file}:{line} {client} {op}");
        writeln!(self.differences, "{text}").expect("a string takes all");
    }

    /// Adds the score of other code.
    pub(crate) fn add(&mut self, other: Self) {
        for (client, tally) in other.by_client {
            let sum = self.by_client.entry(client).or_default();
            sum.there += tally.there;
            sum.found += tally.found;
            sum.reported += tally.reported;
        }
        self.differences.push_str(&other.differences);
    }

    /// All clients together.
    pub(crate) fn overall(&self) -> Tally {
        let mut sum = Tally::default();
        for tally in self.by_client.values() {
            sum.there += tally.there;
            sum.found += tally.found;
            sum.reported += tally.reported;
        }
        sum
    }

    /// One line a client, then all together, then the differences.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        let rows = self
            .by_client
            .iter()
            .map(|(name, tally)| (name.as_str(), *tally));
        for (name, tally) in rows.chain([("ALL", self.overall())]) {
            let Tally {
                there,
                found,
                reported,
            } = tally;
            let (precision, recall) = (tally.precision(), tally.recall());
            let row = format_args!(
                "{name:<20} true {there:>4}  found {found:>4}  reported {reported:>4}  precision {precision:.3}  recall {recall:.3}"
            );
            writeln!(text, "{row}").expect("a string takes all");
        }
        text + &self.differences
    }
}

impl Tally {
    /// How much of what is there was found.
    pub(crate) fn recall(self) -> f64 {
        share(self.found, self.there)
    }

    /// How much of what was reported is there.
    pub(crate) fn precision(self) -> f64 {
        share(self.found, self.reported)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of call sites are small")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}
