//! `cargo spof clients`: the catalogue.

use super::args::ClientsArgs;
use super::errors::Failure;
use super::exit::Exit;
use super::terminal::Terminal;
use cargo_spof::catalogue::{self, Catalogue, Rule, RuleFile};
use cargo_spof::report::clients::{detail, list};
use cargo_spof::suggest::nearest;
use cargo_spof::workspace::Files;
use std::fs;
use std::path::Path;

/// The size above which a rule file is not read, in bytes; as for every file of a workspace.
const MAX_BYTES: u64 = 4 << 20;

/// Runs the command.
pub(crate) fn run(args: &ClientsArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if let Some(path) = &args.check {
        return check(path, terminal);
    }
    let catalogue = built_in()?;
    let text = match &args.name {
        Some(name) => detail(terminal.out_style, find(&catalogue, name)?),
        None => list(terminal.out_style, catalogue.rules()),
    };
    terminal.print(&text)?;
    Ok(Exit::Clean)
}

fn built_in() -> Result<Catalogue, Failure> {
    let files: Vec<RuleFile<'_>> = Catalogue::built_in().collect();
    let files_of_problems = Files::default();
    Catalogue::new(&files).map_err(|problems| Failure::Rules {
        files: files_of_problems,
        problems,
    })
}

/// The client of this name, or of this crate.
fn find<'c>(catalogue: &'c Catalogue, name: &str) -> Result<&'c Rule, Failure> {
    let by_crate = || catalogue.rules().iter().find(|rule| rule.is_about(name));
    catalogue.rule(name).or_else(by_crate).ok_or_else(|| {
        let stems = catalogue.rules().iter().map(|rule| rule.stem.as_str());
        let near = nearest(name, stems).map(str::to_owned);
        Failure::UnknownClient {
            name: name.to_owned(),
            near,
        }
    })
}

/// Checks a rule file that is not, or not yet, part of a workspace.
fn check(path: &Path, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let text = read(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut files = Files::default();
    let file = files.push(path.to_string_lossy().into_owned(), text.as_str());
    match catalogue::parse(file, &stem, &text) {
        Ok(rule) => {
            terminal.print(&detail(terminal.out_style, &rule))?;
            Ok(Exit::Clean)
        }
        Err(problems) => Err(Failure::Rules { files, problems }),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the user names this file on the command line"
)]
fn read(path: &Path) -> Result<String, Failure> {
    let fail = |why: String| Failure::Unreadable {
        path: path.to_owned(),
        why,
    };
    let metadata = fs::metadata(path).map_err(|error| fail(error.to_string()))?;
    if !metadata.is_file() {
        return Err(fail("it is not a regular file".to_owned()));
    }
    if metadata.len() > MAX_BYTES {
        return Err(fail("it is larger than 4 MiB".to_owned()));
    }
    fs::read_to_string(path).map_err(|error| fail(error.to_string()))
}
