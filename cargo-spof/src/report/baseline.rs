//! The baseline as it is written, and what is told of that.

use super::escape::{terminal, toml};
use super::short;
use super::summary::counted;
use crate::finding::{Finding, Level};
use crate::workspace::Files;
use crate::workspace::baseline::{At, Key, VERSION};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

const HEAD: &str = "\
# Findings that were there when the gate began. They are accepted until they are gone; new ones are not.
# `cargo spof baseline` writes this file, and takes out what is gone. Lines of code are not in it.
";

/// What is told of a baseline that was written.
#[derive(Debug)]
pub struct Written<'w> {
    /// Its path, as its user would write it.
    pub path: &'w str,
    /// How many findings it accepted before; none where there was no such file.
    pub before: Option<usize>,
    /// What it accepts now.
    pub entries: &'w BTreeMap<Key, usize>,
    /// How many of these it did not accept before.
    pub added: usize,
    /// How many entries went with functions to other modules.
    pub moved: usize,
    /// Whether `[gate]` names it.
    pub is_named: bool,
    /// The findings that are not accepted.
    pub refused: &'w [Finding],
}

/// The file: an entry a line, sorted.
pub fn file(entries: &BTreeMap<Key, usize>) -> String {
    let mut out = format!("{HEAD}version = {VERSION}\naccepted = [\n");
    for (key, count) in entries {
        let _ = entry(&mut out, key, *count);
    }
    out + "]\n"
}

fn entry(out: &mut String, key: &Key, count: usize) -> fmt::Result {
    write!(out, "    {{ lint = {}", toml(&key.lint))?;
    if !key.store.is_empty() {
        write!(out, ", store = {}", toml(&key.store))?;
    }
    match &key.at {
        At::Function(path) => write!(out, ", function = {}", toml(path))?,
        At::File(path) => write!(out, ", file = {}", toml(path))?,
    }
    if count != 1 {
        write!(out, ", count = {count}")?;
    }
    out.push_str(" },\n");
    Ok(())
}

/// What was done, and what to do next.
pub fn text(files: &Files, written: &Written<'_>) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = done(&mut out, written)
        .and_then(|()| by_lint(&mut out, written.entries))
        .and_then(|()| refused(&mut out, files, written))
        .and_then(|()| next(&mut out, written));
    out
}

fn done(out: &mut String, written: &Written<'_>) -> fmt::Result {
    let path = terminal(written.path);
    let now: usize = written.entries.values().sum();
    let Some(before) = written.before else {
        return writeln!(out, "accepted {} in `{path}`", findings(now));
    };
    let gone = before + written.added - now;
    let changes = [
        (gone, "taken out"),
        (written.added, "added"),
        (written.moved, "moved"),
    ];
    let changes = changes.iter().filter(|(n, _)| *n > 0);
    let changes: Vec<String> = changes.map(|(n, what)| format!("{n} {what}")).collect();
    let changes = if changes.is_empty() {
        "as before".to_owned()
    } else {
        changes.join(", ")
    };
    writeln!(out, "`{path}` accepts {} now: {changes}", findings(now))
}

fn by_lint(out: &mut String, entries: &BTreeMap<Key, usize>) -> fmt::Result {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, count) in entries {
        *counts.entry(&key.lint).or_default() += count;
    }
    for (lint, count) in counts {
        writeln!(out, "{count:>6}  {}", terminal(lint))?;
    }
    Ok(())
}

fn refused(out: &mut String, files: &Files, written: &Written<'_>) -> fmt::Result {
    if written.refused.is_empty() {
        return Ok(());
    }
    let n = written.refused.len();
    let denied = written
        .refused
        .iter()
        .filter(|it| it.level == Level::Deny)
        .count();
    writeln!(
        out,
        "\nnot accepted: {}, {denied} of them at deny",
        findings(n)
    )?;
    out.push_str(&short::findings(files, written.refused));
    writeln!(
        out,
        "mend or declare them; `--grow` accepts them too, except what ends at a day"
    )
}

fn next(out: &mut String, written: &Written<'_>) -> fmt::Result {
    if written.before.is_some() || written.is_named {
        return Ok(());
    }
    writeln!(
        out,
        "\ncommit it; `cargo spof` fails on new findings only now. So that it cannot go missing, add to `spof.toml`:\n\n\
        [gate]\nbaseline = {}",
        toml(written.path)
    )
}

fn findings(n: usize) -> String {
    counted(n as u64, "finding")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::FileId;
    use crate::workspace::baseline::parse;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let hostile = "a\"b\\c\n::error::\u{1b}[31m\u{202e}]";
        let key = |lint: &str, at| Key {
            lint: lint.to_owned(),
            store: hostile.to_owned(),
            at,
        };
        let entries = BTreeMap::from([
            (key("a", At::Function(hostile.to_owned())), 2),
            (key("a", At::File(hostile.to_owned())), 1),
        ]);
        let text = file(&entries);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert_eq!(text.lines().count(), 7);
        let (read, problems) = parse(FileId(0), &text);
        assert_eq!(problems, []);
        let read = read
            .entries
            .into_iter()
            .map(|(key, entry)| (key, entry.count));
        assert_eq!(read.collect::<BTreeMap<_, _>>(), entries);
    }
}
