//! Against the compiler: the call sites of published applications as rustc resolved them (`tests/truth`, made by
//! `tests/oracle`), compared with those found by reading the source.

use crate::score::{Covered, Score, True, compare};
use crate::{binary, ecosystem};
use std::fs;
use std::path::{Path, PathBuf};

/// The least precision and recall overall.
const OVERALL: f64 = 0.95;
/// The least recall of a client that has this many true sites.
const OF_CLIENT: (f64, usize) = (0.90, 10);

#[test]
fn what_rustc_sees_is_found() {
    let files = truth_files();
    assert!(files.len() >= 10, "{} truth files", files.len());
    let mut score = Score::default();
    for file in &files {
        let package = file.file_stem().unwrap_or_default().display().to_string();
        let sites = binary::sites(&ecosystem::manifest(&package));
        score.add(compare(&package, &truth(file), &covered(file), &sites));
    }
    let table = score.table();
    show(&table);
    let all = score.overall();
    assert!(all.there >= 400, "{} true sites", all.there);
    assert!(
        all.precision() >= OVERALL && all.recall() >= OVERALL,
        "{table}"
    );
    for (client, tally) in &score.by_client {
        let (recall, n) = OF_CLIENT;
        assert!(
            tally.there < n || tally.recall() >= recall,
            "{client}\n{table}"
        );
    }
}

fn truth_files() -> Vec<PathBuf> {
    let entries =
        fs::read_dir(binary::root().join("tests/truth")).expect("the folder of truth files");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    files
}

fn truth(file: &Path) -> Vec<True> {
    let text = fs::read_to_string(file).expect("a truth file");
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(parse).collect()
}

fn covered(file: &Path) -> Covered {
    let text = fs::read_to_string(file.with_extension("covered.json")).expect("the compiled lines");
    serde_json::from_str(&text).expect("ranges of lines")
}

#[expect(
    clippy::print_stdout,
    reason = "shown with --nocapture, and where the test fails"
)]
fn show(table: &str) {
    println!("{table}");
}
