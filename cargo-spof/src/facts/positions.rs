//! From the parser's lines and columns to byte offsets.

use crate::span::{LineIndex, Span};

/// The lines of the text that is being parsed, which may be a part of a file that begins at `base`.
pub(super) struct Positions<'a> {
    text: &'a str,
    lines: LineIndex,
    base: u32,
    ascii: bool,
}

impl<'a> Positions<'a> {
    pub(super) fn new(text: &'a str, base: u32) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
            base,
            ascii: text.is_ascii(),
        }
    }

    /// The bytes of a token; `None` for a token that was not written in this text, which the parser marks by an
    /// empty span on line 1.
    pub(super) fn span(&self, span: proc_macro2::Span) -> Option<Span> {
        let (start, end) = (span.start(), span.end());
        if start == end {
            return None;
        }
        Some(Span::new(self.offset(start), self.offset(end)))
    }

    fn offset(&self, at: proc_macro2::LineColumn) -> u32 {
        let start = self.lines.line_start(at.line).unwrap_or(0);
        let column = if self.ascii {
            at.column
        } else {
            let line = &self.text[start as usize..];
            line.char_indices()
                .nth(at.column)
                .map_or(line.len(), |(byte, _)| byte)
        };
        self.base + start + u32::try_from(column).unwrap_or(0)
    }
}
