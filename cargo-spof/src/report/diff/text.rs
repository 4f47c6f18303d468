//! For a terminal.

use super::super::escape::terminal;
use super::super::fold::unfolded;
use super::super::human;
use super::super::style::{Severity, Style};
use super::super::table::{self, Align};
use super::{Compared, Moved, first_site, hanging, moved, needs, operations, without};
use crate::diff::{Change, DependencyChange, EntryChange, OperationChange, VerbChange};
use crate::workspace::Files;
use std::fmt::{self, Write as _};

/// How many lines of a kind are shown, unless all are wanted.
const SHOWN: usize = 20;

/// For people: the new findings with the code, what changed, and the verdict.
pub fn text(style: Style, files: &Files, compared: &Compared<'_>, verbose: bool) -> String {
    let mut out = human::findings(style, files, &unfolded(compared.findings));
    let shown = if verbose { usize::MAX } else { SHOWN };
    let diff = compared.diff;
    let (worse, better) = moved(diff);
    let outcomes = |all: &[Moved<'_>]| all.iter().map(outcome).collect::<Vec<_>>();
    let sections = [
        ("worse in an outage", outcomes(&worse)),
        ("better in an outage", outcomes(&better)),
        (
            "dependencies",
            diff.dependencies.iter().map(dependency).collect(),
        ),
        (
            "operations",
            diff.operations.iter().map(operation).collect(),
        ),
        (
            "entry points",
            diff.entry_points.iter().map(entry_point).collect(),
        ),
        (
            "providers",
            diff.providers
                .iter()
                .map(|it| {
                    vec![
                        it.store.clone(),
                        format!("{} → {}", names(&it.from), names(&it.to)),
                    ]
                })
                .collect(),
        ),
        ("declarations", diff.verbs.iter().map(verb).collect()),
        (
            "renamed or moved",
            diff.renamed
                .iter()
                .map(|it| vec![it.what.to_owned(), format!("{} → {}", it.from, it.to)])
                .collect(),
        ),
    ];
    for (title, rows) in sections {
        // Writing to a string does not fail.
        let _ = section(&mut out, style, title, &rows, shown);
    }
    let _ = last(&mut out, style, compared);
    out
}

fn names(all: &[String]) -> String {
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join(", ")
    }
}

fn section(
    out: &mut String,
    style: Style,
    title: &str,
    rows: &[Vec<String>],
    shown: usize,
) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", style.bold(title))?;
    let lines = table::lines(&[Align::Left; 6], rows);
    for line in lines.iter().take(shown) {
        writeln!(out, "  {line}")?;
    }
    match lines.len().saturating_sub(shown) {
        0 => writeln!(out),
        more => writeln!(
            out,
            "  {}\n",
            style.dim(&format!("+{more} more (-v lists them)"))
        ),
    }
}

fn outcome(it: &Moved<'_>) -> Vec<String> {
    vec![
        it.service.to_owned(),
        it.entry_point.to_owned(),
        it.outcome(),
        format!("without {}", it.without.join(", ")),
        it.how().to_owned(),
    ]
}

fn operation(it: &OperationChange) -> Vec<String> {
    vec![
        it.service.clone(),
        format!("{} {}", it.kind.word(), it.on),
        operations(it),
    ]
}

fn entry_point(it: &EntryChange) -> Vec<String> {
    vec![
        format!("{} {}", sign(it.change), it.service),
        it.entry_point.clone(),
        needs(it),
    ]
}

fn sign(change: Change) -> char {
    match change {
        Change::Added => '+',
        Change::Removed => '-',
    }
}

fn dependency(it: &DependencyChange) -> Vec<String> {
    vec![
        format!("{} {}", sign(it.change), it.service),
        format!("{} {}", it.kind.word(), it.on),
        without(it),
        it.verbs.join(", "),
        first_site(it),
    ]
}

fn verb(it: &VerbChange) -> Vec<String> {
    let weaker = if it.is_weaker { "weaker" } else { "" };
    vec![
        it.store.clone(),
        format!(
            "{} → {}",
            it.from.unwrap_or("none"),
            it.to.unwrap_or("none")
        ),
        weaker.to_owned(),
        format!("{}:{}", it.file, it.line),
    ]
}

fn last(out: &mut String, style: Style, compared: &Compared<'_>) -> fmt::Result {
    let (worse, better) = hanging(compared.diff);
    if worse + better > 0 {
        writeln!(
            out,
            "when a store hangs rather than refuses: {worse} entry points are worse, {better} better\n"
        )?;
    }
    if compared.diff.is_empty() {
        writeln!(
            out,
            "no dependency, entry point, provider, declaration or outcome changed"
        )?;
    }
    let policy = if compared.is_policy_of_base {
        ", judged by its policy"
    } else {
        ""
    };
    writeln!(
        out,
        "compared with {} ({}){policy}",
        terminal(compared.base),
        compared.commit
    )?;
    let verdict = compared.verdict();
    let verdict = match compared.counts() {
        (0, 0) => style.good(&verdict),
        (0, _) => style.severity(Severity::Warning, &verdict),
        _ => style.severity(Severity::Error, &verdict),
    };
    writeln!(out, "{verdict}")
}
