//! A function's body as a compact tree of expressions with exact spans.
//!
//! One arena of expressions and one of patterns per body; an id is valid in its own body only.
//! Parentheses and `unsafe` are left out: they change no type that matters here.

use super::syntax::{Attr, Item, Path, TypeRef};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// An expression of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExprId(pub u32);

/// A pattern of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PatId(pub u32);

/// A body: of a function, a const's or static's initialiser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// All expressions; a child stands before its parent.
    pub exprs: Vec<Expr>,
    /// All patterns.
    pub pats: Vec<Pat>,
    /// The outermost expression; `None` in an empty arena.
    pub root: Option<ExprId>,
    /// Items that stand in the body, wherever in it.
    pub items: Vec<Item>,
    /// `spof` attributes on statements and expressions, each with what it stands on.
    pub attrs: Vec<(Attr, Span)>,
}

impl Body {
    /// The expression of this id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The pattern of this id.
    pub fn pat(&self, id: PatId) -> &Pat {
        &self.pats[id.0 as usize]
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// A struct literal's or struct pattern's field, by name.
pub type Field<T> = (SmolStr, T);

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExprKind {
    /// A path: a variable, constant, function or unit struct.
    Path(Path),
    /// `f(a, b)`.
    Call(ExprId, Vec<ExprId>),
    /// `x.name::<T>(a)`.
    Method {
        /// The receiver.
        recv: ExprId,
        /// The method.
        name: SmolStr,
        /// The method's name.
        name_span: Span,
        /// Written type arguments.
        turbofish: Vec<TypeRef>,
        /// The arguments.
        args: Vec<ExprId>,
    },
    /// `x.name` or `x.0`.
    Field(ExprId, SmolStr),
    /// `x[i]`.
    Index(ExprId, ExprId),
    /// `x.await`.
    Await(ExprId),
    /// `x?`.
    Try(ExprId),
    /// `*x`.
    Deref(ExprId),
    /// `!x`, `-x`.
    Unary(ExprId),
    /// `yield x`.
    Yield(ExprId),
    /// `&x`, `&mut x`.
    Ref(ExprId),
    /// `a + b`; whether it is a comparison or logical (its type is `bool`).
    Binary(ExprId, ExprId, bool),
    /// `a = b`, `a += b`.
    Assign(ExprId, ExprId),
    /// `x as T`.
    Cast(ExprId, TypeRef),
    /// A string literal's content.
    Str(String),
    /// Another literal, with its type's name where that is known.
    Lit(Option<SmolStr>),
    /// `|a, b| body`.
    Closure {
        /// Parameters.
        params: Vec<PatId>,
        /// The written result type.
        ret: Option<TypeRef>,
        /// The body.
        body: ExprId,
        /// Whether it is an `async` closure.
        is_async: bool,
    },
    /// `async { … }`.
    Async(ExprId),
    /// `{ … }`, also `unsafe` and `const` ones, with its label.
    Block(Vec<Stmt>, Option<SmolStr>),
    /// `try { … }`.
    TryBlock(ExprId),
    /// `if c { a } else { b }`.
    If(ExprId, ExprId, Option<ExprId>),
    /// `let pat = x`, in a condition.
    Let(PatId, ExprId),
    /// `match x { … }`.
    Match(ExprId, Vec<Arm>),
    /// `while c { … }` with its label.
    While(ExprId, ExprId, Option<SmolStr>),
    /// `loop { … }` with its label.
    Loop(ExprId, Option<SmolStr>),
    /// `for pat in x { … }` with its label.
    For(PatId, ExprId, ExprId, Option<SmolStr>),
    /// `return x`.
    Return(Option<ExprId>),
    /// `break 'label x`.
    Break(Option<SmolStr>, Option<ExprId>),
    /// `continue 'label`.
    Continue(Option<SmolStr>),
    /// `S { a: x, ..rest }`.
    Struct(Path, Vec<Field<ExprId>>, Option<ExprId>),
    /// `(a, b)`.
    Tuple(Vec<ExprId>),
    /// `[a, b]`, `[a; n]`.
    Array(Vec<ExprId>),
    /// `a..b`.
    Range(Option<ExprId>, Option<ExprId>),
    /// A macro that is not expanded, its tokens read as well as they can be.
    Macro(Path, MacroShape),
    /// Something that is not read.
    Other,
}

/// How the tokens of a macro call could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MacroShape {
    /// Comma-separated expressions, in order.
    Args(Vec<ExprId>),
    /// Statements.
    Block(ExprId),
    /// `pat = future => body` arms, as in a select.
    Select(Vec<(PatId, ExprId, ExprId)>),
    /// `x, pat if guard`.
    Matches(ExprId, PatId, Option<ExprId>),
    /// Expressions found between tokens that are not understood.
    Mixed(Vec<ExprId>),
}

impl MacroShape {
    /// The expressions inside.
    pub fn exprs(&self) -> Vec<ExprId> {
        match self {
            Self::Args(list) | Self::Mixed(list) => list.clone(),
            Self::Block(one) => vec![*one],
            Self::Select(arms) => arms.iter().flat_map(|&(_, a, b)| [a, b]).collect(),
            Self::Matches(x, _, guard) => std::iter::once(*x).chain(*guard).collect(),
        }
    }
}

/// A `match` arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The pattern.
    pub pat: PatId,
    /// `if guard`.
    pub guard: Option<ExprId>,
    /// The body.
    pub body: ExprId,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stmt {
    /// `let pat: ty = init else { … };`
    Let {
        /// The pattern.
        pat: PatId,
        /// The written type.
        ty: Option<TypeRef>,
        /// The initialiser.
        init: Option<ExprId>,
        /// The `else` block.
        els: Option<ExprId>,
        /// The whole statement.
        span: Span,
    },
    /// An expression; whether a `;` follows.
    Expr(ExprId, bool, Span),
}

impl Stmt {
    /// The whole statement.
    pub fn span(&self) -> Span {
        match self {
            Self::Let { span, .. } | Self::Expr(_, _, span) => *span,
        }
    }
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pat {
    /// What it is.
    pub kind: PatKind,
    /// All of it.
    pub span: Span,
}

/// What a pattern is. References are what they refer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatKind {
    /// `_`.
    Wild,
    /// `..`.
    Rest,
    /// `name` or `name @ pat`; may also be a unit variant or constant.
    Bind(SmolStr, Option<PatId>),
    /// A path: a unit variant or constant.
    Path(Path),
    /// `V(a, b)`.
    TupleStruct(Path, Vec<PatId>),
    /// `S { a: p, .. }`.
    Struct(Path, Vec<Field<PatId>>),
    /// `(a, b)`.
    Tuple(Vec<PatId>),
    /// `[a, b]`.
    Slice(Vec<PatId>),
    /// `a | b`.
    Or(Vec<PatId>),
    /// `p: T`.
    Type(PatId, TypeRef),
    /// A literal, range or constant.
    Lit,
    /// A macro or another syntax that is not read.
    Other,
}
