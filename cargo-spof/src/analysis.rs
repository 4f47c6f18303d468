//! The stages in order: from the files of a workspace to a finished analysis.
//!
//! [`Sources::read`] reads and extracts; [`analyze`] resolves, matches and follows. Between the two everything is
//! owned data.

mod closures;
mod dispatchers;
mod extractors;
mod layers;
mod plan;

use crate::catalogue::{Bound, Catalogue, EntryKind, Part, Rule};
use crate::coverage::Coverage;
use crate::outage::Graph;
use crate::promises::{self, Evidence, Promise};
use crate::resolve::{self, DefId, DefKind, Program};
use crate::sites::{self, Found, Holder, PeerName, Site};
use crate::sources::Sources;
use crate::stores;
use crate::workspace::{Target, TargetKind};
use jiff::civil::Date;
use plan::Plan;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Resolves names and types, finds all call sites and verifies the declarations; `today` is what dates are compared with.
pub fn analyze<'s>(
    sources: &'s mut Sources,
    catalogue: &'s Catalogue,
    today: Date,
) -> Analysis<'s> {
    let mut plan = Plan::new(sources, catalogue);
    let api = plan.api.iter_mut().map(|(_, facts)| std::mem::take(facts));
    sources.facts.extend(api);
    let sources: &'s Sources = sources;
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
    let found: Vec<Found> = bodies
        .par_iter()
        .map(|&def| sites::in_body(&program, &bound, def))
        .collect();
    let entries = bodies
        .iter()
        .filter_map(|&def| Some((def, bound.entry_of(&program, def)?)));
    let entries = entries.collect();
    let addresses = bodies
        .iter()
        .filter_map(|&def| Some((def, bound.address_of(&program, def)?)));
    let addresses = addresses.collect();
    let entered = (entries, addresses);
    Analysis::new(sources, catalogue, program, found, entered, today)
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
    /// How far the code bears out each declaration, in the order of [`Coverage::declarations`].
    pub promises: Vec<Promise>,
    /// What leads to a peer, by the field or parameter that has it.
    pub held: FxHashMap<Holder, Vec<PeerName>>,
    /// The rules of clients whose operations some code of the workspace bounds in time.
    pub bounded: FxHashSet<usize>,
    /// The day of the run.
    pub today: Date,
}

impl<'s> Analysis<'s> {
    fn new(
        sources: &'s Sources,
        catalogue: &'s Catalogue,
        mut program: Program<'s>,
        mut found: Vec<Found>,
        (mut entries, addresses): (FxHashMap<DefId, EntryKind>, FxHashMap<DefId, Part>),
        today: Date,
    ) -> Self {
        closures::define(&mut program, &mut found);
        let mut before = dispatchers::edges(&program, &mut entries, &found);
        before.extend(extractors::edges(&program, &entries, &found));
        before.extend(layers::edges(&program, &entries, &found));
        let mut seen = FxHashSet::default();
        let mut all: Vec<Site> = Vec::new();
        let (mut edges, mut undecided) = (Vec::new(), Vec::new());
        let mut bounded = FxHashSet::default();
        let mut held: FxHashMap<Holder, Vec<PeerName>> = FxHashMap::default();
        for found in found {
            bounded.extend(found.bounds);
            all.extend(found.sites);
            edges.extend(found.edges);
            undecided.extend(found.undecided);
            for (holder, name) in found.held {
                held.entry(holder).or_default().push(name);
            }
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
        let graph = Graph::new(&program, edges, before, entries, &addresses);
        debug_assert_eq!(graph.verify(&program), Ok(()));
        let coverage = Coverage::new(sources, &program);
        let promises = promises::judge(&Evidence {
            program: &program,
            sites: &all,
            graph: &graph,
            coverage: &coverage,
            config: &sources.workspace.config,
            files: &sources.files,
            has_unread_tests: has_unread_tests(sources),
        });
        Self {
            sources,
            catalogue,
            program,
            sites: all,
            graph,
            undecided,
            coverage,
            promises,
            held,
            bounded,
            today,
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

    /// The package of a definition's crate, as an index into the workspace's.
    pub fn package_index(&self, def: DefId) -> Option<usize> {
        let krate = self.program.def(def).krate as usize;
        self.sources.roots.get(krate).map(|&(package, ..)| package)
    }

    /// All functions of shipped code that have a body, and closures that are entry points; constants and statics are none.
    pub fn functions(&self) -> impl Iterator<Item = DefId> {
        let all = self.program.all_defs();
        let is_shipped = |id: DefId, def: &crate::resolve::Def<'_>| {
            matches!(def.kind, DefKind::Fn(_) | DefKind::Closure(..))
                && !def.test_only
                && !self.program.is_api(id)
        };
        let shipped = all.filter(move |(id, def)| is_shipped(*id, def));
        shipped
            .map(|(id, _)| id)
            .filter(|&id| self.program.body(id).is_some())
    }

    /// The kind of the target in which a definition stands.
    pub fn target_of(&self, def: DefId) -> Option<&Target> {
        let krate = self.program.def(def).krate as usize;
        let &(package, target, _) = self.sources.roots.get(krate)?;
        Some(&self.sources.workspace.packages[package].targets[target])
    }
}

/// Whether the workspace has test targets and they were left out.
fn has_unread_tests(sources: &Sources) -> bool {
    let workspace = &sources.workspace;
    let mut targets = workspace.packages.iter().flat_map(|it| &it.targets);
    !workspace.all_targets && targets.any(|target| target.kind == TargetKind::Test)
}
