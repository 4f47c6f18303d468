//! Which crates a program has: the workspace's targets and the declared APIs that they need.

use crate::catalogue::{Catalogue, Rule, RuleCrates};
use crate::facts::{FileFacts, Item, ItemKind};
use crate::resolve::{CrateInput, Dependency, Program};
use crate::sources::Sources;
use crate::span::FileId;
use crate::workspace::{DependencyKind, Package, Target, TargetKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// Which crates there are: the workspace's targets and the declared APIs that they need.
pub(super) struct Plan {
    pub(super) crates: Vec<CrateInput>,
    /// The declarations by package.
    pub(super) api: Vec<(String, FileFacts)>,
}

/// Names that lead to the declared standard library.
const STD: [&str; 3] = ["std", "core", "alloc"];

impl Plan {
    pub(super) fn new(sources: &Sources, catalogue: &Catalogue) -> Self {
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
    pub(super) fn rule_crates(
        &self,
        catalogue: &Catalogue,
        program: &Program<'_>,
    ) -> Vec<RuleCrates> {
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
            // Its macros write its own name, whatever the dependency is called.
            out.push((SmolStr::new(lib), Dependency::Given(at)));
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
                type_names(items, out);
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
