//! The program `cargo-spof`, which cargo runs as `cargo spof`: terminal, files, exit code.
//!
//! The analysis is the library's; what only a terminal needs is in [`cli`].

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os()).into()
}
