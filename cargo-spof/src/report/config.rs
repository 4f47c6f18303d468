//! Which layer of the configuration decided what.
//!
//! In: a loaded workspace. Out: its layers, the level of each lint and the value of each key, each with the place that set it; for one
//! file, or for the whole workspace with what packages and globs of files change.

use super::short;
use super::style::Style;
use super::table::{self, Align};
use crate::lints::Lint;
use crate::policy::{By, Decision, Policy};
use crate::span::Place;
use crate::workspace::config::{Config, LintSetting, Service, Spanned, Store};
use crate::workspace::{LayerOf, Workspace};
use indexmap::IndexMap;
use std::fmt::Display;

/// A row: what, its value, who decided it.
type Row = Vec<String>;

/// The layers with the levels of these lints and all values; `file` is relative to the workspace's root.
pub fn text(style: Style, workspace: &Workspace, lints: &[&Lint], file: Option<&str>) -> String {
    levels(style, workspace, lints, file)
        + &section(style, "values", &Explain::new(workspace, lints).values())
}

/// The layers with the levels of these lints.
pub fn levels(style: Style, workspace: &Workspace, lints: &[&Lint], file: Option<&str>) -> String {
    let explain = Explain::new(workspace, lints);
    let mut out = explain.layers(style);
    let levels = match file {
        Some(file) => format!("levels in {file}"),
        None => "levels".to_owned(),
    };
    out.push_str(&section(style, &levels, &explain.levels(file)));
    if file.is_none() {
        for (title, rows) in explain.exceptions() {
            out.push_str(&section(style, &title, &rows));
        }
    }
    out
}

fn section(style: Style, title: &str, rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let title = style.bold(&super::escape::terminal(title));
    format!("\n{title}\n{}", indented(rows))
}

fn indented(rows: &[Row]) -> String {
    let mut out = String::new();
    for line in table::lines(&[Align::Left; 3], rows) {
        out.push_str("  ");
        out.push_str(&line);
        out.push('\n');
    }
    out
}

struct Explain<'e> {
    workspace: &'e Workspace,
    policy: Policy<'e>,
    lints: &'e [&'e Lint],
}

impl<'e> Explain<'e> {
    fn new(workspace: &'e Workspace, lints: &'e [&'e Lint]) -> Self {
        Self {
            workspace,
            policy: Policy::new(workspace, &[]),
            lints,
        }
    }

    /// The files, from the one that yields to the one that decides.
    fn layers(&self, style: Style) -> String {
        let title = style.bold("layers, the lower one decides");
        let mut layers: Vec<_> = self.workspace.layers.iter().collect();
        let rank = |of: &LayerOf| match of {
            LayerOf::Organisation => 0,
            LayerOf::Workspace => 1,
            LayerOf::Package(_) => 2,
        };
        // What is extended last yields to all.
        layers.reverse();
        layers.sort_by_key(|layer| rank(&layer.of));
        let path = |file| self.workspace.files.get(file).map(|it| it.path.clone());
        let rows = layers.into_iter().map(|layer| {
            let path = path(layer.file).unwrap_or_default();
            vec![path, who(&layer.of)]
        });
        let own = vec!["(built in)".to_owned(), "the lints' own levels".to_owned()];
        let rows: Vec<Row> = std::iter::once(own).chain(rows).collect();
        format!("{title}\n{}", indented(&rows))
    }

    fn levels(&self, file: Option<&str>) -> Vec<Row> {
        let rows = self.lints.iter().map(|lint| {
            let decided = self.policy.of(lint.name, lint.level, file);
            self.level(lint.name, decided)
        });
        rows.collect()
    }

    fn level(&self, lint: &str, decided: Decision) -> Row {
        let by = match decided.by {
            By::Lint => String::new(),
            By::Option => "an option".to_owned(),
            By::Config(place) | By::Override(place) => self.by(place),
        };
        let level = super::explain::level(decided.level);
        vec![lint.to_owned(), level.to_owned(), by]
    }

    /// What packages and globs of files set.
    fn exceptions(&self) -> Vec<(String, Vec<Row>)> {
        let mut all = Vec::new();
        self.add_overrides(&self.workspace.config, &mut all);
        for (name, config) in &self.workspace.package_configs {
            all.push((
                format!("levels in package `{name}`"),
                self.set(&config.lints),
            ));
            self.add_overrides(config, &mut all);
        }
        all
    }

    fn add_overrides(&self, config: &Config, all: &mut Vec<(String, Vec<Row>)>) {
        for override_ in &config.overrides {
            let globs = override_.paths.iter();
            let globs: Vec<String> = globs.map(|it| format!("`{}`", it.value.text())).collect();
            all.push((
                format!("levels in {}", globs.join(", ")),
                self.set(&override_.lints),
            ));
        }
    }

    fn set(&self, lints: &IndexMap<String, LintSetting>) -> Vec<Row> {
        let is_asked = |name: &str| self.lints.iter().any(|lint| lint.name == name);
        let asked = lints.iter().filter(|(name, _)| is_asked(name));
        let rows = asked.filter_map(|(name, setting)| {
            let level = setting.level.as_ref()?;
            let decided = Decision {
                level: level.value,
                by: By::Config(level.place),
            };
            Some(self.level(name, decided))
        });
        rows.collect()
    }

    /// The values of all keys.
    fn values(&self) -> Vec<Row> {
        let config = &self.workspace.config;
        let mut rows = Vec::new();
        for glob in &config.clients {
            self.add(&mut rows, "clients", Some(glob));
        }
        for (name, store) in &config.stores {
            self.store(&mut rows, name, store);
        }
        for (name, service) in &config.services {
            self.service(&mut rows, name, service);
        }
        for (name, setting) in &config.lints {
            let key = format!("lints.{name}.threshold");
            self.add(&mut rows, &key, setting.threshold.as_ref());
        }
        let packages = self.workspace.package_configs.values();
        for declared in std::iter::once(config)
            .chain(packages)
            .flat_map(|it| &it.on_outage)
        {
            let what = format!("{} {}", declared.store.value, declared.verb.value);
            let at = format!("on_outage at {}", declared.at.value.text());
            rows.push(vec![at, what, self.by(declared.place)]);
        }
        if let Some(from) = &config.gate.policy_from {
            let row = vec![
                "gate.policy-from".to_owned(),
                format!("{:?}", from.value).to_lowercase(),
                self.by(from.place),
            ];
            rows.push(row);
        }
        self.add(&mut rows, "gate.baseline", config.gate.baseline.as_ref());
        rows
    }

    fn store(&self, rows: &mut Vec<Row>, name: &str, store: &Store) {
        let key = |key: &str| format!("store.{name}.{key}");
        self.add(rows, &key("client"), store.client.as_ref());
        self.list(rows, &key("handles"), &store.handles);
        self.list(rows, &key("labels"), &store.labels);
        self.list(rows, &key("providers"), &store.providers);
        self.add(rows, &key("tier"), store.tier.as_ref());
        self.add(rows, &key("slo"), store.slo.as_ref());
        self.add(rows, &key("guard"), store.guard.as_ref());
        if let Some(single) = &store.single {
            let reason = single.reason.as_ref().map_or("", |it| it.value.as_str());
            rows.push(vec![
                key("single"),
                reason.to_owned(),
                self.by(single.place),
            ]);
        }
    }

    fn service(&self, rows: &mut Vec<Row>, name: &str, service: &Service) {
        let key = |key: &str| format!("service.{name}.{key}");
        self.add(rows, &key("package"), service.package.as_ref());
        if let Some(plane) = &service.plane {
            let word = format!("{:?}", plane.value).to_lowercase();
            rows.push(vec![key("plane"), word, self.by(plane.place)]);
        }
        self.list(rows, &key("controls"), &service.controls);
        self.list(rows, &key("rescues"), &service.rescues);
        self.list(rows, &key("answers"), &service.answers);
        self.add(rows, &key("tier"), service.tier.as_ref());
        self.add(rows, &key("slo"), service.slo.as_ref());
        self.add(rows, &key("owner"), service.owner.as_ref());
    }

    fn add<T: Display>(&self, rows: &mut Vec<Row>, key: &str, value: Option<&Spanned<T>>) {
        rows.extend(value.map(|it| vec![key.to_owned(), it.value.to_string(), self.by(it.place)]));
    }

    fn list(&self, rows: &mut Vec<Row>, key: &str, values: &[Spanned<String>]) {
        let Some(first) = values.first() else { return };
        let all: Vec<&str> = values.iter().map(|it| it.value.as_str()).collect();
        rows.push(vec![key.to_owned(), all.join(", "), self.by(first.place)]);
    }

    /// A place with the layer that it is in.
    fn by(&self, place: Place) -> String {
        let mut layers = self.workspace.layers.iter();
        let layer = layers.find(|layer| layer.file == place.file);
        let of = layer.map_or_else(String::new, |layer| format!("{}, ", who(&layer.of)));
        let at = short::place(&self.workspace.files, place);
        format!("{of}{}", at.unwrap_or_default())
    }
}

fn who(of: &LayerOf) -> String {
    match of {
        LayerOf::Organisation => "organisation".to_owned(),
        LayerOf::Workspace => "workspace".to_owned(),
        LayerOf::Package(name) => format!("package `{name}`"),
    }
}
