//! What the tool reports: a finding as an owned value, rendered elsewhere, one file a format.

use crate::span::Place;

/// How a lint's findings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
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
    /// Lines that explain, below the labels.
    pub notes: Vec<String>,
    /// One concrete step, where there is one.
    pub help: Option<String>,
    /// Tells this finding from others across revisions; made of no line numbers.
    pub fingerprint: String,
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
    /// The primary place.
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|label| label.place)
    }
}
