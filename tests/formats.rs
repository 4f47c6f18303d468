//! The formats for services that show findings on a change.

use crate::binary;
use serde_json::Value;

const INCIDENT: &str = "fixtures/workers-kv-2025-06-12/Cargo.toml";
const HOSTILE: &str = "fixtures/hostile/Cargo.toml";

fn check(format: &str, manifest: &str) -> String {
    let args = [
        "--allow-incomplete",
        "--message-format",
        format,
        "--manifest-path",
        manifest,
    ];
    let run = binary::spof(args);
    assert_eq!(run.exit, Some(1), "{}", run.stderr);
    run.stdout
}

#[test]
fn github_shows_ten_and_says_how_many_more() {
    let text = check("github", INCIDENT);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 11);
    let first = "::error title=undeclared-dependency,file=access/src/directory.rs,line=37,col=35::";
    assert!(lines[0].starts_with(first), "{}", lines[0]);
    assert!(lines[0].contains("%0Ahelp: "), "{}", lines[0]);
    assert!(
        lines[10].starts_with("::notice title=cargo spof::"),
        "{}",
        lines[10]
    );
}

#[test]
fn no_name_of_the_code_is_a_property_or_a_command() {
    for line in check("github", HOSTILE).lines() {
        let (head, _) = line
            .strip_prefix("::")
            .and_then(|it| it.split_once("::"))
            .expect("a command");
        let (kind, properties) = head.split_once(' ').expect("properties");
        assert!(["error", "warning", "notice"].contains(&kind), "{line}");
        let names = properties
            .split(',')
            .map(|it| it.split_once('=').expect("a property").0);
        let known = ["title", "file", "line", "col"];
        assert!(names.into_iter().all(|it| known.contains(&it)), "{line}");
    }
}

#[test]
fn gitlab_has_a_place_and_a_fingerprint_for_each() {
    for manifest in [INCIDENT, HOSTILE] {
        let issues: Vec<Value> = serde_json::from_str(&check("gitlab", manifest)).expect("a list");
        assert!(!issues.is_empty());
        let mut fingerprints: Vec<&str> = Vec::new();
        for issue in &issues {
            assert!(["major", "minor"].contains(&issue["severity"].as_str().expect("a word")));
            assert!(issue["location"]["lines"]["begin"].as_u64() > Some(0));
            let path = issue["location"]["path"].as_str().expect("a path");
            assert!(!path.starts_with('/') && !path.contains('\\'), "{path}");
            assert!(!issue["check_name"].as_str().expect("a name").is_empty());
            fingerprints.push(issue["fingerprint"].as_str().expect("a text"));
        }
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(
            fingerprints.len(),
            issues.len(),
            "fingerprints are told apart"
        );
    }
}
