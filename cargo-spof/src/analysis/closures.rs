//! Closures that a framework is handed, as functions of their own.
//!
//! In: what was found in all bodies. Each such closure becomes a definition; what stands in it is the closure's, of nested ones the
//! innermost's, and the function around hands it on.

use crate::flow::{Decided, Flow};
use crate::resolve::{DefId, Program};
use crate::sites::{Edge, Found};

/// Makes definitions of closures, and gives them what stands in them.
pub(super) fn define(program: &mut Program<'_>, found: &mut [Found]) {
    for found in found.iter_mut().filter(|it| !it.closures.is_empty()) {
        let closures = std::mem::take(&mut found.closures);
        let defined: Vec<DefId> = closures
            .iter()
            .enumerate()
            .map(|(number, it)| program.define_closure(it.around, number, it.span))
            .collect();
        let owner = |within: Option<u32>, around: DefId| {
            let number = within.and_then(|it| usize::try_from(it).ok());
            number.map_or(around, |number| defined[number])
        };
        for site in &mut found.sites {
            site.function = owner(site.within, site.function);
        }
        for edge in &mut found.edges {
            edge.from = owner(edge.within, edge.from);
        }
        let mentions = closures.into_iter().zip(&defined);
        let mentions = mentions.map(|(closure, &to)| Edge {
            from: owner(closure.within, closure.around),
            within: None,
            is_task: false,
            to,
            span: closure.span,
            flow: Decided::new(Flow::Handled, closure.span),
            branches: Vec::new(),
            is_option: false,
            is_value: true,
            address: closure.address,
            entry: Some(closure.kind),
        });
        found.edges.extend(mentions);
    }
}
