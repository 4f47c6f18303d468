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
use rustc_hash::{FxHashMap, FxHashSet};
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
    /// Whether it is what the function starts and leaves alone, not the function itself.
    pub is_inline: bool,
}

impl Entry {
    /// Whether work enters here: what stands before routes, or builds them, is none.
    pub fn is_own(&self) -> bool {
        match self.kind {
            Some(EntryKind::Middleware) => false,
            Some(EntryKind::Main) => self.name == MAIN,
            _ => true,
        }
    }
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

/// What all services are told from, read once.
struct Map<'m, 's> {
    analysis: &'m Analysis<'s>,
    /// The functions of each crate and of each package.
    by_crate: FxHashMap<usize, Vec<DefId>>,
    by_package: FxHashMap<usize, Vec<DefId>>,
    /// The tasks that each function starts and leaves alone.
    tasks: FxHashMap<DefId, Vec<Entry>>,
}

/// The services of a workspace, by name.
pub fn services(analysis: &Analysis<'_>) -> Vec<Service> {
    let map = Map::new(analysis);
    let mut parts = map.binaries();
    let run: BTreeSet<usize> = parts.iter().flat_map(|it| it.packages.clone()).collect();
    let packages = analysis.sources.workspace.packages.iter().enumerate();
    for (index, package) in packages {
        if !run.contains(&index) && !package.is_dev_only {
            parts.extend(map.library(index, package));
        }
    }
    let reached: Vec<FxHashSet<DefId>> = parts
        .iter()
        .map(|it| map.reached(it.roots.clone()))
        .collect();
    let all: FxHashSet<DefId> = reached.iter().flatten().copied().collect();
    let services = parts.iter().zip(&reached);
    let mut services: Vec<Service> = services
        .map(|(part, reached)| map.service(part, reached, &all))
        .collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    services
}

impl<'m, 's> Map<'m, 's> {
    fn new(analysis: &'m Analysis<'s>) -> Self {
        let mut by_crate: FxHashMap<usize, Vec<DefId>> = FxHashMap::default();
        let mut by_package: FxHashMap<usize, Vec<DefId>> = FxHashMap::default();
        for function in analysis.functions() {
            let krate = analysis.program.def(function).krate as usize;
            by_crate.entry(krate).or_default().push(function);
            if let Some(package) = analysis.package_index(function) {
                by_package.entry(package).or_default().push(function);
            }
        }
        Self {
            analysis,
            by_crate,
            by_package,
            tasks: tasks(analysis),
        }
    }

    /// The binaries, those of one configured service together.
    fn binaries(&self) -> Vec<Part> {
        let workspace = &self.analysis.sources.workspace;
        let mut by_name: BTreeMap<String, Part> = BTreeMap::new();
        for (krate, &(package, target, _)) in self.analysis.sources.roots.iter().enumerate() {
            let own = &workspace.packages[package];
            let target = &own.targets[target];
            if target.kind != TargetKind::Bin {
                continue;
            }
            let configured = configured(self.analysis, own);
            let name = configured.unwrap_or_else(|| target.manifest_name.clone());
            let part = by_name.entry(name.clone()).or_insert_with(|| Part {
                name,
                packages: BTreeSet::new(),
                roots: Vec::new(),
                is_library: false,
                is_entered: true,
            });
            part.packages.extend(needed(self.analysis, package));
            part.roots.extend(self.mains(krate));
        }
        by_name.into_values().collect()
    }

    /// A package that no binary runs.
    fn library(&self, index: usize, package: &Package) -> Option<Part> {
        let graph = &self.analysis.graph;
        let own = self.by_package.get(&index).into_iter().flatten().copied();
        let roots: Vec<DefId> = own.filter(|&it| graph.is_entry(it)).collect();
        let is_entered = roots.iter().any(|&it| graph.entry_kind(it).is_some());
        let configured = configured(self.analysis, package);
        (!roots.is_empty()).then(|| Part {
            name: configured.unwrap_or_else(|| package.name.clone()),
            packages: needed(self.analysis, index),
            roots,
            is_library: true,
            is_entered,
        })
    }

    /// The functions at the root of a crate with which it begins: `main`, or what a framework makes one of.
    fn mains(&self, krate: usize) -> impl Iterator<Item = DefId> {
        let (program, graph) = (&self.analysis.program, &self.analysis.graph);
        let in_crate = self.by_crate.get(&krate).into_iter().flatten().copied();
        in_crate.filter(move |&function| {
            let def = program.def(function);
            let by_framework = || {
                graph.entry_kind(function) == Some(EntryKind::Main) && !graph.is_handed(function)
            };
            program.is_root(def.module) && (def.name == MAIN || by_framework())
        })
    }

    /// What is reached from these functions.
    fn reached(&self, mut open: Vec<DefId>) -> FxHashSet<DefId> {
        let mut found = FxHashSet::default();
        while let Some(at) = open.pop() {
            if found.insert(at) {
                open.extend(self.analysis.graph.mentioned_by(at));
            }
        }
        found
    }

    fn service(&self, part: &Part, reached: &FxHashSet<DefId>, all: &FxHashSet<DefId>) -> Service {
        let graph = &self.analysis.graph;
        let its = part.packages.iter();
        let its = its.filter_map(|index| self.by_package.get(index)).flatten();
        let by_framework = its
            .copied()
            .filter(|function| !all.contains(function) && graph.entry_kind(*function).is_some());
        let entered = reached.iter().copied().chain(by_framework);
        let entered = entered.filter(|&it| graph.is_entry(it));
        let tasks = reached.iter().filter_map(|it| self.tasks.get(it)).flatten();
        let mut entries: Vec<Entry> = entered
            .flat_map(|function| entries_at(self.analysis, part, function))
            .chain(tasks.cloned())
            .collect();
        entries.sort_by(|a, b| (&a.name, a.function).cmp(&(&b.name, b.function)));
        entries.dedup();
        let mut functions: FxHashSet<DefId> = reached.clone();
        let entered = entries.iter().map(|it| it.function);
        functions.extend(self.reached(entered.collect()));
        Service {
            name: part.name.clone(),
            entries,
            functions,
        }
    }
}

/// The tasks that functions start and leave alone: functions that are called so, and code of their own.
fn tasks(analysis: &Analysis<'_>) -> FxHashMap<DefId, Vec<Entry>> {
    let mut tasks: FxHashMap<DefId, Vec<Entry>> = FxHashMap::default();
    let task = |function, is_inline| Entry {
        function,
        kind: Some(EntryKind::Task),
        name: format!("task {}", analysis.program.path(function)),
        is_inline,
    };
    let mut inline: Vec<DefId> = Vec::new();
    let calls = analysis.graph.edges();
    for call in calls.filter(|edge| edge.flow.flow.is_detached()) {
        if call.is_task {
            let own = tasks.entry(call.from).or_default();
            own.push(task(call.to, false));
        } else {
            inline.push(call.from);
        }
    }
    let sites = analysis.sites.iter();
    let sites = sites.filter(|it| it.flow.flow.is_detached());
    inline.extend(sites.map(|site| site.function));
    inline.sort_unstable();
    inline.dedup();
    for function in inline {
        tasks
            .entry(function)
            .or_default()
            .push(task(function, true));
    }
    tasks
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
        is_inline: false,
    };
    names.into_iter().map(entry).collect()
}
