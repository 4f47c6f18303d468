//! What holds of every analysis, asked of the library itself.

use crate::binary;
use cargo_spof::analysis::{self, Analysis};
use cargo_spof::catalogue::Catalogue;
use cargo_spof::facts;
use cargo_spof::sources::Sources;
use cargo_spof::workspace::load::{self, LoadOptions};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let files: Vec<_> = Catalogue::built_in().collect();
    Catalogue::new(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
});

fn with_analysis(fixture: &str, check: impl FnOnce(&Analysis<'_>)) {
    let options = LoadOptions {
        manifest_path: Some(binary::fixture(fixture)),
        lints: &cargo_spof::lints::NAMES,
        ..LoadOptions::default()
    };
    let workspace = load::load(&options).unwrap_or_else(|error| panic!("{error}"));
    let mut sources = Sources::read(workspace, &CATALOGUE, &|_| {});
    check(&analysis::analyze(
        &mut sources,
        &CATALOGUE,
        jiff::civil::date(2026, 11, 25),
    ));
}

#[test]
fn the_graph_has_no_edge_without_bodies_and_no_call_unindexed() {
    for fixture in ["shop/Cargo.toml", "shapes/Cargo.toml"] {
        with_analysis(fixture, |analysis| {
            assert_eq!(analysis.graph.verify(&analysis.program), Ok(()));
            assert!(analysis.graph.edges().count() > 0, "{fixture}");
        });
    }
}

#[test]
fn every_place_lies_inside_its_file() {
    with_analysis("shapes/Cargo.toml", |analysis| {
        for site in &analysis.sites {
            let file = analysis.sources.files.get(site.name.file).expect("a file");
            for span in [site.name.span, site.span, site.flow.span] {
                assert!(
                    file.text
                        .get(span.start as usize..span.end as usize)
                        .is_some()
                );
            }
            let name = site.name.span.text(&file.text);
            let is_named = name == site.operation || name.contains('!');
            assert!(is_named, "{name} is not {}", site.operation);
        }
    });
}

/// Broken code of every kind: each file of the fixtures, cut off at many places.
#[test]
fn extraction_never_panics_and_is_a_function_of_the_text() {
    for file in walkdir::WalkDir::new(binary::fixture(""))
        .into_iter()
        .flatten()
    {
        let Ok(text) = std::fs::read_to_string(file.path()) else {
            continue;
        };
        if file.path().extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let whole = facts::extract(&text, None);
        assert_eq!(whole, facts::extract(&text, None));
        let json = serde_json::to_string(&whole).expect("serialised");
        assert_eq!(whole, serde_json::from_str(&json).expect("read back"));
        for end in (0..text.len())
            .step_by(97)
            .filter(|&end| text.is_char_boundary(end))
        {
            let cut = facts::extract(&text[..end], None);
            let broken = cut.broken.map_or(0, |broken| broken.span.end as usize);
            assert!(broken <= end + 1, "{}", file.path().display());
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads: &str| {
        let mut command = Command::new(binary::PROGRAM);
        command.args(["sites", "--format", "json", "--manifest-path"]);
        command
            .arg(Path::new("fixtures/shapes/Cargo.toml"))
            .current_dir(binary::root());
        command
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("run")
            .stdout
    };
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
}
