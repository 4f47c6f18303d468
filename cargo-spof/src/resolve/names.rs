//! Names: what a path means in a module.
//!
//! Each module has a [`Scope`]. Imports are resolved round by round until a round adds nothing
//! (the scopes only grow, so this ends). What is still open then and begins with a crate's name is something that
//! nothing declares: it stays a path. Visibility is not checked: code that compiles does not need it.
//! Of several definitions of one name (under different `cfg`s) all are kept, in order.

use super::collect::Collector;
use super::program::{DefId, DefKind, Lang, Program, Res};
use crate::facts::{Path, UseLeaf, UseName};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// The names of a module (or of an enum: its variants).
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: FxHashMap<SmolStr, Vec<Res>>,
    globbed: FxHashMap<SmolStr, Vec<Res>>,
    /// Traits imported as `_`.
    pub(super) unnamed: Vec<Res>,
    /// Globs of crates that nothing declares.
    pub(super) foreign_globs: Vec<Arc<str>>,
    /// The enclosing module, for an anonymous one.
    pub(super) parent: Option<DefId>,
    pub(super) extern_crates: Vec<(SmolStr, SmolStr)>,
}

impl Scope {
    /// The scope of an anonymous module.
    pub(super) fn inside(parent: DefId) -> Self {
        Self {
            parent: Some(parent),
            ..Self::default()
        }
    }

    pub(super) fn define(&mut self, name: SmolStr, res: Res) -> bool {
        add(&mut self.names, name, res)
    }

    fn glob(&mut self, name: SmolStr, res: Res) -> bool {
        add(&mut self.globbed, name, res)
    }

    /// What the name means here: definitions and imports before globs.
    fn get(&self, name: &str) -> impl Iterator<Item = &Res> {
        let named = self.names.get(name).into_iter().flatten();
        named.chain(self.globbed.get(name).into_iter().flatten())
    }

    /// Everything that is in scope here by name.
    pub(super) fn all(&self) -> impl Iterator<Item = &Res> {
        let named = self.names.values().flatten();
        named
            .chain(self.globbed.values().flatten())
            .chain(&self.unnamed)
    }
}

fn add(names: &mut FxHashMap<SmolStr, Vec<Res>>, name: SmolStr, res: Res) -> bool {
    let found = names.entry(name).or_default();
    let is_new = !found.contains(&res);
    if is_new {
        found.push(res);
    }
    is_new
}

/// One leaf of a `use`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import<'a> {
    pub(super) module: DefId,
    pub(super) leaf: &'a UseLeaf,
}

/// Imports that need more rounds than this form no program that compiles.
const MAX_ROUNDS: usize = 64;

/// Resolves all imports and finds the language's own items.
pub(super) fn resolve_names<'a>(collector: Collector<'a>) -> Program<'a> {
    let (mut program, imports) = (collector.program, collector.imports);
    program.bind_extern_crates();
    program.import_all(&imports, false);
    // What no round could resolve is foreign; that may let others be resolved.
    program.import_all(&imports, true);
    program.import_all(&imports, false);
    if program.define_generated() {
        program.import_all(&imports, false);
    }
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

    fn import_all(&mut self, imports: &[Import<'_>], force: bool) {
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for import in imports {
                changed |= self.import(*import, force);
            }
            if !changed {
                break;
            }
        }
    }

    fn import(&mut self, import: Import<'_>, force: bool) -> bool {
        let Import { module, leaf } = import;
        let found = self.import_target(module, leaf, force);
        match &leaf.name {
            UseName::Name(name) => {
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
                changed
            }
            UseName::Glob => {
                let mut changed = false;
                for res in found {
                    changed |= self.import_glob(module, &res);
                }
                changed
            }
        }
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
        changed
    }

    /// A type that has an impl and no definition is one that a macro defines: it gets a definition without fields,
    /// so that its methods are found. Whether there was any.
    fn define_generated(&mut self) -> bool {
        let mut missing: Vec<(DefId, &'a crate::facts::Item, SmolStr)> = Vec::new();
        for imp in &self.impls {
            let crate::facts::TypeRef::Path(path) = &imp.facts.self_ty else {
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
        // An import does not resolve to itself: `use a::b; ` in a module that has `b` from there.
        if rest.is_empty() && matches!(&leaf.name, UseName::Name(name) if name == first) {
            let own = self
                .scopes
                .get(&module)
                .map(|scope| scope.names.get(first).cloned());
            if starts == own.flatten().unwrap_or_default() {
                starts.extend(self.extern_named(module, first));
            }
        }
        match self.walk(starts.clone(), rest) {
            Some((found, 0)) => found,
            _ if force => self.foreign(&starts, rest).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The path as something that nothing declares, where it begins in another crate.
    fn foreign(&self, starts: &[Res], rest: &[SmolStr]) -> Option<Res> {
        let start = starts.iter().find_map(|res| match res {
            Res::Foreign(path) => Some(path.to_string()),
            Res::Def(def) if self.is_api(*def) => Some(self.path(*def)),
            _ => None,
        })?;
        let path = rest
            .iter()
            .fold(start, |path, name| format!("{path}::{name}"));
        Some(Res::Foreign(Arc::from(path)))
    }

    pub(super) fn root_of(&self, module: DefId) -> DefId {
        self.crates[self.def(module).krate as usize].root
    }

    fn extern_named(&self, module: DefId, name: &str) -> Option<Res> {
        let krate = &self.crates[self.def(module).krate as usize];
        krate.externs.get(name).cloned()
    }

    /// What the first segment of a path means in a module.
    pub(super) fn first_segment(&self, module: DefId, name: &str, in_use: bool) -> Vec<Res> {
        match name {
            "crate" | "$crate" => return vec![Res::Def(self.root_of(module))],
            "self" => return vec![Res::Def(self.named_module(module))],
            "super" => {
                let module = self.named_module(module);
                return vec![Res::Def(self.named_module(self.def(module).module))];
            }
            _ => {}
        }
        let mut found: Vec<Res> = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at {
            let Some(scope) = self.scopes.get(&module) else {
                break;
            };
            found.extend(scope.get(name).cloned());
            at = scope.parent;
        }
        found.extend(self.extern_named(module, name));
        if found.is_empty() {
            found.extend(self.prelude(name));
        }
        if found.is_empty() && is_primitive(name) {
            found.push(Res::Prim(SmolStr::new(name)));
        }
        if found.is_empty() && in_use {
            // Edition 2015: paths of `use` begin at the crate's root.
            let root = self.scopes.get(&self.root_of(module));
            found.extend(root.into_iter().flat_map(|scope| scope.get(name).cloned()));
        }
        found
    }

    /// The enclosing module that has a name (or is a root).
    fn named_module(&self, mut module: DefId) -> DefId {
        while let Some(parent) = self.scopes.get(&module).and_then(|scope| scope.parent) {
            module = parent;
        }
        module
    }

    fn prelude(&self, name: &str) -> Vec<Res> {
        let Some(std) = self.api_root("std") else {
            return Vec::new();
        };
        let path = ["prelude", "v1", name].map(SmolStr::new);
        match self.walk(vec![Res::Def(std)], &path) {
            Some((found, 0)) => found,
            _ => Vec::new(),
        }
    }

    /// Follows a path from where it starts; what it leads to and how many segments are left, which
    /// are associated items of a type or trait.
    pub(super) fn walk(&self, starts: Vec<Res>, rest: &[SmolStr]) -> Option<(Vec<Res>, usize)> {
        let mut at = starts;
        for (index, name) in rest.iter().enumerate() {
            let mut next: Vec<Res> = Vec::new();
            for res in &at {
                match res {
                    Res::Def(def) => {
                        if let Some(scope) = self.scopes.get(def) {
                            let found = scope.get(name).filter(|found| !next.contains(found));
                            let found: Vec<Res> = found.cloned().collect();
                            next.extend(found);
                        }
                    }
                    Res::Foreign(path) => {
                        next.push(Res::Foreign(Arc::from(format!("{path}::{name}"))))
                    }
                    Res::Prim(_) => {}
                }
            }
            if next.is_empty() {
                at.retain(|res| self.has_members(res));
                return (!at.is_empty()).then_some((at, rest.len() - index));
            }
            at = next;
        }
        (!at.is_empty()).then_some((at, 0))
    }

    /// Whether associated items may follow.
    fn has_members(&self, res: &Res) -> bool {
        match res {
            Res::Def(def) => matches!(
                self.def(*def).kind,
                DefKind::Struct(..) | DefKind::Enum(..) | DefKind::Trait(_) | DefKind::Alias(..)
            ),
            Res::Prim(_) => true,
            Res::Foreign(_) => false,
        }
    }

    /// What a path means in a module: its candidates and how many segments are left.
    pub(super) fn resolve_path(&self, module: DefId, path: &Path) -> Option<(Vec<Res>, usize)> {
        let names: Vec<SmolStr> = path.segments.iter().map(|s| s.name.clone()).collect();
        self.resolve_names_of(module, path.leading, &names)
    }

    pub(super) fn resolve_names_of(
        &self,
        module: DefId,
        leading: bool,
        names: &[SmolStr],
    ) -> Option<(Vec<Res>, usize)> {
        let (first, rest) = names.split_first()?;
        let starts: Vec<Res> = if leading {
            self.extern_named(module, first).into_iter().collect()
        } else {
            self.first_segment(module, first, false)
        };
        // `super::super::x`.
        let mut starts = starts;
        let mut rest = rest;
        while rest.first().is_some_and(|name| name == "super") {
            let up = |res: &Res| match res {
                Res::Def(def) => Res::Def(self.named_module(self.def(*def).module)),
                other => other.clone(),
            };
            starts = starts.iter().map(up).collect();
            rest = &rest[1..];
        }
        if let Some(found) = self.walk(starts.clone(), rest) {
            return Some(found);
        }
        self.foreign(&starts, rest).map(|res| (vec![res], 0))
    }

    /// The traits that are in scope in a module, and whether others may be (a foreign glob).
    pub(super) fn traits_in_scope(&self, module: DefId) -> (Vec<&Res>, bool) {
        let mut found = Vec::new();
        let mut is_open = false;
        let mut at = Some(module);
        while let Some(module) = at {
            let Some(scope) = self.scopes.get(&module) else {
                break;
            };
            found.extend(scope.all());
            is_open |= !scope.foreign_globs.is_empty();
            at = scope.parent;
        }
        (found, is_open)
    }
}

fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    )
}
