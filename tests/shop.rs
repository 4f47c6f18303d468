//! The shop in `fixtures/shop`: what a user sees first.

use crate::binary;

const MANIFEST: &str = "fixtures/shop/Cargo.toml";

#[test]
fn the_shop_has_findings() {
    let run = binary::spof(["check", "--quiet", "--manifest-path", MANIFEST]);
    assert_eq!(run.exit, Some(1), "{}", run.stderr);
    insta::assert_snapshot!("shop_check", run.stdout);
}

#[test]
fn the_same_findings_one_a_line() {
    let run = binary::spof(["--message-format", "short", "--manifest-path", MANIFEST]);
    assert_eq!(run.exit, Some(1), "{}", run.stderr);
    insta::assert_snapshot!("shop_short", run.stdout);
}

#[test]
fn the_shops_call_sites() {
    let sites = binary::sites(&binary::root().join(MANIFEST));
    let lines: Vec<String> = sites.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("shop_sites", lines.join("\n"));
}

#[test]
fn json_ends_with_a_summary() {
    let run = binary::spof(["--message-format", "json", "--manifest-path", MANIFEST]);
    let parse = |line| serde_json::from_str(line).expect("JSON");
    let records: Vec<serde_json::Value> = run.stdout.lines().map(parse).collect();
    let (summary, findings) = records.split_last().expect("a summary");
    assert_eq!(summary["kind"], "summary");
    assert!(findings.iter().all(|finding| finding["kind"] == "finding"));
    for field in ["lint", "level", "message", "file", "line", "fingerprint"] {
        assert!(findings.iter().all(|it| !it[field].is_null()), "{field}");
    }
}

#[test]
fn a_lint_that_is_allowed_gates_nothing() {
    let allowed = [
        "undeclared-dependency",
        "malformed-declaration",
        "stale-declaration",
    ];
    let options = allowed.iter().flat_map(|lint| ["--allow", lint]);
    let run = binary::spof(["--manifest-path", MANIFEST].into_iter().chain(options));
    assert_eq!(run.exit, Some(0), "{}{}", run.stdout, run.stderr);
}

#[test]
fn as_a_subcommand_of_cargo_it_is_the_same() {
    let args = ["--message-format", "short", "--manifest-path", MANIFEST];
    let plain = binary::spof(args);
    let under_cargo = binary::spof(["spof"].into_iter().chain(args));
    assert_eq!(plain.stdout, under_cargo.stdout);
}
