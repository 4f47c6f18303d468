//! One declaration against its events.

use super::recovery::{self, Named, Recovery};
use super::{Breach, BreachKind, Event, Evidence, Promise, Status, StoreView, What};
use crate::catalogue::Class;
use crate::coverage::{At, plain};
use crate::declarations::{Declaration, Verb};
use crate::flow::Flow;
use crate::outage::Fault;
use crate::resolve::DefId;
use crate::sites::{Edge, Site};
use crate::span::{Place, Span};
use crate::workspace::config::Spanned;
use rustc_hash::{FxHashMap, FxHashSet};

/// A declaration and what is known of it.
pub(super) struct Case<'c, 'e, 's> {
    pub(super) evidence: &'c Evidence<'e, 's>,
    pub(super) sites_of: &'c FxHashMap<DefId, Vec<&'e Site>>,
    pub(super) view: &'c StoreView<'e>,
    pub(super) index: usize,
    pub(super) declaration: &'c Declaration,
    pub(super) events: &'c [Event<'e>],
}

impl<'e> Case<'_, 'e, '_> {
    pub(super) fn promise(&self) -> Promise {
        let mut breaches = Vec::new();
        let mut functions: Vec<DefId> = self.events.iter().map(|it| it.function).collect();
        functions.dedup();
        let Some(verb) = &self.declaration.verb else {
            return Promise {
                status: Status::Declared,
                breaches,
                functions,
            };
        };
        for event in self.events {
            breaches.extend(self.broken(verb.value, event));
        }
        let staying: Vec<&Event<'e>> = self.events.iter().filter(|it| it.stays()).collect();
        if verb.value.is_soft() {
            self.fallback(verb.value, &staying, &mut breaches);
        }
        let is_tested = self.tested(&mut breaches);
        let is_seen = if verb.value == Verb::Fail {
            self.events.iter().any(|it| it.leaves.is_some())
        } else {
            !self.events.is_empty() && (verb.value == Verb::FailClosed || !staying.is_empty())
        };
        let status = match (is_seen && breaches.is_empty(), is_tested) {
            (true, true) => Status::Tested,
            (true, false) => Status::Located,
            (false, _) => Status::Declared,
        };
        Promise {
            status,
            breaches,
            functions,
        }
    }

    /// What contradicts the verb in an event's flow.
    fn broken(&self, verb: Verb, event: &Event<'_>) -> Option<Breach> {
        let goes = |words: &str| Some((event.decided(self.evidence.program), words.to_owned()));
        let breach =
            |message: &str, goes| Some(self.breach(BreachKind::Broken, message, event, goes));
        if event.leaves == Some(Fault::Panic) {
            // Where it begins says enough, if the declaration speaks of that as well.
            let begins_in = |edge: &Edge| self.events.iter().any(|it| it.function == edge.to);
            if matches!(event.what, What::Call(edge) if begins_in(edge)) {
                return None;
            }
            return breach("it panics", goes("the error becomes a panic here"));
        }
        if verb == Verb::Defer && reads(event) {
            return breach("a read cannot be applied later", None);
        }
        let is_left = event.leaves == Some(Fault::Error) && event.flow.flow != Flow::Unknown;
        match verb {
            // A guard may also deny by a value.
            Verb::Fail | Verb::FailClosed
                if event.leaves.is_none()
                    && event.stays()
                    && (verb == Verb::Fail || event.flow.flow != Flow::Handled) =>
            {
                let message = match event.flow.flow {
                    Flow::Detached => "the error stays in a task of its own",
                    Flow::Discarded => "the error is dropped",
                    _ => "the error is handled",
                };
                breach(message, goes("nobody hears of the error from here on"))
            }
            Verb::FailClosed if event.stays() && self.says(event) == Some(true) => {
                breach("it allows", goes("`true` stands in for the answer"))
            }
            Verb::FailOpen if event.stays() && self.says(event) == Some(false) => {
                breach("it denies", goes("`false` stands in for the answer"))
            }
            _ if verb.is_soft() && is_left && self.leaves_scope(event) => {
                breach("the error leaves it", goes("the error leaves here"))
            }
            _ => None,
        }
    }

    /// Whether what fails with an event is called from where the declaration does not speak, or by nobody.
    fn leaves_scope(&self, event: &Event<'_>) -> bool {
        let Evidence {
            program,
            graph,
            coverage,
            ..
        } = self.evidence;
        let is_covered =
            |edge: &Edge| coverage.covers(program, self.index, At::call(program, edge));
        graph.is_entry(event.function) || !graph.calls_to(event.function).all(is_covered)
    }

    /// `true` or `false`, where a word of the recovery path says what a guard answers.
    fn says(&self, event: &Event<'_>) -> Option<bool> {
        let decided = event.decided(self.evidence.program);
        let file = self.evidence.files.get(decided.file)?;
        let mut span = decided.span;
        if span.contains(event.span) {
            span = Span::new(event.span.end, span.end);
        }
        let text = span.text(&file.text);
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let said: Vec<&str> = words
            .by_ref()
            .filter(|it| ["true", "false"].contains(it))
            .collect();
        match said.as_slice() {
            [one] => Some(*one == "true"),
            _ => None,
        }
    }

    /// What a soft verb's fallback lacks.
    fn fallback(&self, verb: Verb, staying: &[&Event<'e>], out: &mut Vec<Breach>) {
        let declaration = self.declaration;
        let paths: Vec<(&Event<'_>, Recovery<'_>)> = staying
            .iter()
            .map(|event| (*event, self.recovery(verb, event)))
            .collect();
        if let Some(via) = &declaration.via {
            self.named_function("via", via, &paths, out);
        }
        if let Some(to) = &declaration.to {
            self.target(verb, to, &paths, out);
        }
        let is_known = out.iter().any(|it| it.kind == BreachKind::SharedFate);
        for (event, path) in &paths {
            if verb == Verb::Default
                && let Some(store) = self.store_in(path)
            {
                let message = format!("the value that stands in needs `{store}`");
                out.push(self.breach(BreachKind::Broken, &message, event, None));
            } else if verb != Verb::Defer && !is_known {
                out.extend(self.shares(event, path));
            }
        }
    }

    /// A write may also be kept instead of sent: then nothing failed before.
    fn recovery(&self, verb: Verb, event: &Event<'_>) -> Recovery<'e> {
        match verb {
            Verb::Defer => Recovery::around(self.evidence, self.sites_of, event),
            _ => Recovery::of(self.evidence, self.sites_of, event),
        }
    }

    /// A shared store that a recovery path needs.
    fn store_in(&self, path: &Recovery<'_>) -> Option<String> {
        let reached = path.reached(self.evidence);
        let own = path.sites.iter().copied();
        let deep = self.evidence.sites.iter();
        let mut all = own.chain(deep.filter(|site| reached.contains(&site.function)));
        all.find(|site| site.is_shared())
            .map(|site| site.store.to_string())
    }

    /// Whether a recovery path needs what is down.
    fn shares(&self, event: &Event<'_>, path: &Recovery<'_>) -> Option<Breach> {
        let is_fated = |function: DefId| self.view.fated.contains(&(function, Fault::Error));
        let is_down = |site: &&&Site| {
            site.may_fail()
                && site.flow.flow != Flow::Discarded
                && self.view.down.contains(&plain(&site.store))
        };
        let call = path.calls.iter().find(|edge| is_fated(edge.to));
        let by_call = call.map(|edge| (What::Call(edge), edge.place(self.evidence.program)));
        let by_site = path.sites.iter().find(is_down);
        let by_site = by_site.map(|site| (What::Site(site), site.name));
        let (what, place) = by_call.or(by_site)?;
        let store = match what {
            What::Site(site) => Some(plain(&site.store)),
            What::Call(edge) => self.fated_store(edge.to),
        };
        let message = self.needs(&what.name(self.evidence), store.as_deref());
        let goes = Some((place, "this fails with it".to_owned()));
        Some(self.breach(BreachKind::SharedFate, &message, event, goes))
    }

    /// `via`: a function that exists and is called on a recovery path.
    fn named_function(
        &self,
        key: &str,
        path: &Spanned<String>,
        paths: &[(&Event<'_>, Recovery<'_>)],
        out: &mut Vec<Breach>,
    ) {
        let Some(own) = self.functions(key, path, out) else {
            return;
        };
        let is_called = |(_, recovery): &(&Event<'_>, Recovery<'_>)| {
            !recovery.reached(self.evidence).is_disjoint(&own)
        };
        if !paths.is_empty() && !paths.iter().any(is_called) {
            let message = format!("`{}` is not called where the error goes", path.value);
            out.push(self.missing(path.place, &message, paths.first().map(|(event, _)| *event)));
        }
        let is_fated = |it: &&DefId| self.view.fated.contains(&(**it, Fault::Error));
        if let Some(&function) = own.iter().filter(is_fated).min() {
            let store = self.fated_store(function);
            let message = self.needs(&path.value, store.as_deref());
            let mut calls = paths.iter().flat_map(|(_, recovery)| &recovery.calls);
            let call = calls.find(|edge| edge.to == function);
            let mut breach = self.missing(path.place, &message, None);
            breach.kind = BreachKind::SharedFate;
            breach.goes = call.map(|edge| {
                let place = edge.place(self.evidence.program);
                (place, "this fails with it".to_owned())
            });
            out.push(breach);
        }
    }

    /// How a fallback fails with the store: with itself, or with another one of its providers.
    fn needs(&self, fallback: &str, store: Option<&str>) -> String {
        match store {
            Some(store) if store != plain(&self.declaration.store.value) => {
                format!("its fallback `{fallback}` needs `{store}`, which has the same provider")
            }
            _ => format!("its fallback `{fallback}` needs it too"),
        }
    }

    /// A store that is down and that a function needs, itself or through what it calls.
    fn fated_store(&self, function: DefId) -> Option<String> {
        let reached = recovery::reached(self.evidence, [function]);
        let sites = self.evidence.sites.iter();
        let mut sites = sites.filter(|it| reached.contains(&it.function));
        let down = sites.find(|it| it.may_fail() && self.view.down.contains(&plain(&it.store)));
        down.map(|site| plain(&site.store))
    }

    /// The functions of a path; `None` where it names none of the workspace's own.
    fn functions(
        &self,
        key: &str,
        path: &Spanned<String>,
        out: &mut Vec<Breach>,
    ) -> Option<FxHashSet<DefId>> {
        let at: Vec<DefId> = self.events.iter().map(|event| event.function).collect();
        match recovery::named(self.evidence, &path.value, &at) {
            Named::Own(own) => Some(own),
            Named::Foreign => None,
            Named::Nothing => {
                let message = format!("its `{key}` names nothing: there is no `{}`", path.value);
                out.push(self.missing(path.place, &message, None));
                None
            }
        }
    }

    /// `to`: a store, for `defer` also a function.
    fn target(
        &self,
        verb: Verb,
        to: &Spanned<String>,
        paths: &[(&Event<'_>, Recovery<'_>)],
        out: &mut Vec<Breach>,
    ) {
        let store = plain(&to.value);
        let is_store = recovery::known_stores(self.evidence).contains(&store);
        if !is_store && verb == Verb::Defer {
            self.named_function("to", to, paths, out);
        } else if !is_store {
            let message = format!("there is no store `{}`", to.value);
            out.push(self.missing(to.place, &message, None));
        } else if self.view.down.contains(&store) {
            let message = if store == plain(&self.declaration.store.value) {
                "it is to take over from itself".to_owned()
            } else {
                format!("`{}` has the same provider", to.value)
            };
            let mut breach = self.missing(to.place, &message, None);
            breach.kind = BreachKind::SharedFate;
            out.push(breach);
        } else if !paths.is_empty()
            && !paths
                .iter()
                .any(|(_, path)| path.uses_store(self.evidence, &store))
        {
            let message = format!("`{}` is not called where the error goes", to.value);
            out.push(self.missing(to.place, &message, paths.first().map(|(event, _)| *event)));
        }
    }

    /// Whether `tested_by` names a test that is run.
    fn tested(&self, out: &mut Vec<Breach>) -> bool {
        let Some(path) = &self.declaration.tested_by else {
            return false;
        };
        let program = self.evidence.program;
        let Named::Own(found) = recovery::named(self.evidence, &path.value, &[]) else {
            // Integration tests are read with all targets only.
            if !self.evidence.has_unread_tests {
                let message = format!("there is no test `{}`", path.value);
                out.push(self.missing(path.place, &message, None));
            }
            return false;
        };
        let has = |function: &DefId, names: fn(&str) -> bool| {
            let attrs = program.def(*function).item.map(|item| &item.attrs.list);
            let mut attrs = attrs.into_iter().flatten();
            attrs.any(|attr| names(attr.path.rsplit("::").next().unwrap_or_default()))
        };
        let is_test = |function: &&DefId| has(function, |name| name.contains("test"));
        let tests: Vec<&DefId> = found.iter().filter(is_test).collect();
        if tests.is_empty() {
            let message = format!("`{}` is no test", path.value);
            out.push(self.missing(path.place, &message, None));
        } else if tests.iter().all(|test| has(test, |name| name == "ignore")) {
            let message = format!("the test `{}` is ignored", path.value);
            out.push(self.missing(path.place, &message, None));
        } else {
            return true;
        }
        false
    }

    fn breach(
        &self,
        kind: BreachKind,
        message: &str,
        event: &Event<'_>,
        goes: Option<(Place, String)>,
    ) -> Breach {
        let place = event.place(self.evidence.program);
        let what = match event.what {
            What::Site(site) => format!("{} `{}`", site.class.does(), site.store),
            What::Call(_) => format!("fails with `{}`", self.declaration.store.value),
        };
        Breach {
            kind,
            message: message.to_owned(),
            function: Some(event.function),
            leaves: event.leaves,
            event: Some((place, what)),
            goes,
            word: None,
        }
    }

    fn missing(&self, word: Place, message: &str, event: Option<&Event<'_>>) -> Breach {
        let mut breach = Breach {
            kind: BreachKind::Missing,
            message: message.to_owned(),
            function: self.events.first().map(|event| event.function),
            leaves: None,
            event: None,
            goes: None,
            word: Some(word),
        };
        if let Some(event) = event {
            let goes = (
                event.decided(self.evidence.program),
                "the error goes here".to_owned(),
            );
            breach.goes = Some(goes);
        }
        breach
    }
}

/// Whether an event only asks for what is there.
fn reads(event: &Event<'_>) -> bool {
    matches!(event.what, What::Site(site) if site.class == Class::Read)
}
