//! Messages for people: a headline, the code with labels, notes, one step of help.
//!
//! In: findings, or any other [`Message`] with places in files. Out: text. The drawing of code is
//! [miette](https://docs.rs/miette)'s (`snippet`); headline, notes and help are written here, so that a headline
//! is one line that an editor or `grep` finds: `error[lint]: message`.

mod snippet;

use super::escape::{lines, terminal};
use super::fold::{Folded, Shown};
use super::short;
use super::style::{Severity, Style};
use super::wrap::wrap;
use crate::finding::{Finding, Label};
use crate::span::FileId;
use crate::workspace::Files;
use std::fmt::Write as _;

/// The number of places that stand for a folded group.
const N_PLACES: usize = 3;

/// Something to tell, with places.
#[derive(Clone, Debug)]
pub struct Message<'m> {
    /// How serious it is.
    pub severity: Severity,
    /// The lint's name; empty where there is none.
    pub code: &'m str,
    /// One line.
    pub headline: &'m str,
    /// The primary place, then the others.
    pub labels: &'m [Label],
    /// Lines that explain.
    pub notes: &'m [String],
    /// One concrete step.
    pub help: Option<&'m str>,
}

/// All findings, one after the other, an empty line behind each.
pub fn findings(style: Style, files: &Files, shown: &[Shown<'_>]) -> String {
    let text = |shown: &Shown<'_>| match shown {
        Shown::One(finding) => one(style, files, finding),
        Shown::Folded(group) => folded(style, files, group),
    };
    shown.iter().map(|shown| text(shown) + "\n").collect()
}

/// One message.
pub fn message(style: Style, files: &Files, message: &Message<'_>) -> String {
    let mut out = headline(style, message);
    let primary = message.labels.first().map(|label| label.place.file);
    let is_here = |label: &&Label| Some(label.place.file) == primary;
    let here: Vec<&Label> = message.labels.iter().filter(is_here).collect();
    if let Some(file) = primary.and_then(|id| files.get(id)) {
        out.push_str(&snippet::draw(style, message.severity, file, &here));
    }
    out.extend(elsewhere(files, message.labels, primary));
    for note in message.notes {
        out.push_str(&indented(style, "", note));
    }
    if let Some(help) = message.help {
        out.push_str(&indented(style, "help: ", help));
    }
    out
}

fn headline(style: Style, message: &Message<'_>) -> String {
    let word = message.severity.word();
    let code = match message.code {
        "" => format!("{word}:"),
        code => format!("{word}[{code}]:"),
    };
    let code = style.severity(message.severity, &code);
    let text = terminal(message.headline);
    format!("{code} {}\n", style.bold(&text))
}

/// Labels in other files than the primary one.
fn elsewhere(files: &Files, labels: &[Label], primary: Option<FileId>) -> Vec<String> {
    let others = labels
        .iter()
        .filter(|label| Some(label.place.file) != primary);
    let line = |label: &Label| {
        let place = short::place(files, label.place)?;
        Some(format!("   {place}: {}\n", terminal(&label.message)))
    };
    others.filter_map(line).collect()
}

/// Lines to the right of a word. The first one is prose, which is wrapped; those below it are often code, which is not.
fn indented(style: Style, word: &str, text: &str) -> String {
    let indent = 3 + word.len();
    let text = lines(text);
    let (prose, code) = text.split_once('\n').unwrap_or((&text, ""));
    let prose = wrap(
        style,
        &format!("{:indent$}{prose}", ""),
        indent + 2 * usize::from(word.is_empty()),
    );
    let mut out = format!(
        "   {}{}\n",
        style.hint(word),
        prose.get(indent..).unwrap_or_default()
    );
    for line in code.lines() {
        out.push_str(format!("{:indent$}{line}", "").trim_end());
        out.push('\n');
    }
    out
}

fn one(style: Style, files: &Files, finding: &Finding) -> String {
    let status = finding
        .status
        .map(|status| format!("status of the declaration: {status}"));
    let notes: Vec<String> = finding.notes.iter().cloned().chain(status).collect();
    message(
        style,
        files,
        &Message {
            severity: Severity::of(finding.level),
            code: finding.lint,
            headline: &finding.message,
            labels: &finding.labels,
            notes: &notes,
            help: finding.help.as_deref(),
        },
    )
}

/// A group: the first finding with its code, a few further places, the number of the others.
fn folded(style: Style, files: &Files, group: &Folded<'_>) -> String {
    let Some((&first, rest)) = group.findings.split_first() else {
        return String::new();
    };
    let count = group.findings.len();
    let (store, package) = (&first.store, &group.package);
    let headline = format!(
        "{count} functions of package `{package}` fail when `{store}` is down, and nothing declares that"
    );
    let mut notes: Vec<String> = rest
        .iter()
        .take(N_PLACES - 1)
        .map(|finding| also(files, finding))
        .collect();
    let n_more = count.saturating_sub(N_PLACES);
    notes.push(format!(
        "… and {n_more} more functions; `--message-format json` or `-v` lists them"
    ));
    notes.extend(reached(group));
    let severity = Severity::of(first.level);
    message(
        style,
        files,
        &Message {
            severity,
            code: first.lint,
            headline: &headline,
            labels: first.labels.get(..1).unwrap_or_default(),
            notes: &notes,
            help: Some(&declare_all(first)),
        },
    )
}

/// One declaration for all of them.
fn declare_all(first: &Finding) -> String {
    let krate = first.function.split("::").next().unwrap_or_default();
    format!(
        "say what happens: on the functions, or once for all of them in `spof.toml`, as in\n\
         [[on_outage]]\n\
         store = \"{}\"\n\
         at = \"{krate}::**\"\n\
         verb = \"fail\"\n\
         reason = \"…\"\n\
         owner = \"…\"",
        first.store
    )
}

fn also(files: &Files, finding: &Finding) -> String {
    let place = finding.place().and_then(|place| short::place(files, place));
    format!(
        "also {} in `{}`",
        place.unwrap_or_default(),
        finding.function
    )
}

/// The entry points that the group takes down.
fn reached(group: &Folded<'_>) -> Option<String> {
    let all = group
        .findings
        .iter()
        .flat_map(|finding| &finding.entry_points);
    let mut all: Vec<&String> = all.collect();
    all.sort_unstable();
    all.dedup();
    let mut text = String::from("reached by ");
    for (index, entry) in all.iter().take(N_PLACES).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}`{entry}`");
    }
    match all.len().saturating_sub(N_PLACES) {
        0 => {}
        1 => text.push_str(" and 1 more entry point"),
        n => drop(write!(text, " and {n} more entry points")),
    }
    (!all.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
