//! The tables of a rule file.
//!
//! In: the text. Out: the rule, or every problem of the file at its place.

use super::super::glob::Glob;
use super::super::pattern::{TypePattern, type_patterns};
use super::super::words::{Class, KINDS, Scope};
use super::calls::{self, Sets};
use super::{Api, Bounds, Example, Rule, RuleProblem, Shape, TypeSet};
use super::{frames, peers, proto, routes};
use crate::facts::{Unseen, extract};
use crate::span::{FileId, Place, Span};
use crate::spanned_toml::{self as toml_tables, Problems, Table, Text, Value};
use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

/// Reads the text of one rule file. `stem` is the file's name without `.toml`.
///
/// # Errors
///
/// Every problem of the file, in the order of their places.
pub fn parse(file: FileId, stem: &str, text: &str) -> Result<Rule, Vec<RuleProblem>> {
    let (rule, problems) = toml_tables::read_document(file, text, |problems, document| {
        rule(problems, file, stem, text, document)
    });
    match rule {
        Some(rule) if problems.is_empty() => Ok(rule),
        _ => Err(problems),
    }
}

fn rule(
    problems: &mut Problems,
    file: FileId,
    stem: &str,
    text: &str,
    document: &DeTable<'_>,
) -> Option<Rule> {
    let place = Place {
        file,
        span: Span::default(),
    };
    let mut top = Table::new(String::new(), place, document);
    let crates = crates(problems, &mut top);
    let extern_name = top.string(problems, "extern");
    let versions = top.string(problems, "versions");
    let store = store(problems, &mut top, &crates);
    let kind = top.needed(problems, "kind");
    let kind = kind.and_then(|kind| known_kind(problems, kind));
    let scope = scope(problems, &mut top);
    let types = types(problems, &mut top);
    let api = api(problems, &mut top, text);
    let sets = Sets::new(&types, &api);
    let flows = calls::flows(problems, &mut top, &sets);
    let ops = calls::ops(problems, &mut top, &sets);
    let verbs = verbs(problems, &mut top);
    let effects = frames::effects(problems, &mut top, &sets);
    let entries = frames::entries(problems, &mut top, &sets);
    let addressed = routes::routes(problems, &mut top, &sets);
    let called = peers::peers(problems, &mut top, &sets);
    let derives = derives(problems, &mut top);
    let proto = proto::proto(problems, &mut top);
    let bounds = bounds(problems, &mut top, &sets);
    let examples = examples(problems, &mut top, text);
    top.finish(problems);
    Some(Rule {
        stem: stem.to_owned(),
        crates,
        extern_name: extern_name.map(|name| name.value),
        versions: versions.map(|versions| versions.value),
        store: store?,
        kind: kind?,
        scope: scope?,
        types,
        api,
        flows,
        ops,
        verbs,
        effects,
        entries,
        routes: addressed,
        peers: called,
        derives,
        proto,
        bounds,
        examples,
    })
}

fn crates(problems: &mut Problems, top: &mut Table<'_>) -> Vec<Glob> {
    let names = top.one_or_more(problems, "crate");
    if names.is_empty() {
        let help = "add `crate = \"…\"`, the name of a Cargo package".to_owned();
        let message = "the file names no `crate`".to_owned();
        problems.push(top.place(), message, Some(help));
    }
    let mut crates = Vec::new();
    for name in names {
        package_name(problems, &name);
        crates.push(Glob::new(&name.value));
    }
    crates
}

/// A package's name, possibly with one `*`.
fn package_name(problems: &mut Problems, name: &Text) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*');
    let n_stars = name.value.matches('*').count();
    if !name.value.is_empty() && name.value.chars().all(is_name) && n_stars <= 1 {
        return;
    }
    let message = format!("`{}` is no name of a Cargo package", name.value);
    let help = (n_stars > 1).then(|| "one `*` is allowed".to_owned());
    problems.push(name.place, message, help);
}

fn store(problems: &mut Problems, top: &mut Table<'_>, crates: &[Glob]) -> Option<String> {
    let store = top.needed(problems, "store")?;
    if store.value.contains("$1") && crates.iter().all(Glob::is_exact) {
        let message = "`$1` is the part of a `*`, and `crate` has none".to_owned();
        problems.push(store.place, message, None);
    }
    Some(store.value)
}

fn scope(problems: &mut Problems, top: &mut Table<'_>) -> Option<Scope> {
    let text = top.needed(problems, "scope")?;
    let scope = toml_tables::one_of(problems, "scope", &text, &Scope::WORDS)?;
    Some(scope.value)
}

fn known_kind(problems: &mut Problems, kind: Text) -> Option<String> {
    if KINDS.contains(&kind.value.as_str()) {
        return Some(kind.value);
    }
    problems.unknown(kind.place, "unknown `kind`:", &kind.value, &KINDS);
    None
}

/// The entries of the table under a key; none without it.
pub(super) fn entries<'t>(
    problems: &mut Problems,
    top: &mut Table<'t>,
    key: &'static str,
) -> Vec<(Text, &'t Value<'t>)> {
    let Some(table) = top.table(problems, key) else {
        return Vec::new();
    };
    let entries = table.entries().into_iter();
    entries
        .map(|(key, value)| {
            let name = key.get_ref().as_ref().to_owned();
            (problems.spanned(key, name), value)
        })
        .collect()
}

fn types(problems: &mut Problems, top: &mut Table<'_>) -> IndexMap<String, TypeSet> {
    let mut types = IndexMap::new();
    for (name, value) in entries(problems, top, "types") {
        set_name(problems, &name);
        let set = type_set(problems, &name, value);
        types.insert(name.value, set);
    }
    types
}

fn set_name(problems: &mut Problems, name: &Text) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_upper = name.value.starts_with(|c: char| c.is_ascii_uppercase());
    if !is_upper || !name.value.chars().all(is_name) || name.value == "Self" {
        let message = format!("`{}` is no name of a set", name.value);
        let help = "a set's name is an identifier that begins with a capital".to_owned();
        problems.push(name.place, message, Some(help));
    }
}

fn type_set(problems: &mut Problems, name: &Text, value: &Value<'_>) -> TypeSet {
    let (mut shape, mut part) = (None, None);
    let (texts, scope, kind) = if let DeValue::Table(entries) = value.get_ref() {
        let mut table = Table::new(format!("the set `{}`", name.value), name.place, entries);
        let texts = table.one_or_more(problems, "paths");
        let scope = table.word(problems, "scope", &Scope::WORDS);
        let kind = table.string(problems, "kind");
        let kind = kind.and_then(|kind| known_kind(problems, kind));
        part = table.string(problems, "part").map(|part| part.value);
        shape = self::shape(problems, &mut table);
        table.finish(problems);
        (texts, scope.map(|scope| scope.value), kind)
    } else {
        let texts = toml_tables::one_or_more(problems, &name.value, value);
        (texts, None, None)
    };
    let paths = paths(problems, &texts);
    if texts.is_empty() && shape.is_none() {
        let message = format!("the set `{}` has no paths", name.value);
        problems.push(name.place, message, None);
    }
    TypeSet {
        paths,
        shape,
        scope,
        kind,
        part,
        place: name.place,
    }
}

/// `named` and `holds`, which go together.
fn shape(problems: &mut Problems, table: &mut Table<'_>) -> Option<Shape> {
    let holds = table.one_or_more(problems, "holds");
    let named = table.string(problems, "named");
    if holds.is_empty() && named.is_none() {
        return None;
    }
    let (Some(named), false) = (named, holds.is_empty()) else {
        let message = "`named` and `holds` go together".to_owned();
        let help = "both say which of a workspace's own structs are meant".to_owned();
        problems.push(table.place(), message, Some(help));
        return None;
    };
    Some(Shape {
        named: Glob::new(&named.value),
        holds: paths(problems, &holds),
    })
}

fn paths(problems: &mut Problems, texts: &[Text]) -> Vec<TypePattern> {
    let mut paths = Vec::new();
    for text in texts {
        match type_patterns(&text.value) {
            Ok(found) => paths.extend(found),
            Err(error) => problems.push(text.place, error.message, error.help),
        }
    }
    paths
}

fn api(problems: &mut Problems, top: &mut Table<'_>, file: &str) -> IndexMap<String, Api> {
    let mut all = IndexMap::new();
    for (package, value) in entries(problems, top, "api") {
        package_name(problems, &package);
        if let Some(text) = toml_tables::string(problems, &package.value, value) {
            let api = declarations(problems, text, file);
            all.insert(package.value, api);
        }
    }
    all
}

fn declarations(problems: &mut Problems, text: Text, file: &str) -> Api {
    let api = Api {
        facts: extract(&text.value, None),
        place: content(&text, file),
        text: text.value,
    };
    if let Some(broken) = &api.facts.broken {
        let message = format!("this is no Rust: {}", broken.message);
        problems.push(api.place_of(broken.span), message, None);
    }
    for Unseen { span, reason, what } in &api.facts.unseen {
        let message = format!("`{what}` is not read: {}", reason.phrase());
        problems.push(api.place_of(*span), message, None);
    }
    api
}

/// Where the content of a string stands; the whole string, quotes included, where it has escapes.
fn content(text: &Text, file: &str) -> Place {
    let raw = text.place.span.text(file);
    let quotes = ["'''", "\"\"\"", "'", "\""];
    let inner = quotes
        .iter()
        .find_map(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
    // A line end right behind the opening quotes is no part of the string.
    let before = inner.and_then(|inner| inner.strip_suffix(text.value.as_str()));
    let (Some(inner), Some("" | "\n" | "\r\n")) = (inner, before) else {
        return text.place;
    };
    let n_quotes = offset((raw.len() - inner.len()) / 2);
    let end = text.place.span.end - n_quotes;
    Place {
        file: text.place.file,
        span: Span::new(end - offset(text.value.len()), end),
    }
}

/// A length as an offset; files are bounded when they are loaded.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn verbs(problems: &mut Problems, top: &mut Table<'_>) -> Vec<(Class, Vec<Glob>)> {
    let mut verbs = Vec::new();
    for (word, value) in entries(problems, top, "verbs") {
        let globs = toml_tables::one_or_more(problems, &word.value, value);
        let globs = globs.iter().map(|glob| Glob::new(&glob.value)).collect();
        if let Some(class) = toml_tables::one_of(problems, "class", &word, &Class::WORDS) {
            verbs.push((class.value, globs));
        }
    }
    verbs
}

fn derives(problems: &mut Problems, top: &mut Table<'_>) -> Vec<(String, String)> {
    let mut derives = Vec::new();
    for (name, value) in entries(problems, top, "derive") {
        let Some(path) = toml_tables::string(problems, &name.value, value) else {
            continue;
        };
        match type_patterns(&path.value).as_deref() {
            Ok([one]) if one.is_exact() => derives.push((name.value, path.value)),
            _ => {
                let message = format!("`{}` is no path of a trait", path.value);
                problems.push(path.place, message, None);
            }
        }
    }
    derives
}

fn bounds(problems: &mut Problems, top: &mut Table<'_>, sets: &Sets<'_>) -> Bounds {
    let Some(mut table) = top.table(problems, "bounds") else {
        return Bounds::default();
    };
    let default = table.string(problems, "default");
    let set_by = table.one_or_more(problems, "set_by");
    table.finish(problems);
    Bounds {
        default: default.map(|default| default.value),
        set_by: set_by
            .iter()
            .flat_map(|text| calls::pattern(problems, text, sets))
            .collect(),
    }
}

fn examples(problems: &mut Problems, top: &mut Table<'_>, file: &str) -> Vec<Example> {
    let mut all = Vec::new();
    for (key, is_guard) in [("example", false), ("guard", true)] {
        let Some(value) = top.value(key) else {
            continue;
        };
        let DeValue::Array(items) = value.get_ref() else {
            let expected = format!("a list of tables: `[[{key}]]`");
            problems.wrong_kind(key, &expected, value);
            continue;
        };
        let read = |item| example(problems, key, is_guard, item, file);
        all.extend(items.iter().filter_map(read));
    }
    all.sort_by_key(|example: &Example| example.place);
    all
}

fn example(
    problems: &mut Problems,
    key: &str,
    is_guard: bool,
    value: &Value<'_>,
    file: &str,
) -> Option<Example> {
    let place = problems.place(&value.span());
    let mut table = toml_tables::table(problems, format!("`[[{key}]]`"), place, key, value)?;
    let name = table.needed(problems, "name");
    let code = table.needed(problems, "code");
    let proto = table.string(problems, "proto");
    table.finish(problems);
    let (name, code) = (name?, code?);
    Some(Example {
        name: name.value,
        place: content(&code, file),
        code: code.value,
        proto: proto.map(|proto| proto.value),
        is_guard,
    })
}
