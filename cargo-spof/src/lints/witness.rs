//! What the lints say of an outage's way: the entry points that it takes down, and one path from there.

use crate::analysis::Analysis;
use crate::outage::{Fault, Reached};
use crate::resolve::DefId;

/// Whom the failure of a function takes down.
pub(super) struct Witness {
    /// The names of the entry points, sorted, each once.
    pub(super) entries: Vec<String>,
    /// The nearest one, and the way from there.
    path: Option<Vec<String>>,
}

impl Witness {
    /// Of a function that fails so, declared or not.
    pub(super) fn of(analysis: &Analysis<'_>, function: DefId, fault: Fault) -> Self {
        let reached = analysis.graph.climb(function, fault, &|_| false);
        Self::new(analysis, &reached)
    }

    /// Of entry points that are known, the nearest one first.
    pub(super) fn new(analysis: &Analysis<'_>, reached: &[Reached]) -> Self {
        let name = |function| analysis.graph.entry_name(&analysis.program, function);
        let entry = |it: &Reached| {
            let task = if it.is_task { "task " } else { "" };
            format!("{task}{}", name(it.entry))
        };
        let mut entries: Vec<String> = reached.iter().map(entry).collect();
        entries.sort();
        // One name may stand for several functions: impls for several types, twins under two `cfg`s.
        entries.dedup();
        let nearest = reached.first();
        let path = nearest.map(|it| {
            let below = it.path.iter().skip(1).map(|&function| name(function));
            std::iter::once(entry(it)).chain(below).collect()
        });
        Self { entries, path }
    }

    /// The nearest entry point.
    pub(super) fn first(&self) -> &str {
        let path = self.path.iter().flatten();
        path.into_iter().next().map_or("", String::as_str)
    }

    /// Whether there is a way: some entry point is another function.
    pub(super) fn is_far(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.len() > 1)
    }

    /// The way, and how much more there is, as a note; `n_sites` are the call sites of the finding.
    pub(super) fn note(&self, n_sites: usize) -> Option<String> {
        let path = self.path.as_ref()?;
        let way = match path.as_slice() {
            [a, b, .., z] if path.len() > 4 => format!("{a} → {b} → … → {z}"),
            names => names.join(" → "),
        };
        let more = [
            more(self.entries.len(), "entry point"),
            more(n_sites, "call site"),
        ];
        let more: Vec<String> = more.into_iter().flatten().collect();
        Some(if more.is_empty() {
            format!("reached by {way}")
        } else {
            format!("reached by {way} ({})", more.join(", "))
        })
    }
}

fn more(n: usize, what: &str) -> Option<String> {
    match n {
        0 | 1 => None,
        2 => Some(format!("+1 more {what}")),
        n => Some(format!("+{} more {what}s", n - 1)),
    }
}
