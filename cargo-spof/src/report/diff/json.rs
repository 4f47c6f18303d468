//! All of it as one object.

use super::super::{escape, json};
use super::Compared;
use crate::diff::Diff;
use crate::inventory::Totals;
use crate::workspace::Files;
use serde::Serialize;

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(title = "Diff", deny_unknown_fields)
)]
/// What changed between two revisions.
struct Record<'c> {
    /// The version of the format: it grows when a field is renamed or removed.
    version: u32,
    /// The base as it was named.
    base: &'c str,
    /// The commit that it was, in short.
    commit: &'c str,
    /// Whether the change was judged by the base's policy.
    is_policy_of_base: bool,
    /// How much of everything there was.
    before: &'c Totals,
    /// How much of everything there is.
    now: &'c Totals,
    /// What changed.
    changes: &'c Diff,
    /// The findings that the base does not have.
    findings: Vec<json::FindingRecord<'c>>,
    /// How many findings of the base are gone.
    fixed: usize,
    /// How many findings the baseline accepted.
    accepted_before: usize,
    /// How many findings the baseline accepts.
    accepted: usize,
}

/// What changed, and the new findings.
///
/// # Errors
/// What serialising gives; none for these values.
pub fn json(files: &Files, compared: &Compared<'_>) -> serde_json::Result<String> {
    let findings = compared.findings.iter();
    let record = Record {
        version: json::VERSION,
        base: compared.base,
        commit: compared.commit,
        is_policy_of_base: compared.is_policy_of_base,
        before: &compared.before.totals,
        now: &compared.now.totals,
        changes: compared.diff,
        findings: findings.map(|it| json::record(files, it)).collect(),
        fixed: compared.fixed,
        accepted_before: compared.accepted.0,
        accepted: compared.accepted.1,
    };
    let text = serde_json::to_string_pretty(&record)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_types() {
        crate::report::json::tests::published("diff", &schemars::schema_for!(super::Record<'_>));
    }
}
