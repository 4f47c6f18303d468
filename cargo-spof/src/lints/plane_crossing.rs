//! `plane-crossing`: who manages a service fails with what that service needs.

use super::{Check, Lint, Wired};
use crate::blast::outcome_of;
use crate::finding::{Finding, Label, Level};
use crate::outage::Outcome;
use crate::services::Service;
use crate::workspace::config::Plane;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "plane-crossing",
    level: Level::Deny,
    summary: "a control-plane service fails with a store of the data plane that it controls",
    page: include_str!("pages/plane-crossing.md"),
    check: Check::Services(check),
};

fn check(wired: &Wired<'_, '_>, out: &mut Vec<Finding>) {
    let analysis = wired.analysis;
    let config = &analysis.sources.workspace.config;
    let controls = config.services.values().filter(|service| {
        let is_control = service.plane.is_some_and(|it| it.value == Plane::Control);
        is_control && !service.controls.is_empty()
    });
    let mut controls = controls.peekable();
    if controls.peek().is_none() {
        return;
    }
    let outages = wired.outages();
    for configured in controls {
        let Some(own) = outages.service(&configured.name.value) else {
            continue;
        };
        for store in outages.stores() {
            let spread = outages.of(&store);
            let failing = outages.failing(own, &spread);
            let needs = |name: &str| {
                let entries = outages.service(name).map(Service::served);
                let mut entries = entries.into_iter().flatten();
                entries.any(|it| outcome_of(it, &spread) > Outcome::Survives)
            };
            let controlled = configured.controls.iter().find(|it| needs(&it.value));
            if let Some(controlled) = controlled.filter(|_| !failing.is_empty()) {
                let (name, other) = (&own.name, &controlled.value);
                let message = format!(
                    "`{name}` controls `{other}`, and fails with `{store}`, which `{other}` needs"
                );
                let place = configured
                    .plane
                    .map_or(configured.name.place, |it| it.place);
                let mut finding = Finding::new(
                    LINT.name,
                    LINT.level,
                    message,
                    place,
                    "of the control plane",
                );
                finding.labels.push(Label {
                    place: controlled.place,
                    message: format!("needs `{store}` too"),
                });
                finding.store = store;
                finding.entry_points = failing;
                finding.help = Some(
                    "give the control plane a store of its own, or let it go on without".to_owned(),
                );
                out.push(finding);
            }
        }
    }
}
