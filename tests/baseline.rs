//! `cargo spof baseline`: what is accepted, and that it only shrinks.

use crate::binary::{self, Run};
use crate::repository::Repository;
use std::fs;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\nspof = \"0.1\"\n";
const USE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n";
const LOAD: &str =
    "pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n";
const SAVE: &str = "pub async fn save(c: &mut Conn) -> RedisResult<()> { c.set(\"k\", 1).await }\n";
const FILE: &str = "spof-baseline.toml";

/// A workspace with two findings.
fn shop() -> Repository {
    let repository = Repository::new();
    repository.write("Cargo.toml", MANIFEST);
    repository.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}"));
    repository
}

fn run(repository: &Repository, args: &[&str]) -> Run {
    binary::spof_in(&repository.path("."), args)
}

/// The exit of a check, and its findings in short.
fn check(repository: &Repository, more: &[&str]) -> (Option<i32>, Vec<String>) {
    let args = [
        &["--message-format", "short", "--today", "2026-11-25"],
        more,
    ]
    .concat();
    let run = run(repository, &args);
    let findings = run.stdout.lines().map(|line| {
        let said = line.split(": ").skip(1).collect::<Vec<_>>().join(": ");
        said.replace(" (redis)", "")
    });
    (run.exit, findings.collect())
}

/// The entries of the baseline.
fn entries(repository: &Repository) -> Vec<String> {
    let text = fs::read_to_string(repository.path(FILE)).expect("a baseline");
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ "));
    lines
        .map(|it| it.trim_end_matches(" },").to_owned())
        .collect()
}

const ACCEPTED: [&str; 2] = [
    "lint = \"undeclared-dependency\", store = \"redis\", function = \"shop::load\"",
    "lint = \"undeclared-dependency\", store = \"redis\", function = \"shop::save\"",
];

#[test]
fn what_is_there_is_accepted_and_what_comes_is_not() {
    let shop = shop();
    assert_eq!(check(&shop, &[]).1.len(), 2);
    let written = run(&shop, &["baseline"]);
    assert_eq!(written.exit, Some(0), "{}", written.stderr);
    insta::assert_snapshot!(written.stdout, @r#"
    accepted 2 findings in `spof-baseline.toml`
         2  undeclared-dependency

    commit it; `cargo spof` fails on new findings only now. So that it cannot go missing, add to `spof.toml`:

    [gate]
    baseline = "spof-baseline.toml"
    "#);
    assert_eq!(entries(&shop), ACCEPTED);
    assert_eq!(check(&shop, &[]), (Some(0), vec![]));
    let human = run(&shop, &[]).stdout;
    assert!(
        human.contains("the baseline accepts 2 findings (`--no-baseline` lists them)\n"),
        "{human}"
    );
    assert_eq!(check(&shop, &["--no-baseline"]).1.len(), 2);

    // Another function.
    let more = LOAD.replace("load", "read");
    shop.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}{more}"));
    let (exit, findings) = check(&shop, &[]);
    let new = "error[undeclared-dependency]: `shop::read` fails when `redis` is down, and nothing declares that";
    assert_eq!((exit, findings), (Some(1), vec![new.to_owned()]));

    // It does not grow by itself, nor when it is only brought up to date.
    let before = entries(&shop);
    let refused = run(&shop, &["baseline"]);
    assert_eq!((refused.exit, entries(&shop)), (Some(1), before));
    insta::assert_snapshot!(refused.stdout, @r"
    `spof-baseline.toml` accepts 2 findings now: as before
         2  undeclared-dependency

    not accepted: 1 finding, 1 of them at deny
    src/lib.rs:4:60: error[undeclared-dependency]: `shop::read` fails when `redis` is down, and nothing declares that
    mend or declare them; `--grow` accepts them too, except what ends at a day
    ");
    assert_eq!(run(&shop, &["baseline", "--grow"]).exit, Some(0));
    assert_eq!(
        (check(&shop, &[]), entries(&shop).len()),
        ((Some(0), vec![]), 3)
    );
}

#[test]
fn it_shrinks_or_the_run_fails() {
    let shop = shop();
    run(&shop, &["baseline"]);
    shop.write("src/lib.rs", &format!("{USE}{LOAD}"));
    let (exit, findings) = check(&shop, &[]);
    let stale = "error[stale-baseline]: `undeclared-dependency` of `redis` in `shop::save` is accepted, and is not there any more";
    assert_eq!((exit, findings), (Some(1), vec![stale.to_owned()]));
    let human = run(&shop, &[]).stdout;
    assert!(
        human.contains("1 fewer than it says: `cargo spof baseline` takes these out"),
        "{human}"
    );
    let pruned = run(&shop, &["baseline"]);
    assert_eq!(pruned.exit, Some(0));
    assert!(
        pruned
            .stdout
            .starts_with("`spof-baseline.toml` accepts 1 finding now: 1 taken out\n"),
        "{}",
        pruned.stdout
    );
    assert_eq!(entries(&shop), ACCEPTED[..1]);
    assert_eq!(check(&shop, &[]), (Some(0), vec![]));
}

#[test]
fn a_function_that_moves_takes_its_entry_along() {
    let shop = shop();
    run(&shop, &["baseline"]);
    shop.write("src/lib.rs", "pub mod store;\n");
    shop.write("src/store.rs", &format!("{USE}{SAVE}{LOAD}"));
    assert_eq!(check(&shop, &[]), (Some(0), vec![]));
    let moved = run(&shop, &["baseline"]).stdout;
    assert!(
        moved.starts_with("`spof-baseline.toml` accepts 2 findings now: 2 moved\n"),
        "{moved}"
    );
    assert!(entries(&shop)[0].contains("shop::store::load"));
}

#[test]
fn one_that_must_be_there_is_no_empty_one() {
    let shop = shop();
    shop.write("spof.toml", "[gate]\nbaseline = \"ci/accepted.toml\"\n");
    let missing = run(&shop, &[]);
    assert_eq!((missing.exit, missing.stdout.as_str()), (Some(2), ""));
    for part in ["ci/accepted.toml", "spof.toml:2:12", "cargo spof baseline"] {
        assert!(missing.stderr.contains(part), "{}", missing.stderr);
    }
    assert_eq!(run(&shop, &["diff", "HEAD"]).exit, Some(2));
    fs::create_dir(shop.path("ci")).expect("made");
    assert_eq!(run(&shop, &["baseline"]).exit, Some(0));
    assert_eq!(check(&shop, &[]), (Some(0), vec![]));

    let missing = run(&shop, &["--baseline", "nowhere.toml"]);
    assert_eq!(missing.exit, Some(2));
    assert!(
        missing.stderr.contains("nowhere.toml"),
        "{}",
        missing.stderr
    );
    assert_eq!(check(&shop, &["--baseline", "ci/accepted.toml"]).0, Some(0));

    // A conflict of a merge is no list of accepted findings.
    shop.write(
        "ci/accepted.toml",
        "version = 1\n<<<<<<< HEAD\naccepted = []\n",
    );
    let broken = run(&shop, &[]);
    assert_eq!(broken.exit, Some(2));
    assert!(
        broken.stderr.contains("ci/accepted.toml:2:1"),
        "{}",
        broken.stderr
    );

    shop.write("spof.toml", "[gate]\nbaseline = \"../elsewhere.toml\"\n");
    let outside = run(&shop, &["baseline"]);
    assert_eq!(outside.exit, Some(2));
    assert!(
        outside.stderr.contains("is no file of the workspace"),
        "{}",
        outside.stderr
    );
}

#[test]
fn a_day_that_has_passed_is_never_accepted() {
    let shop = shop();
    let dated = "#[spof::on_outage(redis, fail, reason = \"so far\", owner = \"@a\", until = \"2020-01-01\")]\n";
    shop.write("src/lib.rs", &format!("{USE}{dated}{LOAD}{SAVE}"));
    let written = run(&shop, &["baseline"]);
    assert_eq!(written.exit, Some(1), "{}", written.stdout);
    assert!(
        written.stdout.contains("error[expired]"),
        "{}",
        written.stdout
    );
    assert_eq!(entries(&shop), ACCEPTED[1..]);
    let (exit, findings) = check(&shop, &[]);
    assert_eq!((exit, findings.len()), (Some(1), 1));
    assert!(findings[0].starts_with("error[expired]"), "{findings:?}");
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let shop = shop();
    run(&shop, &["baseline"]);
    assert_eq!(
        check(&shop, &["--allow", "undeclared-dependency"]),
        (Some(0), vec![])
    );
    let before = entries(&shop);
    shop.write("src/lib.rs", "mod load;\n");
    shop.write("src/load.rs", "fn (\n");
    assert_eq!(check(&shop, &[]), (Some(3), vec![]));
    let human = run(&shop, &[]).stdout;
    assert!(!human.contains("fewer than it says"), "{human}");
    assert_eq!(run(&shop, &["baseline"]).exit, Some(3));
    assert_eq!(entries(&shop), before);
}

#[test]
fn a_change_cannot_accept_its_own_findings_where_the_base_decides() {
    let shop = shop();
    shop.write(
        "spof.toml",
        "[gate]\nbaseline = \"spof-baseline.toml\"\npolicy-from = \"base\"\n",
    );
    run(&shop, &["baseline"]);
    shop.commit("A gate");
    let more = LOAD.replace("load", "read");
    shop.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}{more}"));
    assert_eq!(run(&shop, &["baseline", "--grow"]).exit, Some(0));
    assert_eq!(check(&shop, &[]), (Some(0), vec![]));
    let denied = run(&shop, &["diff", "HEAD", "--format", "json"]);
    assert_eq!(denied.exit, Some(1), "{}", denied.stderr);
    let said: serde_json::Value = serde_json::from_str(&denied.stdout).expect("JSON");
    assert_eq!(said["findings"][0]["function"], "shop::read");
    assert_eq!(
        (&said["accepted_before"], &said["accepted"]),
        (&2.into(), &2.into())
    );

    // One that is mended, and taken out: nothing is new, and one is gone.
    shop.write("src/lib.rs", &format!("{USE}{LOAD}"));
    let args = ["diff", "HEAD", "--format", "json"];
    assert_eq!(run(&shop, &args).exit, Some(1));
    run(&shop, &["baseline"]);
    let good = run(&shop, &args);
    let said: serde_json::Value = serde_json::from_str(&good.stdout).expect("JSON");
    assert_eq!(
        (good.exit, &said["fixed"]),
        (Some(0), &1.into()),
        "{said:#}"
    );

    // Where the head decides, that it accepts more is said.
    shop.write("spof.toml", "");
    shop.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}"));
    run(&shop, &["baseline", "--grow"]);
    shop.commit("No gate");
    shop.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}{more}"));
    run(&shop, &["baseline", "--grow"]);
    let said = run(&shop, &["diff", "HEAD"]);
    assert_eq!(said.exit, Some(0));
    assert!(
        said.stdout.contains("the baseline accepts 3 instead of 2"),
        "{}",
        said.stdout
    );
}
