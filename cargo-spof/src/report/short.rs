//! Findings as `path:line:column: error[lint]: message`, one a line.

use super::escape::terminal;
use super::style::Severity;
use crate::finding::Finding;
use crate::span::Place;
use crate::workspace::Files;

/// All findings.
pub fn findings(files: &Files, findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| line(files, finding))
        .collect()
}

/// `path:line:column`, escaped; `None` where the place is in no file of the table.
pub fn place(files: &Files, place: Place) -> Option<String> {
    let at = files.line_col(place)?;
    let path = &files.get(place.file)?.path;
    Some(format!("{}:{}:{}", terminal(path), at.line, at.column))
}

fn line(files: &Files, finding: &Finding) -> String {
    let at = finding.place().and_then(|at| place(files, at));
    let at = at.map_or_else(String::new, |at| format!("{at}: "));
    let word = Severity::of(finding.level).word();
    format!(
        "{at}{word}[{}]: {}\n",
        finding.lint,
        terminal(&finding.message)
    )
}
