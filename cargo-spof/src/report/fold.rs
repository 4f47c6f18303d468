//! Many findings of one kind told as one.
//!
//! A package that says nothing about a store with dozens of functions on it needs one decision, not dozens of
//! messages. In: findings and who belongs together. Out: the same findings in the same order, those of a large group
//! at the place of its first.

use crate::finding::Finding;
use std::collections::BTreeMap;

/// From how many findings on a group is folded.
pub const MIN_FOLDED: usize = 5;

/// What is shown as one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown<'f> {
    /// A finding of its own.
    One(&'f Finding),
    /// A group.
    Folded(Folded<'f>),
}

/// Findings of one lint about one store in one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded<'f> {
    /// The package.
    pub package: String,
    /// All of them, in order; at least [`MIN_FOLDED`].
    pub findings: Vec<&'f Finding>,
}

/// Nothing folded.
pub fn unfolded(findings: &[Finding]) -> Vec<Shown<'_>> {
    findings.iter().map(Shown::One).collect()
}

/// Folds large groups. `package` names the package of a finding that may be folded with others of its lint, store and
/// level.
pub fn fold<'f>(
    findings: &'f [Finding],
    package: &dyn Fn(&Finding) -> Option<String>,
) -> Vec<Shown<'f>> {
    let key = |finding: &'f Finding| {
        let package = package(finding)?;
        Some((package, finding.store.as_str(), finding.lint, finding.level))
    };
    let keys: Vec<_> = findings.iter().map(key).collect();
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for (finding, key) in findings.iter().zip(&keys) {
        if let Some(key) = key {
            groups.entry(key.clone()).or_default().push(finding);
        }
    }
    groups.retain(|_, group| group.len() >= MIN_FOLDED);
    let mut shown = Vec::new();
    for (finding, key) in findings.iter().zip(keys) {
        let Some(group) = key.as_ref().and_then(|key| groups.get(key)) else {
            shown.push(Shown::One(finding));
            continue;
        };
        if group
            .first()
            .is_some_and(|first| std::ptr::eq(*first, finding))
        {
            shown.push(Shown::Folded(Folded {
                package: key.map(|key| key.0).unwrap_or_default(),
                findings: group.clone(),
            }));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    fn finding(store: &str, function: usize) -> Finding {
        Finding {
            lint: "undeclared-dependency",
            level: Level::Deny,
            message: String::new(),
            labels: Vec::new(),
            function: format!("shop::f{function}"),
            store: store.to_owned(),
            entry_points: Vec::new(),
            owners: Vec::new(),
            rank: 0,
            notes: Vec::new(),
            help: None,
            status: None,
            suggestion: None,
            fingerprint: String::new(),
        }
    }

    fn shape(shown: &[Shown<'_>]) -> Vec<String> {
        let line = |shown: &Shown<'_>| match shown {
            Shown::One(finding) => format!("{} {}", finding.store, finding.function),
            Shown::Folded(group) => {
                format!("{} x{}", group.findings[0].store, group.findings.len())
            }
        };
        shown.iter().map(line).collect()
    }

    #[test]
    fn five_findings_about_one_store_are_one_and_four_are_four() {
        let mut all: Vec<Finding> = (0..5).map(|n| finding("sessions", n)).collect();
        all.insert(1, finding("billing", 0));
        all.push(finding("billing", 1));
        let folded = fold(&all, &|_| Some("shop".to_owned()));
        assert_eq!(
            shape(&folded),
            ["sessions x5", "billing shop::f0", "billing shop::f1"]
        );
    }

    #[test]
    fn findings_of_two_packages_or_of_none_are_not_folded() {
        let all: Vec<Finding> = (0..6).map(|n| finding("sessions", n)).collect();
        assert_eq!(fold(&all, &|_| None), unfolded(&all));
        let by_parity = fold(&all, &|finding| {
            let even = finding.function.ends_with(['0', '2', '4']);
            Some(if even { "a" } else { "b" }.to_owned())
        });
        assert_eq!(by_parity, unfolded(&all));
    }
}
