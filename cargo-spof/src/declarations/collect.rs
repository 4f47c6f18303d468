//! What one attribute or one comment says.
//!
//! In: an attribute or comment with its file's text. Out: a declaration or an `allow`, not yet
//! attached to anything, and what is wrong with it.

use super::check::check;
use super::excerpt::Excerpt;
use super::grammar::{SHAPE, read, read_words};
use super::verb::Verb;
use super::{Declaration, Form, Malformed, allow};
use crate::facts::{Attr, Comment};
use crate::span::{FileId, Place, Span};
use crate::suggest::nearest;

/// Something said in a file.
pub(super) struct Said {
    pub(super) what: What,
    /// Whether the same may be said twice on one place: under two conditions, or by a macro.
    pub(super) may_repeat: bool,
}

/// What is said.
pub(super) enum What {
    Declaration(Box<Declaration>),
    Allow(allow::Said),
}

/// What an attribute says; `None` for one that does not speak to the tool.
pub(super) fn of_attr(
    file: FileId,
    text: &str,
    attr: &Attr,
    problems: &mut Vec<Malformed>,
) -> Option<Said> {
    let place = Place {
        file,
        span: attr.span,
    };
    let excerpt = Excerpt::of_attr(file, text, attr);
    let is_conditional = attr.span.text(text).contains("cfg_attr");
    let what = if attr.path == "spof::allow" {
        let read = read_words(&excerpt, 0, Form::Attribute, place, allow::MAX_LINTS);
        let mut found = read.problems;
        let said = allow::check(&read.written, &mut found);
        problems.append(&mut found);
        What::Allow(said?)
    } else if attr.path.rsplit("::").next() != Some("on_outage") {
        return None;
    } else if is_assigned(text, attr) {
        let message = "`on_outage` takes its arguments in brackets";
        problems.push(Malformed::new(place, message, Some(SHAPE.to_owned())));
        return None;
    } else {
        let read = read(&excerpt, 0, Form::Attribute, place);
        let mut found = read.problems;
        let declaration = check(&read.written, &mut found);
        problems.append(&mut found);
        What::Declaration(Box::new(declaration?))
    };
    Some(Said {
        what,
        may_repeat: is_conditional || excerpt.is_made(),
    })
}

/// Whether it is written `on_outage = "…"`.
fn is_assigned(text: &str, attr: &Attr) -> bool {
    let before = Span::new(attr.span.start, attr.args_span.start).text(text);
    attr.args_span.text(text).starts_with('"') && before.trim_end().ends_with('=')
}

/// What a comment says.
pub(super) fn of_comment(
    file: FileId,
    text: &str,
    comment: &Comment,
    problems: &mut Vec<Malformed>,
) -> Option<Said> {
    let excerpt = Excerpt::of_comment(file, text, comment);
    let span = comment.span;
    let len = super::excerpt::offset(span.text(text).trim_end().len());
    let place = Place {
        file,
        span: Span::new(span.start, span.start + len),
    };
    let len = word_len(&excerpt.text);
    let word = &excerpt.text[..len];
    let open = (excerpt.text[len..].trim_start().starts_with('('))
        .then(|| excerpt.text.find('('))
        .flatten();
    let what = match (word, open) {
        ("on_outage", Some(open)) => declaration(&excerpt, open, place, problems)?,
        ("allow", Some(open)) => accepted(&excerpt, open, place, problems)?,
        _ => {
            let word = excerpt.place(0..len);
            let place = if len == 0 { place } else { word };
            problems.push(no_declaration(&excerpt.text[..len], place));
            return None;
        }
    };
    Some(Said {
        what,
        may_repeat: false,
    })
}

fn word_len(text: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-');
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn no_declaration(word: &str, place: Place) -> Malformed {
    let message = match word {
        "" => "no declaration stands behind `spof:`".to_owned(),
        "on_outage" | "allow" => format!("`{word}` has no arguments"),
        _ => format!("`{word}` is no declaration"),
    };
    let last = word.rsplit("::").next().unwrap_or_default();
    let help = if let Some(verb) = Verb::parse(last) {
        format!("write `on_outage(store, {}, key = \"…\")`", verb.word())
    } else {
        match nearest(last, ["on_outage", "allow"]) {
            Some("allow") => allow::SHAPE.to_owned(),
            _ => SHAPE.to_owned(),
        }
    };
    Malformed::new(place, message, Some(help))
}

fn declaration(
    excerpt: &Excerpt,
    open: usize,
    place: Place,
    problems: &mut Vec<Malformed>,
) -> Option<What> {
    let read = read(excerpt, open + 1, Form::Comment, place);
    let mut found = read.problems;
    if found.is_empty() || read.end.is_some() {
        found.extend(check_end(excerpt, open, read.end));
    }
    let declaration = check(&read.written, &mut found);
    problems.append(&mut found);
    Some(What::Declaration(Box::new(declaration?)))
}

fn accepted(
    excerpt: &Excerpt,
    open: usize,
    place: Place,
    problems: &mut Vec<Malformed>,
) -> Option<What> {
    let read = read_words(excerpt, open + 1, Form::Comment, place, allow::MAX_LINTS);
    let mut found = read.problems;
    if found.is_empty() || read.end.is_some() {
        found.extend(check_end(excerpt, open, read.end));
    }
    let said = allow::check(&read.written, &mut found);
    problems.append(&mut found);
    Some(What::Allow(said?))
}

/// The arguments must be closed, and only a further comment may follow.
fn check_end(excerpt: &Excerpt, open: usize, end: Option<usize>) -> Option<Malformed> {
    let Some(end) = end else {
        let place = excerpt.place(open..open + 1);
        let help = Some("close it with `)`".to_owned());
        return Some(Malformed::new(place, "the bracket is not closed", help));
    };
    let line = excerpt.text[end..].lines().next().unwrap_or_default();
    let rest = line.trim();
    if rest.is_empty() || rest.starts_with("//") {
        return None;
    }
    let start = end + line.len() - line.trim_start().len();
    let place = excerpt.place(start..start + rest.len());
    let message = "unexpected text behind the declaration";
    let help = "one comment has one declaration; a remark begins with `//`".to_owned();
    Some(Malformed::new(place, message, Some(help)))
}
