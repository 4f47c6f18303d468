//! Middleware as calls by the routes that it stands before.
//!
//! In: the layers of all bodies, what each function mentions, and which functions a framework enters. Out: for each layer, a call of
//! each of its functions by each route that it covers. The routes of a region are the handlers that it mentions, those of the functions
//! that it calls to build a router, and the methods of the services in it.

use super::extractors::{before, by_type};
use crate::catalogue::EntryKind;
use crate::flow::Flow;
use crate::resolve::{DefId, Owner, Program, Ty};
use crate::sites::{Edge, Found, Region};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// The calls of middleware by routes.
pub(super) fn edges(
    program: &Program<'_>,
    entries: &FxHashMap<DefId, EntryKind>,
    found: &[Found],
) -> Vec<Edge> {
    let layers = || found.iter().flat_map(|it| &it.layers);
    if layers().next().is_none() {
        return Vec::new();
    }
    let map = Map::new(program, entries, found);
    let mut all = BTreeSet::new();
    for (function, layer) in layers() {
        let middleware = map.middleware(*function, &layer.layer);
        if middleware.is_empty() {
            continue;
        }
        for route in map.routes(*function, &layer.over) {
            all.extend(middleware.iter().map(|&to| (route, to)));
        }
    }
    let edge = |(route, to): (DefId, DefId)| {
        let (_, name) = program.name_place(route)?;
        (route != to).then(|| before(route, to, name, Flow::Escapes))
    };
    all.into_iter().filter_map(edge).collect()
}

struct Map<'m, 'a> {
    program: &'m Program<'a>,
    /// The functions that a framework enters, by the type whose they are.
    by_type: FxHashMap<DefId, Vec<(DefId, EntryKind)>>,
    /// The calls and mentions of each function.
    edges: FxHashMap<DefId, Vec<&'m Edge>>,
}

impl<'m, 'a> Map<'m, 'a> {
    fn new(
        program: &'m Program<'a>,
        entries: &FxHashMap<DefId, EntryKind>,
        found: &'m [Found],
    ) -> Self {
        let mut edges: FxHashMap<DefId, Vec<&Edge>> = FxHashMap::default();
        for edge in found.iter().flat_map(|it| &it.edges) {
            edges.entry(edge.from).or_default().push(edge);
        }
        Self {
            program,
            by_type: by_type(program, entries),
            edges,
        }
    }

    /// What is mentioned or called in a region.
    fn inside<'s>(
        &'s self,
        function: DefId,
        region: &'s Region,
    ) -> impl Iterator<Item = &'m Edge> + 's {
        let own = self.edges.get(&function).into_iter().flatten().copied();
        own.filter(|edge| region.contains(edge.span))
    }

    /// The functions of a layer: those that it is made of, and those of its types and of the types that these name.
    fn middleware(&self, function: DefId, region: &Region) -> BTreeSet<DefId> {
        let is_handed = |edge: &&Edge| edge.entry == Some(EntryKind::Middleware);
        let handed = self.inside(function, region).filter(is_handed);
        let mut found: BTreeSet<DefId> = handed.map(|edge| edge.to).collect();
        let mut types = region.types.clone();
        types.extend(region.types.iter().flat_map(|&ty| self.named_by(ty)));
        let own = types.iter().filter_map(|ty| self.by_type.get(ty)).flatten();
        let own = own.filter(|(_, kind)| *kind == EntryKind::Middleware);
        found.extend(own.map(|(function, _)| *function));
        found
    }

    /// The workspace's own types that the impls of a type name: `type Service = AuthService<S>;`.
    fn named_by(&self, ty: DefId) -> Vec<DefId> {
        let functions = self.by_type.get(&ty).into_iter().flatten();
        let mut named = Vec::new();
        for (function, _) in functions {
            if let Owner::Impl(imp) = self.program.def(*function).owner
                && let Some(trait_) = self.program.imp(imp).trait_.as_ref().and_then(|it| it.def)
            {
                let own = &self.program.imp(imp).self_ty;
                let types = self.program.associated(own, trait_);
                named.extend(types.iter().filter_map(|ty| match ty.untagged() {
                    Ty::Adt(ty, _) if !self.program.is_api(*ty) => Some(*ty),
                    _ => None,
                }));
            }
        }
        named
    }

    /// The routes of a region.
    fn routes(&self, function: DefId, region: &Region) -> BTreeSet<DefId> {
        let mut routes: BTreeSet<DefId> = BTreeSet::new();
        let mut seen: FxHashSet<DefId> = FxHashSet::default();
        let mut open: Vec<&Edge> = self.inside(function, region).collect();
        while let Some(edge) = open.pop() {
            match edge.entry {
                Some(EntryKind::Route | EntryKind::Rpc) => {
                    routes.insert(edge.to);
                }
                // A function that builds a part of the router, called or handed on.
                _ if (!edge.is_value || edge.entry == Some(EntryKind::Main))
                    && seen.insert(edge.to) =>
                {
                    open.extend(self.edges.get(&edge.to).into_iter().flatten());
                }
                _ => {}
            }
        }
        let own = region.types.iter().filter_map(|ty| self.by_type.get(ty));
        let served = own
            .flatten()
            .filter(|(_, kind)| matches!(kind, EntryKind::Route | EntryKind::Rpc));
        routes.extend(served.map(|(function, _)| *function));
        routes
    }
}
