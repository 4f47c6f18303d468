//! Names with `*` in them, and the alternatives of braces.
//!
//! Matching allocates nothing: it is done for every call of a workspace.

use smol_str::SmolStr;
use std::fmt;

/// More alternatives than this are a mistake, or meant to exhaust memory.
const MAX_ALTERNATIVES: usize = 1_000;

/// The readers of patterns and types recurse at opening brackets.
const MAX_BRACKETS: usize = 64;

/// A text in which each `*` stands for any characters, also for none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Glob {
    text: SmolStr,
    is_exact: bool,
}

impl Glob {
    /// A glob; without a `*` it is an exact name.
    pub fn new(text: &str) -> Self {
        Self {
            text: SmolStr::new(text),
            is_exact: !text.contains('*'),
        }
    }

    /// The glob as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it has no `*`.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether it stands for `name`.
    pub fn matches(&self, name: &str) -> bool {
        if self.is_exact {
            return self.text == name;
        }
        is_match(&self.text, name, |a, b| a == b)
    }

    /// As [`Glob::matches`], without regard to the case of ASCII letters.
    pub fn matches_ignoring_case(&self, name: &str) -> bool {
        if self.is_exact {
            return self.text.eq_ignore_ascii_case(name);
        }
        is_match(&self.text, name, |a, b| a.eq_ignore_ascii_case(&b))
    }

    /// What the `*` stands for in `name`, where the glob has one `*` and matches.
    pub fn part<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (before, after) = self.text.split_once('*')?;
        name.strip_prefix(before)?.strip_suffix(after)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Greedy matching: after a mismatch the last `*` takes one byte more.
fn is_match(glob: &str, name: &str, same: impl Fn(u8, u8) -> bool) -> bool {
    let (glob, name) = (glob.as_bytes(), name.as_bytes());
    let (mut at, mut pos) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while pos < name.len() {
        match glob.get(at) {
            Some(b'*') => {
                star = Some((at + 1, pos));
                at += 1;
            }
            Some(&byte) if same(byte, name[pos]) => (at, pos) = (at + 1, pos + 1),
            _ => {
                let Some((after, taken)) = star else {
                    return false;
                };
                star = Some((after, taken + 1));
                (at, pos) = (after, taken + 1);
            }
        }
    }
    glob[at..].iter().all(|&byte| byte == b'*')
}

/// Whether a text has more brackets than the readers of patterns and types are given.
pub(super) fn is_too_nested(text: &str) -> bool {
    text.matches(['{', '<', '(', '[']).count() > MAX_BRACKETS
}

/// The texts that braces stand for, in order: `a{b,c{d,e}}` is `ab`, `acd`, `ace`.
///
/// # Errors
///
/// What is wrong with the braces, as a phrase.
pub(super) fn expand(text: &str) -> Result<Vec<String>, String> {
    if is_too_nested(text) {
        return Err(format!("more than {MAX_BRACKETS} brackets"));
    }
    let Some(open) = text.find('{') else {
        return match text.find('}') {
            Some(_) => Err("a `}` closes nothing".to_owned()),
            None => Ok(vec![text.to_owned()]),
        };
    };
    if text[..open].contains('}') {
        return Err("a `}` closes nothing".to_owned());
    }
    let close = closing(text, open).ok_or("a `{` is not closed")?;
    let tails = expand(&text[close + 1..])?;
    let mut out = Vec::new();
    for alternative in alternatives(&text[open + 1..close]) {
        for middle in expand(alternative.trim())? {
            let head = &text[..open];
            out.extend(tails.iter().map(|tail| format!("{head}{middle}{tail}")));
            if out.len() > MAX_ALTERNATIVES {
                return Err(format!("more than {MAX_ALTERNATIVES} alternatives"));
            }
        }
    }
    Ok(out)
}

/// The `}` of the `{` at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The parts between the commas that stand in no inner brackets.
pub(super) fn alternatives(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0_i32, 0);
    let mut parts = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'<' => depth += 1,
            b'}' | b'>' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (glob, name, expected) in [
            ("get", "get", true),
            ("get", "gets", false),
            ("get*", "get", true),
            ("*", "", true),
            ("*scan*", "hscan_match", true),
            ("geo*dist", "geo_dist_dist", true),
            ("geo*dist", "geodis", false),
            ("a*b*c", "aXbXbXc", true),
            ("*FluentBuilder", "GetItemFluentBuilder", true),
        ] {
            assert_eq!(Glob::new(glob).matches(name), expected, "{glob} {name}");
        }
        assert!(Glob::new("SEL*").matches_ignoring_case("select"));
        assert_eq!(Glob::new("acme-*").part("acme-s3"), Some("s3"));
    }

    #[test]
    fn braces_nest_and_are_told_when_they_do_not_close() {
        let all = expand("a{b,c{d,e}}f").expect("closed");
        assert_eq!(all, ["abf", "acdf", "acef"]);
        assert!(expand("a{b").is_err());
        assert!(expand("a}b{c}").is_err());
        assert!(expand(&"{a,b}".repeat(30)).is_err());
    }
}
