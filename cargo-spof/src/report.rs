//! Reports: a finished analysis as text. One file a format; nothing is decided here.
//!
//! In: finished values ([`Finding`](crate::finding::Finding)s, a [`Summary`](crate::summary::Summary), site records).
//! Out: strings. Text from the code passes through [`escape`] before it can reach a terminal.

pub mod baseline;
pub mod blast;
pub mod clients;
pub mod config;
pub mod diff;
pub mod escape;
pub mod explain;
pub mod fold;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod inventory;
pub mod json;
pub mod rustc;
pub mod sarif;
pub mod short;
pub mod sites;
pub mod style;
pub mod summary;
mod table;
pub mod unseen;
mod wrap;
