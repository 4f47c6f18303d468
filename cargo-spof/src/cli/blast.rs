//! `cargo spof blast`: what fails, degrades and survives when something is down.

use super::args::{BlastArgs, BlastFormat};
use super::errors::{self, Failure};
use super::exit::Exit;
use super::progress::Progress;
use super::session;
use super::terminal::Terminal;
use cargo_spof::analysis;
use cargo_spof::blast::{Down, Outages};
use cargo_spof::report::blast as report;
use cargo_spof::workspace::config::what_if;

/// Runs the command.
pub(crate) fn run(args: &BlastArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let is_text = args.format == BlastFormat::Text;
    let progress = Progress::start(!args.output.quiet && is_text);
    let mut session = session::open(&args.workspace, &progress)?;
    let config = &mut session.sources.workspace.config;
    for change in &args.what_if {
        *config = what_if(config, change).map_err(|why| Failure::WhatIf {
            change: change.clone(),
            why,
        })?;
    }
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, session::today());
    let outages = Outages::new(&analysis);
    let down = Down::parse(&outages, &args.names)?;
    let blast = outages.blast(&down);
    drop(progress);
    let unread = errors::unread(terminal.err_style, analysis.sources);
    terminal.warn(&unread)?;
    match args.format {
        BlastFormat::Text => {
            terminal.print(&report::text(terminal.out_style, &blast, args.verbose))?;
        }
        BlastFormat::Json => terminal.print(&report::json(&blast)?)?,
        BlastFormat::Md => terminal.print(&report::markdown(&blast))?,
        BlastFormat::Html => terminal.print(&report::html(&blast))?,
        BlastFormat::Mermaid => terminal.print(&report::mermaid(&blast))?,
        BlastFormat::Dot => terminal.print(&report::dot(&blast))?,
    }
    let is_incomplete = !unread.is_empty() && !args.workspace.allow_incomplete;
    Ok(Exit::of_run(false, is_incomplete))
}
