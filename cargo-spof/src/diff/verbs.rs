//! Declarations that say something else.
//!
//! A declaration is one of a store with the functions of which it speaks. It is the same one where it speaks of some of the same
//! functions; one that speaks of none is the same where it stands on the same thing.

use super::renames::Names;
use crate::declarations::Verb;
use crate::inventory::{Declaration, Inventory};
use serde::Serialize;
use std::collections::BTreeSet;

/// A declaration that has another verb, is new or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct VerbChange {
    /// The store, by its name in the head.
    pub store: String,
    /// What it declared; none where it is new.
    pub from: Option<&'static str>,
    /// What it declares; none where it is gone.
    pub to: Option<&'static str>,
    /// Whether users of the code see less than before while the store is down.
    pub is_weaker: bool,
    /// The functions of which it speaks.
    pub functions: Vec<String>,
    /// The services that run some of them.
    pub services: Vec<String>,
    /// Why, as the head has it.
    pub reason: Option<String>,
    /// Who answers for it, as the head has it.
    pub owner: Option<String>,
    /// Until when it holds, as the head has it.
    pub until: Option<String>,
    /// Where it stands: in the head, in the base where it is gone.
    pub file: String,
    /// The line there.
    pub line: u32,
}

pub(super) fn changes(base: &Inventory, head: &Inventory, names: &Names) -> Vec<VerbChange> {
    let mut left: Vec<&Declaration> = head.declarations.iter().collect();
    let mut all = Vec::new();
    let mut gone = Vec::new();
    for old in &base.declarations {
        match left.iter().position(|new| is_same(old, new, names)) {
            Some(at) => {
                let new = left.remove(at);
                if old.verb != new.verb {
                    all.push(change(new, old.verb, new.verb));
                }
            }
            None => gone.push(old),
        }
    }
    all.extend(left.into_iter().map(|new| change(new, None, new.verb)));
    all.extend(gone.into_iter().map(|old| {
        let store = names.store(&old.store).to_owned();
        VerbChange {
            store,
            reason: None,
            owner: None,
            until: None,
            ..change(old, old.verb, None)
        }
    }));
    all.sort_by(|a, b| (&a.store, &a.file, a.line).cmp(&(&b.store, &b.file, b.line)));
    all
}

fn is_same(old: &Declaration, new: &Declaration, names: &Names) -> bool {
    if names.store(&old.store) != new.store {
        return false;
    }
    if old.functions.is_empty() || new.functions.is_empty() {
        return old.on == new.on && old.functions.is_empty() == new.functions.is_empty();
    }
    let own: BTreeSet<&str> = old.functions.iter().map(|it| names.function(it)).collect();
    new.functions.iter().any(|it| own.contains(it.as_str()))
}

fn change(of: &Declaration, from: Option<&'static str>, to: Option<&'static str>) -> VerbChange {
    let verb = |word: Option<&str>| word.and_then(Verb::parse);
    let is_weaker = match (verb(from), verb(to)) {
        (Some(from), Some(to)) => to.is_weaker_than(from),
        _ => false,
    };
    VerbChange {
        store: of.store.clone(),
        from,
        to,
        is_weaker,
        functions: of.functions.clone(),
        services: of.services.clone(),
        reason: of.reason.clone(),
        owner: of.owner.clone(),
        until: of.until.clone(),
        file: of.file.clone(),
        line: of.line,
    }
}
