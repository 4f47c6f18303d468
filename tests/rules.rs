//! The catalogue tests itself: every example of every rule file is analysed by the binary, and what
//! it finds is compared with the `//~ OPERATION CLASS` marks. A guard is an example without marks.
//!
//! The examples of one rule file are the members of one workspace. Nothing is fetched or built:
//! cargo is only asked for the manifests' own content.

use crate::binary;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A rule file, as far as its examples need it.
#[derive(Deserialize)]
struct RuleFile {
    #[serde(skip)]
    stem: String,
    #[serde(rename = "crate")]
    crates: Crates,
    #[serde(default)]
    example: Vec<Example>,
    #[serde(default)]
    guard: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Crates {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Example {
    name: String,
    code: String,
    proto: Option<String>,
}

/// One operation on a line of an example: the line, then `OPERATION CLASS`.
type Mark = (u32, String);

/// What an example says and what was found differ.
struct Difference {
    example: String,
    missed: Vec<Mark>,
    extra: Vec<Mark>,
}

/// Crates that an example may use without being about them.
const COMPANIONS: [&str; 7] = [
    "anyhow",
    "async-trait",
    "futures",
    "futures-util",
    "serde",
    "serde_json",
    "tokio",
];

#[test]
fn every_example_is_found_and_every_guard_is_not() {
    let rules = rule_files();
    assert!(!rules.is_empty(), "no rule files");
    let known: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.crates.names()).collect();
    let reports: Vec<String> = std::thread::scope(|scope| {
        let known = &known;
        let runs: Vec<_> = rules
            .iter()
            .map(|rule| scope.spawn(move || check(rule, known)))
            .collect();
        let join = |run: std::thread::ScopedJoinHandle<'_, String>| run.join().expect("no panic");
        runs.into_iter().map(join).collect()
    });
    let report = reports.concat();
    assert!(report.is_empty(), "\n{report}");
}

fn rule_files() -> Vec<RuleFile> {
    let folder = binary::root().join("rules");
    let entries = fs::read_dir(&folder).expect("the folder of rules");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "toml"));
    paths.sort();
    paths.iter().map(|path| rule_file(path)).collect()
}

fn rule_file(path: &Path) -> RuleFile {
    let text = fs::read_to_string(path).expect("readable");
    let read = toml::from_str(&text);
    let mut rule: RuleFile = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    rule.stem = path.file_stem().unwrap_or_default().display().to_string();
    rule
}

/// The differences of one rule file, as text; empty if there are none.
fn check(rule: &RuleFile, known: &BTreeSet<&str>) -> String {
    let examples: Vec<&Example> = rule.example.iter().chain(&rule.guard).collect();
    if examples.is_empty() {
        return String::new();
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    write(
        dir.path(),
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n",
    );
    for (n, example) in examples.iter().enumerate() {
        let manifest = manifest(&member(n), rule, known, &example.code);
        write(dir.path(), &format!("{}/Cargo.toml", member(n)), &manifest);
        write(
            dir.path(),
            &format!("{}/src/lib.rs", member(n)),
            &example.code,
        );
        if let Some(proto) = &example.proto {
            let path = format!("{}/proto/example.proto", member(n));
            write(dir.path(), &path, proto);
        }
    }
    let found = binary::sites(&dir.path().join("Cargo.toml"));
    let of = |n: usize| {
        let file = format!("{}/src/lib.rs", member(n));
        let sites = found.iter().filter(|site| site.file == file);
        let mark = |site: &binary::Site| (site.line, format!("{} {}", site.operation, site.class));
        difference(examples[n], sites.map(mark).collect())
    };
    let differences = (0..examples.len()).filter_map(of);
    differences.map(|it| it.report(&rule.stem)).collect()
}

fn member(n: usize) -> String {
    format!("example-{n}")
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap_or(dir)).expect("a directory");
    fs::write(path, text).expect("writable");
}

/// A manifest that depends on the rule's crates and on every other crate that the code names.
fn manifest(name: &str, rule: &RuleFile, known: &BTreeSet<&str>, code: &str) -> String {
    let of_rule = rule.crates.names().filter(|name| !name.contains('*'));
    let mut crates: BTreeSet<String> = of_rule.chain(COMPANIONS).map(str::to_owned).collect();
    for word in code.split(|c: char| !c.is_alphanumeric() && c != '_') {
        let of = |name: &&str| glob(&name.replace('-', "_"), word).then(|| package(name, word));
        crates.extend(known.iter().find_map(of));
    }
    // A language's own crates are no dependencies.
    crates.retain(|name| !["std", "core", "alloc"].contains(&name.as_str()));
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n"
    );
    for name in crates {
        writeln!(text, "{name} = \"*\"").expect("a string takes all");
    }
    text
}

/// Whether `pattern`, which has at most one `*`, is `word`.
fn glob(pattern: &str, word: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == word,
        Some((head, tail)) => {
            word.len() > head.len() + tail.len() && word.starts_with(head) && word.ends_with(tail)
        }
    }
}

/// The package of the crate that code calls `word`: with the sign between words that its family uses.
fn package(name: &str, word: &str) -> String {
    match (name.contains('*'), name.contains('_')) {
        (false, _) => name.to_owned(),
        (true, true) => word.to_owned(),
        (true, false) => word.replace('_', "-"),
    }
}

fn difference(example: &Example, mut extra: Vec<Mark>) -> Option<Difference> {
    let mut missed = Vec::new();
    for mark in marks(&example.code) {
        match extra.iter().position(|found| *found == mark) {
            Some(n) => drop(extra.remove(n)),
            None => missed.push(mark),
        }
    }
    let example = example.name.clone();
    let differs = !missed.is_empty() || !extra.is_empty();
    differs.then_some(Difference {
        example,
        missed,
        extra,
    })
}

/// The marks of an example, in the order of its lines.
fn marks(code: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        let said = line.split_once("//~").map_or("", |(_, said)| said);
        let said = said.split(';').map(str::trim).filter(|it| !it.is_empty());
        marks.extend(said.map(|it| (number, it.to_owned())));
    }
    marks
}

impl Difference {
    fn report(&self, stem: &str) -> String {
        let mut text = format!("rules/{stem}.toml: {}\n", self.example);
        for (word, marks) in [("missed", &self.missed), ("extra", &self.extra)] {
            for (line, mark) in marks {
                writeln!(text, "    {word} line {line}: {mark}").expect("a string takes all");
            }
        }
        text
    }
}

impl Crates {
    fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Crates::One(name) => std::slice::from_ref(name),
            Crates::Many(names) => names,
        };
        names.iter().map(String::as_str)
    }
}
