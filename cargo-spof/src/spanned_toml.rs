//! Reading a TOML table key by key: each getter notes what it asked for, the rest is unknown.
//!
//! In: a parsed table. Out: values of the right kind with their places; what is wrong goes to
//! `Problems`, and reading goes on.

use crate::span::{FileId, Place, Span};
use crate::suggest::nearest;
use std::fmt::Display;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value and where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub place: Place,
}

impl<T: Clone> Spanned<T> {
    /// The value alone, where there is one.
    pub fn value_of(of: Option<&Self>) -> Option<T> {
        of.map(|it| it.value.clone())
    }
}

/// Something wrong in a TOML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlProblem {
    /// Where.
    pub place: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// One concrete step, where there is one.
    pub help: Option<String>,
}

/// Reads a text as TOML and gives its top table to `read`. With a syntax error nothing is read:
/// a table that is half understood would be blamed for keys that stand in it.
///
/// The problems come in the order of their places.
pub(crate) fn read_document<T: Default>(
    file: FileId,
    text: &str,
    read: impl FnOnce(&mut Problems, &DeTable<'_>) -> T,
) -> (T, Vec<TomlProblem>) {
    // The parser counts from behind the byte order mark.
    let blank = text
        .strip_prefix('\u{feff}')
        .map(|rest| format!("   {rest}"));
    let (document, errors) = DeTable::parse_recoverable(blank.as_deref().unwrap_or(text));
    let mut problems = Problems::new(file);
    for error in &errors {
        let place = problems.place(&error.span().unwrap_or(0..0));
        problems.push(place, error.message().to_owned(), None);
    }
    let value = if errors.is_empty() {
        read(&mut problems, document.get_ref())
    } else {
        T::default()
    };
    (value, problems.into_sorted())
}

/// A TOML value with its place.
pub(crate) type Value<'t> = toml::Spanned<DeValue<'t>>;

/// A key that the schema knows.
type Key = &'static str;

/// A string with its place.
pub(crate) type Text = Spanned<String>;

/// A key as parsed.
pub(crate) type TomlKey<'t> = &'t toml::Spanned<toml::de::DeString<'t>>;

/// The problems of one file.
pub(crate) struct Problems {
    file: FileId,
    list: Vec<TomlProblem>,
}

impl Problems {
    pub(crate) fn new(file: FileId) -> Self {
        let list = Vec::new();
        Self { file, list }
    }

    /// The problems in the order of their places.
    pub(crate) fn into_sorted(mut self) -> Vec<TomlProblem> {
        self.list.sort_by_key(|problem| problem.place);
        self.list
    }

    pub(crate) fn push(&mut self, place: Place, message: String, help: Option<String>) {
        self.list.push(TomlProblem {
            place,
            message,
            help,
        });
    }

    pub(crate) fn place(&self, range: &Range<usize>) -> Place {
        Place {
            file: self.file,
            span: span_of(range),
        }
    }

    /// Attaches the place of `source` to a value.
    pub(crate) fn spanned<T, U>(&self, source: &toml::Spanned<U>, value: T) -> Spanned<T> {
        let place = self.place(&source.span());
        Spanned { value, place }
    }

    /// Says that the value of `key` is of the wrong kind.
    pub(crate) fn wrong_kind(&mut self, key: impl Display, expected: &str, value: &Value<'_>) {
        let found = kind(value.get_ref());
        let message = format!("`{key}` must be {expected}, not {found}");
        self.push(self.place(&value.span()), message, None);
    }

    /// Says that a word is not one of the known ones.
    pub(crate) fn unknown(&mut self, place: Place, what: &str, word: &str, known: &[&str]) {
        let help = match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", quoted(known)),
        };
        let help = (!known.is_empty()).then_some(help);
        self.push(place, format!("{what} `{word}`"), help);
    }
}

/// A table that is being read.
pub(crate) struct Table<'t> {
    header: String,
    place: Place,
    entries: &'t DeTable<'t>,
    asked: Vec<Key>,
}

impl<'t> Table<'t> {
    /// A table by its header as people write it (`[store.sessions]`) and the header's place.
    pub(crate) fn new(header: String, place: Place, entries: &'t DeTable<'t>) -> Self {
        Self {
            header,
            place,
            entries,
            asked: Vec::new(),
        }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// The keys and values, in the order of the file.
    pub(crate) fn entries(&self) -> Vec<(TomlKey<'t>, &'t Value<'t>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// The value of a key that is known from now on.
    pub(crate) fn value(&mut self, key: Key) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        self.entries.get(key)
    }

    pub(crate) fn string(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        let value = self.value(key)?;
        string(problems, key, value)
    }

    /// As [`Table::string`], and its absence is a problem.
    pub(crate) fn needed(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        if !self.entries.contains_key(key) {
            let header = match self.header.as_str() {
                "" => "the file",
                header => header,
            };
            let message = format!("{header} has no `{key}`");
            problems.push(self.place, message, Some(format!("add `{key} = \"…\"`")));
        }
        self.string(problems, key)
    }

    /// A date or a string that should be one, as text.
    pub(crate) fn date(&mut self, problems: &mut Problems, key: Key) -> Option<Text> {
        let value = self.value(key)?;
        text(problems, key, value)
    }

    pub(crate) fn strings(&mut self, problems: &mut Problems, key: Key) -> Vec<Text> {
        match self.value(key).map(|value| (value, value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(items))) => texts(problems, key, items),
            Some((value, _)) => {
                problems.wrong_kind(key, "a list of strings", value);
                Vec::new()
            }
        }
    }

    /// As [`Table::strings`], and one string stands for a list of one.
    pub(crate) fn one_or_more(&mut self, problems: &mut Problems, key: Key) -> Vec<Text> {
        self.value(key)
            .map(|value| one_or_more(problems, key, value))
            .unwrap_or_default()
    }

    pub(crate) fn flag(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            problems.wrong_kind(key, "`true` or `false`", value);
            return None;
        };
        Some(problems.spanned(value, *flag))
    }

    pub(crate) fn number(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<u32>> {
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
    pub(crate) fn percent(&mut self, problems: &mut Problems, key: Key) -> Option<Spanned<f64>> {
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
    pub(crate) fn word<T: Copy>(
        &mut self,
        problems: &mut Problems,
        key: Key,
        words: &[(&str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.string(problems, key)?;
        one_of(problems, key, &text, words)
    }

    /// The table under a key.
    pub(crate) fn table(&mut self, problems: &mut Problems, key: Key) -> Option<Table<'t>> {
        let value = self.value(key)?;
        let header = match self.header.as_str() {
            "" => format!("`[{key}]`"),
            _ => format!("`{key}` of {}", self.header),
        };
        table(problems, header, problems.place(&value.span()), key, value)
    }

    /// Reports every key that no getter asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
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
pub(crate) fn table<'t>(
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
pub(crate) fn string(problems: &mut Problems, key: &str, value: &Value<'_>) -> Option<Text> {
    if let DeValue::String(text) = value.get_ref() {
        return Some(problems.spanned(value, text.as_ref().to_owned()));
    }
    problems.wrong_kind(key, "a string", value);
    None
}

/// A value that must be a string or a list of them.
pub(crate) fn one_or_more(problems: &mut Problems, key: &str, value: &Value<'_>) -> Vec<Text> {
    match value.get_ref() {
        DeValue::String(_) => string(problems, key, value).into_iter().collect(),
        DeValue::Array(items) => texts(problems, key, items),
        _ => {
            problems.wrong_kind(key, "a string or a list of strings", value);
            Vec::new()
        }
    }
}

fn texts(problems: &mut Problems, key: &str, items: &[Value<'_>]) -> Vec<Text> {
    items
        .iter()
        .filter_map(|item| string(problems, key, item))
        .collect()
}

/// A value that must be a string or a date.
pub(crate) fn text(problems: &mut Problems, key: &str, value: &Value<'_>) -> Option<Text> {
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
pub(crate) fn one_of<T: Copy>(
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

/// A range of bytes as a span. Files are bounded far below 4 GiB when they are loaded.
fn span_of(range: &Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(range.start), offset(range.end))
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
