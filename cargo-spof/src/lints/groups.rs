//! What the lints about call sites share: sites of one function and store as one finding.

use super::Lint;
use super::witness::Witness;
use crate::analysis::Analysis;
use crate::coverage::At;
use crate::declarations::Attached;
use crate::finding::{Finding, Label};
use crate::outage::Fault;
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

/// The last character: where a `?` or a closing bracket stands.
pub(super) fn end_of(span: Span) -> Span {
    Span::new(span.end.saturating_sub(1).max(span.start), span.end)
}

impl Group<'_> {
    pub(super) fn function(&self) -> DefId {
        self.function
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
        let label = format!("{} `{}`", site.class.does(), site.store);
        let mut finding = Finding::new(lint.name, lint.level, message, site.name, label);
        if site.flow.span != site.span {
            finding.labels.push(Label {
                place: Place {
                    file: site.name.file,
                    span: end_of(site.flow.span),
                },
                message: decides.to_owned(),
            });
        }
        let fault = Fault::Error.through(site.flow);
        let witness = fault.map(|fault| Witness::of(analysis, self.function, fault));
        let far = witness.as_ref().filter(|it| it.is_far());
        let note = far.and_then(|it| it.note(self.sites.len()));
        let more = match self.sites.len() {
            1 => None,
            2 => Some("+1 more call site in it".to_owned()),
            n => Some(format!("+{} more call sites in it", n - 1)),
        };
        finding.notes.extend(note.or(more));
        finding.entry_points = witness.map_or_else(Vec::new, |it| it.entries);
        finding.function = program.path(self.function);
        self.store().clone_into(&mut finding.store);
        finding
    }
}
