//! What becomes of an error, as values.

use crate::span::Span;
use serde::Serialize;

/// What the code does with an operation's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// Dropped, or logged and forgotten.
    Discarded,
    /// Replaced by a value or another branch.
    Handled,
    /// In a task of its own that nobody waits for.
    Detached,
    /// Not known.
    Unknown,
    /// Becomes a panic.
    Panics,
    /// Leaves the function.
    Escapes,
}

impl Flow {
    /// The flow as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Discarded => "discarded",
            Self::Handled => "handled",
            Self::Detached => "detached",
            Self::Unknown => "unknown",
            Self::Panics => "panics",
            Self::Escapes => "escapes",
        }
    }

    /// Whether the error stays in a task of its own.
    pub fn is_detached(self) -> bool {
        self == Self::Detached
    }

    /// Whether the error goes on from here: what called this fails as well.
    pub fn fails(self) -> bool {
        matches!(self, Self::Escapes | Self::Panics | Self::Unknown)
    }
}

/// A flow with the place that decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The flow.
    pub flow: Flow,
    /// Where: the `?`, the `unwrap`, the branch.
    pub span: Span,
    /// Whether a task is waited for on the way, or unwinding caught: a panic is an error from there on.
    pub is_joined: bool,
    /// Whether it is given up after a time on the way.
    pub is_bounded: bool,
    /// The race that it is one way of, where there is one: it is handled as long as another way is left.
    pub race: Option<Race>,
    /// What the error has become on the way.
    pub turned: Turned,
}

impl Decided {
    /// A flow that a place decides, and nothing more.
    pub fn new(flow: Flow, span: Span) -> Self {
        Self {
            flow,
            span,
            is_joined: false,
            is_bounded: false,
            race: None,
            turned: Turned::Error,
        }
    }
}

/// What an error has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// An error, as it was.
    Error,
    /// A `None`. Where that leaves the function it is handled, and the caller may well make an error of it.
    Absent,
    /// A panic, where it did not stay in a task or was made an error again.
    Panic,
}

/// Several ways to one answer, of which one is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Race {
    /// The call that takes them.
    pub call: Span,
    /// Which way this is, from 0.
    pub way: u32,
    /// How many there are.
    pub ways: u32,
    /// What becomes of the error when all have failed.
    pub then: Flow,
}

/// What becomes of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its flow.
    pub decided: Decided,
    /// The code that runs only when there was one.
    pub branches: Vec<Span>,
}
