//! What is down, as a user names it.

use super::{Outages, Target};
use crate::coverage::plain;
use crate::suggest::nearest;
use crate::workspace::config::Config;
use serde::Serialize;
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
    /// Peers that are no services of the workspace, by the names that [`External`](crate::links::External) has.
    pub external: BTreeSet<String>,
}

/// A name that is neither a store nor a provider, nor a service, nor another peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What was written.
    pub name: String,
    /// What was probably meant.
    pub near: Option<String>,
}

/// What a thing is that can be down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Kind {
    /// A store.
    Store,
    /// Who runs stores.
    Provider,
    /// A service of the workspace.
    Service,
    /// A peer outside of it.
    External,
}

impl Kind {
    /// The kind as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Provider => "provider",
            Self::Service => "service",
            Self::External => "external",
        }
    }
}

impl Down {
    /// What names mean: stores, providers, services, other peers; one name may be several of them, unless it says which: `store:kv`.
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
                    Kind::External => &mut down.external,
                };
                names.insert(name.clone());
            }
        }
        down.take_stores(config);
        Ok(down)
    }

    /// What is down when this is.
    pub fn of(target: Target) -> Self {
        let mut down = Self::default();
        match target {
            Target::Store(name) => down.stores.insert(name),
            Target::Service(name) => down.services.insert(name),
            Target::External(name) => down.external.insert(name),
        };
        down
    }

    /// What is down when a provider is: with it the stores that have no other.
    pub fn of_provider(provider: &str, config: &Config) -> Self {
        let mut down = Self::default();
        down.providers.insert(provider.to_owned());
        down.take_stores(config);
        down
    }

    /// Stores go down with the last of their providers.
    fn take_stores(&mut self, config: &Config) {
        let without = config.stores.iter().filter(|(_, store)| {
            let mut own = store.providers.iter().map(|it| &it.value);
            !store.providers.is_empty() && own.all(|it| self.providers.contains(it))
        });
        let without: Vec<String> = without.map(|(name, _)| name.clone()).collect();
        self.stores.extend(without);
    }

    /// Everything that is down, by name.
    pub fn names(&self) -> Vec<String> {
        let peers = self.services.union(&self.external);
        let others = peers.filter(|it| !self.stores.contains(*it));
        self.stores.iter().chain(others).cloned().collect()
    }
}

/// All names: of configured stores and those that the code uses, of providers, services and other peers.
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
    let external = outages.external.iter().map(|it| it.name.clone());
    let external: BTreeSet<String> = external.collect();
    let stores = stores.into_iter().map(|it| (Kind::Store, it));
    let providers = providers.into_iter().map(|it| (Kind::Provider, it));
    let services = services.map(|it| (Kind::Service, it));
    let external = external.into_iter().map(|it| (Kind::External, it));
    let all = stores.chain(providers).chain(services);
    all.chain(external).collect()
}

/// The kind that a name says, and the name.
fn of_kind(written: &str) -> (Option<Kind>, &str) {
    let kinds = [Kind::Store, Kind::Provider, Kind::Service, Kind::External];
    let named = written.split_once(':').and_then(|(word, name)| {
        let kind = kinds.into_iter().find(|it| it.word() == word)?;
        Some((Some(kind), name))
    });
    named.unwrap_or((None, written))
}
