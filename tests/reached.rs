//! Whom an outage reaches: the entry points that findings name.

use crate::binary;
use std::fs;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\nanyhow = \"1\"\n";
const USE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n";

/// For each function with a finding that it fails: its path, and the entry points that it takes down.
fn reached(code: &str) -> Vec<(String, Vec<String>)> {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("src")).expect("made");
    fs::write(dir.path().join("Cargo.toml"), MANIFEST).expect("written");
    fs::write(dir.path().join("src/lib.rs"), format!("{USE}{code}")).expect("written");
    let run = binary::spof_in(dir.path(), ["check", "--message-format", "json"]);
    let records = run.stdout.lines().map(|line| -> serde_json::Value {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let failing = records.filter(|it| it["lint"] == "undeclared-dependency");
    failing
        .map(|it| {
            let entries = it["entry_points"].as_array().expect("a list");
            (text(&it["function"]), entries.iter().map(text).collect())
        })
        .collect()
}

/// Checks whom each function takes down.
fn check(code: &str, wanted: &[(&str, &[&str])]) {
    let found = reached(code);
    let found: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|(function, entries)| {
            (
                function.as_str(),
                entries.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    let wanted: Vec<(&str, Vec<&str>)> = wanted.iter().map(|(f, e)| (*f, e.to_vec())).collect();
    assert_eq!(found, wanted, "{code}");
}

#[test]
fn the_body_that_a_trait_gives_calls_only_types_that_leave_it_as_it_is() {
    let code = "
        pub trait Queue {
            async fn one(&mut self) -> RedisResult<()>;
            async fn all(&mut self) -> RedisResult<()> { self.one().await }
        }
        pub struct Batched(Conn);
        impl Queue for Batched {
            async fn one(&mut self) -> RedisResult<()> { self.0.set(\"k\", 1).await }
            async fn all(&mut self) -> RedisResult<()> { Ok(()) }
        }
        pub struct Plain(Conn);
        impl Queue for Plain {
            async fn one(&mut self) -> RedisResult<()> { self.0.set(\"k\", 1).await }
        }
        pub async fn batched(queue: &mut Batched) -> RedisResult<()> { queue.all().await }
        pub async fn plain(queue: &mut Plain) -> RedisResult<()> { queue.all().await }
        ";
    check(
        code,
        &[
            ("demo::Batched::one", &["demo::Batched::one"]),
            ("demo::Plain::one", &["demo::plain"]),
        ],
    );
}

#[test]
fn a_none_is_a_failure_where_a_caller_makes_it_one() {
    let code = "
        async fn load(c: &mut Conn) -> Option<String> { c.get(\"k\").await.ok() }
        pub async fn shown(c: &mut Conn) -> String { load(c).await.unwrap_or_default() }
        pub async fn asked(c: &mut Conn) -> anyhow::Result<String> {
            load(c).await.ok_or_else(|| anyhow::anyhow!(\"not found\"))
        }
        pub async fn told(c: &mut Conn) -> anyhow::Result<String> {
            match load(c).await {
                Some(it) => Ok(it),
                None => anyhow::bail!(\"not found\"),
            }
        }
        pub async fn sure(c: &mut Conn) -> String { load(c).await.expect(\"it is there\") }
        async fn twice(c: &mut Conn) -> Option<usize> { Some(load(c).await?.len()) }
        pub async fn long(c: &mut Conn) -> bool { twice(c).await.is_some() }
        pub async fn required(c: &mut Conn) -> Result<usize, String> {
            let Some(n) = twice(c).await else { return Err(String::new()) };
            Ok(n)
        }
        ";
    let failing = ["demo::asked", "demo::required", "demo::sure", "demo::told"];
    check(code, &[("demo::load", &failing)]);
}

#[test]
fn a_none_that_nobody_makes_an_error_of_is_a_degradation() {
    let code = "
        async fn load(c: &mut Conn) -> Option<String> { c.get(\"k\").await.ok() }
        pub async fn shown(c: &mut Conn) -> String { load(c).await.unwrap_or_default() }
        ";
    check(code, &[]);
}

#[test]
fn a_name_stands_once_however_many_functions_have_it() {
    let code = "
        pub struct Of<T>(Conn, T);
        async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }
        impl Of<u8> { pub async fn info(&mut self) -> RedisResult<String> { load(&mut self.0).await } }
        impl Of<u16> { pub async fn info(&mut self) -> RedisResult<String> { load(&mut self.0).await } }
        ";
    check(code, &[("demo::load", &["demo::Of::info"])]);
}
