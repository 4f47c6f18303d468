//! `cargo spof inventory`: which service depends on what, in every format.

use crate::{binary, schema};
use serde_json::Value;
use std::collections::BTreeSet;

const WORKSPACES: [&str; 2] = ["workers-kv-2025-06-12", "hostile"];

fn inventory(fixture: &str, args: &[&str]) -> String {
    let manifest = format!("fixtures/{fixture}/Cargo.toml");
    let own = [
        "inventory",
        "--allow-incomplete",
        "--today",
        "2026-06-12",
        "--manifest-path",
    ];
    let run = binary::spof(
        own.iter()
            .copied()
            .chain([manifest.as_str()])
            .chain(args.iter().copied()),
    );
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    run.stdout
}

fn json(fixture: &str) -> Value {
    serde_json::from_str(&inventory(fixture, &["--format", "json"])).expect("JSON")
}

#[test]
fn every_format_is_as_it_was() {
    for fixture in WORKSPACES {
        let formats = [
            "text",
            "json",
            "md",
            "csv",
            "cyclonedx",
            "mermaid",
            "dot",
            "backstage",
        ];
        for format in formats {
            let name = format!(
                "inventory_{}_{format}",
                fixture.split('-').next().unwrap_or(fixture)
            );
            insta::assert_snapshot!(name, inventory(fixture, &["--format", format]));
        }
    }
}

/// The page's scripts and styles are files of ours; what is told of a workspace is its title and its data.
#[test]
fn the_page_is_its_shell_with_the_data() {
    for fixture in WORKSPACES {
        let page = inventory(fixture, &["--format", "html"]);
        let (head, rest) = page.split_once("id=\"data\">").expect("the data");
        let (data, _) = rest.split_once("</script>").expect("its end");
        let data: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(data, json(fixture));
        let (before, style) = head.split_once("<style>").expect("a style");
        let (_, after) = style.split_once("</style>").expect("its end");
        let name = format!(
            "inventory_{}_html",
            fixture.split('-').next().unwrap_or(fixture)
        );
        insta::assert_snapshot!(name, format!("{before}{after}"));
        // Nothing is loaded.
        assert!(before.contains("default-src 'none'"));
        assert!(!head.contains("http:") && !head.contains("https:") && !head.contains("src="));
    }
}

#[test]
fn json_is_what_its_schema_says() {
    for fixture in WORKSPACES {
        schema::check("schemas/inventory.json", &[], &json(fixture));
    }
}

#[test]
fn cyclonedx_is_what_its_schema_says() {
    let others = [
        (
            "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json",
            "tests/schemas/cyclonedx/spdx.SNAPSHOT.schema.json",
        ),
        (
            "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json",
            "tests/schemas/cyclonedx/jsf-0.82.SNAPSHOT.schema.json",
        ),
    ];
    for fixture in WORKSPACES {
        let text = inventory(fixture, &["--format", "cyclonedx"]);
        let bom: Value = serde_json::from_str(&text).expect("JSON");
        schema::check(
            "tests/schemas/cyclonedx/bom-1.6.SNAPSHOT.schema.json",
            &others,
            &bom,
        );
        // What the schema does not say: references are told apart, and lead somewhere.
        let references: Vec<&str> = list(&bom["services"])
            .map(|it| text_of(&it["bom-ref"]))
            .collect();
        let known: BTreeSet<&str> = references.iter().copied().collect();
        assert_eq!(known.len(), references.len());
        for dependency in list(&bom["dependencies"]) {
            assert!(known.contains(text_of(&dependency["ref"])), "{dependency}");
            for on in list(&dependency["dependsOn"]) {
                assert!(known.contains(text_of(on)), "{dependency}");
            }
        }
    }
}

#[test]
fn each_row_of_a_table_has_its_cells() {
    for fixture in WORKSPACES {
        let text = inventory(fixture, &["--format", "csv"]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|it| it.expect("a row")).collect();
        assert_eq!(rows.len(), list(&json(fixture)["dependencies"]).count());
        let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
        assert!(!rows.iter().flatten().any(is_formula));

        let text = inventory(fixture, &["--format", "md"]);
        let tables = text.lines().filter(|line| line.starts_with('|'));
        let widths: BTreeSet<usize> = tables.map(|line| line.matches('|').count()).collect();
        assert_eq!(
            widths,
            BTreeSet::from([6, 8]),
            "cells of the two kinds of tables"
        );
    }
}

#[test]
fn backstage_entities_have_names_that_it_takes() {
    for fixture in WORKSPACES {
        let text = inventory(fixture, &["--format", "backstage"]);
        let mut entities: Vec<Value> = serde_saphyr::from_multiple(&text).expect("YAML documents");
        let json = json(fixture);
        let all = ["services", "stores", "external"];
        let wanted: usize = all.iter().map(|key| list(&json[*key]).count()).sum();
        assert_eq!(entities.len(), wanted);
        let reference = |entity: &Value| {
            let kind = text_of(&entity["kind"]).to_lowercase();
            format!("{kind}:default/{}", text_of(&entity["metadata"]["name"]))
        };
        let known: BTreeSet<String> = entities.iter().map(reference).collect();
        assert_eq!(known.len(), entities.len());
        for entity in &mut entities {
            let name = text_of(&entity["metadata"]["name"]);
            let is_letter = |c: char| c.is_ascii_alphanumeric();
            assert!((1..=63).contains(&name.len()), "{name}");
            assert!(
                name.starts_with(is_letter) && name.ends_with(is_letter),
                "{name}"
            );
            assert!(
                name.chars().all(|c| is_letter(c) || "-_.".contains(c)),
                "{name}"
            );
            for on in list(&entity["spec"]["dependsOn"]) {
                assert!(known.contains(text_of(on)), "{on}");
            }
        }
    }
}

#[test]
fn graphs_have_no_character_of_a_name_outside_of_its_quotes() {
    for fixture in WORKSPACES {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " ->[](){}=,;#_.:\"|".contains(c);
        for format in ["dot", "mermaid"] {
            for line in inventory(fixture, &["--format", format]).lines() {
                // Without the escaped quotes of DOT, quotes come in pairs.
                let line = line.replace("\\\\", "").replace("\\\"", "");
                let parts: Vec<&str> = line.split('"').collect();
                assert_eq!(parts.len() % 2, 1, "{line}");
                let outside = parts.iter().step_by(2);
                let outside: String = outside.copied().collect();
                assert!(outside.chars().all(is_plain), "{format}: {line}");
            }
        }
    }
}

#[test]
fn what_is_said_of_a_dependency_is_what_a_blast_says() {
    let json = json(WORKSPACES[0]);
    let manifest = format!("fixtures/{}/Cargo.toml", WORKSPACES[0]);
    for outage in list(&json["outages"]).take(8) {
        let name = format!("{}:{}", text_of(&outage["kind"]), text_of(&outage["name"]));
        let args = [
            "blast",
            &name,
            "--format",
            "json",
            "--manifest-path",
            &manifest,
        ];
        let blast: Value = serde_json::from_str(&binary::spof(args).stdout).expect("JSON");
        let failing = |list: &Value, key: &str| -> BTreeSet<String> {
            let own = self::list(list).filter(|it| it["outcome"] == "fails");
            let own = own.filter(|it| {
                text_of(&outage["kind"]) != "service" || it["service"] != outage["name"]
            });
            own.map(|it| format!("{} {}", it["service"], it[key]))
                .collect()
        };
        let said = failing(&outage["hits"], "entry_point");
        assert_eq!(
            said,
            failing(&blast["entry_points"], "entry_point"),
            "{name}"
        );
        for dependency in list(&json["dependencies"]) {
            if dependency["on"] == outage["name"] && dependency["kind"] == outage["kind"] {
                let own = list(&dependency["fails"]);
                let own = own.map(|it| format!("{} {it}", dependency["service"]));
                let own: BTreeSet<String> = own.collect();
                let of_service = format!("{} ", dependency["service"]);
                let all = said
                    .iter()
                    .filter(|it| it.starts_with(&of_service))
                    .cloned();
                assert_eq!(own, all.collect(), "{name}");
            }
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}
