//! The closing summary for people: what was read, found and not seen.

use super::style::{Severity, Style};
use super::table::{self, Align};
use crate::summary::{Accepted, SiteCount, Summary};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// The whole summary; `elapsed` is the time of the run.
pub fn text(style: Style, summary: &Summary, elapsed: Duration) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = read(&mut out, summary, elapsed)
        .and_then(|()| sites(&mut out, style, summary))
        .and_then(|()| declarations(&mut out, summary))
        .and_then(|()| unseen(&mut out, style, summary))
        .and_then(|()| accepted(&mut out, summary))
        .and_then(|()| verdict(&mut out, style, summary));
    out
}

fn read(out: &mut String, summary: &Summary, elapsed: Duration) -> fmt::Result {
    let Summary {
        packages,
        files,
        lines,
        functions,
        ..
    } = summary;
    let seconds = elapsed.as_secs_f64();
    writeln!(
        out,
        "read {}, {} ({}, {}) in {seconds:.2} s",
        counted(*packages as u64, "package"),
        counted(*files as u64, "file"),
        counted(*lines, "line"),
        counted(*functions, "function"),
    )?;
    match summary.targets_left_out {
        0 => Ok(()),
        n => writeln!(
            out,
            "left out {}: tests, benches, examples, build scripts (`--all-targets`)",
            counted(n as u64, "target")
        ),
    }
}

/// `12 declarations: 2 tested, 7 located, 3 declared only`.
fn declarations(out: &mut String, summary: &Summary) -> fmt::Result {
    let total: usize = summary.declarations.values().sum();
    if total == 0 {
        return Ok(());
    }
    let statuses = [
        ("tested", "tested"),
        ("located", "located in the code"),
        ("declared", "declared only"),
    ];
    let counts = statuses.iter().filter_map(|(status, words)| {
        let n = summary.declarations.get(status)?;
        Some(format!("{n} {words}"))
    });
    let counts: Vec<String> = counts.collect();
    let total = counted(total as u64, "declaration");
    writeln!(out, "found {total}: {}", counts.join(", "))
}

fn sites(out: &mut String, style: Style, summary: &Summary) -> fmt::Result {
    if summary.packages == 0 {
        return writeln!(
            out,
            "the workspace has no members: there is nothing to check"
        );
    }
    if summary.sites.is_empty() {
        return writeln!(
            out,
            "found no call site of a known client; `cargo spof clients` lists what is known"
        );
    }
    let total: usize = summary.sites.iter().map(|count| count.count).sum();
    writeln!(out, "found {}", counted(total as u64, "call site"))?;
    let rows = stores(summary).into_iter().map(|store| store.row());
    let columns = [Align::Left, Align::Right, Align::Right, Align::Left];
    let names = ["store", "sites", "likely", "by class"];
    out.push_str(&table::headed(style, &columns, &names, rows.collect()));
    Ok(())
}

/// The sites of one store.
struct Store<'s> {
    name: &'s str,
    client: &'s str,
    scope: &'s str,
    total: usize,
    likely: usize,
    classes: BTreeMap<&'s str, usize>,
}

fn stores(summary: &Summary) -> Vec<Store<'_>> {
    let mut stores: Vec<Store<'_>> = Vec::new();
    for count in &summary.sites {
        let SiteCount {
            store,
            client,
            scope,
            ..
        } = count;
        let is_same =
            |last: &&mut Store<'_>| (last.name, last.client, last.scope) == (store, client, scope);
        match stores.last_mut().filter(is_same) {
            Some(last) => last.add(count),
            None => stores.push(Store::new(count)),
        }
    }
    stores
}

impl<'s> Store<'s> {
    fn new(count: &'s SiteCount) -> Self {
        let mut store = Self {
            name: &count.store,
            client: &count.client,
            scope: count.scope,
            total: 0,
            likely: 0,
            classes: BTreeMap::new(),
        };
        store.add(count);
        store
    }

    fn add(&mut self, count: &'s SiteCount) {
        self.total += count.count;
        self.likely += if count.certainty == "likely" {
            count.count
        } else {
            0
        };
        *self.classes.entry(count.class).or_default() += count.count;
    }

    fn row(&self) -> Vec<String> {
        let mut name = self.name.to_owned();
        if self.client != self.name {
            let _ = write!(name, " ({})", self.client);
        }
        let mut classes: Vec<_> = self.classes.iter().collect();
        classes.sort_by_key(|&(class, count)| (std::cmp::Reverse(count), class));
        let words: Vec<String> = classes
            .iter()
            .map(|(class, count)| format!("{class} {count}"))
            .collect();
        let mut classes = words.join(", ");
        if self.scope == "embedded" {
            classes.push_str(" [embedded: not reported]");
        }
        let likely = if self.likely == 0 {
            "-".to_owned()
        } else {
            self.likely.to_string()
        };
        vec![name, self.total.to_string(), likely, classes]
    }
}

fn unseen(out: &mut String, style: Style, summary: &Summary) -> fmt::Result {
    let total: usize = summary.unseen.values().sum();
    if total > 0 {
        let places = counted(total as u64, "place");
        writeln!(out, "did not see {places} (`--unseen` lists them)")?;
        let mut reasons: Vec<_> = summary.unseen.iter().collect();
        reasons.sort_by_key(|&(reason, count)| (std::cmp::Reverse(count), reason));
        let row = |(reason, count): (&String, &usize)| vec![count.to_string(), reason.clone()];
        let rows: Vec<Vec<String>> = reasons.into_iter().map(row).collect();
        for line in table::lines(&[Align::Right, Align::Left], &rows) {
            writeln!(out, "  {line}")?;
        }
    }
    if summary.unread > 0 {
        let word = style.severity(Severity::Error, "incomplete:");
        let files = counted(summary.unread as u64, "file");
        writeln!(out, "{word} {files} could not be read or parsed")?;
    }
    Ok(())
}

/// `the baseline accepts 18 findings, 2 fewer than it says`.
fn accepted(out: &mut String, summary: &Summary) -> fmt::Result {
    let Some(Accepted { accepted, gone }) = summary.baseline else {
        return Ok(());
    };
    let accepted = counted(accepted as u64, "finding");
    match gone {
        0 => writeln!(
            out,
            "the baseline accepts {accepted} (`--no-baseline` lists them)"
        ),
        gone => writeln!(
            out,
            "the baseline accepts {accepted}, {gone} fewer than it says: `cargo spof baseline` takes these out"
        ),
    }
}

fn verdict(out: &mut String, style: Style, summary: &Summary) -> fmt::Result {
    let (denied, warned) = (summary.denied, summary.warned);
    if denied + warned == 0 && summary.unread > 0 {
        return writeln!(out, "no findings in what was read");
    }
    if denied + warned == 0 {
        return writeln!(out, "{}", style.good("no findings"));
    }
    let of = |severity: Severity, n: usize| match n {
        0 => None,
        _ => Some(style.severity(severity, &counted(n as u64, severity.word()))),
    };
    let parts = [of(Severity::Error, denied), of(Severity::Warning, warned)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let total = counted((denied + warned) as u64, "finding");
    writeln!(out, "{total}: {}", parts.join(", "))
}

/// A number with its noun: `1 file`, `12 345 files`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(n))
}

/// A number in groups of three digits.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What was put into files.
pub fn fixed(declarations: usize, files: usize) -> String {
    match declarations {
        0 => "there is nothing to put in\n".to_owned(),
        n => format!(
            "put {} into {}, for somebody to fill in\n",
            counted(n as u64, "declaration"),
            counted(files as u64, "file")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(store: &str, class: &'static str, certainty: &'static str, count: usize) -> SiteCount {
        SiteCount {
            store: store.to_owned(),
            client: "vault".to_owned(),
            scope: if store == "cache" {
                "embedded"
            } else {
                "shared"
            },
            class,
            certainty,
            count,
        }
    }

    #[test]
    fn a_summary_tells_what_was_read_found_and_not_seen() {
        let summary = Summary {
            packages: 1,
            files: 12,
            lines: 1_234_567,
            functions: 890,
            targets_left_out: 2,
            sites: vec![
                count("cache", "read", "certain", 1),
                count("vault", "read", "certain", 4),
                count("vault", "read", "likely", 1),
                count("vault", "write", "certain", 12),
                count("sessions", "read", "certain", 3),
            ],
            declarations: [("declared", 1), ("located", 7)].into(),
            unseen: [("macro not understood".to_owned(), 3)].into(),
            unread: 1,
            denied: 2,
            warned: 1,
            baseline: Some(Accepted {
                accepted: 5,
                gone: 2,
            }),
        };
        let text = text(Style::default(), &summary, Duration::from_millis(420));
        insta::assert_snapshot!(text, @r"
        read 1 package, 12 files (1,234,567 lines, 890 functions) in 0.42 s
        left out 2 targets: tests, benches, examples, build scripts (`--all-targets`)
        found 21 call sites
          store             sites  likely  by class
          cache (vault)         1       -  read 1 [embedded: not reported]
          vault                17       1  write 12, read 5
          sessions (vault)      3       -  read 3
        found 8 declarations: 7 located in the code, 1 declared only
        did not see 3 places (`--unseen` lists them)
          3  macro not understood
        incomplete: 1 file could not be read or parsed
        the baseline accepts 5 findings, 2 fewer than it says: `cargo spof baseline` takes these out
        3 findings: 2 errors, 1 warning
        ");
    }

    #[test]
    fn a_workspace_without_members_says_so() {
        let text = text(Style::default(), &Summary::default(), Duration::ZERO);
        assert!(text.contains("there is nothing to check"), "{text}");
    }

    #[test]
    fn a_workspace_without_any_client_says_so() {
        let summary = Summary {
            packages: 1,
            ..Summary::default()
        };
        let text = text(Style::default(), &summary, Duration::ZERO);
        assert!(text.contains("no call site of a known client"), "{text}");
        assert!(text.ends_with("no findings\n"), "{text}");
    }
}
