//! Code with labels, drawn by miette.
//!
//! In: one file and the labels in it, the primary one first. Out: the frame with the lines around the labels. The
//! code is made harmless first ([`escape::source`]); columns are characters, as in every other format.

use crate::finding::Label;
use crate::report::escape;
use crate::report::style::{Severity, Style};
use crate::span::Span;
use crate::workspace::SourceFile;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// The length of a line above which code is not drawn, in bytes.
const MAX_LINE: usize = 400;

/// The frame; only the place where a line of the code is too long to be read.
pub(super) fn draw(
    style: Style,
    severity: Severity,
    file: &SourceFile,
    labels: &[&Label],
) -> String {
    let Some(window) = Window::new(file, labels) else {
        return String::new();
    };
    if window.longest_line() > MAX_LINE {
        return plain(file, labels);
    }
    let spans: Vec<LabeledSpan> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| window.labeled(index == 0, label))
        .collect();
    let theme = theme(style, severity, &spans);
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(1)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    let code = Code { window, spans };
    match handler.render_report(&mut drawn, &code) {
        Ok(()) => without_headline(&drawn),
        Err(fmt::Error) => plain(file, labels),
    }
}

/// miette writes a line for the message, which is empty here, before the frame.
fn without_headline(drawn: &str) -> String {
    let frame = drawn.split_once('\n').map_or("", |(_, frame)| frame);
    frame
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

fn plain(file: &SourceFile, labels: &[&Label]) -> String {
    let line = |label: &&Label| {
        let at = file.lines.line_col(&file.text, label.place.span.start);
        let (path, message) = (
            escape::terminal(&file.path),
            escape::terminal(&label.message),
        );
        format!("   {path}:{}:{}: {message}", at.line, at.column)
    };
    let mut out = String::new();
    for text in labels.iter().map(line) {
        out.push_str(text.trim_end_matches([':', ' ']));
        out.push('\n');
    }
    out
}

/// Colours by meaning: the primary label as its severity, the others as hints.
fn theme(style: Style, severity: Severity, spans: &[LabeledSpan]) -> GraphicalTheme {
    let characters = if style.unicode {
        ThemeCharacters::unicode()
    } else {
        ThemeCharacters::ascii()
    };
    let mut styles = if style.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let primary = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
    };
    let mut order: Vec<&LabeledSpan> = spans.iter().collect();
    order.sort_by_key(|span| span.offset());
    let of = |span: &&LabeledSpan| if span.primary() { primary } else { styles.help };
    styles.highlights = order.iter().map(of).collect();
    GraphicalTheme { characters, styles }
}

/// The lines of a file around its labels.
#[derive(Debug)]
struct Window {
    path: String,
    text: String,
    /// Where `text` begins in the file.
    start: usize,
    /// The index of its first line.
    first_line: usize,
}

impl Window {
    fn new(file: &SourceFile, labels: &[&Label]) -> Option<Self> {
        let spans = labels.iter().map(|label| label.place.span);
        let all = spans.reduce(Span::to)?;
        let line = |at: u32| file.lines.line_col(&file.text, at).line as usize;
        let first = line(all.start).saturating_sub(1).max(1);
        let last = line(all.end) + 1;
        let start = file.lines.line_start(first)? as usize;
        let end = file
            .lines
            .line_start(last + 1)
            .map_or(file.text.len(), |end| end as usize);
        Some(Self {
            path: escape::terminal(&file.path).into_owned(),
            text: escape::source(file.text.get(start..end)?).into_owned(),
            start,
            first_line: first - 1,
        })
    }

    fn longest_line(&self) -> usize {
        self.text.lines().map(str::len).max().unwrap_or(0)
    }

    /// A label with its span inside of the window, of whole characters. One that begins behind the last character
    /// stands on it.
    fn labeled(&self, is_primary: bool, label: &Label) -> LabeledSpan {
        let last = self.text.char_indices().next_back().map_or(0, |(at, _)| at);
        let inside = |at: u32| (at as usize).saturating_sub(self.start);
        let start = self.char_start(inside(label.place.span.start).min(last));
        let end = self.char_start(inside(label.place.span.end).min(self.text.len()));
        let span = SourceSpan::from((start, end.max(start) - start));
        let text = escape::terminal(&label.message).into_owned();
        let text = (!text.is_empty()).then_some(text);
        if is_primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        }
    }

    /// The offset at which the character of the byte at `at` begins.
    fn char_start(&self, at: usize) -> usize {
        let is_start = |at: &usize| self.text.is_char_boundary(*at);
        (0..=at).rev().find(is_start).unwrap_or(0)
    }

    /// The offset at which the line of the byte at `at` begins.
    fn line_start(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at];
        let newline = before.iter().rposition(|byte| *byte == b'\n');
        newline.map_or(0, |newline| newline + 1)
    }

    /// The offset behind the line of the byte at `at`, which may be inside of a character.
    fn line_end(&self, at: usize) -> usize {
        let mut behind = self.text.as_bytes()[at..].iter();
        let newline = behind.position(|byte| *byte == b'\n');
        newline.map_or(self.text.len(), |newline| at + newline + 1)
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (from, to) = (span.offset(), span.offset() + span.len());
        if self.text.get(from..to).is_none() {
            return Err(MietteError::OutOfBounds);
        }
        let (mut start, mut column) = (self.line_start(from), 0);
        if before == 0 {
            column = self.text[start..from].chars().count();
            start = from;
        }
        for _ in 0..before {
            start = self.line_start(start.saturating_sub(1));
        }
        let mut end = self.line_end(to.saturating_sub(1).max(from));
        for _ in 0..after {
            end = self.line_end(end);
        }
        let lines = |text: &str| text.matches('\n').count();
        let line = self.first_line + lines(&self.text[..start]);
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            &self.text.as_bytes()[start..end],
            (start, end - start).into(),
            line,
            column,
            lines(&self.text[start..end]),
        )))
    }
}

#[derive(Debug)]
struct Code {
    window: Window,
    spans: Vec<LabeledSpan>,
}

impl fmt::Display for Code {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Code {}

impl Diagnostic for Code {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.spans.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{FileId, Place};
    use crate::workspace::Files;

    const TEXT: &str =
        "\u{feff}fn ä() {\r\n\tß\u{202e}(\"東\u{2066}\");\n}\n// \u{e0041}👩‍🚀\u{1b}[31m é";

    fn drawn(text: &str, spans: &[Span]) -> String {
        let mut files = Files::default();
        let file = files.push("a\u{202e}.rs".to_owned(), text);
        let label = |span: &Span| Label {
            place: Place { file, span: *span },
            message: "größe".to_owned(),
        };
        let labels: Vec<Label> = spans.iter().map(label).collect();
        let file = files.get(FileId(0)).expect("the file");
        let style = Style::default();
        draw(
            style,
            Severity::Error,
            file,
            &labels.iter().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn any_span_of_any_text_is_drawn() {
        let len = u32::try_from(TEXT.len()).expect("small");
        for text in [TEXT, "é", "\u{202e}", "\n", ""] {
            for start in 0..=len + 1 {
                for end in start..=len + 2 {
                    let text = drawn(
                        text,
                        &[Span::new(start, end), Span::new(start / 2, end / 2)],
                    );
                    let is_bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
                    assert!(!text.contains(is_bad), "{start}..{end}: {text:?}");
                }
            }
        }
    }

    #[test]
    fn a_label_may_end_with_a_long_character() {
        let text = "fn a() {}\nlet x = \"\u{202e}\n";
        let at = u32::try_from(text.find('"').expect("in text")).expect("small");
        let drawn = drawn(text, &[Span::new(at, at + 4)]);
        assert!(drawn.contains("let x = \"\u{fffd}"), "{drawn}");
    }
}
