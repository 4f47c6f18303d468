//! Services and the points at which work enters them.
//!
//! In: a finished analysis. Out: each service with its entry points. A service is what `spof.toml` names, or a binary target; a
//! package that neither belongs to is a service of its own when work enters it or nobody else calls it (a worker, a library).
//!
//! An entry point belongs to the services that reach it: from `main`, over calls and over functions that are handed on. What a
//! framework finds by itself (a trait's implementation, an attribute) is handed on by nobody; it belongs to the services of
//! whose packages its crate is a part.

use crate::analysis::Analysis;
use crate::catalogue::EntryKind;
use crate::coverage::plain;
use crate::resolve::DefId;
use crate::workspace::{DependencyKind, Package, TargetKind};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// The name of a start.
pub const MAIN: &str = "main";

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where work enters, by name.
    pub entries: Vec<Entry>,
    /// All functions that it reaches from where it begins and where work enters.
    pub functions: FxHashSet<DefId>,
}

impl Service {
    /// What it serves: not its start, unless it does nothing else.
    pub fn served(&self) -> Vec<&Entry> {
        let is_served =
            |it: &&Entry| !matches!(it.kind, Some(EntryKind::Main | EntryKind::Middleware));
        let served: Vec<&Entry> = self.entries.iter().filter(is_served).collect();
        if served.is_empty() {
            self.entries.iter().collect()
        } else {
            served
        }
    }
}

/// An entry point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The function.
    pub function: DefId,
    /// How work enters; `None` for a library's function.
    pub kind: Option<EntryKind>,
    /// As its users name it.
    pub name: String,
}

/// What a service is made of.
struct Part {
    name: String,
    /// The packages whose crates it runs, its own first.
    packages: BTreeSet<usize>,
    /// Where it begins: `main`s, or everything that enters a library.
    roots: Vec<DefId>,
    is_library: bool,
    /// Whether a framework or platform enters it: what nobody calls is no entry point then.
    is_entered: bool,
}

/// The services of a workspace, by name.
pub fn services(analysis: &Analysis<'_>) -> Vec<Service> {
    let mut parts = binaries(analysis);
    let run: BTreeSet<usize> = parts.iter().flat_map(|it| it.packages.clone()).collect();
    let packages = analysis.sources.workspace.packages.iter().enumerate();
    for (index, package) in packages {
        if !run.contains(&index) && !package.is_dev_only {
            parts.extend(library(analysis, index, package));
        }
    }
    let reached: Vec<FxHashSet<DefId>> = parts
        .iter()
        .map(|it| reached(analysis, it.roots.clone()))
        .collect();
    let all: FxHashSet<DefId> = reached.iter().flatten().copied().collect();
    let services = parts.iter().zip(&reached);
    let mut services: Vec<Service> = services
        .map(|(part, reached)| service(analysis, part, reached, &all))
        .collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    services
}

/// The binaries, those of one configured service together.
fn binaries(analysis: &Analysis<'_>) -> Vec<Part> {
    let workspace = &analysis.sources.workspace;
    let mut by_name: BTreeMap<String, Part> = BTreeMap::new();
    for (krate, &(package, target, _)) in analysis.sources.roots.iter().enumerate() {
        let target = &workspace.packages[package].targets[target];
        if target.kind != TargetKind::Bin {
            continue;
        }
        let own = &workspace.packages[package];
        let name = configured(analysis, own).unwrap_or_else(|| target.manifest_name.clone());
        let part = by_name.entry(name.clone()).or_insert_with(|| Part {
            name,
            packages: BTreeSet::new(),
            roots: Vec::new(),
            is_library: false,
            is_entered: true,
        });
        part.packages.extend(needed(analysis, package));
        part.roots.extend(mains(analysis, krate));
    }
    by_name.into_values().collect()
}

/// The name that configuration gives to the service of a package.
fn configured(analysis: &Analysis<'_>, package: &Package) -> Option<String> {
    let mut services = analysis.sources.workspace.config.services.values();
    let found = services.find(|service| {
        let own = service.package.as_ref();
        let named = own.map_or(&service.name.value, |package| &package.value);
        plain(named) == plain(&package.name)
    });
    found.map(|service| service.name.value.clone())
}

/// A package that no binary runs.
fn library(analysis: &Analysis<'_>, index: usize, package: &Package) -> Option<Part> {
    let packages = needed(analysis, index);
    let own = analysis
        .functions()
        .filter(|&it| analysis.package_index(it) == Some(index));
    let roots: Vec<DefId> = own.filter(|&it| analysis.graph.is_entry(it)).collect();
    let kind = |&it: &DefId| analysis.graph.entry_kind(it);
    let is_entered = roots.iter().any(|it| kind(it).is_some());
    (!roots.is_empty()).then(|| Part {
        name: configured(analysis, package).unwrap_or_else(|| package.name.clone()),
        packages,
        roots,
        is_library: true,
        is_entered,
    })
}

/// A package and the members that it needs to run.
fn needed(analysis: &Analysis<'_>, package: usize) -> BTreeSet<usize> {
    let packages = &analysis.sources.workspace.packages;
    let (mut found, mut open) = (BTreeSet::new(), vec![package]);
    while let Some(at) = open.pop() {
        if !found.insert(at) {
            continue;
        }
        let needs = packages[at].dependencies.iter();
        let shipped = needs.filter(|it| it.kind == DependencyKind::Normal);
        let own = shipped.filter_map(|it| {
            let dir = it.path.as_ref()?;
            packages.iter().position(|package| package.dir == *dir)
        });
        open.extend(own);
    }
    found
}

/// The functions at the root of a crate with which it begins: `main`, or what a framework makes one of.
fn mains(analysis: &Analysis<'_>, krate: usize) -> impl Iterator<Item = DefId> {
    let program = &analysis.program;
    let in_crate = analysis.functions();
    in_crate.filter(move |&function| {
        let def = program.def(function);
        let is_main = def.name == "main"
            || analysis.graph.entry_kind(function) == Some(EntryKind::Main)
                && !analysis.graph.is_handed(function);
        is_main && def.krate as usize == krate && program.is_root(def.module)
    })
}

/// What is reached from these functions.
fn reached(analysis: &Analysis<'_>, mut open: Vec<DefId>) -> FxHashSet<DefId> {
    let mut found = FxHashSet::default();
    while let Some(at) = open.pop() {
        if found.insert(at) {
            open.extend(analysis.graph.mentioned_by(at));
        }
    }
    found
}

fn service(
    analysis: &Analysis<'_>,
    part: &Part,
    reached: &FxHashSet<DefId>,
    all: &FxHashSet<DefId>,
) -> Service {
    let by_framework = analysis.functions().filter(|function| {
        let is_its = |index| part.packages.contains(&index);
        !all.contains(function)
            && analysis.graph.entry_kind(*function).is_some()
            && analysis.graph.is_entry(*function)
            && analysis.package_index(*function).is_some_and(is_its)
    });
    let tasks = analysis
        .graph
        .edges()
        .filter(|edge| edge.flow.flow.is_detached() && reached.contains(&edge.from));
    let tasks = tasks.map(|edge| Entry {
        function: edge.to,
        kind: Some(EntryKind::Task),
        name: format!("task {}", analysis.program.path(edge.to)),
    });
    let own = reached
        .iter()
        .copied()
        .filter(|&it| analysis.graph.is_entry(it));
    let mut entries: Vec<Entry> = own
        .chain(by_framework)
        .flat_map(|function| entries_at(analysis, part, function))
        .chain(tasks)
        .collect();
    entries.sort_by(|a, b| (&a.name, a.function).cmp(&(&b.name, b.function)));
    entries.dedup();
    let mut functions: FxHashSet<DefId> = reached.clone();
    let entered = entries.iter().map(|it| it.function);
    functions.extend(self::reached(analysis, entered.collect()));
    Service {
        name: part.name.clone(),
        entries,
        functions,
    }
}

/// A function as entry points, one for each address; none for code of a binary that nobody calls.
fn entries_at(analysis: &Analysis<'_>, part: &Part, function: DefId) -> Vec<Entry> {
    let is_main = part.roots.contains(&function) && !part.is_library;
    let kind = if is_main {
        Some(EntryKind::Main)
    } else {
        analysis.graph.entry_kind(function)
    };
    if kind.is_none() && part.is_entered {
        return Vec::new();
    }
    let names = match analysis.graph.routes_of(function) {
        _ if is_main => vec![MAIN.to_owned()],
        // What stands before routes, or builds them, is no route.
        _ if matches!(kind, Some(EntryKind::Middleware | EntryKind::Main)) => {
            vec![analysis.program.path(function)]
        }
        [] => vec![analysis.graph.entry_name(&analysis.program, function)],
        routes => routes.to_vec(),
    };
    let entry = |name| Entry {
        function,
        kind,
        name,
    };
    names.into_iter().map(entry).collect()
}
