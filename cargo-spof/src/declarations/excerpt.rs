//! A text taken out of a file, and the way back from its bytes to the file's.
//!
//! A declaration in a comment may go on over several lines: its text is put together without the
//! `//`, and every problem must still be shown where it stands.

use crate::facts::{Attr, Comment};
use crate::span::{FileId, Place, Span};
use std::ops::Range;

/// A text of a file.
pub(super) struct Excerpt {
    file: FileId,
    /// The text, lines of a comment joined by `\n`.
    pub(super) text: String,
    /// Where each piece begins, in `text` and in the file.
    pieces: Vec<(usize, u32)>,
    /// The place of everything, where the text was made by a macro.
    made_at: Option<Span>,
}

impl Excerpt {
    /// The arguments of an attribute.
    pub(super) fn of_attr(file: FileId, text: &str, attr: &Attr) -> Self {
        let is_made = attr.args_span.text(text) != attr.args;
        Self {
            file,
            text: attr.args.clone(),
            pieces: vec![(0, attr.args_span.start)],
            made_at: is_made.then_some(attr.args_span),
        }
    }

    /// What a comment says behind `spof:`.
    pub(super) fn of_comment(file: FileId, text: &str, comment: &Comment) -> Self {
        let span = Span::new(comment.text_span.start, comment.span.end);
        let mut excerpt = Self {
            file,
            text: String::new(),
            pieces: Vec::new(),
            made_at: None,
        };
        let mut start = span.start;
        for line in span.text(text).split_inclusive('\n') {
            let said = line.trim_start();
            let said = said.trim_start_matches('/').trim_start_matches('!');
            let said = said.trim_start();
            let indent = offset(line.len() - said.len());
            excerpt.add(start + indent, said.trim_end());
            start += offset(line.len());
        }
        excerpt
    }

    fn add(&mut self, start: u32, line: &str) {
        if !self.pieces.is_empty() {
            self.text.push('\n');
        }
        self.pieces.push((self.text.len(), start));
        self.text.push_str(line);
    }

    /// Whether the text was made by a macro, so that all of it has one place.
    pub(super) fn is_made(&self) -> bool {
        self.made_at.is_some()
    }

    /// The place of a range of bytes of the text.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        let span = self.made_at.unwrap_or_else(|| {
            let last = range.end.saturating_sub(1).max(range.start);
            let end = self.in_file(last) + u32::from(!range.is_empty());
            Span::new(self.in_file(range.start), end)
        });
        Place {
            file: self.file,
            span,
        }
    }

    fn in_file(&self, at: usize) -> u32 {
        let n = self.pieces.partition_point(|&(start, _)| start <= at);
        let piece = n.checked_sub(1).and_then(|index| self.pieces.get(index));
        piece.map_or(0, |&(start, in_file)| in_file + offset(at - start))
    }
}

/// A length as an offset. Files are bounded far below 4 GiB when they are loaded.
pub(super) fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
