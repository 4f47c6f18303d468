//! `--fix`: puts in the declarations that findings suggest.
//!
//! What is put in says nothing yet, and is a finding until somebody has filled it in; no code is changed. A file is written
//! only while it still has the text that was analysed.

use super::errors::Failure;
use super::write::replace;
use cargo_spof::finding::{Finding, Suggestion};
use cargo_spof::sources::Sources;
use cargo_spof::span::FileId;
use std::collections::BTreeMap;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fixed {
    /// Declarations.
    pub(crate) declarations: usize,
    /// Files.
    pub(crate) files: usize,
}

/// Puts in what the findings suggest, each text at each place once.
pub(crate) fn apply(sources: &Sources, findings: &[Finding]) -> Result<Fixed, Failure> {
    let mut by_file: BTreeMap<FileId, Vec<&Suggestion>> = BTreeMap::new();
    for suggestion in findings.iter().filter_map(|it| it.suggestion.as_ref()) {
        let own = by_file.entry(suggestion.place.file).or_default();
        if !own.contains(&suggestion) {
            own.push(suggestion);
        }
    }
    let mut fixed = Fixed::default();
    for (file, mut suggestions) in by_file {
        let Some(source) = sources.files.get(file) else {
            continue;
        };
        suggestions.sort_by_key(|it| it.place.span.start);
        let path = sources.workspace.root.join(&source.path);
        let new = put_in(&source.text, &suggestions);
        replace(&path, Some(&source.text), &new)?;
        fixed.files += 1;
        fixed.declarations += suggestions.len();
    }
    Ok(fixed)
}

/// A text with others put in, which stand in the order of their places.
fn put_in(text: &str, suggestions: &[&Suggestion]) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for suggestion in suggestions {
        let at = suggestion.place.span.start as usize;
        out.push_str(&text[done..at]);
        out.push_str(&suggestion.text);
        done = at;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use cargo_spof::span::{Place, Span};

    #[test]
    fn texts_are_put_in_at_their_places() {
        let at = |at, text: &str| Suggestion {
            place: Place {
                file: FileId(0),
                span: Span::new(at, at),
            },
            text: text.to_owned(),
        };
        let (a, b, c) = (at(0, "A"), at(2, "B"), at(2, "C"));
        assert_eq!(put_in("äxy", &[&a, &b, &c]), "AäBCxy");
        assert_eq!(put_in("xy", &[]), "xy");
    }
}
