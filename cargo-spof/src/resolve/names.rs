//! Names: what a path means in a module.
//!
//! Each module has a [`Scope`]. A path that begins with a crate's name and leads to nothing that is declared stays a path.
//! Visibility is not checked: code that compiles does not need it.
//! Of several definitions of one name (under different `cfg`s) all are kept, in order.

use super::program::{DefId, DefKind, Program, Res};
use crate::facts::Path;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// The names of a module (or of an enum: its variants).
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) names: FxHashMap<SmolStr, Vec<Res>>,
    pub(super) globbed: FxHashMap<SmolStr, Vec<Res>>,
    /// Traits imported as `_`.
    pub(super) unnamed: Vec<Res>,
    /// Globs of crates that nothing declares.
    pub(super) foreign_globs: Vec<Arc<str>>,
    /// The enclosing module, for an anonymous one.
    pub(super) parent: Option<DefId>,
    pub(super) extern_crates: Vec<(SmolStr, SmolStr)>,
    /// How often it has changed.
    pub(super) version: u64,
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

    pub(super) fn glob(&mut self, name: SmolStr, res: Res) -> bool {
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

impl Program<'_> {
    /// The path as something that nothing declares, where it begins in another crate.
    pub(super) fn foreign(&self, starts: &[Res], rest: &[SmolStr]) -> Option<Res> {
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

    pub(super) fn extern_named(&self, module: DefId, name: &str) -> Option<Res> {
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
                        next.push(Res::Foreign(Arc::from(format!("{path}::{name}"))));
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
        let starts = holders(starts, first, rest);
        let (starts, rest) = self.climb_supers(starts, rest);
        if let Some(found) = self.walk(starts.clone(), rest) {
            return Some(found);
        }
        self.foreign(&starts, rest).map(|res| (vec![res], 0))
    }

    /// `super::super::x`: further steps up.
    pub(super) fn climb_supers<'r>(
        &self,
        mut starts: Vec<Res>,
        mut rest: &'r [SmolStr],
    ) -> (Vec<Res>, &'r [SmolStr]) {
        while rest.first().is_some_and(|name| name == "super") {
            let up = |res: &Res| match res {
                Res::Def(def) => Res::Def(self.named_module(self.def(*def).module)),
                other => other.clone(),
            };
            starts = starts.iter().map(up).collect();
            rest = &rest[1..];
        }
        (starts, rest)
    }

    /// The traits that are in scope in each module, by name or as `_`.
    pub(super) fn find_traits_in_scope(&mut self) {
        let traits_of = |scope: &Scope| -> FxHashSet<DefId> {
            let defs = scope.all().filter_map(|res| match res {
                Res::Def(def) => Some(*def),
                _ => None,
            });
            defs.filter(|&def| matches!(self.def(def).kind, DefKind::Trait(_)))
                .collect()
        };
        let found = self
            .scopes
            .iter()
            .map(|(&module, scope)| (module, traits_of(scope)));
        self.traits_in_scope = found.collect();
    }

    /// Whether a trait is in scope in a module.
    pub(super) fn is_in_scope(&self, module: DefId, trait_: DefId) -> bool {
        let mut at = Some(module);
        while let Some(module) = at {
            if self
                .traits_in_scope
                .get(&module)
                .is_some_and(|traits| traits.contains(&trait_))
            {
                return true;
            }
            at = self.scopes.get(&module).and_then(|scope| scope.parent);
        }
        false
    }
}

/// Of what the first segment of a longer path means, what may hold the others: `anyhow::anyhow` is a macro,
/// and where it is imported, `anyhow::Error` is still one of the crate.
pub(super) fn holders(mut starts: Vec<Res>, first: &str, rest: &[SmolStr]) -> Vec<Res> {
    let is_twin = |res: &Res| match res {
        Res::Foreign(path) => path
            .strip_prefix(first)
            .is_some_and(|rest| rest.strip_prefix("::") == Some(first)),
        _ => false,
    };
    if !rest.is_empty() && !starts.iter().all(is_twin) {
        starts.retain(|res| !is_twin(res));
    }
    starts
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
