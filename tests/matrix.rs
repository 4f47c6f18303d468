//! Every lint × every fixture: how many findings each has. A change here is a change in what users see.

use crate::{binary, marks};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The fixtures that are whole workspaces.
const FIXTURES: [&str; 10] = [
    "claims",
    "clients",
    "hostile",
    "in-house",
    "incident-shapes",
    "judged",
    "planes",
    "shapes",
    "shop",
    "sound",
];

/// How many findings of each lint a fixture has.
fn counts(fixture: &str) -> BTreeMap<String, usize> {
    let manifest = binary::fixture(fixture).join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let options = [
        "--deny",
        "all",
        "--allow-incomplete",
        "--today",
        "2026-11-25",
    ];
    let args = ["--message-format", "json", "--manifest-path", &manifest];
    let run = binary::spof(options.into_iter().chain(args));
    let mut counts = BTreeMap::new();
    for line in run.stdout.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if let Some(lint) = record["lint"].as_str() {
            *counts.entry(lint.to_owned()).or_default() += 1;
        }
    }
    counts
}

#[test]
fn every_lint_and_every_fixture() {
    let all = FIXTURES.map(counts);
    let mut table = format!("{:<24}", "");
    for fixture in FIXTURES {
        write!(table, "{fixture:>16}").expect("a string takes all");
    }
    for lint in cargo_spof::lints::NAMES {
        write!(table, "\n{lint:<24}").expect("a string takes all");
        for counts in &all {
            let n = counts
                .get(lint)
                .map_or_else(|| "-".to_owned(), usize::to_string);
            write!(table, "{n:>16}").expect("a string takes all");
        }
        // What changed is no matter of one workspace: the lint's page and the tests of `diff` show that.
        let found = cargo_spof::lints::find(lint).expect("it is listed");
        let is_about_changes = matches!(found.check, cargo_spof::lints::Check::Changes(_));
        assert!(
            is_about_changes || all.iter().any(|counts| counts.contains_key(lint)),
            "no fixture shows {lint}"
        );
        assert!(
            all.iter().any(|counts| !counts.contains_key(lint)),
            "no fixture is without {lint}"
        );
    }
    insta::assert_snapshot!("matrix", table);
}

#[test]
fn each_untrue_claim_is_found_and_no_true_one() {
    check_findings("claims");
}

/// The call shapes of the outage of June 2025, and of one of 2023: each has the finding that would have spoken of it.
#[test]
fn each_shape_of_the_incident_has_its_finding() {
    check_findings("incident-shapes");
}

#[test]
fn who_controls_and_who_rescues_is_held_to_it() {
    check_findings("planes");
}

/// Fails if the findings of a fixture are not those that it marks.
fn check_findings(fixture: &str) {
    let dir = binary::fixture(fixture);
    let manifest = dir.join("Cargo.toml");
    let run = binary::spof([
        "--message-format",
        "json",
        "--today",
        "2026-11-25",
        "--manifest-path",
        &manifest.to_string_lossy(),
    ]);
    let records = run
        .stdout
        .lines()
        .map(|line| -> serde_json::Value { serde_json::from_str(line).expect("JSON") });
    let found = records
        .filter(|record| record["kind"] == "finding")
        .map(|record| {
            let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
            let line = record["line"]
                .as_u64()
                .and_then(|line| u32::try_from(line).ok());
            (text("file"), line.unwrap_or(0), text("lint"))
        });
    let found: Vec<marks::Mark> = found.collect();
    let mut wanted = marks::in_dir(&dir);
    for file in ["spof.toml", "Cargo.toml", "spof-baseline.toml"] {
        let toml = std::fs::read_to_string(dir.join(file)).unwrap_or_default();
        wanted.extend(marks::in_text(file, &toml.replace("#~", "//~")));
    }
    let each = wanted.into_iter().flat_map(|(file, line, said)| {
        let said: Vec<String> = said.split(' ').map(str::to_owned).collect();
        said.into_iter().map(move |said| (file.clone(), line, said))
    });
    marks::compare(&each.collect::<Vec<_>>(), &found);
}
