//! `cargo spof explain`: a lint's page, and which configuration decides what.

use super::args::ExplainArgs;
use super::errors::Failure;
use super::exit::Exit;
use super::levels;
use super::terminal::Terminal;
use cargo_spof::report::explain;
use cargo_spof::report::style::Style;
use cargo_spof::workspace::Workspace;
use cargo_spof::workspace::load::{LoadOptions, load};
use cargo_spof::{lints, report};
use std::path::Path;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let style: Style = terminal.out_style;
    if args.config {
        return config(args, terminal);
    }
    let Some(name) = &args.lint else {
        terminal.print(&explain::list(style, &lints::LINTS))?;
        return Ok(Exit::Clean);
    };
    let lint = lints::find(name).ok_or_else(|| levels::unknown(name))?;
    terminal.print(&explain::page(style, lint.page))?;
    Ok(Exit::Clean)
}

/// Shows the configuration, of all lints or of one.
fn config(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let lint = args.lint.as_ref();
    let lint = lint.map(|name| lints::find(name).ok_or_else(|| levels::unknown(name)));
    let lint = lint.transpose()?;
    let workspace = load(&LoadOptions {
        manifest_path: args.manifest_path.clone(),
        lints: &lints::NAMES,
        ..LoadOptions::default()
    })?;
    let file = match &args.file {
        Some(path) => Some(relative(&workspace, path)?),
        None => None,
    };
    let (style, file) = (terminal.out_style, file.as_deref());
    let text = match lint {
        Some(lint) => report::config::levels(style, &workspace, &[lint], file),
        None => report::config::text(style, &workspace, &lints::LINTS, file),
    };
    terminal.print(&text)?;
    Ok(Exit::Clean)
}

/// A file's path from the workspace's root.
fn relative(workspace: &Workspace, path: &Path) -> Result<String, Failure> {
    let unreadable = |why: String| Failure::Unreadable {
        path: path.to_owned(),
        why,
    };
    let real = path.canonicalize();
    let real = real.map_err(|error| unreadable(error.to_string()))?;
    let inside = real.strip_prefix(&workspace.root);
    let inside = inside.map_err(|_| unreadable("it lies outside of the workspace".to_owned()))?;
    Ok(inside.to_string_lossy().replace('\\', "/"))
}
