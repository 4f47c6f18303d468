//! The marks of `fixtures/clients` against rustc: what the fixtures say is what the compiler resolved.
//!
//! `.ci/run` compiles the fixtures through the oracle first (`tests/oracle`), which writes what it saw to
//! `target/clients.jsonl`. Without that this test fails: it is not among those of `cargo test`.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One operation that rustc resolved.
#[derive(Deserialize)]
struct True {
    file: String,
    line: u32,
    class: String,
    op: String,
    span: String,
}

/// A file, a line, and an operation's name.
type At = (String, u32, String);

/// Where marks and truth differ, and why the marks are right.
const UNLIKE: [(&str, &str); 2] = [
    (
        "kube/src/raw.rs:34 pinned_kind",
        "defined in `discovery::oneshot`, re-exported",
    ),
    (
        "kube/src/raw.rs:38 group",
        "defined in `discovery::oneshot`, re-exported",
    ),
];

#[test]
fn every_mark_is_an_operation_that_rustc_resolved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let marks = marks(&root.join("fixtures/clients"));
    let all = truth(&root.join("target/clients.jsonl"));
    assert!(all.len() > 500, "{} operations", all.len());
    // What stands in a macro's definition is marked where the macro is called.
    let (in_macros, all): (Vec<True>, Vec<True>) =
        all.into_iter().partition(|it| it.span != "user");
    let truth: Vec<At> = all
        .into_iter()
        .map(|it| (it.file, it.line, it.op))
        .collect();
    let is_in_macro = |(file, _, op): &At| {
        let mut of_crate = in_macros
            .iter()
            .filter(|it| folder(&it.file) == folder(file));
        of_crate.any(|it| it.op == *op)
    };
    let mut differences: BTreeMap<String, String> = BTreeMap::new();
    let mut note = |at: &At, what: &str| {
        let (file, line, op) = at;
        differences.insert(format!("{file}:{line} {op}"), what.to_owned());
    };
    for mark in marks
        .iter()
        .filter(|mark| !truth.contains(mark) && !is_in_macro(mark))
    {
        note(mark, "marked, and not seen by rustc");
    }
    for seen in truth.iter().filter(|seen| !marks.contains(seen)) {
        note(seen, "seen by rustc, and not marked");
    }
    for (at, why) in UNLIKE {
        assert!(
            differences.remove(at).is_some(),
            "no difference any more: {at} ({why})"
        );
    }
    let lines: Vec<String> = differences
        .iter()
        .map(|(at, what)| format!("{at}: {what}"))
        .collect();
    assert!(
        lines.is_empty(),
        "{} differences\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// The marked operations; opening a connection is not judged.
fn marks(dir: &Path) -> Vec<At> {
    let files = walkdir::WalkDir::new(dir)
        .into_iter()
        .filter_map(Result::ok);
    let is_source = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "rs") && !path.starts_with(dir.join("target"))
    };
    let mut marks = Vec::new();
    for path in files.map(walkdir::DirEntry::into_path).filter(is_source) {
        let name = path
            .strip_prefix(dir)
            .expect("below it")
            .display()
            .to_string();
        let text = fs::read_to_string(&path).expect("a text");
        for (line, text) in (1..).zip(text.lines()) {
            let said = text.split_once("//~").map_or("", |(_, said)| said);
            for mark in said.split(';') {
                let mut words = mark.split_whitespace();
                if let (Some(op), Some(class)) = (words.next(), words.next())
                    && class != "connect"
                {
                    marks.push((name.clone(), line, op.to_owned()));
                }
            }
        }
    }
    marks
}

/// The crate's folder.
fn folder(file: &str) -> &str {
    file.split('/').next().unwrap_or(file)
}

/// What rustc saw.
fn truth(file: &Path) -> Vec<True> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| {
        panic!("{}: {error}; `.ci/run` says how it is made", file.display())
    });
    let parse = |line| -> True {
        let mut parsed: True =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        parsed.op = parsed.op.trim_start_matches("r#").to_owned();
        parsed
    };
    let all = text.lines().map(parse);
    all.filter(|it: &True| it.class != "connect").collect()
}
