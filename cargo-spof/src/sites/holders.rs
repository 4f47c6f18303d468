//! Where fields and parameters get the URLs that they have.
//!
//! A client's base URL is often put into a field where the client is made, and read elsewhere. So every body says which fields of the
//! workspace's types it fills, and which parameters of its functions it gives, with a host, a variable of the environment, or another
//! field or parameter.

use super::asks::Asks;
use super::peers::{PeerName, read_url};
use super::urls::Piece;
use crate::facts::{ExprId, ExprKind, PatKind};
use crate::resolve::{Callee, DefId, DefKind, Program, Ty};
use smol_str::SmolStr;

/// What is given a value by other code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A field of a type.
    Field(DefId, SmolStr),
    /// A parameter of a function, from 0, without `self`.
    Param(DefId, usize),
}

impl Asks<'_, '_> {
    /// The fields and parameters that this body gives a value that leads to a peer.
    pub(super) fn held(&self) -> Vec<(Holder, PeerName)> {
        let mut out = Vec::new();
        for (id, expr) in (0..).map(ExprId).zip(&self.body.exprs) {
            match &expr.kind {
                ExprKind::Struct(_, fields, _) => {
                    let Some(ty) = self.own_type(id) else {
                        continue;
                    };
                    for field in fields {
                        let holder = || Holder::Field(ty, field.0.clone());
                        out.extend(self.leads_to(field.1).map(|name| (holder(), name)));
                    }
                }
                ExprKind::Call(..) | ExprKind::Method { .. } => self.arguments(id, &mut out),
                _ => {}
            }
        }
        out
    }

    fn arguments(&self, id: ExprId, out: &mut Vec<(Holder, PeerName)>) {
        let Some(call) = self.types.calls.get(&id) else {
            return;
        };
        let Callee::Fn(to) = call.callee else { return };
        if self.program.is_api(to) {
            return;
        }
        for (index, &arg) in call.args.iter().enumerate() {
            let name = self.leads_to(arg);
            out.extend(name.map(|name| (Holder::Param(to, index), name)));
        }
    }

    /// The peer to which a value leads, if it is one that does: a URL, a variable of the environment, another field or parameter.
    fn leads_to(&self, value: ExprId) -> Option<PeerName> {
        let pieces = self.pieces(value);
        let is_url = match pieces.first()? {
            Piece::Text(text) => text.contains("://"),
            Piece::Hole(hole) => {
                hole.from.is_some() || hole.name.as_ref().is_some_and(|it| is_capital(it))
            }
        };
        is_url.then(|| read_url(&pieces).0).flatten()
    }

    /// A field of the workspace's own types.
    pub(super) fn own_field(&self, recv: ExprId, name: &SmolStr) -> Option<Holder> {
        let steps = self.program.dereferenced(self.types.ty(recv));
        let own = steps.iter().find_map(|ty| match ty.untagged() {
            Ty::Adt(ty, _) if !self.program.is_api(*ty) => Some(*ty),
            _ => None,
        })?;
        Some(Holder::Field(own, name.clone()))
    }

    fn own_type(&self, id: ExprId) -> Option<DefId> {
        match self.types.ty(id).untagged() {
            Ty::Adt(ty, _) if !self.program.is_api(*ty) => Some(*ty),
            _ => None,
        }
    }
}

/// A parameter of a function, by name.
pub(super) fn param_of(program: &Program<'_>, def: DefId, name: &str) -> Option<Holder> {
    let DefKind::Fn(function) = program.def(def).kind else {
        return None;
    };
    let body = function.body.as_ref()?;
    let is_it = |pat| matches!(&body.pat(pat).kind, PatKind::Bind(own, _) if own == name);
    let mut params = function.params.iter();
    let index = params.position(|param| param.pat.is_some_and(is_it))?;
    Some(Holder::Param(def, index))
}

fn is_capital(name: &str) -> bool {
    !name.contains(|c: char| c.is_ascii_lowercase())
}
