//! Which resolved callees are operations, by the catalogue's paths alone.
//!
//! Nothing of the analysis is used here: a set's types are compared by their last names, in whatever crate of the rule
//! rustc found them, because a re-exported type has a path of its own in every crate that sees it.

use crate::mir::Callee;
use cargo_spof::catalogue::{
    Catalogue, Form, Glob, OpClass, OpRule, Pattern, Rank, Recv, Rule, Scope, Source, TypePattern,
};
use smol_str::SmolStr;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The rules with the names of their crates.
pub(crate) struct Classifier<'c> {
    rules: Vec<(&'c Rule, Vec<Glob>)>,
    externs: BTreeSet<String>,
    /// The workspace's own structs that are clients by their shape: rule, set, and the end of the path.
    shaped: Vec<(String, String, Vec<String>)>,
}

/// An operation as the rules have it.
pub(crate) struct Operation {
    pub(crate) client: String,
    pub(crate) class: String,
    /// The operation's name: the function's, or `await`.
    pub(crate) name: String,
}

/// How well a pattern fits.
type Fit = (u8, Reverse<Rank>);

/// A path in a client's crate: the crate's name, and what follows it.
type Inside<'p> = (&'p str, &'p [String]);

impl<'c> Classifier<'c> {
    pub(crate) fn new(catalogue: &'c Catalogue, externs: BTreeSet<String>) -> Self {
        let rules = catalogue
            .rules()
            .iter()
            .filter(|rule| rule.scope != Scope::None);
        let libs = |rule: &Rule| {
            let own = rule.extern_name.iter().map(|name| Glob::new(name));
            let packages = rule.crates.iter().map(Glob::text);
            let plain = packages.map(|name| Glob::new(&name.replace('-', "_")));
            own.chain(plain).collect()
        };
        Self {
            rules: rules.map(|rule| (rule, libs(rule))).collect(),
            externs,
            shaped: Vec::new(),
        }
    }

    /// Takes notice of a struct that is made with a field of a type.
    pub(crate) fn see_made(&mut self, made: &[String], held: &[String]) {
        for (rule, libs) in &self.rules {
            let Some(held) = inside(libs, held) else {
                continue;
            };
            for (name, set) in &rule.types {
                let is_of = set.shape.as_ref().is_some_and(|shape| {
                    made.last().is_some_and(|name| shape.named.matches(name))
                        && shape.holds.iter().any(|listed| ends(listed, held))
                });
                if is_of {
                    let shaped = (rule.stem.clone(), name.clone(), end(made).to_vec());
                    self.shaped.push(shaped);
                }
            }
        }
    }

    /// Whether a callee is a method of a client by shape, of one of these sets.
    fn is_shaped(&self, rule: &Rule, pattern: &Pattern, callee: &Callee) -> bool {
        let Recv::Sets(sets) = &pattern.recv else {
            return false;
        };
        let is_of = |(stem, set, path): &(String, String, Vec<String>)| {
            *stem == rule.stem && sets.iter().any(|it| it == set) && end(&callee.owner) == *path
        };
        let is_fit = !pattern.awaited || callee.is_async;
        callee.trait_.is_empty() && is_fit && self.shaped.iter().any(is_of)
    }

    /// Whether a rule is about the crate of a callee.
    pub(crate) fn is_client(&self, callee: &Callee) -> bool {
        let by_path = |path: &[String]| {
            self.rules
                .iter()
                .any(|(_, libs)| inside(libs, path).is_some())
        };
        by_path(&callee.trait_) || callee.trait_.is_empty() && by_path(&callee.owner)
    }

    /// The operation that a callee is.
    pub(crate) fn operation(&self, callee: &Callee) -> Option<Operation> {
        // A method of the workspace's own trait is none of the client's.
        let is_own = |first: &String| !self.externs.contains(first);
        if callee.trait_.first().is_some_and(is_own) {
            return None;
        }
        let mut best: Option<(Fit, &Rule, &OpRule)> = None;
        let has_trait = |libs: &[Glob]| inside(libs, &callee.trait_).is_some();
        let is_of_client = self.rules.iter().any(|(_, libs)| has_trait(libs));
        for (rule, libs) in &self.rules {
            // Another client's trait, on a type of this one.
            if is_of_client && !has_trait(libs) {
                continue;
            }
            for op in &rule.ops {
                let by_shape = || {
                    let rank = op.pattern.rank(&callee.name)?;
                    self.is_shaped(rule, &op.pattern, callee)
                        .then_some((3, Reverse(rank)))
                };
                let Some(fit) = fit(rule, libs, &op.pattern, callee).or_else(by_shape) else {
                    continue;
                };
                if best.as_ref().is_none_or(|(found, ..)| fit > *found) {
                    best = Some((fit, rule, op));
                }
            }
        }
        let (_, rule, op) = best?;
        let name = match op.pattern.form {
            Form::AwaitedValue => "await".to_owned(),
            _ => callee.name.clone(),
        };
        Some(Operation {
            client: rule.stem.clone(),
            class: class(rule, op, &name)?,
            name,
        })
    }
}

fn class(rule: &Rule, op: &OpRule, name: &str) -> Option<String> {
    Some(match op.class {
        OpClass::None | OpClass::Stream => return None,
        OpClass::Class(class) => class.word().to_owned(),
        OpClass::Verb { .. } => match &op.verb {
            Some(Source::Name) => rule
                .class_of_verb(name)
                .map_or("verb", |it| it.word())
                .to_owned(),
            _ => "verb".to_owned(),
        },
    })
}

/// The end of a type's path, by which it is known in other crates: module and name.
fn end(path: &[String]) -> &[String] {
    &path[path.len().saturating_sub(2)..]
}

/// The segments behind the last one that names a crate of a rule.
fn inside<'p>(libs: &[Glob], path: &'p [String]) -> Option<Inside<'p>> {
    let at = path
        .iter()
        .rposition(|name| libs.iter().any(|lib| lib.matches(name)))?;
    Some((&path[at], &path[at + 1..]))
}

fn fit(rule: &Rule, libs: &[Glob], pattern: &Pattern, callee: &Callee) -> Option<Fit> {
    let of_trait = inside(libs, &callee.trait_);
    let of_owner = inside(libs, &callee.owner);
    let is_foreign_trait = of_trait.is_none() && !callee.trait_.is_empty();
    let lists_any = |sets: &[SmolStr], path: Inside<'_>| {
        let mut sets = sets.iter();
        sets.any(|set| lists(rule, set, path))
    };
    match pattern.form {
        Form::Macro => return None,
        Form::AwaitedValue => {
            let awaits = callee.name == "into_future" && is_foreign_trait;
            let Recv::Sets(sets) = &pattern.recv else {
                return None;
            };
            let is_listed = of_owner.is_some_and(|path| lists_any(sets, path));
            return (awaits && is_listed).then_some((3, Reverse(Rank::Exact)));
        }
        Form::Call => {}
    }
    let rank = pattern.rank(&callee.name)?;
    // `clone`, `fmt`, `drop`: traits of others are meant only where they are named.
    if is_foreign_trait && rank.is_glob() {
        return None;
    }
    let mut any = of_trait.into_iter().chain(of_owner);
    let recv = match &pattern.recv {
        Recv::Sets(sets) => any.any(|path| lists_any(sets, path)).then_some(3),
        Recv::Path(wanted) => any.any(|path| ends(wanted, path)).then_some(2),
        Recv::None => {
            let at_root = of_owner.filter(|(_, path)| path.is_empty() && !is_foreign_trait);
            at_root.map(|_| 2)
        }
        // The argument that tells cannot be seen; that there is one can.
        Recv::Any => {
            let has_args = callee.n_args > wanted_args(pattern);
            any.next()
                .filter(|_| !is_foreign_trait && has_args)
                .map(|_| 1)
        }
    };
    Some((recv?, Reverse(rank)))
}

/// How many arguments a pattern names.
fn wanted_args(pattern: &Pattern) -> usize {
    pattern.args.as_ref().map_or(0, Vec::len)
}

/// Whether a path ends like a listed one; one that begins with a crate's name is of that crate.
fn ends(listed: &TypePattern, (lib, path): Inside<'_>) -> bool {
    let segments = &listed.segments[usize::from(listed.leading)..];
    let tail = path.len().checked_sub(segments.len()).map(|at| &path[at..]);
    let mut pairs = segments.iter().zip(tail.into_iter().flatten());
    of_crate(listed, lib) && tail.is_some() && pairs.all(|(glob, name)| glob.matches(name))
}

/// Whether a listed path is of this crate, or of a part of it: `kit` re-exports what `kit_client` defines.
fn of_crate(listed: &TypePattern, lib: &str) -> bool {
    let named = &listed.segments[0];
    let is_part = || {
        named
            .text()
            .strip_prefix(lib)
            .is_some_and(|rest| rest.starts_with('_'))
    };
    !listed.leading || named.matches(lib) || is_part()
}

/// Whether a set lists a type of this name. A re-export has another path, but the same name; where the name is a glob, the
/// path must be right.
fn lists(rule: &Rule, set: &str, path: Inside<'_>) -> bool {
    let Some((set, last)) = rule.types.get(set).zip(path.1.last()) else {
        return false;
    };
    set.paths.iter().any(|listed| {
        let name = listed.name().filter(|name| name.is_exact());
        let is_named = name.is_some_and(|name| name.matches(last));
        ends(listed, path) || is_named && of_crate(listed, path.0)
    })
}
