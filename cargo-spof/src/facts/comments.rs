//! Comments that speak to the tool: `// spof: …`.
//!
//! The parser drops comments, so they are found in the text itself, outside of strings and other
//! comments.

use crate::span::Span;
use serde::{Deserialize, Serialize};

/// A comment that begins with `spof:`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What follows `spof:`, continuation lines joined by a space each.
    pub text: String,
    /// From the comment's first character to its end; the last line's, where it goes on.
    pub span: Span,
    /// Where `text` begins, while it is one line.
    pub text_span: Span,
    /// `//!`: it speaks of what encloses it.
    pub inner: bool,
    /// Whether code stands before it on its line.
    pub trailing: bool,
    /// Where the next token begins that is no comment; the end of the text without one.
    pub next: u32,
}

/// All comments of the text that begin with `spof:`. A comment line right below that begins with
/// two spaces or a tab more continues it while a bracket is open.
pub(super) fn find(text: &str) -> Vec<Comment> {
    if !text.contains("spof:") {
        return Vec::new();
    }
    let lines = line_comments(text);
    let mut out: Vec<Comment> = Vec::new();
    let mut open: Option<usize> = None;
    for span in lines {
        let raw = span.text(text);
        let inner = raw.starts_with("//!");
        let body = raw.trim_start_matches('/').trim_start_matches('!').trim();
        if let Some(said) = body.strip_prefix("spof:") {
            let said = said.trim();
            let at = span.start + super::lower::len32(raw.rfind(said).unwrap_or(0));
            out.push(Comment {
                text: said.to_owned(),
                span,
                text_span: Span::new(at, at + super::lower::len32(said.len())),
                inner,
                trailing: has_code_before(text, span.start),
                next: 0,
            });
            open = is_open(said).then_some(out.len() - 1);
        } else if let Some(index) = open {
            let comment = &mut out[index];
            if !is_right_below(text, comment.span, span) {
                open = None;
                continue;
            }
            comment.text.push(' ');
            comment.text.push_str(body);
            comment.span = comment.span.to(span);
            if !is_open(&comment.text) {
                open = None;
            }
        }
    }
    for comment in &mut out {
        comment.next = next_token(text, comment.span.end);
    }
    out
}

/// Whether a bracket is open at the end; brackets in strings are text.
fn is_open(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_i32, 0);
    while at < bytes.len() {
        at = match bytes[at] {
            b'"' => string_end(bytes, at + 1),
            b'r' => raw_string_end(bytes, at),
            b'(' | b')' => {
                depth += if bytes[at] == b'(' { 1 } else { -1 };
                at + 1
            }
            _ => at + 1,
        };
    }
    depth > 0
}

/// Whether nothing but one line's end stands between two comments.
fn is_right_below(text: &str, above: Span, below: Span) -> bool {
    let between = Span::new(above.end, below.start).text(text);
    between.trim().is_empty() && between.matches('\n').count() == 1
}

fn has_code_before(text: &str, at: u32) -> bool {
    let before = &text[..at as usize];
    let line = before
        .rfind('\n')
        .map_or(before, |newline| &before[newline + 1..]);
    !line.trim().is_empty()
}

/// Where the next token begins behind `from`, over comments and white space.
fn next_token(text: &str, from: u32) -> u32 {
    let mut at = from as usize;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        let skip = if trimmed.starts_with("//") {
            trimmed.find('\n').unwrap_or(trimmed.len())
        } else if trimmed.starts_with("/*") {
            block_comment_len(trimmed.as_bytes())
        } else {
            return super::lower::len32(at);
        };
        at += skip;
    }
}

/// The length of the block comment at the start, nested ones included.
fn block_comment_len(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The `//` comments of a text.
fn line_comments(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
                out.push(Span::new(super::lower::len32(at), super::lower::len32(end)));
                end
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => at + block_comment_len(&bytes[at..]),
            b'"' => string_end(bytes, at + 1),
            b'r' | b'b' | b'c' => raw_string_end(bytes, at),
            b'\'' => char_end(bytes, at),
            _ => at + 1,
        };
    }
    out
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Behind `r"…"`, `br#"…"#` and the like; one byte on where none begins here.
fn raw_string_end(bytes: &[u8], start: usize) -> usize {
    let is_ident = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if start > 0 && is_ident(&bytes[start - 1]) {
        return start + 1;
    }
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b'r' | b'b' | b'c') && at - start < 2 {
        at += 1;
    }
    if bytes[at - 1] != b'r' {
        return start + 1;
    }
    let n = bytes[at..].iter().take_while(|&&byte| byte == b'#').count();
    at += n;
    if bytes.get(at) != Some(&b'"') {
        return start + 1;
    }
    at += 1;
    let closes = |at: usize| {
        bytes[at] == b'"'
            && bytes[at + 1..]
                .iter()
                .take(n)
                .filter(|&&b| b == b'#')
                .count()
                == n
    };
    while at < bytes.len() && !closes(at) {
        at += 1;
    }
    at + 1 + n
}

/// Behind a character literal; one byte on for a lifetime.
fn char_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at + 1) {
        Some(b'\\') => {
            let close = bytes[at + 3..]
                .iter()
                .take(12)
                .position(|&byte| byte == b'\'');
            close.map_or(at + 1, |n| at + n + 4)
        }
        Some(_) if bytes.get(at + 2) == Some(&b'\'') => at + 3,
        Some(&lead) if lead >= 0x80 => {
            let close = bytes[at + 1..]
                .iter()
                .take(5)
                .position(|&byte| byte == b'\'');
            close.map_or(at + 1, |n| at + n + 2)
        }
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_in_strings_are_not_comments() {
        let text = "let a = \"// spof: no\"; let b = r#\"// spof: \"no\"#; let c = '\"'; // spof: yes(a)\nnext();";
        let found = find(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "yes(a)");
        assert!(found[0].trailing);
        assert_eq!(&text[found[0].next as usize..], "next();");
    }

    #[test]
    fn other_comments_may_stand_between_a_comment_and_its_statement() {
        let text = "// spof: on_outage(a, skip)\n// why\n/* and /* how */ */\n  go();";
        let found = find(text);
        assert_eq!(&text[found[0].next as usize..], "go();");
    }

    #[test]
    fn a_comment_goes_on_while_a_bracket_is_open() {
        let text = "// spof: on_outage(a, fail,\n//     reason = \"x\")\ngo();";
        assert_eq!(find(text)[0].text, "on_outage(a, fail, reason = \"x\")");
    }

    #[test]
    fn a_bracket_in_a_string_does_not_open_the_comment() {
        let text =
            "// spof: on_outage(a, skip, reason = \"sad :(\")\n// why\ngo();\n// other\nstop();";
        let found = find(text);
        assert_eq!(found[0].text, "on_outage(a, skip, reason = \"sad :(\")");
        assert_eq!(&text[found[0].next as usize..][..2], "go");
    }

    #[test]
    fn a_comment_does_not_go_on_behind_code() {
        let text = "// spof: on_outage(a, fail,\ngo();\n// reason = \"x\")\nstop();";
        let found = find(text);
        assert_eq!(found[0].text, "on_outage(a, fail,");
        assert_eq!(&text[found[0].next as usize..][..2], "go");
    }
}
