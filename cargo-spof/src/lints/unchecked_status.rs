//! `unchecked-status`: an answer that tells of an error is taken for a good one.

use super::{Check, Lint, groups};
use crate::analysis::Analysis;
use crate::catalogue::{Effect, Rule};
use crate::finding::{Finding, Label, Level};
use crate::flow::Answered;
use crate::flow::Flow;
use crate::sites::Site;
use crate::span::Place;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "unchecked-status",
    level: Level::Allow,
    summary: "an HTTP error that comes back as `Ok`: nothing looks at the answer's status",
    page: include_str!("pages/unchecked-status.md"),
    check: Check::Code(check),
};

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let is_unchecked = |site: &Site| matches!(site.answered, Answered::AsItIs(_));
    for group in groups::of_sites(analysis, &is_unchecked) {
        let site = group.sites()[0];
        let name = group.function_name(analysis);
        let store = group.store_name(analysis);
        let message = if site.flow.flow == Flow::Handled {
            format!("`{name}` goes on without {store}, but not when its answer is an error")
        } else {
            format!("`{name}` takes an answer of {store} that tells of an error for a good one")
        };
        let mut finding = group.finding(analysis, &LINT, message, "");
        finding.labels.truncate(1);
        finding.labels.extend(read_at(site));
        finding.help = Some(format!(
            "look at the status first, with {}",
            checks(analysis.rule(site))
        ));
        out.push(finding);
    }
}

/// Where the answer is used, if not dropped at once.
fn read_at(site: &Site) -> Option<Label> {
    let Answered::AsItIs(span) = site.answered else {
        return None;
    };
    if span == site.span {
        return None;
    }
    let place = Place {
        file: site.name.file,
        span: groups::end_of(span),
    };
    let message = "whatever its status, it is read here".to_owned();
    Some(Label { place, message })
}

/// The methods that look at a status, as a rule has them.
fn checks(rule: &Rule) -> String {
    let checks = rule.effects.iter().filter(|it| it.effect == Effect::Checks);
    let names = checks.flat_map(|it| &it.pattern.names);
    let names: Vec<String> = names.map(|name| format!("`{}`", name.text())).collect();
    names.join(" or ")
}
