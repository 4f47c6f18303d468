//! The catalogue: a table of all clients, and one client in detail.

use super::escape::terminal;
use super::style::Style;
use super::table::{self, Align};
use super::wrap::wrap;
use crate::catalogue::{Glob, OpClass, OpRule, Rule, Source, TypePattern, TypeSet};
use std::fmt::{self, Write as _};

/// All clients, one a line: name, kind, scope, number of patterns for operations, crates.
pub fn list<'r>(style: Style, rules: impl IntoIterator<Item = &'r Rule>) -> String {
    let header = ["client", "kind", "scope", "ops", "crates"]
        .map(str::to_owned)
        .to_vec();
    let rows = rules.into_iter().map(row);
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let columns = [
        Align::Left,
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Left,
    ];
    let mut out = String::new();
    let lines = table::lines(&columns, &rows);
    let indent = crates_column(&lines);
    for (index, line) in lines.iter().enumerate() {
        let line = if index == 0 {
            style.dim(line)
        } else {
            wrap(style, line, indent)
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Where the last column of [`list`] begins.
fn crates_column(lines: &[String]) -> usize {
    lines
        .first()
        .and_then(|header| header.find("crates"))
        .unwrap_or(0)
}

/// One client: what it is about, its sets of types, its operations, its bounds.
pub fn detail(style: Style, rule: &Rule) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = head(&mut out, style, rule)
        .and_then(|()| types(&mut out, style, rule))
        .and_then(|()| operations(&mut out, style, rule))
        .and_then(|()| bounds(&mut out, style, rule));
    out
}

fn row(rule: &Rule) -> Vec<String> {
    vec![
        rule.stem.clone(),
        rule.kind.clone(),
        rule.scope.to_string(),
        rule.ops.len().to_string(),
        crates(rule),
    ]
}

fn crates(rule: &Rule) -> String {
    let names: Vec<&str> = rule.crates.iter().map(Glob::text).collect();
    names.join(", ")
}

fn head(out: &mut String, style: Style, rule: &Rule) -> fmt::Result {
    writeln!(out, "{}", style.bold(&terminal(&rule.stem)))?;
    let versions = rule.versions.clone();
    let examples = rule
        .examples
        .iter()
        .filter(|example| !example.is_guard)
        .count();
    let guards = rule.examples.len() - examples;
    let lines = [
        ("crates", Some(crates(rule))),
        ("versions", versions),
        ("library", rule.extern_name.clone()),
        (
            "store",
            Some(rule.store.clone()).filter(|store| !store.is_empty()),
        ),
        ("kind", Some(rule.kind.clone())),
        ("scope", Some(rule.scope.to_string())),
        (
            "examples",
            Some(format!("{examples} that match, {guards} that must not")),
        ),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            let line = format!("  {name:<9} {}", terminal(&value));
            writeln!(out, "{}", wrap(style, &line, 12))?;
        }
    }
    Ok(())
}

fn types(out: &mut String, style: Style, rule: &Rule) -> fmt::Result {
    let row = |(name, set): (&String, &TypeSet)| {
        let mut paths: Vec<String> = set.paths.iter().map(TypePattern::path).collect();
        if let Some(shape) = &set.shape {
            let holds: Vec<String> = shape.holds.iter().map(TypePattern::path).collect();
            let (named, holds) = (shape.named.text(), holds.join(", "));
            paths.push(format!(
                "structs of the workspace named {named} that hold {holds}"
            ));
        }
        vec![name.clone(), paths.join(", ")]
    };
    let rows: Vec<Vec<String>> = rule.types.iter().map(row).collect();
    section(out, style, "types", &rows)
}

fn operations(out: &mut String, style: Style, rule: &Rule) -> fmt::Result {
    let mut rows: Vec<Vec<String>> = rule.ops.iter().map(operation).collect();
    // One entry whose braces span several paths is several rules.
    rows.dedup();
    section(out, style, "operations", &rows)
}

fn operation(op: &OpRule) -> Vec<String> {
    let class = match op.class {
        OpClass::Class(class) => class.word().to_owned(),
        OpClass::Stream => "stream".to_owned(),
        OpClass::None => "none".to_owned(),
        OpClass::Verb { otherwise } => format!("by verb, else {otherwise}"),
    };
    let source = |name: &str, source: &Option<Source>| {
        let source = source.as_ref()?;
        let word = match source {
            Source::Name => "its name".to_owned(),
            Source::Type => "its receiver's type".to_owned(),
            Source::Recv => "its receiver".to_owned(),
            Source::Arg(index) => format!("argument {index}"),
            Source::Word(word) => format!("`{word}`"),
        };
        Some(format!("{name}: {word}"))
    };
    let notes = [
        source("verb", &op.verb),
        source("label", &op.label),
        op.note.clone(),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    let mut text = op.pattern.text.clone();
    if !notes.is_empty() {
        let _ = write!(text, "  ({})", notes.join("; "));
    }
    vec![class, text]
}

fn bounds(out: &mut String, style: Style, rule: &Rule) -> fmt::Result {
    let default = rule.bounds.default.iter();
    let mut rows: Vec<Vec<String>> = default
        .map(|text| vec!["default".to_owned(), text.clone()])
        .collect();
    let set_by = rule.bounds.set_by.iter();
    rows.extend(set_by.map(|pattern| vec!["set by".to_owned(), pattern.text.clone()]));
    section(out, style, "bounds", &rows)
}

/// Rows of two cells: a word, and what may be long.
fn section(out: &mut String, style: Style, title: &str, rows: &[Vec<String>]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style.bold(title))?;
    let words = rows.iter().filter_map(|row| row.first());
    let indent = words.map(|word| word.chars().count()).max().unwrap_or(0) + 4;
    for line in table::lines(&[Align::Left; 2], rows) {
        writeln!(out, "{}", wrap(style, &format!("  {line}"), indent))?;
    }
    Ok(())
}
