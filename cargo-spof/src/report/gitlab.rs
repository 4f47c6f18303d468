//! Findings as GitLab's code quality report, which a merge request shows: a list of objects with a place and a fingerprint.

use super::escape;
use crate::finding::{Finding, Level};
use crate::workspace::Files;
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'f> {
    description: &'f str,
    check_name: &'f str,
    fingerprint: &'f str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// All findings as one list; one without a place stands at the first line of the workspace's manifest, since each needs one. `within` is the
/// way from the repository's root to the workspace's.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn findings(files: &Files, within: &str, findings: &[Finding]) -> serde_json::Result<String> {
    let issues: Vec<Issue<'_>> = findings.iter().map(|it| issue(files, within, it)).collect();
    let text = serde_json::to_string_pretty(&issues)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

fn issue<'f>(files: &'f Files, within: &str, finding: &'f Finding) -> Issue<'f> {
    let place = finding.place();
    let file = place.and_then(|place| files.get(place.file));
    let at = place.and_then(|place| files.line_col(place));
    Issue {
        description: &finding.message,
        check_name: finding.lint,
        fingerprint: &finding.fingerprint,
        severity: match finding.level {
            Level::Deny => "major",
            Level::Warn | Level::Allow => "minor",
        },
        location: Location {
            path: format!(
                "{within}{}",
                file.map_or("Cargo.toml", |file| file.path.as_str())
            ),
            lines: Lines {
                begin: at.map_or(1, |at| at.line),
            },
        },
    }
}
