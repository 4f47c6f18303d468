//! All rules against all pins, as lines.

use crate::allowed::{NOT_FOUND, NOT_PINNED};
use crate::check::{Answer, Checker, Evidence};
use crate::claims::{self, Claim, What};
use crate::pins::Pins;
use cargo_spof::catalogue::{self, Glob, Rule};
use cargo_spof::span::{FileId, LineIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

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
        let parts = parts(pins, &files);
        let mut report = Self {
            n_rules: files.len(),
            n_pinned: pins.pinned(|_| true).len(),
            ..Self::default()
        };
        let mut allowed = BTreeSet::new();
        for ((stem, _), mut part) in files.iter().zip(parts) {
            part.problems.sort();
            part.problems.dedup();
            report.problems.extend(
                part.problems.into_iter().map(|(line, column, what)| {
                    format!("rules/{stem}.toml:{line}:{column}: {what}")
                }),
            );
            for (sum, n) in report.counts.iter_mut().zip(part.counts) {
                *sum += n;
            }
            allowed.extend(part.allowed);
        }
        report.problems.extend(not_needed(&files, &allowed));
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
    done.into_inner()
        .expect("no thread panics")
        .into_values()
        .collect()
}

/// Entries of the lists of exceptions, for the rules that were read, that nothing needs any more.
fn not_needed(files: &[(String, String)], allowed: &BTreeSet<(bool, usize)>) -> Vec<String> {
    let lists = [(true, NOT_FOUND), (false, NOT_PINNED)];
    let entries = lists.iter().flat_map(|(is_name, list)| {
        let entries = list.iter().enumerate();
        entries.map(move |(index, (stem, name, _))| (*is_name, index, stem, name))
    });
    let is_read = |stem: &str| files.iter().any(|file| file.0 == stem);
    let needless = entries.filter(|(is_name, index, stem, _)| {
        is_read(stem) && !allowed.contains(&(*is_name, *index))
    });
    needless
        .map(|(.., stem, name)| {
            format!("tests/drift/allowed.rs: the exception for `{name}` of {stem} is not needed")
        })
        .collect()
}

fn part(pins: &Pins, stem: &str, text: &str) -> Part {
    let mut reading = Reading {
        pins,
        stem,
        text,
        lines: LineIndex::new(text),
        part: Part::default(),
    };
    match catalogue::parse(FileId(0), stem, text) {
        // Of the language itself there is no published source to read.
        Ok(rule) if rule.crates.iter().any(|glob| glob.text() == "std") => {}
        Ok(rule) => reading.rule(&rule),
        Err(problems) => {
            for problem in problems {
                reading.problem(problem.place.span.start as usize, problem.message);
            }
        }
    }
    reading.part
}

/// One rule file, being checked.
struct Reading<'r> {
    pins: &'r Pins,
    stem: &'r str,
    text: &'r str,
    lines: LineIndex,
    part: Part,
}

impl Reading<'_> {
    fn rule(&mut self, rule: &Rule) {
        for (at, package) in unpinned(self.pins, rule, self.text) {
            if let Some(index) = listed(NOT_PINNED, self.stem, package.text()) {
                self.part.allowed.insert((false, index));
            } else {
                self.problem(at, format!("`{package}` is pinned by no manifest"));
            }
        }
        let mut checker = Checker::new(self.pins, rule);
        for claim in claims::of(rule, self.text) {
            let answer = checker.ask(&claim);
            if !answer.packages.is_empty() {
                self.claim(&checker, &claim, &answer);
            }
        }
    }

    fn claim(&mut self, checker: &Checker<'_>, claim: &Claim, answer: &Answer) {
        let is_found = answer.evidence != Evidence::None;
        if let What::Absent(_) = claim.what {
            if is_found {
                let packages = checker.list(&answer.having);
                let message = format!("{} is no stand-in: it is in {packages}", claim.subject);
                self.problem(claim.at, message);
            }
            return;
        }
        self.part.counts[answer.evidence as usize] += 1;
        if is_found {
            return;
        }
        if let Some(index) = listed(NOT_FOUND, self.stem, &claim.subject) {
            self.part.allowed.insert((true, index));
            return;
        }
        let packages = checker.list(&answer.packages);
        self.problem(
            claim.at,
            format!("{} is in none of {packages}", claim.subject),
        );
    }

    fn problem(&mut self, at: usize, message: String) {
        let at = self
            .lines
            .line_col(self.text, u32::try_from(at).unwrap_or(u32::MAX));
        self.part.problems.push((at.line, at.column, message));
    }
}

/// The packages that a rule is about or declares and that no manifest pins, with where it names them.
fn unpinned(pins: &Pins, rule: &Rule, text: &str) -> Vec<(usize, Glob)> {
    let named = rule.api.keys().map(|name| Glob::new(name));
    let mut all: Vec<Glob> = rule.crates.iter().cloned().chain(named).collect();
    all.sort();
    all.dedup();
    all.retain(|package| pins.pinned(|name| package.matches(name)).is_empty());
    let at = |package: &Glob| text.find(&format!("\"{package}\"")).map_or(0, |at| at + 1);
    all.into_iter()
        .map(|package| (at(&package), package))
        .collect()
}

fn listed(list: &[(&str, &str, &str)], stem: &str, name: &str) -> Option<usize> {
    list.iter()
        .position(|entry| entry.0 == stem && Glob::new(entry.1).matches(name))
}

#[expect(
    clippy::print_stderr,
    reason = "what the check says to whoever runs it"
)]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
