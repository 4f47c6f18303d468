//! Changes to the configuration that nobody writes down: `store.sessions.providers += "r2"`.
//!
//! In: a configuration and a change. Out: the changed configuration. A change sets a key (`=`), or adds to a list or takes from it
//! (`+=`, `-=`). It is read as the file would be, so that what the file refuses is refused.

use super::{Config, parse};
use crate::span::FileId;
use std::fmt::Write as _;

/// Applies a change.
///
/// # Errors
/// Why it cannot be, as a phrase.
pub fn what_if(config: &Config, change: &str) -> Result<Config, String> {
    let (key, op, value) = split(change)?;
    let (path, last) = key
        .rsplit_once('.')
        .ok_or("name a key, as in `store.sessions.providers`")?;
    let value = match op {
        "=" => value.to_owned(),
        _ => list(config, path, last, op, value)?,
    };
    let text = format!("[{path}]\n{last} = {value}\n");
    let (layer, problems) = parse(FileId(u32::MAX), &text, &[]);
    match problems.first() {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(layer.over(config.clone())),
    }
}

/// The key, the operator and the value.
fn split(change: &str) -> Result<(&str, &str, &str), String> {
    let at = change.find('=').ok_or("write `KEY = VALUE`")?;
    let (key, op) = match change[..at].chars().next_back() {
        Some(sign @ ('+' | '-')) => (&change[..at - 1], if sign == '+' { "+=" } else { "-=" }),
        _ => (&change[..at], "="),
    };
    Ok((key.trim(), op, change[at + 1..].trim()))
}

/// A list with more or fewer values, as TOML.
fn list(config: &Config, path: &str, key: &str, op: &str, value: &str) -> Result<String, String> {
    let (kind, name) = path.split_once('.').unwrap_or((path, ""));
    let name = name.trim_matches('"');
    let now = match kind {
        "store" => config.stores.get(name).and_then(|store| match key {
            "providers" => Some(&store.providers),
            "handles" => Some(&store.handles),
            "labels" => Some(&store.labels),
            _ => None,
        }),
        "service" => config.services.get(name).and_then(|service| match key {
            "controls" => Some(&service.controls),
            "rescues" => Some(&service.rescues),
            "answers" => Some(&service.answers),
            _ => None,
        }),
        _ => None,
    };
    let now = now.ok_or_else(|| format!("there is no list `{path}.{key}`"))?;
    let value = value.trim_matches('"');
    let mut values: Vec<&str> = now.iter().map(|it| it.value.as_str()).collect();
    if op == "+=" {
        values.push(value);
    } else {
        let before = values.len();
        values.retain(|it| *it != value);
        if values.len() == before {
            return Err(format!("`{value}` is not in `{path}.{key}`"));
        }
    }
    let mut out = String::from("[");
    for value in values {
        let _ = write!(out, "{value:?}, ");
    }
    Ok(out + "]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Config {
        let (config, problems) = parse(FileId(0), text, &[]);
        assert_eq!(problems, []);
        config
    }

    #[test]
    fn a_list_grows_and_shrinks_and_a_key_is_set() {
        let config = read("[store.kv]\nclient = \"redis\"\nproviders = [\"a\"]\n[store.b]\n");
        let providers = |change: &str| {
            let changed = what_if(&config, change).expect("a change");
            let list = changed.stores["kv"].providers.iter();
            list.map(|it| it.value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(providers("store.kv.providers += \"r2\""), ["a", "r2"]);
        assert_eq!(providers("store.kv.providers=[\"x\"]"), ["x"]);
        let both = what_if(&config, "store.kv.providers += \"r2\"").expect("a change");
        let less = what_if(&both, "store.kv.providers -= \"a\"").expect("a change");
        assert_eq!(less.stores["kv"].providers[0].value, "r2");
        let guard = what_if(&config, "store.kv.guard = true").expect("a change");
        assert!(guard.stores["kv"].guard.is_some_and(|it| it.value));
        assert_eq!(guard.stores.len(), 2);
    }

    #[test]
    fn what_cannot_be_is_said() {
        let config = read("[store.kv]\nproviders = [\"a\"]\n");
        let why = |change: &str| what_if(&config, change).expect_err("no change");
        assert_eq!(why("store.kv.providers"), "write `KEY = VALUE`");
        assert_eq!(
            why("store.kv.providers -= \"b\""),
            "`b` is not in `store.kv.providers`"
        );
        assert_eq!(
            why("store.x.providers += \"b\""),
            "there is no list `store.x.providers`"
        );
        assert!(
            why("store.kv.tier = \"high\"").contains("`tier`"),
            "{}",
            why("store.kv.tier = \"high\"")
        );
        assert!(
            why("store.kv.teir = 1").contains("teir"),
            "{}",
            why("store.kv.teir = 1")
        );
    }
}
