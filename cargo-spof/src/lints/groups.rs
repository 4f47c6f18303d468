//! What the lints about call sites share: sites of one function and store as one finding.

use super::Lint;
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::declarations::Attached;
use crate::finding::{Finding, Label};
use crate::outage::{Fault, entry_name};
use crate::resolve::DefId;
use crate::sites::Site;
use crate::span::{Place, Span};
use std::collections::BTreeMap;

/// The sites of one function that talk to one store.
pub(super) struct Group<'g> {
    function: DefId,
    sites: Vec<&'g Site>,
}

/// The chosen sites of stores that others share, by function and store.
pub(super) fn of_sites<'g>(
    analysis: &'g Analysis<'_>,
    chosen: &dyn Fn(&Site) -> bool,
) -> Vec<Group<'g>> {
    let mut groups: BTreeMap<(DefId, &str), Vec<&Site>> = BTreeMap::new();
    for site in shared(analysis) {
        if chosen(site) {
            groups
                .entry((site.function, &site.store))
                .or_default()
                .push(site);
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|((function, _), sites)| Group { function, sites })
        .collect()
}

/// The sites that fail with stores that others share.
pub(super) fn shared<'g>(analysis: &'g Analysis<'_>) -> impl Iterator<Item = &'g Site> {
    analysis.sites.iter().filter(|site| site.may_fail())
}

/// The declaration that speaks of a site.
pub(super) fn declared<'g>(analysis: &'g Analysis<'_>, site: &Site) -> Option<&'g Attached> {
    analysis
        .coverage
        .of(&analysis.program, At::site(site), &site.store)
}

/// A store's name as an attribute has it.
pub(super) fn written(store: &str) -> String {
    if store.contains('-') {
        format!("\"{store}\"")
    } else {
        store.to_owned()
    }
}

/// The entry points that fail when a function does so, by name.
pub(super) fn entries(analysis: &Analysis<'_>, function: DefId, fault: Fault) -> Vec<String> {
    let reached = analysis.graph.climb(function, fault, &|_| false);
    let names = reached
        .iter()
        .map(|it| entry_name(&analysis.program, it.entry));
    let mut names: Vec<String> = names.collect();
    names.sort();
    // One name may stand for several functions: impls for several types, twins under two `cfg`s.
    names.dedup();
    names
}

/// The last character: where a `?` or a closing bracket stands.
pub(super) fn end_of(span: Span) -> Span {
    Span::new(span.end.saturating_sub(1).max(span.start), span.end)
}

impl Group<'_> {
    pub(super) fn function(&self) -> DefId {
        self.function
    }

    /// How the function fails with its first site.
    pub(super) fn fault(&self) -> Fault {
        let flow = self.sites[0].flow;
        Fault::Error.through(flow).unwrap_or(Fault::Error)
    }

    pub(super) fn sites(&self) -> &[&Site] {
        &self.sites
    }

    pub(super) fn store(&self) -> &str {
        &self.sites[0].store
    }

    /// The store as findings name it, with its client.
    pub(super) fn store_name(&self, analysis: &Analysis<'_>) -> String {
        let (store, client) = (self.store(), &analysis.rule(self.sites[0]).stem);
        if client == store {
            format!("`{store}`")
        } else {
            format!("`{store}` ({client})")
        }
    }

    pub(super) fn function_name(&self, analysis: &Analysis<'_>) -> String {
        analysis.program.def(self.function).name.to_string()
    }

    /// A finding at the first site; `decides` is what happens where its error goes.
    pub(super) fn finding(
        &self,
        analysis: &Analysis<'_>,
        lint: &Lint,
        message: String,
        decides: &str,
    ) -> Finding {
        let program = &analysis.program;
        let site = self.sites[0];
        let mut labels = vec![Label {
            place: site.name,
            message: format!("{} `{}`", site.class.does(), site.store),
        }];
        let decided = Place {
            file: site.name.file,
            span: end_of(site.flow.span),
        };
        if site.flow.span != site.span {
            labels.push(Label {
                place: decided,
                message: decides.to_owned(),
            });
        }
        let more = match self.sites.len() {
            1 => None,
            2 => Some("+1 more call site in it".to_owned()),
            n => Some(format!("+{} more call sites in it", n - 1)),
        };
        Finding {
            lint: lint.name,
            level: lint.level,
            message,
            labels,
            function: program.path(self.function),
            store: self.store().to_owned(),
            entry_points: entries(analysis, self.function, self.fault()),
            notes: more.into_iter().collect(),
            help: None,
            fingerprint: String::new(),
        }
    }
}
