//! Places in source text: files, byte spans, and the way back to lines and columns.
//!
//! Everything above stores byte offsets only. Lines and columns exist at the edge, where a person
//! or another tool reads them. Nothing here opens a file.

use serde::{Deserialize, Serialize};

/// A file of the workspace: an index into the table of files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` lies inside this span (or is it).
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text of this span; empty where the span lies outside of `text` or cuts a character.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A span in a given file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// A line and a column as people count them: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// Where each line of a text begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts of `text`; a line ends with `\n`.
    pub fn new(text: &str) -> Self {
        let newlines = text
            .bytes()
            .enumerate()
            .filter(|&(_, byte)| byte == b'\n')
            .map(|(at, _)| offset(at + 1));
        Self {
            starts: std::iter::once(0).chain(newlines).collect(),
        }
    }

    /// The number of lines; a final newline begins no further line.
    pub fn n_lines(&self, text: &str) -> u32 {
        let last = self.starts.last().copied().unwrap_or(0);
        let n = offset(self.starts.len());
        if last as usize == text.len() {
            n - 1
        } else {
            n
        }
    }

    /// The line and column of the byte at `at` in `text`.
    pub fn line_col(&self, text: &str, at: u32) -> LineCol {
        let line = self.starts.partition_point(|&start| start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = Span::new(start, at).text(text);
        LineCol {
            line: offset(line),
            column: offset(before.chars().count() + 1),
        }
    }

    /// The byte at which a line (from 1) begins.
    pub fn line_start(&self, line: usize) -> Option<u32> {
        self.starts.get(line.checked_sub(1)?).copied()
    }
}

/// A length or index as a 32-bit offset. Files are bounded far below 4 GiB when they are loaded.
fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters_not_bytes() {
        let text = "let ä = 1;\nlet b = ä;\n";
        let index = LineIndex::new(text);
        let at = u32::try_from(text.find("b =").expect("in text")).expect("small");
        assert_eq!(index.line_col(text, at), LineCol { line: 2, column: 5 });
        assert_eq!(index.n_lines(text), 2);
    }
}
