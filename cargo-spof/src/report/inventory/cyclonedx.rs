//! A CycloneDX 1.6 bill of materials: services, stores and peers as services, with who depends on what.
//!
//! What CycloneDX has no field for stands in properties whose names begin with `spof:`. The crates that are at hand for the format
//! generate all of its types for several versions; the few that are needed here stand here, and tests check them against the schema.

use super::super::escape;
use super::{decision, outcome};
use crate::inventory::{Dependency, Inventory, Kind};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    #[serde(rename = "bomFormat")]
    format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: Metadata,
    services: Vec<Service>,
    dependencies: Vec<DependsOn>,
}

#[derive(Serialize)]
struct Metadata {
    timestamp: String,
    tools: Tools,
    component: Component,
}

#[derive(Serialize)]
struct Tools {
    components: Vec<Component>,
}

#[derive(Serialize)]
struct Component {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    reference: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
}

#[derive(Serialize)]
struct Service {
    #[serde(rename = "bom-ref")]
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Provider>,
    group: &'static str,
    name: String,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Provider {
    name: String,
}

#[derive(Serialize)]
struct Property {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DependsOn {
    #[serde(rename = "ref")]
    reference: String,
    depends_on: Vec<String>,
}

/// The bill of materials, as JSON.
///
/// # Errors
/// What serialising gives; none for these values.
pub fn cyclonedx(inventory: &Inventory) -> serde_json::Result<String> {
    let component = |kind, name: &str, version| Component {
        kind,
        reference: format!("{kind}:{name}"),
        name: name.to_owned(),
        version,
    };
    let tool = component("application", "cargo-spof", Some(env!("CARGO_PKG_VERSION")));
    let bom = Bom {
        format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        metadata: Metadata {
            timestamp: format!("{}T00:00:00Z", inventory.today),
            tools: Tools {
                components: vec![tool],
            },
            component: component("platform", &inventory.workspace, None),
        },
        services: services(inventory),
        dependencies: dependencies(inventory),
    };
    let text = serde_json::to_string_pretty(&bom)?;
    Ok(escape::json(&text).into_owned() + "\n")
}

fn reference(kind: Kind, name: &str) -> String {
    format!("{}:{name}", kind.word())
}

fn property(name: impl Into<String>, value: impl Into<String>) -> Property {
    let (name, value) = (name.into(), value.into());
    Property { name, value }
}

fn services(inventory: &Inventory) -> Vec<Service> {
    let services = inventory.services.iter().map(|service| {
        let mut properties: Vec<Property> = Vec::new();
        properties.extend(service.owners.iter().map(|it| property("spof:owner", it)));
        properties.extend(service.tier.map(|it| property("spof:tier", it.to_string())));
        properties.extend(service.plane.map(|it| property("spof:plane", it)));
        properties.extend(service.slo.map(|it| property("spof:slo", it.to_string())));
        let entries = service.entry_points.iter();
        properties.extend(entries.map(|it| property("spof:entry-point", &it.name)));
        let own = inventory
            .dependencies
            .iter()
            .filter(|it| it.service == service.name);
        properties.extend(own.flat_map(|it| outage(inventory, it)));
        Service {
            reference: reference(Kind::Service, &service.name),
            provider: None,
            group: Kind::Service.word(),
            name: service.name.clone(),
            properties,
        }
    });
    let stores = inventory.stores.iter().map(|store| {
        let mut properties: Vec<Property> = Vec::new();
        properties.extend(store.clients.iter().map(|it| property("spof:client", it)));
        properties.extend(store.scopes.iter().map(|it| property("spof:scope", *it)));
        properties.extend(
            store
                .providers
                .iter()
                .map(|it| property("spof:provider", it)),
        );
        properties.extend(store.tier.map(|it| property("spof:tier", it.to_string())));
        properties.extend(store.slo.map(|it| property("spof:slo", it.to_string())));
        Service {
            reference: reference(Kind::Store, &store.name),
            provider: match store.providers.as_slice() {
                [only] => Some(Provider { name: only.clone() }),
                _ => None,
            },
            group: Kind::Store.word(),
            name: store.name.clone(),
            properties,
        }
    });
    let external = inventory.external.iter().map(|peer| {
        let clients = peer.clients.iter().map(|it| property("spof:client", it));
        Service {
            reference: reference(Kind::External, &peer.name),
            provider: None,
            group: Kind::External.word(),
            name: peer.name.clone(),
            properties: clients.collect(),
        }
    });
    services.chain(stores).chain(external).collect()
}

/// What an outage of something does to a service, and what was decided about that.
fn outage(inventory: &Inventory, dependency: &Dependency) -> Vec<Property> {
    let on = reference(dependency.kind, &dependency.on);
    let decided = decision(inventory, dependency);
    let mut all = vec![property(
        format!("spof:outcome:{on}"),
        outcome(inventory, dependency),
    )];
    if !decided.is_empty() {
        all.push(property(format!("spof:decision:{on}"), decided));
    }
    all
}

/// Who depends on what by its own code.
fn dependencies(inventory: &Inventory) -> Vec<DependsOn> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for dependency in inventory.dependencies.iter().filter(|it| it.is_direct) {
        let own = all.entry(reference(Kind::Service, &dependency.service));
        own.or_default()
            .push(reference(dependency.kind, &dependency.on));
    }
    let depends = |(reference, depends_on)| DependsOn {
        reference,
        depends_on,
    };
    all.into_iter().map(depends).collect()
}
