//! What a rule's own names lead to in a program: its types, its functions, the results of its flows.

use super::pattern::{Pattern, Recv, TypePattern};
use super::schema::Rule;
use crate::facts::TypeRef;
use crate::resolve::{DefId, DefKind, Program, Res, Ty, Why};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a type pattern leads to; a path where nothing declares it.
pub(super) fn resolve(
    pattern: &TypePattern,
    crates: &[(SmolStr, DefId)],
    program: &Program<'_>,
) -> Vec<Res> {
    let segments: Vec<SmolStr> = pattern
        .segments
        .iter()
        .map(|s| SmolStr::new(s.text()))
        .collect();
    if pattern.leading {
        let found = program.find(crates[0].1, true, &segments);
        if found.is_empty() {
            return vec![Res::Foreign(Arc::from(segments.join("::")))];
        }
        return found;
    }
    let declared: Vec<Res> = crates
        .iter()
        .flat_map(|(_, root)| program.find(*root, false, &segments))
        .collect();
    if !declared.is_empty() {
        return declared;
    }
    let path = segments.join("::");
    let foreign = crates
        .iter()
        .map(|(lib, _)| Res::Foreign(Arc::from(format!("{lib}::{path}"))));
    foreign.collect()
}

/// The traits that a pattern names; with a `*`, those of the workspace itself whose path ends so.
pub(super) fn traits(
    pattern: &TypePattern,
    crates: &[(SmolStr, DefId)],
    program: &Program<'_>,
) -> Vec<DefId> {
    if pattern.is_exact() {
        let found = resolve(pattern, crates, program).into_iter();
        let def = |res| match res {
            Res::Def(def) => Some(def),
            _ => None,
        };
        return found.filter_map(def).collect();
    }
    let own = program
        .all_defs()
        .filter(|(id, def)| matches!(def.kind, DefKind::Trait(_)) && !program.is_api(*id));
    let ends_so = |id: &DefId| {
        let path = program.path(*id);
        let names: Vec<&str> = path.split("::").collect();
        let from = names.len().checked_sub(pattern.segments.len());
        from.is_some_and(|from| pattern.matches_segments(&names[from..]))
    };
    own.map(|(id, _)| id).filter(ends_so).collect()
}

/// The full paths of a function pattern's function.
pub(super) fn function_paths(
    pattern: &Pattern,
    name: &str,
    crates: &[(SmolStr, DefId)],
    program: &Program<'_>,
) -> Vec<String> {
    let (leading, mut segments) = match &pattern.recv {
        Recv::Path(path) => {
            let names = path.segments.iter().map(|s| SmolStr::new(s.text()));
            (path.leading, names.collect::<Vec<_>>())
        }
        _ => (false, Vec::new()),
    };
    segments.push(SmolStr::new(name));
    let text = segments.join("::");
    let mut paths = Vec::new();
    for (lib, root) in crates {
        for res in program.find(*root, leading, &segments) {
            match res {
                Res::Def(def) => paths.push(program.path(def)),
                Res::Foreign(path) => paths.push(path.to_string()),
                Res::Prim(_) => {}
            }
        }
        paths.push(if leading {
            text.clone()
        } else {
            format!("{lib}::{text}")
        });
    }
    paths
}

pub(super) fn path_type(path: &str) -> TypeRef {
    let inner = path.split_once("::").map_or(path, |(_, rest)| rest);
    crate::facts::parse_type(&format!("crate::{inner}")).unwrap_or(TypeRef::Other)
}

pub(super) fn def_root(program: &Program<'_>, def: DefId) -> DefId {
    let name = program.crate_name(program.def(def).krate).clone();
    program.api_root(&name).unwrap_or(def)
}

/// A flow's type, in the first of the rule's crates that declares all of it.
pub(super) fn given(
    ty: &TypeRef,
    rule: &Rule,
    crates: &[(SmolStr, DefId)],
    program: &Program<'_>,
) -> Ty {
    let lowered = crates
        .iter()
        .map(|(lib, root)| program.lower_given(&with_sets(ty, rule, lib), *root));
    let all: Vec<Ty> = lowered.collect();
    let is_open = |ty: &Ty| ty.any(&mut |ty| matches!(ty, Ty::Unknown(_) | Ty::Foreign(..)));
    let declared = all.iter().find(|ty| !is_open(ty)).or(all.first());
    declared.cloned().unwrap_or(Ty::Unknown(Why::Name))
}

/// The type with each set's name replaced by the set's first path in a crate.
fn with_sets(ty: &TypeRef, rule: &Rule, lib: &SmolStr) -> TypeRef {
    crate::facts::replace_names(ty, &|name| {
        let first = rule.types.get(name)?.paths.first()?;
        let path = first.path();
        Some(match path.strip_prefix("::") {
            Some(absolute) => absolute.split("::").map(SmolStr::new).collect(),
            None => std::iter::once(lib.clone())
                .chain(path.split("::").map(SmolStr::new))
                .collect(),
        })
    })
}
