//! `missing-fallback`: a declaration names a fallback or test that does not exist or is not used.

use super::{Check, Lint, claims};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::promises::BreachKind;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "missing-fallback",
    level: Level::Deny,
    summary: "a declaration names a fallback or test that does not exist or is not used",
    page: include_str!("pages/missing-fallback.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    claims::findings(analysis, &LINT, BreachKind::Missing, false, out);
}
