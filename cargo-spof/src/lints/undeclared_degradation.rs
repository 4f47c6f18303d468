//! `undeclared-degradation`: code that goes on without a store, and nothing says how.

use super::{Lint, groups};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::flow::Flow;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "undeclared-degradation",
    level: Level::Warn,
    summary: "the code handles the outage, and nobody wrote down how",
    page: include_str!("pages/undeclared-degradation.md"),
    check,
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_silent = |site: &crate::sites::Site| {
        site.flow.flow == Flow::Handled && groups::declared(analysis, site).is_none()
    };
    for group in groups::of_sites(analysis, &is_silent) {
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = format!("`{name}` goes on when {store} is down, and nothing says how");
        let mut finding = group.finding(analysis, &LINT, message, "the error is handled here");
        finding.help = Some(format!(
            "say what the caller gets then, on `{name}`:\n\
             #[spof::on_outage({0}, skip, reason = \"…\")]\n\
             #[spof::on_outage({0}, default, reason = \"…\")]\n\
             #[spof::on_outage({0}, stale, via = …, max_age = \"…\")]",
            groups::written(group.store())
        ));
        out.push(finding);
    }
}
