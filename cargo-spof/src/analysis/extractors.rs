//! What runs before a handler because it asks for it: extractors and guards.
//!
//! A handler names them as the types of its parameters; the framework calls what makes a value of such a type before it calls the
//! handler. So each is a call of the handler's own, whose error answers the request; inside of an option or result it is handled.

use crate::catalogue::EntryKind;
use crate::flow::{Decided, Flow};
use crate::resolve::{DefId, Owner, Program, Ty};
use crate::sites::{Edge, Found};
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The calls of extractors by handlers.
pub(super) fn edges(
    program: &Program<'_>,
    entries: &FxHashMap<DefId, EntryKind>,
    found: &[Found],
) -> Vec<Edge> {
    let mut extractors = by_type(program, entries);
    extractors.retain(|_, makers| {
        makers.retain(|(_, kind)| *kind == EntryKind::Middleware);
        !makers.is_empty()
    });
    if extractors.is_empty() {
        return Vec::new();
    }
    let by_attr = entries
        .iter()
        .filter(|(_, kind)| **kind == EntryKind::Route);
    let by_attr = by_attr.map(|(&function, _)| function);
    let mentions = found.iter().flat_map(|it| &it.edges);
    let asks = [Some(EntryKind::Route), Some(EntryKind::Middleware)];
    let handed = mentions.filter(|edge| asks.contains(&edge.entry));
    let handlers: BTreeSet<DefId> = by_attr.chain(handed.map(|edge| edge.to)).collect();
    let of_handler = |&handler: &DefId| of_handler(program, &extractors, handler);
    handlers.iter().flat_map(of_handler).collect()
}

/// The functions that a framework enters, by the workspace's own type whose they are.
pub(super) fn by_type(
    program: &Program<'_>,
    entries: &FxHashMap<DefId, EntryKind>,
) -> FxHashMap<DefId, Vec<(DefId, EntryKind)>> {
    let mut found: FxHashMap<DefId, Vec<(DefId, EntryKind)>> = FxHashMap::default();
    let mut entered: Vec<(DefId, EntryKind)> = entries.iter().map(|(&f, &k)| (f, k)).collect();
    entered.sort_unstable_by_key(|(function, _)| *function);
    for (function, kind) in entered {
        if let Owner::Impl(imp) = program.def(function).owner
            && let Ty::Adt(ty, _) = program.imp(imp).self_ty.untagged()
        {
            found.entry(*ty).or_default().push((function, kind));
        }
    }
    found
}

/// The call by a handler of what runs before it.
pub(super) fn before(handler: DefId, to: DefId, name: Span, flow: Flow) -> Edge {
    Edge {
        from: handler,
        within: None,
        is_task: false,
        to,
        span: name,
        flow: Decided::new(flow, name),
        branches: Vec::new(),
        is_option: false,
        is_value: false,
        address: None,
        entry: None,
    }
}

fn of_handler(
    program: &Program<'_>,
    extractors: &FxHashMap<DefId, Vec<(DefId, EntryKind)>>,
    handler: DefId,
) -> Vec<Edge> {
    let (Some(sig), Some((_, name))) = (program.sig(handler), program.name_place(handler)) else {
        return Vec::new();
    };
    let mut edges = Vec::new();
    for param in &sig.params {
        let (ty, flow) = asked_for(program, param);
        let Ty::Adt(ty, _) = ty.untagged() else {
            continue;
        };
        let makers = extractors.get(ty).into_iter().flatten();
        edges.extend(makers.map(|&(to, _)| before(handler, to, name, flow)));
    }
    edges
}

/// The type that a parameter asks for, and what becomes of the error.
fn asked_for<'t>(program: &Program<'_>, param: &'t Ty) -> (&'t Ty, Flow) {
    match param.untagged() {
        Ty::Adt(def, args) if program.is_result_or_option(*def) && !args.is_empty() => {
            (&args[0], Flow::Handled)
        }
        ty => (ty, Flow::Escapes),
    }
}
