//! `cargo spof sites`: every call site.

use super::args::{ListFormat, SitesArgs};
use super::errors::{self, Failure};
use super::exit::Exit;
use super::progress::Progress;
use super::session;
use super::terminal::Terminal;
use cargo_spof::analysis;
use cargo_spof::report::sites::{SiteRecord, json_lines, records, text};
use cargo_spof::sources::Sources;

/// Runs the command.
pub(crate) fn run(args: &SitesArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let progress = Progress::start(!args.output.quiet && args.format != ListFormat::Json);
    let mut session = session::open(&args.workspace, &progress)?;
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, session::today());
    let mut sites = records(&analysis);
    sites.retain(|site| is_selected(analysis.sources, site));
    drop(progress);
    let unread = errors::unread(terminal.err_style, analysis.sources);
    terminal.warn(&unread)?;
    match args.format {
        ListFormat::Text => terminal.print(&text(&sites))?,
        ListFormat::Json => terminal.print(&json_lines(&sites)?)?,
    }
    let is_incomplete = !unread.is_empty() && !args.workspace.allow_incomplete;
    Ok(Exit::of_run(false, is_incomplete))
}

fn is_selected(sources: &Sources, site: &SiteRecord) -> bool {
    let package = sources.workspace.package(&site.package);
    package.is_none_or(|package| package.is_selected)
}
