//! cargo-spof.
pub mod analysis;
pub mod catalogue;
pub mod coverage;
pub mod declarations;
pub mod facts;
pub mod finding;
pub mod flow;
pub mod lints;
pub mod outage;
pub mod report;
pub mod resolve;
pub mod sites;
pub mod span;
pub mod spanned_toml;
pub mod stores;
mod suggest;
pub mod summary;
pub mod workspace;
