//! The formats for services that show findings on a change.

use crate::{binary, schema};
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
    // From the root of the repository, where there is one.
    let first = "::error title=undeclared-dependency,file=";
    assert!(lines[0].starts_with(first), "{}", lines[0]);
    let file = "access/src/directory.rs,line=37,col=35::";
    assert!(lines[0].contains(file), "{}", lines[0]);
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

/// The published schema.
const SARIF: &str = "tests/schemas/sarif-2.1.0.json";

#[test]
fn sarif_is_what_its_schema_says() {
    for manifest in [INCIDENT, HOSTILE] {
        let log: Value = serde_json::from_str(&check("sarif", manifest)).expect("JSON");
        schema::check(SARIF, &[], &log);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
        let results = run["results"].as_array().expect("a list");
        assert!(!results.is_empty());
        for result in results {
            // What code scanning asks for.
            let index = result["ruleIndex"].as_u64().expect("an index");
            let rule = &rules[usize::try_from(index).expect("small")];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(result["partialFingerprints"]["spof/v1"].is_string());
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a place");
            assert!(!uri.starts_with('/') && !uri.contains(['\\', ' ']), "{uri}");
            assert!(place["region"]["startLine"].as_u64() > Some(0));
        }
    }
}

#[test]
fn paths_begin_at_the_root_of_the_repository() {
    let dir = tempfile::tempdir().expect("a directory");
    let package = dir.path().join("apps/a b");
    std::fs::create_dir_all(package.join("src")).expect("made");
    std::fs::create_dir(dir.path().join(".git")).expect("made");
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nredis = \"1\"\n";
    let code = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection};\n\
        pub async fn load(c: &mut MultiplexedConnection) -> RedisResult<String> { c.get(\"k\").await }\n";
    std::fs::write(package.join("Cargo.toml"), manifest).expect("written");
    std::fs::write(package.join("src/lib.rs"), code).expect("written");
    let said = |format: &str| {
        let run = binary::spof_in(&package, ["--message-format", format]);
        assert_eq!(run.exit, Some(1), "{}", run.stderr);
        run.stdout
    };
    assert!(said("github").contains(",file=apps/a b/src/lib.rs,line=2"));
    assert!(said("gitlab").contains("\"path\": \"apps/a b/src/lib.rs\""));
    assert!(said("sarif").contains("\"uri\": \"apps/a%20b/src/lib.rs\""));
    assert!(said("short").starts_with("src/lib.rs:2:"));
}
