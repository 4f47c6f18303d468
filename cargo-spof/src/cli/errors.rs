//! Everything that ends a run early or makes it incomplete, as text for standard error.

use super::args::MessageFormat;
use cargo_spof::blast::UnknownName;
use cargo_spof::finding::Label;
use cargo_spof::report::human::{self, Message};
use cargo_spof::report::style::{Severity, Style};
use cargo_spof::sources::Sources;
use cargo_spof::span::Place;
use cargo_spof::spanned_toml::TomlProblem;
use cargo_spof::workspace::load::LoadError;
use cargo_spof::workspace::{Files, Problem, ProblemKind};
use clap::ValueEnum;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// Why a run did not get to its end. All of them exit with 2.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no workspace to analyse.
    Load(LoadError),
    /// Rule files are wrong.
    Rules {
        /// The files that the problems' places are in.
        files: Files,
        /// All problems.
        problems: Vec<TomlProblem>,
    },
    /// A file named on the command line cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file cannot be written; what was there is untouched.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// An option or `explain` names a lint that does not exist.
    UnknownLint {
        /// What was written.
        name: String,
        /// What was probably meant.
        near: Option<&'static str>,
    },
    /// `clients` names a client that does not exist.
    UnknownClient {
        /// What was written.
        name: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// `blast` names what is neither a store nor a provider nor a service.
    UnknownName(UnknownName),
    /// Something is wrong with a revision that is compared.
    InRevision {
        /// The revision's name.
        name: String,
        /// What is wrong.
        failure: Box<Failure>,
    },
    /// `--what-if` asks for what cannot be.
    WhatIf {
        /// What was written.
        change: String,
        /// Why not.
        why: String,
    },
    /// A command stands behind `--`, and there is nothing to be done with its messages.
    Command(MessageFormat),
    /// The command behind `--` does not start.
    NotStarted {
        /// The program.
        program: OsString,
        /// Why.
        why: String,
    },
    /// The system gives no threads.
    Threads(String),
    /// The output cannot be written.
    Write(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Write(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.to_string())
    }
}

impl From<UnknownName> for Failure {
    fn from(error: UnknownName) -> Self {
        Self::UnknownName(error)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

/// A failure as its reader sees it.
pub(crate) fn text(style: Style, failure: &Failure) -> String {
    match failure {
        Failure::Load(LoadError::Config { files, problems })
        | Failure::Rules { files, problems } => toml_problems(style, files, problems),
        Failure::Load(error) => load_error(style, error),
        Failure::InRevision { name, failure } => {
            let headline = format!("the revision `{name}` cannot be compared");
            let help = "repair it there, or compare with another one";
            text(style, failure) + "\n" + &plain(style, Severity::Error, &headline, &[], Some(help))
        }
        other => {
            let (headline, help) = headline_and_help(other);
            plain(style, Severity::Error, &headline, &[], help.as_deref())
        }
    }
}

fn headline_and_help(failure: &Failure) -> (String, Option<String>) {
    let did_you_mean = |near: &str| format!("did you mean `{near}`?");
    match failure {
        Failure::UnknownLint { name, near } => {
            let otherwise = "`cargo spof explain` lists all lints".to_owned();
            let help = near.map_or(otherwise, did_you_mean);
            (format!("there is no lint `{name}`"), Some(help))
        }
        Failure::UnknownClient { name, near } => {
            let otherwise = "`cargo spof clients` lists all clients".to_owned();
            let help = near.as_deref().map_or(otherwise, did_you_mean);
            (format!("there is no client `{name}`"), Some(help))
        }
        Failure::UnknownName(UnknownName { name, near }) => {
            let otherwise = "`cargo spof sites` lists the stores that are used".to_owned();
            let help = near.as_deref().map_or(otherwise, did_you_mean);
            let headline = format!("there is no store, provider or service `{name}`");
            (headline, Some(help))
        }
        Failure::WhatIf { change, why } => {
            let help = "write it as `store.sessions.providers += \"r2\"`".to_owned();
            (format!("`{change}` cannot be: {why}"), Some(help))
        }
        Failure::Unreadable { path, why } => {
            (format!("`{}` cannot be read: {why}", path.display()), None)
        }
        Failure::Unwritable { path, why } => {
            let help = "it is as it was; run it again when that is mended".to_owned();
            (
                format!("`{}` cannot be written: {why}", path.display()),
                Some(help),
            )
        }
        Failure::Command(format) => command(*format),
        Failure::NotStarted { program, why } => {
            let program = program.display();
            let headline = format!("`{program}`, the command behind `--`, does not start: {why}");
            (headline, None)
        }
        Failure::Threads(why) => {
            let help =
                "raise the limit on threads or memory, or set RAYON_NUM_THREADS=1".to_owned();
            (format!("no threads could be started: {why}"), Some(help))
        }
        Failure::Write(why) => (format!("the output cannot be written: {why}"), None),
        Failure::InRevision { failure, .. } => headline_and_help(failure),
        Failure::Load(error) => (error.to_string(), Some(error.next_step())),
        Failure::Rules { problems, .. } => {
            (format!("{} problems in rule files", problems.len()), None)
        }
    }
}

/// A command whose messages have no place.
fn command(format: MessageFormat) -> (String, Option<String>) {
    let format = format.to_possible_value();
    let format = format.map_or_else(String::new, |it| it.get_name().to_owned());
    let headline =
        format!("`--message-format {format}` has no place for the messages of a command");
    let help = "write `--message-format rustc`, or leave out what is behind `--`";
    (headline, Some(help.to_owned()))
}

/// Cargo's own message has several lines: the first is the headline, the others explain.
fn load_error(style: Style, error: &LoadError) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::to_owned);
    let headline = lines.next().unwrap_or_default();
    let notes: Vec<String> = lines.collect();
    plain(
        style,
        Severity::Error,
        &headline,
        &notes,
        Some(&error.next_step()),
    )
}

/// Problems of configuration or rule files, each with its place.
pub(crate) fn toml_problems(style: Style, files: &Files, problems: &[TomlProblem]) -> String {
    let mut out = String::new();
    for problem in problems {
        out.push_str(&human::message(
            style,
            files,
            &Message {
                severity: Severity::Error,
                code: "",
                headline: &problem.message,
                labels: &[unnamed(problem.place)],
                notes: &[],
                help: problem.help.as_deref(),
            },
        ));
        out.push('\n');
    }
    out
}

/// A warning that is about no place.
pub(crate) fn warning(style: Style, headline: &str, help: &str) -> String {
    plain(style, Severity::Warning, headline, &[], Some(help)) + "\n"
}

/// A warning for each file that could not be read or parsed.
pub(crate) fn unread(style: Style, sources: &Sources) -> String {
    let broken = sources.files.iter().filter_map(|file| {
        let broken = sources.facts.get(file.id.0 as usize)?.broken.as_ref()?;
        let place = Place {
            file: file.id,
            span: broken.span,
        };
        let label = Label {
            place,
            message: broken.message.clone(),
        };
        let headline = format!("`{}` does not parse; it is left out", file.path);
        Some(at_places(style, &sources.files, &headline, &[label], None))
    });
    let problems = sources
        .problems
        .iter()
        .map(|problem| unreadable(style, &sources.files, problem));
    broken.chain(problems).map(|text| text + "\n").collect()
}

fn unreadable(style: Style, files: &Files, problem: &Problem) -> String {
    let headline = match problem.what {
        ProblemKind::Ambiguous => {
            format!("`{}`: {}; the first is read", problem.path, problem.what)
        }
        _ => format!("`{}` is left out: {}", problem.path, problem.what),
    };
    let named = |place| Label {
        place,
        message: "it is named here".to_owned(),
    };
    let labels: Vec<Label> = problem.place.map(named).into_iter().collect();
    let help = problem.what.next_step();
    at_places(style, files, &headline, &labels, Some(help))
}

fn at_places(
    style: Style,
    files: &Files,
    headline: &str,
    labels: &[Label],
    help: Option<&str>,
) -> String {
    human::message(
        style,
        files,
        &Message {
            severity: Severity::Warning,
            code: "",
            headline,
            labels,
            notes: &[],
            help,
        },
    )
}

fn plain(
    style: Style,
    severity: Severity,
    headline: &str,
    notes: &[String],
    help: Option<&str>,
) -> String {
    human::message(
        style,
        &Files::default(),
        &Message {
            severity,
            code: "",
            headline,
            labels: &[],
            notes,
            help,
        },
    )
}

fn unnamed(place: Place) -> Label {
    Label {
        place,
        message: String::new(),
    }
}
