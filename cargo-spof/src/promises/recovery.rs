//! The recovery path of an event: what is called where its error goes.

use super::{Event, Evidence, What};
use crate::coverage::plain;
use crate::facts::parse_path;
use crate::flow::Flow;
use crate::resolve::{DefId, DefKind, Res};
use crate::sites::{Edge, Site};
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// What is called on a recovery path.
pub(super) struct Recovery<'e> {
    pub(super) sites: Vec<&'e Site>,
    pub(super) calls: Vec<&'e Edge>,
}

impl<'e> Recovery<'e> {
    /// Of an event whose failure stays: in the branch that decides it. Where the error is dropped there is no branch, and
    /// what follows is the path.
    pub(super) fn of(
        evidence: &Evidence<'e, '_>,
        sites_of: &FxHashMap<DefId, Vec<&'e Site>>,
        event: &Event<'_>,
    ) -> Self {
        let inside = |span: Span| {
            let is_later = event.flow.flow == Flow::Discarded && span.start >= event.span.end;
            let is_there = event.flow.span.contains(span) || is_later;
            is_there && !event.span.contains(span)
        };
        Self::within(evidence, sites_of, event, &inside)
    }

    /// All that is called in the function of an event beside it.
    pub(super) fn around(
        evidence: &Evidence<'e, '_>,
        sites_of: &FxHashMap<DefId, Vec<&'e Site>>,
        event: &Event<'_>,
    ) -> Self {
        Self::within(evidence, sites_of, event, &|span| {
            !event.span.contains(span)
        })
    }

    fn within(
        evidence: &Evidence<'e, '_>,
        sites_of: &FxHashMap<DefId, Vec<&'e Site>>,
        event: &Event<'_>,
        inside: &dyn Fn(Span) -> bool,
    ) -> Self {
        let sites = sites_of.get(&event.function).into_iter().flatten().copied();
        let calls = evidence.graph.calls_of(event.function);
        Self {
            sites: sites.filter(|site| inside(site.span)).collect(),
            calls: calls.filter(|edge| inside(edge.span)).collect(),
        }
    }

    /// The functions that are called, also by those that are.
    pub(super) fn reached(&self, evidence: &Evidence<'_, '_>) -> FxHashSet<DefId> {
        reached(evidence, self.calls.iter().map(|edge| edge.to))
    }

    /// Whether an operation of this store is called, also by what is called.
    pub(super) fn uses_store(&self, evidence: &Evidence<'_, '_>, store: &str) -> bool {
        let is_of = |site: &Site| plain(&site.store) == store;
        let reached = self.reached(evidence);
        let mut all = evidence.sites.iter();
        self.sites.iter().any(|site| is_of(site))
            || all.any(|site| is_of(site) && reached.contains(&site.function))
    }
}

/// These functions and all that they call.
pub(super) fn reached(
    evidence: &Evidence<'_, '_>,
    functions: impl IntoIterator<Item = DefId>,
) -> FxHashSet<DefId> {
    let mut open: Vec<DefId> = functions.into_iter().collect();
    let mut reached = FxHashSet::default();
    while let Some(at) = open.pop() {
        if reached.insert(at) {
            open.extend(evidence.graph.calls_of(at).map(|edge| edge.to));
        }
    }
    reached
}

/// The stores that are down with one: those that have a provider in common with it, itself among them.
pub(super) fn sharing(evidence: &Evidence<'_, '_>, store: &str) -> Vec<String> {
    let providers = |name: &str| -> BTreeSet<String> {
        let mut stores = evidence.config.stores.iter();
        let found = stores.find(|(known, _)| plain(known) == name);
        let named = found.map(|(_, store)| store.providers.iter());
        named
            .into_iter()
            .flatten()
            .map(|it| it.value.clone())
            .collect()
    };
    let own = providers(store);
    let mut names = known_stores(evidence);
    names.insert(store.to_owned());
    let is_down = |name: &String| name == store || !providers(name).is_disjoint(&own);
    names.into_iter().filter(is_down).collect()
}

/// The stores that configuration names or code uses, as they are compared.
pub(super) fn known_stores(evidence: &Evidence<'_, '_>) -> BTreeSet<String> {
    let named = evidence.config.stores.keys().map(|name| plain(name));
    let used = evidence.sites.iter().map(|site| plain(&site.store));
    named.chain(used).collect()
}

/// What a path in a declaration means.
pub(super) enum Named {
    /// These functions: their paths end so.
    Own(FxHashSet<DefId>),
    /// Something outside of the workspace.
    Foreign,
    /// Nothing.
    Nothing,
}

/// The functions that a path in a declaration may mean; `at` are functions that it is written for.
pub(super) fn named(evidence: &Evidence<'_, '_>, path: &str, at: &[DefId]) -> Named {
    let program = evidence.program;
    let wanted: Vec<&str> = path.split("::").map(str::trim).collect();
    let is_relative = |name: &&&str| ["crate", "self", "super", "Self"].contains(*name);
    let n_relative = wanted.iter().take_while(is_relative).count();
    let wanted = &wanted[n_relative..];
    let ends_so = |id: DefId| {
        let full = program.path(id);
        let names: Vec<&str> = full.split("::").collect();
        names.ends_with(wanted)
    };
    let functions = program.all_defs().filter(|(id, def)| {
        matches!(def.kind, DefKind::Fn(_))
            && !program.is_api(*id)
            && wanted.last().is_some_and(|last| def.name == **last)
    });
    let own: FxHashSet<DefId> = functions
        .map(|(id, _)| id)
        .filter(|&id| ends_so(id))
        .collect();
    if !own.is_empty() {
        return Named::Own(own);
    }
    let is_foreign = parse_path(path).is_ok_and(|parsed| {
        let mut modules = at.iter().map(|&function| program.def(function).module);
        modules.any(|module| match program.named(module, &parsed) {
            Some(Res::Foreign(_)) => true,
            Some(Res::Def(def)) => program.is_api(def),
            _ => false,
        })
    });
    if is_foreign {
        Named::Foreign
    } else {
        Named::Nothing
    }
}

impl What<'_> {
    /// The name of what is called.
    pub(super) fn name(&self, evidence: &Evidence<'_, '_>) -> String {
        match self {
            What::Site(site) => site.operation.to_string(),
            What::Call(edge) => evidence.program.def(edge.to).name.to_string(),
        }
    }
}
