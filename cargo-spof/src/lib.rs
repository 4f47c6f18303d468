//! cargo-spof.
pub mod facts;
pub mod finding;
pub mod resolve;
pub mod declarations;
pub mod span;
pub mod workspace;
