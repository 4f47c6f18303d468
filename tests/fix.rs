//! `--fix`: declarations are put in, and no code is changed.

use crate::binary;
use std::fs;
use std::path::Path;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\nredis = \"1\"\n";
const CODE: &str = r#"use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};

/// Loads it.
#[inline]
pub async fn load(c: &mut Conn) -> RedisResult<String> {
    c.get("k").await
}

pub struct Own(Conn);
impl Own {
    pub(crate) async fn
    over_two_lines(&mut self) -> RedisResult<String> { self.0.get("k").await }

    async fn quiet(&mut self) -> String { self.0.get("k").await.unwrap_or_default() }
}
mod one_line { use super::*; pub async fn inside(c: &mut Conn) -> RedisResult<String> { c.get("k").await } }
macro_rules! made { () => { pub async fn made(c: &mut Conn) -> RedisResult<String> { c.get("k").await } } }
made!();
"#;

fn demo(manifest: &str, code: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("src")).expect("made");
    fs::write(dir.path().join("Cargo.toml"), manifest).expect("written");
    fs::write(dir.path().join("src/lib.rs"), code).expect("written");
    dir
}

fn check(dir: &Path, options: &[&str]) -> binary::Run {
    let args = ["check", "--message-format", "short"];
    binary::spof_in(dir, args.iter().chain(options))
}

fn code(dir: &Path) -> String {
    fs::read_to_string(dir.join("src/lib.rs")).expect("a text")
}

#[test]
fn a_stub_stands_before_each_function_whose_head_begins_a_line() {
    let dir = demo(MANIFEST, CODE);
    let run = check(dir.path(), &["--fix"]);
    assert_eq!(run.exit, Some(1));
    assert_eq!(
        run.stderr,
        "put 2 declarations into 1 file, for somebody to fill in\n"
    );
    let wanted = CODE
        .replace(
            "pub async fn load",
            "// spof: on_outage(redis, todo)\npub async fn load",
        )
        .replace(
            "    async fn quiet",
            "    // spof: on_outage(redis, todo)\n    async fn quiet",
        );
    assert_eq!(code(dir.path()), wanted);
    // They are findings until somebody has filled them in, and instead of what they are about.
    let found: Vec<&str> = run.stdout.lines().collect();
    let open = |line: u32| {
        format!(
            "src/lib.rs:{line}:{}: error[malformed-declaration]: what happens is still to be filled in",
            if line == 5 { 27 } else { 31 }
        )
    };
    assert_eq!(found[0], open(5));
    assert!(found.contains(&open(15).as_str()), "{found:?}");
    assert!(!run.stdout.contains("`demo::load` fails"), "{found:?}");
    assert!(!run.stdout.contains("`quiet` goes on"), "{found:?}");
    assert!(
        run.stdout.contains("`demo::one_line::inside` fails"),
        "{found:?}"
    );
}

#[test]
fn a_second_run_puts_in_nothing() {
    let dir = demo(MANIFEST, CODE);
    check(dir.path(), &["--fix"]);
    let first = code(dir.path());
    let run = check(dir.path(), &["--fix"]);
    assert_eq!(run.stderr, "there is nothing to put in\n");
    assert_eq!(code(dir.path()), first);
}

#[test]
fn a_stub_is_an_attribute_where_the_package_has_it() {
    let dir = demo(&format!("{MANIFEST}spof = \"0.1\"\n"), CODE);
    check(dir.path(), &["--fix"]);
    let text = code(dir.path());
    assert!(
        text.contains("#[inline]\n#[spof::on_outage(redis, todo)]\npub async fn load"),
        "{text}"
    );
    let run = check(dir.path(), &[]);
    assert!(
        run.stdout
            .contains(":5:26: error[malformed-declaration]: what happens"),
        "{}",
        run.stdout
    );
}

#[test]
fn line_ends_a_byte_order_mark_and_permissions_stay() {
    let text = format!("\u{feff}{}", CODE.replace('\n', "\r\n"));
    let dir = demo(MANIFEST, &text);
    let path = dir.path().join("src/lib.rs");
    let before = fs::metadata(&path).expect("there").permissions();
    check(dir.path(), &["--fix"]);
    let after = code(dir.path());
    assert!(after.starts_with("\u{feff}use redis"));
    assert!(
        after.contains("\r\n// spof: on_outage(redis, todo)\r\npub async fn load"),
        "{after}"
    );
    assert!(!after.replace("\r\n", "").contains('\n'));
    assert_eq!(fs::metadata(&path).expect("there").permissions(), before);
    let names = fs::read_dir(dir.path().join("src")).expect("a directory");
    assert_eq!(names.count(), 1, "nothing is left beside it");
}

#[test]
fn what_is_allowed_gets_no_stub() {
    let dir = demo(MANIFEST, CODE);
    let run = check(dir.path(), &["--fix", "-A", "all"]);
    assert_eq!(
        (run.exit, run.stderr.as_str()),
        (Some(0), "there is nothing to put in\n")
    );
    assert_eq!(code(dir.path()), CODE);
}

#[test]
fn json_has_the_text_and_its_place() {
    let dir = demo(MANIFEST, CODE);
    let run = binary::spof_in(dir.path(), ["check", "--message-format", "json"]);
    let record: serde_json::Value =
        serde_json::from_str(run.stdout.lines().next().expect("a line")).expect("JSON");
    let wanted = serde_json::json!({
        "file": "src/lib.rs", "line": 5, "column": 1, "end_line": 5, "end_column": 1,
        "replacement": "// spof: on_outage(redis, todo)\n", "applicability": "has-placeholders",
    });
    assert_eq!(record["suggestion"], wanted);
}
