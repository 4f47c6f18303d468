//! cargo-spof.
pub mod catalogue;
pub mod facts;
pub mod flow;
pub mod finding;
pub mod resolve;
pub mod span;
pub mod spanned_toml;
mod suggest;
pub mod workspace;
