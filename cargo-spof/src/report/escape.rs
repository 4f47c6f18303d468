//! Text from the code made harmless for a terminal.
//!
//! In: names, paths, messages, source text, as they were written by strangers. Out: the same text
//! with everything visible that would move the cursor, colour the screen or reorder what is read
//! (control characters, escape sequences, marks of text direction, other invisible characters).

use std::borrow::Cow;
use std::fmt::Write as _;

/// One line of text; a line break in it is escaped as well.
pub fn terminal(text: &str) -> Cow<'_, str> {
    escaped(text, is_hostile)
}

/// Text of several lines: line breaks stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_hostile(c))
}

/// JSON with every such character escaped: what it means stays the same. They stand in strings only.
pub fn json(text: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| c != '\n' && is_hostile(c);
    if !text.chars().any(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A string of TOML, in its quotes.
pub fn toml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_hostile(c) => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text in a cell of a Markdown table, where it means nothing but itself.
///
/// Forges make links and notifications of text when Markdown is done, so that neither a backslash nor an entity keeps them from it
/// (`@name`, `#12`, `https://…`, `www.…`); an empty comment within does.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = terminal(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before_word = chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            '@' if before_word => out.push_str("@<!-- -->"),
            '#' if before_word => out.push_str("\\#<!-- -->"),
            ':' if chars.peek() == Some(&'/') => out.push_str(":<!-- -->"),
            '.' if has_www(&out) => out.push_str("<!-- -->."),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a text ends as the beginning of an address does.
fn has_www(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[bytes.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// Text in HTML, also in an attribute's quotes.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A label in quotes of a Mermaid graph: its entities begin with `#`.
pub fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '/' | '-' | '_' | ':' | '.' | ',') {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

/// A string in quotes of a DOT graph.
pub fn dot(text: &str) -> String {
    let text = terminal(text);
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Source text, in which every offset stays valid: what is hostile becomes a harmless character of
/// the same number of bytes. Line breaks and tabs stay, `\r` becomes a space.
pub fn source(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile_in_source) {
        return Cow::Borrowed(text);
    }
    let stand_in = |c: char| match (c, c.len_utf8()) {
        ('\r', _) => " ",
        ('\u{feff}', _) => "   ",
        (_, 1) => "?",
        (_, 2) => "¿",
        (_, 3) => "\u{fffd}",
        _ => "????",
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hostile_in_source(c) {
            out.push_str(stand_in(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' if is_escaped(c) => out.extend(c.escape_default()),
            _ if is_escaped(c) => drop(write!(out, "{}", c.escape_unicode())),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_hostile_in_source(c: char) -> bool {
    !matches!(c, '\n' | '\t') && is_hostile(c)
}

/// Whether a character does something other than standing where it is.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                      // soft hyphen
            | '\u{61c}'                   // Arabic letter mark
            | '\u{180e}'                  // Mongolian vowel separator
            | '\u{200b}'                  // zero width space
            | '\u{200e}'..='\u{200f}'     // marks of direction
            | '\u{2028}'..='\u{202e}'     // separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}'     // invisible operators, isolates
            | '\u{feff}'                  // byte order mark
            | '\u{fff9}'..='\u{fffb}'     // annotations
            | '\u{e0000}'..='\u{e007f}'   // tags
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_marks_of_direction_become_visible() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(terminal("x\u{202e}y\nz"), "x\\u{202e}y\\nz");
        assert_eq!(terminal("c\u{9b}1m\u{7f}"), "c\\u{9b}1m\\u{7f}");
        assert_eq!(lines("a\nb\r"), "a\nb\\r");
    }

    #[test]
    fn escaped_json_means_the_same() {
        let text = "x\u{202e}y\u{9b}\u{7f}\u{e0041}\n\u{1b}";
        let plain = serde_json::to_string(text).expect("serialised");
        let safe = json(&plain);
        assert_eq!(safe, r#""x\u202ey\u009b\u007f\udb40\udc41\n\u001b""#);
        let back: String = serde_json::from_str(&safe).expect("JSON");
        assert_eq!(back, text);
    }

    #[test]
    fn nothing_leaks_out_of_its_place() {
        let hostile = "a|b<script>\n::error::\u{1b}[1m\"]`x`@me \u{202e}\\";
        assert_eq!(
            markdown(hostile),
            r#"a&#124;b&lt;script&gt;\\n::error::\\u{1b}\[1m"\]\`x\`@<!-- -->me \\u{202e}\\"#
        );
        assert_eq!(
            markdown("see #12, C#, a@b.c, @, https://x.test, WWW.x.test"),
            r"see \#<!-- -->12, C\#, a@<!-- -->b.c, @, https:<!-- -->//x.test, WWW<!-- -->.x.test"
        );
        assert_eq!(
            html(hostile),
            r"a|b&lt;script&gt;\n::error::\u{1b}[1m&quot;]`x`@me \u{202e}\"
        );
        let label = mermaid(hostile);
        assert!(
            !label.contains(['"', '<', '|', '\n', '`', '[', ']']),
            "{label}"
        );
        assert_eq!(dot("a\"];\\"), r#"a\"];\\"#);
    }

    #[test]
    fn harmless_text_is_not_copied() {
        for text in ["src/main.rs", "größe → 東京", "👩‍🚀"] {
            assert!(matches!(terminal(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn source_text_keeps_its_offsets() {
        let text = "\u{feff}a\r\n\u{1b}b\u{85}c\u{202e}d\u{e0041}e\t\n";
        let safe = source(text);
        assert_eq!(safe, "   a \n?b¿c\u{fffd}d????e\t\n");
        assert_eq!(safe.len(), text.len());
    }
}
