//! Clients that a generator writes into a workspace: no path tells what they are, their shape does.
//!
//! In: the sets that ask for a shape, with the types that it holds. Out: the workspace's structs that have it, listed
//! like any type, and which of their methods are the client's although they are the workspace's own.

use super::bind::{Bound, SetId};
use super::glob::Glob;
use super::members::Listed;
use crate::resolve::{DefId, DefKind, Owner, Program, Res, Ty};

/// A set that has structs of a shape.
pub(super) struct Shaped<'r> {
    pub(super) set: SetId,
    /// Their names.
    pub(super) named: &'r Glob,
    /// Each has a field of one of these types.
    pub(super) holds: Vec<Res>,
}

impl Bound<'_> {
    /// Lists the workspace's structs in the sets whose shape they have.
    pub(super) fn add_shaped(&mut self, program: &Program<'_>) {
        if self.shaped.is_empty() {
            return;
        }
        for (id, def) in program.all_defs() {
            if !matches!(def.kind, DefKind::Struct(..)) || program.is_api(id) {
                continue;
            }
            for shaped in &self.shaped {
                if shaped.named.matches(&def.name) && shaped.has_shape(program, id) {
                    let listed = Listed {
                        set: shaped.set,
                        args: None,
                    };
                    self.by_def.entry(id).or_default().push(listed);
                }
            }
        }
    }

    /// Whether a function of the workspace was generated with a type that is a client by its shape: it stands where the
    /// type does, and implements no trait.
    pub(super) fn is_generated(&self, program: &Program<'_>, function: DefId) -> bool {
        let def = program.def(function);
        let Owner::Impl(imp) = def.owner else {
            return false;
        };
        let imp = program.imp(imp);
        let Ty::Adt(ty, _) = imp.self_ty.untagged() else {
            return false;
        };
        let mut listed = self.by_def.get(ty).into_iter().flatten();
        imp.trait_.is_none()
            && imp.module == program.def(*ty).module
            && listed.any(|listed| self.shaped.iter().any(|it| it.set == listed.set))
    }
}

impl Shaped<'_> {
    fn has_shape(&self, program: &Program<'_>, id: DefId) -> bool {
        let mut fields = program.fields(id).iter();
        fields.any(|(_, ty)| match ty.untagged() {
            Ty::Adt(def, _) => self.holds.contains(&Res::Def(*def)),
            Ty::Foreign(path, _) => self.holds.contains(&Res::Foreign(path.clone())),
            _ => false,
        })
    }
}
