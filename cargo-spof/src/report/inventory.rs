//! The inventory. One file a format.

mod backstage;
mod csv;
mod cyclonedx;
mod graph;
mod html;
mod markdown;
mod text;

pub use backstage::backstage;
pub use csv::csv;
pub use cyclonedx::cyclonedx;
pub use graph::{dot, mermaid};
pub use html::html;
pub use markdown::markdown;
pub use text::text;

use super::escape;
use crate::inventory::{Declaration, Dependency, Inventory, Kind, Outage, Service};
use crate::outage::Outcome;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// All of it as one object.
///
/// # Errors
/// What serialising gives; none for these values.
pub fn json(inventory: &Inventory) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(inventory)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

/// The services, stores and peers, each kind by name.
fn things(inventory: &Inventory) -> impl Iterator<Item = (Kind, &str)> {
    let services = inventory
        .services
        .iter()
        .map(|it| (Kind::Service, it.name.as_str()));
    let stores = inventory
        .stores
        .iter()
        .map(|it| (Kind::Store, it.name.as_str()));
    let external = inventory
        .external
        .iter()
        .map(|it| (Kind::External, it.name.as_str()));
    services.chain(stores).chain(external)
}

/// `read 3, write 1`.
fn operations(dependency: &Dependency) -> String {
    let counts = dependency.operations.iter();
    let counts: Vec<String> = counts.map(|(class, n)| format!("{class} {n}")).collect();
    counts.join(", ")
}

/// The declarations about a dependency.
fn declared<'i>(inventory: &'i Inventory, dependency: &Dependency) -> Vec<&'i Declaration> {
    let all = dependency.declarations.iter();
    all.filter_map(|&index| inventory.declarations.get(index))
        .collect()
}

/// `fail (located, @web, until 2027-03-31)`.
fn declaration(declaration: &Declaration) -> String {
    let mut about = vec![declaration.status.to_owned()];
    about.extend(declaration.owner.clone());
    about.extend(declaration.until.as_ref().map(|day| format!("until {day}")));
    let verb = declaration.verb.unwrap_or("an unknown verb");
    format!("{verb} ({})", about.join(", "))
}

/// What was decided about a dependency, in a few words.
fn decision(inventory: &Inventory, dependency: &Dependency) -> String {
    let mut words: Vec<String> = declared(inventory, dependency)
        .into_iter()
        .map(declaration)
        .collect();
    words.sort();
    words.dedup();
    if !dependency.undeclared.is_empty() {
        words.push("undeclared".to_owned());
    }
    words.join("; ")
}

/// The outages that do anything, the worst first, each with its kind. A service that is a provider too, and the like, stand
/// there once where they hit the same.
fn ranking(inventory: &Inventory) -> Vec<(&Outage, String)> {
    let mut ranking: Vec<(&Outage, String)> = Vec::new();
    for outage in inventory
        .outages
        .iter()
        .filter(|it| it.fails + it.degrades > 0)
    {
        let kind = outage.kind.word();
        let is_same =
            |it: &&mut (&Outage, String)| it.0.name == outage.name && hits(it.0) == hits(outage);
        match ranking.iter_mut().find(is_same) {
            Some((_, kinds)) => *kinds = format!("{kinds}, {kind}"),
            None => ranking.push((outage, kind.to_owned())),
        }
    }
    ranking
}

/// The entry points that an outage hits, with what it does to them.
fn hits(outage: &Outage) -> BTreeSet<(&str, &str, Outcome)> {
    let hits = outage.hits.iter();
    hits.map(|it| (it.service.as_str(), it.entry_point.as_str(), it.outcome))
        .collect()
}

/// What becomes of a service: `3 of 5 fail, does not start`.
fn outcome(inventory: &Inventory, dependency: &Dependency) -> String {
    let Some(outcome) = dependency.outcome else {
        return "in process".to_owned();
    };
    let mut words = match dependency.fails.len() {
        0 => outcome.word().to_owned(),
        n => {
            let service = service(inventory, dependency);
            let all = service.map_or(0, |it| it.entry_points.len());
            format!("{n} of {} fail", all.max(n))
        }
    };
    if dependency.start == Some(Outcome::Fails) {
        words.push_str(", does not start");
    }
    words
}

/// The service of a dependency.
fn service<'i>(inventory: &'i Inventory, dependency: &Dependency) -> Option<&'i Service> {
    let mut services = inventory.services.iter();
    services.find(|it| it.name == dependency.service)
}

/// What a service depends on, the worst first; what reaches it through others only, where that is wanted.
fn of_service<'i>(
    inventory: &'i Inventory,
    service: &str,
    with_indirect: bool,
) -> Vec<&'i Dependency> {
    let own = inventory.dependencies.iter();
    let own = own.filter(|it| it.service == service && (with_indirect || it.is_direct));
    let mut own: Vec<&Dependency> = own.collect();
    own.sort_by_key(|it| {
        let worst = it.outcome.unwrap_or(Outcome::Survives);
        (
            !it.is_direct,
            Reverse((it.is_hard(), it.fails.len(), worst)),
        )
    });
    own
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let schema = schemars::schema_for!(crate::inventory::Inventory);
        crate::report::json::tests::published("inventory", &schema);
    }
}
