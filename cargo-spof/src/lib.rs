//! cargo-spof.
pub mod facts;
pub mod finding;
pub mod span;
