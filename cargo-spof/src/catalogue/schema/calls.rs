//! `[flow]` and `[ops]`: what patterns of calls stand for.
//!
//! In: their tables and the file's sets. Out: one rule for each pattern that an entry's text is.

use super::super::glob::is_too_nested;
use super::super::pattern::{Known, Pattern, patterns};
use super::super::words::{Class, OpClass, Source};
use super::parse;
use super::{Api, FlowRule, FlowType, OpRule, TypeSet};
use crate::facts::{TypeRef, parse_type};
use crate::spanned_toml::{self as toml_tables, Problems, Table, Text, Value};
use indexmap::IndexMap;
use toml::de::DeValue;

/// The names that the patterns of one file may use.
pub(super) struct Sets<'a> {
    names: Vec<&'a str>,
    apis: Vec<&'a str>,
}

impl<'a> Sets<'a> {
    pub(super) fn new(
        types: &'a IndexMap<String, TypeSet>,
        api: &'a IndexMap<String, Api>,
    ) -> Self {
        Self {
            names: types.keys().map(String::as_str).collect(),
            apis: api.values().map(|api| api.text.as_str()).collect(),
        }
    }

    /// Whether a name stands in the file's declarations, as a word.
    fn is_declared(&self, name: &str) -> bool {
        let is_end = |c: char| !c.is_alphanumeric() && c != '_';
        let mut words = self.apis.iter().flat_map(|api| api.split(is_end));
        words.any(|word| word == name)
    }
}

/// The patterns that a text is; none, and a problem, where it is none.
pub(super) fn pattern(problems: &mut Problems, text: &Text, sets: &Sets<'_>) -> Vec<Pattern> {
    let known = Known {
        sets: &sets.names,
        is_declared: &|name| sets.is_declared(name),
    };
    patterns(&text.value, &known).unwrap_or_else(|error| {
        problems.push(text.place, error.message, error.help);
        Vec::new()
    })
}

/// The entries of a table with their patterns.
fn entries<'t>(
    problems: &mut Problems,
    top: &mut Table<'t>,
    key: &'static str,
    sets: &Sets<'_>,
) -> Vec<(Text, Vec<Pattern>, &'t Value<'t>)> {
    let mut all = Vec::new();
    for (text, value) in parse::entries(problems, top, key) {
        let patterns = pattern(problems, &text, sets);
        all.push((text, patterns, value));
    }
    all
}

/// Reads `[flow]`.
pub(super) fn flows(
    problems: &mut Problems,
    top: &mut Table<'_>,
    sets: &Sets<'_>,
) -> Vec<FlowRule> {
    let mut flows = Vec::new();
    for (text, patterns, value) in entries(problems, top, "flow", sets) {
        let (to, verb, label) = flow(problems, &text, value);
        flows.extend(patterns.into_iter().map(|pattern| FlowRule {
            pattern,
            to: to.clone(),
            verb: verb.clone(),
            label: label.clone(),
            place: text.place,
        }));
    }
    flows
}

type Flow = (Option<FlowType>, Option<Source>, Option<Source>);

fn flow(problems: &mut Problems, text: &Text, value: &Value<'_>) -> Flow {
    let DeValue::Table(entries) = value.get_ref() else {
        let to = toml_tables::string(problems, &text.value, value);
        return (to.and_then(|to| flow_type(problems, to)), None, None);
    };
    let mut table = Table::new(format!("the flow `{}`", text.value), text.place, entries);
    let to = table.string(problems, "to");
    let verb = source(problems, &mut table, "verb");
    let label = source(problems, &mut table, "label");
    table.finish(problems);
    if entries.is_empty() {
        let message = format!("the flow `{}` says nothing", text.value);
        let help = "give it `to`, `verb` or `label`".to_owned();
        problems.push(text.place, message, Some(help));
    }
    (to.and_then(|to| flow_type(problems, to)), verb, label)
}

fn source(problems: &mut Problems, table: &mut Table<'_>, key: &'static str) -> Option<Source> {
    let text = table.string(problems, key)?;
    if text.value.trim().is_empty() {
        problems.push(text.place, format!("`{key}` is empty"), None);
        return None;
    }
    Some(Source::parse(&text.value))
}

fn flow_type(problems: &mut Problems, text: Text) -> Option<FlowType> {
    let rust = match text.value.trim().strip_prefix("async ") {
        Some(value) => format!("impl ::std::future::Future<Output = {value}>"),
        None => text.value.clone(),
    };
    let read = if is_too_nested(&rust) {
        Err("it is nested too deep".to_owned())
    } else {
        parse_type(&rust)
    };
    let why = match read {
        Ok(TypeRef::Other) => "it is of a form that is not read".to_owned(),
        Err(why) => why,
        Ok(ty) => {
            return Some(FlowType {
                ty,
                text: text.value,
                place: text.place,
            });
        }
    };
    let message = format!("`{}` is no type: {why}", text.value);
    problems.push(text.place, message, None);
    None
}

/// Reads `[ops]`.
pub(super) fn ops(problems: &mut Problems, top: &mut Table<'_>, sets: &Sets<'_>) -> Vec<OpRule> {
    let mut ops = Vec::new();
    for (text, patterns, value) in entries(problems, top, "ops", sets) {
        let Some(op) = op(problems, &text, value) else {
            continue;
        };
        ops.extend(patterns.into_iter().map(|pattern| OpRule {
            pattern,
            class: op.class,
            verb: op.verb.clone(),
            label: op.label.clone(),
            bound: op.bound,
            is_lazy: op.is_lazy,
            note: op.note.clone(),
            place: text.place,
        }));
    }
    ops
}

/// An operation without its pattern.
struct Op {
    class: OpClass,
    verb: Option<Source>,
    label: Option<Source>,
    bound: Option<u32>,
    is_lazy: bool,
    note: Option<String>,
}

fn op(problems: &mut Problems, text: &Text, value: &Value<'_>) -> Option<Op> {
    let DeValue::Table(entries) = value.get_ref() else {
        let class = toml_tables::string(problems, &text.value, value)?;
        return Some(Op {
            class: class_of(problems, &class)?,
            verb: None,
            label: None,
            bound: None,
            is_lazy: false,
            note: None,
        });
    };
    let header = format!("the operation `{}`", text.value);
    let mut table = Table::new(header, text.place, entries);
    let class = table.needed(problems, "class");
    let class = class.and_then(|class| class_of(problems, &class));
    let class = otherwise(problems, &mut table, class);
    let op = Op {
        class: class.unwrap_or(OpClass::None),
        verb: source(problems, &mut table, "verb"),
        label: source(problems, &mut table, "label"),
        bound: table.number(problems, "bound").map(|bound| bound.value),
        is_lazy: table.flag(problems, "lazy").is_some_and(|flag| flag.value),
        note: table.string(problems, "note").map(|note| note.value),
    };
    table.finish(problems);
    class.map(|_| op)
}

fn class_of(problems: &mut Problems, text: &Text) -> Option<OpClass> {
    toml_tables::one_of(problems, "class", text, &OpClass::words()).map(|class| class.value)
}

/// The class with what `else` says of verbs that are not known.
fn otherwise(
    problems: &mut Problems,
    table: &mut Table<'_>,
    class: Option<OpClass>,
) -> Option<OpClass> {
    let Some(otherwise) = table.word(problems, "else", &Class::WORDS) else {
        return class;
    };
    if let Some(OpClass::Verb { .. }) = class {
        let otherwise = otherwise.value;
        return Some(OpClass::Verb { otherwise });
    }
    let message = "`else` is for `class = \"verb\"` only".to_owned();
    problems.push(otherwise.place, message, None);
    class
}
