//! Where a thing really begins, behind what may stand before its keyword.
//!
//! The span of a `pub async fn` begins at `async`, that of an `unsafe impl` at `impl`, that of a
//! struct at its attributes; a comment stands before all of it. [`head`] reads over comments,
//! attributes, visibility, labels and modifiers. It decides on one token at a time, so that two
//! places before one keyword have the same head:
//!
//! ```text
//! #[inline] pub async fn f() {}
//! ^         ^   ^     ^^ the head of all of them
//! ```

use super::excerpt::offset;

/// Words that may stand before what a thing is.
const MODIFIERS: [&str; 12] = [
    "pub", "async", "unsafe", "const", "extern", "default", "auto", "safe", "move", "static",
    "type", "mut",
];

/// The head of what begins at `at`.
pub(super) fn head(text: &str, at: u32) -> u32 {
    let mut at = at as usize;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        match skipped(rest) {
            0 => return offset(at),
            n => at += n,
        }
    }
}

/// Behind white space and comments.
pub(super) fn skip_trivia(text: &str, at: u32) -> u32 {
    let mut at = at as usize;
    loop {
        match trivia_len(text.get(at..).unwrap_or_default()) {
            0 => return offset(at),
            n => at += n,
        }
    }
}

/// The length of the one thing at the start that may stand before a head; 0 at the head.
fn skipped(rest: &str) -> usize {
    match rest.bytes().next() {
        Some(b'#') => attribute_len(rest),
        Some(b'\'') => label_len(rest),
        _ => trivia_len(rest).max(modifier_len(rest)),
    }
}

fn trivia_len(rest: &str) -> usize {
    let blank = rest.len() - rest.trim_start().len();
    if blank > 0 {
        blank
    } else if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment_len(rest.as_bytes())
    } else {
        0
    }
}

fn block_comment_len(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") if depth == 1 => return at + 2,
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn modifier_len(rest: &str) -> usize {
    let len = ident_len(rest);
    let word = &rest[..len];
    if !MODIFIERS.contains(&word) {
        return 0;
    }
    let behind = &rest[len..];
    len + match word {
        "pub" => restriction_len(behind),
        "extern" => abi_len(behind),
        _ => 0,
    }
}

/// `(crate)`, `(in a::b)` behind `pub`. What else stands in brackets there is a tuple type.
fn restriction_len(behind: &str) -> usize {
    let inner = behind.trim_start();
    let Some(inner) = inner.strip_prefix('(') else {
        return 0;
    };
    let inner = inner.trim_start();
    let is_scope = ["crate", "self", "super", "in"].contains(&&inner[..ident_len(inner)]);
    let is_path = inner.trim_start_matches("self").starts_with("::")
        || inner.trim_start_matches("crate").starts_with("::")
        || inner.trim_start_matches("super").starts_with("::");
    match behind.find(')') {
        Some(close) if is_scope && !is_path => close + 1,
        _ => 0,
    }
}

/// `"C"` behind `extern`.
fn abi_len(behind: &str) -> usize {
    let blank = behind.len() - behind.trim_start().len();
    let name = behind.trim_start().strip_prefix('"');
    let close = name.and_then(|name| name.find('"'));
    close.map_or(0, |close| blank + close + 2)
}

/// `'name:`; a character or a lifetime is none.
fn label_len(rest: &str) -> usize {
    let name = ident_len(&rest[1..]);
    let behind = &rest[1 + name..];
    let blank = behind.len() - behind.trim_start().len();
    let is_label = name > 0 && behind[blank..].starts_with(':');
    if is_label { name + blank + 2 } else { 0 }
}

fn ident_len(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    end.unwrap_or(text.len())
}

/// `#[…]`, `#![…]` with brackets and strings inside.
fn attribute_len(rest: &str) -> usize {
    let inner = rest[1..].trim_start_matches(['!', ' ']);
    if !inner.starts_with('[') {
        return 0;
    }
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (rest.len() - inner.len(), 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'[' => depth += 1,
            b']' if depth == 1 => return at + 1,
            b']' => depth -= 1,
            b'"' => at += string_len(&bytes[at..]) - 1,
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                at += trivia_len(rest.get(at..).unwrap_or_default()).max(1) - 1;
            }
            _ => {}
        }
        at += 1;
    }
    0
}

/// The length of the string literal at the start, both quotes included.
fn string_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::head;

    fn behind(text: &str) -> &str {
        &text[head(text, 0) as usize..]
    }

    #[test]
    fn a_head_stands_behind_attributes_visibility_and_modifiers() {
        for (text, expected) in [
            ("pub(crate) async fn f()", "fn f()"),
            (
                "#[a(b = \"]\")] /* c */ pub unsafe extern \"C\" fn f()",
                "fn f()",
            ),
            ("/// Docs.\n#[a]\npub (in a::b) struct S;", "struct S;"),
            ("pub (A, B)", "(A, B)"),
            ("pub (crate::A, B)", "(crate::A, B)"),
            ("'outer: loop {}", "loop {}"),
            ("publish()", "publish()"),
            ("'a'.go()", "'a'.go()"),
            ("#", "#"),
        ] {
            assert_eq!(behind(text), expected);
        }
    }
}
