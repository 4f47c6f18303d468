//! Which resolved callees are operations, by the catalogue's paths alone.
//!
//! Nothing of the analysis is used here: a set's types are compared by their last names, in whatever crate of the rule
//! rustc found them, because a re-exported type has a path of its own in every crate that sees it.

use crate::mir::Callee;
use cargo_spof::catalogue::{
    Catalogue, Form, Glob, OpClass, OpRule, Pattern, Rank, Recv, Rule, Scope, Source,
};
use std::cmp::Reverse;

/// The rules with the names of their crates.
pub(crate) struct Classifier<'c> {
    rules: Vec<(&'c Rule, Vec<Glob>)>,
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

impl<'c> Classifier<'c> {
    pub(crate) fn new(catalogue: &'c Catalogue) -> Self {
        let rules = catalogue
            .rules()
            .iter()
            .filter(|rule| rule.scope != Scope::None);
        let libs = |rule: &Rule| {
            let own = rule.extern_name.iter().map(|name| Glob::new(name));
            let packages = rule.crates.iter().map(Glob::text);
            let apis = rule.api.keys().map(String::as_str);
            let plain = packages
                .chain(apis)
                .map(|name| Glob::new(&name.replace('-', "_")));
            own.chain(plain).collect()
        };
        Self {
            rules: rules.map(|rule| (rule, libs(rule))).collect(),
        }
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
        let mut best: Option<(Fit, &Rule, &OpRule)> = None;
        for (rule, libs) in &self.rules {
            for op in &rule.ops {
                let Some(fit) = fit(rule, libs, &op.pattern, callee) else {
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

/// The segments behind the last one that names a crate of a rule.
fn inside<'p>(libs: &[Glob], path: &'p [String]) -> Option<&'p [String]> {
    let at = path
        .iter()
        .rposition(|name| libs.iter().any(|lib| lib.matches(name)))?;
    Some(&path[at + 1..])
}

fn fit(rule: &Rule, libs: &[Glob], pattern: &Pattern, callee: &Callee) -> Option<Fit> {
    let of_trait = inside(libs, &callee.trait_);
    let of_owner = inside(libs, &callee.owner);
    let is_foreign_trait = of_trait.is_none() && !callee.trait_.is_empty();
    match pattern.form {
        Form::Macro => return None,
        Form::AwaitedValue => {
            let awaits = callee.name == "into_future" && is_foreign_trait;
            let Recv::Sets(sets) = &pattern.recv else {
                return None;
            };
            let is_listed =
                of_owner.is_some_and(|path| sets.iter().any(|set| lists(rule, set, path)));
            return (awaits && is_listed).then_some((3, Reverse(Rank::Exact)));
        }
        Form::Call => {}
    }
    let rank = pattern.rank(&callee.name)?;
    // `clone`, `fmt`, `drop`: traits of others are meant only where they are named.
    if is_foreign_trait && rank.is_glob() {
        return None;
    }
    let any = || of_trait.into_iter().chain(of_owner);
    let recv = match &pattern.recv {
        Recv::Sets(sets) => {
            let listed = any().any(|path| sets.iter().any(|set| lists(rule, set, path)));
            listed.then_some(3)
        }
        Recv::Path(wanted) => {
            let n = wanted.segments.len();
            let ends = |path: &[String]| {
                path.len() >= n && wanted.matches_segments(&path[path.len() - n..])
            };
            any().any(ends).then_some(2)
        }
        Recv::None => of_owner
            .filter(|path| path.is_empty() && !is_foreign_trait)
            .map(|_| 2),
        Recv::Any => any().next().filter(|_| !is_foreign_trait).map(|_| 1),
    };
    Some((recv?, Reverse(rank)))
}

/// Whether a set lists a type of this name.
fn lists(rule: &Rule, set: &str, path: &[String]) -> bool {
    let Some((set, last)) = rule.types.get(set).zip(path.last()) else {
        return false;
    };
    let mut names = set.paths.iter().filter_map(|path| path.name());
    names.any(|name| name.matches(last))
}
