//! `cargo spof baseline`: accepts what is there, so that only what is new fails; later, takes out what is gone.

use super::args::BaselineArgs;
use super::errors::{self, Failure};
use super::exit::Exit;
use super::progress::Progress;
use super::session;
use super::terminal::Terminal;
use super::write::replace;
use cargo_spof::analysis::{self, Analysis};
use cargo_spof::finding::{Finding, Level};
use cargo_spof::lints::{self, Judged, NAMES, Wired};
use cargo_spof::policy::Policy;
use cargo_spof::report::baseline::{self as report, Written};
use cargo_spof::workspace::Workspace;
use cargo_spof::workspace::baseline::Key;
use cargo_spof::workspace::load::{LoadOptions, WhichBaseline};
use std::path::Path;

/// Runs the command. Nothing is written where a file of the workspace could not be read: what is in it is not gone.
pub(crate) fn run(args: &BaselineArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    args.levels.check()?;
    let progress = Progress::start(!args.output.quiet);
    let mut session = session::open_with(&options(args), &progress)?;
    let today = args.day.day();
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, today);
    let policy = Policy::new(&analysis.sources.workspace, args.levels.settings());
    let judged = lints::run(&Wired::new(&analysis), None, &policy);
    drop(progress);
    let unread = errors::unread(terminal.err_style, analysis.sources);
    if !unread.is_empty() {
        let headline = "no baseline is written: what is in these files would be taken out as gone";
        terminal.warn(&unread)?;
        terminal.warn(&errors::warning(
            terminal.err_style,
            headline,
            "repair them first",
        ))?;
        return Ok(Exit::Incomplete);
    }
    write(args, terminal, &analysis, judged)
}

fn write(
    args: &BaselineArgs,
    terminal: &mut Terminal,
    analysis: &Analysis<'_>,
    judged: Judged,
) -> Result<Exit, Failure> {
    let (files, workspace) = (&analysis.sources.files, &analysis.sources.workspace);
    let old = workspace.baseline.as_ref();
    let findings = judged.findings.into_iter();
    let findings = findings.filter(|it| it.lint != lints::STALE_BASELINE);
    let is_taken = |it: &Finding| (old.is_none() || args.grow) && lints::is_acceptable(it.lint);
    let (added, refused): (Vec<Finding>, Vec<Finding>) = findings.partition(is_taken);
    let mut entries = judged.kept;
    for finding in &added {
        *entries.entry(Key::of(files, finding)).or_default() += 1;
    }
    let path = args.baseline.clone();
    let path = path.unwrap_or_else(|| workspace.baseline_path());
    let text = old.and_then(|it| files.get(it.file?));
    replace(&path, text.map(|it| &*it.text), &report::file(&entries))?;
    let counts = old.map(|it| it.entries.values().map(|entry| entry.count));
    let written = Written {
        path: &shown(workspace, &path),
        before: counts.map(Iterator::sum),
        entries: &entries,
        added: added.len(),
        moved: judged.moved,
        is_named: workspace.config.gate.baseline.is_some() || args.baseline.is_some(),
        refused: &refused,
    };
    terminal.print(&report::text(files, &written))?;
    let is_denied = refused.iter().any(|it| it.level == Level::Deny);
    Ok(Exit::of_run(is_denied, false))
}

/// A path below the root as it is written there.
fn shown(workspace: &Workspace, path: &Path) -> String {
    let inside = path.strip_prefix(&workspace.root).unwrap_or(path);
    inside.display().to_string().replace('\\', "/")
}

fn options(args: &BaselineArgs) -> LoadOptions {
    LoadOptions {
        manifest_path: args.manifest_path.clone(),
        all_targets: args.all_targets,
        lints: &NAMES,
        baseline: WhichBaseline::IfThere(args.baseline.clone()),
        ..LoadOptions::default()
    }
}
