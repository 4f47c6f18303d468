//! What is found in bodies: call sites, calls, and what a framework is told there.

use super::{Address, Holder, Layer, Peer, PeerName};
use crate::catalogue::{Class, EntryKind, Scope};
use crate::flow::{Answered, Decided};
use crate::resolve::{DefId, Program, Why};
use crate::span::{Place, Span};
use serde::Serialize;
use smol_str::SmolStr;

/// How sure it is that a call is an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The receiver's type is known.
    Certain,
    /// An argument's type or a trait in scope tells.
    Likely,
}

impl Certainty {
    /// The certainty as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
        }
    }
}

/// One operation called at one place.
#[derive(Clone, Debug)]
pub struct Site {
    /// The operation's name: the method, the function's last segment, the macro.
    pub name: Place,
    /// The whole expression.
    pub span: Span,
    /// The function whose body it stands in.
    pub function: DefId,
    /// Which of the body's handed closures it stands in, until these are functions themselves.
    pub within: Option<u32>,
    /// The operation's name as text.
    pub operation: SmolStr,
    /// The rule: an index into the catalogue.
    pub rule: usize,
    /// The part of the client that it talks to, where that is several stores.
    pub part: Option<SmolStr>,
    /// What it does.
    pub class: Class,
    /// The scope of what it talks to.
    pub scope: Scope,
    /// Whom it asks, where that is a peer and the code says it.
    pub peer: Option<Box<Peer>>,
    /// What tells stores of one client apart.
    pub label: Option<SmolStr>,
    /// The fields and statics through which the handle came, innermost first.
    pub origins: Vec<SmolStr>,
    /// How sure it is.
    pub certainty: Certainty,
    /// What becomes of its error in this function.
    pub flow: Decided,
    /// The code of its function that runs only when it has failed.
    pub branches: Vec<Span>,
    /// Whether its function bounds its time: by an argument, or by what it is handed to.
    pub is_bounded: bool,
    /// Whether it returns before the store is asked: its error is none of an outage.
    pub is_lazy: bool,
    /// Whether it is called again at once when it has failed: it stands in a loop that goes on without a pause.
    pub is_repeated: bool,
    /// What becomes of an answer that tells of an error.
    pub answered: Answered,
    /// The store that it talks to, as configuration names it; the rule's name without any.
    pub store: SmolStr,
}

/// A call of one function of the workspace by another, or a mention of it as a value.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The caller.
    pub from: DefId,
    /// Which of the body's handed closures it stands in, until these are functions themselves.
    pub within: Option<u32>,
    /// Whether it is itself what a task is made of, that is started and left alone.
    pub is_task: bool,
    /// The callee.
    pub to: DefId,
    /// The call.
    pub span: Span,
    /// What becomes of the callee's error.
    pub flow: Decided,
    /// The code of the caller that runs only when it has failed.
    pub branches: Vec<Span>,
    /// Whether it yields an option: the flow is then that of its `None`.
    pub is_option: bool,
    /// Whether it is handed on as a value rather than called here.
    pub is_value: bool,
    /// The address that the caller gives to what it mentions or calls, where it builds routes.
    pub address: Option<Box<Address>>,
    /// How work enters the callee, where it is handed to a framework.
    pub entry: Option<EntryKind>,
}

/// A closure that a framework is handed, and calls.
#[derive(Clone, Debug)]
pub struct Closure {
    /// The definition around it.
    pub around: DefId,
    /// The closure around it that is handed as well.
    pub within: Option<u32>,
    /// All of it.
    pub span: Span,
    /// How work enters.
    pub kind: EntryKind,
    /// The address that it is given.
    pub address: Option<Box<Address>>,
}

impl Site {
    /// Whether it talks to something that others share.
    pub fn is_shared(&self) -> bool {
        !matches!(self.scope, Scope::Embedded | Scope::None)
    }

    /// Whether it fails in an outage of its store.
    pub fn may_fail(&self) -> bool {
        self.is_shared() && !self.is_lazy
    }
}

impl Edge {
    /// Where it stands.
    pub fn place(&self, program: &Program<'_>) -> Place {
        Place {
            file: program.def(self.from).file,
            span: self.span,
        }
    }
}

/// A call that looks like an operation and could not be decided.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The method's name.
    pub place: Place,
    /// The method.
    pub name: SmolStr,
    /// The rule that names it.
    pub rule: usize,
    /// Why not.
    pub why: Why,
}

/// What one body holds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Its call sites, by position.
    pub sites: Vec<Site>,
    /// Its calls, by position.
    pub edges: Vec<Edge>,
    /// What could not be decided.
    pub undecided: Vec<Undecided>,
    /// The rules whose operations it bounds in time.
    pub bounds: Vec<usize>,
    /// The closures in it that a framework is handed, by position.
    pub closures: Vec<Closure>,
    /// The layers that it puts before routes, with their function.
    pub layers: Vec<(DefId, Layer)>,
    /// The fields and parameters that it gives a value that leads to a peer.
    pub held: Vec<(Holder, PeerName)>,
}
