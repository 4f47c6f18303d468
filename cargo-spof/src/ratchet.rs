//! The ratchet: which findings a baseline accepts, and which of its entries no longer occur. It shrinks, or the run fails.
//!
//! In: a [`Baseline`] and the findings of a run, by place. Out: [`Settled`]. The findings are counted by [`Key`]. An entry accepts the
//! first ones of its key, as many as it says; what is beyond that is new. An entry of which nothing is left, and of whose lint and store
//! exactly one function of the same name, and in no entry, has findings, has moved with it: a function that goes to another module
//! is not new. Nothing is said of lints that were not run.

use crate::finding::Finding;
use crate::span::Place;
use crate::workspace::Files;
use crate::workspace::baseline::{At, Baseline, Entry, Key};
use std::collections::BTreeMap;

/// What findings are to a baseline.
#[derive(Debug, Default)]
pub struct Settled {
    /// For each finding, whether it is accepted.
    pub accepted: Vec<bool>,
    /// The entries that say more than there is.
    pub stale: Vec<Stale>,
    /// What the baseline would say if it said what is there and was accepted before.
    pub kept: BTreeMap<Key, usize>,
    /// What of it stands under another path than before.
    pub moved: usize,
}

/// An entry that says more than there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Of what.
    pub key: Key,
    /// As many as it says.
    pub said: usize,
    /// As many as there are.
    pub found: usize,
    /// Where it is written.
    pub place: Place,
}

/// Settles findings with a baseline. `is_acceptable` is whether findings of a lint can be accepted at all; `was_run`, whether it is known
/// which of them there are.
pub fn settle(
    baseline: &Baseline,
    files: &Files,
    findings: &[Finding],
    is_acceptable: impl Fn(&str) -> bool,
    was_run: impl Fn(&str) -> bool,
) -> Settled {
    let mut settled = Settled {
        accepted: vec![false; findings.len()],
        ..Settled::default()
    };
    let mut found = by_key(files, findings, is_acceptable);
    let mut gone = Vec::new();
    for (key, entry) in &baseline.entries {
        if !was_run(&key.lint) {
            settled.kept.insert(key.clone(), entry.count);
            continue;
        }
        match found.remove(key) {
            Some(its) => settled.take(key, entry, &its),
            None => gone.push((key, entry)),
        }
    }
    let moves = moves(&gone, &found);
    for (key, entry) in gone {
        match moves.get(key).and_then(|to| Some((to, found.get(*to)?))) {
            Some((to, its)) => {
                settled.moved += 1;
                settled.take(to, entry, its);
            }
            None => settled.take(key, entry, &[]),
        }
    }
    settled
}

/// The indices of the findings, by key, in their order.
fn by_key(
    files: &Files,
    findings: &[Finding],
    is_acceptable: impl Fn(&str) -> bool,
) -> BTreeMap<Key, Vec<usize>> {
    let mut found: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if is_acceptable(finding.lint) {
            let key = Key::of(files, finding);
            found.entry(key).or_default().push(index);
        }
    }
    found
}

impl Settled {
    /// Accepts the first of an entry's findings.
    fn take(&mut self, key: &Key, entry: &Entry, its: &[usize]) {
        for index in its.iter().take(entry.limit) {
            self.accepted[*index] = true;
        }
        let found = its.len().min(entry.count);
        if found < entry.count {
            self.stale.push(Stale {
                key: key.clone(),
                said: entry.count,
                found,
                place: entry.place,
            });
        }
        if found > 0 {
            self.kept.insert(key.clone(), found);
        }
    }
}

/// Where the functions of entries went of which nothing is left.
fn moves<'k>(
    gone: &[(&'k Key, &Entry)],
    found: &'k BTreeMap<Key, Vec<usize>>,
) -> BTreeMap<&'k Key, &'k Key> {
    let mut to: BTreeMap<_, Vec<&Key>> = BTreeMap::new();
    for key in found.keys() {
        if let Some(name) = anywhere(key) {
            to.entry(name).or_default().push(key);
        }
    }
    let mut from: BTreeMap<_, Vec<&Key>> = BTreeMap::new();
    for (key, _) in gone {
        if let Some(name) = anywhere(key) {
            from.entry(name).or_default().push(key);
        }
    }
    // Among several nobody can say which is which.
    let pair = |(name, from): (_, Vec<&'k Key>)| match (from.as_slice(), to.get(&name)?.as_slice())
    {
        ([from], [to]) => Some((*from, *to)),
        _ => None,
    };
    from.into_iter().filter_map(pair).collect()
}

/// A key without the module of its function; of what is in no function, none.
fn anywhere(key: &Key) -> Option<(&str, &str, &str)> {
    let At::Function(path) = &key.at else {
        return None;
    };
    let name = path.rsplit("::").next().unwrap_or(path);
    Some((&key.lint, &key.store, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::span::{FileId, Span};

    fn place() -> Place {
        Place {
            file: FileId(0),
            span: Span::new(0, 0),
        }
    }

    fn key(function: &str) -> Key {
        Key {
            lint: "l".to_owned(),
            store: "s".to_owned(),
            at: At::Function(function.to_owned()),
        }
    }

    fn baseline(entries: &[(&str, usize)]) -> Baseline {
        let entry = |count| Entry {
            count,
            limit: count,
            place: place(),
        };
        let entries = entries.iter().map(|(name, n)| (key(name), entry(*n)));
        Baseline {
            file: None,
            entries: entries.collect(),
        }
    }

    fn findings(functions: &[&str]) -> Vec<Finding> {
        let finding = |function: &&str| Finding {
            store: "s".to_owned(),
            function: (*function).to_owned(),
            ..Finding::new("l", Level::Deny, String::new(), place(), "")
        };
        functions.iter().map(finding).collect()
    }

    fn settled(entries: &[(&str, usize)], functions: &[&str]) -> Settled {
        let (baseline, findings) = (baseline(entries), findings(functions));
        settle(&baseline, &Files::default(), &findings, |_| true, |_| true)
    }

    #[test]
    fn as_many_are_accepted_as_there_were_and_what_is_gone_is_stale() {
        let settled = settled(
            &[("a::f", 2), ("a::g", 2), ("a::h", 1)],
            &["a::f", "a::f", "a::f", "a::g"],
        );
        assert_eq!(settled.accepted, [true, true, false, true]);
        let stale: Vec<_> = settled
            .stale
            .iter()
            .map(|it| (&it.key, it.said, it.found))
            .collect();
        assert_eq!(stale, [(&key("a::g"), 2, 1), (&key("a::h"), 1, 0)]);
        assert_eq!(
            settled.kept,
            BTreeMap::from([(key("a::f"), 2), (key("a::g"), 1)])
        );
    }

    #[test]
    fn a_function_that_moved_takes_its_entry_along_if_nobody_else_could_be_meant() {
        let moved = settled(&[("a::f", 1)], &["b::f", "b::g"]);
        assert_eq!((moved.accepted, moved.moved), (vec![true, false], 1));
        assert_eq!(moved.kept, BTreeMap::from([(key("b::f"), 1)]));
        assert_eq!(moved.stale, []);
        let several = settled(&[("a::f", 1)], &["b::f", "c::f"]);
        assert_eq!(
            (several.accepted, several.stale.len()),
            (vec![false, false], 1)
        );
    }

    #[test]
    fn a_lint_that_was_not_run_is_not_judged() {
        let baseline = baseline(&[("a::f", 3)]);
        let settled = settle(&baseline, &Files::default(), &[], |_| true, |_| false);
        assert_eq!((settled.stale.len(), settled.kept.len()), (0, 1));
    }
}
