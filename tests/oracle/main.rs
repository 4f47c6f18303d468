//! The oracle: what rustc itself resolved, as truth for call sites.
//!
//! In: a workspace that compiles here. Out: `NAME.jsonl`, one operation a line, and `NAME.covered.json`, the lines that
//! were compiled. `README.md` beside this file says how it works, what it cannot see, and how a truth file is made.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool for tests: it runs cargo and reads and writes files"
)]

mod classify;
mod compile;
mod mir;
mod places;
mod truth;

use cargo_spof::catalogue::{Catalogue, RuleFile};
use cargo_spof::workspace::Files;
use clap::Parser;
use classify::Classifier;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};
use truth::Truth;

/// Compiles a workspace and writes which operations rustc sees in it.
#[derive(Parser)]
struct Args {
    /// The manifest of the workspace.
    #[arg(long, default_value = "Cargo.toml")]
    manifest_path: PathBuf,
    /// Where to write: `OUT.jsonl` and `OUT.covered.json`.
    #[arg(long, short)]
    out: PathBuf,
    /// Where to build; kept from run to run.
    #[arg(long)]
    target_dir: PathBuf,
    /// Rule files beside the built-in ones.
    #[arg(long)]
    rules: Vec<PathBuf>,
    /// Print the calls of client crates that are no operation, with how often each occurs.
    #[arg(long)]
    unclassified: bool,
    /// What `cargo check` is given beside this: packages, features.
    #[arg(last = true)]
    cargo: Vec<String>,
}

fn main() -> ExitCode {
    if let Some(folder) = env::var_os(compile::FOLDER) {
        return compile::as_rustc(&PathBuf::from(folder));
    }
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let root = compile::root(&args.manifest_path)?;
    let texts = compile::mir(&args.manifest_path, &args.target_dir, &args.cargo)?;
    let catalogue = catalogue(&args.rules)?;
    let mut classifier = Classifier::new(&catalogue, compile::externs(&args.manifest_path)?);
    let mut truth = Truth::new(root);
    let mut local: BTreeMap<String, usize> = BTreeMap::new();
    let reads: Vec<mir::Read> = texts.iter().map(|text| mir::read(text)).collect();
    for (made, held) in reads.iter().flat_map(|read| &read.made) {
        classifier.see_made(made, held);
    }
    for read in &reads {
        truth.cover(&read.covered);
        for call in &read.calls {
            match classifier.operation(&call.callee) {
                Some(operation) => truth.add(call, &operation),
                None if classifier.is_client(&call.callee) => {
                    *local.entry(call.callee.short()).or_default() += 1;
                }
                None => {}
            }
        }
    }
    if args.unclassified {
        for (path, n) in &local {
            report(&format!("{n:>5}  {path}"));
        }
    }
    let n = truth.write(&args.out)?;
    report(&format!("{n} operations in {}.jsonl", args.out.display()));
    Ok(())
}

fn catalogue(own: &[PathBuf]) -> Result<Catalogue, Box<dyn Error>> {
    let mut files = Files::default();
    let mut texts = Vec::new();
    for path in own {
        let text = fs::read_to_string(path)?;
        let stem = path.file_stem().unwrap_or_default().display().to_string();
        let file = files.push(path.display().to_string(), text.as_str());
        texts.push((file, stem, text));
    }
    let mut rules: Vec<RuleFile<'_>> = Catalogue::built_in().collect();
    rules.extend(texts.iter().map(|(file, stem, text)| RuleFile {
        file: *file,
        stem,
        text,
    }));
    let problem = |problems: Vec<cargo_spof::catalogue::RuleProblem>| {
        let messages: Vec<String> = problems.into_iter().map(|it| it.message).collect();
        messages.join("\n")
    };
    Ok(Catalogue::new(&rules).map_err(problem)?)
}

#[expect(clippy::print_stderr, reason = "what the tool says to whoever runs it")]
fn report(line: &str) {
    eprintln!("{line}");
}
