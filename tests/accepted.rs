//! Findings that are accepted: `allow(lint, reason = "…", until = "…")`, at each place where it may stand.

use crate::binary;
use std::fs;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\nspof = \"0.1\"\n";
const USE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n";
const LOAD: &str =
    "pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n";

/// The findings of a crate with this `lib.rs`, and of a module `inner` with this one, on a day.
fn findings(lib: &str, inner: &str, today: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("src")).expect("made");
    for (path, text) in [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", lib),
        ("src/inner.rs", inner),
    ] {
        fs::write(dir.path().join(path), text).expect("written");
    }
    let run = binary::spof_in(
        dir.path(),
        ["check", "--message-format", "short", "--today", today],
    );
    run.stdout.lines().map(str::to_owned).collect()
}

/// Where `allow` stands, and what is found.
fn accepted_at(lib: &str, inner: &str) {
    let found = findings(&format!("{lib}\n"), inner, "2026-11-25");
    assert_eq!(found, [""; 0], "{lib}{inner}");
}

#[test]
fn a_finding_is_accepted_on_a_statement_a_function_an_impl_a_module_and_a_file() {
    let accept = "allow(undeclared-dependency, reason = \"a demo\")";
    let load = LOAD.replace("{ c", &format!("{{\n// spof: {accept}\nc"));
    accepted_at(&format!("{USE}{load}"), "");
    accepted_at(&format!("{USE}// spof: {accept}\n{LOAD}"), "");
    let attribute = "#[spof::allow(undeclared_dependency, reason = \"a demo\")]";
    accepted_at(&format!("{USE}{attribute}\n{LOAD}"), "");
    let in_impl = format!("{USE}pub struct S;\n{attribute}\nimpl S {{ {LOAD} }}");
    accepted_at(&in_impl, "");
    let inner = format!("{USE}{LOAD}");
    accepted_at(&format!("// spof: {accept}\npub mod inner;"), &inner);
    accepted_at("pub mod inner;", &format!("//! spof: {accept}\n{inner}"));
    accepted_at(&format!("//! spof: {accept}\npub mod inner;"), &inner);
}

#[test]
fn what_is_accepted_is_what_is_named_and_where_it_is_named() {
    let other =
        format!("{USE}// spof: allow(lost-write, undeclared-dependency, reason = \"r\")\n{LOAD}");
    assert_eq!(
        findings(&other, "", "2026-11-25"),
        [
            "src/lib.rs:2:1: warning[stale-declaration]: there is no `lost-write` here to be accepted"
        ]
    );
    let elsewhere = format!(
        "{USE}{LOAD}// spof: allow(undeclared-dependency, reason = \"r\")\npub fn idle() {{}}\n"
    );
    let found = findings(&elsewhere, "", "2026-11-25");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[1].contains("there is no `undeclared-dependency` here"),
        "{found:?}"
    );
}

#[test]
fn an_acceptance_needs_a_reason_and_a_lint_that_exists() {
    let silent = format!("{USE}// spof: allow(undeclared-dependency)\n{LOAD}");
    assert_eq!(
        findings(&silent, "", "2026-11-25"),
        ["src/lib.rs:2:1: error[malformed-declaration]: `allow` needs `reason`"]
    );
    let unknown = format!("{USE}// spof: allow(undeclared-dependancy, reason = \"r\")\n{LOAD}");
    let found = findings(&unknown, "", "2026-11-25");
    assert_eq!(
        found[0],
        "src/lib.rs:2:16: error[malformed-declaration]: there is no lint `undeclared-dependancy`"
    );
    let empty = format!("{USE}// spof: allow(reason = \"r\", because = \"x\")\n{LOAD}");
    let found = findings(&empty, "", "2026-11-25");
    assert!(found[0].ends_with("no lint is named"), "{found:?}");
    assert!(found[1].ends_with("unknown key `because`"), "{found:?}");
}

#[test]
fn a_finding_comes_back_on_the_day_after_and_is_named() {
    let lib = format!(
        "{USE}// spof: allow(undeclared-dependency, reason = \"r\", until = \"2026-11-25\")\n{LOAD}"
    );
    assert_eq!(findings(&lib, "", "2026-11-25"), [""; 0]);
    let found = findings(&lib, "", "2026-11-26");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("error[expired]: `undeclared-dependency` was accepted until 2026-11-25: `demo::load` fails"),
        "{found:?}"
    );
    assert!(
        found[1].contains("error[undeclared-dependency]"),
        "{found:?}"
    );
    let never = lib.replace("2026-11-25", "next week");
    assert_eq!(findings(&never, "", "2026-11-25").len(), 2);
}

#[test]
fn the_last_day_of_a_declaration_counts_and_is_announced() {
    let lib = format!(
        "{USE}#[spof::on_outage(redis, fail, reason = \"r\", owner = \"o\", until = \"2026-12-31\")]\n{LOAD}"
    );
    let level = |today: &str| {
        let found = findings(&lib, "", today);
        found
            .iter()
            .map(|it| it.split(": ").nth(1).unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(level("2026-11-30"), [""; 0]);
    assert_eq!(level("2026-12-01"), ["warning[expired]"]);
    assert_eq!(level("2026-12-31"), ["warning[expired]"]);
    assert_eq!(level("2027-01-01"), ["error[expired]"]);
    let no_date = lib.replace("2026-12-31", "31.12.2026");
    assert!(findings(&no_date, "", "2026-11-25")[0].contains("error[expired]"));
}
