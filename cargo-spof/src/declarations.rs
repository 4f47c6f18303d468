//! What the code says about outages: attributes, comments and `spof.toml` as declarations.
//!
//! In: the facts and text of a file ([`in_file`]), or the configuration ([`in_config`]). Out:
//! declarations, each with the scope that it stands on, and everything that is no declaration
//! although it looks like one. All three forms go through one grammar and one set of checks.
//!
//! Declarations are claims: whether a store exists, whether a promise is kept, whether a date has
//! passed is judged by the lints. No other file is looked at, so a [`Scope::File`] does not know
//! which child modules it covers.

mod allow;
mod attach;
mod check;
mod collect;
mod config;
mod excerpt;
mod grammar;
mod heads;
mod index;
mod lex;
mod targets;
mod verb;

pub use verb::{OPEN, Verb};

use crate::facts::FileFacts;
use crate::span::{FileId, Place, Span};
use crate::workspace::config::{Config, PathGlob, Spanned};

/// One `on_outage(store, verb, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// All of it: the attribute, the comment or the table.
    pub place: Place,
    /// How it is written.
    pub form: Form,
    /// The store's name.
    pub store: Spanned<String>,
    /// The verb; `None` where there is none, or none that is known.
    pub verb: Option<Spanned<Verb>>,
    /// Why that is the right outcome.
    pub reason: Option<Spanned<String>>,
    /// Who answers for it.
    pub owner: Option<Spanned<String>>,
    /// The last day on which it holds, as text that may be no date.
    pub until: Option<Spanned<String>>,
    /// The path of the function that stands in.
    pub via: Option<Spanned<String>>,
    /// The store that stands in, or the store or function that keeps a write.
    pub to: Option<Spanned<String>>,
    /// How old an answer may be, as a duration's text (`10m`).
    pub max_age: Option<Spanned<String>>,
    /// The path of the test that shows it.
    pub tested_by: Option<Spanned<String>>,
    /// Whether no [`Malformed`] is about it. One that is not still counts as declared.
    pub is_well_formed: bool,
}

/// How a declaration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `#[spof::on_outage(…)]`.
    Attribute,
    /// `// spof: on_outage(…)`.
    Comment,
    /// `[[on_outage]]` of `spof.toml`.
    Toml,
}

/// What a declaration stands on. Spans are of the declaration's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole file and the modules below it; for a crate's root, the crate.
    File,
    /// An item.
    Item {
        /// All of it. It begins with the attributes or with the keyword.
        span: Span,
        /// What it is.
        kind: ScopeKind,
        /// Its name; the whole span where it has none.
        name_span: Span,
    },
    /// A field of a struct, enum or union: its name, or its type in a tuple.
    Field {
        /// The field.
        span: Span,
    },
    /// A statement, an arm's body, or an expression in a list.
    Statement {
        /// All of it.
        span: Span,
    },
    /// The items whose paths match.
    Paths {
        /// The glob.
        glob: PathGlob,
        /// The package whose file says so, and of whose items alone it speaks.
        package: Option<String>,
    },
}

/// What an item is, as far as declarations care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// A function, also one in an impl or trait.
    Fn,
    /// An impl.
    Impl,
    /// A trait.
    Trait,
    /// A module, inline or in a file of its own.
    Mod,
    /// A struct, enum or union.
    Struct,
    /// Anything else: a const, a type alias, a macro call.
    Other,
}

/// A declaration and what it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The declaration.
    pub declaration: Declaration,
    /// What it stands on.
    pub scope: Scope,
}

/// An `allow(lint, reason = "…", until = "…")`: findings that somebody accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The lints, as written with `-` between words.
    pub lints: Vec<Spanned<String>>,
    /// Why that is right.
    pub reason: Option<Spanned<String>>,
    /// The last day on which it holds, as text that may be no date.
    pub until: Option<Spanned<String>>,
    /// All of it.
    pub place: Place,
    /// What it stands on.
    pub scope: Scope,
}

/// By what accepted findings of two revisions are told to be the same: lints, reason and day.
pub type AllowKey = (Vec<String>, Option<String>, Option<String>);

impl Allow {
    /// What it is told by, wherever it stands.
    pub fn key(&self) -> AllowKey {
        let lints = self.lints.iter().map(|it| it.value.clone());
        let text = |value: &Option<Spanned<String>>| Spanned::value_of(value.as_ref());
        (lints.collect(), text(&self.reason), text(&self.until))
    }
}

/// Something that should be a declaration and is none, or not a whole one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Malformed {
    /// Where.
    pub place: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// One concrete step, where there is one.
    pub help: Option<String>,
    /// Another place that explains it, and what is there.
    pub related: Option<(Place, String)>,
}

impl Malformed {
    fn new(place: Place, message: impl Into<String>, help: Option<String>) -> Self {
        Self {
            place,
            message: message.into(),
            help,
            related: None,
        }
    }

    fn with_related(mut self, related: (Place, String)) -> Self {
        self.related = Some(related);
        self
    }
}

/// What stands in one file, each list in the order of the places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileDeclarations {
    /// The declarations; of two for one store on one scope, the first.
    pub declarations: Vec<Attached>,
    /// The accepted findings.
    pub allows: Vec<Allow>,
    /// What is wrong.
    pub malformed: Vec<Malformed>,
}

/// What stands in `spof.toml` and the files below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigDeclarations {
    /// The declarations, the upper layer's first; all with [`Scope::Paths`].
    pub declarations: Vec<Attached>,
    /// What is wrong, in the order of the places.
    pub malformed: Vec<Malformed>,
}

/// The declarations of one file, `facts` being those of `text`.
///
/// In a file that does not parse ([`FileFacts::broken`]) nothing can be attached: what is wrong in
/// the declarations themselves is still found.
pub fn in_file(file: FileId, text: &str, facts: &FileFacts) -> FileDeclarations {
    attach::attach(file, text, facts)
}

/// The declarations of the configuration: of the workspace's, or of the one of this package.
pub fn in_config(config: &Config, package: Option<&str>) -> ConfigDeclarations {
    config::declarations(config, package)
}

#[cfg(test)]
mod tests;
