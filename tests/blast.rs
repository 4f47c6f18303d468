//! `cargo spof blast`: what fails, degrades and survives.

use crate::{binary, schema};
use std::fs;
use std::path::Path;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\nsqlx = \"0.8\"\ntokio = \"1\"\nfutures = \"0.3\"\nspof = \"0.1\"\n";
const STORES: &str = "[store.cache]\nclient = \"redis\"\nproviders = [\"aws\", \"own\"]\n\
    [store.db]\nclient = \"sqlx\"\nproviders = [\"aws\"]\n";
const CODE: &str = r#"
use futures::{FutureExt, future::select_ok};
use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};
use sqlx::PgPool;
use std::time::Duration;

type Any = Result<String, Box<dyn std::error::Error>>;

async fn cached(c: &mut Conn) -> RedisResult<String> { c.get("k").await }
async fn stored(db: &PgPool) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT v FROM t").fetch_one(db).await
}

pub async fn hard(c: &mut Conn) -> RedisResult<String> { cached(c).await }
pub async fn dropped(c: &mut Conn) { let _ = cached(c).await; }
pub async fn panics(c: &mut Conn) -> String { cached(c).await.unwrap() }

/// Of the two only the cache is needed, until it is gone.
#[spof::on_outage(cache, failover, to = db)]
pub async fn falls_back(c: &mut Conn, db: &PgPool) -> Any {
    match cached(c).await {
        Ok(value) => Ok(value),
        Err(_) => Ok(stored(db).await?),
    }
}
/// A miss asks the database too.
pub async fn cold(c: &mut Conn, db: &PgPool) -> Any {
    match cached(c).await {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Ok(stored(db).await?),
    }
}
pub async fn either(c: &mut Conn, db: &PgPool) -> Any {
    Ok(select_ok([cached_any(c).boxed(), stored_any(db).boxed()]).await?.0)
}
async fn cached_any(c: &mut Conn) -> Any { Ok(cached(c).await?) }
async fn stored_any(db: &PgPool) -> Any { Ok(stored(db).await?) }

pub async fn in_a_task(mut c: Conn) {
    tokio::spawn(async move { cached(&mut c).await.unwrap() });
}
pub async fn bounded(c: &mut Conn) -> String {
    match tokio::time::timeout(Duration::from_secs(1), cached(c)).await {
        Ok(Ok(value)) => value,
        _ => String::new(),
    }
}
pub fn idle() {}
"#;

fn demo(code: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("src")).expect("made");
    for (path, text) in [
        ("Cargo.toml", MANIFEST),
        ("spof.toml", STORES),
        ("src/lib.rs", code),
    ] {
        fs::write(dir.path().join(path), text).expect("written");
    }
    dir
}

fn blast(dir: &Path, args: &[&str]) -> serde_json::Value {
    let run = binary::spof_in(dir, ["blast", "--format", "json"].iter().chain(args));
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The entry points with an outcome, by their last segment.
fn with(blast: &serde_json::Value, key: &str, outcome: &str) -> Vec<String> {
    let entries = blast["entry_points"].as_array().expect("a list");
    let with = entries.iter().filter(|it| it[key] == outcome);
    let name = |it: &serde_json::Value| {
        let path = it["function"].as_str().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default().to_owned()
    };
    with.map(name).collect()
}

#[test]
fn each_flow_has_its_outcome() {
    let dir = demo(CODE);
    let cache = blast(dir.path(), &["cache"]);
    // The task that is started fails, and who starts it does not.
    assert_eq!(
        with(&cache, "outcome", "fails"),
        ["hard", "panics", "in_a_task"]
    );
    assert_eq!(
        with(&cache, "outcome", "degrades"),
        ["bounded", "cold", "dropped", "either", "falls_back"]
    );
    assert_eq!(with(&cache, "outcome", "survives"), ["idle", "in_a_task"]);
}

#[test]
fn what_only_a_fallback_needs_takes_nothing_down_alone() {
    let dir = demo(CODE);
    let db = blast(dir.path(), &["db"]);
    // A miss asks for it as well; of two ways one is left.
    assert_eq!(with(&db, "outcome", "fails"), ["cold"]);
    assert_eq!(with(&db, "outcome", "degrades"), ["either"]);
    let both = blast(dir.path(), &["cache", "db"]);
    assert_eq!(
        with(&both, "outcome", "fails"),
        [
            "cold",
            "either",
            "falls_back",
            "hard",
            "panics",
            "in_a_task"
        ]
    );
}

#[test]
fn a_store_is_down_when_no_provider_is_left() {
    let dir = demo(CODE);
    let aws = blast(dir.path(), &["aws"]);
    assert_eq!(aws["down"], serde_json::json!(["db"]));
    let less = blast(
        dir.path(),
        &["aws", "--what-if", "store.cache.providers -= \"own\""],
    );
    assert_eq!(less["down"], serde_json::json!(["cache", "db"]));
    let more = blast(
        dir.path(),
        &["aws", "--what-if", "store.db.providers += \"r2\""],
    );
    assert_eq!(more["down"], serde_json::json!([]));
    assert!(with(&more, "outcome", "fails").is_empty());
}

#[test]
fn a_store_that_hangs_passes_handlers_until_somebody_gives_up() {
    let dir = demo(CODE);
    let db = blast(dir.path(), &["db"]);
    assert_eq!(with(&db, "when_hanging", "fails"), ["cold", "either"]);
    let cache = blast(dir.path(), &["cache"]);
    let hanging = with(&cache, "when_hanging", "degrades");
    assert!(hanging.contains(&"bounded".to_owned()), "{hanging:?}");
}

#[test]
fn the_way_and_the_fallback_are_told() {
    let dir = demo(CODE);
    let cache = blast(dir.path(), &["cache"]);
    let entries = cache["entry_points"].as_array().expect("a list");
    let of = |name: &str| {
        let path = format!("shop::{name}");
        entries
            .iter()
            .find(|it| it["function"] == path.as_str())
            .expect("it is there")
    };
    assert_eq!(
        of("falls_back")["how"],
        "failover: `falls_back` falls back to `stored`, capacity unknown"
    );
    assert_eq!(
        of("dropped")["how"],
        "undeclared: `dropped` goes on, and the error is dropped"
    );
    assert_eq!(
        of("hard")["witness"],
        serde_json::json!(["shop::hard", "shop::cached", "src/lib.rs:9 reads `cache`"])
    );
    assert_eq!(of("idle")["witness"], serde_json::json!([]));
    assert_eq!(
        cache["services"],
        serde_json::json!([{"service": "shop", "outcome": "degrades", "owners": [], "tier": null, "start": null}])
    );
}

#[test]
fn every_format_says_the_same() {
    let dir = demo(CODE);
    let print = |format: &str| {
        let run = binary::spof_in(dir.path(), ["blast", "cache", "--format", format]);
        assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""), "{format}");
        run.stdout
    };
    insta::assert_snapshot!("blast_text", print("text"));
    insta::assert_snapshot!("blast_md", print("md"));
    insta::assert_snapshot!("blast_mermaid", print("mermaid"));
    insta::assert_snapshot!("blast_dot", print("dot"));
    let html = print("html");
    assert!(
        html.contains("<h2>shop <span class=\"degrades\">degrades</span></h2>"),
        "{html}"
    );
    assert!(
        html.contains("<td>shop::hard<br><small>shop::hard → shop::cached"),
        "{html}"
    );
}

/// A store whose name means something in every format, and a route.
#[test]
fn a_hostile_workspace_is_told_as_it_was() {
    let evil = "a|b<script>alert(1)</script>\"];::error::x\n\u{1b}[31m\u{202e}etis`x`@me";
    let manifest = "fixtures/hostile/Cargo.toml";
    for format in ["text", "json", "md", "html", "mermaid", "dot"] {
        let name = format!("store:{evil}");
        let args = [
            "blast",
            &name,
            "-v",
            "--allow-incomplete",
            "--format",
            format,
        ];
        let run = binary::spof(args.into_iter().chain(["--manifest-path", manifest]));
        assert_eq!(run.exit, Some(0), "{}", run.stderr);
        insta::assert_snapshot!(format!("blast_hostile_{format}"), run.stdout);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let fixtures = [
        ("shop", "sessions"),
        ("workers-kv-2025-06-12", "kv-central"),
    ];
    for (fixture, down) in fixtures {
        let manifest = format!("fixtures/{fixture}/Cargo.toml");
        let args = [
            "blast",
            down,
            "--format",
            "json",
            "--manifest-path",
            &manifest,
        ];
        let said = serde_json::from_str(&binary::spof(args).stdout).expect("JSON");
        schema::check("schemas/blast.json", &[], &said);
    }
}

#[test]
fn names_and_changes_that_mean_nothing_are_refused() {
    let dir = demo(CODE);
    let refused = |args: &[&str]| {
        let run = binary::spof_in(dir.path(), ["blast"].iter().chain(args));
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        run.stderr
    };
    assert!(refused(&["cahce"]).contains("did you mean `cache`?"));
    assert!(refused(&["db", "--what-if", "store.db.providers -= \"x\""]).contains("`x` is not in"));
    assert!(refused(&[]).contains("<NAME>"));
}
