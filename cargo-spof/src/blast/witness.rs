//! Outcomes of entry points, with the ways down to what is down.

use super::{Down, EntryOutcome, Outages};
use crate::catalogue::Scope;
use crate::coverage::At;
use crate::flow::Flow;
use crate::outage::Outcome;
use crate::outage::spread::{Spread, Step};
use crate::outage::wiring::What;
use crate::resolve::DefId;
use crate::services::{Entry, Service};

/// Everything that outcomes are read from.
pub(super) struct View<'v, 's> {
    pub(super) outages: &'v Outages<'v, 's>,
    pub(super) refusing: Spread,
    pub(super) hanging: Spread,
    pub(super) down: &'v Down,
}

impl View<'_, '_> {
    pub(super) fn entry(&self, service: &Service, entry: &Entry) -> EntryOutcome {
        let is_down = self.down.services.contains(&service.name);
        let outcome = |spread: &Spread| {
            if is_down {
                Outcome::Fails
            } else {
                outcome_of(entry, spread)
            }
        };
        let wiring = &self.outages.wiring;
        let steps = if entry.is_inline {
            wiring.witness_of_task(&self.refusing, entry.function)
        } else {
            wiring.witness(&self.refusing, entry.function)
        };
        let refusing = outcome(&self.refusing);
        EntryOutcome {
            service: service.name.clone(),
            entry_point: entry.name.clone(),
            function: self.outages.analysis.program.path(entry.function),
            outcome: refusing,
            when_hanging: outcome(&self.hanging),
            how: (refusing == Outcome::Degrades).then(|| self.how(&steps)),
            through: steps.iter().find_map(|step| match step.what {
                What::Site(index) => Some(self.asked(index, step.answer.is_some()).to_owned()),
                What::Call { .. } => None,
            }),
            witness: if is_down && steps.is_empty() {
                vec![
                    self.outages.analysis.program.path(entry.function),
                    format!("`{}` is down itself", service.name),
                ]
            } else {
                self.witness(entry.function, &steps)
            },
        }
    }

    /// The functions from the entry point on, and the call site.
    fn witness(&self, entry: DefId, steps: &[Step]) -> Vec<String> {
        let program = &self.outages.analysis.program;
        if steps.is_empty() {
            return Vec::new();
        }
        let mut names = vec![program.path(entry)];
        for step in steps {
            match (step.what, step.answer) {
                (What::Call { to, .. }, _) => names.push(program.path(to)),
                (What::Site(index), None) => names.push(self.site(index, false)),
                (What::Site(index), Some(answer)) => {
                    names.push(self.site(index, true));
                    names.push(program.path(answer));
                }
            }
        }
        names
    }

    /// What a call site asks: a peer is named by its service, and a store where the way goes on in its provider.
    fn asked(&self, index: usize, is_answered: bool) -> &str {
        let site = &self.outages.analysis.sites[index];
        let peer = self.outages.peer_of(index);
        let peer = peer.filter(|_| is_answered || site.scope == Scope::Remote);
        peer.unwrap_or(&site.store)
    }

    /// A call site: where it is, and what it does.
    fn site(&self, index: usize, is_answered: bool) -> String {
        let analysis = self.outages.analysis;
        let site = &analysis.sites[index];
        let at = analysis.sources.files.line_col(site.name);
        let file = analysis.sources.files.get(site.name.file);
        let (line, path) = (at.map_or(0, |at| at.line), file.map(|it| it.path.as_str()));
        let name = self.asked(index, is_answered);
        format!(
            "{}:{line} {} `{name}`",
            path.unwrap_or_default(),
            site.class.does()
        )
    }

    /// What stands in, where the failure ends.
    fn how(&self, steps: &[Step]) -> String {
        let program = &self.outages.analysis.program;
        let is_stop = |step: &&Step| !step.is_of_degraded && !step.flow.flow.fails();
        let Some(stop) = steps.iter().find(is_stop) else {
            return String::new();
        };
        let krate = |function| program.def(function).krate;
        let name = match steps.first() {
            Some(first) if krate(first.function) != krate(stop.function) => {
                program.path(stop.function)
            }
            _ => program.def(stop.function).name.to_string(),
        };
        let fallbacks = self.fallbacks(stop);
        let means = match (stop.flow.flow, fallbacks.as_slice()) {
            (_, [_, ..]) => format!(
                "`{name}` falls back to {}, capacity unknown",
                fallbacks.join(", ")
            ),
            (Flow::Discarded, []) => format!("`{name}` goes on, and the error is dropped"),
            (_, []) => format!("`{name}` goes on without it"),
        };
        match self.declared(steps, stop) {
            Some(verb) => format!("{verb}: {means}"),
            None => format!("undeclared: {means}"),
        }
    }

    /// What stands in at a stop, by name: stores and what leads to some; other calls where there are none.
    fn fallbacks(&self, stop: &Step) -> Vec<String> {
        let analysis = self.outages.analysis;
        let leads = |what: &&What| match what {
            What::Site(_) => true,
            What::Call { to, .. } => self.outages.asking.contains(to),
        };
        let all = stop.fallbacks.iter();
        let mut chosen: Vec<&What> = all.filter(leads).collect();
        if chosen.is_empty() {
            chosen.extend(&stop.fallbacks);
        }
        let names = chosen.into_iter().map(|what| match what {
            What::Site(index) => format!("`{}`", analysis.sites[*index].store),
            What::Call { to, .. } => format!("`{}`", analysis.program.def(*to).name),
        });
        let mut names: Vec<String> = names.collect();
        names.dedup();
        names
    }

    /// The verb that is declared where the failure ends.
    fn declared(&self, steps: &[Step], stop: &Step) -> Option<&'static str> {
        let analysis = self.outages.analysis;
        let Some(What::Site(index)) = steps.last().map(|step| step.what) else {
            return None;
        };
        let site = &analysis.sites[index];
        let place = crate::span::Place {
            file: analysis.program.def(stop.function).file,
            span: stop.span,
        };
        let at = match stop.what {
            What::Site(index) => At::site(&analysis.sites[index]),
            What::Call { .. } => At {
                function: stop.function,
                place,
                origins: &[],
            },
        };
        let attached = analysis.coverage.of(&analysis.program, at, &site.store)?;
        attached.declaration.verb.map(|verb| verb.value.word())
    }
}

/// What an outage does to an entry point.
pub fn outcome_of(entry: &Entry, spread: &Spread) -> Outcome {
    if entry.is_inline {
        spread.outcome_of_task(entry.function)
    } else {
        spread.outcome(entry.function)
    }
}
