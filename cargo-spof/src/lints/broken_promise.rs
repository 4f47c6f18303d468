//! `broken-promise`: a declaration that the code contradicts.

use super::{Check, Lint, claims};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::promises::BreachKind;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "broken-promise",
    level: Level::Deny,
    summary: "a declaration that the code contradicts",
    page: include_str!("pages/broken-promise.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    claims::findings(analysis, &LINT, BreachKind::Broken, true, out);
}
