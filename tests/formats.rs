//! The formats for services that show findings on a change.

use crate::{binary, schema};
use serde_json::Value;
use std::path::Path;

const INCIDENT: &str = "fixtures/workers-kv-2025-06-12/Cargo.toml";
const HOSTILE: &str = "fixtures/hostile/Cargo.toml";

fn check(format: &str, manifest: &str) -> String {
    let args = [
        "--allow-incomplete",
        "--today",
        "2026-11-25",
        "--unseen",
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
fn every_format_is_as_it_was() {
    for (name, manifest) in [("incident", INCIDENT), ("hostile", HOSTILE)] {
        for format in [
            "human", "short", "json", "sarif", "github", "gitlab", "rustc",
        ] {
            let text = check(format, manifest);
            let text = match format {
                "human" => without_time(&text),
                "sarif" => without_pages(&text),
                "rustc" => without_drawings(&text),
                _ => text,
            };
            insta::assert_snapshot!(format!("check_{name}_{format}"), text);
        }
    }
}

/// Without how long it took.
fn without_time(text: &str) -> String {
    let lines = text.lines().map(|line| match line.rsplit_once(") in ") {
        Some((read, _)) if line.starts_with("read ") => format!("{read})\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// Without the version and what the lints' own pages say.
pub(crate) fn without_pages(text: &str) -> String {
    let mut log: Value = serde_json::from_str(text).expect("JSON");
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["semanticVersion"] = Value::Null;
    for rule in driver["rules"].as_array_mut().expect("a list") {
        rule["help"] = Value::Null;
    }
    serde_json::to_string_pretty(&log).expect("JSON")
}

/// Without absolute paths and what `human` shows, which has its own.
fn without_drawings(text: &str) -> String {
    let root = binary::root().display().to_string().replace('\\', "/");
    let lines = text.lines().map(|line| {
        let mut message: Value = serde_json::from_str(line).expect("JSON");
        if message["reason"] == "compiler-message" {
            let rendered = message["message"]["rendered"].take();
            assert!(rendered.is_string());
        }
        message.to_string().replace(&root, "") + "\n"
    });
    lines.collect()
}

/// What rust-analyzer and other readers of cargo's messages read it with.
#[test]
fn rustc_is_what_readers_of_cargo_read() {
    for manifest in [INCIDENT, HOSTILE] {
        let text = check("rustc", manifest);
        let dir = binary::root().join(manifest);
        let dir = dir.parent().expect("a folder");
        let n_findings = check("short", manifest)
            .lines()
            .filter(|it| it.contains("]: "))
            .count();
        let (mut n_messages, mut is_over) = (0, false);
        for message in cargo_metadata::Message::parse_stream(text.as_bytes()) {
            assert!(!is_over, "nothing follows the last message");
            match message.expect("a message") {
                cargo_metadata::Message::CompilerMessage(said) => {
                    n_messages += 1;
                    is_diagnostic(dir, &said);
                }
                cargo_metadata::Message::BuildFinished(finished) => {
                    is_over = !finished.success;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((n_messages, is_over), (n_findings, true));
    }
}

/// Fails where a message is not of its workspace, or its places are not of its files.
fn is_diagnostic(dir: &Path, said: &cargo_metadata::CompilerMessage) {
    assert!(
        said.package_id.repr.starts_with("path+file://"),
        "{}",
        said.package_id
    );
    assert!(said.target.src_path.is_file(), "{}", said.target.src_path);
    let of_children = said.message.children.iter().flat_map(|it| &it.spans);
    let primary = said.message.spans.iter().filter(|it| it.is_primary);
    assert_eq!(primary.count(), 1, "{said:?}");
    for span in said.message.spans.iter().chain(of_children) {
        let text = std::fs::read_to_string(dir.join(&span.file_name)).expect("a file");
        let (start, end) = (span.byte_start as usize, span.byte_end as usize);
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
        let before = &text[..start];
        assert_eq!(before.matches('\n').count() + 1, span.line_start);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let line = line.trim_start_matches('\u{feff}');
        assert_eq!(line.chars().count() + 1, span.column_start, "{span:?}");
        let last = span.text.last().expect("a line");
        assert_eq!(last.highlight_end, span.column_end);
    }
}

/// What each message is, with its code or success.
fn reasons(text: &str) -> Vec<String> {
    let reason = |line: &str| {
        let message: Value = serde_json::from_str(line).expect("JSON");
        let code = message["message"]["code"]["code"].as_str();
        let success = message["success"].as_bool();
        let more = success.map(|it| it.to_string()).or(code.map(str::to_owned));
        let reason = message["reason"].as_str().unwrap_or_default();
        format!("{reason} {}", more.unwrap_or_default())
    };
    text.lines().map(reason).collect()
}

#[test]
fn a_command_runs_beside_and_its_messages_are_passed_on() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(dir.path().join("src")).expect("made");
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    std::fs::write(dir.path().join("Cargo.toml"), manifest).expect("written");
    let said = |code: &str| {
        std::fs::write(dir.path().join("src/lib.rs"), code).expect("written");
        let cargo = [
            "--",
            "cargo",
            "check",
            "--quiet",
            "--message-format",
            "json",
        ];
        let run = binary::spof_in(
            dir.path(),
            ["--message-format", "rustc"].iter().chain(&cargo),
        );
        (run.exit, reasons(&run.stdout), run.stderr)
    };
    let (exit, reasons, _) = said("fn unused() {}");
    let artifact = "compiler-artifact ";
    assert_eq!(exit, Some(0));
    assert_eq!(
        reasons,
        [
            "compiler-message dead_code",
            artifact,
            "build-finished true"
        ]
    );
    // What the compiler rejects fails the run, though there is no finding.
    let (exit, reasons, _) = said("pub fn wrong() -> u8 { \"\" }");
    assert_eq!(exit, Some(1));
    assert_eq!(
        reasons.first().map(String::as_str),
        Some("compiler-message E0308")
    );
    assert_eq!(
        reasons.last().map(String::as_str),
        Some("build-finished false")
    );
    // A configuration that is wrong takes the compiler's messages from nobody.
    std::fs::write(dir.path().join("spof.toml"), "[stroe.x]\n").expect("written");
    let (exit, reasons, stderr) = said("fn unused() {}");
    assert_eq!(exit, Some(2));
    assert!(stderr.contains("stroe"), "{stderr}");
    assert_eq!(
        reasons,
        [
            "compiler-message dead_code",
            artifact,
            "build-finished false"
        ]
    );
}

#[test]
fn a_command_that_has_no_place_or_does_not_start_is_refused() {
    let manifest = ["--manifest-path", INCIDENT];
    let run = |args: &[&str]| {
        let run = binary::spof(manifest.iter().chain(args).copied());
        assert_eq!(run.exit, Some(2));
        run.stderr
    };
    assert!(run(&["--", "cargo", "check"]).contains("--message-format rustc"));
    let missing = run(&["--message-format", "rustc", "--", "no-such-program"]);
    assert!(missing.contains("`no-such-program`, the command behind `--`, does not start"));
}

#[test]
fn json_is_what_its_schema_says() {
    for manifest in [INCIDENT, HOSTILE] {
        for line in check("json", manifest).lines() {
            let record = serde_json::from_str(line).expect("JSON");
            schema::check("schemas/check.json", &[], &record);
        }
    }
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
