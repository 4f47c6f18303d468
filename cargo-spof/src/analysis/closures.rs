//! Closures that a framework is handed, as functions of their own.
//!
//! In: what was found in all bodies. Each such closure becomes a definition; what stands in it is the closure's, of nested ones the
//! innermost's, and the function around hands it on.

use crate::flow::{Decided, Flow};
use crate::resolve::{DefId, Program};
use crate::sites::{Edge, Found};
use crate::span::Span;

/// Makes definitions of closures, and gives them what stands in them.
pub(super) fn define(program: &mut Program<'_>, found: &mut [Found]) {
    for found in found.iter_mut().filter(|it| !it.closures.is_empty()) {
        let closures = std::mem::take(&mut found.closures);
        let mut defined: Vec<(Span, DefId)> = Vec::new();
        let mut mentions = Vec::new();
        for (number, closure) in closures.into_iter().enumerate() {
            let id = program.define_closure(closure.around, number, closure.span);
            let from = innermost(&defined, closure.span).unwrap_or(closure.around);
            defined.push((closure.span, id));
            mentions.push(Edge {
                from,
                to: id,
                span: closure.span,
                flow: Decided::new(Flow::Handled, closure.span),
                branches: Vec::new(),
                is_option: false,
                is_value: true,
                address: closure.address,
                entry: Some(closure.kind),
            });
        }
        for site in &mut found.sites {
            site.function = innermost(&defined, site.span).unwrap_or(site.function);
        }
        for edge in &mut found.edges {
            edge.from = innermost(&defined, edge.span).unwrap_or(edge.from);
        }
        found.edges.extend(mentions);
    }
}

/// The innermost closure around a place.
fn innermost(closures: &[(Span, DefId)], span: Span) -> Option<DefId> {
    let around = closures.iter().filter(|(own, _)| own.contains(span));
    let innermost = around.min_by_key(|(own, _)| own.len());
    innermost.map(|&(_, id)| id)
}
