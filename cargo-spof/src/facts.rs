//! What one file says, as owned data: items, signatures, bodies, attributes, comments.
//!
//! In: the text of one file (and, for files that call them, the workspace's own `macro_rules!`).
//! Out: [`FileFacts`], a function of that text alone: comparable, serialisable, free of any
//! syntax-tree type. Nothing is resolved here, no other file is looked at, and extraction never
//! fails: a file that does not parse gives empty facts and the problem ([`FileFacts::broken`]); a macro whose tokens are
//! not understood is listed in [`FileFacts::unseen`].
//!
//! This is the only module that knows `syn`.

mod attrs;
mod body;
mod comments;
mod expand;
mod exprs;
mod included;
mod items;
mod lower;
mod macros;
mod pats;
mod positions;
mod stmts;
mod syntax;
mod types;

pub use body::{Arm, Body, Expr, ExprId, ExprKind, Field, MacroShape, Pat, PatId, PatKind, Stmt};
pub use comments::Comment;
pub use expand::MacroTable;
pub use lower::{extract, parse_path, parse_type};
pub use syntax::{
    AssocBinding, Attr, Attrs, Bound, FieldDef, Function, GenericParam, Generics, Impl, Included,
    Item, ItemKind, Param, Path, Receiver, Segment, Trait, TypeRef, UseLeaf, UseName, Variant,
};
pub use types::replace_names;

use crate::span::Span;
use serde::{Deserialize, Serialize};

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The file's items, in order.
    pub items: Vec<Item>,
    /// The file's inner attributes (`#![…]`).
    pub attrs: Attrs,
    /// Comments that begin with `spof:`.
    pub comments: Vec<Comment>,
    /// What was not understood, and why.
    pub unseen: Vec<Unseen>,
    /// Why the file could not be parsed, where that is so.
    pub broken: Option<Broken>,
    /// Names of the macros that the file calls, sorted: whether it is to be read again with the
    /// workspace's own macros is decided by them.
    pub macros_called: Vec<smol_str::SmolStr>,
    /// The number of functions with a body, tests included.
    pub n_functions: u32,
}

/// A file that does not parse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Where the parser gave up.
    pub span: Span,
    /// What it expected.
    pub message: String,
}

/// A piece of a file that is not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// Where.
    pub span: Span,
    /// Why.
    pub reason: UnseenReason,
    /// What it concerns: a macro's name, a file's name.
    pub what: String,
}

/// Why a piece of code is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UnseenReason {
    /// A macro's tokens are neither items, statements nor expressions.
    Macro,
    /// Code is nested deeper than the bound.
    TooDeep,
    /// A syntax that the parser keeps as tokens.
    Syntax,
    /// Code that a build script writes.
    Generated,
}

impl UnseenReason {
    /// The reason as a phrase.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Macro => "macro not understood",
            Self::TooDeep => "nested too deep",
            Self::Syntax => "syntax not understood",
            Self::Generated => "generated code",
        }
    }
}
