//! Membership: to which sets of which rules a type belongs.
//!
//! By its definition, its path, a glob, or a trait that it implements. Found once for each type and remembered.

use super::bind::{Bound, SetId};
use super::pattern::TypePattern;
use crate::resolve::{Program, Res, Ty};
use std::sync::Arc;

/// One listing of a type in a set.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) set: SetId,
    pub(super) args: Option<Vec<Option<Vec<Res>>>>,
}

/// A type's membership in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) set: SetId,
    /// Listed with fitting type arguments (3), listed (2), by a trait (1).
    pub(super) rank: u8,
}

impl Bound<'_> {
    /// The sets to which a type belongs.
    pub(super) fn members(&self, program: &Program<'_>, ty: &Ty) -> Arc<[Member]> {
        let ty = ty.untagged();
        let is_candidate = matches!(
            ty,
            Ty::Adt(..)
                | Ty::Foreign(..)
                | Ty::Param(..)
                | Ty::Opaque(_)
                | Ty::Proj(..)
                | Ty::Prim(_)
                | Ty::Slice(_)
                | Ty::Tuple(_)
        );
        if !is_candidate {
            return Arc::from([]);
        }
        if let Ok(known) = self.members.read()
            && let Some(found) = known.get(ty)
        {
            return found.clone();
        }
        let found: Arc<[Member]> = self.find_members(program, ty).into();
        // A type with open variables may be known better later.
        if !ty.any(&mut |ty| matches!(ty, Ty::Var(_)))
            && let Ok(mut known) = self.members.write()
        {
            known.insert(ty.clone(), found.clone());
        }
        found
    }

    fn find_members(&self, program: &Program<'_>, ty: &Ty) -> Vec<Member> {
        let mut found: Vec<Member> = Vec::new();
        let mut add = |set: SetId, rank: u8| match found.iter_mut().find(|member| member.set == set)
        {
            Some(member) => member.rank = member.rank.max(rank),
            None => found.push(Member { set, rank }),
        };
        let (listed, args): (&[Listed], &[Ty]) = match ty {
            Ty::Adt(def, args) => (self.by_def.get(def).map_or(&[], Vec::as_slice), args),
            Ty::Foreign(path, args) => (self.by_path.get(&**path).map_or(&[], Vec::as_slice), args),
            _ => (&[], &[]),
        };
        for listed in listed {
            match &listed.args {
                None => add(listed.set, 2),
                Some(wanted) if fits(wanted, args) => add(listed.set, 3),
                Some(_) => {}
            }
        }
        if let Ty::Foreign(path, _) = ty {
            for (lib, pattern, set) in &self.globs {
                if matches_path(lib, pattern, path) {
                    add(*set, 2);
                }
            }
        }
        if let Ty::Adt(def, _) = ty
            && program.is_api(*def)
            && !self.globs.is_empty()
        {
            let path = program.path(*def);
            for (lib, pattern, set) in &self.globs {
                if matches_path(lib, pattern, &path) {
                    add(*set, 2);
                }
            }
        }
        for (set, rank) in self.by_traits(program, ty) {
            add(set, rank);
        }
        found
    }

    /// The sets that list a trait of the type: with the arguments that they ask for (2), or with any (1).
    fn by_traits(&self, program: &Program<'_>, ty: &Ty) -> Vec<(SetId, u8)> {
        let mut found = Vec::new();
        match ty {
            Ty::Param(..) | Ty::Opaque(_) | Ty::Proj(..) => {
                for bound in program.bounds(ty) {
                    let by_def = bound.def.and_then(|def| self.by_def.get(&def));
                    let by_path = bound.foreign.and_then(|path| self.by_path.get(&*path));
                    for listed in by_def.into_iter().chain(by_path).flatten() {
                        match &listed.args {
                            None => found.push((listed.set, 1)),
                            Some(wanted) if fits(wanted, &bound.args) => {
                                found.push((listed.set, 2));
                            }
                            Some(_) => {}
                        }
                    }
                }
            }
            Ty::Adt(..) | Ty::Foreign(..) | Ty::Prim(_) | Ty::Slice(_) | Ty::Tuple(_) => {
                for trait_ in &self.traits {
                    if program.implements(ty, *trait_) {
                        // With which arguments it implements the trait is not known.
                        let listed = self.by_def.get(trait_).into_iter().flatten();
                        let any = listed.filter(|listed| listed.args.is_none());
                        found.extend(any.map(|listed| (listed.set, 1)));
                    }
                }
                for path in program.foreign_traits(ty) {
                    let listed = self.by_path.get(&*path).into_iter().flatten();
                    found.extend(listed.map(|listed| (listed.set, 1)));
                }
            }
            _ => {}
        }
        found
    }

    /// How well a type fits a receiver's sets: its best membership.
    pub(super) fn fit(&self, program: &Program<'_>, ty: &Ty, sets: &[SetId]) -> Option<Member> {
        let members = self.members(program, ty);
        let fitting = members.iter().filter(|member| sets.contains(&member.set));
        fitting.copied().max_by_key(|member| member.rank)
    }
}

/// Whether type arguments are those that a listing asks for.
fn fits(wanted: &[Option<Vec<Res>>], args: &[Ty]) -> bool {
    wanted.iter().enumerate().all(|(index, wanted)| {
        let Some(wanted) = wanted else { return true };
        match args.get(index).map(Ty::untagged) {
            Some(Ty::Adt(def, _)) => wanted.contains(&Res::Def(*def)),
            Some(Ty::Foreign(path, _)) => wanted.contains(&Res::Foreign(path.clone())),
            _ => false,
        }
    })
}

fn matches_path(lib: &str, pattern: &TypePattern, path: &str) -> bool {
    let segments: Vec<&str> = path.split("::").collect();
    match segments.split_first() {
        _ if pattern.leading => pattern.matches_segments(&segments),
        Some((first, rest)) => *first == lib && pattern.matches_segments(rest),
        None => false,
    }
}
