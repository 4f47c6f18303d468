//! Findings as JSON, one object a line, with the summary as the last one.
//!
//! Every object has a `kind`: `finding`, `unseen`, `summary`. Fields are added, never renamed;
//! the summary's `version` grows when that promise is broken.

use super::escape;
use crate::finding::{Finding, Label, Level, Suggestion};
use crate::span::{LineCol, Place};
use crate::summary::{Summary, UnseenPlace};
use crate::workspace::Files;
use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
/// One reported problem.
pub(super) struct FindingRecord<'f> {
    #[cfg_attr(test, schemars(extend("const" = "finding")))]
    kind: &'static str,
    /// The lint's name.
    lint: &'static str,
    /// At `deny` it fails the run.
    level: Level,
    /// One line that stands alone.
    message: &'f str,
    /// The file of the primary place, relative to the workspace's root.
    file: Option<&'f str>,
    /// From 1.
    line: Option<u32>,
    /// From 1, in characters.
    column: Option<u32>,
    /// Of the character behind the last one.
    end_line: Option<u32>,
    /// Of the character behind the last one.
    end_column: Option<u32>,
    /// The path of the function concerned; empty where there is none.
    function: &'f str,
    /// The store concerned; empty where there is none.
    store: &'f str,
    /// The entry points concerned, as their users name them.
    entry_points: &'f [String],
    /// Who answers for the file.
    owners: &'f [String],
    /// The primary place, then the others.
    labels: Vec<LabelRecord<'f>>,
    /// Lines that explain.
    notes: &'f [String],
    /// One concrete step.
    help: Option<&'f str>,
    /// How far the declaration concerned is borne out: `declared`, `located`, `tested`.
    status: Option<&'static str>,
    /// A text that can be put in.
    suggestion: Option<SuggestionRecord<'f>>,
    /// Tells this finding from others across revisions; has no line number in it.
    fingerprint: &'f str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
/// A place with a few words about it.
struct LabelRecord<'f> {
    file: &'f str,
    line: u32,
    column: u32,
    message: &'f str,
}

/// Lines to be put in. Columns are 1-based, as everywhere; what is replaced ends where it begins.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct SuggestionRecord<'f> {
    file: &'f str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'f str,
    applicability: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
/// A place that was not seen; with `--unseen`.
struct UnseenRecord<'f> {
    #[cfg_attr(test, schemars(extend("const" = "unseen")))]
    kind: &'static str,
    #[serde(flatten)]
    place: &'f UnseenPlace,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
/// The last line.
struct SummaryRecord<'f> {
    #[cfg_attr(test, schemars(extend("const" = "summary")))]
    kind: &'static str,
    /// The version of the format: it grows when a field is renamed or removed.
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

pub(super) fn record<'f>(files: &'f Files, finding: &'f Finding) -> FindingRecord<'f> {
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
        owners: &finding.owners,
        labels: finding
            .labels
            .iter()
            .filter_map(|it| label(files, it))
            .collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        status: finding.status,
        suggestion: finding
            .suggestion
            .as_ref()
            .and_then(|it| suggestion(files, it)),
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

fn suggestion<'f>(files: &'f Files, suggestion: &'f Suggestion) -> Option<SuggestionRecord<'f>> {
    let at = files.line_col(suggestion.place)?;
    Some(SuggestionRecord {
        file: &files.get(suggestion.place.file)?.path,
        line: at.line,
        column: at.column,
        end_line: at.line,
        end_column: at.column,
        replacement: &suggestion.text,
        // A person has to fill it in.
        applicability: "has-placeholders",
    })
}

/// One past the last character.
fn end(files: &Files, place: Place) -> Option<LineCol> {
    let file = files.get(place.file)?;
    Some(file.lines.line_col(&file.text, place.span.end))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Fails where a published schema is not that of its type; with `SPOF_WRITE_SCHEMAS` set, it is written anew.
    #[expect(
        clippy::disallowed_methods,
        reason = "it looks at a file of the repository"
    )]
    pub(in crate::report) fn published(name: &str, schema: &schemars::Schema) {
        let path = format!("{}/../schemas/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = serde_json::to_string_pretty(schema).expect("JSON") + "\n";
        if std::env::var_os("SPOF_WRITE_SCHEMAS").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "{path} is not what the types say");
    }
    use crate::span::Span;

    /// A line of `cargo spof --message-format json`.
    #[derive(schemars::JsonSchema)]
    #[schemars(title = "Check", untagged)]
    #[expect(dead_code, reason = "its schema is what is wanted")]
    enum Line<'f> {
        Finding(Box<FindingRecord<'f>>),
        Unseen(UnseenRecord<'f>),
        Summary(SummaryRecord<'f>),
    }

    #[test]
    fn the_published_schema_is_that_of_the_types() {
        published("check", &schemars::schema_for!(Line<'_>));
    }

    #[test]
    fn a_finding_is_one_line_with_every_field() {
        let mut files = Files::default();
        let file = files.push("src/a.rs".to_owned(), "fn f() {\n    get(ü);\n}\n");
        let place = |start, end| Place {
            file,
            span: Span::new(start, end),
        };
        let (lint, message) = ("undeclared-dependency", "`f` fails".to_owned());
        let finding = Finding {
            function: "a::f".to_owned(),
            store: "s".to_owned(),
            entry_points: vec!["a::main".to_owned()],
            status: Some("located"),
            suggestion: Some(Suggestion {
                place: place(0, 0),
                text: "// spof: on_outage(s, todo)\n".to_owned(),
            }),
            fingerprint: "undeclared-dependency:s:a::f:1".to_owned(),
            ..Finding::new(lint, Level::Deny, message, place(13, 20), "reads `s`")
        };
        let text = findings(&files, &[finding]).expect("serialised");
        insta::assert_snapshot!(text, @r#"{"kind":"finding","lint":"undeclared-dependency","level":"deny","message":"`f` fails","file":"src/a.rs","line":2,"column":5,"end_line":2,"end_column":11,"function":"a::f","store":"s","entry_points":["a::main"],"owners":[],"labels":[{"file":"src/a.rs","line":2,"column":5,"message":"reads `s`"}],"notes":[],"help":null,"status":"located","suggestion":{"file":"src/a.rs","line":1,"column":1,"end_line":1,"end_column":1,"replacement":"// spof: on_outage(s, todo)\n","applicability":"has-placeholders"},"fingerprint":"undeclared-dependency:s:a::f:1"}"#);
    }

    #[test]
    fn the_last_line_is_a_summary_with_a_version() {
        let text = summary(&Summary::default()).expect("serialised");
        insta::assert_snapshot!(text, @r#"{"kind":"summary","version":1,"packages":0,"files":0,"lines":0,"functions":0,"targets_left_out":0,"sites":[],"declarations":{},"unseen":{},"unread":0,"denied":0,"warned":0,"baseline":null}"#);
    }
}
