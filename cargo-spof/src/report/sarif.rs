//! Findings as SARIF 2.1.0, as GitHub's code scanning reads it: each result with a place and a fingerprint that has no line in it.

use super::escape;
use crate::finding::{Finding, Label, Level};
use crate::lints::LINTS;
use crate::span::Place;
use crate::workspace::Files;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif;
use std::collections::BTreeMap;

/// Where the schema is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What a path in a URI does not have.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// All findings as one log of one run; `within` is the way from the repository's root to the workspace's.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn findings(files: &Files, within: &str, findings: &[Finding]) -> serde_json::Result<String> {
    let places = Places { files, within };
    let driver = sarif::ToolComponent {
        information_uri: Some(env!("CARGO_PKG_REPOSITORY").to_owned()),
        semantic_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        rules: Some(LINTS.iter().map(|lint| rule(lint)).collect()),
        ..sarif::ToolComponent::builder().name("cargo-spof").build()
    };
    let run = sarif::Run {
        column_kind: Some("unicodeCodePoints".into()),
        results: Some(findings.iter().map(|it| places.result(it)).collect()),
        ..sarif::Run::builder()
            .tool(sarif::Tool::builder().driver(driver).build())
            .build()
    };
    let log = sarif::Sarif::builder()
        .schema(SCHEMA)
        .version("2.1.0")
        .runs(vec![run])
        .build();
    let text = serde_json::to_string_pretty(&log)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

fn rule(lint: &crate::lints::Lint) -> sarif::ReportingDescriptor {
    let text = |text: &str| {
        sarif::MultiformatMessageString::builder()
            .text(text)
            .build()
    };
    let level = sarif::ReportingConfiguration {
        enabled: Some(lint.level != Level::Allow),
        level: Some(word(lint.level).into()),
        ..sarif::ReportingConfiguration::default()
    };
    sarif::ReportingDescriptor {
        short_description: Some(text(lint.summary)),
        help: Some(sarif::MultiformatMessageString {
            markdown: Some(lint.page.to_owned()),
            ..text(lint.page)
        }),
        default_configuration: Some(level),
        ..sarif::ReportingDescriptor::builder().id(lint.name).build()
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "note",
    }
}

/// The files of a workspace, and where that lies in its repository.
struct Places<'p> {
    files: &'p Files,
    within: &'p str,
}

impl Places<'_> {
    fn result(&self, finding: &Finding) -> sarif::Result {
        let mut text = finding.message.clone();
        for note in finding.notes.iter().chain(&finding.help) {
            text = format!("{text}\n{note}");
        }
        let index = LINTS.iter().position(|lint| lint.name == finding.lint);
        let others = finding.labels.iter().skip(1);
        let related: Vec<sarif::Location> = others.filter_map(|it| self.label(it)).collect();
        let fingerprint = ("spof/v1".to_owned(), finding.fingerprint.clone());
        sarif::Result {
            rule_id: Some(finding.lint.to_owned()),
            rule_index: index.and_then(|it| i64::try_from(it).ok()),
            level: Some(match finding.level {
                Level::Deny => sarif::ResultLevel::Error,
                Level::Warn | Level::Allow => sarif::ResultLevel::Warning,
            }),
            locations: Some(vec![self.primary(finding)]),
            related_locations: (!related.is_empty()).then_some(related),
            partial_fingerprints: Some(BTreeMap::from([fingerprint])),
            ..sarif::Result::builder()
                .message(sarif::Message::builder().text(text).build())
                .build()
        }
    }

    /// The place of a finding; the workspace's manifest where it has none, since each result needs one.
    fn primary(&self, finding: &Finding) -> sarif::Location {
        let found = finding.place().and_then(|place| self.physical(place));
        let physical = found.unwrap_or_else(|| {
            let region = sarif::Region {
                start_line: Some(1),
                ..sarif::Region::default()
            };
            self.at("Cargo.toml", region)
        });
        sarif::Location {
            physical_location: Some(physical),
            ..sarif::Location::default()
        }
    }

    fn label(&self, label: &Label) -> Option<sarif::Location> {
        let message = sarif::Message::builder().text(&label.message).build();
        Some(sarif::Location {
            physical_location: Some(self.physical(label.place)?),
            message: (!label.message.is_empty()).then_some(message),
            ..sarif::Location::default()
        })
    }

    fn physical(&self, place: Place) -> Option<sarif::PhysicalLocation> {
        let file = self.files.get(place.file)?;
        let start = self.files.line_col(place)?;
        let end = file.lines.line_col(&file.text, place.span.end);
        let region = sarif::Region {
            start_line: Some(start.line.into()),
            start_column: Some(start.column.into()),
            end_line: Some(end.line.into()),
            end_column: Some(end.column.into()),
            ..sarif::Region::default()
        };
        Some(self.at(&file.path, region))
    }

    fn at(&self, path: &str, region: sarif::Region) -> sarif::PhysicalLocation {
        let uri = format!("{}{path}", self.within);
        let uri = utf8_percent_encode(&uri, ESCAPED).to_string();
        sarif::PhysicalLocation {
            artifact_location: Some(sarif::ArtifactLocation {
                uri: Some(uri),
                ..sarif::ArtifactLocation::default()
            }),
            region: Some(region),
            ..sarif::PhysicalLocation::default()
        }
    }
}
