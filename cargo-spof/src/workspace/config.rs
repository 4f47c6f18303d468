//! `spof.toml` as data: stores, services, declarations, levels, each value with its place.
//!
//! In: the text of one file ([`parse()`]), or two layers ([`Config::over`]). Out: values that are of
//! the right kind; whether they are true of the code is judged later. No file is opened here.

mod globs;
mod parse;
mod what_if;

pub use crate::spanned_toml::{Spanned, TomlProblem as ConfigProblem};
pub use globs::{FileGlob, PathGlob};
pub use parse::parse;
pub use what_if::what_if;

use crate::finding::Level;
use crate::span::Place;
use indexmap::IndexMap;

/// The configuration: one file, or several laid over each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The file below this one, relative to this one. Loading follows it.
    pub extends: Option<Spanned<String>>,
    /// Rule files of one's own: path globs relative to the file that names them.
    pub clients: Vec<Spanned<String>>,
    /// `[store.NAME]`, in the order of the file, the upper layer's first.
    pub stores: IndexMap<String, Store>,
    /// `[service.NAME]`.
    pub services: IndexMap<String, Service>,
    /// `[[on_outage]]`, the upper layer's first.
    pub on_outage: Vec<OnOutage>,
    /// `[lints]`, by the lint's name.
    pub lints: IndexMap<String, LintSetting>,
    /// `[[override]]`: other levels for some files; of those that fit a file the last one holds.
    pub overrides: Vec<Override>,
    /// `[gate]`.
    pub gate: Gate,
}

/// Other levels for some files.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The table's header.
    pub place: Place,
    /// The files, relative to the directory of the layer that names them; to the workspace's where that lies outside of it.
    pub paths: Vec<Spanned<FileGlob>>,
    /// `[override.lints]`, by the lint's name.
    pub lints: IndexMap<String, LintSetting>,
}

/// A named shared dependency.
#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    /// Its name, where the table begins.
    pub name: Spanned<String>,
    /// The stem of its client's rule file.
    pub client: Option<Spanned<String>>,
    /// Paths of fields, types and statics that carry it.
    pub handles: Vec<Spanned<String>>,
    /// Constructor labels.
    pub labels: Vec<Spanned<String>>,
    /// Who runs it; another store with one of these shares its fate.
    pub providers: Vec<Spanned<String>>,
    /// Its tier; 0 is the most important.
    pub tier: Option<Spanned<u32>>,
    /// Its availability in percent, above 0 and at most 100.
    pub slo: Option<Spanned<f64>>,
    /// Whether it guards (auth, policy, rate limit).
    pub guard: Option<Spanned<bool>>,
    /// One provider only, and that is accepted.
    pub single: Option<Single>,
}

/// Why a store may have one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single {
    /// The whole value.
    pub place: Place,
    /// Why that is accepted.
    pub reason: Option<Spanned<String>>,
    /// Who accepts it.
    pub owner: Option<Spanned<String>>,
    /// The last day on which it is accepted, as text that may be no date.
    pub until: Option<Spanned<String>>,
}

/// A service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its name, where the table begins.
    pub name: Spanned<String>,
    /// The package whose binaries it is.
    pub package: Option<Spanned<String>>,
    /// The plane that it is on.
    pub plane: Option<Spanned<Plane>>,
    /// The services that it manages.
    pub controls: Vec<Spanned<String>>,
    /// What it must not need.
    pub rescues: Vec<Spanned<String>>,
    /// Names by which others call it.
    pub answers: Vec<Spanned<String>>,
    /// Its tier; 0 is the most important.
    pub tier: Option<Spanned<u32>>,
    /// Its availability in percent, above 0 and at most 100.
    pub slo: Option<Spanned<f64>>,
    /// Who answers for it.
    pub owner: Option<Spanned<String>>,
}

/// The plane that a service is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plane {
    /// It serves users.
    Data,
    /// It manages services that do.
    Control,
}

/// A declaration for code that is not touched.
#[derive(Clone, Debug)]
pub struct OnOutage {
    /// The whole table's header.
    pub place: Place,
    /// The store.
    pub store: Spanned<String>,
    /// The paths that it is for.
    pub at: Spanned<PathGlob>,
    /// The verb, as written.
    pub verb: Spanned<String>,
    /// The other keys and their values (dates as text), in order; the grammar of declarations
    /// judges them.
    pub args: Vec<(Spanned<String>, Spanned<String>)>,
}

/// Two declarations are the same when the same text stands at the same place.
impl PartialEq for OnOutage {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
            && self.store == other.store
            && self.at.value == other.at.value
            && self.verb == other.verb
            && self.args == other.args
    }
}

/// A lint's entry: `"deny"`, or `{ level = "deny", threshold = 8 }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSetting {
    /// The lint's name.
    pub name: Spanned<String>,
    /// Its level.
    pub level: Option<Spanned<Level>>,
    /// The number from which on it reports, for lints that count.
    pub threshold: Option<Spanned<u32>>,
}

/// `[gate]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// Whose `spof.toml` a pull request is judged by.
    pub policy_from: Option<Spanned<PolicyFrom>>,
    /// The baseline that must be there, relative to the workspace's root.
    pub baseline: Option<Spanned<String>>,
}

/// Whose `spof.toml` a pull request is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFrom {
    /// The base revision's: a pull request cannot loosen its own gate.
    Base,
    /// The pull request's own.
    Head,
}

impl Config {
    /// This layer over `base`: what is written here holds, what is not comes from below.
    #[must_use]
    pub fn over(mut self, base: Self) -> Self {
        for (name, below) in base.stores {
            match self.stores.get_mut(&name) {
                Some(store) => store.fill_from(below),
                None => drop(self.stores.insert(name, below)),
            }
        }
        for (name, below) in base.services {
            match self.services.get_mut(&name) {
                Some(service) => service.fill_from(below),
                None => drop(self.services.insert(name, below)),
            }
        }
        for (name, below) in base.lints {
            match self.lints.get_mut(&name) {
                Some(lint) => lint.fill_from(&below),
                None => drop(self.lints.insert(name, below)),
            }
        }
        self.overrides.splice(0..0, base.overrides);
        self.clients.extend(base.clients);
        self.on_outage.extend(base.on_outage);
        fill(&mut self.gate.policy_from, base.gate.policy_from);
        fill(&mut self.gate.baseline, base.gate.baseline);
        self
    }
}

impl Config {
    /// What stands in a package's file and is the whole workspace's.
    pub(super) fn beyond_a_package(&self) -> Vec<ConfigProblem> {
        let extends = self.extends.iter().map(|it| ("extends", it.place));
        let clients = self.clients.iter().map(|it| ("clients", it.place));
        let stores = self.stores.values().map(|it| ("store", it.name.place));
        let services = self.services.values().map(|it| ("service", it.name.place));
        let gate = self.gate.policy_from.iter().map(|it| it.place);
        let gate = gate.chain(self.gate.baseline.iter().map(|it| it.place));
        let gate = gate.map(|place| ("gate", place));
        let lints = self.lints.values().filter_map(|it| it.threshold.as_ref());
        let thresholds = lints.map(|it| ("threshold", it.place));
        let all = extends
            .chain(clients)
            .chain(stores)
            .chain(services)
            .chain(gate);
        all.chain(thresholds)
            .map(|(key, place)| ConfigProblem {
                place,
                message: format!("`{key}` is the whole workspace's, not one package's"),
                help: Some("move it to the `spof.toml` beside the workspace's manifest".to_owned()),
            })
            .collect()
    }
}

impl Store {
    fn fill_from(&mut self, below: Self) {
        fill(&mut self.client, below.client);
        fill_list(&mut self.handles, below.handles);
        fill_list(&mut self.labels, below.labels);
        fill_list(&mut self.providers, below.providers);
        fill(&mut self.tier, below.tier);
        fill(&mut self.slo, below.slo);
        fill(&mut self.guard, below.guard);
        fill(&mut self.single, below.single);
    }
}

impl Service {
    fn fill_from(&mut self, below: Self) {
        fill(&mut self.package, below.package);
        fill(&mut self.plane, below.plane);
        fill_list(&mut self.controls, below.controls);
        fill_list(&mut self.rescues, below.rescues);
        fill_list(&mut self.answers, below.answers);
        fill(&mut self.tier, below.tier);
        fill(&mut self.slo, below.slo);
        fill(&mut self.owner, below.owner);
    }
}

impl LintSetting {
    fn fill_from(&mut self, below: &Self) {
        fill(&mut self.level, below.level);
        fill(&mut self.threshold, below.threshold);
    }
}

fn fill<T>(own: &mut Option<T>, below: Option<T>) {
    if own.is_none() {
        *own = below;
    }
}

fn fill_list<T>(own: &mut Vec<T>, below: Vec<T>) {
    if own.is_empty() {
        *own = below;
    }
}

#[cfg(test)]
mod tests;
