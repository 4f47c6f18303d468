//! Declarations as people write them, rendered in one line each.

mod attach;
mod grammar;

use super::{FileDeclarations, Malformed, Scope, in_file};
use crate::facts::extract;
use crate::span::{FileId, Place};

const FILE: FileId = FileId(0);

fn read(text: &str) -> FileDeclarations {
    in_file(FILE, text, &extract(text, None))
}

/// `store verb on kind: first line of the scope`, one for each declaration.
fn declared(text: &str) -> Vec<String> {
    let found = read(text);
    assert_eq!(problems(text, &found.malformed), Vec::<String>::new());
    let attached = found.declarations.iter();
    attached
        .map(|attached| {
            let declaration = &attached.declaration;
            let verb = declaration.verb.map_or("?", |verb| verb.value.word());
            let scope = scope(text, &attached.scope);
            format!("{} {verb} on {scope}", declaration.store.value)
        })
        .collect()
}

fn scope(text: &str, scope: &Scope) -> String {
    let (kind, span) = match scope {
        Scope::File => return "the file".to_owned(),
        Scope::Paths { glob, .. } => return glob.text().to_owned(),
        Scope::Item { span, kind, .. } => (format!("{kind:?}"), *span),
        Scope::Field { span } => ("field".to_owned(), *span),
        Scope::Statement { span } => ("statement".to_owned(), *span),
    };
    let lines: Vec<&str> = span.text(text).lines().map(str::trim).collect();
    format!("{kind}: {}", lines.join(" "))
}

/// `"text there": message (help)`, one for each problem.
fn problems(text: &str, malformed: &[Malformed]) -> Vec<String> {
    let at = |place: Place| place.span.text(text).replace('\n', " ");
    let problem = |it: &Malformed| {
        let help = it.help.iter().map(|help| format!(" ({help})"));
        let related = it.related.iter();
        let related = related.map(|(place, what)| format!(" [{}: {what}]", at(*place)));
        let tail: String = help.chain(related).collect();
        format!("{}: {}{tail}", at(it.place), it.message)
    };
    malformed.iter().map(problem).collect()
}
