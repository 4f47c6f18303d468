//! Entities of a Backstage catalogue: services as components, stores and peers as resources.
//!
//! Names there are short and of few characters; what a thing is really called is its title. What `spof.toml` does not say is
//! `unknown`: whoever takes the entities over fills it in.

use super::super::escape;
use super::things;
use crate::inventory::{Inventory, Kind, Service};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The longest name.
const MAX_NAME: usize = 63;

/// The name of each thing, by kind and title.
type Names<'i> = BTreeMap<(Kind, &'i str), String>;

type Annotations = BTreeMap<&'static str, String>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Serialize)]
struct Metadata {
    name: String,
    title: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: Annotations,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lifecycle: Option<&'static str>,
    owner: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

/// The entities, as YAML documents.
///
/// # Errors
/// What serialising gives; none for these values.
pub fn backstage(inventory: &Inventory) -> std::io::Result<String> {
    let names = names(inventory);
    let services = inventory
        .services
        .iter()
        .map(|it| component(inventory, &names, it));
    let stores = inventory.stores.iter().map(|store| {
        let mut annotations = BTreeMap::new();
        if !store.providers.is_empty() {
            annotations.insert("cargo-spof/providers", safe(&store.providers.join(", ")));
        }
        annotations.extend(store.tier.map(|it| ("cargo-spof/tier", it.to_string())));
        let client = store.clients.first().map_or("store", String::as_str);
        resource(&names, (Kind::Store, &store.name), client, annotations)
    });
    let external = inventory.external.iter().map(|peer| {
        let peer = (Kind::External, peer.name.as_str());
        resource(&names, peer, Kind::External.word(), BTreeMap::new())
    });
    let mut out = String::new();
    for entity in services.chain(stores).chain(external) {
        let text = serde_saphyr::to_string(&entity).map_err(std::io::Error::other)?;
        out.push_str("---\n");
        out.push_str(&text);
    }
    Ok(out)
}

fn component(inventory: &Inventory, names: &Names<'_>, service: &Service) -> Entity {
    let own = inventory.dependencies.iter();
    let own = own.filter(|it| it.is_direct && it.service == service.name);
    let depends_on = own.filter_map(|it| {
        let name = names.get(&(it.kind, it.on.as_str()))?;
        let kind = match it.kind {
            Kind::Service => "component",
            _ => "resource",
        };
        Some(format!("{kind}:default/{name}"))
    });
    let mut annotations = BTreeMap::new();
    annotations.extend(service.tier.map(|it| ("cargo-spof/tier", it.to_string())));
    annotations.extend(service.plane.map(|it| ("cargo-spof/plane", it.to_owned())));
    let spec = Spec {
        kind: "service".to_owned(),
        lifecycle: Some("production"),
        owner: owner(service.owners.first()),
        depends_on: depends_on.collect(),
    };
    entity(names, (Kind::Service, &service.name), annotations, spec)
}

fn resource(names: &Names<'_>, of: (Kind, &str), kind: &str, annotations: Annotations) -> Entity {
    let spec = Spec {
        kind: safe(kind),
        lifecycle: None,
        owner: "unknown".to_owned(),
        depends_on: Vec::new(),
    };
    entity(names, of, annotations, spec)
}

fn entity(names: &Names<'_>, of: (Kind, &str), annotations: Annotations, spec: Spec) -> Entity {
    Entity {
        api_version: "backstage.io/v1alpha1",
        kind: match of.0 {
            Kind::Service => "Component",
            _ => "Resource",
        },
        metadata: Metadata {
            name: names.get(&of).cloned().unwrap_or_default(),
            title: safe(of.1),
            annotations,
        },
        spec,
    }
}

fn safe(text: &str) -> String {
    escape::terminal(text).into_owned()
}

/// `@org/web` is the group `web`.
fn owner(name: Option<&String>) -> String {
    let last = name.map_or("", |it| it.rsplit('/').next().unwrap_or_default());
    match short(last) {
        name if name.is_empty() => "unknown".to_owned(),
        name => format!("group:default/{name}"),
    }
}

/// A name for each thing, told apart among those of one kind of entity.
fn names(inventory: &Inventory) -> Names<'_> {
    let mut taken: BTreeSet<(bool, String)> = BTreeSet::new();
    let mut names = BTreeMap::new();
    for (kind, title) in things(inventory) {
        let base = match short(title) {
            name if name.is_empty() => kind.word().to_owned(),
            name => name,
        };
        let mut name = base.clone();
        let mut n = 1;
        while !taken.insert((kind == Kind::Service, name.to_lowercase())) {
            n += 1;
            let end = format!("-{n}");
            let front: String = base.chars().take(MAX_NAME - end.len()).collect();
            name = front + &end;
        }
        names.insert((kind, title), name);
    }
    names
}

/// Letters and digits, with one of `-`, `_`, `.` between them.
fn short(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        let is_between = !c.is_ascii_alphanumeric();
        if is_between && (name.is_empty() || name.ends_with(['-', '_', '.'])) {
            continue;
        }
        name.push(if is_between && !matches!(c, '_' | '.') {
            '-'
        } else {
            c
        });
    }
    name.truncate(MAX_NAME);
    name.trim_end_matches(['-', '_', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_name_has_few_characters_and_ends_with_none_of_those_between() {
        assert_eq!(short("@org/web team"), "org-web-team");
        assert_eq!(short("https://api.example.com/"), "https-api.example.com");
        assert_eq!(short("<script>\u{202e}"), "script");
        assert_eq!(short(&"a-".repeat(80)).len(), 63);
        assert_eq!(short("größe"), "gr-e");
        assert_eq!(short("——"), "");
    }
}
