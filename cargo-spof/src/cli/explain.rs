//! `cargo spof explain`: a lint's page.

use super::args::ExplainArgs;
use super::errors::Failure;
use super::exit::Exit;
use super::levels;
use super::terminal::Terminal;
use cargo_spof::lints;
use cargo_spof::report::explain;
use cargo_spof::report::style::Style;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let style: Style = terminal.out_style;
    let Some(name) = &args.lint else {
        terminal.print(&explain::list(style, &lints::LINTS))?;
        return Ok(Exit::Clean);
    };
    let lint = lints::find(name).ok_or_else(|| levels::unknown(name))?;
    terminal.print(&explain::page(style, lint.page))?;
    Ok(Exit::Clean)
}
