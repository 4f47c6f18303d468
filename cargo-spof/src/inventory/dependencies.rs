//! Each service with each thing that it depends on.

use super::outages::Struck;
use super::rows::{Rows, operations};
use super::{CallSite, Declaration, Dependency, kind_of};
use crate::blast::Target;
use crate::coverage::plain;
use crate::outage::Outcome;
use crate::sites::Site;
use std::collections::{BTreeMap, BTreeSet};

/// All dependencies: direct ones, and those through which an outage comes.
pub(super) fn dependencies(
    rows: &Rows<'_, '_>,
    struck: &BTreeMap<Target, Struck>,
    declarations: &[Declaration],
) -> Vec<Dependency> {
    let asked = rows.sites.keys().map(|(_, target)| target);
    let targets: BTreeSet<&Target> = asked.chain(struck.keys()).collect();
    let mut all: Vec<Dependency> = Vec::new();
    for target in targets {
        let struck = struck.get(target);
        let hits = hits_of(struck);
        for (index, service) in rows.outages.services.iter().enumerate() {
            let sites = rows.sites.get(&(index, target.clone()));
            let is_direct = sites.is_some();
            let is_itself = *target == Target::Service(service.name.clone());
            let own = struck.map(|it| &it.services[index]);
            let is_hit = own.is_some_and(|it| {
                it.outcome.max(it.start.unwrap_or(Outcome::Survives)) > Outcome::Survives
            });
            if is_itself || !(is_direct || is_hit) {
                continue;
            }
            let sites = sites.into_iter().flatten();
            let sites: Vec<&Site> = sites.map(|&it| &rows.analysis().sites[it]).collect();
            let hits = hits.get(service.name.as_str()).cloned().unwrap_or_default();
            let (kind, on) = kind_of(target);
            all.push(Dependency {
                service: service.name.clone(),
                kind,
                on: on.to_owned(),
                is_direct,
                clients: rows.clients(sites.iter().copied()),
                operations: operations(sites.iter().copied()),
                call_sites: call_sites(rows, &sites),
                providers: rows.providers(on, kind),
                outcome: own.map(|it| it.outcome),
                start: own.and_then(|it| it.start),
                fails: hits.fails,
                degrades: hits.degrades,
                through: hits
                    .through
                    .into_iter()
                    .filter(|it| *it != on)
                    .map(str::to_owned)
                    .collect(),
                declarations: declared(declarations, &sites, on, &service.name),
                undeclared: Vec::new(),
            });
        }
    }
    all.sort_by(|a, b| (&a.service, a.kind, &a.on).cmp(&(&b.service, b.kind, &b.on)));
    all
}

/// What an outage does to a service.
#[derive(Clone, Default)]
struct ServiceHits<'h> {
    fails: Vec<String>,
    degrades: Vec<String>,
    through: BTreeSet<&'h str>,
}

/// The hits of an outage, by service.
fn hits_of(struck: Option<&Struck>) -> BTreeMap<&str, ServiceHits<'_>> {
    let mut by_service: BTreeMap<&str, ServiceHits<'_>> = BTreeMap::new();
    for hit in struck.into_iter().flat_map(|it| &it.outage.hits) {
        let own = by_service.entry(&hit.service).or_default();
        match hit.outcome {
            Outcome::Fails => own.fails.push(hit.entry_point.clone()),
            Outcome::Degrades => own.degrades.push(hit.entry_point.clone()),
            Outcome::Survives => continue,
        }
        own.through.extend(hit.through.as_deref());
    }
    by_service
}

fn call_sites(rows: &Rows<'_, '_>, sites: &[&Site]) -> Vec<CallSite> {
    let analysis = rows.analysis();
    let files = &analysis.sources.files;
    let mut found: Vec<CallSite> = sites
        .iter()
        .filter_map(|site| {
            let at = files.line_col(site.name)?;
            Some(CallSite {
                file: files.get(site.name.file)?.path.clone(),
                line: at.line,
                column: at.column,
                function: analysis.program.path(site.function),
                store: site.store.to_string(),
                operation: site.operation.to_string(),
                class: site.class.word(),
                flow: site.flow.flow.word(),
                certainty: site.certainty.word(),
            })
        })
        .collect();
    found.sort();
    found
}

/// The declarations about a dependency of a service: of its store, or of the stores of its call sites.
fn declared(declarations: &[Declaration], sites: &[&Site], on: &str, service: &str) -> Vec<usize> {
    let mut stores: BTreeSet<String> = sites.iter().map(|site| plain(&site.store)).collect();
    stores.insert(plain(on));
    let is_its = |it: &Declaration| {
        stores.contains(&plain(&it.store)) && it.services.iter().any(|its| its == service)
    };
    let all = declarations.iter().enumerate();
    all.filter(|(_, it)| is_its(it))
        .map(|(index, _)| index)
        .collect()
}
