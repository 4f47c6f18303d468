//! Truth files: one operation a line, and the lines that were compiled.

use crate::classify::Operation;
use crate::mir::Call;
use crate::places::Sources;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// One true call site.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Site {
    file: String,
    line: u32,
    col: u32,
    expr_line: u32,
    client: String,
    class: String,
    op: String,
    path: String,
    span: &'static str,
}

/// What rustc saw.
pub(crate) struct Truth {
    sources: Sources,
    sites: BTreeSet<Site>,
    covered: BTreeMap<String, BTreeSet<(u32, u32)>>,
}

impl Truth {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            sources: Sources::new(root),
            sites: BTreeSet::new(),
            covered: BTreeMap::new(),
        }
    }

    pub(crate) fn cover(&mut self, covered: &BTreeMap<String, Vec<(u32, u32)>>) {
        for (file, bodies) in covered {
            if let Some(file) = self.sources.relative(file) {
                self.covered.entry(file).or_default().extend(bodies);
            }
        }
    }

    /// Adds a call, if it was written in the workspace.
    pub(crate) fn add(&mut self, call: &Call, operation: &Operation) {
        let Some(named) = self.sources.named(&call.place, &operation.name) else {
            return;
        };
        self.sites.insert(Site {
            file: named.file,
            line: named.line,
            col: named.column,
            expr_line: call.start_line,
            client: operation.client.clone(),
            class: operation.class.clone(),
            op: operation.name.clone(),
            path: call.callee.short(),
            span: if named.in_macro {
                "local_macro"
            } else {
                "user"
            },
        });
    }

    /// Writes both files; how many operations there are.
    pub(crate) fn write(&self, out: &Path) -> io::Result<usize> {
        let mut file = fs::File::create(out.with_extension("jsonl"))?;
        for site in &self.sites {
            serde_json::to_writer(&mut file, site)?;
            file.write_all(b"\n")?;
        }
        let covered: BTreeMap<&String, Vec<(u32, u32)>> = self
            .covered
            .iter()
            .map(|(file, bodies)| (file, merged(bodies)))
            .collect();
        let mut file = fs::File::create(out.with_extension("covered.json"))?;
        serde_json::to_writer(&mut file, &covered)?;
        file.write_all(b"\n")?;
        Ok(self.sites.len())
    }
}

/// Ranges without those inside of others.
fn merged(bodies: &BTreeSet<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &(first, last) in bodies {
        match out.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => out.push((first, last)),
        }
    }
    out
}
