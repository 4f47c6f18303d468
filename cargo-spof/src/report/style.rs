//! Colours and drawing characters of text for people.
//!
//! In: whether a terminal shows colours and Unicode, which the caller knows. Out: text with ANSI
//! sequences around it, or as it is.

use crate::finding::Level;

/// What the reader's terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Whether lines are drawn with Unicode rather than ASCII characters.
    pub unicode: bool,
    /// The number of columns, where lines are to be broken.
    pub width: Option<usize>,
}

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It fails the run.
    Error,
    /// It does not.
    Warning,
}

impl Severity {
    /// The severity of a finding.
    pub fn of(level: Level) -> Self {
        match level {
            Level::Deny => Self::Error,
            Level::Warn | Level::Allow => Self::Warning,
        }
    }

    /// `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Style {
    /// Text in bold.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Text that stands back.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// The words `help` and `note`.
    pub fn hint(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// The word for a severity, with what belongs to it.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Error => self.paint("1;31", text),
            Severity::Warning => self.paint("1;33", text),
        }
    }

    /// Text that says that all is well.
    pub fn good(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
