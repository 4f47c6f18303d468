//! Findings as GitHub's workflow commands: an annotation beside the line of each, on the pull request's own page.
//!
//! GitHub shows ten annotations of each kind for a step; the rest is said in one more line, and is in the other formats. What stands in a
//! command is escaped as the runner reads it, so that no text of the code is a command of its own.

use super::escape;
use crate::finding::{Finding, Level};
use crate::workspace::Files;
use std::fmt::Write as _;

/// How many annotations GitHub shows.
const MAX_ANNOTATIONS: usize = 10;

/// The findings, those that fail the run first; `within` is the way from the repository's root to the workspace's.
pub fn findings(files: &Files, within: &str, findings: &[Finding]) -> String {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut out = String::new();
    for finding in sorted.iter().take(MAX_ANNOTATIONS) {
        out.push_str(&annotation(files, within, finding));
    }
    let rest = sorted.len().saturating_sub(MAX_ANNOTATIONS);
    if rest > 0 {
        // Writing to a string does not fail.
        let _ = writeln!(out, "::notice title=cargo spof::{rest} more findings");
    }
    out
}

fn annotation(files: &Files, within: &str, finding: &Finding) -> String {
    let kind = match finding.level {
        Level::Deny => "error",
        Level::Warn | Level::Allow => "warning",
    };
    let mut properties = format!("title={}", property(finding.lint));
    let place = finding.place();
    if let Some(file) = place.and_then(|place| files.get(place.file)) {
        let _ = write!(
            properties,
            ",file={}{}",
            property(within),
            property(&file.path)
        );
        if let Some(at) = place.and_then(|place| files.line_col(place)) {
            let _ = write!(properties, ",line={},col={}", at.line, at.column);
        }
    }
    let mut text = finding.message.clone();
    for note in &finding.notes {
        text = format!("{text}\n{note}");
    }
    if let Some(help) = &finding.help {
        text = format!("{text}\nhelp: {help}");
    }
    format!("::{kind} {properties}::{}\n", data(&text))
}

/// A command's text; line breaks are kept, escaped.
fn data(text: &str) -> String {
    let text = escape::lines(text);
    text.replace('%', "%25").replace('\n', "%0A")
}

/// A property's value.
fn property(text: &str) -> String {
    let text = data(&escape::terminal(text));
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_command() {
        assert_eq!(
            data("a\n::error::b 5%\u{1b}[31m"),
            "a%0A::error::b 5%25\\u{1b}[31m"
        );
        assert_eq!(
            property("a:b,c\n::set-output"),
            "a%3Ab%2Cc\\n%3A%3Aset-output"
        );
    }
}
