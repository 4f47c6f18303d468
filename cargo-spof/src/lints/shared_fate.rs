//! `shared-fate`: a fallback needs the store that it stands in for.

use super::{Check, Lint, claims};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::promises::BreachKind;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "shared-fate",
    level: Level::Deny,
    summary: "a fallback needs the store that it stands in for",
    page: include_str!("pages/shared-fate.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    claims::findings(analysis, &LINT, BreachKind::SharedFate, false, out);
}
