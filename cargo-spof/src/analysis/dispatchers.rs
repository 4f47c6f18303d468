//! Events that hand requests on to routes.
//!
//! A platform's event may build a router for each request and run it. Work enters by the routes then; the event's own code runs
//! before each of them, as middleware does.

use super::extractors::before;
use crate::catalogue::EntryKind;
use crate::flow::Flow;
use crate::resolve::{DefId, Program};
use crate::sites::{Edge, Found};
use rustc_hash::FxHashMap;

/// The calls of such events by their routes; the events are middleware from here on.
pub(super) fn edges(
    program: &Program<'_>,
    entries: &mut FxHashMap<DefId, EntryKind>,
    found: &[Found],
) -> Vec<Edge> {
    let mentions = found.iter().flat_map(|it| &it.edges);
    let routed = mentions.filter(|edge| edge.is_value && edge.entry == Some(EntryKind::Route));
    let mut edges = Vec::new();
    for edge in routed {
        let kind = entries.get_mut(&edge.from);
        let is_dispatcher =
            |kind: &EntryKind| matches!(kind, EntryKind::Event | EntryKind::Middleware);
        if let Some(kind) = kind.filter(|kind| is_dispatcher(kind))
            && let Some((_, name)) = program.name_place(edge.to)
        {
            *kind = EntryKind::Middleware;
            edges.push(before(edge.to, edge.from, name, Flow::Escapes));
        }
    }
    edges
}
