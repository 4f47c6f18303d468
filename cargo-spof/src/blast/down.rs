//! What is down, as a user names it.

use super::Outages;
use crate::coverage::plain;
use crate::suggest::nearest;
use std::collections::BTreeSet;

/// What is down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Down {
    /// The stores, as configuration or code names them.
    pub stores: BTreeSet<String>,
    /// The providers.
    pub providers: BTreeSet<String>,
    /// The services.
    pub services: BTreeSet<String>,
}

/// A name that is neither a store nor a provider nor a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What was written.
    pub name: String,
    /// What was probably meant.
    pub near: Option<String>,
}

/// What a name may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Store,
    Provider,
    Service,
}

impl Down {
    /// What names mean: stores, providers, services; one name may be several of them, unless it says which: `store:kv`.
    ///
    /// # Errors
    /// The first name that means nothing.
    pub fn parse(outages: &Outages<'_, '_>, names: &[String]) -> Result<Self, UnknownName> {
        let config = &outages.analysis.sources.workspace.config;
        let known = known(outages);
        let mut down = Self::default();
        for written in names {
            let (kind, name) = of_kind(written);
            let is_it = |it: &&(Kind, String)| {
                kind.is_none_or(|kind| kind == it.0) && plain(&it.1) == plain(name)
            };
            let mut found = known.iter().filter(is_it).peekable();
            if found.peek().is_none() {
                let near = nearest(name, known.iter().map(|(_, known)| known.as_str()));
                return Err(UnknownName {
                    name: written.clone(),
                    near: near.map(str::to_owned),
                });
            }
            for (kind, name) in found {
                let names = match kind {
                    Kind::Store => &mut down.stores,
                    Kind::Provider => &mut down.providers,
                    Kind::Service => &mut down.services,
                };
                names.insert(name.clone());
            }
        }
        let without = config.stores.iter().filter(|(_, store)| {
            let mut own = store.providers.iter().map(|it| &it.value);
            !store.providers.is_empty() && own.all(|it| down.providers.contains(it))
        });
        down.stores.extend(without.map(|(name, _)| name.clone()));
        Ok(down)
    }

    /// Everything that is down, by name.
    pub fn names(&self) -> Vec<String> {
        let services = self.services.difference(&self.stores);
        self.stores.iter().chain(services).cloned().collect()
    }
}

/// All names: of configured stores and those that the code uses, of providers and services.
fn known(outages: &Outages<'_, '_>) -> Vec<(Kind, String)> {
    let analysis = outages.analysis;
    let config = &analysis.sources.workspace.config;
    let mut stores: BTreeSet<String> = config.stores.keys().cloned().collect();
    let is_named = |store: &str| stores.iter().any(|it| plain(it) == plain(store));
    let used = analysis.sites.iter().map(|site| site.store.to_string());
    let used: Vec<String> = used.filter(|store| !is_named(store)).collect();
    stores.extend(used);
    let providers = config.stores.values().flat_map(|store| &store.providers);
    let providers: BTreeSet<String> = providers.map(|it| it.value.clone()).collect();
    let services = outages.services.iter().map(|it| it.name.clone());
    let stores = stores.into_iter().map(|it| (Kind::Store, it));
    let providers = providers.into_iter().map(|it| (Kind::Provider, it));
    let services = services.map(|it| (Kind::Service, it));
    stores.chain(providers).chain(services).collect()
}

/// The kind that a name says, and the name.
fn of_kind(written: &str) -> (Option<Kind>, &str) {
    match written.split_once(':') {
        Some(("store", name)) => (Some(Kind::Store), name),
        Some(("provider", name)) => (Some(Kind::Provider), name),
        Some(("service", name)) => (Some(Kind::Service), name),
        _ => (None, written),
    }
}
