//! `lost-write`: a write whose error is dropped.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::catalogue::Class;
use crate::declarations::Verb;
use crate::finding::{Finding, Level};
use crate::flow::Flow;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "lost-write",
    level: Level::Warn,
    summary: "a write is lost in an outage, and nobody hears of it",
    page: include_str!("pages/lost-write.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_lost = |site: &crate::sites::Site| {
        let is_write = matches!(site.class, Class::Write | Class::Publish | Class::Txn);
        let is_dropped = matches!(site.flow.flow, Flow::Discarded | Flow::Detached);
        // Whoever wrote down that it is left out, or kept, has decided.
        let verb = groups::declared(analysis, site).and_then(|it| it.declaration.verb);
        let is_decided = verb.is_some_and(|verb| matches!(verb.value, Verb::Skip | Verb::Defer));
        is_write && is_dropped && !is_decided
    };
    for group in groups::of_sites(analysis, &is_lost) {
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = format!("what `{name}` writes is lost when {store} is down");
        let mut finding = group.finding(analysis, &LINT, message, "the error is dropped here");
        finding.help = Some(format!(
            "keep the write for later, or say that it may be lost:\n\
             #[spof::on_outage({0}, defer, to = …)]\n\
             #[spof::on_outage({0}, skip, reason = \"…\")]",
            groups::written(group.store())
        ));
        out.push(finding);
    }
}
