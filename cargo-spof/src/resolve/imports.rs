//! Imports: the names that `use` and `extern crate` bring into each module.
//!
//! They are resolved round by round until a round adds nothing (the scopes only grow, so this ends). What is still open
//! then and begins with a crate's name is something that nothing declares: it stays a path.

use super::collect::Collector;
use super::names::{Scope, holders};
use super::program::{DefId, Lang, Program, Res};
use crate::facts::{Item, TypeRef, UseLeaf, UseName};
use smol_str::SmolStr;

/// One leaf of a `use`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import<'a> {
    pub(super) module: DefId,
    pub(super) leaf: &'a UseLeaf,
}

/// Imports that need more rounds than this form no program that compiles.
const MAX_ROUNDS: usize = 64;

/// Resolves all imports and finds the language's own items.
pub(super) fn resolve_names(collector: Collector<'_>) -> Program<'_> {
    let (mut program, imports) = (collector.program, collector.imports);
    program.bind_extern_crates();
    program.import_all(&imports, false);
    // What no round could resolve is foreign; that may let others be resolved.
    program.import_all(&imports, true);
    program.import_all(&imports, false);
    if program.define_generated() {
        program.import_all(&imports, false);
    }
    program.find_traits_in_scope();
    let std = program.api_root("std");
    for (name, path) in Lang::PATHS {
        let segments: Vec<SmolStr> = path.split("::").map(SmolStr::new).collect();
        let found = std.and_then(|root| program.walk(vec![Res::Def(root)], &segments));
        if let Some((Res::Def(def), 0)) =
            found.and_then(|(all, rest)| Some((all.into_iter().next()?, rest)))
        {
            program.lang.items.insert(name, def);
        }
    }
    program
}

impl<'a> Program<'a> {
    fn bind_extern_crates(&mut self) {
        let modules: Vec<DefId> = self.all_defs().map(|(id, _)| id).collect();
        for module in modules {
            let krate = self.def(module).krate as usize;
            let Some(scope) = self.scopes.get_mut(&module) else {
                continue;
            };
            for (alias, name) in std::mem::take(&mut scope.extern_crates) {
                let res = if name == "self" {
                    Some(Res::Def(self.crates[krate].root))
                } else {
                    self.crates[krate].externs.get(&name).cloned()
                };
                let Some(res) = res else { continue };
                // `extern crate a as b` at the root names `b` in the whole crate.
                if module == self.crates[krate].root {
                    self.crates[krate]
                        .externs
                        .insert(alias.clone(), res.clone());
                }
                if let Some(scope) = self.scopes.get_mut(&module) {
                    scope.define(alias, res);
                }
            }
        }
    }

    /// Rounds until one changes nothing. A named import that a round found and that brought nothing new is done; a
    /// glob is looked at again only when what it names has changed.
    fn import_all(&mut self, imports: &[Import<'_>], force: bool) {
        let mut seen: Vec<Option<u64>> = vec![None; imports.len()];
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for (import, seen) in imports.iter().zip(&mut seen) {
                changed |= self.import(*import, force, seen);
            }
            if !changed {
                break;
            }
        }
    }

    fn import(&mut self, import: Import<'_>, force: bool, seen: &mut Option<u64>) -> bool {
        let Import { module, leaf } = import;
        match &leaf.name {
            UseName::Name(_) if seen.is_some() => false,
            UseName::Name(name) => {
                let found = self.import_target(module, leaf, force);
                let is_found = !found.is_empty();
                let changed = self.import_name(module, name, found);
                *seen = (is_found && !changed).then_some(0);
                changed
            }
            UseName::Glob => {
                let found = self.import_target(module, leaf, force);
                let version = self.version(&found);
                if *seen == Some(version) {
                    return false;
                }
                *seen = Some(version);
                let mut changed = false;
                for res in found {
                    changed |= self.import_glob(module, &res);
                }
                changed
            }
        }
    }

    fn import_name(&mut self, module: DefId, name: &SmolStr, found: Vec<Res>) -> bool {
        let Some(scope) = self.scopes.get_mut(&module) else {
            return false;
        };
        let mut changed = false;
        for res in found {
            changed |= if name == "_" {
                let is_new = !scope.unnamed.contains(&res);
                scope.unnamed.extend(is_new.then_some(res));
                is_new
            } else {
                scope.define(name.clone(), res)
            };
        }
        scope.version += u64::from(changed);
        changed
    }

    /// Changes whenever what a glob names changes.
    fn version(&self, found: &[Res]) -> u64 {
        let of = |res: &Res| match res {
            Res::Def(def) => self.scopes.get(def).map_or(0, |scope| scope.version),
            _ => 0,
        };
        found.iter().map(of).sum::<u64>() + 1 + found.len() as u64
    }

    fn import_glob(&mut self, module: DefId, from: &Res) -> bool {
        let source = match from {
            Res::Def(def) if *def != module => match self.scopes.get(def) {
                Some(scope) => scope.clone(),
                None => return false,
            },
            Res::Foreign(path) => Scope {
                foreign_globs: vec![path.clone()],
                ..Scope::default()
            },
            _ => return false,
        };
        let Some(scope) = self.scopes.get_mut(&module) else {
            return false;
        };
        let mut changed = false;
        for (name, list) in source.names.into_iter().chain(source.globbed) {
            for res in list {
                changed |= scope.glob(name.clone(), res);
            }
        }
        for res in source.unnamed {
            if !scope.unnamed.contains(&res) {
                scope.unnamed.push(res);
                changed = true;
            }
        }
        for path in source.foreign_globs {
            if !scope.foreign_globs.contains(&path) {
                scope.foreign_globs.push(path);
                changed = true;
            }
        }
        scope.version += u64::from(changed);
        changed
    }

    /// A type that has an impl and no definition is one that a macro defines: it gets a definition without fields,
    /// so that its methods are found. Whether there was any.
    fn define_generated(&mut self) -> bool {
        let mut missing: Vec<(DefId, &'a Item, SmolStr)> = Vec::new();
        for imp in &self.impls {
            let TypeRef::Path(path) = &imp.facts.self_ty else {
                continue;
            };
            let Some(name) = path.single() else { continue };
            let is_param = imp
                .facts
                .generics
                .params
                .iter()
                .any(|param| param.name == *name);
            let is_known = !self.first_segment(imp.module, name, false).is_empty();
            if !is_param
                && !is_known
                && !missing
                    .iter()
                    .any(|(m, _, n)| *m == imp.module && n == name)
            {
                missing.push((imp.module, imp.item, name.clone()));
            }
        }
        let any = !missing.is_empty();
        for (module, item, name) in missing {
            let def = self.define_opaque(module, item, name.clone());
            if let Some(scope) = self.scopes.get_mut(&module) {
                scope.define(name, Res::Def(def));
            }
        }
        any
    }

    /// All that the leaf's path means. With `force`, a path into a declared crate that leads
    /// nowhere is foreign.
    fn import_target(&self, module: DefId, leaf: &UseLeaf, force: bool) -> Vec<Res> {
        let Some((first, rest)) = leaf.path.split_first() else {
            return vec![Res::Def(self.root_of(module))];
        };
        let mut starts = if leaf.leading {
            self.extern_named(module, first).into_iter().collect()
        } else {
            self.first_segment(module, first, true)
        };
        // An import does not resolve through itself: `use a::a` names a crate's item, not the
        // name that it has just given.
        if matches!(&leaf.name, UseName::Name(name) if name == first)
            && let Some(own) = self.extern_named(module, first)
        {
            starts = vec![own];
        }
        let starts = holders(starts, first, rest);
        let (starts, rest) = self.climb_supers(starts, rest);
        match self.walk(starts.clone(), rest) {
            Some((found, 0)) => found,
            _ if force => self.foreign(&starts, rest).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}
