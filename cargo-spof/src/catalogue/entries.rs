//! Where work enters: what stands at a function to say so.

use super::bind::Bound;
use super::pattern::TypePattern;
use super::schema::{EntryBy, RouteRule};
use super::words::EntryKind;
use crate::facts::{Attr, parse_path};
use crate::resolve::{DefId, Owner, Program, Res};

impl Bound<'_> {
    /// How work enters a function by what stands at it: an attribute, or the trait that it implements.
    pub fn entry_of(&self, program: &Program<'_>, function: DefId) -> Option<EntryKind> {
        self.by_attr(program, function)
            .or_else(|| self.by_trait(program, function))
    }

    fn by_attr(&self, program: &Program<'_>, function: DefId) -> Option<EntryKind> {
        let def = program.def(function);
        let attrs = &def.item?.attrs.list;
        attrs.iter().find_map(|attr| {
            let name = attr.path.rsplit("::").next()?;
            let named = |(path, ..): &&(&TypePattern, usize, EntryKind)| {
                path.name().is_some_and(|last| last.matches(name))
            };
            let mut candidates = self.attrs.iter().filter(named).peekable();
            candidates.peek()?;
            let is_of = |rule, path| self.names_attr(program, def.module, attr, rule, path);
            let found = candidates.find(|(path, rule, _)| is_of(*rule, path));
            found.map(|&(.., kind)| kind)
        })
    }

    /// Whether an attribute is the one of a path of a rule file.
    fn names_attr(
        &self,
        program: &Program<'_>,
        module: DefId,
        attr: &Attr,
        rule: usize,
        path: &TypePattern,
    ) -> bool {
        let full = full_path(program, module, &attr.path);
        let wanted = if path.leading {
            vec![path.path().trim_start_matches(':').to_owned()]
        } else {
            let libs = self.libs[rule].iter();
            libs.map(|lib| format!("{lib}::{}", path.path())).collect()
        };
        let own = full.split("::").next().unwrap_or_default();
        // Globs and `#[macro_use]` bring an attribute in without a path.
        full == attr.path && !full.contains("::")
            || wanted.iter().any(|it| same_path(it, &full, own))
    }

    /// Whether an attribute is the one that a rule of routes speaks of.
    pub(super) fn is_attr(
        &self,
        program: &Program<'_>,
        module: DefId,
        attr: &Attr,
        rule: usize,
        route: &RouteRule,
    ) -> bool {
        let EntryBy::Attr(path) = &route.by else {
            return false;
        };
        let name = attr.path.rsplit("::").next().unwrap_or_default();
        path.name().is_some_and(|last| last.matches(name))
            && self.names_attr(program, module, attr, rule, path)
    }

    fn by_trait(&self, program: &Program<'_>, function: DefId) -> Option<EntryKind> {
        let Owner::Impl(imp) = program.def(function).owner else {
            return None;
        };
        let trait_ = program.imp(imp).trait_.as_ref()?.def?;
        self.entry_traits.get(&trait_).copied()
    }
}

/// The path of an attribute from its crate on, as far as imports tell.
fn full_path(program: &Program<'_>, module: DefId, path: &str) -> String {
    let Ok(parsed) = parse_path(path) else {
        return path.to_owned();
    };
    match program.named(module, &parsed) {
        Some(Res::Foreign(full)) => full.to_string(),
        Some(Res::Def(def)) => program.path(def),
        _ => path.to_owned(),
    }
}

/// Whether a path is the wanted one, or that name at the root of the same crate, from which crates re-export.
fn same_path(wanted: &str, full: &str, krate: &str) -> bool {
    let last = wanted.rsplit("::").next().unwrap_or_default();
    let root = wanted.split("::").next().unwrap_or_default();
    wanted == full || root == krate && full == format!("{krate}::{last}")
}
