//! What the tool reports: a finding as an owned value, rendered elsewhere, one file a format.

use crate::span::Place;

/// How a lint's findings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; does not fail the run.
    Warn,
    /// Reported; the run exits with 1.
    Deny,
}

/// One reported problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint's name.
    pub lint: &'static str,
    /// Its level in this run.
    pub level: Level,
    /// A headline that stands alone in one line.
    pub message: String,
    /// The primary place, then the others.
    pub labels: Vec<Label>,
    /// The path of the function concerned; empty where there is none.
    pub function: String,
    /// The store concerned; empty where there is none.
    pub store: String,
    /// The entry points concerned, as their users name them, sorted.
    pub entry_points: Vec<String>,
    /// Who answers for the primary place's file.
    pub owners: Vec<String>,
    /// How much depends on it, for those that are told by that: the greater, the sooner.
    pub rank: u32,
    /// Lines that explain, below the labels.
    pub notes: Vec<String>,
    /// One concrete step, where there is one.
    pub help: Option<String>,
    /// How far the declaration concerned is borne out: `declared`, `located`, `tested`.
    pub status: Option<&'static str>,
    /// A text that can be put in, where there is one.
    pub suggestion: Option<Suggestion>,
    /// Tells this finding from others across revisions; made of no line numbers.
    pub fingerprint: String,
}

/// A text to be put in, which says nothing yet: a person has to fill in what it leaves open, and until then it is a finding itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Where it goes; nothing there is replaced.
    pub place: Place,
    /// Whole lines, each with its end.
    pub text: String,
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there; may be empty.
    pub message: String,
}

impl Finding {
    /// A finding of a lint at a place, with a few words about that place.
    pub fn new(
        lint: &'static str,
        level: Level,
        message: String,
        place: Place,
        label: impl Into<String>,
    ) -> Self {
        Self {
            lint,
            level,
            message,
            labels: vec![Label {
                place,
                message: label.into(),
            }],
            function: String::new(),
            store: String::new(),
            entry_points: Vec::new(),
            owners: Vec::new(),
            rank: 0,
            notes: Vec::new(),
            help: None,
            status: None,
            suggestion: None,
            fingerprint: String::new(),
        }
    }

    /// The primary place.
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|label| label.place)
    }
}
