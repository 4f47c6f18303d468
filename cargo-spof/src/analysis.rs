//! The stages in order: from the files of a workspace to a finished analysis.
//!
//! [`Sources::read`] reads and extracts; [`Sources::analyze`] resolves, matches and follows. Between the two
//! everything is owned data.

use crate::catalogue::{Bound, Catalogue, Rule, RuleCrates};
use crate::coverage::Coverage;
use crate::facts::{self, FileFacts, Item, ItemKind, MacroTable};
use crate::flow::Tasks;
use crate::outage::Graph;
use crate::resolve::{self, Call, Callee, CrateInput, DefId, Dependency, ModFiles, Program};
use crate::sites::{self, Found, Site};
use crate::span::FileId;
use crate::stores;
use crate::workspace::modules::{InlineModule, Limits, ModDecl, SourceTree, read_modules};
use crate::workspace::{DependencyKind, Files, Package, Problem, Target, TargetKind, Workspace};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// A workspace's files with their facts.
pub struct Sources {
    /// The workspace.
    pub workspace: Workspace,
    /// Its files: configuration, then source files.
    pub files: Files,
    /// The facts by file; the catalogue's declarations follow the workspace's files.
    pub facts: Vec<FileFacts>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    mod_files: ModFiles,
    /// The root file of each target that is read.
    roots: Vec<(usize, usize, FileId)>,
}

impl Sources {
    /// Reads all files of the workspace's targets; `progress` is told how many so far.
    pub fn read(workspace: Workspace, progress: &(dyn Fn(usize) + Sync)) -> Self {
        let targets = targets(&workspace);
        let paths: Vec<_> = targets
            .iter()
            .map(|&(package, target)| workspace.packages[package].targets[target].root.clone())
            .collect();
        let tree = read_modules(&workspace, &paths, Limits::default(), progress, |text| {
            let facts = facts::extract(text, None);
            let mut decls = Vec::new();
            mod_decls(&facts.items, &mut Vec::new(), &mut decls);
            (facts, decls)
        });
        let roots = targets
            .iter()
            .zip(&tree.roots)
            .filter_map(|(&(package, target), root)| Some((package, target, (*root)?)))
            .collect();
        let mod_files = mod_files(&tree);
        let mut facts: Vec<FileFacts> = Vec::new();
        facts.resize_with(tree.files.len(), FileFacts::default);
        for module in tree.modules {
            facts[module.file.0 as usize] = module.facts;
        }
        expand_macros(&tree.files, &mut facts, &|path| crate_of(&workspace, path));
        let mut problems = tree.problems;
        problems.extend(workspace.problems.iter().cloned());
        Self {
            workspace,
            files: tree.files,
            facts,
            problems,
            mod_files,
            roots,
        }
    }

    /// Resolves names and types and finds all call sites.
    pub fn analyze<'s>(&'s mut self, catalogue: &'s Catalogue) -> Analysis<'s> {
        let plan = Plan::new(self, catalogue);
        let api: Vec<FileFacts> = plan.api.iter().map(|(_, facts)| facts.clone()).collect();
        self.facts.extend(api);
        let sources: &'s Sources = self;
        let program = resolve::resolve(&sources.facts, &sources.mod_files, &plan.crates, &|name| {
            catalogue.derived(name)
        });
        let rule_crates = plan.rule_crates(catalogue, &program);
        let bound = Bound::new(catalogue.rules(), &rule_crates, &program);
        let bodies: Vec<DefId> = program
            .all_defs()
            .filter(|(id, def)| !def.test_only && !program.is_api(*id))
            .map(|(id, _)| id)
            .filter(|&id| program.body(id).is_some())
            .collect();
        let tasks = SpawnNames;
        let found: Vec<Found> = bodies
            .par_iter()
            .map(|&def| sites::in_body(&program, &bound, &tasks, def))
            .collect();
        Analysis::new(sources, catalogue, program, found)
    }
}

/// A finished analysis.
pub struct Analysis<'s> {
    /// What was read.
    pub sources: &'s Sources,
    /// The rules.
    pub catalogue: &'s Catalogue,
    /// Names, types and impls.
    pub program: Program<'s>,
    /// All call sites, by file and position, each once, with their stores.
    pub sites: Vec<Site>,
    /// Who calls whom, with the flow of each call.
    pub graph: Graph,
    /// What looked like an operation and could not be decided.
    pub undecided: Vec<sites::Undecided>,
    /// The declarations, and what each covers.
    pub coverage: Coverage,
}

impl<'s> Analysis<'s> {
    fn new(
        sources: &'s Sources,
        catalogue: &'s Catalogue,
        program: Program<'s>,
        found: Vec<Found>,
    ) -> Self {
        let mut seen = FxHashSet::default();
        let mut all: Vec<Site> = Vec::new();
        let (mut edges, mut undecided) = (Vec::new(), Vec::new());
        for found in found {
            all.extend(found.sites);
            edges.extend(found.edges);
            undecided.extend(found.undecided);
        }
        all.sort_by_key(|site| (site.name, site.function));
        let mut twins: FxHashMap<_, DefId> = FxHashMap::default();
        all.retain(|site| {
            let first = twins
                .entry((site.name, site.operation.clone()))
                .or_insert(site.function);
            *first == site.function && seen.insert((site.name, site.operation.clone(), site.span))
        });
        undecided.sort_by_key(|undecided: &sites::Undecided| undecided.place);
        undecided.dedup_by_key(|undecided| undecided.place);
        stores::assign(&mut all, &sources.workspace.config, catalogue);
        let graph = Graph::new(&program, edges);
        let coverage = Coverage::new(sources, &program);
        Self {
            sources,
            catalogue,
            program,
            sites: all,
            graph,
            undecided,
            coverage,
        }
    }

    /// The rule of a site.
    pub fn rule(&self, site: &Site) -> &'s Rule {
        &self.catalogue.rules()[site.rule]
    }

    /// The package of a file's crate: of the first that reads it.
    pub fn package_of(&self, def: DefId) -> &str {
        let krate = self.program.def(def).krate as usize;
        match self.sources.roots.get(krate) {
            Some(&(package, _, _)) => &self.sources.workspace.packages[package].name,
            None => "",
        }
    }

    /// The kind of the target in which a definition stands.
    pub fn target_of(&self, def: DefId) -> Option<&Target> {
        let krate = self.program.def(def).krate as usize;
        let &(package, target, _) = self.sources.roots.get(krate)?;
        Some(&self.sources.workspace.packages[package].targets[target])
    }
}

/// The targets that are read, by package and target: libraries first, so that a file that two targets share counts as
/// the library's.
fn targets(workspace: &Workspace) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (package, data) in workspace.packages.iter().enumerate() {
        for (target, kind) in data.targets.iter().enumerate() {
            if is_needed(workspace, data, kind) {
                all.push((package, target));
            }
        }
    }
    let is_lib = |&(package, target): &(usize, usize)| {
        let target: &Target = &workspace.packages[package].targets[target];
        !matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro)
    };
    all.sort_by_key(|at| (is_lib(at), *at));
    all
}

/// Libraries of the whole workspace are read, for their types; the rest as selected.
fn is_needed(workspace: &Workspace, package: &Package, target: &Target) -> bool {
    workspace.is_read(package, target) || matches!(target.kind, TargetKind::Lib)
}

/// The `mod` declarations of a file, with the inline modules around them.
fn mod_decls(items: &[Item], inline: &mut Vec<InlineModule>, out: &mut Vec<ModDecl>) {
    for item in items {
        match &item.kind {
            ItemKind::Mod(None, path) => out.push(ModDecl {
                name: item.name.to_string(),
                inline: inline.clone(),
                path_attr: path.clone(),
                test_only: item.attrs.test_only,
                span: item.name_span,
            }),
            ItemKind::Mod(Some(items), path) => {
                inline.push(InlineModule {
                    name: item.name.to_string(),
                    path_attr: path.clone(),
                });
                mod_decls(items, inline, out);
                inline.pop();
            }
            ItemKind::MacroItems(_, items) => mod_decls(items, inline, out),
            _ => {}
        }
    }
}

fn mod_files(tree: &SourceTree<FileFacts>) -> ModFiles {
    let mut files = ModFiles::default();
    for module in &tree.modules {
        for (decl, file) in &module.children {
            let Some(file) = file else { continue };
            let inline = decl.inline.iter().map(|module| SmolStr::new(&module.name));
            let path = inline.chain([SmolStr::new(&decl.name)]).collect();
            files.insert((module.file, path), *file);
        }
    }
    files
}

/// Reads those files again that call a macro of the workspace.
fn expand_macros(files: &Files, facts: &mut [FileFacts], krate_of: &dyn Fn(&str) -> SmolStr) {
    let mut table = MacroTable::default();
    for file in files.iter() {
        let krate = krate_of(&file.path);
        collect_macros(&facts[file.id.0 as usize].items, &krate, &mut table);
    }
    facts.par_iter_mut().enumerate().for_each(|(index, facts)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        if table.has_any(&facts.macros_called)
            && let Some(file) = files.get(id)
        {
            *facts = facts::extract(&file.text, Some(&table));
        }
    });
}

/// The library (or first target) of the package in which a file stands.
fn crate_of(workspace: &Workspace, path: &str) -> SmolStr {
    let path = workspace.root.join(path);
    let inside = workspace
        .packages
        .iter()
        .filter(|package| path.starts_with(&package.dir));
    let package = inside.max_by_key(|package| package.dir.as_os_str().len());
    let target = package.and_then(|package| package.lib().or_else(|| package.targets.first()));
    target.map_or_else(SmolStr::default, |target| SmolStr::new(&target.name))
}

fn collect_macros(items: &[Item], krate: &SmolStr, table: &mut MacroTable) {
    for item in items {
        match &item.kind {
            ItemKind::MacroRules(rules) => {
                table.add(item.name.clone(), krate.clone(), rules.clone());
            }
            ItemKind::Mod(Some(items), _) | ItemKind::MacroItems(_, items) => {
                collect_macros(items, krate, table);
            }
            ItemKind::Fn(function) => {
                for body in &function.body {
                    collect_macros(&body.items, krate, table);
                }
            }
            _ => {}
        }
    }
}

/// Which crates there are: the workspace's targets and the declared APIs that they need.
struct Plan {
    crates: Vec<CrateInput>,
    /// The declarations by package.
    api: Vec<(String, FileFacts)>,
}

/// Names that lead to the declared standard library.
const STD: [&str; 3] = ["std", "core", "alloc"];

impl Plan {
    fn new(sources: &Sources, catalogue: &Catalogue) -> Self {
        let workspace = &sources.workspace;
        let wanted = workspace
            .packages
            .iter()
            .flat_map(|package| &package.dependencies);
        let api = catalogue.api_closure(wanted.map(|dependency| dependency.package.as_str()));
        let n_own = sources.roots.len();
        let first_file = sources.facts.len();
        let mut crates: Vec<CrateInput> = Vec::new();
        let by_package: FxHashMap<&str, usize> = api
            .iter()
            .enumerate()
            .map(|(at, (package, _))| (package.as_str(), n_own + at))
            .collect();
        for &(package, target, root) in &sources.roots {
            let package = &workspace.packages[package];
            let target = &package.targets[target];
            crates.push(CrateInput {
                name: SmolStr::new(&target.name),
                root,
                is_api: false,
                test_only: !workspace.all_targets && !workspace.is_read(package, target),
                dependencies: own_dependencies(sources, package, target, &by_package, catalogue),
            });
        }
        let names: Vec<SmolStr> = api
            .iter()
            .map(|(package, _)| catalogue.lib_name(package))
            .collect();
        for (at, name) in names.iter().enumerate() {
            let given = names
                .iter()
                .enumerate()
                .map(|(at, name)| (name.clone(), Dependency::Given(n_own + at)));
            let mut dependencies: Vec<_> = given.collect();
            dependencies.extend(std_names(&by_package));
            crates.push(CrateInput {
                name: name.clone(),
                root: FileId(u32::try_from(first_file + at).unwrap_or(u32::MAX)),
                is_api: true,
                test_only: false,
                dependencies,
            });
        }
        Self { crates, api }
    }

    /// For each rule, its crates as they are in the program.
    fn rule_crates(&self, catalogue: &Catalogue, program: &Program<'_>) -> Vec<RuleCrates> {
        let of = |rule: &Rule| {
            let packages = self
                .api
                .iter()
                .filter(|(package, _)| rule.is_about(package));
            let crates = packages.filter_map(|(package, _)| {
                let lib = catalogue.lib_name(package);
                Some((lib.clone(), program.api_root(&lib)?))
            });
            RuleCrates(crates.collect())
        };
        catalogue.rules().iter().map(of).collect()
    }
}

fn std_names(by_package: &FxHashMap<&str, usize>) -> Vec<(SmolStr, Dependency)> {
    let std = by_package.get("std").map(|&at| Dependency::Given(at));
    STD.iter()
        .filter_map(|name| Some((SmolStr::new_static(name), std.clone()?)))
        .collect()
}

/// What a target's code can name: its package's library, other members, declared and foreign crates.
fn own_dependencies(
    sources: &Sources,
    package: &Package,
    target: &Target,
    by_package: &FxHashMap<&str, usize>,
    catalogue: &Catalogue,
) -> Vec<(SmolStr, Dependency)> {
    let mut out = std_names(by_package);
    if let Some(own) = sources.roots.iter().position(|&(p, t, _)| {
        let own = &sources.workspace.packages[p].targets[t];
        std::ptr::eq(own, target)
    }) {
        // `$crate` of the package's own macros is written out.
        out.push((SmolStr::new(&target.name), Dependency::Given(own)));
    }
    let own_lib = package.lib().filter(|lib| !std::ptr::eq(*lib, target));
    if let Some(at) = own_lib.and_then(|_| lib_crate(sources, &package.name)) {
        let name = sources.roots[at].1;
        out.push((
            SmolStr::new(&package.targets[name].name),
            Dependency::Given(at),
        ));
    }
    for dependency in &package.dependencies {
        if dependency.kind == DependencyKind::Build {
            continue;
        }
        let plain = dependency.package.replace('-', "_");
        let is_described = by_package.contains_key(dependency.package.as_str())
            && describes(sources, catalogue, &dependency.package);
        if !is_described && let Some(at) = lib_crate(sources, &dependency.package) {
            let (member, target, _) = sources.roots[at];
            let lib = &sources.workspace.packages[member].targets[target].name;
            let name = if dependency.extern_name == plain {
                lib
            } else {
                &dependency.extern_name
            };
            out.push((SmolStr::new(name), Dependency::Given(at)));
            continue;
        }
        let lib = catalogue.lib_name(&dependency.package);
        let name = if dependency.extern_name == plain {
            lib.clone()
        } else {
            SmolStr::new(&dependency.extern_name)
        };
        let target = match by_package.get(dependency.package.as_str()) {
            Some(&at) => Dependency::Given(at),
            None => Dependency::Foreign(lib),
        };
        out.push((name, target));
    }
    out
}

/// Whether a member of the workspace is the client that a rule of its name describes, not another crate that
/// has the same name: whether it defines what the rule's sets list.
fn describes(sources: &Sources, catalogue: &Catalogue, package: &str) -> bool {
    let Some(member) = sources.workspace.package(package) else {
        return false;
    };
    let Some(rule) = catalogue.rules().iter().find(|rule| rule.is_about(package)) else {
        return false;
    };
    let mut defined = FxHashSet::default();
    for file in sources
        .files
        .iter()
        .filter(|file| is_in(sources, member, &file.path))
    {
        type_names(&sources.facts[file.id.0 as usize].items, &mut defined);
    }
    let listed = rule
        .types
        .values()
        .flat_map(|set| &set.paths)
        .filter(|path| !path.leading);
    let names: Vec<&str> = listed
        .filter_map(|path| Some(path.name()?.text()))
        .collect();
    let known = names.iter().filter(|name| defined.contains(**name)).count();
    !names.is_empty() && known * 2 > names.len()
}

fn is_in(sources: &Sources, package: &Package, path: &str) -> bool {
    sources.workspace.root.join(path).starts_with(&package.dir)
}

fn type_names(items: &[Item], out: &mut FxHashSet<SmolStr>) {
    for item in items {
        match &item.kind {
            ItemKind::Struct(..) | ItemKind::Enum(..) | ItemKind::Trait(_) | ItemKind::Type(..) => {
                out.insert(item.name.clone());
            }
            ItemKind::Mod(Some(items), _) | ItemKind::MacroItems(_, items) => {
                type_names(items, out)
            }
            _ => {}
        }
    }
}

/// The crate of a member's library.
fn lib_crate(sources: &Sources, package: &str) -> Option<usize> {
    sources.roots.iter().position(|&(member, target, _)| {
        let member = &sources.workspace.packages[member];
        member.name == package
            && matches!(
                member.targets[target].kind,
                TargetKind::Lib | TargetKind::ProcMacro
            )
    })
}

/// Functions that start a task.
struct SpawnNames;

impl Tasks for SpawnNames {
    fn spawns(&self, call: &Call) -> bool {
        let is_spawn = call.name.starts_with("spawn") || call.name == "wait_until";
        is_spawn && !matches!(call.callee, Callee::Ctor | Callee::Value)
    }
}
