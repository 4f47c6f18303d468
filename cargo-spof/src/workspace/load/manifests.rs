//! Where the members' manifests name their dependencies.
//!
//! In: the members as cargo describes them. Out: a place for each dependency whose key is found. Cargo has accepted the
//! manifests already; one that cannot be read here leaves its dependencies without places.

use super::super::{Files, Package};
use super::disk;
use crate::span::{FileId, Place, Span};
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Reads the manifests and notes the places.
pub(super) fn place(root: &Path, packages: &mut [Package], files: &mut Files) {
    let fence = disk::Fence::new([root]);
    for package in packages {
        let text = fence.admit(&package.manifest_path);
        let Ok(text) = text.and_then(|path| disk::read_text(&path)) else {
            continue;
        };
        let file = files.push(disk::relative(root, &package.manifest_path), text.as_str());
        let places = places(file, &text);
        for dependency in &mut package.dependencies {
            let by_name = places.get(&dependency.package);
            let by_rename = || places.get(&dependency.extern_name);
            let plain = dependency.package.replace('-', "_");
            dependency.place = by_name
                .or_else(by_rename)
                .or_else(|| places.get(&plain))
                .copied();
        }
    }
}

/// The keys of the dependencies.
fn places(file: FileId, text: &str) -> BTreeMap<String, Place> {
    let mut places = BTreeMap::new();
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        collect(file, document.get_ref(), &mut places);
    }
    places
}

fn collect(file: FileId, table: &DeTable<'_>, places: &mut BTreeMap<String, Place>) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let DeValue::Table(inner) = value.get_ref() else {
            continue;
        };
        if name == "dependencies" {
            for (key, _) in inner {
                let range = key.span();
                let span = |at| u32::try_from(at).unwrap_or(u32::MAX);
                let span = Span::new(span(range.start), span(range.end));
                places
                    .entry(key.get_ref().to_string())
                    .or_insert(Place { file, span });
            }
        } else if name == "target" {
            for (_, platform) in inner {
                if let DeValue::Table(platform) = platform.get_ref() {
                    collect(file, platform, places);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_all_platforms_are_found() {
        let text = "[dependencies]\na = \"1\"\nb.workspace = true\n\n[dev-dependencies]\nc = \"1\"\n\n\
            [target.'cfg(unix)'.dependencies.d]\nversion = \"1\"\n";
        let places = places(FileId(0), text);
        let found: Vec<(&str, &str)> = places
            .iter()
            .map(|(name, place)| (name.as_str(), place.span.text(text)))
            .collect();
        assert_eq!(found, [("a", "a"), ("b", "b"), ("d", "d")]);
    }
}
