//! `retry-storm`: a loop that calls a store again at once when it has failed.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "retry-storm",
    level: Level::Allow,
    summary: "a store that has failed is called again at once, without a pause or an end",
    page: include_str!("pages/retry-storm.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    for group in groups::of_sites(analysis, &|site| site.is_repeated) {
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = format!("`{name}` calls {store} again and again when it is down");
        let mut finding = group.finding(analysis, &LINT, message, "the loop goes on from here");
        finding.help = Some("wait between two attempts, longer each time, and give up".to_owned());
        out.push(finding);
    }
}
