//! Middleware, and the code that says which routes it stands before.
//!
//! A call that takes a layer covers what its receiver has so far, or all of the chain. Variables in that code are followed to what they were
//! made from. What is found is places and types of one body; whose routes they are is for the whole program to say.

use super::asks::Asks;
use crate::catalogue::Before;
use crate::facts::{ExprId, ExprKind};
use crate::resolve::{DefId, Ty, initialiser};
use crate::span::Span;

/// A layer in one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// The code that the layer is made in, and the workspace's own types there.
    pub layer: Region,
    /// The code of the routes that it stands before.
    pub over: Region,
}

/// Some code of one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// Where it is.
    pub spans: Vec<Span>,
    /// The workspace's own types of values in it.
    pub types: Vec<DefId>,
}

impl Region {
    /// Whether a place is in it.
    pub fn contains(&self, span: Span) -> bool {
        self.spans.iter().any(|it| it.contains(span))
    }
}

/// The most pieces of code that one region is made of.
const MAX_SPANS: usize = 32;

impl Asks<'_, '_> {
    /// The layers that this body puts before routes.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut calls: Vec<ExprId> = self.types.calls.keys().copied().collect();
        calls.sort_unstable();
        let layers = calls.into_iter().filter_map(|call| {
            let before = self.part(call)?.before?;
            self.layer(call, before)
        });
        layers.collect()
    }

    fn layer(&self, call: ExprId, before: Before) -> Option<Layer> {
        let (over, layer) = match &self.body.expr(call).kind {
            ExprKind::Method { recv, args, .. } => (*recv, args.as_slice()),
            ExprKind::Call(_, args) => args.split_first().map(|(first, rest)| (*first, rest))?,
            _ => return None,
        };
        let over = match before {
            Before::Built => over,
            Before::All => self.chain(call),
        };
        let layer = self.region(layer);
        let mut over = self.region(&[over]);
        // The layer itself is no route.
        let is_of_layer = |ty: &DefId| layer.types.contains(ty);
        over.types.retain(|ty| !is_of_layer(ty));
        Some(Layer { layer, over })
    }

    /// The outermost call of the chain that a call is a part of.
    fn chain(&self, call: ExprId) -> ExprId {
        let mut at = call;
        for around in self.parents.ancestors(call) {
            match &self.body.expr(around).kind {
                ExprKind::Method { recv, .. } if *recv == at => at = around,
                ExprKind::Await(_) | ExprKind::Try(_) => at = around,
                _ => break,
            }
        }
        at
    }

    /// Some expressions with what their variables were made from.
    fn region(&self, exprs: &[ExprId]) -> Region {
        let mut region = Region::default();
        let mut open = exprs.to_vec();
        while let Some(at) = open.pop() {
            let span = self.body.expr(at).span;
            if region.spans.contains(&span) || region.spans.len() >= MAX_SPANS {
                continue;
            }
            region.spans.push(span);
            for (id, expr) in (0..).map(ExprId).zip(&self.body.exprs) {
                if !span.contains(expr.span) {
                    continue;
                }
                if let ExprKind::Path(path) = &expr.kind {
                    let init = path
                        .single()
                        .and_then(|name| initialiser(self.body, name, id));
                    open.extend(init);
                }
                if let Ty::Adt(ty, _) = self.types.ty(id).untagged()
                    && !self.program.is_api(*ty)
                    && !region.types.contains(ty)
                {
                    region.types.push(*ty);
                }
            }
        }
        region
    }
}
