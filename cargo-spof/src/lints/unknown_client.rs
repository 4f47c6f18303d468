//! `unknown-client`: a dependency looks like a client, and no rule file speaks of it.

use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::catalogue::Rule;
use crate::finding::{Finding, Level};
use crate::workspace::{Dependency, DependencyKind, Package};
use std::collections::BTreeMap;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "unknown-client",
    level: Level::Allow,
    summary: "a dependency looks like a client, and no rule file speaks of it",
    page: include_str!("pages/unknown-client.md"),
    check: Check::Code(check),
};

/// The last words of packages that are clients by their name.
const WORDS: [&str; 4] = ["client", "sdk", "driver", "connector"];
/// The kinds of rules that are about no client.
const NO_CLIENTS: [&str; 2] = ["framework", "language"];

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let workspace = &analysis.sources.workspace;
    let mut named: BTreeMap<&str, Vec<(&Package, &Dependency)>> = BTreeMap::new();
    let shipped = workspace.packages.iter().filter(|it| !it.is_dev_only);
    for package in shipped {
        let needed = package.dependencies.iter();
        for dependency in needed.filter(|it| it.kind == DependencyKind::Normal) {
            let by = named.entry(&dependency.package).or_default();
            by.push((package, dependency));
        }
    }
    for (name, by) in named {
        let is_own = workspace.packages.iter().any(|it| it.name == name);
        if is_own || rule_of(analysis, name).is_some() {
            continue;
        }
        if let Some(sign) = sign(analysis, name) {
            out.extend(finding(name, &by, sign));
        }
    }
}

/// The rule file that speaks of a package.
fn rule_of<'r>(analysis: &Analysis<'r>, package: &str) -> Option<&'r Rule> {
    let mut rules = analysis.catalogue.rules().iter();
    rules.find(|rule| rule.is_about(package))
}

/// Why a package looks like a client: what it needs itself, or how it is called.
fn sign(analysis: &Analysis<'_>, package: &str) -> Option<String> {
    let locked = analysis.sources.workspace.locked.get(package);
    let mut needed = locked.into_iter().flat_map(|it| &it.dependencies);
    let client = needed.find(|name| {
        let rule = rule_of(analysis, name);
        rule.is_some_and(|rule| !NO_CLIENTS.contains(&rule.kind.as_str()))
    });
    let by_need = client.map(|client| format!("it needs `{client}`"));
    let last = package.rsplit(['-', '_']).next().unwrap_or(package);
    let by_name = || WORDS.contains(&last).then(|| "by its name".to_owned());
    by_need.or_else(by_name)
}

fn finding(name: &str, by: &[(&Package, &Dependency)], sign: String) -> Option<Finding> {
    let place = by.iter().find_map(|(_, dependency)| dependency.place)?;
    let more = match by.len() {
        1 => None,
        2 => Some("+1 more package needs it".to_owned()),
        n => Some(format!("+{} more packages need it", n - 1)),
    };
    let message = format!("`{name}` looks like a client, and no rule file speaks of it");
    let help = format!(
        "say in a rule file what its operations are, and name the file in `spof.toml`:\n\
         clients = [\"spof/{name}.toml\"]"
    );
    Some(Finding {
        store: name.to_owned(),
        notes: more.into_iter().collect(),
        help: Some(help),
        ..Finding::new(LINT.name, LINT.level, message, place, sign)
    })
}
