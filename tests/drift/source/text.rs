//! What is told from the text of an item and not from its facts: words, and whether it is public.

use super::Words;
use cargo_spof::span::Span;
use smol_str::SmolStr;

/// The identifiers of a text; comments and strings are left out.
pub(crate) fn words(text: &str, out: &mut Words) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let n = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if c == '"' {
            1 + rest[1..].find('"').map_or(rest.len() - 1, |at| at + 1)
        } else if c.is_alphabetic() || c == '_' {
            let end = |c: char| !c.is_alphanumeric() && c != '_';
            let n = rest.find(end).unwrap_or(rest.len());
            out.insert(SmolStr::new(&rest[..n]));
            n
        } else {
            c.len_utf8()
        };
        rest = &rest[n..];
    }
}

/// The identifiers of `outer` that stand in none of the spans inside of it.
pub(crate) fn words_between(
    text: &str,
    outer: Span,
    inner: impl Iterator<Item = Span>,
    out: &mut Words,
) {
    let mut inner: Vec<Span> = inner.filter(|span| outer.contains(*span)).collect();
    inner.sort_by_key(|span| span.start);
    let mut at = outer.start;
    for span in inner {
        words(Span::new(at, span.start.max(at)).text(text), out);
        at = at.max(span.end);
    }
    words(Span::new(at, outer.end).text(text), out);
}

/// Whether a `use` is public; one that a macro wrote, whose text is that of the call, counts as public.
pub(crate) fn is_pub(item: &str) -> bool {
    let head = behind_attributes(item);
    if head.starts_with("use") {
        return false;
    }
    let restricted = head
        .strip_prefix("pub")
        .is_some_and(|rest| rest.trim_start().starts_with('('));
    !restricted
}

fn behind_attributes(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let n = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("#[") {
            attribute_len(rest)
        } else {
            return rest;
        };
        rest = rest[n..].trim_start();
    }
}

fn attribute_len(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}
