//! The terminal: arguments in, reports and an exit code out.
//!
//! Nothing is analysed or worded here that a report could word. Everything is written to the two streams of a
//! [`Terminal`]; what goes wrong is a [`Failure`], told in one place.

mod args;
mod baseline;
mod blast;
mod check;
mod clients;
mod diff;
mod errors;
mod exit;
mod explain;
mod fix;
mod inventory;
mod levels;
mod passed;
mod progress;
mod selection;
mod session;
mod sites;
mod terminal;
mod write;

use args::{Cli, Command};
use clap::Parser;
use errors::Failure;
use exit::Exit;
use std::ffi::OsString;
use terminal::Terminal;

/// The stack of each thread. Code is nested as deep as its author likes, and the analysis follows it.
const STACK: usize = 128 << 20;

/// Runs the program with these arguments, the program's own name first.
pub(crate) fn main(args: impl Iterator<Item = OsString>) -> Exit {
    let cli = Cli::parse_from(without_subcommand(args));
    let terminal = Terminal::new(cli.color());
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(|| run(cli, terminal)),
        Err(error) => fail(terminal, &Failure::Threads(error.to_string())),
    }
}

/// `cargo spof …` calls `cargo-spof spof …`.
fn without_subcommand(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    if args.get(1).is_some_and(|arg| arg == "spof") {
        args.remove(1);
    }
    args
}

fn run(cli: Cli, mut terminal: Terminal) -> Exit {
    let done = match cli.command {
        None => check::run(&cli.check, &mut terminal),
        Some(Command::Check(args)) => check::run(&args, &mut terminal),
        Some(Command::Baseline(args)) => baseline::run(&args, &mut terminal),
        Some(Command::Inventory(args)) => inventory::run(&args, &mut terminal),
        Some(Command::Blast(args)) => blast::run(&args, &mut terminal),
        Some(Command::Diff(args)) => diff::run(&args, &mut terminal),
        Some(Command::Sites(args)) => sites::run(&args, &mut terminal),
        Some(Command::Explain(args)) => explain::run(&args, &mut terminal),
        Some(Command::Clients(args)) => clients::run(&args, &mut terminal),
    };
    let done = done.and_then(|exit| terminal.finish().map(|()| exit).map_err(Failure::from));
    done.unwrap_or_else(|failure| fail(terminal, &failure))
}

fn fail(mut terminal: Terminal, failure: &Failure) -> Exit {
    let text = errors::text(terminal.err_style, failure);
    // When even the error stream is gone, the exit code is what is left.
    let _ = terminal.warn(&text);
    let _ = terminal.finish();
    Exit::Usage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_cargo_adds_is_not_an_argument() {
        let strip = |args: &[&str]| without_subcommand(args.iter().map(OsString::from));
        assert_eq!(
            strip(&["cargo-spof", "spof", "check"]),
            ["cargo-spof", "check"]
        );
        assert_eq!(
            strip(&["cargo-spof", "check", "spof"]),
            ["cargo-spof", "check", "spof"]
        );
    }
}
