//! The rule files of the repository, read whole.
#![expect(clippy::disallowed_methods, reason = "tests have files of their own")]

use super::parse;
use crate::span::{FileId, LineIndex};
use std::path::Path;

#[test]
fn every_rule_file_follows_the_schema() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(dir).expect("rules").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let problems = parse(FileId(0), &stem, &text).err().unwrap_or_default();
        let lines = LineIndex::new(&text);
        wrong.extend(problems.iter().map(|problem| {
            let line = lines.line_col(&text, problem.place.span.start).line;
            let help = problem.help.as_deref().unwrap_or_default();
            format!("{stem}.toml:{line}: {} ({help})", problem.message)
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
