//! `cargo spof inventory`: which service depends on what.

use super::args::{InventoryArgs, InventoryFormat};
use super::errors::{self, Failure};
use super::exit::Exit;
use super::progress::Progress;
use super::session;
use super::terminal::Terminal;
use cargo_spof::analysis;
use cargo_spof::inventory::Inventory;
use cargo_spof::lints::Wired;
use cargo_spof::policy::Policy;
use cargo_spof::report::inventory as report;

/// Runs the command.
pub(crate) fn run(args: &InventoryArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let is_text = args.format == InventoryFormat::Text;
    let progress = Progress::start(!args.output.quiet && is_text);
    let mut session = session::open(&args.workspace, &progress)?;
    let today = args.day.day();
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, today);
    let wired = Wired::new(&analysis);
    let policy = Policy::new(&analysis.sources.workspace, &[]);
    let (inventory, _) = session::inventory(&wired, &policy);
    drop(progress);
    let unread = errors::unread(terminal.err_style, analysis.sources);
    terminal.warn(&unread)?;
    terminal.print(&text(args, terminal, &inventory)?)?;
    let is_incomplete = !unread.is_empty() && !args.workspace.allow_incomplete;
    Ok(Exit::of_run(false, is_incomplete))
}

fn text(
    args: &InventoryArgs,
    terminal: &Terminal,
    inventory: &Inventory,
) -> Result<String, Failure> {
    Ok(match args.format {
        InventoryFormat::Text => report::text(terminal.out_style, inventory, args.verbose),
        InventoryFormat::Json => report::json(inventory)?,
        InventoryFormat::Md => report::markdown(inventory),
        InventoryFormat::Csv => report::csv(inventory)?,
        InventoryFormat::Html => report::html(inventory)?,
        InventoryFormat::Cyclonedx => report::cyclonedx(inventory)?,
        InventoryFormat::Mermaid => report::mermaid(inventory),
        InventoryFormat::Dot => report::dot(inventory),
        InventoryFormat::Backstage => report::backstage(inventory)?,
    })
}
