//! The tokens of a declaration's arguments.
//!
//! In: a text. Out: tokens up to the bracket that closes the arguments, and what is no token. No
//! Rust lexer is used: `workers-kv` is one word here, and a comment is no Rust.

use std::ops::Range;

/// A token and its bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, path or number, without white space in it.
    Word(String),
    /// A string literal's content.
    Str(String),
    /// `,`.
    Comma,
    /// `=`.
    Eq,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Anything else.
    Other,
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// In order, without the bracket that closes the arguments.
    pub(super) tokens: Vec<Token>,
    /// One past the bracket that closes the arguments, where one does.
    pub(super) end: Option<usize>,
    /// Where a string begins that has no end. Nothing behind it is read.
    pub(super) endless: Option<Range<usize>>,
}

/// Reads tokens from `from` on.
pub(super) fn lex(text: &str, from: usize) -> Lexed {
    let mut lexed = Lexed::default();
    let (mut at, mut depth) = (skip_trivia(text, from), 0_usize);
    while at < text.len() {
        let Some((kind, len)) = token(&text[at..]) else {
            lexed.endless = Some(at..text.len());
            break;
        };
        let range = at..at + len;
        match kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => {
                lexed.end = Some(range.end);
                break;
            }
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        at = skip_trivia(text, range.end);
        lexed.tokens.push(Token { kind, range });
    }
    lexed
}

/// The token at the start and its length; `None` for a string without an end.
fn token(text: &str) -> Option<(TokenKind, usize)> {
    let first = text.chars().next()?;
    let kind = match first {
        ',' => TokenKind::Comma,
        '=' => TokenKind::Eq,
        '(' | '[' | '{' => TokenKind::Open,
        ')' | ']' | '}' => TokenKind::Close,
        '"' => return escaped(text),
        'r' if is_raw_string(text) => return raw(text),
        _ => {
            let len = word_len(text);
            let word = text[..len].split_whitespace().collect();
            return Some(match len {
                0 => (TokenKind::Other, first.len_utf8()),
                _ => (TokenKind::Word(word), len),
            });
        }
    };
    Some((kind, 1))
}

/// The length of the word at the start. White space around `::` and `-` belongs to it: tokens that
/// a macro made are printed with it.
fn word_len(text: &str) -> usize {
    let mut len = name_len(text);
    if len == 0 && !text.starts_with("::") {
        return 0;
    }
    loop {
        let joint = text[len..].trim_start();
        let Some(rest) = ["::", "-"].iter().find_map(|sign| joint.strip_prefix(sign)) else {
            return len;
        };
        let rest = rest.trim_start();
        match name_len(rest) {
            0 => return len,
            n => len = text.len() - rest.len() + n,
        }
    }
}

fn name_len(text: &str) -> usize {
    let prefix = if text.starts_with("r#") { 2 } else { 0 };
    let rest = &text[prefix..];
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    match end.unwrap_or(rest.len()) {
        0 => 0,
        n => prefix + n,
    }
}

/// Behind white space and comments.
fn skip_trivia(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return at;
        };
    }
}

fn is_raw_string(text: &str) -> bool {
    text[1..].trim_start_matches('#').starts_with('"')
}

/// `r"…"`, `r#"…"#`.
fn raw(text: &str) -> Option<(TokenKind, usize)> {
    let n_hashes = text[1..].bytes().take_while(|&byte| byte == b'#').count();
    let start = n_hashes + 2;
    let close = format!("\"{}", "#".repeat(n_hashes));
    let len = text[start..].find(&close)?;
    let content = one_line(&text[start..start + len]);
    Some((TokenKind::Str(content), start + len + close.len()))
}

/// `"…"` with Rust's escapes.
fn escaped(text: &str) -> Option<(TokenKind, usize)> {
    let mut raw = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((TokenKind::Str(one_line(&raw)), at + 1)),
            '\\' => unescape(&mut chars, &mut raw),
            c => raw.push(c),
        }
    }
    None
}

type Chars<'t> = std::iter::Peekable<std::iter::Skip<std::str::CharIndices<'t>>>;

/// What stands behind a backslash. An escape that Rust does not know is what it says: rustc
/// complains about it where it is code.
fn unescape(chars: &mut Chars<'_>, out: &mut String) {
    match chars.next().map(|(_, c)| c) {
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('0') => out.push('\0'),
        Some('x') => out.extend(hex(chars, 2)),
        Some('u') => {
            chars.next_if(|&(_, c)| c == '{');
            out.extend(hex(chars, 6));
            chars.next_if(|&(_, c)| c == '}');
        }
        Some('\n' | '\r') => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
        Some(c) => out.push(c),
        None => {}
    }
}

fn hex(chars: &mut Chars<'_>, n: usize) -> Option<char> {
    let digit = |chars: &mut Chars<'_>| chars.next_if(|(_, c)| c.is_ascii_hexdigit());
    let mut value = 0;
    for _ in 0..n {
        let Some((_, c)) = digit(chars) else { break };
        value = value * 16 + c.to_digit(16)?;
    }
    char::from_u32(value)
}

/// A string that goes on over several lines, as one.
fn one_line(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}
