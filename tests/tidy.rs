//! The house rules, checked on the source: layers, imports, sizes, and that what the README names
//! exists. The length of functions is clippy's business (`too_many_lines`, 60).

use crate::binary;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library, and the binary's own last. Each imports only what stands above it.
///
/// First the ground that everybody may use, then the stages in the order in which data passes
/// through them, then what is made of a finished analysis.
const LAYERS: [&str; 29] = [
    "span",
    "suggest",
    "finding",
    "spanned_toml",
    "workspace",
    "policy",
    "ratchet",
    "facts",
    "resolve",
    "catalogue",
    "generated",
    "sources",
    "flow",
    "sites",
    "stores",
    "declarations",
    "outage",
    "coverage",
    "promises",
    "analysis",
    "services",
    "links",
    "blast",
    "summary",
    "inventory",
    "diff",
    "lints",
    "report",
    "cli",
];

/// A path that only some files may name. A file is meant by its path's beginning.
const RESERVED: [(&str, &[&str]); 19] = [
    ("syn", &["facts"]),
    ("proc_macro2", &["facts"]),
    ("quote", &["facts"]),
    ("std::fs", &["workspace/load", "cli", "main.rs"]),
    ("std::env", &["workspace/load", "cli", "main.rs"]),
    ("std::process", &["workspace/load", "cli", "main.rs"]),
    ("cargo_metadata", &["workspace/load"]),
    ("clap", &["cli", "main.rs"]),
    ("minijinja", &["catalogue/schema", "report/inventory/html"]),
    ("protox_parse", &["generated"]),
    ("prost_types", &["generated"]),
    ("gix", &["workspace/load/revision"]),
    ("tempfile", &["workspace/load"]),
    ("ignore", &["workspace/owners"]),
    ("csv", &["report/inventory"]),
    ("serde_saphyr", &["report/inventory/backstage"]),
    ("percent_encoding", &["report/sarif"]),
    ("serde_sarif", &["report/sarif"]),
    ("miette", &["cli", "report/human"]),
];

/// Rule files about what every Rust program uses: their stems are everyday words.
const EVERYDAY: [&str; 4] = ["frameworks", "pools", "std", "tokio"];

const MAX_LINES: usize = 500;

/// A source file of the program.
struct Source {
    /// Relative to `cargo-spof/src`, with `/`.
    path: String,
    /// The code without comments, documentation and tests.
    tokens: TokenStream,
}

#[test]
fn a_module_imports_only_what_stands_above_it() {
    let mut wrong = Vec::new();
    for source in program() {
        let own = source.module();
        let Some(rank) = rank(&own[0]) else {
            if !["lib", "main"].contains(&own[0].as_str()) {
                wrong.push(format!("{}: no layer", source.path));
            }
            continue;
        };
        for path in source.paths() {
            let Some(other) = imported(&own, &path) else {
                continue;
            };
            if self::rank(&other).is_some_and(|other| other > rank) {
                wrong.push(format!("{}: {}", source.path, path.join("::")));
            }
        }
    }
    none(wrong);
}

#[test]
fn what_is_reserved_is_named_nowhere_else() {
    let mut wrong = Vec::new();
    for source in program() {
        let paths = source.paths();
        // One word alone is a crate only in `use name as …`; elsewhere it may be a variable.
        let is_crate = |n: usize| paths[n].len() > 1 || (n > 0 && paths[n - 1] == ["use"]);
        let crates = (0..paths.len()).filter(|n| is_crate(*n));
        let paths: BTreeSet<String> = crates.map(|n| paths[n].join("::")).collect();
        for (reserved, homes) in RESERVED {
            let is_named = |path: &String| {
                let rest = path.strip_prefix(reserved);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            if paths.iter().any(is_named) && !homes.iter().any(|it| source.path.starts_with(it)) {
                wrong.push(format!("{}: {reserved}", source.path));
            }
        }
    }
    none(wrong);
}

#[test]
fn a_lint_imports_neither_facts_nor_reports_nor_another_lint() {
    let mut wrong = Vec::new();
    for source in program() {
        let Some(name) = source.path.strip_prefix("lints/") else {
            continue;
        };
        let own = source.module();
        for path in source.paths() {
            let absolute = absolute(&own, &path);
            let first = absolute.first().map_or("", String::as_str);
            let is_lint = first == "lints"
                && absolute
                    .get(1)
                    .is_some_and(|it| own.get(1) != Some(it) && lint_file(it));
            if is_lint || first == "facts" || first == "report" {
                wrong.push(format!("{name}: {}", path.join("::")));
            }
        }
    }
    none(wrong);
}

#[test]
fn no_client_is_named_in_the_program() {
    let mut clients = BTreeSet::new();
    for path in files(&binary::root().join("rules"), "toml") {
        let stem = path.file_stem().unwrap_or_default().display().to_string();
        if !EVERYDAY.contains(&stem.as_str()) {
            clients.insert(stem.replace('-', "_"));
        }
    }
    let mut wrong = Vec::new();
    for source in program() {
        for word in words(source.tokens.clone()) {
            if clients.contains(&word) {
                wrong.push(format!("{}: {word}", source.path));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    let root = binary::root();
    let folders = ["cargo-spof/src", "spof/src", "tests"];
    let sources = folders
        .iter()
        .flat_map(|folder| files(&root.join(folder), "rs"));
    for path in sources.chain([root.join("cargo-spof/build.rs")]) {
        let text = fs::read_to_string(&path).expect("readable");
        let name = path.strip_prefix(&root).unwrap_or(&path).display();
        if !text.starts_with("//! ") {
            wrong.push(format!("{name}: does not begin with `//!`"));
        }
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES {
            wrong.push(format!("{name}: {n_lines} lines"));
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{name}: `foo.rs` and `foo/`, never `mod.rs`"));
        }
    }
    none(wrong);
}

#[test]
fn what_the_readme_names_exists() {
    let readme = fs::read_to_string(binary::root().join("README.md")).expect("the README");
    let commands = binary::spof(["--help"]).stdout;
    let lints = binary::spof(["explain"]).stdout;
    let mut wrong = Vec::new();
    for command in after(&readme, "cargo spof ") {
        let is_known = |line: &str| line.split_whitespace().next() == Some(command);
        if !command.starts_with('-') && !commands.lines().any(is_known) {
            wrong.push(format!("no command `{command}`"));
        }
    }
    for lint in after(&readme, "\n| [`")
        .into_iter()
        .chain(after(&readme, "cargo spof explain "))
    {
        if lint.contains('-') && !lints.contains(lint) {
            wrong.push(format!("no lint `{lint}`"));
        }
    }
    let links = after(&readme, "](")
        .into_iter()
        .filter(|it| !it.contains(':') && !it.starts_with('#'));
    for file in links.chain(after(&readme, "--manifest-path ")) {
        if !binary::root().join(file).exists() {
            wrong.push(format!("no file `{file}`"));
        }
    }
    none(wrong);
}

/// The words that follow `before`, each up to white space or a bracket or quote.
fn after<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    let ends = |c: char| c.is_whitespace() || "`)]\"'|,;".contains(c);
    let rests = text
        .match_indices(before)
        .map(|(at, _)| &text[at + before.len()..]);
    let words = rests.map(|rest| &rest[..rest.find(ends).unwrap_or(rest.len())]);
    words
        .filter(|word| word.starts_with(|c: char| c.is_alphanumeric() || c == '.'))
        .collect()
}

fn none(mut wrong: Vec<String>) {
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The files below a folder with this extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let entries = walk
        .into_iter()
        .map(|entry| entry.expect("readable").into_path());
    let has = |path: &PathBuf| path.extension().is_some_and(|it| it == extension);
    entries.filter(has).collect()
}

fn program() -> Vec<Source> {
    let folder = binary::root().join("cargo-spof/src");
    let source = |path: PathBuf| {
        let name = path.strip_prefix(&folder).unwrap_or(&path);
        let name = name.display().to_string().replace('\\', "/");
        let text = fs::read_to_string(&path).expect("readable");
        let tokens: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let is_test = name.ends_with("/tests.rs") || name.contains("/tests/");
        (!is_test).then(|| Source {
            path: name,
            tokens: without_tests(tokens),
        })
    };
    files(&folder, "rs")
        .into_iter()
        .filter_map(source)
        .collect()
}

/// The code without documentation and without items under `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match attribute(&tokens, at) {
            Some(text) if text.starts_with("doc =") => at += 2,
            Some(text) if text == "cfg (test)" => at = item_end(&tokens, at + 2),
            _ => {
                kept.push(cleaned(tokens[at].clone()));
                at += 1;
            }
        }
    }
    kept.into_iter().collect()
}

/// What stands in the brackets of the attribute that begins at `at`: `#[…]`, or `[…]` of `#![…]`.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<String> {
    let is_hash =
        matches!(&tokens[at], TokenTree::Punct(it) if it.as_char() == '#' || it.as_char() == '!');
    match tokens.get(at + 1) {
        Some(TokenTree::Group(group)) if is_hash && group.delimiter() == Delimiter::Bracket => {
            Some(group.stream().to_string())
        }
        _ => None,
    }
}

/// One past the item that begins at `at`: its `;` or its braces.
fn item_end(tokens: &[TokenTree], at: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(it) => it.as_char() == ';',
        TokenTree::Group(it) => it.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let end = tokens[at..].iter().position(is_end);
    end.map_or(tokens.len(), |end| at + end + 1)
}

fn cleaned(token: TokenTree) -> TokenTree {
    match token {
        TokenTree::Group(group) => {
            let inner = without_tests(group.stream());
            TokenTree::Group(Group::new(group.delimiter(), inner))
        }
        other => other,
    }
}

impl Source {
    /// The path of its module.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs");
        path.split('/').map(str::to_owned).collect()
    }

    /// All paths that it names, those of a `use` tree one by one.
    fn paths(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        collect_paths(&self.tokens, &[], &mut paths);
        paths
    }
}

fn collect_paths(tokens: &TokenStream, prefix: &[String], out: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    // Whether the last two tokens were `::`, so that what follows belongs to the path.
    let mut n_colons = 0;
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => n_colons += 1,
            TokenTree::Ident(ident) => {
                if n_colons != 2 {
                    out.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                    path = prefix.to_vec();
                }
                path.push(ident.to_string());
                n_colons = 0;
            }
            TokenTree::Group(group) => {
                let is_tree = n_colons == 2 && group.delimiter() == Delimiter::Brace;
                let prefix = if is_tree { path.as_slice() } else { &[] };
                collect_paths(&group.stream(), prefix, out);
                n_colons = 0;
            }
            _ => n_colons = 0,
        }
    }
    out.extend((!path.is_empty()).then_some(path));
}

/// A path from the library's root; empty where it does not begin there, with `self` or with `super`.
fn absolute(own: &[String], path: &[String]) -> Vec<String> {
    let n_super = path.iter().take_while(|it| *it == "super").count();
    let base = match path[0].as_str() {
        "crate" | "cargo_spof" => return path[1..].to_vec(),
        "self" => own,
        "super" => &own[..own.len().saturating_sub(n_super)],
        _ => return Vec::new(),
    };
    let rest = &path[n_super.max(1)..];
    base.iter().chain(rest).cloned().collect()
}

/// The top module that a path leads to, if that is another one.
fn imported(own: &[String], path: &[String]) -> Option<String> {
    let first = absolute(own, path).into_iter().next()?;
    (first != own[0]).then_some(first)
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == module)
}

/// Whether this is a lint, and not what lints share: a lint has a page.
fn lint_file(name: &str) -> bool {
    let folder = binary::root().join("cargo-spof/src/lints");
    let page = folder.join(format!("pages/{}.md", name.replace('_', "-")));
    folder.join(format!("{name}.rs")).exists() && page.exists()
}

/// The words of code and of strings.
fn words(tokens: TokenStream) -> Vec<String> {
    let split = |text: String| {
        let text = text.replace('-', "_");
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.map(str::to_lowercase).collect()
    };
    let of = |token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Literal(literal) => split(literal.to_string()),
        TokenTree::Punct(_) => Vec::new(),
    };
    tokens.into_iter().flat_map(of).collect()
}
