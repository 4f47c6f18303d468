//! `cargo spof diff`: what changed against a base revision.

use super::args::{DiffArgs, DiffFormat};
use super::errors::{self, Failure};
use super::exit::Exit;
use super::progress::Progress;
use super::selection;
use super::session::{self, Session};
use super::terminal::Terminal;
use cargo_spof::analysis::{self, Analysis};
use cargo_spof::declarations::{Allow, AllowKey};
use cargo_spof::diff::{Diff, FindingKey};
use cargo_spof::finding::{Finding, Level};
use cargo_spof::inventory::Inventory;
use cargo_spof::lints::{self, NAMES, Wired};
use cargo_spof::policy::Policy;
use cargo_spof::report::diff::{self as report, Compared};
use cargo_spof::report::style::Style;
use cargo_spof::report::{github, gitlab, sarif};
use cargo_spof::workspace::Workspace;
use cargo_spof::workspace::config::PolicyFrom;
use cargo_spof::workspace::load::{
    LoadError, LoadOptions, Revision, Which, WhichBaseline, load, revision,
};
use jiff::civil::Date;
use std::path::Path;

/// What a base revision leaves behind.
#[derive(Default)]
struct Base {
    workspace: Workspace,
    inventory: Inventory,
    /// Those that its baseline accepts included.
    findings: Vec<FindingKey>,
    accepted: usize,
    allows: Vec<AllowKey>,
    /// Warnings about files of it that could not be read.
    unread: String,
}

/// Runs the command.
pub(crate) fn run(args: &DiffArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    args.levels.check()?;
    let progress = Progress::start(!args.output.quiet && args.format == DiffFormat::Text);
    let today = args.day.day();
    let options = session::options(&args.workspace);
    let which = if args.head.is_some() {
        Which::Named
    } else {
        Which::MergeBase
    };
    progress.say(format!("reading {}", args.base));
    let revision = revision(&options, &args.base, which)?;
    let base = base(args, terminal.err_style, &revision, today, &progress)?;
    let mut session = head(args, &base, &progress)?;
    let mut analysis = analysis::analyze(&mut session.sources, &session.catalogue, today);
    if takes_policy(&base) {
        analysis.coverage.keep_allows(&base.allows);
    }
    let wired = Wired::new(&analysis);
    let mut inventory = Inventory::new(wired.outages());
    let diff = Diff::new(&base.inventory, &inventory);
    let policy = Policy::new(&analysis.sources.workspace, args.levels.settings());
    let judged = lints::run(&wired, Some(&diff), &policy);
    inventory.mark_undeclared(judged.all());
    let selected = |all: &[Finding]| -> Vec<Finding> {
        let own = all
            .iter()
            .filter(|it| selection::is_selected(analysis.sources, it));
        own.cloned().collect()
    };
    let (findings, accepted) = (selected(&judged.findings), selected(&judged.accepted));
    let new = diff.new_findings(&base.findings, &findings);
    drop(progress);
    let unread = errors::unread(terminal.err_style, analysis.sources);
    terminal.warn(&unread)?;
    warn_of_base(args, terminal, &revision, &base)?;
    let compared = Compared {
        base: &args.base,
        commit: &revision.commit,
        is_policy_of_base: takes_policy(&base),
        before: &base.inventory,
        now: &inventory,
        diff: &diff,
        findings: &new,
        fixed: diff.n_fixed(&base.findings, &[findings, accepted].concat()),
        accepted: (base.accepted, judged.accepted.len()),
    };
    print(args, terminal, &analysis, &compared)?;
    let has_denied = new.iter().any(|it| it.level == Level::Deny);
    let is_incomplete = !unread.is_empty() && !args.workspace.allow_incomplete;
    Ok(Exit::of_run(has_denied, is_incomplete))
}

/// What could not be compared. It makes nothing pass: what the base is not known to have counts as new.
fn warn_of_base(
    args: &DiffArgs,
    terminal: &mut Terminal,
    revision: &Revision,
    base: &Base,
) -> Result<(), Failure> {
    let style = terminal.err_style;
    if revision.is_named_itself {
        let headline = format!(
            "`{}` and what is checked out have no commit in common here",
            args.base
        );
        let help = "it is compared with that revision itself; fetch more history to compare what the branch changes";
        terminal.warn(&errors::warning(style, &headline, help))?;
    }
    if revision.manifest.is_none() {
        let headline = format!("`{}` has no workspace here", args.base);
        terminal.warn(&errors::warning(
            style,
            &headline,
            "everything counts as new",
        ))?;
    }
    if !base.unread.is_empty() {
        let headline = format!("`{}` could not be read whole", args.base);
        terminal.warn(&errors::warning(
            style,
            &headline,
            "what is missing there counts as new",
        ))?;
        terminal.warn(&base.unread)?;
    }
    Ok(())
}

/// Whether the base wants changes to be judged by its own policy.
fn takes_policy(base: &Base) -> bool {
    let from = base.workspace.config.gate.policy_from.as_ref();
    from.is_some_and(|it| it.value == PolicyFrom::Base)
}

/// Analyses the base; one without a workspace has nothing.
fn base(
    args: &DiffArgs,
    style: Style,
    revision: &Revision,
    today: Date,
    progress: &Progress,
) -> Result<Base, Failure> {
    let Some(manifest) = &revision.manifest else {
        return Ok(Base::default());
    };
    // All members of it: which ones are asked for is a matter of the head.
    let options = LoadOptions {
        all_targets: args.workspace.all_targets,
        lints: &NAMES,
        baseline: WhichBaseline::IfThere(None),
        ..LoadOptions::default()
    };
    let mut session = of_revision(&args.base, manifest, options, progress, |_| {})?;
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, today);
    let wired = Wired::new(&analysis);
    let workspace = &analysis.sources.workspace;
    let policy = Policy::new(workspace, args.levels.settings());
    let (inventory, judged) = session::inventory(&wired, &policy);
    let allows = analysis.coverage.allows.iter();
    Ok(Base {
        inventory,
        findings: judged.all().map(FindingKey::of).collect(),
        accepted: judged.accepted.len(),
        allows: allows.map(Allow::key).collect(),
        unread: errors::unread(style, analysis.sources),
        workspace: workspace.clone(),
    })
}

/// Reads what is compared with the base: the work tree, or another revision.
fn head(args: &DiffArgs, base: &Base, progress: &Progress) -> Result<Session, Failure> {
    let take = |workspace: &mut Workspace| {
        if takes_policy(base) {
            workspace.take_policy(&base.workspace, &NAMES);
        }
    };
    let options = LoadOptions {
        baseline: WhichBaseline::Configured,
        ..session::options(&args.workspace)
    };
    let Some(name) = &args.head else {
        let mut workspace = load(&options)?;
        take(&mut workspace);
        return session::read(workspace, progress);
    };
    let revision = revision(&options, name, Which::Named)?;
    let manifest = revision.manifest.as_ref();
    let manifest = manifest.ok_or_else(|| LoadError::Revision {
        name: name.clone(),
        why: "it has no manifest here".to_owned(),
        is_shallow: false,
    })?;
    of_revision(name, manifest, options, progress, take)
}

/// Reads a revision, `prepare`d before its files are read.
fn of_revision(
    name: &str,
    manifest: &Path,
    options: LoadOptions,
    progress: &Progress,
    prepare: impl FnOnce(&mut Workspace),
) -> Result<Session, Failure> {
    let options = LoadOptions {
        manifest_path: Some(manifest.to_owned()),
        ..options
    };
    let read = |mut workspace| {
        prepare(&mut workspace);
        session::read(workspace, progress)
    };
    let session = load(&options).map_err(Failure::from).and_then(read);
    session.map_err(|failure| in_revision(name, failure))
}

fn in_revision(name: &str, failure: Failure) -> Failure {
    Failure::InRevision {
        name: name.to_owned(),
        failure: Box::new(failure),
    }
}

fn print(
    args: &DiffArgs,
    terminal: &mut Terminal,
    analysis: &Analysis<'_>,
    compared: &Compared<'_>,
) -> Result<(), Failure> {
    let files = &analysis.sources.files;
    let within = analysis.sources.workspace.in_repository.as_str();
    let new = compared.findings;
    let text = match args.format {
        DiffFormat::Text => report::text(terminal.out_style, files, compared, args.verbose),
        DiffFormat::Json => report::json(files, compared)?,
        DiffFormat::Md => report::markdown(files, compared),
        DiffFormat::Github => github::findings(files, within, new),
        DiffFormat::Sarif => sarif::findings(files, within, new)?,
        DiffFormat::Gitlab => gitlab::findings(files, within, new)?,
    };
    terminal.print(&text)?;
    Ok(())
}
