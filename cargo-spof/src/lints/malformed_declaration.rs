//! `malformed-declaration`: a declaration that says nothing that could be checked.

use super::Lint;
use crate::analysis::Analysis;
use crate::finding::{Finding, Label, Level};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "malformed-declaration",
    level: Level::Deny,
    summary: "a declaration with wrong grammar, an unknown verb, or something missing",
    page: include_str!("pages/malformed-declaration.md"),
    check,
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    for malformed in &analysis.coverage.malformed {
        let mut labels = vec![Label {
            place: malformed.place,
            message: String::new(),
        }];
        labels.extend(malformed.related.iter().map(|(place, message)| Label {
            place: *place,
            message: message.clone(),
        }));
        out.push(Finding {
            lint: LINT.name,
            level: LINT.level,
            message: malformed.message.clone(),
            labels,
            function: String::new(),
            store: String::new(),
            entry_points: Vec::new(),
            notes: Vec::new(),
            help: malformed.help.clone(),
            fingerprint: String::new(),
        });
    }
}
