//! The shape of `on_outage(store, verb, key = value, …)`: words, not yet their meaning.
//!
//! In: an excerpt. Out: what is written, and everything in it that has not this shape.

use super::excerpt::Excerpt;
use super::lex::{Lexed, Token, TokenKind, lex};
use super::{Form, Malformed};
use crate::span::Place;
use crate::workspace::config::Spanned;
use std::ops::Range;

/// How a declaration is written.
pub(super) const SHAPE: &str = "write `on_outage(store, verb, key = \"…\")`";

/// A value as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    /// Whether it is a string.
    pub(super) is_string: bool,
}

/// What is written: of whatever form, before its words are judged.
pub(super) struct Written {
    pub(super) form: Form,
    pub(super) place: Place,
    /// What has no key, each at its position: a declaration's store and verb, the lints of an `allow`.
    pub(super) words: Vec<Option<Spanned<Value>>>,
    pub(super) args: Vec<(Spanned<String>, Spanned<Value>)>,
}

impl Written {
    pub(super) fn store(&self) -> Option<&Spanned<Value>> {
        self.words.first()?.as_ref()
    }

    pub(super) fn verb(&self) -> Option<&Spanned<Value>> {
        self.words.get(1)?.as_ref()
    }
}

/// The arguments of an excerpt from a byte on, with the problems of their shape, and one past the
/// bracket that closes them.
pub(super) struct Read {
    pub(super) written: Written,
    pub(super) problems: Vec<Malformed>,
    pub(super) end: Option<usize>,
}

/// Reads a declaration's arguments, which begin at the byte `from`: two words, then keys.
pub(super) fn read(excerpt: &Excerpt, from: usize, form: Form, place: Place) -> Read {
    read_words(excerpt, from, form, place, 2)
}

/// Reads arguments of so many words at the most.
pub(super) fn read_words(
    excerpt: &Excerpt,
    from: usize,
    form: Form,
    place: Place,
    max_words: usize,
) -> Read {
    let Lexed {
        tokens,
        end,
        endless,
    } = lex(&excerpt.text, from);
    let written = Written {
        form,
        place,
        words: Vec::new(),
        args: Vec::new(),
    };
    let mut reader = Reader {
        excerpt,
        written,
        problems: Vec::new(),
        max_words,
    };
    for (index, entry) in entries(&tokens).into_iter().enumerate() {
        reader.entry(index, entry);
    }
    if let Some(range) = endless {
        reader.problem(range, "the string has no end", Some("close it with `\"`"));
    }
    Read {
        written: reader.written,
        problems: reader.problems,
        end,
    }
}

/// The tokens between commas that stand in no further bracket.
fn entries(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    let is_end = |token: &Token| {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        token.kind == TokenKind::Comma && depth == 0
    };
    tokens.split(is_end).collect()
}

struct Reader<'e> {
    excerpt: &'e Excerpt,
    written: Written,
    problems: Vec<Malformed>,
    max_words: usize,
}

impl Reader<'_> {
    fn entry(&mut self, index: usize, entry: &[Token]) {
        if let [key, eq, rest @ ..] = entry
            && let (TokenKind::Word(name), TokenKind::Eq) = (&key.kind, &eq.kind)
        {
            self.arg(name, key.range.clone(), &eq.range, rest);
            return;
        }
        let Some((first, rest)) = entry.split_first() else {
            return;
        };
        let value = self.value(first);
        match value {
            Some(word) if index < self.max_words => {
                self.written.words.resize(index, None);
                self.written.words.push(Some(word));
            }
            Some(_) if rest.is_empty() => {
                let message = format!("`{}` has no key", self.text(&first.range));
                self.problem(first.range.clone(), &message, Some("write `key = \"…\"`"));
            }
            _ => return self.unexpected(first),
        }
        if let Some(extra) = rest.first() {
            self.unexpected(extra);
        }
    }

    fn arg(&mut self, name: &str, key: Range<usize>, eq: &Range<usize>, rest: &[Token]) {
        let Some((first, more)) = rest.split_first() else {
            let message = format!("`{name}` has no value");
            return self.problem(key.start..eq.end, &message, None);
        };
        let Some(value) = self.value(first) else {
            return self.unexpected(first);
        };
        let place = self.excerpt.place(key);
        let value_of = Spanned {
            value: name.to_owned(),
            place,
        };
        self.written.args.push((value_of, value));
        if let Some(extra) = more.first() {
            self.unexpected(extra);
        }
    }

    fn value(&self, token: &Token) -> Option<Spanned<Value>> {
        let (text, is_string) = match &token.kind {
            TokenKind::Word(text) => (text.clone(), false),
            TokenKind::Str(text) => (text.clone(), true),
            _ => return None,
        };
        Some(Spanned {
            value: Value { text, is_string },
            place: self.excerpt.place(token.range.clone()),
        })
    }

    fn unexpected(&mut self, token: &Token) {
        let message = format!("unexpected `{}`", self.text(&token.range));
        self.problem(token.range.clone(), &message, Some(SHAPE));
    }

    fn text(&self, range: &Range<usize>) -> &str {
        &self.excerpt.text[range.clone()]
    }

    fn problem(&mut self, range: Range<usize>, message: &str, help: Option<&str>) {
        let place = self.excerpt.place(range);
        self.problems
            .push(Malformed::new(place, message, help.map(str::to_owned)));
    }
}
