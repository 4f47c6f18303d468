//! `cargo spof diff`: what a change adds, weakens and removes, read from git's objects.

use crate::formats::without_pages;
use crate::incident::copy::copy;
use crate::repository::Repository;
use crate::{binary, schema};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const INCIDENT: &str = "workers-kv-2025-06-12";
const CENTRAL: &str = "handles = [\"workers_kv::central::Central\"]\n";

/// The incident's workspace, with what `spof.toml` said of the central store.
fn incident(central: &str) -> Repository {
    let repository = Repository::new();
    copy(&binary::fixture(INCIDENT), &repository.path("edge"));
    central_store(&repository, central);
    repository
}

/// Writes what `spof.toml` says of the central store.
fn central_store(repository: &Repository, central: &str) {
    let text = fs::read_to_string(binary::fixture(INCIDENT).join("spof.toml")).expect("a text");
    let now = format!("{CENTRAL}providers = [\"third-party-storage\"]\n");
    assert!(text.contains(&now));
    repository.write(
        "edge/spof.toml",
        &text.replace(&now, &format!("{CENTRAL}{central}\n")),
    );
}

fn diff(dir: &Path, args: &[&str]) -> (Option<i32>, Value) {
    diff_on(dir, "2025-06-01", args)
}

fn diff_on(dir: &Path, today: &str, args: &[&str]) -> (Option<i32>, Value) {
    let own = ["diff", "--today", today, "--format", "json"];
    let run = binary::spof_in(dir, own.iter().chain(args));
    let json = serde_json::from_str(&run.stdout);
    let json = json.unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    schema::check("schemas/diff.json", &[], &json);
    (run.exit, json)
}

/// The findings of a lint.
fn of<'j>(json: &'j Value, lint: &str) -> Vec<&'j Value> {
    let all = json["findings"].as_array().expect("a list");
    all.iter().filter(|it| it["lint"] == lint).collect()
}

const TWO: &str = "providers = [\"third-party-storage\", \"own-racks\"]";
const ONE: &str = "providers = [\"third-party-storage\"]";

#[test]
fn a_provider_that_goes_for_the_migration_is_redundancy_lost() {
    let repository = incident(TWO);
    repository.commit("Two providers");
    let single = "single = { reason = \"for the migration\", owner = \"@storage\" }";
    central_store(&repository, &format!("{ONE}\n{single}"));
    repository.commit("One, for the migration");
    let (exit, json) = diff(&repository.path("edge"), &["HEAD~1"]);
    assert_eq!(exit, Some(1));
    let [lost] = of(&json, "redundancy-lost")[..] else {
        panic!("{json:#}");
    };
    assert_eq!(
        lost["message"],
        "`kv-central` lost its provider `own-racks`: `third-party-storage` is the only one left"
    );
    // The date rule.
    assert!(
        lost["notes"]
            .to_string()
            .contains("needs a day on which it ends"),
        "{lost:#}"
    );
    assert!(
        lost["help"].to_string().contains("until = 2025-08-30"),
        "{lost:#}"
    );
    // What fails in the outage now, and would not with the provider that is gone.
    let failing = |more: &[&str]| {
        let own = ["blast", "third-party-storage", "--format", "json"];
        let run = binary::spof_in(&repository.path("edge"), own.iter().chain(more));
        let blast: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let entries = blast["entry_points"].as_array().expect("a list").iter();
        let failing = entries.filter(|it| it["outcome"] == "fails");
        failing
            .map(|it| it["entry_point"].as_str().expect("a name").to_owned())
            .collect::<BTreeSet<String>>()
    };
    let now = failing(&[]);
    let before = failing(&["--what-if", "store.kv-central.providers += \"own-racks\""]);
    assert!(now.contains("access.v1.Access/LoginIdentity"));
    let lost_now: Vec<&String> = now.difference(&before).collect();
    assert_eq!(lost["entry_points"], serde_json::json!(lost_now));

    // With a day it is a notice, until that day.
    let dated = single.replace(" }", ", until = 2025-07-01 }");
    central_store(&repository, &format!("{ONE}\n{dated}"));
    let (exit, json) = diff(&repository.path("edge"), &["HEAD~1"]);
    assert_eq!(
        (exit, &of(&json, "redundancy-lost")[0]["level"]),
        (Some(0), &Value::from("warn"))
    );
    let (exit, _) = diff_on(&repository.path("edge"), "2025-07-02", &["HEAD~1"]);
    assert_eq!(exit, Some(1));
}

#[test]
fn a_change_cannot_approve_itself_where_the_base_says_so() {
    let repository = incident(TWO);
    let gate = "\n[gate]\npolicy-from = \"base\"\n";
    let with = |repository: &Repository, central: &str, more: &str| {
        central_store(repository, central);
        let path = repository.path("edge/spof.toml");
        let text = fs::read_to_string(&path).expect("a text");
        fs::write(path, text + more).expect("written");
    };
    with(&repository, TWO, gate);
    repository.commit("Two providers");
    let single =
        "single = { reason = \"for the migration\", owner = \"@storage\", until = 2025-07-01 }";
    // Neither its own day, nor its own levels, nor its own gate.
    with(
        &repository,
        &format!("{ONE}\n{single}"),
        "\n[lints]\nredundancy-lost = \"allow\"\n",
    );
    let (exit, json) = diff(&repository.path("edge"), &["HEAD"]);
    assert_eq!(exit, Some(1), "{json:#}");
    assert_eq!(json["is_policy_of_base"], true);
    assert_eq!(of(&json, "redundancy-lost")[0]["level"], "deny");
}

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\nspof = \"0.1\"\n";
const USE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n";
const LOAD: &str =
    "pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n";
const COUNT: &str = "pub async fn count(c: &mut Conn) -> i64 { c.get(\"n\").await.unwrap_or(0) }\n";

fn shop(code: &str) -> Repository {
    let repository = Repository::new();
    repository.write("Cargo.toml", MANIFEST);
    repository.write("src/lib.rs", code);
    repository.commit("before");
    repository
}

#[test]
fn what_was_there_before_is_not_new_wherever_it_goes() {
    let repository = shop(&format!("{USE}{LOAD}{COUNT}"));
    repository.write("src/lib.rs", "pub mod store;\n");
    repository.write("src/store.rs", &format!("{USE}{COUNT}{LOAD}"));
    let (exit, json) = diff(&repository.path("."), &["HEAD"]);
    assert_eq!(
        (exit, &json["findings"]),
        (Some(0), &Value::from(Vec::<Value>::new())),
        "{json:#}"
    );
    for key in ["dependencies", "verbs", "outcomes", "providers"] {
        assert_eq!(
            json["changes"][key],
            Value::from(Vec::<Value>::new()),
            "{key}"
        );
    }
    // Another one beside it is new.
    let more = LOAD.replace("load", "read");
    repository.write("src/store.rs", &format!("{USE}{COUNT}{LOAD}{more}"));
    let (exit, json) = diff(&repository.path("."), &["HEAD"]);
    assert_eq!(exit, Some(1));
    let [new] = of(&json, "undeclared-dependency")[..] else {
        panic!("{json:#}");
    };
    assert_eq!(new["function"], "shop::store::read");
    let asked = &json["changes"]["operations"][0];
    assert_eq!(
        (&asked["from"]["read"], &asked["to"]["read"]),
        (&2.into(), &3.into())
    );
}

#[test]
fn a_fallback_that_goes_and_a_dependency_that_comes_are_told() {
    let repository = shop(&format!("{USE}{COUNT}"));
    let hard = "pub async fn count(c: &mut Conn) -> RedisResult<i64> { c.get(\"n\").await }\n";
    repository.write("src/lib.rs", &format!("{USE}{hard}"));
    let (exit, json) = diff(&repository.path("."), &["HEAD"]);
    assert_eq!(exit, Some(1));
    let lost = of(&json, "redundancy-lost");
    assert_eq!(
        lost[0]["message"],
        "`shop::count` fails without `redis` now, and went on without it before"
    );
    let outcome = &json["changes"]["outcomes"][0];
    assert_eq!(
        (&outcome["from"], &outcome["to"]),
        (&"degrades".into(), &"fails".into())
    );

    repository.write("src/lib.rs", "");
    repository.commit("nothing");
    repository.write("src/lib.rs", &format!("{USE}{COUNT}"));
    let (exit, json) = diff(&repository.path("."), &["HEAD"]);
    let new = &json["changes"]["dependencies"][0];
    assert_eq!(
        (exit, &new["change"], &new["on"]),
        (Some(0), &"added".into(), &"redis".into())
    );
}

#[test]
fn a_branch_is_compared_with_what_it_came_from() {
    let repository = shop(&format!("{USE}{COUNT}"));
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("src/topic.rs", "");
    repository.commit("topic");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("src/lib.rs", &format!("{USE}{COUNT}{LOAD}"));
    repository.commit("main goes on");
    repository.git(&["checkout", "--quiet", "topic"]);
    let (exit, json) = diff(&repository.path("."), &["main"]);
    // What `main` has got since is not what the branch removes.
    assert_eq!(
        (exit, &json["fixed"]),
        (Some(0), &Value::from(0)),
        "{json:#}"
    );
    // Two revisions as they are; the work tree does not matter.
    repository.write("src/lib.rs", "not Rust");
    let (exit, json) = diff(&repository.path("."), &["topic", "--head", "main"]);
    assert_eq!(
        (exit, of(&json, "undeclared-dependency").len()),
        (Some(1), 1)
    );
}

#[test]
fn the_work_tree_and_the_repository_are_left_as_they_are() {
    let repository = shop(&format!("{USE}{COUNT}"));
    repository.write("src/lib.rs", USE);
    let list = || {
        let files = walkdir::WalkDir::new(repository.path(".")).sort_by_file_name();
        let files = files.into_iter().filter_map(Result::ok);
        files
            .map(|it| {
                (
                    it.path().to_owned(),
                    it.metadata().ok().and_then(|it| it.modified().ok()),
                )
            })
            .collect::<Vec<_>>()
    };
    let before = list();
    diff(&repository.path("."), &["HEAD"]);
    assert_eq!(before, list());
}

#[test]
fn a_base_that_cannot_be_read_is_said_with_the_next_step() {
    let repository = shop(USE);
    let refused = |dir: &Path, base: &str| {
        let run = binary::spof_in(dir, ["diff", base]);
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        run.stderr
    };
    assert!(refused(&repository.path("."), "nowhere").contains("git fetch"));
    let alone = tempfile::tempdir().expect("a directory");
    fs::write(alone.path().join("Cargo.toml"), MANIFEST).expect("written");
    fs::create_dir(alone.path().join("src")).expect("made");
    fs::write(alone.path().join("src/lib.rs"), "").expect("written");
    assert!(refused(alone.path(), "main").contains("in no git repository"));
    // A configuration that is wrong there is said to be there.
    repository.write("spof.toml", "[stroe.x]\n");
    repository.commit("wrong");
    repository.write("spof.toml", "");
    let said = refused(&repository.path("."), "HEAD");
    assert!(said.contains("stroe") && said.contains("the revision `HEAD` cannot be compared"));
}

#[test]
fn a_hostile_tree_writes_nothing_outside_of_its_place() {
    let repository = shop(USE);
    // A link of the tree that leads out, and code that is read through it.
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", repository.path("src/etc")).expect("linked");
    repository.write("src/lib.rs", "#[path = \"etc/hostname\"]\nmod hostname;\n");
    repository.commit("a link");
    repository.write("src/lib.rs", "");
    let run = binary::spof_in(&repository.path("."), ["diff", "HEAD"]);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("outside of the workspace"),
        "{}",
        run.stderr
    );
}

#[test]
fn every_format_is_as_it_was() {
    let repository = incident(TWO);
    repository.commit("Two providers");
    central_store(&repository, ONE);
    for format in ["text", "json", "md", "github", "sarif", "gitlab"] {
        let args = ["diff", "HEAD", "--today", "2025-06-01", "--format", format];
        let run = binary::spof_in(&repository.path("edge"), args);
        assert_eq!(run.exit, Some(1), "{}", run.stderr);
        insta::assert_snapshot!(format!("diff_{format}"), golden(format, &run.stdout));
    }
}

#[test]
fn a_hostile_workspace_is_compared_as_it_was() {
    let repository = Repository::new();
    copy(&binary::fixture("hostile"), &repository.path("."));
    // Before: one provider more, another verb, and nobody asked.
    let now = fs::read_to_string(repository.path("spof.toml")).expect("a text");
    let before = now
        .replace(
            "\"=cmd()\"]",
            "\"=cmd()\", \"<img src=x onerror=alert(1)>\"]",
        )
        .replace("verb = \"fail\"", "verb = \"default\"");
    assert_ne!(now, before);
    repository.write("spof.toml", &before);
    let code = fs::read_to_string(repository.path("names/src/main.rs")).expect("a text");
    repository.write("names/src/main.rs", &code.replace(".post(undecided)", ""));
    repository.commit("before");
    repository.write("spof.toml", &now);
    repository.write("names/src/main.rs", &code);
    for format in ["text", "json", "md", "github", "sarif", "gitlab"] {
        let args = [
            "diff",
            "HEAD",
            "-v",
            "--allow-incomplete",
            "--today",
            "2026-11-25",
        ];
        let run = binary::spof_in(
            &repository.path("."),
            args.into_iter().chain(["--format", format]),
        );
        assert_eq!(run.exit, Some(1), "{}", run.stderr);
        let harmless = |c: char| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c);
        assert!(
            run.stdout.chars().all(|c| c == '\n' || harmless(c)),
            "{format}"
        );
        insta::assert_snapshot!(
            format!("diff_hostile_{format}"),
            golden(format, &run.stdout)
        );
    }
}

/// Without the lints' own pages, and the commit, which has the time in it.
fn golden(format: &str, text: &str) -> String {
    if format == "sarif" {
        return without_pages(text);
    }
    let lines = text.lines().map(|line| match line.split_once(" (") {
        Some((front, rest)) if line.to_lowercase().contains("compared with") => {
            let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
            format!("{front} (COMMIT){rest}")
        }
        _ if line.starts_with("  \"commit\": ") => "  \"commit\": COMMIT".to_owned(),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}
