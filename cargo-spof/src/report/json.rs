//! Findings as JSON, one object a line, with the summary as the last one.
//!
//! Every object has a `kind`: `finding`, `unseen`, `summary`. Fields are added, never renamed;
//! the summary's `version` grows when that promise is broken.

use super::escape;
use crate::finding::{Finding, Label, Level};
use crate::span::{LineCol, Place};
use crate::summary::{Summary, UnseenPlace};
use crate::workspace::Files;
use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct FindingRecord<'f> {
    kind: &'static str,
    lint: &'static str,
    level: Level,
    message: &'f str,
    file: Option<&'f str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    function: &'f str,
    store: &'f str,
    entry_points: &'f [String],
    labels: Vec<LabelRecord<'f>>,
    notes: &'f [String],
    help: Option<&'f str>,
    fingerprint: &'f str,
}

#[derive(Serialize)]
struct LabelRecord<'f> {
    file: &'f str,
    line: u32,
    column: u32,
    message: &'f str,
}

#[derive(Serialize)]
struct UnseenRecord<'f> {
    kind: &'static str,
    #[serde(flatten)]
    place: &'f UnseenPlace,
}

#[derive(Serialize)]
struct SummaryRecord<'f> {
    kind: &'static str,
    version: u32,
    #[serde(flatten)]
    summary: &'f Summary,
}

/// The findings. `labels` begins with the primary place, which `file`, `line` and `column` are of as well.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn findings(files: &Files, findings: &[Finding]) -> serde_json::Result<String> {
    lines(findings.iter().map(|finding| record(files, finding)))
}

/// What was not seen.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn unseen(places: &[UnseenPlace]) -> serde_json::Result<String> {
    let kind = "unseen";
    lines(places.iter().map(|place| UnseenRecord { kind, place }))
}

/// The last line.
///
/// # Errors
/// What serialising gives; none for this record.
pub fn summary(summary: &Summary) -> serde_json::Result<String> {
    lines([SummaryRecord {
        kind: "summary",
        version: VERSION,
        summary,
    }])
}

/// One object a line, with no character in it that would do something to a terminal.
pub(super) fn lines<T: Serialize>(
    records: impl IntoIterator<Item = T>,
) -> serde_json::Result<String> {
    let mut out = String::new();
    for record in records {
        out.push_str(&escape::json(&serde_json::to_string(&record)?));
        out.push('\n');
    }
    Ok(out)
}

fn record<'f>(files: &'f Files, finding: &'f Finding) -> FindingRecord<'f> {
    let place = finding.place();
    let file = place.and_then(|place| files.get(place.file));
    let start = place.and_then(|place| files.line_col(place));
    let end = place.and_then(|place| end(files, place));
    FindingRecord {
        kind: "finding",
        lint: finding.lint,
        level: finding.level,
        message: &finding.message,
        file: file.map(|file| file.path.as_str()),
        line: start.map(|at| at.line),
        column: start.map(|at| at.column),
        end_line: end.map(|at| at.line),
        end_column: end.map(|at| at.column),
        function: &finding.function,
        store: &finding.store,
        entry_points: &finding.entry_points,
        labels: finding
            .labels
            .iter()
            .filter_map(|it| label(files, it))
            .collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        fingerprint: &finding.fingerprint,
    }
}

fn label<'f>(files: &'f Files, label: &'f Label) -> Option<LabelRecord<'f>> {
    let at = files.line_col(label.place)?;
    Some(LabelRecord {
        file: &files.get(label.place.file)?.path,
        line: at.line,
        column: at.column,
        message: &label.message,
    })
}

/// One past the last character.
fn end(files: &Files, place: Place) -> Option<LineCol> {
    let file = files.get(place.file)?;
    Some(file.lines.line_col(&file.text, place.span.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_finding_is_one_line_with_every_field() {
        let mut files = Files::default();
        let file = files.push("src/a.rs".to_owned(), "fn f() {\n    get(ü);\n}\n");
        let finding = Finding {
            lint: "undeclared-dependency",
            level: Level::Deny,
            message: "`f` fails".to_owned(),
            labels: vec![Label {
                place: Place {
                    file,
                    span: Span::new(13, 20),
                },
                message: "reads `s`".to_owned(),
            }],
            function: "a::f".to_owned(),
            store: "s".to_owned(),
            entry_points: vec!["a::main".to_owned()],
            notes: Vec::new(),
            help: None,
            fingerprint: "undeclared-dependency:s:a::f:1".to_owned(),
        };
        let text = findings(&files, &[finding]).expect("serialised");
        insta::assert_snapshot!(text, @r#"{"kind":"finding","lint":"undeclared-dependency","level":"deny","message":"`f` fails","file":"src/a.rs","line":2,"column":5,"end_line":2,"end_column":11,"function":"a::f","store":"s","entry_points":["a::main"],"labels":[{"file":"src/a.rs","line":2,"column":5,"message":"reads `s`"}],"notes":[],"help":null,"fingerprint":"undeclared-dependency:s:a::f:1"}"#);
    }

    #[test]
    fn the_last_line_is_a_summary_with_a_version() {
        let text = summary(&Summary::default()).expect("serialised");
        insta::assert_snapshot!(text, @r#"{"kind":"summary","version":1,"packages":0,"files":0,"lines":0,"functions":0,"targets_left_out":0,"sites":[],"unseen":{},"unread":0,"denied":0,"warned":0}"#);
    }
}
