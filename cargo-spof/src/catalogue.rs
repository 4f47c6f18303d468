//! The catalogue: what is known about clients, as data.
//!
//! In: the text of rule files, one a client (`rules/README.md` has their schema). Out: a [`Rule`] a
//! file ([`parse`]), its patterns parsed and its declarations read, or every [`RuleProblem`] of the
//! file. No client is known to the code, and nothing of a workspace is looked at here.

mod addresses;
mod bind;
mod entries;
mod glob;
mod knowledge;
mod matching;
mod members;
mod paths;
mod pattern;
mod peers;
mod schema;
mod shapes;
#[cfg(test)]
mod tests;
mod words;

pub use addresses::Part;
pub use bind::{Bound, RuleCrates};
pub use glob::Glob;
pub use matching::{Operation, Seen, Word};
pub use pattern::{ArgPattern, Form, Pattern, Rank, Recv, Sep, TypePattern};
pub use peers::PeerPart;
pub use schema::{
    Api, Before, Bounds, EffectRule, EntryBy, EntryRule, Example, FlowRule, FlowType, Method, Of,
    OpRule, PeerRule, ProtoRule, RouteRule, Rule, RuleProblem, Service, Shape, TypeSet, parse,
};
pub use words::{Class, Effect, EntryKind, KINDS, OpClass, Scope, Source};

use crate::facts::FileFacts;
use crate::span::FileId;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The rule files that come with the program: stem and text.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A rule file's text.
#[derive(Clone, Copy, Debug)]
pub struct RuleFile<'t> {
    /// Where it is in the table of files; the built-in ones have ids of their own.
    pub file: FileId,
    /// Its name without `.toml`: the client's name.
    pub stem: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// All rules.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
}

impl Catalogue {
    /// Parses rule files. One that names a stem again takes its place.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn new(files: &[RuleFile<'_>]) -> Result<Self, Vec<RuleProblem>> {
        let parsed: Vec<_> = files
            .par_iter()
            .map(|file| parse(file.file, file.stem, file.text))
            .collect();
        let mut by_stem = BTreeMap::new();
        let mut problems = Vec::new();
        for rule in parsed {
            match rule {
                Ok(rule) => drop(by_stem.insert(rule.stem.clone(), rule)),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() {
            let rules = by_stem.into_values().collect();
            return Ok(Self { rules });
        }
        Err(problems)
    }

    /// The files that come with the program.
    pub fn built_in() -> impl Iterator<Item = RuleFile<'static>> {
        BUILT_IN.iter().map(|&(stem, text)| RuleFile {
            file: FileId(u32::MAX),
            stem,
            text,
        })
    }

    /// The rules, by stem.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this stem.
    pub fn rule(&self, stem: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.stem == stem)
    }

    /// The paths of the traits that a derive of this name implements.
    pub fn derived(&self, derive: &str) -> Vec<String> {
        let of = |rule: &Rule| {
            let lib = rule
                .crates
                .first()
                .map(|glob| glob.text().replace('-', "_"));
            let lib = rule.extern_name.clone().or(lib).unwrap_or_default();
            let found = rule.derives.iter().filter(|(name, _)| name == derive);
            let paths = found.map(|(_, path)| match path.strip_prefix("::") {
                Some(absolute) => absolute.to_owned(),
                None => format!("{lib}::{path}"),
            });
            paths.collect::<Vec<_>>()
        };
        self.rules.iter().flat_map(of).collect()
    }

    /// The library's name of a package, as code writes it.
    pub fn lib_name(&self, package: &str) -> SmolStr {
        let plain = || SmolStr::new(package.replace('-', "_"));
        let rule = self.rules.iter().find(|rule| rule.is_about(package));
        rule.and_then(|rule| rule.extern_name.as_deref())
            .map_or_else(plain, SmolStr::new)
    }

    /// The declarations of those of these packages that a rule is about, and of the crates that they name, and of
    /// the language; by package.
    pub fn api_closure<'p>(
        &self,
        packages: impl Iterator<Item = &'p str>,
    ) -> Vec<(String, FileFacts)> {
        let mut found = BTreeMap::new();
        let mut open: Vec<String> = packages.map(str::to_owned).collect();
        open.push("std".to_owned());
        let mut seen: FxHashSet<String> = FxHashSet::default();
        while let Some(package) = open.pop() {
            if !seen.insert(package.clone()) {
                continue;
            }
            // Several files may each declare the part that they speak of: a crate's server, its client.
            let apis = self.rules.iter().filter_map(|rule| rule.api_of(&package));
            let apis: Vec<&Api> = apis.collect();
            if apis.is_empty() && !self.rules.iter().any(|rule| rule.is_about(&package)) {
                continue;
            }
            let mut facts = FileFacts::default();
            for api in apis {
                open.extend(self.named_packages(&api.text));
                facts.items.extend(api.facts.items.iter().cloned());
            }
            found.insert(package, facts);
        }
        found.into_iter().collect()
    }

    /// The packages that a declaration names by `::crate::`.
    fn named_packages(&self, text: &str) -> Vec<String> {
        let mut libs: Vec<&str> = Vec::new();
        for (at, _) in text.match_indices("::") {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>') {
                continue;
            }
            let rest = &text[at + 2..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            libs.push(&rest[..end.unwrap_or(rest.len())]);
        }
        libs.sort_unstable();
        libs.dedup();
        let packages = self.rules.iter().flat_map(|rule| {
            let named = rule.crates.iter().map(Glob::text).map(str::to_owned);
            named.chain(rule.api.keys().cloned())
        });
        packages
            .filter(|package| libs.contains(&self.lib_name(package).as_str()))
            .collect()
    }
}
