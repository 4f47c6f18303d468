//! Whether what a rule names is published.
//!
//! In: a rule's claims and the [`Pins`]. Out: for each claim the best [`Evidence`] of any pinned version, and the
//! versions that were asked.

use crate::claims::{Claim, CratePath, Krate, What};
use crate::members::{Members, is_everywhere};
use crate::names::Found;
use crate::pins::Pins;
use crate::source::Kind;
use cargo_spof::catalogue::{Glob, Rule};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A rule about more versions than this is about no one client whose extension traits were to be looked at.
const MANY: usize = 40;

/// How a name was found; the greater the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// Not at all.
    None,
    /// The way leads into what is not read: the standard library, a crate that is no dependency.
    Unread,
    /// It is an identifier in a macro's tokens or a `.proto` file of the crate, and the way to it exists.
    Word,
    /// It is defined there.
    Item,
}

/// A claim's answer.
pub(crate) struct Answer {
    pub(crate) evidence: Evidence,
    /// What was asked.
    pub(crate) packages: Vec<usize>,
    /// The packages that have it.
    pub(crate) having: Vec<usize>,
}

/// A rule and its packages.
pub(crate) struct Checker<'p> {
    pins: &'p Pins,
    own: Vec<usize>,
    members: FxHashMap<(usize, CratePath), Option<Rc<Members>>>,
}

impl<'p> Checker<'p> {
    pub(crate) fn new(pins: &'p Pins, rule: &Rule) -> Self {
        Self {
            pins,
            own: pins.pinned(|name| rule.is_about(name)),
            members: FxHashMap::default(),
        }
    }

    pub(crate) fn ask(&mut self, claim: &Claim) -> Answer {
        let paths = match &claim.what {
            What::Path(path) | What::Absent(path) => std::slice::from_ref(path),
            What::Member(paths, _) | What::OneOf(paths) => paths.as_slice(),
            What::Anywhere(_) | What::Derive(_) => &[],
        };
        let mut packages: Vec<usize> = paths.iter().flat_map(|path| self.packages(path)).collect();
        if paths.is_empty() {
            packages.clone_from(&self.own);
            packages.extend(self.pins.companions());
        }
        packages.sort_unstable();
        packages.dedup();
        let mut answer = Answer {
            evidence: Evidence::None,
            packages: Vec::new(),
            having: Vec::new(),
        };
        for package in packages {
            let evidence = self.evidence(package, &claim.what);
            answer.packages.push(package);
            answer.evidence = answer.evidence.max(evidence);
            if evidence != Evidence::None {
                answer.having.push(package);
            }
        }
        answer
    }

    fn packages(&self, path: &CratePath) -> Vec<usize> {
        match &path.krate {
            Krate::Own => self.own.clone(),
            Krate::Package(name) => self.pins.pinned(|it| name.matches(it)),
            Krate::Lib(lib) => {
                let all = self.pins.pinned(|_| true).into_iter();
                let named = all.filter(|&it| self.pins.packages[it].lib == lib.as_str());
                named.collect()
            }
        }
    }

    fn evidence(&mut self, package: usize, what: &What) -> Evidence {
        match what {
            What::Path(path) => self.path(package, path),
            What::OneOf(paths) => {
                let all = paths.iter().map(|path| self.path(package, path));
                all.max().unwrap_or(Evidence::None)
            }
            What::Absent(path) => self.reach(package, &path.path),
            What::Member(paths, name) => {
                let all = paths.iter().map(|path| self.member(package, path, name));
                all.max().unwrap_or(Evidence::None)
            }
            What::Anywhere(name) => self.anywhere(package, name),
            What::Derive(name) => self.derive(package, name),
        }
    }

    fn path(&self, package: usize, path: &CratePath) -> Evidence {
        if !self.packages(path).contains(&package) {
            return Evidence::None;
        }
        match self.reach(package, &path.path) {
            Evidence::None if path.is_inner && !self.named(package, path).is_empty() => {
                Evidence::Item
            }
            Evidence::None => self.by_word(package, &path.path),
            found => found,
        }
    }

    /// What has this name anywhere in the package.
    fn named(&self, package: usize, path: &CratePath) -> Vec<Found> {
        let defs = self.pins.source(package).defs.iter().enumerate();
        let name = path.path.last().map_or("", Glob::text);
        defs.filter(|(_, def)| def.name == name)
            .map(|(def, _)| Found::Def(package, def))
            .collect()
    }

    fn reach(&self, package: usize, path: &[Glob]) -> Evidence {
        let found = self.pins.reach(package, path);
        let is_read = found.iter().any(|it| *it != Found::Foreign);
        match (found.is_empty(), is_read) {
            (true, _) => Evidence::None,
            (_, true) => Evidence::Item,
            (_, false) => Evidence::Unread,
        }
    }

    /// A macro may define what a path names: its last name is a word of one, and what it stands in is there.
    fn by_word(&self, package: usize, path: &[Glob]) -> Evidence {
        let Some((name, module)) = path.split_last() else {
            return Evidence::None;
        };
        let words = self.pins.words(package);
        let is_word = name.is_exact() && words.contains(name.text());
        if is_word && self.reach(package, module) != Evidence::None {
            return Evidence::Word;
        }
        Evidence::None
    }

    fn member(&mut self, package: usize, path: &CratePath, name: &Glob) -> Evidence {
        if !self.packages(path).contains(&package) {
            return Evidence::None;
        }
        if is_everywhere(name.text()) {
            return Evidence::Unread;
        }
        let mut child = path.path.clone();
        child.push(name.clone());
        let as_item = self.reach(package, &child);
        if as_item == Evidence::Item {
            return as_item;
        }
        let Some(members) = self.members(package, path) else {
            return as_item.max(self.by_word(package, &child));
        };
        let mut names = members.names.iter();
        let mut words = members.words.iter().chain(self.pins.words(package));
        if names.any(|it| name.matches(it)) {
            Evidence::Item
        } else if words.any(|it| name.matches(it)) {
            Evidence::Word
        } else if members.is_open {
            Evidence::Unread
        } else {
            as_item
        }
    }

    /// The members of the types at a path; `None` where there is none.
    fn members(&mut self, package: usize, path: &CratePath) -> Option<Rc<Members>> {
        let key = (package, path.clone());
        if let Some(members) = self.members.get(&key) {
            return members.clone();
        }
        let mut found = self.pins.reach(package, &path.path);
        found.retain(|it| !matches!(it, Found::Module(..)));
        if found.is_empty() && path.is_inner {
            found = self.named(package, path);
        }
        let mut via = vec![package];
        if self.own.len() < MANY {
            via.extend(&self.own);
        }
        let mut members = (!found.is_empty()).then(|| self.pins.members(&found, &via));
        if members.is_none() && self.by_word(package, &path.path) == Evidence::Word {
            let name = path.path.last().map_or("", Glob::text);
            members = Some(self.pins.members_by_name(name, package));
        }
        let members = members.map(Rc::new);
        self.members.insert(key, members.clone());
        members
    }

    fn anywhere(&self, package: usize, name: &Glob) -> Evidence {
        if is_everywhere(name.text()) {
            return Evidence::Unread;
        }
        let source = self.pins.source(package);
        let members = source.impls.iter().map(|it| &it.members);
        let mut names = members.chain(source.defs.iter().map(|it| &it.members));
        if names.any(|names| names.iter().any(|it| name.matches(it))) {
            return Evidence::Item;
        }
        let mut values = source.defs.iter().filter(|it| it.kind == Kind::Value);
        if values.any(|it| name.matches(&it.name)) {
            return Evidence::Item;
        }
        if self.pins.words(package).iter().any(|it| name.matches(it)) {
            return Evidence::Word;
        }
        Evidence::None
    }

    /// A derive stands in a crate of macros, which the crate that people name needs.
    fn derive(&self, package: usize, name: &Glob) -> Evidence {
        let mut all = self.pins.needed_by(package).chain([package]);
        let is_in = |index: usize| {
            let mut defs = self.pins.source(index).defs.iter();
            defs.any(|def| def.kind == Kind::Macro && name.matches(&def.name))
        };
        if all.any(is_in) {
            Evidence::Item
        } else {
            Evidence::None
        }
    }

    /// The packages of a claim as a message names them: `redis 0.27.6, 1.5.0`.
    pub(crate) fn list(&self, packages: &[usize]) -> String {
        let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for &index in packages {
            let package = &self.pins.packages[index];
            by_name
                .entry(&package.name)
                .or_default()
                .push(&package.version);
        }
        let lists = by_name
            .into_iter()
            .map(|(name, versions)| format!("{name} {}", versions.join(", ")));
        lists.collect::<Vec<_>>().join("; ")
    }
}
