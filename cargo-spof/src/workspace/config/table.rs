//! Reading a TOML table key by key: each getter notes what it asked for, the rest is unknown.
//!
//! In: a parsed table. Out: values of the right kind with their places; what is wrong goes to
//! [`Problems`], and reading goes on.

use super::super::{span_of, suggest::nearest};
use super::{ConfigProblem, Spanned};
use crate::span::{FileId, Place};
use std::fmt::Display;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A TOML value with its place.
pub(super) type Value<'t> = toml::Spanned<DeValue<'t>>;

/// A key that the schema knows.
type Key = &'static str;

/// A string with its place.
pub(super) type Text = Spanned<String>;

/// A key as parsed.
pub(super) type TomlKey<'t> = &'t toml::Spanned<toml::de::DeString<'t>>;

/// The problems of one file.
pub(super) struct Problems {
    file: FileId,
    list: Vec<ConfigProblem>,
}

impl Problems {
    pub(super) fn new(file: FileId) -> Self {
        let list = Vec::new();
        Self { file, list }
    }

    /// The problems in the order of their places.
    pub(super) fn into_sorted(mut self) -> Vec<ConfigProblem> {
        self.list.sort_by_key(|problem| problem.place);
        self.list
    }

    pub(super) fn push(&mut self, place: Place, message: String, help: Option<String>) {
        self.list.push(ConfigProblem {
            place,
            message,
            help,
        });
    }

    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        Place {
            file: self.file,
            span: span_of(range),
        }
    }

    /// Attaches the place of `source` to a value.
    pub(super) fn spanned<T, U>(&self, source: &toml::Spanned<U>, value: T) -> Spanned<T> {
        let place = self.place(&source.span());
        Spanned { value, place }
    }

    /// Says that the value of `key` is of the wrong kind.
    pub(super) fn wrong_kind(&mut self, key: impl Display, expected: &str, value: &Value<'_>) {
        let found = kind(value.get_ref());
        let message = format!("`{key}` must be {expected}, not {found}");
        self.push(self.place(&value.span()), message, None);
    }

    /// Says that a word is not one of the known ones.
    pub(super) fn unknown(&mut self, place: Place, what: &str, word: &str, known: &[&str]) {
        let help = match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", quoted(known)),
        };
        let help = (!known.is_empty()).then_some(help);
        self.push(place, format!("{what} `{word}`"), help);
    }
}

/// A table that is being read.
pub(super) struct Table<'t> {
    header: String,
    place: Place,
    entries: &'t DeTable<'t>,
    asked: Vec<Key>,
}

impl<'t> Table<'t> {
    /// A table by its header as people write it (`[store.sessions]`) and the header's place.
    pub(super) fn new(header: String, place: Place, entries: &'t DeTable<'t>) -> Self {
        Self {
            header,
            place,
            entries,
            asked: Vec::new(),
        }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The keys and values, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(TomlKey<'t>, &'t Value<'t>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// The value of a key that is known from now on.
    pub(super) fn value(&mut self, key: Key) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        self.entries.get(key)
    }

    pub(super) fn string(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        let value = self.value(key)?;
        string(problems, key, value)
    }

    /// As [`Table::string`], and its absence is a problem.
    pub(super) fn needed(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        if !self.entries.contains_key(key) {
            let message = format!("{} has no `{key}`", self.header);
            problems.push(self.place, message, Some(format!("add `{key} = \"…\"`")));
        }
        self.string(problems, key)
    }

    /// A date or a string that should be one, as text.
    pub(super) fn date(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        let value = self.value(key)?;
        text(problems, key, value)
    }

    pub(super) fn strings(&mut self, problems: &mut Problems, key: Key) -> Vec<Text> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            problems.wrong_kind(key, "a list of strings", value);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| string(problems, key, item))
            .collect()
    }

    pub(super) fn flag(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            problems.wrong_kind(key, "`true` or `false`", value);
            return None;
        };
        Some(problems.spanned(value, *flag))
    }

    pub(super) fn number(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<u32>> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            problems.wrong_kind(key, "a whole number from 0", value);
        }
        Some(problems.spanned(value, number?))
    }

    /// A percentage above 0 and at most 100: `"99.95"`, `"99.95%"` or `99.95`.
    pub(super) fn percent(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<f64>> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::String(text) => text.trim_end_matches('%').trim().parse().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(digits) => digits.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|&percent: &f64| percent > 0.0 && percent <= 100.0);
        if number.is_none() {
            problems.wrong_kind(key, "a percentage such as \"99.95\"", value);
        }
        Some(problems.spanned(value, number?))
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        problems: &mut Problems,
        key: Key,
        words: &[(&str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.string(problems, key)?;
        one_of(problems, key, &text, words)
    }

    /// The table under a key; a missing one is empty.
    pub(super) fn table(&mut self, problems: &mut Problems, key: Key) -> Option<Table<'t>> {
        let value = self.value(key)?;
        let header = match self.header.as_str() {
            "" => format!("`[{key}]`"),
            _ => format!("`{key}` of {}", self.header),
        };
        table(problems, header, problems.place(&value.span()), key, value)
    }

    /// Reports every key that no getter asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for (key, _) in self.entries() {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let what = match self.header.as_str() {
                    "" => "unknown key".to_owned(),
                    header => format!("unknown key in {header}:"),
                };
                problems.unknown(problems.place(&key.span()), &what, name, &self.asked);
            }
        }
    }
}

/// A value that must be a table.
pub(super) fn table<'t>(
    problems: &mut Problems,
    header: String,
    place: Place,
    key: &str,
    value: &'t Value<'t>,
) -> Option<Table<'t>> {
    if let DeValue::Table(entries) = value.get_ref() {
        return Some(Table::new(header, place, entries));
    }
    problems.wrong_kind(key, "a table", value);
    None
}

/// A value that must be a string.
pub(super) fn string(problems: &mut Problems, key: &str, value: &Value<'_>) -> Option<Text> {
    if let DeValue::String(text) = value.get_ref() {
        return Some(problems.spanned(value, text.as_ref().to_owned()));
    }
    problems.wrong_kind(key, "a string", value);
    None
}

/// A value that must be a string or a date.
pub(super) fn text(problems: &mut Problems, key: &str, value: &Value<'_>) -> Option<Text> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.as_ref().to_owned(),
        DeValue::Datetime(date) => date.to_string(),
        _ => {
            problems.wrong_kind(key, "a string or a date", value);
            return None;
        }
    };
    Some(problems.spanned(value, text))
}

/// The meaning of a word.
pub(super) fn one_of<T: Copy>(
    problems: &mut Problems,
    key: &str,
    text: &Text,
    words: &[(&str, T)],
) -> Option<Spanned<T>> {
    let place = text.place;
    if let Some(&(_, value)) = words.iter().find(|(word, _)| *word == text.value) {
        return Some(Spanned { value, place });
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    problems.unknown(place, &format!("unknown `{key}`:"), &text.value, &known);
    None
}

/// A value's kind with its article.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "this string",
        DeValue::Integer(_) => "this integer",
        DeValue::Float(_) => "this float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
