//! `//~` marks: what is expected on a line, several separated by `;`.

use crate::binary::{self, Site};
use std::fs;
use std::path::Path;

/// A file, a line, and what is there.
pub(crate) type Mark = (String, u32, String);

/// The marks of a text.
pub(crate) fn in_text(file: &str, text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let Some((_, said)) = text.split_once("//~") else {
            continue;
        };
        let said = said.split(';').map(str::trim);
        marks.extend(said.map(|said| (file.to_owned(), line, said.to_owned())));
    }
    marks
}

/// The marks of all Rust files below a folder, with paths relative to it.
pub(crate) fn in_dir(dir: &Path) -> Vec<Mark> {
    let files = walkdir::WalkDir::new(dir).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok);
    let is_rust = |path: &Path| path.extension().is_some_and(|it| it == "rs");
    files
        .filter(|file| is_rust(file.path()))
        .flat_map(|file| {
            let path = file.path().strip_prefix(dir).expect("below it");
            let name = path.to_string_lossy().replace('\\', "/");
            in_text(&name, &fs::read_to_string(file.path()).expect("a text"))
        })
        .collect()
}

/// The call sites of a fixture as marks, each with the text that is said of it.
pub(crate) fn of_sites(dir: &Path, say: impl Fn(&Site) -> String) -> Vec<Mark> {
    let sites = binary::sites(&dir.join("Cargo.toml"));
    let mark = |site: &Site| (site.file.clone(), site.line, say(site));
    sites.iter().map(mark).collect()
}

/// Fails if the call sites of a fixture are not those that it marks `OPERATION CLASS FLOW`.
pub(crate) fn check_flows(fixture: &str) {
    let dir = binary::fixture(fixture);
    let say = |site: &Site| format!("{} {} {}", site.operation, site.class, site.flow);
    compare(&in_dir(&dir), &of_sites(&dir, say));
}

/// Fails with everything that is missed and everything that is extra, apart.
pub(crate) fn compare(wanted: &[Mark], found: &[Mark]) {
    let missing = |from: &[Mark], of: &[Mark]| {
        let mut rest = of.to_vec();
        let mut left = Vec::new();
        for mark in from {
            match rest.iter().position(|it| it == mark) {
                Some(at) => drop(rest.swap_remove(at)),
                None => left.push(format!("  {}:{} {}", mark.0, mark.1, mark.2)),
            }
        }
        left.join("\n")
    };
    let (missed, extra) = (missing(wanted, found), missing(found, wanted));
    assert!(!wanted.is_empty(), "no marks");
    assert!(
        missed.is_empty() && extra.is_empty(),
        "missed:\n{missed}\nextra:\n{extra}"
    );
}
