//! `panic-on-outage`: the code panics on a store's answer.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::flow::Turned;
use crate::sites::Site;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "panic-on-outage",
    level: Level::Warn,
    summary: "an outage becomes a panic: `unwrap` or `expect` on a store's answer",
    page: include_str!("pages/panic-on-outage.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    // Also in a task of its own, which it ends.
    let panics = |site: &Site| site.flow.turned == Turned::Panic;
    for group in groups::of_sites(analysis, &panics) {
        let name = group.function_name(analysis);
        let message = format!(
            "`{name}` panics when {} is down",
            group.store_name(analysis)
        );
        let mut finding = group.finding(analysis, &LINT, message, "the error becomes a panic here");
        finding.help = Some(
            "return the error; where nothing can go on without the store, let `main` return it"
                .to_owned(),
        );
        out.push(finding);
    }
}
