//! `impossible-slo`: a service promises more than what it cannot do without gives.

use super::{Check, Lint, Wired};
use crate::coverage::plain;
use crate::finding::{Finding, Level};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "impossible-slo",
    level: Level::Warn,
    summary: "the product of the hard dependencies' SLOs is below the service's own",
    page: include_str!("pages/impossible-slo.md"),
    check: Check::Services(check),
};

fn check(wired: &Wired<'_, '_>, out: &mut Vec<Finding>) {
    let analysis = wired.analysis;
    let config = &analysis.sources.workspace.config;
    if config
        .services
        .values()
        .all(|service| service.slo.is_none())
    {
        return;
    }
    let outages = wired.outages();
    let used = outages.stores();
    for configured in config.services.values() {
        let own = outages.service(&configured.name.value);
        let (Some(own), Some(slo)) = (own, configured.slo.as_ref()) else {
            continue;
        };
        let mut hard: Vec<(&str, f64)> = Vec::new();
        for (name, store) in &config.stores {
            let Some(given) = store.slo.as_ref().filter(|_| used.contains(&plain(name))) else {
                continue;
            };
            if !outages.failing(own, &outages.of(name)).is_empty() {
                hard.push((name, given.value));
            }
        }
        let product = hard.iter().map(|(_, given)| given / 100.0).product::<f64>() * 100.0;
        if !hard.is_empty() && product < slo.value {
            let message = format!(
                "`{}` promises {} %, and what it cannot do without gives {product:.3} %",
                own.name, slo.value
            );
            let given = hard
                .iter()
                .map(|(name, given)| format!("`{name}` {given} %"));
            let given: Vec<String> = given.collect();
            let help = "promise less, or go on without one of them".to_owned();
            out.push(Finding {
                notes: vec![format!("it needs {}", given.join(", "))],
                help: Some(help),
                ..Finding::new(
                    LINT.name,
                    LINT.level,
                    message,
                    slo.place,
                    "more than they give",
                )
            });
        }
    }
}
