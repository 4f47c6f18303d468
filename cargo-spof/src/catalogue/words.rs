//! The words of the schema: classes, scopes, kinds, and where a verb or label comes from.

use smol_str::SmolStr;
use std::fmt;

/// What an operation does with its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It asks for what is there.
    Read,
    /// It changes what is there.
    Write,
    /// It reads or writes: which is not known.
    Query,
    /// It opens a connection or takes one from a pool.
    Connect,
    /// It receives from a queue or subscription.
    Consume,
    /// It sends to a queue or topic.
    Publish,
    /// It calls a service.
    Call,
    /// It begins, ends or runs a transaction.
    Txn,
    /// It manages the store itself.
    Admin,
}

impl Class {
    /// All classes with their words.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("read", Self::Read),
        ("write", Self::Write),
        ("query", Self::Query),
        ("connect", Self::Connect),
        ("consume", Self::Consume),
        ("publish", Self::Publish),
        ("call", Self::Call),
        ("txn", Self::Txn),
        ("admin", Self::Admin),
    ];

    /// The class of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(known, _)| *known == word);
        found.map(|&(_, class)| class)
    }

    /// The class as a word, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Query => "query",
            Self::Connect => "connect",
            Self::Consume => "consume",
            Self::Publish => "publish",
            Self::Call => "call",
            Self::Txn => "txn",
            Self::Admin => "admin",
        }
    }

    /// What an operation of it does to a store, as a verb.
    pub fn does(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Write => "writes",
            Self::Query => "queries",
            Self::Connect => "connects to",
            Self::Consume => "consumes from",
            Self::Publish => "publishes to",
            Self::Call => "calls",
            Self::Txn => "holds a transaction on",
            Self::Admin => "administers",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a pattern under `[ops]` says about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpClass {
    /// An operation of this class.
    Class(Class),
    /// The continuation of an operation that is already counted: no site.
    Stream,
    /// No operation.
    None,
    /// An operation of the class that its verb has.
    Verb {
        /// The class where the verb is not known.
        otherwise: Class,
    },
}

impl OpClass {
    /// All words that may stand under `[ops]`.
    pub(super) fn words() -> Vec<(&'static str, Self)> {
        let classes = Class::WORDS.map(|(word, class)| (word, Self::Class(class)));
        let mut words = classes.to_vec();
        words.push(("stream", Self::Stream));
        words.push(("none", Self::None));
        let otherwise = Class::Query;
        words.push(("verb", Self::Verb { otherwise }));
        words
    }
}

/// Who shares what a client talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A store that others use as well.
    Shared,
    /// A peer or a service.
    Remote,
    /// Inside this process: inventoried, never reported.
    Embedded,
    /// Decided at run time; reported as shared.
    Varies,
    /// A pool: its connection decides.
    Inherit,
    /// No store: a language, a framework.
    None,
}

impl Scope {
    /// All scopes with their words.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("shared", Self::Shared),
        ("remote", Self::Remote),
        ("embedded", Self::Embedded),
        ("varies", Self::Varies),
        ("inherit", Self::Inherit),
        ("none", Self::None),
    ];

    /// The scope as a word.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, scope)| *scope == self);
        found.map_or("", |(word, _)| word)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a call does to the error or the future that it is given, beside yielding a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It runs what it is given as a task of its own.
    Spawns,
    /// It returns an error from the function around.
    Escapes,
    /// It panics.
    Panics,
    /// It makes an error of a panic in what it is given.
    Catches,
    /// It makes an answer that tells of an error.
    Answers,
    /// It gives up what it is given after a time.
    Bounds,
    /// It lets time pass.
    Waits,
    /// It looks at the status of an answer, which is a value also where it tells of an error.
    Checks,
    /// It fails only when all that it is given does.
    Races,
}

impl Effect {
    /// All effects with their words.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("spawns", Self::Spawns),
        ("escapes", Self::Escapes),
        ("panics", Self::Panics),
        ("catches", Self::Catches),
        ("answers", Self::Answers),
        ("bounds", Self::Bounds),
        ("waits", Self::Waits),
        ("checks", Self::Checks),
        ("races", Self::Races),
    ];
}

/// How work enters a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// The start of a program.
    Main,
    /// An HTTP route's handler.
    Route,
    /// What stands before handlers: middleware, extractors, guards, hooks.
    Middleware,
    /// A method of an RPC service.
    Rpc,
    /// A platform's event.
    Event,
    /// A consumer of a queue or of jobs.
    Consumer,
    /// A task that is started and left alone.
    Task,
    /// What a clock starts.
    Schedule,
}

impl EntryKind {
    /// All kinds with their words.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("main", Self::Main),
        ("route", Self::Route),
        ("middleware", Self::Middleware),
        ("rpc", Self::Rpc),
        ("event", Self::Event),
        ("consumer", Self::Consumer),
        ("task", Self::Task),
        ("schedule", Self::Schedule),
    ];
}

impl EntryKind {
    /// The kind as a word.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(word, _)| word)
    }

    /// Whether it serves requests, messages or time, not starts or what stands before others.
    pub fn is_served(self) -> bool {
        !matches!(self, Self::Main | Self::Middleware | Self::Task)
    }
}

/// The kinds of clients, for findings and the inventory.
pub const KINDS: [&str; 14] = [
    "kv",
    "sql",
    "document",
    "object",
    "queue",
    "http",
    "rpc",
    "mail",
    "secrets",
    "identity",
    "platform",
    "pool",
    "framework",
    "language",
];

/// Where the verb or label of a call comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The name of the method or function itself.
    Name,
    /// The name of the receiver's type.
    Type,
    /// The receiver: a literal or a constant.
    Recv,
    /// An argument, from 0, without the receiver: a literal or a constant.
    Arg(usize),
    /// This word.
    Word(SmolStr),
}

impl Source {
    /// `name`, `type`, `recv`, `arg0`, or any other word.
    pub fn parse(text: &str) -> Self {
        let index = text.strip_prefix("arg").and_then(|n| n.parse().ok());
        match (text, index) {
            ("name", _) => Self::Name,
            ("type", _) => Self::Type,
            ("recv", _) => Self::Recv,
            (_, Some(index)) => Self::Arg(index),
            _ => Self::Word(SmolStr::new(text)),
        }
    }
}
