//! `unbounded-wait`: nothing ends the wait for a store that hangs.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::sites::Site;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "unbounded-wait",
    level: Level::Allow,
    summary: "no timeout bounds the call: a store that hangs holds it for ever",
    page: include_str!("pages/unbounded-wait.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_unbounded = |site: &Site| {
        let default = analysis.rule(site).bounds.default.as_deref();
        let by_client = default.is_some_and(|words| !words.starts_with("none"));
        !site.is_bounded && !by_client && !analysis.bounded.contains(&site.rule)
    };
    for group in groups::of_sites(analysis, &is_unbounded) {
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = format!("`{name}` waits for ever when {store} hangs");
        let mut finding = group.finding(analysis, &LINT, message, "");
        finding.labels.truncate(1);
        finding.help = Some("bound the call, or all of the client's where it is made".to_owned());
        out.push(finding);
    }
}
