//! The baseline as data: findings that were there when the gate began, and are accepted until they are gone.
//!
//! In: the text of `spof-baseline.toml`. Out: its entries with their places. An entry says which finding it accepts by lint, store and
//! function, and how many of these, never by a line. Which of them still occur is judged by [`crate::ratchet`]; the file is written by
//! command only.

use super::config::ConfigProblem;
use super::{Files, Workspace};
use crate::finding::Finding;
use crate::span::{FileId, Place};
use crate::spanned_toml::{Problems, Table, read_document, table};
use std::collections::BTreeMap;
use toml::de::DeValue;

/// The file's name, beside the manifest of the workspace.
pub const FILE: &str = "spof-baseline.toml";

/// The version of the file's format.
pub const VERSION: u32 = 1;

/// Accepted findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file; none where it is not written yet.
    pub file: Option<FileId>,
    /// By key, each key once.
    pub entries: BTreeMap<Key, Entry>,
}

/// What an entry says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How many findings there are, as written.
    pub count: usize,
    /// How many are accepted: fewer where the base revision, whose policy holds, has fewer.
    pub limit: usize,
    /// Where it is written.
    pub place: Place,
}

/// By what a finding is told to be the one that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The lint.
    pub lint: String,
    /// The store; may be empty.
    pub store: String,
    /// Where it is.
    pub at: At,
}

/// Where an accepted finding is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// In the function of this path.
    Function(String),
    /// In this file, and in no function.
    File(String),
}

impl Key {
    /// Of a finding.
    pub fn of(files: &Files, finding: &Finding) -> Self {
        let at = if finding.function.is_empty() {
            let file = finding.place().and_then(|place| files.get(place.file));
            At::File(file.map(|file| file.path.clone()).unwrap_or_default())
        } else {
            At::Function(finding.function.clone())
        };
        Self {
            lint: finding.lint.to_owned(),
            store: finding.store.clone(),
            at,
        }
    }
}

/// Reads a baseline.
pub fn parse(file: FileId, text: &str) -> (Baseline, Vec<ConfigProblem>) {
    let (entries, problems) = read_document(file, text, |problems, top| {
        let start = problems.place(&(0..0));
        let mut top = Table::new(String::new(), start, top);
        let entries = entries(problems, &mut top);
        top.finish(problems);
        entries
    });
    let file = Some(file);
    (Baseline { file, entries }, problems)
}

fn entries(problems: &mut Problems, top: &mut Table<'_>) -> BTreeMap<Key, Entry> {
    let version = top.number(problems, "version");
    if let Some(version) = version.filter(|it| it.value != VERSION) {
        let message = format!("version {} of a baseline is not known", version.value);
        let help = format!("this program knows version {VERSION}: use the one that wrote the file");
        problems.push(version.place, message, Some(help));
    }
    let mut entries = BTreeMap::new();
    let Some(value) = top.value("accepted") else {
        return entries;
    };
    let DeValue::Array(items) = value.get_ref() else {
        problems.wrong_kind("accepted", "a list of tables", value);
        return entries;
    };
    for item in items {
        let place = problems.place(&item.span());
        let header = "an entry of `accepted`".to_owned();
        let Some(mut entry) = table(problems, header, place, "accepted", item) else {
            continue;
        };
        if let Some((key, count)) = self::entry(problems, &mut entry) {
            let known = entries.entry(key).or_insert(Entry {
                count: 0,
                limit: 0,
                place,
            });
            known.count += count;
            known.limit += count;
        }
        entry.finish(problems);
    }
    entries
}

fn entry(problems: &mut Problems, entry: &mut Table<'_>) -> Option<(Key, usize)> {
    let lint = entry.needed(problems, "lint");
    let store = entry.string(problems, "store");
    let file = entry.string(problems, "file");
    // One of the two; a function where nothing is said, so that the help names it.
    let at = match file {
        Some(file) => At::File(file.value),
        None => At::Function(entry.needed(problems, "function")?.value),
    };
    let count = entry.number(problems, "count");
    let count = count.map_or(1, |it| it.value);
    let key = Key {
        lint: lint?.value,
        store: store.map(|it| it.value).unwrap_or_default(),
        at,
    };
    Some((key, usize::try_from(count).unwrap_or(usize::MAX)))
}

impl Workspace {
    /// Accepts no more than the baseline of the base revision does.
    pub(super) fn limit_baseline(&mut self, base: &Self) {
        let Some(own) = &mut self.baseline else {
            return;
        };
        let known = base.baseline.as_ref().map(|it| &it.entries);
        for (key, entry) in &mut own.entries {
            let there = known.and_then(|it| it.get(key));
            entry.limit = entry.count.min(there.map_or(0, |it| it.count));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_a_lint_and_a_place_and_a_count() {
        let text = "version = 1\naccepted = [\n  { lint = \"a\", store = \"s\", function = \"f\", count = 2 },\n  \
            { lint = \"a\", store = \"s\", function = \"f\" },\n  { lint = \"b\", file = \"x.toml\" },\n]\n";
        let (baseline, problems) = parse(FileId(0), text);
        assert_eq!(problems, []);
        let counts = baseline.entries.iter().map(|(key, it)| (&key.at, it.count));
        let counts: Vec<_> = counts.collect();
        assert_eq!(
            counts,
            [
                (&At::Function("f".to_owned()), 3),
                (&At::File("x.toml".to_owned()), 1)
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| -> Vec<String> {
            let (_, problems) = parse(FileId(0), text);
            problems.into_iter().map(|it| it.message).collect()
        };
        assert_eq!(
            wrong("version = 2"),
            ["version 2 of a baseline is not known"]
        );
        assert_eq!(
            wrong("accepted = [{ lnt = \"a\" }]"),
            [
                "an entry of `accepted` has no `lint`",
                "an entry of `accepted` has no `function`",
                "unknown key in an entry of `accepted`: `lnt`",
            ]
        );
        assert_ne!(wrong("<<<<<<< HEAD\n").len(), 0);
    }
}
