//! `redundancy-lost`: against a base revision, a store has fewer providers, a declaration a weaker verb, or a fallback is gone.

use super::{Changes, Check, Lint};
use crate::blast::Target;
use crate::coverage::plain;
use crate::diff::{OutcomeChange, ProviderChange, VerbChange};
use crate::finding::{Finding, Label, Level};
use crate::inventory::Kind;
use crate::outage::Outcome;
use crate::span::Place;
use crate::workspace::config::Single;
use jiff::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "redundancy-lost",
    level: Level::Deny,
    summary: "fewer providers, a weaker verb or no fallback any more, against a base revision",
    page: include_str!("pages/redundancy-lost.md"),
    check: Check::Changes(check),
};

/// The days that are proposed: a quarter of a year.
const TERM: i32 = 90;

/// What is temporary has a day; without one it stays.
const DATED: &str =
    "what is temporary needs a day on which it ends, and somebody who answers for it";

fn check(changes: &Changes<'_, '_, '_>, out: &mut Vec<Finding>) {
    let lost = changes.diff.providers.iter().filter(|it| it.is_loss());
    out.extend(lost.filter_map(|it| provider(changes, it)));
    let weaker = changes.diff.verbs.iter().filter(|it| it.is_weaker);
    let weaker: Vec<&VerbChange> = weaker.collect();
    out.extend(weaker.iter().filter_map(|it| verb(changes, it)));
    fallbacks(changes, &weaker, out);
}

/// A store with fewer providers.
fn provider(changes: &Changes<'_, '_, '_>, change: &ProviderChange) -> Option<Finding> {
    let analysis = changes.wired.analysis;
    let store = analysis.sources.workspace.config.stores.get(&change.store);
    let lost = change.lost().join("`, `");
    let (left, label) = match change.to.as_slice() {
        [] => ("none is named any more".to_owned(), "none is named"),
        [only] => (
            format!("`{only}` is the only one left"),
            "the only one left",
        ),
        several => (format!("{} are left", several.len()), "one less"),
    };
    let message = format!("`{}` lost its provider `{lost}`: {left}", change.store);
    let place = match store {
        Some(store) => store
            .providers
            .first()
            .map_or(store.name.place, |it| it.place),
        None => first_site(changes, &Target::Store(change.store.clone()), None)?,
    };
    let single = store.and_then(|it| it.single.as_ref());
    let is_decided = single.is_some_and(is_decided);
    let day = single.and_then(|it| it.until.as_ref());
    let is_dated = is_decided && holds(day.map(|it| it.value.as_str()), analysis.today);
    let now_fail = newly_failing(changes, |it| {
        let is_its = change.to.contains(&it.name) || change.from.contains(&it.name);
        it.kind == Kind::Provider && is_its
    });
    let mut notes = vec![said_of(&now_fail)];
    if is_decided && !is_dated {
        notes.push(DATED.to_owned());
    }
    let day = analysis.today.saturating_add(Span::new().days(TERM));
    let help = format!(
        "put it back, or say for how long one is enough:\n\
         single = {{ reason = \"…\", owner = \"…\", until = {day} }}"
    );
    let mut finding = Finding {
        store: change.store.clone(),
        entry_points: now_fail,
        notes,
        help: Some(help),
        ..Finding::new(LINT.name, level(is_dated), message, place, label)
    };
    finding
        .labels
        .extend(single.filter(|_| !is_dated).map(|it| Label {
            place: it.place,
            message: "no day on which it ends".to_owned(),
        }));
    Some(finding)
}

/// Whether somebody says why one provider is enough, and answers for it.
fn is_decided(single: &Single) -> bool {
    let both = [&single.reason, &single.owner];
    both.into_iter()
        .all(|it| it.as_ref().is_some_and(|it| !it.value.trim().is_empty()))
}

/// A declaration that promises less.
fn verb(changes: &Changes<'_, '_, '_>, change: &VerbChange) -> Option<Finding> {
    let (from, to) = (change.from?, change.to?);
    let analysis = changes.wired.analysis;
    let declarations = analysis.coverage.declarations.iter();
    let found = declarations.map(|it| &it.declaration).find(|it| {
        let file = analysis.sources.files.get(it.place.file);
        let line = analysis.sources.files.line_col(it.place).map(|at| at.line);
        file.is_some_and(|file| file.path == change.file)
            && line == Some(change.line)
            && it.store.value == change.store
    })?;
    let place = found.verb.map_or(found.place, |verb| verb.place);
    let is_decided = found.reason.is_some() && found.owner.is_some();
    let is_dated = is_decided && holds(change.until.as_deref(), analysis.today);
    let now_fail = newly_failing(changes, |it| {
        it.kind != Kind::Provider
            && plain(&it.name) == plain(&change.store)
            && change.services.contains(&it.service)
    });
    let mut notes = vec![said_of(&now_fail)];
    if !is_dated && to == "fail" {
        notes.push(DATED.to_owned());
    }
    let message = format!(
        "`{to}` for `{}` promises less than `{from}` did",
        change.store
    );
    let help = "keep what was promised, or say until when this holds: `until = \"2027-03-31\"`, with a reason and an owner";
    Some(Finding {
        store: change.store.clone(),
        function: change.functions.first().cloned().unwrap_or_default(),
        entry_points: now_fail,
        notes,
        help: Some(help.to_owned()),
        ..Finding::new(
            LINT.name,
            level(is_dated),
            message,
            place,
            format!("it was `{from}`"),
        )
    })
}

/// Entry points that went on without something, and fail without it now; one finding for a service and what it needs.
fn fallbacks(changes: &Changes<'_, '_, '_>, weaker: &[&VerbChange], out: &mut Vec<Finding>) {
    let is_said = |it: &OutcomeChange| {
        weaker.iter().any(|verb| {
            plain(&verb.store) == plain(&it.name) && verb.services.contains(&it.service)
        })
    };
    let mut groups: BTreeMap<(&str, Kind, &str), Vec<&OutcomeChange>> = BTreeMap::new();
    for change in &changes.diff.outcomes {
        let is_lost =
            change.is_known && change.to == Outcome::Fails && change.from < Outcome::Fails;
        if is_lost && change.kind != Kind::Provider && !is_said(change) {
            let key = (change.service.as_str(), change.kind, change.name.as_str());
            groups.entry(key).or_default().push(change);
        }
    }
    for ((service, kind, name), own) in groups {
        let target = match kind {
            Kind::Service => Target::Service(name.to_owned()),
            Kind::External => Target::External(name.to_owned()),
            Kind::Store | Kind::Provider => Target::Store(name.to_owned()),
        };
        // What comes through another service is that one's.
        let Some(place) = first_site(changes, &target, Some(service)) else {
            continue;
        };
        let entry_points: BTreeSet<String> = own.iter().map(|it| it.entry_point.clone()).collect();
        let entry_points: Vec<String> = entry_points.into_iter().collect();
        let first = &entry_points[0];
        let message =
            format!("`{first}` fails without `{name}` now, and went on without it before");
        let before: BTreeSet<&str> = own
            .iter()
            .filter_map(|it| it.how_before.as_deref())
            .collect();
        let before = before.into_iter().map(|how| format!("before: {how}"));
        out.push(Finding {
            store: name.to_owned(),
            notes: std::iter::once(said_of(&entry_points))
                .chain(before)
                .collect(),
            entry_points,
            help: Some("keep the fallback, or declare what its users see without it".to_owned()),
            ..Finding::new(
                LINT.name,
                LINT.level,
                message,
                place,
                "its failure goes further now",
            )
        });
    }
}

/// A loss that has a day on which it ends is a notice.
fn level(is_dated: bool) -> Level {
    if is_dated { Level::Warn } else { LINT.level }
}

/// Whether a day is given and has not passed.
fn holds(day: Option<&str>, today: Date) -> bool {
    let day = day.and_then(|it| it.trim().parse::<Date>().ok());
    day.is_some_and(|day| day >= today)
}

/// The entry points that fail now and did not before in some of the outages.
fn newly_failing(
    changes: &Changes<'_, '_, '_>,
    of: impl Fn(&OutcomeChange) -> bool,
) -> Vec<String> {
    let failing = changes.diff.outcomes.iter();
    let failing = failing.filter(|it| it.to == Outcome::Fails && it.from < Outcome::Fails);
    let names = failing.filter(|it| of(it)).map(|it| it.entry_point.clone());
    let names: BTreeSet<String> = names.collect();
    names.into_iter().collect()
}

fn said_of(entry_points: &[String]) -> String {
    match entry_points {
        [] => "no entry point fails by it yet".to_owned(),
        [only] => format!("now fails without it: {only}"),
        [first, second] => format!("now fail without it: {first}, {second}"),
        [first, second, rest @ ..] => {
            format!(
                "now fail without it: {first}, {second} (+{} more)",
                rest.len()
            )
        }
    }
}

/// The first call site of a target, of this service where one is named.
fn first_site(
    changes: &Changes<'_, '_, '_>,
    target: &Target,
    service: Option<&str>,
) -> Option<Place> {
    let outages = changes.wired.outages();
    let service = service.map(|name| outages.service(name));
    let sites = changes.wired.analysis.sites.iter().enumerate();
    let mut own = sites.filter(|(index, site)| {
        let is_its = match service {
            None => true,
            Some(service) => service.is_some_and(|it| it.functions.contains(&site.function)),
        };
        is_its && site.may_fail() && outages.targets(*index).contains(target)
    });
    own.next().map(|(_, site)| site.name)
}
