//! Call sites: one a line, as text or JSON.

use super::json;
use super::table::{self, Align};
use crate::analysis::Analysis;
use crate::sites::{Certainty, Site};
use serde::Serialize;

/// A call site as `cargo spof sites` prints it. Fields are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SiteRecord {
    /// Relative to the workspace's root, with `/`.
    pub file: String,
    /// Of the operation's name, from 1.
    pub line: u32,
    /// Of the operation's name, from 1, in characters.
    pub column: u32,
    /// Where the whole expression begins.
    pub start_line: u32,
    /// Where the whole expression ends.
    pub end_line: u32,
    /// The function's path.
    pub function: String,
    /// The Cargo package.
    pub package: String,
    /// The rule file's stem.
    pub client: String,
    /// The store, as configuration names it.
    pub store: String,
    /// The operation's name.
    pub operation: String,
    /// What it does.
    pub class: &'static str,
    /// What tells stores of one client apart, where the code says it.
    pub label: Option<String>,
    /// `certain` or `likely`.
    pub certainty: Certainty,
    /// What becomes of its error.
    pub flow: crate::flow::Flow,
    /// `shared`, `remote`, `embedded`, `varies` or `inherit`.
    pub scope: &'static str,
}

/// All call sites, by file and position.
pub fn records(analysis: &Analysis<'_>) -> Vec<SiteRecord> {
    let sites = analysis.sites.iter();
    let mut records: Vec<SiteRecord> = sites.filter_map(|site| record(analysis, site)).collect();
    records.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    records
}

fn record(analysis: &Analysis<'_>, site: &Site) -> Option<SiteRecord> {
    let file = analysis.sources.files.get(site.name.file)?;
    let at = file.lines.line_col(&file.text, site.name.span.start);
    let line = |offset: u32| file.lines.line_col(&file.text, offset).line;
    Some(SiteRecord {
        file: file.path.clone(),
        line: at.line,
        column: at.column,
        start_line: line(site.span.start),
        end_line: line(site.span.end.saturating_sub(1).max(site.span.start)),
        function: analysis.program.path(site.function),
        package: analysis.package_of(site.function).to_owned(),
        client: analysis.rule(site).stem.clone(),
        store: site.store.to_string(),
        operation: site.operation.to_string(),
        class: site.class.word(),
        label: site.label.as_ref().map(ToString::to_string),
        certainty: site.certainty,
        flow: site.flow.flow,
        scope: site.scope.word(),
    })
}

/// The sites as JSON, one object a line.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn json_lines(records: &[SiteRecord]) -> serde_json::Result<String> {
    json::lines(records)
}

/// The sites as aligned lines: place, client, store, class, operation, flow, certainty, function and label.
pub fn text(records: &[SiteRecord]) -> String {
    let rows: Vec<Vec<String>> = records.iter().map(row).collect();
    let lines = table::lines(&[Align::Left; 8], &rows);
    lines.into_iter().map(|line| line + "\n").collect()
}

fn row(record: &SiteRecord) -> Vec<String> {
    let label = record.label.as_ref().map(|label| format!(" [{label}]"));
    vec![
        format!("{}:{}:{}", record.file, record.line, record.column),
        record.client.clone(),
        record.store.clone(),
        record.class.to_owned(),
        record.operation.clone(),
        record.flow.word().to_owned(),
        record.certainty.word().to_owned(),
        format!("{}{}", record.function, label.unwrap_or_default()),
    ]
}
