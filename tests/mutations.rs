//! Every edit of the incident's fixture: each `?` that is not there, and each handler that is not told of. Each changes the outcomes of
//! exactly the operations that it should.
//!
//! Slower than the other tests: `cargo test --test mutations`.
#![allow(
    clippy::disallowed_methods,
    reason = "tests start the binary and read and write files"
)]

#[expect(dead_code, reason = "these tests ask for outages only")]
mod binary;
mod incident;

use incident::copy::{Copy, differences};
use incident::edits::HANDLED;
use incident::model::{Model, folder};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

/// The operators of a file, by where they stand; `main` has nothing to serve.
fn marks(code: &str) -> Vec<usize> {
    fn walk(tokens: TokenStream, out: &mut Vec<usize>) {
        let mut before: Option<TokenTree> = None;
        for token in tokens {
            match &token {
                TokenTree::Group(group) => walk(group.stream(), out),
                TokenTree::Punct(mark) if mark.as_char() == '?' => {
                    // `?name` in a macro's fields, `?Sized`.
                    let is_prefix = match &before {
                        None => true,
                        Some(TokenTree::Punct(mark)) => !matches!(mark.as_char(), '?' | '>'),
                        Some(_) => false,
                    };
                    if !is_prefix {
                        out.push(mark.span().byte_range().start);
                    }
                }
                _ => {}
            }
            before = Some(token);
        }
    }
    let mut found = Vec::new();
    walk(code.parse().expect("tokens"), &mut found);
    found
}

fn files() -> Vec<String> {
    let root = folder();
    let mut files = Vec::new();
    for service in fs::read_dir(&root).expect("a directory") {
        let source = service.expect("an entry").path().join("src");
        let Ok(entries) = fs::read_dir(source) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let file = path.strip_prefix(&root).expect("inside");
            files.push(file.to_str().expect("UTF-8").to_owned());
        }
    }
    files.sort();
    files
}

fn read(file: &str) -> String {
    fs::read_to_string(folder().join(file)).expect("readable")
}

#[test]
fn every_mark_of_an_error_that_goes_up() {
    let (copy, base) = (Copy::new(), Model::read());
    let down = [base.down.clone()];
    let mut softens = BTreeMap::new();
    for edit in HANDLED {
        let (_, at) = edit.apply(&read(edit.file));
        let twice = softens.insert((edit.file, at), edit.softens);
        assert!(
            twice.is_none(),
            "{}: {} is edited twice",
            edit.file,
            edit.at
        );
    }
    let (mut wrong, mut n_marks, mut n_changing) = (Vec::new(), 0, 0);
    let is_start = |file: &String| file.ends_with("/main.rs");
    let files = files();
    for file in files.iter().filter(|it| !is_start(it)) {
        let code = read(file);
        for at in marks(&code) {
            let mut model = base.clone();
            let own = softens.remove(&(file.as_str(), at)).unwrap_or_default();
            for (own, target) in own {
                model.soften(own, target);
            }
            let edited = format!("{}.unwrap_or_default(){}", &code[..at], &code[at + 1..]);
            let found = copy.with(file, &edited, &down);
            n_marks += 1;
            n_changing += usize::from(found != base.outcomes());
            let line = code[..at].matches('\n').count() + 1;
            let differences = differences(&found, &model.outcomes()).into_iter();
            wrong.extend(differences.map(|it| format!("{file}:{line}: {it}")));
        }
    }
    assert!(softens.is_empty(), "no `?`: {softens:?}");
    assert!(
        wrong.is_empty(),
        "{} of {n_marks}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        n_changing > 20,
        "{n_changing} of {n_marks} change an outcome"
    );
}

#[test]
fn every_handler_that_is_gone() {
    let (copy, base) = (Copy::new(), Model::read());
    let mut wrong = Vec::new();
    for operation in base.operations.keys() {
        let (service, name) = operation.split_once('.').expect("both");
        let (file, edited) = without(service, name);
        let mut model = base.clone();
        model.remove(operation);
        let mut found = copy.with(&file, &edited, std::slice::from_ref(&base.down));
        // An event that has no route left is an entry point itself.
        found.remove(&format!("{service}.fetch"));
        let differences = differences(&found, &model.outcomes()).into_iter();
        wrong.extend(differences.map(|it| format!("without {operation}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The file that tells a framework of a handler, without that.
fn without(service: &str, name: &str) -> (String, String) {
    for root in ["main.rs", "lib.rs"] {
        let file = format!("{service}/src/{root}");
        if !Path::new(&folder().join(&file)).exists() {
            continue;
        }
        let code = read(&file);
        for before in ["::", "("] {
            for after in [")", ","] {
                if let Some(at) = code.find(&format!("{before}{name}{after}")) {
                    let gone = told(&code, at);
                    return (
                        file,
                        format!("{}{}", &code[..gone.start], &code[gone.end..]),
                    );
                }
            }
        }
    }
    let head = format!("async fn {name}(");
    let own = files()
        .into_iter()
        .filter(|it| it.starts_with(&format!("{service}/")));
    let mut with = own.filter(|it| read(it).contains(&head));
    let file = with
        .next()
        .unwrap_or_else(|| panic!("{service} has no {name}"));
    let code = read(&file);
    let mut start = code.find(&head).expect("there");
    let line = |before: usize| code[..before].rfind('\n').map_or(0, |at| at + 1);
    start = line(start);
    while start > 0 && code[line(start - 1)..start].trim_start().starts_with("///") {
        start = line(start - 1);
    }
    let end = start + closed(&code[start..], '{', '}');
    let edited = format!("{}{}", &code[..start], &code[end..]);
    (file, edited)
}

/// The code that tells of a handler whose name is here: all of a route, or one of its methods.
fn told(code: &str, at: usize) -> Range<usize> {
    let open = code[..=at].rfind('(').expect("a call");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let name = code[..open].trim_end_matches(is_word).len();
    let end = name + closed(&code[name..], '(', ')');
    let is_method = !code[open..end].contains('"');
    if is_method && code[end..].starts_with('.') {
        return name..end + 1;
    }
    if is_method && code[..name].ends_with(").") {
        return name - 1..end;
    }
    let start = code[..at].rfind("\n        .").expect("a chain");
    start..start + closed(&code[start..], '(', ')')
}

/// The end of the first bracket that opens.
fn closed(code: &str, open: char, close: char) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    code.len()
}
