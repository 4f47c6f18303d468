//! Declarations that can be put in, and say nothing yet.
//!
//! A stub names the store and leaves open what happens: it is malformed until a person has said so. It is a comment, or the
//! attribute where the package depends on the crate that has it, on the line of the function's head.

use crate::analysis::Analysis;
use crate::declarations::OPEN;
use crate::finding::Suggestion;
use crate::resolve::{DefId, DefKind};
use crate::span::{Place, Span};
use crate::workspace::DependencyKind;

/// The crate of the attributes.
const ATTRIBUTES: &str = "spof";
/// What may stand on a line before a function's name.
const HEAD: [&str; 8] = [
    "pub", "default", "const", "async", "unsafe", "extern", "fn", "crate",
];

/// A stub for a store, before a function; none where its head does not begin a line of the workspace's own code.
pub(super) fn before(analysis: &Analysis<'_>, function: DefId, store: &str) -> Option<Suggestion> {
    let function = analysis.program.enclosing(function);
    let def = analysis.program.def(function);
    let (file, name) = analysis.program.name_place(function)?;
    let source = analysis.sources.files.get(file)?;
    if !matches!(def.kind, DefKind::Fn(_)) || source.path.starts_with("..") {
        return None;
    }
    let text = &source.text;
    let start = text
        .get(..name.start as usize)?
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let head = text.get(start..name.start as usize)?;
    let words = head.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let is_head = words.last() == Some(&"fn") && words.iter().all(|word| HEAD.contains(word));
    if !is_head || head.contains(['{', '}', ';', '#', '/', '!']) {
        return None;
    }
    let indent = &head[..head.len() - head.trim_start().len()];
    let store = super::groups::written(store);
    let declaration = format!("on_outage({store}, {OPEN})");
    let line = if has_attributes(analysis, function) {
        format!("#[{ATTRIBUTES}::{declaration}]")
    } else {
        format!("// spof: {declaration}")
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let at = u32::try_from(start).ok()?;
    Some(Suggestion {
        place: Place {
            file,
            span: Span::new(at, at),
        },
        text: format!("{indent}{line}{end}"),
    })
}

/// Whether the package of a function depends on the attributes.
fn has_attributes(analysis: &Analysis<'_>, function: DefId) -> bool {
    let package = analysis
        .sources
        .workspace
        .package(analysis.package_of(function));
    let mut needed = package.into_iter().flat_map(|it| &it.dependencies);
    needed.any(|it| it.package == ATTRIBUTES && it.kind == DependencyKind::Normal)
}
