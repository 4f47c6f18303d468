//! The blast of an outage. One file a format.

mod graph;
mod html;
mod markdown;
mod text;

pub use graph::{dot, mermaid};
pub use html::html;
pub use markdown::markdown;
pub use text::text;

use super::{escape, json};
use crate::blast::{Blast, EntryOutcome, counts};
use crate::outage::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// What an outage does.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Blast"))]
struct Record<'b> {
    /// The version of the format: it grows when a field is renamed or removed.
    version: u32,
    #[serde(flatten)]
    blast: &'b Blast,
}

/// All of it as one object.
///
/// # Errors
/// What serialising gives; none for these values.
pub fn json(blast: &Blast) -> serde_json::Result<String> {
    let record = Record {
        version: json::VERSION,
        blast,
    };
    let text = serde_json::to_string_pretty(&record)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

/// `9 entry points: 4 fail, 1 degrade, 4 survive`.
fn count(blast: &Blast) -> String {
    let counts = counts(blast);
    let n = |outcome| counts.get(&outcome).copied().unwrap_or(0);
    format!(
        "{} entry points: {} fail, {} degrade, {} survive",
        blast.entry_points.len(),
        n(Outcome::Fails),
        n(Outcome::Degrades),
        n(Outcome::Survives),
    )
}

/// What no service answers, with the services that call it: `api.example.com (front, jobs)`.
fn external(blast: &Blast) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for found in &blast.external {
        by_name.entry(&found.name).or_default().push(&found.service);
    }
    let mut all = Vec::new();
    for (name, mut services) in by_name {
        services.dedup();
        all.push(format!("{name} ({})", services.join(", ")));
    }
    all
}

/// The entry points of a service that something happens to, the worst first.
fn hit<'b>(blast: &'b Blast, service: &str) -> Vec<&'b EntryOutcome> {
    let own = blast.entry_points.iter().filter(|it| it.service == service);
    let mut own: Vec<&EntryOutcome> = own.filter(|it| it.outcome > Outcome::Survives).collect();
    own.sort_by_key(|it| std::cmp::Reverse(it.outcome));
    own
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_types() {
        crate::report::json::tests::published("blast", &schemars::schema_for!(super::Record<'_>));
    }
}
