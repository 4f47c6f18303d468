//! The names of routes: `POST /login`.
//!
//! In: the mentions of handlers and the calls of functions that build parts of a router, each with the address that its function says,
//! and what attributes say. Out: the names of each handler. A path is joined from the outermost function that builds a router down to
//! the handler; a handler at several addresses has several names.

use crate::catalogue::Part;
use crate::resolve::DefId;
use crate::sites::Edge;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// How deep routers are nested, and how many names one handler has, at most.
const MAX_DEPTH: usize = 8;
const MAX_NAMES: usize = 16;

/// The names of each handler that has an address, sorted.
pub(super) fn names(
    edges: &[Edge],
    by_attr: &FxHashMap<DefId, Part>,
) -> FxHashMap<DefId, Vec<String>> {
    let mut to: FxHashMap<DefId, Vec<&Edge>> = FxHashMap::default();
    for edge in edges {
        to.entry(edge.to).or_default().push(edge);
    }
    let mentioned = edges
        .iter()
        .filter(|edge| edge.is_value)
        .map(|edge| edge.to);
    let handlers = mentioned.chain(by_attr.keys().copied());
    let mut names: FxHashMap<DefId, Vec<String>> = FxHashMap::default();
    for handler in handlers {
        if names.contains_key(&handler) {
            continue;
        }
        let own = of_handler(handler, &to, by_attr.get(&handler));
        if !own.is_empty() {
            names.insert(handler, own);
        }
    }
    names
}

fn of_handler(
    handler: DefId,
    to: &FxHashMap<DefId, Vec<&Edge>>,
    attr: Option<&Part>,
) -> Vec<String> {
    if let Some(name) = attr.and_then(|it| it.name.clone()) {
        return vec![name];
    }
    let mut names = Vec::new();
    let mentions = to.get(&handler).into_iter().flatten();
    for edge in mentions.filter(|edge| edge.is_value) {
        let address = edge.address.as_deref();
        let method = attr.and_then(|it| it.method.clone());
        let method = method.or_else(|| address?.method.clone());
        let own = address.map_or(&[][..], |it| &it.parts);
        for prefix in prefixes(edge.from, to, MAX_DEPTH) {
            let parts = prefix
                .iter()
                .chain(own)
                .chain(attr.and_then(|it| it.path.as_ref()));
            names.extend(name(method.as_deref(), parts));
        }
    }
    if names.is_empty()
        && let Some(attr) = attr
    {
        names.extend(name(attr.method.as_deref(), attr.path.iter()));
    }
    names.sort();
    names.dedup();
    names.truncate(MAX_NAMES);
    names
}

/// The beginnings of all paths that are built in a function: those of its callers, each with what its call is given to.
fn prefixes(function: DefId, to: &FxHashMap<DefId, Vec<&Edge>>, depth: usize) -> Vec<Vec<SmolStr>> {
    let callers = to.get(&function).into_iter().flatten();
    let mut found: Vec<Vec<SmolStr>> = Vec::new();
    for edge in callers.filter(|edge| depth > 0 && edge.from != function) {
        let own = edge.address.as_ref().map_or(&[][..], |it| &it.parts);
        for mut prefix in prefixes(edge.from, to, depth - 1) {
            prefix.extend(own.iter().cloned());
            if !found.contains(&prefix) && found.len() < MAX_NAMES {
                found.push(prefix);
            }
        }
    }
    if found.is_empty() {
        found.push(Vec::new());
    }
    found
}

/// `POST /a/b`, without the names of a query; `None` without a path.
fn name<'p>(method: Option<&str>, parts: impl Iterator<Item = &'p SmolStr>) -> Option<String> {
    let (mut path, mut is_any) = (String::new(), false);
    for part in parts {
        is_any = true;
        let part = part.split('?').next().unwrap_or_default().trim_matches('/');
        if !part.is_empty() {
            path.push('/');
            path.push_str(part);
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    is_any.then(|| format!("{} {path}", method.unwrap_or("*")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_by_one_slash() {
        let path = |parts: &[&str]| {
            let parts: Vec<SmolStr> = parts.iter().map(SmolStr::new).collect();
            name(Some("GET"), parts.iter())
        };
        assert_eq!(
            path(&["/api/", "users", "/{id}"]).as_deref(),
            Some("GET /api/users/{id}")
        );
        assert_eq!(path(&["/"]).as_deref(), Some("GET /"));
        assert_eq!(path(&[""]).as_deref(), Some("GET /"));
        assert_eq!(path(&[]), None);
    }
}
