//! A comment for a pull request.

use super::super::{escape, short};
use super::{Compared, Moved, first_site, hanging, moved, needs, operations, without};
use crate::diff::{Change, DependencyChange, VerbChange};
use crate::finding::Level;
use crate::workspace::Files;
use std::fmt::{self, Write as _};

/// Tells the comment from others, for those that replace it.
const MARK: &str = "<!-- cargo-spof -->";

/// How many rows of a table a comment shows. GitHub takes 65,536 characters.
const ROWS: usize = 50;

/// The verdict, the new findings, and tables of what changed.
pub fn markdown(files: &Files, compared: &Compared<'_>) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = head(&mut out, compared)
        .and_then(|()| findings(&mut out, files, compared))
        .and_then(|()| outcomes(&mut out, compared))
        .and_then(|()| dependencies(&mut out, compared))
        .and_then(|()| entry_points(&mut out, compared))
        .and_then(|()| stores(&mut out, compared))
        .and_then(|()| verbs(&mut out, compared))
        .and_then(|()| foot(&mut out, compared));
    out
}

fn cell(text: &str) -> String {
    escape::markdown(text)
}

fn head(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let (denied, _) = compared.counts();
    let mark = if denied > 0 { "❌" } else { "✅" };
    writeln!(
        out,
        "{MARK}\n### {mark} cargo spof: {}\n",
        compared.verdict()
    )?;
    if compared.diff.is_empty() && compared.findings.is_empty() {
        writeln!(
            out,
            "No dependency, entry point, provider, declaration or outcome changed.\n"
        )?;
    }
    Ok(())
}

/// Rows below a header, the first of them.
fn table(out: &mut String, title: &str, header: &[&str], rows: &[Vec<String>]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "**{title}**\n\n| {} |", header.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(header.len()))?;
    for row in rows.iter().take(ROWS) {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    match rows.len().saturating_sub(ROWS) {
        0 => writeln!(out),
        more => writeln!(out, "\n… and {more} more.\n"),
    }
}

fn findings(out: &mut String, files: &Files, compared: &Compared<'_>) -> fmt::Result {
    let mut sorted: Vec<_> = compared.findings.iter().collect();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.level));
    let rows = sorted.into_iter().map(|finding| {
        let level = if finding.level == Level::Deny {
            "error"
        } else {
            "warning"
        };
        let place = finding.place().and_then(|it| short::place(files, it));
        let notes = finding
            .notes
            .iter()
            .map(|note| format!("<br>{}", cell(note)));
        let message = cell(&finding.message) + &notes.collect::<String>();
        vec![
            level.to_owned(),
            cell(finding.lint),
            message,
            place.map_or_else(String::new, |it| cell(&it)),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(
        out,
        "New findings",
        &["level", "lint", "finding", "place"],
        &rows,
    )
}

fn outcomes(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let (worse, better) = moved(compared.diff);
    let row = |it: &Moved<'_>| {
        vec![
            cell(it.service),
            cell(it.entry_point),
            cell(&it.without.join(", ")),
            it.outcome(),
            cell(it.how()),
        ]
    };
    let header = ["service", "entry point", "without", "outcome", "how"];
    let worse: Vec<Vec<String>> = worse.iter().map(row).collect();
    table(out, "Worse in an outage", &header, &worse)?;
    let better: Vec<Vec<String>> = better.iter().map(row).collect();
    table(out, "Better in an outage", &header, &better)?;
    match hanging(compared.diff) {
        (0, 0) => Ok(()),
        (worse, better) => writeln!(
            out,
            "When a store hangs rather than refuses: {worse} entry points are worse, {better} better.\n"
        ),
    }
}

fn dependencies(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let row = |it: &DependencyChange| {
        vec![
            word(it.change).to_owned(),
            cell(&it.service),
            format!("{} {}", it.kind.word(), cell(&it.on)),
            without(it),
            cell(&it.verbs.join(", ")),
            cell(&first_site(it)),
        ]
    };
    let rows: Vec<Vec<String>> = compared.diff.dependencies.iter().map(row).collect();
    let header = [
        "",
        "service",
        "depends on",
        "without it",
        "declared",
        "first call site",
    ];
    table(out, "Dependencies", &header, &rows)?;
    let rows = compared.diff.operations.iter().map(|it| {
        vec![
            cell(&it.service),
            format!("{} {}", it.kind.word(), cell(&it.on)),
            operations(it),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header = ["service", "asks", "call sites"];
    table(out, "Operations", &header, &rows)
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Added => "new",
        Change::Removed => "gone",
    }
}

fn entry_points(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let rows = compared.diff.entry_points.iter().map(|it| {
        vec![
            word(it.change).to_owned(),
            cell(&it.service),
            cell(&it.entry_point),
            cell(&needs(it)),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header = ["", "service", "entry point", "in an outage"];
    table(out, "Entry points", &header, &rows)
}

fn stores(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let rows = compared.diff.providers.iter().map(|it| {
        vec![
            cell(&it.store),
            cell(&it.from.join(", ")),
            cell(&it.to.join(", ")),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(out, "Providers", &["store", "before", "now"], &rows)
}

fn verbs(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let row = |it: &VerbChange| {
        let weaker = if it.is_weaker { " (weaker)" } else { "" };
        let place = format!("{}:{}", it.file, it.line);
        vec![
            cell(&it.store),
            format!(
                "{} → {}{weaker}",
                it.from.unwrap_or("–"),
                it.to.unwrap_or("–")
            ),
            cell(it.reason.as_deref().unwrap_or_default()),
            cell(it.owner.as_deref().unwrap_or_default()),
            cell(it.until.as_deref().unwrap_or_default()),
            cell(&place),
        ]
    };
    let rows: Vec<Vec<String>> = compared.diff.verbs.iter().map(row).collect();
    let header = ["store", "declared", "reason", "owner", "until", "place"];
    table(out, "Declarations", &header, &rows)
}

fn foot(out: &mut String, compared: &Compared<'_>) -> fmt::Result {
    let (base, commit) = (cell(compared.base), compared.commit);
    write!(out, "<sub>Compared with {base} ({commit}).")?;
    if compared.is_policy_of_base {
        write!(out, " Judged by the policy of the base.")?;
    }
    for rename in compared.diff.renamed.iter().take(ROWS) {
        let (from, to) = (cell(&rename.from), cell(&rename.to));
        write!(out, "<br>{} {from} is {to} now.", rename.what)?;
    }
    writeln!(out, "</sub>")
}
