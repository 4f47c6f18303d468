//! What a rule names: each path, method, function, macro and derive of a rule file, with the place where it stands.
//!
//! In: a [`Rule`] and its text. Out: [`Claim`]s. Names of the standard library are left out: its source is not read.

mod declared;

use cargo_spof::catalogue::{EntryBy, Form, Glob, Pattern, Recv, Rule, Sep, TypePattern, TypeSet};
use cargo_spof::span::Place;
use std::collections::{BTreeMap, BTreeSet};

/// One name of a rule.
pub(crate) struct Claim {
    /// The byte at which it stands.
    pub(crate) at: usize,
    /// What is named, as a message shows it.
    pub(crate) subject: String,
    pub(crate) what: What,
}

/// A path into a crate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CratePath {
    pub(crate) krate: Krate,
    pub(crate) path: Vec<Glob>,
    /// Whether a declaration re-exports it elsewhere: where it stands is the declaration's own affair.
    pub(crate) is_inner: bool,
}

/// Which crates a path begins in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Krate {
    /// Those that the rule is about.
    Own,
    /// The package of this name, which may have a `*`.
    Package(Glob),
    /// The library of this name.
    Lib(String),
}

pub(crate) enum What {
    /// Something stands at this path.
    Path(CratePath),
    /// Something stands at one of these paths.
    OneOf(Vec<CratePath>),
    /// Nothing stands at this path: it is declared as a stand-in.
    Absent(CratePath),
    /// Something of this name is a member of one of these types or traits, or stands in one of these modules.
    Member(Vec<CratePath>, Glob),
    /// A function or method of this name is anywhere in the rule's crates.
    Anywhere(Glob),
    /// A derive of this name is in one of the rule's crates or in one that they need.
    Derive(Glob),
}

impl CratePath {
    fn of(pattern: &TypePattern) -> Self {
        let segments = pattern.segments.clone();
        if !pattern.leading {
            return Self {
                krate: Krate::Own,
                path: segments,
                is_inner: false,
            };
        }
        Self {
            krate: Krate::Lib(segments[0].text().to_owned()),
            path: segments[1..].to_vec(),
            is_inner: false,
        }
    }

    pub(crate) fn is_std(&self) -> bool {
        matches!(&self.krate, Krate::Lib(lib) if matches!(lib.as_str(), "std" | "core" | "alloc"))
    }

    /// The path in its crate.
    pub(crate) fn text(&self) -> String {
        let names: Vec<&str> = self.path.iter().map(Glob::text).collect();
        names.join("::")
    }
}

/// All that a rule names. What it declares as a stand-in is not published: neither it nor what is declared on it is
/// looked for, and of a name on a set that has one it is only asked whether any function is called so.
pub(crate) fn of(rule: &Rule, text: &str) -> Vec<Claim> {
    let mut claims = Claims {
        rule,
        text,
        aliases: rule
            .api
            .iter()
            .flat_map(|(package, api)| declared::aliases(package, api))
            .collect(),
        stand_ins: rule.api.values().flat_map(declared::stand_ins).collect(),
        out: Vec::new(),
    };
    for (name, set) in &rule.types {
        claims.set(name, set);
    }
    for api in &rule.api {
        let declared = declared::of(api.0, api.1).into_iter();
        let is_real = |claim: &Claim| !claims.is_stand_in(&claim.what);
        let real: Vec<Claim> = declared.filter(is_real).collect();
        claims.out.extend(real);
        claims.out.extend(declared::absent(api.0, api.1));
    }
    let flows = rule.flows.iter().map(|it| (&it.pattern, it.place));
    let ops = rule.ops.iter().map(|it| (&it.pattern, it.place));
    let effects = rule.effects.iter().map(|it| (&it.pattern, it.place));
    let mut by_place: BTreeMap<usize, Vec<&Pattern>> = BTreeMap::new();
    for (pattern, place) in flows.chain(ops).chain(effects) {
        by_place
            .entry(place.span.start as usize)
            .or_default()
            .push(pattern);
    }
    for (at, patterns) in by_place {
        claims.entry_patterns(&patterns, at);
    }
    let entries = rule.entries.iter().map(|it| (&it.by, it.place));
    let routes = rule.routes.iter().map(|it| (&it.by, it.place));
    for (by, at) in entries.chain(routes) {
        match by {
            EntryBy::Call(pattern) => claims.entry_patterns(&[pattern], at.span.start as usize),
            // Traits of the workspace itself.
            EntryBy::Impl(path) if !path.is_exact() => {}
            EntryBy::Attr(path) | EntryBy::Impl(path) => claims.entry(path, at),
        }
    }
    let bounds = text.find("\n[bounds]").unwrap_or(0);
    for pattern in &rule.bounds.set_by {
        claims.entry_patterns(&[pattern], find(text, bounds, &pattern.text));
    }
    claims.derives();
    claims.add_aliases();
    claims.out
}

struct Claims<'r> {
    rule: &'r Rule,
    text: &'r str,
    aliases: Vec<(CratePath, CratePath)>,
    stand_ins: Vec<String>,
    out: Vec<Claim>,
}

impl Claims<'_> {
    fn is_stand_in(&self, what: &What) -> bool {
        let paths = match what {
            What::Path(path) => std::slice::from_ref(path),
            What::Member(paths, _) => paths.as_slice(),
            _ => &[],
        };
        paths
            .iter()
            .any(|path| self.stand_ins.contains(&path.text()))
    }

    fn push(&mut self, at: usize, subject: String, what: What) {
        self.out.push(Claim { at, subject, what });
    }

    /// What is said of a type holds for its other names: a version may know it by one of those only.
    fn add_aliases(&mut self) {
        for claim in &mut self.out {
            let What::Member(types, _) = &mut claim.what else {
                continue;
            };
            let mut at = 0;
            while let Some(ty) = types.get(at).map(CratePath::text) {
                for (target, alias) in &self.aliases {
                    if target.text() == ty && !types.contains(alias) {
                        types.push(alias.clone());
                    }
                }
                at += 1;
            }
        }
    }

    fn path(&mut self, at: usize, pattern: &TypePattern) {
        let path = CratePath::of(pattern);
        let what = What::Path(path.clone());
        if !path.is_std() && !path.path.is_empty() && !self.is_stand_in(&what) {
            self.push(at, pattern.path(), what);
        }
    }

    fn set(&mut self, name: &str, set: &TypeSet) {
        let start = set.place.span.start as usize + name.len();
        let mut globs: BTreeMap<String, Vec<&TypePattern>> = BTreeMap::new();
        let held = set.shape.iter().flat_map(|shape| &shape.holds);
        for pattern in set.paths.iter().chain(held) {
            let last = pattern.name().map_or("", Glob::text);
            if pattern.name().is_some_and(Glob::is_exact) {
                self.path(find(self.text, start, last), pattern);
            } else {
                let path = pattern.path();
                let module = path.strip_suffix(last).unwrap_or_default();
                globs.entry(module.to_owned()).or_default().push(pattern);
            }
            for arg in pattern.args.iter().flatten().flatten() {
                let last = arg.name().map_or("", Glob::text);
                self.path(find(self.text, start, last), arg);
            }
        }
        // Braces before a `*` (`Cat{A,B}*`) say what is left out: one of them is enough.
        for patterns in globs.into_values() {
            let first = patterns[0];
            let at = find(self.text, start, first.name().map_or("", Glob::text));
            let paths = patterns.into_iter().map(CratePath::of).collect();
            self.push(at, first.path(), What::OneOf(paths));
        }
    }

    /// The patterns of one key. Braces in its path and in its name make products of which not every one needs to exist
    /// (`{aws,cert}::{login,iam_login}`): each path must, and each name in one of the paths.
    fn entry_patterns(&mut self, patterns: &[&Pattern], at: usize) {
        let Some((first, rest)) = patterns.split_first() else {
            return;
        };
        let path = |pattern: &&Pattern| match &pattern.recv {
            Recv::Path(path) => Some(path.clone()),
            _ => None,
        };
        let paths: Option<Vec<TypePattern>> = patterns.iter().map(path).collect();
        let Some(paths) = paths.filter(|_| !rest.is_empty()) else {
            for pattern in patterns {
                self.pattern(pattern, at, None);
            }
            return;
        };
        for path in &paths {
            let last = path.name().map_or("", Glob::text);
            self.path(find(self.text, at, last), path);
        }
        let mut all = (*first).clone();
        let names: BTreeSet<Glob> = patterns.iter().flat_map(|it| it.names.clone()).collect();
        all.names = names.into_iter().collect();
        self.pattern(&all, at, Some(&paths));
    }

    fn pattern(&mut self, pattern: &Pattern, at: usize, paths: Option<&[TypePattern]>) {
        let types: Vec<CratePath> = match &pattern.recv {
            Recv::None => Vec::new(),
            Recv::Any => {
                for name in pattern.names.iter().filter(|it| it.text() != "*") {
                    let at = find(self.text, at, name.text());
                    self.push(at, format!("_.{name}"), What::Anywhere(name.clone()));
                }
                return;
            }
            Recv::Path(path) => match paths {
                Some(paths) => paths.iter().map(CratePath::of).collect(),
                None => vec![CratePath::of(path)],
            },
            Recv::Sets(sets) => {
                let sets = sets
                    .iter()
                    .filter_map(|name| self.rule.types.get(name.as_str()));
                let sets: Vec<&TypeSet> = sets.collect();
                // Methods that a generator writes are in no published source.
                if sets.iter().any(|set| set.shape.is_some()) {
                    return;
                }
                sets.into_iter()
                    .flat_map(|set| set.paths.iter().map(CratePath::of))
                    .collect()
            }
        };
        // What another library of the standard kind has is not read.
        if types.iter().any(CratePath::is_std) {
            return;
        }
        for name in &pattern.names {
            let at = find(self.text, at, name.text());
            let bang = if pattern.form == Form::Macro { "!" } else { "" };
            if types.is_empty() {
                let path = CratePath {
                    krate: Krate::Own,
                    path: vec![name.clone()],
                    is_inner: false,
                };
                self.push(at, format!("{name}{bang}"), What::Path(path));
                continue;
            }
            let subject = format!("{}{name}{bang}", receiver(pattern));
            let member = What::Member(types.clone(), name.clone());
            if self.is_stand_in(&member) {
                self.push(at, subject, What::Anywhere(name.clone()));
            } else {
                self.push(at, subject, member);
            }
        }
    }

    /// The attribute or trait of an entry; its first segment may be the crate.
    fn entry(&mut self, path: &TypePattern, place: Place) {
        self.path(place.span.start as usize + 1, path);
    }

    fn derives(&mut self) {
        let start = self.text.find("\n[derive]").unwrap_or(0);
        for (name, path) in &self.rule.derives {
            let at = find(self.text, start, name);
            self.push(at, format!("derive({name})"), What::Derive(Glob::new(name)));
            let (krate, rest) = match path.strip_prefix("::").and_then(|it| it.split_once("::")) {
                Some((lib, rest)) => (Krate::Lib(lib.to_owned()), rest),
                None => (Krate::Own, path.as_str()),
            };
            let path = rest.split("::").map(Glob::new).collect();
            let path = CratePath {
                krate,
                path,
                is_inner: false,
            };
            self.push(at, rest.to_owned(), What::Path(path));
        }
    }
}

fn receiver(pattern: &Pattern) -> String {
    match &pattern.recv {
        Recv::Sets(sets) if sets.len() == 1 => format!("{}.", sets[0]),
        Recv::Sets(sets) => format!("{{{}}}.", sets.join(",")),
        Recv::Path(path) if pattern.sep == Sep::Method => format!("{}.", path.path()),
        Recv::Path(path) => format!("{}::", path.path()),
        Recv::None | Recv::Any => String::new(),
    }
}

/// The byte at which a word stands, from `start` on; `start` where it does not.
fn find(text: &str, start: usize, word: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '*';
    let rest = text.get(start..).unwrap_or_default();
    let mut all = rest.match_indices(word).map(|(at, _)| start + at);
    let found = all.find(|&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    });
    found.unwrap_or(start)
}
