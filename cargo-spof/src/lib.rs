//! The library: pure analysis. The binary has the terminal.

pub mod finding;
pub mod span;
pub mod workspace;
