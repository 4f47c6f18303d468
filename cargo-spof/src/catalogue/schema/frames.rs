//! `[effects]` and `[entries]`: what calls do with what they are given, and where work enters.
//!
//! In: their tables and the file's sets. Out: one rule for each pattern that an entry's text is.

use super::super::pattern::type_patterns;
use super::super::words::{Effect, EntryKind};
use super::calls::{self, Sets};
use super::parse;
use super::{EffectRule, EntryBy, EntryRule};
use crate::spanned_toml::{self as toml_tables, Problems, Table, Text, Value};

/// The texts of a table with the words that they have.
fn worded<T: Copy>(
    problems: &mut Problems,
    top: &mut Table<'_>,
    key: &'static str,
    words: &[(&'static str, T)],
) -> Vec<(Text, T)> {
    let mut all = Vec::new();
    for (text, value) in parse::entries(problems, top, key) {
        if let Some(word) = word(problems, key, &text, value, words) {
            all.push((text, word));
        }
    }
    all
}

fn word<T: Copy>(
    problems: &mut Problems,
    key: &str,
    text: &Text,
    value: &Value<'_>,
    words: &[(&'static str, T)],
) -> Option<T> {
    let said = toml_tables::string(problems, &text.value, value)?;
    toml_tables::one_of(problems, key, &said, words).map(|found| found.value)
}

/// Reads `[effects]`.
pub(super) fn effects(
    problems: &mut Problems,
    top: &mut Table<'_>,
    sets: &Sets<'_>,
) -> Vec<EffectRule> {
    let mut all = Vec::new();
    for (text, effect) in worded(problems, top, "effects", &Effect::WORDS) {
        let patterns = calls::pattern(problems, &text, sets);
        all.extend(patterns.into_iter().map(|pattern| EffectRule {
            pattern,
            effect,
            place: text.place,
        }));
    }
    all
}

/// Reads `[entries]`.
pub(super) fn entries(
    problems: &mut Problems,
    top: &mut Table<'_>,
    sets: &Sets<'_>,
) -> Vec<EntryRule> {
    let mut all = Vec::new();
    for (text, kind) in worded(problems, top, "entries", &EntryKind::WORDS) {
        all.extend(by(problems, &text, sets).into_iter().map(|by| EntryRule {
            by,
            kind,
            place: text.place,
        }));
    }
    all
}

pub(super) fn by(problems: &mut Problems, text: &Text, sets: &Sets<'_>) -> Vec<EntryBy> {
    let attr = text
        .value
        .strip_prefix("#[")
        .and_then(|it| it.strip_suffix(']'));
    let (path, make): (&str, fn(_) -> EntryBy) = match (attr, text.value.strip_prefix("impl ")) {
        (Some(path), _) => (path, EntryBy::Attr),
        (None, Some(path)) => (path, EntryBy::Impl),
        (None, None) => {
            let calls = calls::pattern(problems, text, sets);
            return calls.into_iter().map(EntryBy::Call).collect();
        }
    };
    match type_patterns(path) {
        Ok(found) => found.into_iter().map(make).collect(),
        Err(error) => {
            problems.push(text.place, error.message, error.help);
            Vec::new()
        }
    }
}
