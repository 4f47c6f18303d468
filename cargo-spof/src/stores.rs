//! Stores: which shared dependency a call site talks to.
//!
//! Configuration names stores by the handles that carry them and the labels that they are made with. A store without
//! either takes the sites of its client that no other store claims; a client without any store is
//! a store of the client's name. A client that is several stores (a platform) has parts, each with a name like a client's.

use crate::catalogue::Catalogue;
use crate::sites::Site;
use crate::workspace::config::{Config, Store};
use smol_str::SmolStr;

/// Names the store of each site.
pub fn assign(sites: &mut [Site], config: &Config, catalogue: &Catalogue) {
    for site in sites {
        let client = catalogue.rules()[site.rule].stem.as_str();
        let names = [site.part.as_deref().unwrap_or(client), client];
        let stores = || config.stores.values();
        let claimed = stores().find(|store| claims(store, site, names));
        let rest = |name| stores().find(move |store| takes_rest(store, name));
        let found = claimed.or_else(|| names.into_iter().find_map(rest));
        let name = found.map_or(names[0], |store| store.name.value.as_str());
        site.store = SmolStr::new(name);
    }
}

/// Whether a store names this site's handle or label; `names` are those of the site's client and part.
fn claims(store: &Store, site: &Site, names: [&str; 2]) -> bool {
    let is_client = store
        .client
        .as_ref()
        .is_none_or(|named| names.contains(&named.value.as_str()));
    let by_handle = || {
        let handles = store.handles.iter().map(|handle| handle.value.as_str());
        handles
            .into_iter()
            .any(|handle| site.origins.iter().any(|origin| is_handle(origin, handle)))
    };
    let by_label = || {
        let label = site.label.as_deref();
        store
            .labels
            .iter()
            .any(|named| Some(named.value.as_str()) == label)
    };
    is_client && (by_handle() || by_label())
}

fn takes_rest(store: &Store, name: &str) -> bool {
    let is_client = store
        .client
        .as_ref()
        .is_some_and(|named| named.value == name);
    is_client && store.handles.is_empty() && store.labels.is_empty()
}

/// Whether an origin (`crate::a::Type.field`, `crate::a::STATIC`) is the handle that configuration names: all of it,
/// its end, or its type.
fn is_handle(origin: &str, handle: &str) -> bool {
    let ends = |text: &str| {
        text == handle
            || text
                .strip_suffix(handle)
                .is_some_and(|front| front.ends_with("::"))
    };
    ends(origin) || origin.rsplit_once('.').is_some_and(|(ty, _)| ends(ty))
}

#[cfg(test)]
mod tests {
    use super::is_handle;

    #[test]
    fn a_handle_is_named_by_its_path_its_end_or_its_type() {
        let origin = "shop::state::AppState.sessions";
        for handle in [
            "shop::state::AppState.sessions",
            "AppState.sessions",
            "state::AppState",
        ] {
            assert!(is_handle(origin, handle), "{handle}");
        }
        for handle in [
            "sessions",
            "State.sessions",
            "AppState.other",
            "shop::state",
        ] {
            assert!(!is_handle(origin, handle), "{handle}");
        }
    }
}
