//! The verbs of declarations: what each means and which keys it needs.

/// What the users of a piece of code see while a store is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// The operation errors, visibly.
    Fail,
    /// It succeeds without this part.
    Skip,
    /// A value computed here stands in.
    Default,
    /// The last known copy answers.
    Stale,
    /// Another store answers with the same meaning.
    Failover,
    /// The write is kept and applied later.
    Defer,
    /// A guard allows.
    FailOpen,
    /// A guard denies.
    FailClosed,
}

/// All keys of declarations.
pub(super) const KEYS: [&str; 7] = [
    "reason",
    "owner",
    "until",
    "via",
    "to",
    "max_age",
    "tested_by",
];

impl Verb {
    /// All verbs, in the order in which they are explained.
    pub const ALL: [Self; 8] = [
        Self::Fail,
        Self::Skip,
        Self::Default,
        Self::Stale,
        Self::Failover,
        Self::Defer,
        Self::FailOpen,
        Self::FailClosed,
    ];

    /// The verb of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }

    /// The verb as written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Default => "default",
            Self::Stale => "stale",
            Self::Failover => "failover",
            Self::Defer => "defer",
            Self::FailOpen => "fail_open",
            Self::FailClosed => "fail_closed",
        }
    }

    /// What it says about an outage, as a phrase.
    pub fn doc(self) -> &'static str {
        match self {
            Self::Fail => "the operation errors, visibly",
            Self::Skip => "it succeeds without this part",
            Self::Default => "a value computed here stands in",
            Self::Stale => "the last known copy answers",
            Self::Failover => "another store answers with the same meaning",
            Self::Defer => "the write is kept and applied later",
            Self::FailOpen => "the guard allows",
            Self::FailClosed => "the guard denies",
        }
    }

    /// Whether it promises that the user gets an answer without the store.
    pub fn is_soft(self) -> bool {
        !matches!(self, Self::Fail | Self::FailClosed)
    }

    /// Whether users get less by it than by another while the store is down: nothing rather than something, something else rather than
    /// the same later, the same later or older rather than now. A guard that allows where it denied is weaker as a guard.
    pub fn is_weaker_than(self, other: Self) -> bool {
        let strength = |verb: Self| match verb {
            Self::Fail | Self::FailClosed => 0,
            Self::Skip | Self::Default | Self::FailOpen => 1,
            Self::Stale | Self::Defer => 2,
            Self::Failover => 3,
        };
        strength(self) < strength(other) || (other, self) == (Self::FailClosed, Self::FailOpen)
    }

    /// The keys that it needs: one of each list.
    pub(super) fn needs(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Fail => &[&["reason"], &["owner"]],
            Self::Skip | Self::FailOpen | Self::FailClosed => &[&["reason"]],
            Self::Default => &[&["reason", "via"]],
            Self::Stale => &[&["via"], &["max_age"]],
            Self::Failover | Self::Defer => &[&["to"]],
        }
    }

    /// Whether a known key says anything beside this verb.
    pub(super) fn takes(self, key: &str) -> bool {
        match key {
            "via" => matches!(
                self,
                Self::Default | Self::Stale | Self::Failover | Self::Defer
            ),
            "to" => matches!(self, Self::Failover | Self::Defer),
            "max_age" => self == Self::Stale,
            _ => true,
        }
    }
}

/// The word that stands where a verb is to be filled in.
pub const OPEN: &str = "todo";

/// Whether a value is still to be filled in: what messages and stubs have in its place.
pub(super) fn is_open(text: &str) -> bool {
    let text = text.trim();
    ["…", "..."].contains(&text) || text.eq_ignore_ascii_case(OPEN)
}

/// Whether a word names a means against transient faults, which says nothing about an outage.
pub(super) fn is_transient(word: &str) -> bool {
    matches!(
        word.to_lowercase().replace('-', "_").as_str(),
        "retry" | "retries" | "timeout" | "breaker" | "circuit_breaker" | "hedge"
    )
}
