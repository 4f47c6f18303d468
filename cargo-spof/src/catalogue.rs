//! The catalogue: what is known about clients, as data.
//!
//! In: the text of rule files, one a client (`rules/README.md` has their schema). Out: a [`Rule`] a
//! file ([`parse`]), its patterns parsed and its declarations read, or every [`RuleProblem`] of the
//! file. No client is known to the code, and nothing of a workspace is looked at here.

mod glob;
mod pattern;
mod schema;
#[cfg(test)]
mod tests;
mod words;

pub use glob::Glob;
pub use pattern::{ArgPattern, Form, Pattern, Rank, Recv, Sep, TypePattern};
pub use schema::{
    Api, Bounds, Example, FlowRule, FlowType, OpRule, Rule, RuleProblem, TypeSet, parse,
};
pub use words::{Class, KINDS, OpClass, Scope, Source};
