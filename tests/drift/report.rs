//! All rules against all pins, as lines.

use crate::allowed::{NOT_FOUND, NOT_PINNED};
use crate::check::{Answer, Checker, Evidence};
use crate::claims::{self, Claim, What};
use crate::pins::Pins;
use cargo_spof::catalogue::{self, Glob, Rule};
use cargo_spof::span::{FileId, LineIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::fs;

/// What the check found.
#[derive(Default)]
pub(crate) struct Report {
    /// Sorted lines: `rules/NAME.toml:LINE:COL: what`.
    pub(crate) problems: Vec<String>,
    n_rules: usize,
    n_pinned: usize,
    n_read: usize,
    /// Names by evidence, the worst first.
    counts: [usize; 4],
    took: Duration,
}

/// One rule's part.
#[derive(Default)]
struct Part {
    /// Line, column, what.
    problems: Vec<(u32, u32, String)>,
    counts: [usize; 4],
    /// Which entries of [`NOT_FOUND`] and [`NOT_PINNED`] it needed.
    allowed: BTreeSet<(bool, usize)>,
}

impl Report {
    pub(crate) fn of(pins: &Pins, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let start = Instant::now();
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "toml") {
                let stem = path.file_stem().unwrap_or_default().display().to_string();
                files.push((stem, fs::read_to_string(&path)?));
            }
        }
        files.sort();
        if let Ok(only) = std::env::var("DRIFT_ONLY") { files.retain(|(stem, _)| only.split(',').any(|it| it == stem)); }
        let parts = parts(pins, &files);
        let mut report = Self {
            n_rules: files.len(),
            n_pinned: pins.pinned(|_| true).len(),
            ..Self::default()
        };
        let mut allowed = BTreeSet::new();
        for ((stem, _), mut part) in files.iter().zip(parts) {
            part.problems.sort();
            report.problems.extend(part.problems.into_iter().map(|(line, column, what)| {
                format!("rules/{stem}.toml:{line}:{column}: {what}")
            }));
            for (sum, n) in report.counts.iter_mut().zip(part.counts) {
                *sum += n;
            }
            allowed.extend(part.allowed);
        }
        report.problems.extend(not_needed(&allowed));
        report.n_read = pins.n_read();
        report.took = start.elapsed();
        Ok(report)
    }

    /// One line of counts.
    pub(crate) fn summary(&self) -> String {
        let [none, unread, word, item] = self.counts;
        format!(
            "{} rules, {} names: {item} defined, {word} in macros, {unread} led out of what is read, {none} not found; \
             {} versions pinned, {} libraries read, {:.1} s",
            self.n_rules,
            none + unread + word + item,
            self.n_pinned,
            self.n_read,
            self.took.as_secs_f64(),
        )
    }
}

/// The parts of all files, in their order. The threads are not those of the pool that reads files: a library is read
/// by the first who asks, while others wait for it.
fn parts(pins: &Pins, files: &[(String, String)]) -> Vec<Part> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some((stem, text)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let part = part(pins, stem, text);
                    done.lock().expect("no thread panics").insert(stem, part);
                }
            });
        }
    });
    done.into_inner().expect("no thread panics").into_values().collect()
}

/// Entries of the lists of exceptions that nothing needs any more.
fn not_needed(allowed: &BTreeSet<(bool, usize)>) -> Vec<String> {
    let lists = [(true, NOT_FOUND), (false, NOT_PINNED)];
    let entries = lists.iter().flat_map(|(is_name, list)| {
        let entries = list.iter().enumerate();
        entries.map(move |(index, (stem, name, _))| (*is_name, index, stem, name))
    });
    let needless = entries.filter(|(is_name, index, ..)| !allowed.contains(&(*is_name, *index)));
    needless
        .map(|(.., stem, name)| format!("tests/drift/allowed.rs: the exception for `{name}` of {stem} is not needed"))
        .collect()
}

fn part(pins: &Pins, stem: &str, text: &str) -> Part {
    let mut part = Part::default();
    let lines = LineIndex::new(text);
    let place = |at: usize| {
        let at = lines.line_col(text, u32::try_from(at).unwrap_or(u32::MAX));
        (at.line, at.column)
    };
    let t0 = Instant::now();
    let rule = match catalogue::parse(FileId(0), stem, text) {
        Ok(rule) => rule,
        Err(problems) => {
            for problem in problems {
                let (line, column) = place(problem.place.span.start as usize);
                part.problems.push((line, column, problem.message));
            }
            return part;
        }
    };
    if rule.crates.iter().any(|glob| glob.text() == "std") {
        return part;
    }
    for (at, package) in unpinned(pins, &rule, text) {
        match listed(NOT_PINNED, stem, package.text()) {
            Some(index) => drop(part.allowed.insert((false, index))),
            None => {
                let (line, column) = place(at);
                part.problems.push((line, column, format!("`{package}` is pinned by no manifest")));
            }
        }
    }
    let mut checker = Checker::new(pins, &rule);
    for claim in claims::of(&rule, text) {
        let answer = checker.ask(&claim);
        trace(&checker, stem, &claim, &answer);
        if answer.packages.is_empty() {
            continue;
        }
        let (line, column) = place(claim.at);
        if let What::Absent(_) = claim.what {
            if answer.evidence != Evidence::None {
                let packages = checker.list(&answer.having);
                let message = format!("{} is no stand-in: it is in {packages}", claim.subject);
                part.problems.push((line, column, message));
            }
            continue;
        }
        part.counts[answer.evidence as usize] += 1;
        if answer.evidence != Evidence::None {
            continue;
        }
        match listed(NOT_FOUND, stem, &claim.subject) {
            Some(index) => drop(part.allowed.insert((true, index))),
            None => {
                let packages = checker.list(&answer.packages);
                let message = format!("{} is in none of {packages}", claim.subject);
                part.problems.push((line, column, message));
            }
        }
    }
    part.problems.dedup();
    if std::env::var_os("DRIFT_TRACE").is_some() { say(&format!("TIME\t{stem}\t{:?}", t0.elapsed())); }
    part
}

/// The packages that a rule is about or declares and that no manifest pins, with where it names them.
fn unpinned<'r>(pins: &Pins, rule: &'r Rule, text: &str) -> Vec<(usize, Glob)> {
    let named = rule.api.keys().map(|name| Glob::new(name));
    let mut all: Vec<Glob> = rule.crates.iter().cloned().chain(named).collect();
    all.sort();
    all.dedup();
    all.retain(|package| pins.pinned(|name| package.matches(name)).is_empty());
    let at = |package: &Glob| text.find(&format!("\"{package}\"")).map_or(0, |at| at + 1);
    all.into_iter().map(|package| (at(&package), package)).collect()
}

fn listed(list: &[(&str, &str, &str)], stem: &str, name: &str) -> Option<usize> {
    list.iter().position(|entry| entry.0 == stem && Glob::new(entry.1).matches(name))
}

fn trace(checker: &Checker<'_>, stem: &str, claim: &Claim, answer: &Answer) {
    if std::env::var_os("DRIFT_TRACE").is_some() {
        let having = checker.list(&answer.having);
        say(&format!("TRACE\t{stem}\t{}\t{:?}\t{having}", claim.subject, answer.evidence));
    }
}

#[expect(clippy::print_stderr, reason = "what the check says to whoever runs it")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
