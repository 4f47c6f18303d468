//! The inventory: which service depends on what, how, and what was decided about that.
//!
//! In: the services of a finished analysis, ready for any outage ([`Outages`]), and later the findings ([`Inventory::mark_undeclared`]).
//! Out: an owned [`Inventory`] that knows nothing of the analysis any more, so that those of two revisions can be compared.
//!
//! A [`Dependency`] is a service with what it depends on: a store, another service, a peer outside of the workspace. It is direct where
//! code of the service has call sites, and indirect where an outage reaches the service through others only. Each thing that can be down
//! has an [`Outage`]; they are ranked: first the one without which most entry points fail.

mod declared;
mod dependencies;
mod outages;
mod rows;

use crate::analysis::Analysis;
pub use crate::blast::Kind;
use crate::blast::{Outages, Target};
use crate::finding::Finding;
use crate::outage::Outcome;
use crate::summary;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the format: it grows when a field is renamed or removed.
pub const VERSION: u32 = 1;

/// The lint that says what nobody has declared.
const UNDECLARED: &str = "undeclared-dependency";

/// The inventory of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Inventory {
    /// [`VERSION`].
    pub version: u32,
    /// The name of the workspace's directory.
    pub workspace: String,
    /// The day of the run, as `2027-03-31`.
    pub today: String,
    /// Counts.
    pub totals: Totals,
    /// Who is down and what that does, the worst first.
    pub outages: Vec<Outage>,
    /// What the services share, by name.
    pub stores: Vec<Store>,
    /// Who runs the stores, by name.
    pub providers: Vec<Provider>,
    /// The services, by name.
    pub services: Vec<Service>,
    /// What they call that none of them answers, by name.
    pub external: Vec<External>,
    /// Each service with each thing that it depends on, by service, kind and name.
    pub dependencies: Vec<Dependency>,
    /// What was declared, by file and line.
    pub declarations: Vec<Declaration>,
    /// Places that were not seen, by reason.
    pub unseen: BTreeMap<String, usize>,
}

/// How much of everything there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Totals {
    /// Services.
    pub services: usize,
    /// Their entry points.
    pub entry_points: usize,
    /// Stores that others share.
    pub stores: usize,
    /// Providers.
    pub providers: usize,
    /// Peers outside of the workspace.
    pub external: usize,
    /// Call sites.
    pub call_sites: usize,
    /// Direct dependencies.
    pub dependencies: usize,
    /// Those of them without which some entry point fails.
    pub hard: usize,
    /// Those of them without which none fails, and some goes on with less.
    pub soft: usize,
    /// Hard ones of which some part is declared nowhere.
    pub undeclared: usize,
    /// Declarations.
    pub declarations: usize,
    /// Those of them whose code was found.
    pub located: usize,
    /// Those of them that a test shows as well.
    pub tested: usize,
    /// Places that were not seen.
    pub unseen: usize,
}

/// A shared dependency.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Store {
    /// Its name.
    pub name: String,
    /// The clients through which it is used: stems of rule files.
    pub clients: Vec<String>,
    /// Who shares it: `shared`, `remote`, `embedded`, `varies`, `inherit`; several where its call sites differ.
    pub scopes: Vec<&'static str>,
    /// Whether `spof.toml` names it.
    pub is_configured: bool,
    /// Who runs it, as far as `spof.toml` says.
    pub providers: Vec<String>,
    /// Its tier.
    pub tier: Option<u32>,
    /// Its availability in percent.
    pub slo: Option<f64>,
    /// Whether it guards.
    pub guard: bool,
    /// Why one provider is accepted, where it is.
    pub single: Option<Single>,
    /// The services that use it themselves.
    pub services: Vec<String>,
    /// The number of call sites, by class.
    pub operations: BTreeMap<&'static str, usize>,
}

/// Why one provider is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Single {
    /// Why.
    pub reason: Option<String>,
    /// Who accepts it.
    pub owner: Option<String>,
    /// Until when.
    pub until: Option<String>,
}

/// Who runs stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// The stores that it runs.
    pub stores: Vec<String>,
    /// Those of them that nobody else runs.
    pub alone: Vec<String>,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// Its tier.
    pub tier: Option<u32>,
    /// Its plane: `data` or `control`.
    pub plane: Option<&'static str>,
    /// Its availability in percent.
    pub slo: Option<f64>,
    /// Where work enters it, by name.
    pub entry_points: Vec<EntryPoint>,
    /// Places of its code that were not seen, by reason.
    pub unseen: BTreeMap<String, usize>,
}

/// Where work enters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct EntryPoint {
    /// As its users name it.
    pub name: String,
    /// The function's path.
    pub function: String,
    /// How work enters: `main`, `route`, `rpc`, `consumer`, `task`…; `function` for a library's.
    pub kind: &'static str,
    /// The file, relative to the workspace's root.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
}

/// What is called outside of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct External {
    /// What the code calls it.
    pub name: String,
    /// The clients through which it is called.
    pub clients: Vec<String>,
    /// The services that call it.
    pub services: Vec<String>,
}

/// A service with something that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Dependency {
    /// The service.
    pub service: String,
    /// What the other one is.
    pub kind: Kind,
    /// Its name.
    pub on: String,
    /// Whether the service's own code asks it. If not, an outage gets here through others.
    pub is_direct: bool,
    /// The clients of the call sites.
    pub clients: Vec<String>,
    /// The number of call sites, by class.
    pub operations: BTreeMap<&'static str, usize>,
    /// The call sites, by place.
    pub call_sites: Vec<CallSite>,
    /// Who runs it, as far as `spof.toml` says.
    pub providers: Vec<String>,
    /// What becomes of the service while the other one is down; none of what is in its own process.
    pub outcome: Option<Outcome>,
    /// What becomes of its start.
    pub start: Option<Outcome>,
    /// The entry points that fail then.
    pub fails: Vec<String>,
    /// Those that go on with less.
    pub degrades: Vec<String>,
    /// What it is hit through, where that is something else.
    pub through: Vec<String>,
    /// What was declared about it: indices into [`Inventory::declarations`].
    pub declarations: Vec<usize>,
    /// The functions whose failure takes entry points down and is declared nowhere.
    pub undeclared: Vec<String>,
}

/// A call site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct CallSite {
    /// The file, relative to the workspace's root.
    pub file: String,
    /// The line of the operation's name, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
    /// The function's path.
    pub function: String,
    /// The store as findings name it: a peer's is its client.
    pub store: String,
    /// The operation.
    pub operation: String,
    /// What it does.
    pub class: &'static str,
    /// What becomes of its error.
    pub flow: &'static str,
    /// How sure it is: `certain` or `likely`.
    pub certainty: &'static str,
}

/// What was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Declaration {
    /// The store, as written.
    pub store: String,
    /// The verb; none where it is not known.
    pub verb: Option<&'static str>,
    /// How far the code bears it out: `declared`, `located`, `tested`.
    pub status: &'static str,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Until when it holds.
    pub until: Option<String>,
    /// The function that stands in.
    pub via: Option<String>,
    /// The store or function that stands in.
    pub to: Option<String>,
    /// How old an answer may be.
    pub max_age: Option<String>,
    /// The test that shows it.
    pub tested_by: Option<String>,
    /// The file that has it, relative to the workspace's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What it stands on: an item's name, a field's path, a glob; the file for all of it.
    pub on: String,
    /// The functions of which it speaks.
    pub functions: Vec<String>,
    /// The services that run some of them.
    pub services: Vec<String>,
}

/// What is down, and what that does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Outage {
    /// What is down first.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What is down with it: stores of which no provider is left.
    pub with: Vec<String>,
    /// The number of services of which some entry point fails.
    pub services: usize,
    /// The number of entry points that fail.
    pub fails: usize,
    /// The number of those that go on with less.
    pub degrades: usize,
    /// The entry points that it hits.
    pub hits: Vec<Hit>,
}

/// An entry point that an outage hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Hit {
    /// The service.
    pub service: String,
    /// The entry point.
    pub entry_point: String,
    /// While what is down refuses.
    pub outcome: Outcome,
    /// While it does not answer at all.
    pub when_hanging: Outcome,
    /// How it goes on, where it degrades.
    pub how: Option<String>,
    /// The store or service through which it is hit.
    pub through: Option<String>,
    /// The way down to the call site, outermost first.
    pub witness: Vec<String>,
}

/// How many places were not seen, by file and reason.
struct Unseen {
    by_file: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Unseen {
    fn new(analysis: &Analysis<'_>) -> Self {
        let mut by_file: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for place in summary::unseen_places(analysis) {
            let reasons = by_file.entry(place.file).or_default();
            *reasons.entry(place.reason).or_default() += 1;
        }
        Self { by_file }
    }

    /// Those of some files, by reason.
    fn in_files<'f>(&self, files: impl Iterator<Item = &'f str>) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (reason, n) in files.filter_map(|file| self.by_file.get(file)).flatten() {
            *counts.entry(reason.clone()).or_default() += n;
        }
        counts
    }
}

impl Inventory {
    /// Of a workspace.
    pub fn new(outages: &Outages<'_, '_>) -> Self {
        let analysis = outages.analysis();
        let workspace = &analysis.sources.workspace;
        let root = workspace.root.file_name().unwrap_or_default();
        let declarations = declared::declarations(outages);
        let unseen = Unseen::new(analysis);
        let rows = rows::Rows::new(outages);
        let struck = outages::of_targets(outages, &rows.targets());
        let providers = outages::providers(&workspace.config);
        let dependencies = dependencies::dependencies(&rows, &struck, &declarations);
        let mut ranked = outages::of_providers(outages, &providers);
        ranked.extend(struck.into_values().map(|it| it.outage));
        outages::rank(&mut ranked);
        let mut inventory = Self {
            version: VERSION,
            workspace: root.to_string_lossy().into_owned(),
            today: analysis.today.to_string(),
            totals: Totals::default(),
            stores: rows.stores(),
            providers,
            services: rows.services(&unseen),
            external: rows.external(),
            dependencies,
            outages: ranked,
            declarations,
            unseen: unseen.in_files(unseen.by_file.keys().map(String::as_str)),
        };
        inventory.totals = inventory.count();
        inventory
    }

    /// Notes which dependencies are undeclared, by what the lints have found.
    pub fn mark_undeclared<'f>(&mut self, findings: impl Iterator<Item = &'f Finding>) {
        let undeclared = findings.filter(|it| it.lint == UNDECLARED);
        let mut functions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for finding in undeclared {
            let own = functions.entry(&finding.function).or_default();
            own.insert(&finding.store);
        }
        // An error that nobody has declared may still end before it takes anything down.
        for dependency in self.dependencies.iter_mut().filter(|it| it.is_hard()) {
            let silent = dependency.call_sites.iter().filter(|site| {
                let stores = functions.get(site.function.as_str());
                stores.is_some_and(|stores| stores.contains(site.store.as_str()))
            });
            let silent: BTreeSet<&str> = silent.map(|site| site.function.as_str()).collect();
            dependency.undeclared = silent.into_iter().map(str::to_owned).collect();
        }
        self.totals = self.count();
    }

    fn count(&self) -> Totals {
        let direct = || self.dependencies.iter().filter(|it| it.is_direct);
        let shared = |store: &&Store| store.scopes != ["embedded"];
        let with = |status: &[&str]| {
            let all = self.declarations.iter();
            all.filter(|it| status.contains(&it.status)).count()
        };
        Totals {
            services: self.services.len(),
            entry_points: self.services.iter().map(|it| it.entry_points.len()).sum(),
            stores: self.stores.iter().filter(shared).count(),
            providers: self.providers.len(),
            external: self.external.len(),
            call_sites: self
                .stores
                .iter()
                .flat_map(|it| it.operations.values())
                .sum(),
            dependencies: direct().count(),
            hard: direct().filter(|it| it.is_hard()).count(),
            soft: direct()
                .filter(|it| !it.is_hard() && !it.degrades.is_empty())
                .count(),
            undeclared: direct()
                .filter(|it| it.is_hard() && !it.undeclared.is_empty())
                .count(),
            declarations: self.declarations.len(),
            located: with(&["located", "tested"]),
            tested: with(&["tested"]),
            unseen: self.unseen.values().sum(),
        }
    }
}

impl Dependency {
    /// Whether something fails without it.
    pub fn is_hard(&self) -> bool {
        !self.fails.is_empty() || self.start == Some(Outcome::Fails)
    }
}

/// The kind of a target, and its name.
fn kind_of(target: &Target) -> (Kind, &str) {
    match target {
        Target::Store(name) => (Kind::Store, name),
        Target::Service(name) => (Kind::Service, name),
        Target::External(name) => (Kind::External, name),
    }
}
