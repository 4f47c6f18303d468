//! The program `cargo-spof`, which cargo runs as `cargo spof`: terminal, files, exit code.
//!
//! The analysis is the library's; what only a terminal needs is in [`cli`].

mod cli;

use std::process::ExitCode;

#[expect(clippy::disallowed_methods, reason = "the binary reads its arguments")]
fn main() -> ExitCode {
    cli::main(std::env::args_os()).into()
}
