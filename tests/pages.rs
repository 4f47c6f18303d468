//! The lints' pages: every Rust block of a page is a crate of its own, with findings of that lint where `//~` marks name it,
//! and nowhere else. Where the lint compares two revisions, a block that begins with `before` is the former one. A TOML block in front of it is its `spof.toml`, with `#~` marks; one that begins with `# Cargo.toml` has its
//! dependencies, one with `# spof-baseline.toml` its baseline.

use crate::repository::Repository;
use crate::{binary, marks};
use std::fs;
use std::path::Path;

const PACKAGE: &str = "[package]\nname = \"page\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";
const DEPENDENCIES: &str = "[dependencies]\nredis = \"1\"\nreqwest = \"0.12\"\nsqlx = \"0.8\"\ntokio = \"1\"\nspof = \"0.1\"\n";

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
        let examples = examples(&text);
        assert!(
            examples.iter().any(|it| !it.marks().is_empty()),
            "{lint} shows no finding"
        );
        assert!(
            examples.iter().any(|it| it.marks().is_empty()),
            "{lint} shows no way out"
        );
        for example in examples {
            check(&lint, &example);
            n_blocks += 1;
        }
    }
    assert!(n_blocks >= 6, "{n_blocks}");
}

/// A crate, and the `spof.toml` beside it; both as they were in the revision before, where the lint compares two.
struct Example<'p> {
    code: &'p str,
    toml: Option<&'p str>,
    code_before: Option<&'p str>,
    toml_before: Option<&'p str>,
    dependencies: Option<&'p str>,
    baseline: Option<&'p str>,
}

impl Example<'_> {
    fn manifest(&self) -> String {
        format!("{PACKAGE}\n{}", self.dependencies.unwrap_or(DEPENDENCIES))
    }

    fn marks(&self) -> Vec<marks::Mark> {
        let in_code = marks::in_text("src/lib.rs", self.code);
        let toml = self.toml.unwrap_or_default().replace("#~", "//~");
        let in_toml = marks::in_text("spof.toml", &toml);
        let in_manifest = marks::in_text("Cargo.toml", &self.manifest().replace("#~", "//~"));
        let baseline = self.baseline.unwrap_or_default().replace("#~", "//~");
        let in_baseline = marks::in_text("spof-baseline.toml", &baseline);
        let each = in_code.into_iter().chain(in_toml).chain(in_manifest);
        let each = each.chain(in_baseline);
        each.flat_map(|(file, line, said)| {
            let said: Vec<String> = said.split(' ').map(str::to_owned).collect();
            said.into_iter().map(move |said| (file.clone(), line, said))
        })
        .collect()
    }
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let (mut toml, mut dependencies, mut baseline) = (None, None, None);
    let (mut code_before, mut toml_before) = (None, None);
    for block in page.split("```").skip(1).step_by(2) {
        if let Some(text) = block.strip_prefix("toml\n# Cargo.toml\n") {
            dependencies = Some(text);
        } else if let Some(text) = block.strip_prefix("toml\n# spof-baseline.toml\n") {
            baseline = Some(text);
        } else if let Some(text) = block.strip_prefix("toml\n# before\n") {
            toml_before = Some(text);
        } else if let Some(text) = block.strip_prefix("rust\n// before\n") {
            code_before = Some(text);
        } else if let Some(text) = block.strip_prefix("toml\n") {
            toml = Some(text);
        } else if let Some(code) = block.strip_prefix("rust\n") {
            examples.push(Example {
                code,
                toml: toml.take(),
                code_before: code_before.take(),
                toml_before: toml_before.take(),
                dependencies: dependencies.take(),
                baseline: baseline.take(),
            });
        }
    }
    examples
}

fn check(lint: &str, example: &Example<'_>) {
    let found = if example.code_before.is_some() || example.toml_before.is_some() {
        changes(lint, example)
    } else {
        let dir = tempfile::tempdir().expect("a folder");
        findings(dir.path(), lint, example)
    };
    let wanted = example.marks();
    if wanted.is_empty() {
        assert!(found.is_empty(), "{lint}: {found:?}\n{}", example.code);
    } else {
        marks::compare(&wanted, &found);
    }
}

fn findings(dir: &Path, lint: &str, example: &Example<'_>) -> Vec<marks::Mark> {
    fs::create_dir(dir.join("src")).expect("made");
    fs::write(dir.join("Cargo.toml"), example.manifest()).expect("written");
    fs::write(dir.join("src/lib.rs"), example.code).expect("written");
    if let Some(toml) = example.toml {
        fs::write(dir.join("spof.toml"), toml).expect("written");
    }
    if let Some(toml) = example.baseline {
        fs::write(dir.join("spof-baseline.toml"), toml).expect("written");
    }
    let manifest = dir.join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let run = binary::spof(["--message-format", "json", "--manifest-path", &manifest]);
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let records: Vec<serde_json::Value> = run.stdout.lines().map(parse).collect();
    marks_of(lint, &records)
}

/// What a change gives.
fn changes(lint: &str, example: &Example<'_>) -> Vec<marks::Mark> {
    let repository = Repository::new();
    repository.write("Cargo.toml", &example.manifest());
    let before = example.code_before.unwrap_or(example.code);
    for (code, toml) in [(before, example.toml_before), (example.code, example.toml)] {
        repository.write("src/lib.rs", code);
        repository.write("spof.toml", toml.unwrap_or_default());
        repository.commit("a revision");
    }
    let run = binary::spof_in(
        &repository.path("."),
        ["diff", "HEAD~1", "--format", "json"],
    );
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    marks_of(lint, said["findings"].as_array().expect("a list"))
}

/// The findings of a lint.
fn marks_of(lint: &str, records: &[serde_json::Value]) -> Vec<marks::Mark> {
    let of_lint = records.iter().filter(|record| record["lint"] == lint);
    of_lint
        .map(|record| {
            let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
            let line = record["line"].as_u64().unwrap_or_default();
            (text("file"), u32::try_from(line).unwrap_or(0), text("lint"))
        })
        .collect()
}
