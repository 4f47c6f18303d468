//! The arguments, as clap reads them.

use super::levels::LevelArgs;
use cargo_spof::workspace::load::WhichBaseline;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  clean: no finding at level deny
  1  findings at level deny
  2  wrong usage or configuration, or no workspace
  3  incomplete: a file could not be read or parsed (unless --allow-incomplete)

Findings, lists and the summary are written to standard output; warnings, errors and progress to
standard error. `short` writes nothing but findings, `json` one object a line with a summary as the
last one.";

const BASELINE_EXIT_CODES: &str = "\
Exit codes:
  0  everything at deny is accepted
  1  findings at deny that are not accepted
  2  wrong usage or configuration, or no workspace
  3  nothing was written: a file could not be read or parsed";

/// Finds out which services fail when a shared store is down, and whether anybody decided that
#[derive(Debug, Parser)]
#[command(
    name = "cargo-spof",
    bin_name = "cargo spof",
    version,
    after_help = EXIT_CODES,
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Without a subcommand: `check`.
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the workspace (the default)
    #[command(after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// Accept the findings of today, so that only new ones fail; later, take out what is gone
    #[command(after_help = BASELINE_EXIT_CODES)]
    Baseline(BaselineArgs),
    /// List which service depends on what, and what was decided about that
    Inventory(InventoryArgs),
    /// Show what fails, degrades and survives when something is down
    Blast(BlastArgs),
    /// Show what changed against a base revision, and fail where redundancy was lost or new findings came
    #[command(after_help = EXIT_CODES)]
    Diff(DiffArgs),
    /// List every call site of a shared store
    Sites(SitesArgs),
    /// Explain a lint, list all of them, or show which configuration decides what
    Explain(ExplainArgs),
    /// List the known clients, show one, or check a rule file of one's own
    Clients(ClientsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: MessageFormat,
    /// List the places that were not seen, and why
    #[arg(long)]
    pub(crate) unseen: bool,
    #[command(flatten)]
    pub(crate) baseline: BaselineArg,
    #[command(flatten)]
    pub(crate) day: DayArg,
    /// Put in the declarations that are missing, for a person to fill in: they say nothing yet and stay findings
    #[arg(long)]
    pub(crate) fix: bool,
    /// List every finding, also where one store of a package has many
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// With `--message-format rustc`: run this too, and pass its messages on, as `-- cargo check --message-format json`
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    /// The manifest, or its directory [default: the nearest `Cargo.toml` upward]
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Read tests, benches, examples and build scripts too
    #[arg(long)]
    pub(crate) all_targets: bool,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    /// Accept new findings too, where there is a baseline already
    #[arg(long)]
    pub(crate) grow: bool,
    /// The file to be written [default: `baseline` of `[gate]`, else `spof-baseline.toml` beside the manifest]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) day: DayArg,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How the inventory is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: InventoryFormat,
    #[command(flatten)]
    pub(crate) day: DayArg,
    /// Show what outages reach through other services too, and each call site
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InventoryFormat {
    /// Rankings, then the services with what they depend on
    Text,
    /// One object, as its published schema says
    Json,
    /// Tables for a wiki
    Md,
    /// A row for each dependency
    Csv,
    /// One page with a graph and tables, for any browser
    Html,
    /// A CycloneDX 1.6 bill of materials: services and their dependencies
    Cyclonedx,
    /// A flowchart
    Mermaid,
    /// A graph for Graphviz
    Dot,
    /// Entities of a Backstage catalogue
    Backstage,
}

#[derive(Debug, Args)]
pub(crate) struct BlastArgs {
    /// What is down: stores, providers, services
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Change the configuration for this answer, as `store.sessions.providers += "r2"`; may be repeated
    #[arg(long, value_name = "CHANGE")]
    pub(crate) what_if: Vec<String>,
    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: BlastFormat,
    /// Show what survives too, and the way down to each call site
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlastFormat {
    /// By service
    Text,
    /// One object
    Json,
    /// Tables for a pull request
    Md,
    /// One page
    Html,
    /// A flowchart
    Mermaid,
    /// A graph for Graphviz
    Dot,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// What to compare with: a commit, branch or tag of this clone; of it, what it has in common with what is checked out
    #[arg(value_name = "BASE")]
    pub(crate) base: String,
    /// Compare this revision instead of the work tree, with exactly BASE
    #[arg(long, value_name = "REVISION")]
    pub(crate) head: Option<String>,
    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How the changes are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    #[command(flatten)]
    pub(crate) day: DayArg,
    /// List every change, also where there are many of a kind
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// New findings with the code, then the changes
    Text,
    /// One object, as its published schema says
    Json,
    /// A comment for a pull request
    Md,
    /// Annotations of a GitHub workflow, of the new findings
    Github,
    /// SARIF 2.1.0, of the new findings
    Sarif,
    /// A code quality report of GitLab, of the new findings
    Gitlab,
}

#[derive(Debug, Args)]
pub(crate) struct SitesArgs {
    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How call sites are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The lint's name; without it, all lints are listed
    pub(crate) lint: Option<String>,
    /// Show the configuration of this workspace and which layer of it decided what
    #[arg(long)]
    pub(crate) config: bool,
    /// With `--config`: what holds in this file
    #[arg(long, value_name = "FILE", requires = "config")]
    pub(crate) file: Option<PathBuf>,
    /// With `--config`: the manifest, or its directory [default: the nearest `Cargo.toml` upward]
    #[arg(long, value_name = "PATH", requires = "config")]
    pub(crate) manifest_path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) color: ColorArg,
}

#[derive(Debug, Args)]
pub(crate) struct ClientsArgs {
    /// Show this client in detail
    #[arg(conflicts_with = "check")]
    pub(crate) name: Option<String>,
    /// Check a rule file of one's own and show everything that is wrong with it
    #[arg(long, value_name = "FILE")]
    pub(crate) check: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) color: ColorArg,
}

/// What is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workspace")]
pub(crate) struct WorkspaceArgs {
    /// The manifest, or its directory [default: the nearest `Cargo.toml` upward]
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Report on this member only: a name or a glob; may be repeated
    #[arg(short, long = "package", value_name = "SPEC")]
    pub(crate) packages: Vec<String>,
    /// Do not report on this member: a name or a glob; may be repeated
    #[arg(long, value_name = "SPEC")]
    pub(crate) exclude: Vec<String>,
    /// Read tests, benches, examples and build scripts too
    #[arg(long)]
    pub(crate) all_targets: bool,
    /// Do not exit with 3 where a file could not be read or parsed
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

/// Which findings are accepted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lints")]
pub(crate) struct BaselineArg {
    /// Accept the findings that this file lists; it must be there [default: `baseline` of `[gate]`, else `spof-baseline.toml` beside the manifest]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Report what the baseline accepts too
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
}

impl BaselineArg {
    /// What was asked for.
    pub(crate) fn which(&self) -> WhichBaseline {
        match &self.baseline {
            Some(path) => WhichBaseline::At(path.clone()),
            None if self.no_baseline => WhichBaseline::None,
            None => WhichBaseline::Configured,
        }
    }
}

/// How it is told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    #[command(flatten)]
    pub(crate) color: ColorArg,
    /// Write neither progress nor a summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DayArg {
    /// The day with which dates are compared, as `2027-03-31` [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<jiff::civil::Date>,
}

impl DayArg {
    /// The day that was asked for, or the one where the user is.
    pub(crate) fn day(&self) -> jiff::civil::Date {
        self.today.unwrap_or_else(super::session::today)
    }
}

#[derive(Debug, Args)]
pub(crate) struct ColorArg {
    /// When to use colours; `auto` heeds the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// With the code and a summary
    Human,
    /// `path:line:column: error[lint]: message`
    Short,
    /// One object a line, the summary last
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// As cargo's `--message-format json`, for rust-analyzer
    Rustc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns
    Text,
    /// One object a line
    Json,
}

impl Cli {
    /// When to use colours.
    pub(crate) fn color(&self) -> Color {
        match &self.command {
            None => self.check.output.color.color,
            Some(Command::Check(args)) => args.output.color.color,
            Some(Command::Baseline(args)) => args.output.color.color,
            Some(Command::Inventory(args)) => args.output.color.color,
            Some(Command::Blast(args)) => args.output.color.color,
            Some(Command::Diff(args)) => args.output.color.color,
            Some(Command::Sites(args)) => args.output.color.color,
            Some(Command::Explain(args)) => args.color.color,
            Some(Command::Clients(args)) => args.color.color,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
