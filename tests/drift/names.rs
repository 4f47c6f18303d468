//! Where paths lead: through modules, imports, globs and re-exports, into other crates as well.
//!
//! In: [`Pins`]. Out: definitions and modules by path. Private `use`s count inside of a crate only, so that a type
//! that moved and is still imported at its old place is not found there.

use crate::pins::Pins;
use crate::source::{Def, Kind};
use cargo_spof::catalogue::Glob;
use cargo_spof::facts::{Path, TypeRef};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Found {
    /// A package's module.
    Module(usize, usize),
    /// A package's definition.
    Def(usize, usize),
    /// Something of a crate that is not read: the standard library, or one that no manifest brings.
    Foreign,
}

type At = (usize, usize);
type Seen = FxHashSet<(usize, usize, SmolStr)>;

impl Pins {
    pub(crate) fn def(&self, package: usize, def: usize) -> &Def {
        &self.source(package).defs[def]
    }

    /// What users of a package reach by this path; each segment may have a `*`.
    pub(crate) fn reach(&self, package: usize, path: &[Glob]) -> Vec<Found> {
        let mut found = vec![Found::Module(package, 0)];
        for segment in path {
            let mut next = BTreeSet::new();
            for from in found {
                match from {
                    Found::Module(package, module) => {
                        for name in self.names(package, module, segment) {
                            next.extend(self.member((package, module), &name, true));
                        }
                    }
                    Found::Foreign => drop(next.insert(Found::Foreign)),
                    // An enum's variant.
                    Found::Def(package, def) => {
                        let mut members = self.def(package, def).members.iter();
                        if members.any(|name| segment.matches(name)) {
                            next.insert(from);
                        }
                    }
                }
            }
            found = next.into_iter().collect();
        }
        found
    }

    /// The names of a module that fit.
    fn names(&self, package: usize, module: usize, glob: &Glob) -> BTreeSet<SmolStr> {
        if glob.is_exact() {
            return [SmolStr::new(glob.text())].into();
        }
        let mut names = BTreeSet::new();
        let mut open = vec![(package, module)];
        let mut seen = FxHashSet::default();
        while let Some((package, module)) = open.pop() {
            if self.source(package).modules.is_empty() || !seen.insert((package, module)) {
                continue;
            }
            let data = &self.source(package).modules[module];
            let own = data.children.keys().chain(data.defs.keys());
            let imported = data.uses.iter().filter(|it| it.is_pub);
            names.extend(
                own.chain(imported.filter_map(|it| it.name.as_ref()))
                    .cloned(),
            );
            for glob in data.uses.iter().filter(|it| it.is_pub && it.name.is_none()) {
                let targets = self.path(
                    (package, module),
                    &glob.path,
                    glob.leading,
                    &mut Seen::default(),
                );
                open.extend(targets.into_iter().filter_map(|found| match found {
                    Found::Module(package, module) => Some((package, module)),
                    _ => None,
                }));
            }
        }
        names.retain(|name| glob.matches(name));
        names
    }

    /// What a name of a module leads to, seen from outside of the module or from inside.
    fn member(&self, at: At, name: &str, outside: bool) -> Vec<Found> {
        self.lookup(at, name, outside, &mut Seen::default())
    }

    fn lookup(&self, at: At, name: &str, outside: bool, seen: &mut Seen) -> Vec<Found> {
        let (package, module) = at;
        let Some(data) = self.source(package).modules.get(module) else {
            return vec![Found::Foreign];
        };
        if !seen.insert((package, module, SmolStr::new(name))) {
            return Vec::new();
        }
        let mut found: Vec<Found> = Vec::new();
        found.extend(
            data.children
                .get(name)
                .map(|&module| Found::Module(package, module)),
        );
        let defs = data.defs.get(name).into_iter().flatten();
        found.extend(defs.map(|&def| Found::Def(package, def)));
        let visible = || data.uses.iter().filter(|it| it.is_pub || !outside);
        for import in visible().filter(|it| it.name.as_deref() == Some(name)) {
            found.extend(self.path(at, &import.path, import.leading, seen));
        }
        // A macro, also a derive, and a type may have one name: the one does not hide the other.
        let is_macro = |it: &Found| matches!(*it, Found::Def(krate, def) if self.def(krate, def).kind == Kind::Macro);
        if !found.iter().all(is_macro) {
            return found;
        }
        for glob in visible().filter(|it| it.name.is_none()) {
            for target in self.path(at, &glob.path, glob.leading, &mut seen.clone()) {
                match target {
                    Found::Module(other, module) => {
                        let outside = other != package || !self.is_above(at, module);
                        found.extend(self.lookup((other, module), name, outside, seen));
                    }
                    Found::Def(other, def) if self.def(other, def).members.contains(name) => {
                        found.push(target);
                    }
                    // A glob of the standard library's or of an unread crate may have any name.
                    _ => {}
                }
            }
        }
        found
    }

    fn is_above(&self, at: At, module: usize) -> bool {
        let modules = &self.source(at.0).modules;
        let mut above = Some(at.1);
        while let Some(here) = above {
            if here == module {
                return true;
            }
            above = modules[here].parent;
        }
        false
    }

    /// What a path that stands in a module leads to.
    fn path(&self, at: At, path: &[SmolStr], leading: bool, seen: &mut Seen) -> Vec<Found> {
        let (package, module) = at;
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut found = match first.as_str() {
            "crate" | "$crate" => vec![Found::Module(package, 0)],
            "self" => vec![Found::Module(package, module)],
            "super" => {
                let parent = self.source(package).modules[module].parent;
                vec![Found::Module(package, parent.unwrap_or(0))]
            }
            name => self.first(at, name, leading, seen),
        };
        for name in rest {
            let mut next = Vec::new();
            for from in found {
                match from {
                    Found::Module(package, module) if name == "super" => {
                        let parent = self.source(package).modules[module].parent;
                        next.push(Found::Module(package, parent.unwrap_or(0)));
                    }
                    Found::Module(other, module) => {
                        next.extend(self.lookup((other, module), name, other != package, seen));
                    }
                    Found::Def(other, def) if self.def(other, def).members.contains(name) => {
                        next.push(from);
                    }
                    Found::Def(..) => {}
                    Found::Foreign => next.push(Found::Foreign),
                }
            }
            found = next;
        }
        found
    }

    /// The first segment of a path: a name in scope, the crate itself, another crate.
    fn first(&self, at: At, name: &str, leading: bool, seen: &mut Seen) -> Vec<Found> {
        let (package, module) = at;
        let mut found = Vec::new();
        if !leading {
            found = self.lookup(at, name, false, seen);
        }
        if found.is_empty() && self.packages[package].is_2015 && module != 0 {
            found = self.lookup((package, 0), name, false, seen);
        }
        if !found.is_empty() {
            return found;
        }
        if self.packages[package].lib == name {
            return vec![Found::Module(package, 0)];
        }
        if let Some(krate) = self.krate(package, name) {
            return vec![krate];
        }
        Vec::new()
    }

    fn krate(&self, package: usize, name: &str) -> Option<Found> {
        if matches!(name, "std" | "core" | "alloc") {
            return Some(Found::Foreign);
        }
        let named = self.named(package, name);
        named.map(|krate| Found::Module(krate, 0))
    }

    /// What a path of a crate's code leads to: definitions, with aliases followed.
    pub(crate) fn named_by(&self, at: At, path: &Path) -> Vec<Found> {
        let names: Vec<SmolStr> = path.segments.iter().map(|it| it.name.clone()).collect();
        let mut found = self.path(at, &names, path.leading, &mut Seen::default());
        if found.is_empty() && names.len() == 1 && !path.leading {
            found.push(Found::Foreign);
        }
        found
            .into_iter()
            .flat_map(|it| self.unaliased(it, 0))
            .collect()
    }

    /// What an alias stands for; the alias too.
    pub(crate) fn unaliased(&self, found: Found, depth: usize) -> Vec<Found> {
        let mut all = vec![found];
        if let Found::Def(package, def) = found
            && depth < 8
        {
            let def = self.def(package, def);
            if let (Kind::Alias, Some(TypeRef::Path(path))) = (def.kind, &def.target) {
                let names: Vec<SmolStr> = path.segments.iter().map(|it| it.name.clone()).collect();
                let at = (package, def.module);
                let targets = self.path(at, &names, path.leading, &mut Seen::default());
                all.extend(
                    targets
                        .into_iter()
                        .flat_map(|it| self.unaliased(it, depth + 1)),
                );
            }
        }
        all
    }
}
