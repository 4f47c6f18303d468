//! The lints' pages: every Rust block of a page is a crate of its own, with findings of that lint where `//~` marks name it,
//! and nowhere else.

use crate::{binary, marks};
use std::fs;
use std::path::Path;

const MANIFEST: &str = "[package]\nname = \"page\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
    [dependencies]\nredis = \"1\"\nspof = \"0.1\"\n";

#[test]
fn the_examples_of_every_page_hold() {
    let pages = binary::root().join("cargo-spof/src/lints/pages");
    let mut n_blocks = 0;
    for page in fs::read_dir(pages).expect("pages") {
        let page = page.expect("a page").path();
        let lint = page
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&page).expect("a text");
        let blocks: Vec<&str> = rust_blocks(&text).collect();
        assert!(
            blocks.iter().any(|block| block.contains("//~")),
            "{lint} shows no finding"
        );
        assert!(
            blocks.iter().any(|block| !block.contains("//~")),
            "{lint} shows no way out"
        );
        for block in blocks {
            check(&lint, block);
            n_blocks += 1;
        }
    }
    assert!(n_blocks >= 6, "{n_blocks}");
}

fn rust_blocks(page: &str) -> impl Iterator<Item = &str> {
    let blocks = page.split("```rust\n").skip(1);
    blocks.filter_map(|block| block.split_once("```").map(|(code, _)| code))
}

fn check(lint: &str, block: &str) {
    let dir = tempfile::tempdir().expect("a folder");
    let found = findings(dir.path(), lint, block);
    let wanted: Vec<marks::Mark> = marks::in_text("src/lib.rs", block)
        .into_iter()
        .flat_map(|(file, line, said)| {
            let each: Vec<String> = said.split(' ').map(str::to_owned).collect();
            each.into_iter().map(move |said| (file.clone(), line, said))
        })
        .collect();
    if wanted.is_empty() {
        assert!(found.is_empty(), "{lint}: {found:?}\n{block}");
    } else {
        marks::compare(&wanted, &found);
    }
}

fn findings(dir: &Path, lint: &str, block: &str) -> Vec<marks::Mark> {
    fs::create_dir(dir.join("src")).expect("made");
    fs::write(dir.join("Cargo.toml"), MANIFEST).expect("written");
    fs::write(dir.join("src/lib.rs"), block).expect("written");
    let manifest = dir.join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let run = binary::spof(["--message-format", "json", "--manifest-path", &manifest]);
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let records: Vec<serde_json::Value> = run.stdout.lines().map(parse).collect();
    let of_lint = records.iter().filter(|record| record["lint"] == lint);
    of_lint
        .map(|record| {
            let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
            let line = record["line"].as_u64().unwrap_or_default();
            (text("file"), u32::try_from(line).unwrap_or(0), text("lint"))
        })
        .collect()
}
