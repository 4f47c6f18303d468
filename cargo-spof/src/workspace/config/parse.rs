//! The schema of `spof.toml`: which tables and keys there are, and of what kind.
//!
//! In: one file's text and the names of the lints. Out: the configuration and every problem of
//! the file at once. What is wrong is left out of the configuration.

use super::{
    Config, ConfigProblem, FileGlob, Gate, LintSetting, OnOutage, Override, PathGlob, Plane,
    PolicyFrom, Service, Single, Spanned, Store,
};
use crate::finding::Level;
use crate::span::{FileId, Place, Span};
use crate::spanned_toml::{self as table, Problems, Table, Text, Value};
use toml::de::{DeTable, DeValue};

const LEVELS: [(&str, Level); 3] = [
    ("allow", Level::Allow),
    ("warn", Level::Warn),
    ("deny", Level::Deny),
];

/// Reads the text of one `spof.toml`. `lints` are the names that `[lints]` may use.
///
/// The problems come in the order of their places. Where there is one, the configuration is only
/// what could be understood.
pub fn parse(file: FileId, text: &str, lints: &[&str]) -> (Config, Vec<ConfigProblem>) {
    table::read_document(file, text, |problems, document| {
        config(problems, file, document, lints)
    })
}

fn config(problems: &mut Problems, file: FileId, document: &DeTable<'_>, lints: &[&str]) -> Config {
    let place = Place {
        file,
        span: Span::default(),
    };
    let mut top = Table::new(String::new(), place, document);
    let config = Config {
        extends: top.string(problems, "extends"),
        clients: clients(problems, &mut top),
        stores: named(problems, &mut top, "store", store),
        services: named(problems, &mut top, "service", service),
        on_outage: on_outages(problems, &mut top),
        lints: lint_settings(problems, &mut top, lints),
        overrides: overrides(problems, &mut top, lints),
        gate: gate(problems, &mut top),
    };
    top.finish(problems);
    config
}

fn clients(problems: &mut Problems, top: &mut Table<'_>) -> Vec<Text> {
    let clients = top.strings(problems, "clients");
    for client in &clients {
        if let Err(error) = globset::Glob::new(&client.value) {
            let message = format!("`{}` is no glob: {}", client.value, error.kind());
            problems.push(client.place, message, None);
        }
    }
    clients
}

/// The tables `[key.NAME]`.
fn named<T>(
    problems: &mut Problems,
    top: &mut Table<'_>,
    key: &'static str,
    read: fn(&mut Problems, Text, &mut Table<'_>) -> T,
) -> indexmap::IndexMap<String, T> {
    let Some(all) = top.table(problems, key) else {
        return indexmap::IndexMap::new();
    };
    let mut found = indexmap::IndexMap::new();
    for (name, value) in all.entries() {
        let name = problems.spanned(name, name.get_ref().as_ref().to_owned());
        let header = format!("`[{key}.{}]`", name.value);
        let path = format!("{key}.{}", name.value);
        if let Some(mut table) = table::table(problems, header, name.place, &path, value) {
            found.insert(name.value.clone(), read(problems, name, &mut table));
            table.finish(problems);
        }
    }
    found
}

fn store(problems: &mut Problems, name: Text, table: &mut Table<'_>) -> Store {
    Store {
        name,
        client: table.string(problems, "client"),
        handles: table.strings(problems, "handles"),
        labels: table.strings(problems, "labels"),
        providers: table.strings(problems, "providers"),
        tier: table.number(problems, "tier"),
        slo: table.percent(problems, "slo"),
        guard: table.flag(problems, "guard"),
        single: single(problems, table),
    }
}

fn single(problems: &mut Problems, store: &mut Table<'_>) -> Option<Single> {
    let mut table = store.table(problems, "single")?;
    let single = Single {
        place: table.place(),
        reason: table.string(problems, "reason"),
        owner: table.string(problems, "owner"),
        until: table.date(problems, "until"),
    };
    table.finish(problems);
    Some(single)
}

fn service(problems: &mut Problems, name: Text, table: &mut Table<'_>) -> Service {
    let planes = [("data", Plane::Data), ("control", Plane::Control)];
    Service {
        name,
        package: table.string(problems, "package"),
        plane: table.word(problems, "plane", &planes),
        controls: table.strings(problems, "controls"),
        rescues: table.strings(problems, "rescues"),
        answers: table.strings(problems, "answers"),
        tier: table.number(problems, "tier"),
        slo: table.percent(problems, "slo"),
        owner: table.string(problems, "owner"),
    }
}

fn on_outages(problems: &mut Problems, top: &mut Table<'_>) -> Vec<OnOutage> {
    let items = tables(problems, top, "on_outage");
    let read = items.iter().map(|item| on_outage(problems, item));
    read.collect::<Vec<_>>().into_iter().flatten().collect()
}

/// The tables `[[key]]`.
fn tables<'t>(problems: &mut Problems, top: &mut Table<'t>, key: &'static str) -> &'t [Value<'t>] {
    match top.value(key).map(|value| (value, value.get_ref())) {
        None => &[],
        Some((_, DeValue::Array(items))) => items,
        Some((value, _)) => {
            let expected = format!("a list of tables: `[[{key}]]`");
            problems.wrong_kind(key, &expected, value);
            &[]
        }
    }
}

fn overrides(problems: &mut Problems, top: &mut Table<'_>, lints: &[&str]) -> Vec<Override> {
    let items = tables(problems, top, "override");
    let read = items.iter().map(|item| override_(problems, item, lints));
    read.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn override_(problems: &mut Problems, value: &Value<'_>, lints: &[&str]) -> Option<Override> {
    let place = problems.place(&value.span());
    let header = "`[[override]]`".to_owned();
    let mut table = table::table(problems, header, place, "override", value)?;
    let globs = table.one_or_more(problems, "paths");
    if globs.is_empty() {
        let help = "write `paths = [\"crates/legacy/**\"]`".to_owned();
        problems.push(place, "`[[override]]` needs `paths`".to_owned(), Some(help));
    }
    let paths = globs
        .iter()
        .map(|glob| file_glob(problems, glob))
        .collect::<Vec<_>>();
    let lints = lint_settings(problems, &mut table, lints);
    for threshold in lints.values().filter_map(|it| it.threshold.as_ref()) {
        let message = "a threshold is of the whole workspace, not of some files".to_owned();
        let help = "set it under `[lints]`".to_owned();
        problems.push(threshold.place, message, Some(help));
    }
    table.finish(problems);
    Some(Override {
        place,
        paths: paths.into_iter().flatten().collect(),
        lints,
    })
}

fn file_glob(problems: &mut Problems, text: &Text) -> Option<Spanned<FileGlob>> {
    let place = text.place;
    match FileGlob::new(&text.value) {
        Ok(value) => Some(Spanned { value, place }),
        Err(why) => {
            let message = format!("`{}` is no glob of files: {why}", text.value);
            problems.push(place, message, None);
            None
        }
    }
}

fn on_outage(problems: &mut Problems, value: &Value<'_>) -> Option<OnOutage> {
    let place = problems.place(&value.span());
    let header = "`[[on_outage]]`".to_owned();
    let mut table = table::table(problems, header, place, "on_outage", value)?;
    let store = table.needed(problems, "store");
    let at = table
        .needed(problems, "at")
        .and_then(|at| path_glob(problems, &at));
    let verb = table.needed(problems, "verb");
    let args = args(problems, &table);
    Some(OnOutage {
        place,
        store: store?,
        at: at?,
        verb: verb?,
        args,
    })
}

fn path_glob(problems: &mut Problems, at: &Text) -> Option<Spanned<PathGlob>> {
    let place = at.place;
    match PathGlob::new(&at.value) {
        Ok(value) => Some(Spanned { value, place }),
        Err(why) => {
            let message = format!("`{}` is no glob of paths: {why}", at.value);
            problems.push(
                place,
                message,
                Some("write `at = \"billing::**\"`".to_owned()),
            );
            None
        }
    }
}

/// All keys but the three that every declaration has.
fn args(problems: &mut Problems, table: &Table<'_>) -> Vec<(Text, Text)> {
    let mut args = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        if !matches!(name, "store" | "at" | "verb")
            && let Some(text) = table::text(problems, name, value)
        {
            args.push((problems.spanned(key, name.to_owned()), text));
        }
    }
    args
}

fn lint_settings(
    problems: &mut Problems,
    top: &mut Table<'_>,
    lints: &[&str],
) -> indexmap::IndexMap<String, LintSetting> {
    let Some(table) = top.table(problems, "lints") else {
        return indexmap::IndexMap::new();
    };
    let mut settings = indexmap::IndexMap::new();
    for (key, value) in table.entries() {
        let name = problems.spanned(key, key.get_ref().as_ref().to_owned());
        if lints.contains(&name.value.as_str()) {
            settings.insert(name.value.clone(), lint_setting(problems, name, value));
        } else {
            problems.unknown(name.place, "unknown lint", &name.value, lints);
        }
    }
    settings
}

fn lint_setting(problems: &mut Problems, name: Text, value: &Value<'_>) -> LintSetting {
    let (level, threshold) = match value.get_ref() {
        DeValue::String(_) => (level(problems, &name.value, value), None),
        DeValue::Table(entries) => {
            let header = format!("the entry of `{}`", name.value);
            let mut table = Table::new(header, name.place, entries);
            let level = table.word(problems, "level", &LEVELS);
            let threshold = table.number(problems, "threshold");
            table.finish(problems);
            (level, threshold)
        }
        _ => {
            problems.wrong_kind(&name.value, "a level", value);
            (None, None)
        }
    };
    LintSetting {
        name,
        level,
        threshold,
    }
}

fn level(problems: &mut Problems, lint: &str, value: &Value<'_>) -> Option<Spanned<Level>> {
    let text = table::string(problems, lint, value)?;
    table::one_of(problems, "level", &text, &LEVELS)
}

fn gate(problems: &mut Problems, top: &mut Table<'_>) -> Gate {
    let words = [("base", PolicyFrom::Base), ("head", PolicyFrom::Head)];
    let Some(mut table) = top.table(problems, "gate") else {
        return Gate::default();
    };
    let policy_from = table.word(problems, "policy-from", &words);
    let baseline = table.string(problems, "baseline");
    let baseline = baseline.filter(|path| is_inside(problems, path));
    table.finish(problems);
    Gate {
        policy_from,
        baseline,
    }
}

/// Whether a path stays below the directory that it is relative to; that it does not is a problem.
fn is_inside(problems: &mut Problems, path: &Text) -> bool {
    let mut parts = std::path::Path::new(&path.value).components();
    let is_inside =
        !path.value.is_empty() && parts.all(|it| matches!(it, std::path::Component::Normal(_)));
    if !is_inside {
        let message = format!("`{}` is no file of the workspace", path.value);
        let help = "write it relative to the workspace's root, without `..`".to_owned();
        problems.push(path.place, message, Some(help));
    }
    is_inside
}
