//! The outage as data: what each operation needs, and what becomes of it. It knows nothing of code, and says what an edit should change.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Outcomes by operation: `access.login_identity` is the function `login_identity` of the service `access`.
pub(crate) type Outcomes = BTreeMap<String, String>;

/// The services that are called by the names of a protocol: without the method, nobody answers.
const RPC: [&str; 3] = ["access", "gateway", "browser-isolation"];

/// The store under it all.
const DOWN: &str = "third-party";

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Model {
    /// What is down.
    pub(crate) down: String,
    pub(crate) services: Outcomes,
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) what_if: Vec<WhatIf>,
}

/// An operation; what it needs is the store that is down, another operation, or a service of which any operation may answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) outcome: String,
    needs: Vec<String>,
    /// What it goes on without.
    softly: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WhatIf {
    pub(crate) name: String,
    /// What `blast` is asked.
    pub(crate) args: Vec<String>,
    /// The operations with another outcome than without it.
    pub(crate) changes: Outcomes,
}

/// The fixture.
pub(crate) fn folder() -> PathBuf {
    crate::binary::fixture("workers-kv-2025-06-12")
}

impl Model {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(folder().join("replay.json")).expect("readable");
        serde_json::from_str(&text).expect("a model")
    }

    /// One call of `target` is handled.
    pub(crate) fn soften(&mut self, operation: &str, target: &str) {
        let own = self.operations.get_mut(operation).expect("an operation");
        let at = own.needs.iter().position(|it| it == target);
        let at = at.unwrap_or_else(|| panic!("{operation} does not need {target}"));
        let target = own.needs.remove(at);
        own.softly.push(target);
    }

    /// Nothing is handled any more.
    pub(crate) fn harden(&mut self, operation: &str) {
        let own = self.operations.get_mut(operation).expect("an operation");
        assert!(!own.softly.is_empty(), "{operation} handles nothing");
        own.needs.append(&mut own.softly);
    }

    pub(crate) fn remove(&mut self, operation: &str) {
        self.operations.remove(operation).expect("an operation");
    }

    pub(crate) fn outcomes(&self) -> Outcomes {
        let all = self.operations.keys();
        let words = ["survives", "degrades", "fails"];
        all.map(|name| {
            (
                name.clone(),
                words[self.of(name, &mut BTreeSet::new())].to_owned(),
            )
        })
        .collect()
    }

    /// 0 survives, 1 degrades, 2 fails.
    fn of<'m>(&'m self, name: &'m str, seen: &mut BTreeSet<&'m str>) -> usize {
        if name == DOWN {
            return 2;
        }
        if !seen.insert(name) {
            return 0;
        }
        let service = name.split('.').next().unwrap_or(name);
        let worst = if service == self.down {
            2
        } else if let Some(own) = self.operations.get(name) {
            let needs: Vec<usize> = own.needs.iter().map(|it| self.of(it, seen)).collect();
            let softly = own.softly.iter().map(|it| self.of(it, seen).min(1));
            needs
                .into_iter()
                .chain(softly.collect::<Vec<_>>())
                .max()
                .unwrap_or(0)
        } else if name != service && RPC.contains(&service) {
            0
        } else {
            let prefix = format!("{service}.");
            let own = self.operations.keys().filter(|it| it.starts_with(&prefix));
            own.map(|it| self.of(it, seen)).max().unwrap_or(0)
        };
        seen.remove(name);
        worst
    }
}
