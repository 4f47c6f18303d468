//! A row for each dependency, for a spreadsheet.

use super::super::escape;
use super::{declared, operations, service};
use crate::inventory::{Declaration, Dependency, Inventory};
use crate::outage::Outcome;

const HEADER: [&str; 19] = [
    "service",
    "owners",
    "kind",
    "depends_on",
    "direct",
    "clients",
    "providers",
    "operations",
    "call_sites",
    "outcome",
    "start",
    "entry_points_failing",
    "entry_points_degrading",
    "verbs",
    "status",
    "decided_by",
    "until",
    "undeclared",
    "unseen",
];

/// Comma-separated values after RFC 4180, with a header. Cells that a spreadsheet would take for a formula begin with `'`.
///
/// # Errors
/// What writing gives; none in memory.
pub fn csv(inventory: &Inventory) -> std::io::Result<String> {
    let mut writer = csv_writer();
    writer.write_record(HEADER)?;
    for dependency in &inventory.dependencies {
        writer.write_record(row(inventory, dependency).map(|cell| safe(&cell)))?;
    }
    let bytes = writer.into_inner().map_err(std::io::Error::other)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn csv_writer() -> ::csv::Writer<Vec<u8>> {
    ::csv::WriterBuilder::new().from_writer(Vec::new())
}

fn row(inventory: &Inventory, dependency: &Dependency) -> [String; 19] {
    let service = service(inventory, dependency);
    let declarations = declared(inventory, dependency);
    let all = |of: fn(&Declaration) -> Option<String>| {
        let mut words: Vec<String> = declarations.iter().filter_map(|it| of(it)).collect();
        words.sort();
        words.dedup();
        words.join("; ")
    };
    let word = |outcome: Option<Outcome>| outcome.map_or("", Outcome::word).to_owned();
    [
        dependency.service.clone(),
        service.map_or_else(String::new, |it| it.owners.join(" ")),
        dependency.kind.word().to_owned(),
        dependency.on.clone(),
        dependency.is_direct.to_string(),
        dependency.clients.join(" "),
        dependency.providers.join(" "),
        operations(dependency),
        dependency.call_sites.len().to_string(),
        word(dependency.outcome),
        word(dependency.start),
        dependency.fails.join("; "),
        dependency.degrades.join("; "),
        all(|it| it.verb.map(str::to_owned)),
        all(|it| Some(it.status.to_owned())),
        all(|it| it.owner.clone()),
        all(|it| it.until.clone()),
        dependency.undeclared.join("; "),
        service.map_or(0, |it| it.unseen.values().sum()).to_string(),
    ]
}

/// What a spreadsheet shows as it is.
fn safe(cell: &str) -> String {
    let cell = escape::terminal(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{cell}")
    } else {
        cell.into_owned()
    }
}
