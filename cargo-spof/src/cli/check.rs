//! `cargo spof check`: all lints over the workspace.

use super::args::{CheckArgs, MessageFormat};
use super::errors::{self, Failure};
use super::exit::Exit;
use super::passed::Passed;
use super::progress::Progress;
use super::terminal::Terminal;
use super::{fix, selection, session};
use cargo_spof::analysis::{self, Analysis};
use cargo_spof::coverage::plain;
use cargo_spof::finding::Finding;
use cargo_spof::lints::{self, Wired};
use cargo_spof::policy::Policy;
use cargo_spof::report;
use cargo_spof::report::fold::{Shown, fold, unfolded};
use cargo_spof::report::{github, gitlab, human, json, rustc, sarif, short, unseen};
use cargo_spof::summary::{self, Accepted, Summary, UnseenPlace};
use cargo_spof::workspace::load::LoadOptions;
use std::time::Instant;

/// The lint whose findings are folded.
const FOLDED: &str = "undeclared-dependency";

/// Runs the command.
pub(crate) fn run(args: &CheckArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    args.levels.check()?;
    if args.message_format != MessageFormat::Rustc {
        if args.command.is_empty() {
            return check(args, terminal);
        }
        return Err(Failure::Command(args.message_format));
    }
    let passed = Passed::start(&args.command)?;
    let done = check(args, terminal);
    if let Some(passed) = passed {
        return passed.finish(terminal, done);
    }
    let exit = done?;
    terminal.print(&rustc::finished(exit == Exit::Clean)?)?;
    Ok(exit)
}

fn check(args: &CheckArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if args.fix {
        let fixed = with_findings(args, |analysis, found| {
            fix::apply(analysis.sources, &found.findings)
        })?;
        terminal.warn(&report::summary::fixed(fixed.declarations, fixed.files))?;
    }
    let start = Instant::now();
    with_findings(args, |analysis, found| {
        terminal.warn(&errors::unread(terminal.err_style, analysis.sources))?;
        report(args, terminal, analysis, found)?;
        if args.message_format == MessageFormat::Human && !args.output.quiet {
            let text = report::summary::text(terminal.out_style, &found.summary, start.elapsed());
            terminal.print(&text)?;
        }
        let is_incomplete = found.summary.unread > 0 && !args.workspace.allow_incomplete;
        Ok(Exit::of_run(found.summary.denied > 0, is_incomplete))
    })
}

/// Analyses the workspace as it is now, and does something with what was found.
fn with_findings<T>(
    args: &CheckArgs,
    then: impl FnOnce(&Analysis<'_>, &Found) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let is_for_people = matches!(
        args.message_format,
        MessageFormat::Human | MessageFormat::Short
    );
    let progress = Progress::start(!args.output.quiet && is_for_people);
    let options = LoadOptions {
        baseline: args.baseline.which(),
        ..session::options(&args.workspace)
    };
    let mut session = session::open_with(&options, &progress)?;
    let today = args.day.day();
    let analysis = analysis::analyze(&mut session.sources, &session.catalogue, today);
    let found = judge(args, &analysis);
    drop(progress);
    then(&analysis, &found)
}

/// What a run found.
struct Found {
    findings: Vec<Finding>,
    /// Empty unless asked for.
    unseen: Vec<UnseenPlace>,
    summary: Summary,
}

fn judge(args: &CheckArgs, analysis: &Analysis<'_>) -> Found {
    let sources = analysis.sources;
    let policy = Policy::new(&sources.workspace, args.levels.settings());
    let mut judged = lints::run(&Wired::new(analysis), None, &policy);
    for list in [&mut judged.findings, &mut judged.accepted] {
        list.retain(|finding| selection::is_selected(sources, finding));
    }
    let findings = judged.findings;
    let baseline = sources.workspace.baseline.as_ref().map(|_| Accepted {
        accepted: judged.accepted.len(),
        gone: judged.gone,
    });
    let unseen = if args.unseen {
        summary::unseen_places(analysis)
    } else {
        Vec::new()
    };
    let summary = summary::of(analysis, &findings, baseline);
    Found {
        findings,
        unseen,
        summary,
    }
}

fn report(
    args: &CheckArgs,
    terminal: &mut Terminal,
    analysis: &Analysis<'_>,
    found: &Found,
) -> Result<(), Failure> {
    let (files, findings) = (&analysis.sources.files, &found.findings);
    let within = analysis.sources.workspace.in_repository.as_str();
    match args.message_format {
        MessageFormat::Human => {
            let shown = shown(args, analysis, findings);
            terminal.print(&human::findings(terminal.out_style, files, &shown))?;
            terminal.print(&unseen::text(&found.unseen))?;
        }
        MessageFormat::Short => {
            terminal.print(&short::findings(files, findings))?;
            terminal.print(&unseen::text(&found.unseen))?;
        }
        MessageFormat::Json => {
            terminal.print(&json::findings(files, findings)?)?;
            terminal.print(&json::unseen(&found.unseen)?)?;
            terminal.print(&json::summary(&found.summary)?)?;
        }
        MessageFormat::Sarif => terminal.print(&sarif::findings(files, within, findings)?)?,
        MessageFormat::Github => terminal.print(&github::findings(files, within, findings))?,
        MessageFormat::Rustc => terminal.print(&rustc::findings(analysis.sources, findings)?)?,
        MessageFormat::Gitlab => terminal.print(&gitlab::findings(files, within, findings)?)?,
    }
    Ok(())
}

/// What a person sees: findings about a store that nothing is declared about are folded, by package.
fn shown<'f>(args: &CheckArgs, analysis: &Analysis<'_>, findings: &'f [Finding]) -> Vec<Shown<'f>> {
    if args.verbose {
        return unfolded(findings);
    }
    fold(findings, &|finding| {
        let is_folded = finding.lint == FOLDED && !declares(analysis, finding);
        let package = is_folded.then(|| selection::package_of(analysis.sources, finding))?;
        Some(package?.name.clone())
    })
}

/// Whether anything is declared about a finding's store.
fn declares(analysis: &Analysis<'_>, finding: &Finding) -> bool {
    let store = plain(&finding.store);
    let mut declared = analysis.coverage.declarations.iter();
    declared.any(|attached| plain(&attached.declaration.store.value) == store)
}
