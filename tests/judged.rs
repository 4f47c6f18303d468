//! Sixty call sites of code that nobody here wrote, and what reading each says of its error's flow.
//!
//! How they were drawn: all sites of nine workspaces, sorted by their place, shuffled with a fixed seed, at most ten of
//! one workspace, the first sixty taken. Each function was read and its flow written down before the program's answer was
//! looked at. `tests/judged/sites.jsonl` keeps place, verdict and reading of each (`flow_was`: what the program said at
//! that time, where it was wrong), and in `shape` the function of `fixtures/judged` that has the same control flow in
//! words of our own. None of the code itself is here.
//!
//! Where `SPOF_CORPORA` names a folder with the repositories at those commits, one `OWNER+NAME/` each, the verdicts are
//! compared with the sites themselves.

use crate::{binary, marks};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// How many of a hundred verdicts the program has to reach.
const BAR: usize = 95;

/// A line of `sites.jsonl`, as far as the tests look at it.
#[derive(Debug, Deserialize)]
struct Judged {
    repo: String,
    workspace: PathBuf,
    file: String,
    line: u32,
    column: u32,
    operation: String,
    verdict: String,
    shape: String,
    reading: String,
}

fn judged() -> Vec<Judged> {
    let text = fs::read_to_string(binary::root().join("tests/judged/sites.jsonl"));
    let text = text.expect("the judged sites");
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(parse).collect()
}

/// The functions of the fixture and the flows that are marked in each.
fn shapes() -> BTreeMap<String, BTreeSet<String>> {
    let dir = binary::fixture("judged");
    let mut shapes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, line, said) in marks::in_dir(&dir) {
        let text = fs::read_to_string(dir.join(file)).expect("a text");
        let before: Vec<&str> = text.lines().take(line as usize).collect();
        let name = before.iter().rev().find_map(|line| function(line));
        let flow = said.rsplit(' ').next().unwrap_or_default();
        let flows = shapes.entry(name.expect("a function").to_owned());
        flows.or_default().insert(flow.to_owned());
    }
    shapes
}

/// The name of the function, not a method, that begins on a line.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = line.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

#[test]
fn every_judged_shape_has_its_flow() {
    marks::check_flows("judged");
}

#[test]
fn every_judged_site_has_a_shape_of_its_flow() {
    let (judged, mut shapes) = (judged(), shapes());
    let mut wrong = String::new();
    for site in &judged {
        let wanted = BTreeSet::from([site.verdict.clone()]);
        if shapes.get(&site.shape) != Some(&wanted) {
            let is = shapes.get(&site.shape);
            let _ = writeln!(
                wrong,
                "{site}: {}, but {} is {is:?}",
                site.verdict, site.shape
            );
        }
        assert!(!site.reading.is_empty(), "{site}: no reading");
    }
    let places: BTreeSet<String> = judged.iter().map(ToString::to_string).collect();
    assert!(places.len() >= 60, "{} sites", places.len());
    assert!(wrong.is_empty(), "\n{wrong}");
    shapes.retain(|name, _| judged.iter().all(|site| site.shape != *name));
    assert!(shapes.is_empty(), "of no judged site: {shapes:?}");
}

#[test]
fn the_judged_sites_themselves_have_their_flow() {
    let Some(corpora) = env::var_os("SPOF_CORPORA").map(PathBuf::from) else {
        let said = "SPOF_CORPORA is not set: the judged sites themselves were not compared";
        writeln!(io::stderr(), "{said}").expect("standard error");
        return;
    };
    let judged = judged();
    let folder = |site: &Judged| {
        corpora
            .join(site.repo.replace('/', "+"))
            .join(&site.workspace)
    };
    let folders: BTreeSet<PathBuf> = judged.iter().map(folder).collect();
    let found: BTreeMap<PathBuf, _> = folders.into_iter().map(found_in).collect();
    let mut table = String::new();
    let mut n_right = 0;
    for site in &judged {
        let place = (site.file.clone(), site.line, site.column);
        let flow = found[&folder(site)].get(&place);
        let flow = flow.map_or("no site", String::as_str);
        let is_right = flow == site.verdict;
        n_right += usize::from(is_right);
        let mark = if is_right { ' ' } else { '!' };
        let _ = writeln!(table, "{mark} {:9} {flow:9} {site}", site.verdict);
    }
    let n_judged = judged.len();
    let _ = writeln!(table, "{n_right} of {n_judged} agree");
    write!(io::stdout(), "\n  verdict   program\n{table}").expect("standard output");
    assert!(n_right * 100 >= BAR * n_judged, "\n{table}");
}

/// The flow at each place of a workspace.
fn found_in(folder: PathBuf) -> (PathBuf, BTreeMap<(String, u32, u32), String>) {
    let sites = binary::sites_of_what_is_read(&folder.join("Cargo.toml"));
    let flows = sites
        .into_iter()
        .map(|site| ((site.file, site.line, site.column), site.flow));
    let flows = flows.collect();
    (folder, flows)
}

impl std::fmt::Display for Judged {
    /// `REPOSITORY FILE:LINE:COLUMN OPERATION`, the file from the repository's root.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            repo,
            workspace,
            file,
            line,
            column,
            operation,
            ..
        } = self;
        let workspace = if workspace == Path::new(".") {
            Path::new("")
        } else {
            workspace
        };
        let file = workspace.join(file);
        write!(f, "{repo} {}:{line}:{column} {operation}", file.display())
    }
}
