//! cargo-spof.
pub mod facts;
pub mod flow;
pub mod finding;
pub mod resolve;
pub mod span;
pub mod workspace;
