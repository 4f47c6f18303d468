//! Links: which entry points of the workspace answer a call.
//!
//! In: the call sites of a finished analysis and its services. Out: for each site that another service may answer, who does
//! ([`Link`]), and what the services call that none of them answers ([`External`]).
//!
//! An RPC is answered by whoever implements a method of that name. A request is answered by the service that the code names: a host, a
//! variable or a field that has the URL, a binding. Such a name is the service's own, or one that `answers` in its configuration lists.
//! Of its entry points those may answer whose method and path fit as far as both are known; where none fits, any of them.
//! A store is answered by the services among its providers: which entry point an operation asks for is not known.

mod names;
mod paths;

use crate::analysis::Analysis;
use crate::catalogue::Scope;
use crate::outage::wiring::{Link, Way};
use crate::resolve::DefId;
use crate::services::{Entry, Service};
use crate::sites::{Peer, PeerName, Site};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeSet;

/// What is called and no service of the workspace answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct External {
    /// The service that calls.
    pub service: String,
    /// What the code calls it: a host, a variable, a binding; the client's store where it says nothing.
    pub name: String,
    /// The client.
    pub client: String,
}

/// Sites and who answers them.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    /// By site.
    pub links: Vec<Link>,
    /// By service and name.
    pub external: Vec<External>,
    /// What each site calls that no service answers, by its index.
    pub external_sites: FxHashMap<usize, String>,
}

/// The most names that one peer has.
const MAX_NAMES: usize = 32;

/// Links the call sites of a workspace to its services.
pub fn link(analysis: &Analysis<'_>, services: &[Service]) -> Linked {
    let linker = Linker::new(analysis, services);
    let mut linked = Linked::default();
    let mut external = Vec::new();
    for (index, site) in analysis.sites.iter().enumerate() {
        if !site.may_fail() {
            continue;
        }
        if let Some(link) = linker.link(index, site) {
            linked.links.push(link);
        } else if site.scope == Scope::Remote {
            let name = external_name(analysis, site);
            linked.external_sites.insert(index, name.clone());
            external.push((site, name));
        }
    }
    let mut all = BTreeSet::new();
    for service in services {
        let own = external
            .iter()
            .filter(|(it, _)| service.functions.contains(&it.function));
        all.extend(own.map(|(site, name)| External {
            service: service.name.clone(),
            name: name.clone(),
            client: analysis.rule(site).stem.clone(),
        }));
    }
    linked.external = all.into_iter().collect();
    linked
}

/// What tells most of a peer: a host, the last of the variables that have it, a binding.
fn external_name(analysis: &Analysis<'_>, site: &Site) -> String {
    let name = site.peer.as_ref().and_then(|peer| peer.name.as_ref());
    let names = name.map(|name| leading(analysis, name)).unwrap_or_default();
    let host = names.iter().find_map(|name| match name {
        PeerName::Host(host) => Some(host.as_str()),
        PeerName::Variable(..) => None,
    });
    let variable = names.last().and_then(|name| match name {
        PeerName::Variable(name, _) => Some(name.as_str()),
        PeerName::Host(_) => None,
    });
    let label = site.label.as_deref();
    let named = host.or(variable).or(label);
    named.unwrap_or(&site.store).to_owned()
}

struct Linker<'l, 's> {
    analysis: &'l Analysis<'s>,
    services: &'l [Service],
    /// Who implements an RPC, by name: the service and the function.
    rpcs: FxHashMap<&'l str, Vec<(usize, DefId)>>,
    /// The services by their own names, and by others that configuration lists.
    by_name: FxHashMap<String, Vec<usize>>,
    answers: FxHashMap<&'l str, Vec<usize>>,
}

impl<'l, 's> Linker<'l, 's> {
    fn new(analysis: &'l Analysis<'s>, services: &'l [Service]) -> Self {
        let mut rpcs: FxHashMap<&str, Vec<(usize, DefId)>> = FxHashMap::default();
        for (index, service) in services.iter().enumerate() {
            for entry in &service.entries {
                let own = rpcs.entry(entry.name.as_str()).or_default();
                own.push((index, entry.function));
            }
        }
        let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, service) in services.iter().enumerate() {
            by_name
                .entry(names::key(&service.name))
                .or_default()
                .push(index);
        }
        let mut answers: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for configured in analysis.sources.workspace.config.services.values() {
            let own = by_name.get(&names::key(&configured.name.value));
            for name in &configured.answers {
                let all = answers.entry(name.value.as_str()).or_default();
                all.extend(own.into_iter().flatten());
            }
        }
        Self {
            analysis,
            services,
            rpcs,
            by_name,
            answers,
        }
    }

    /// Who answers a site; `None` where no service does.
    fn link(&self, index: usize, site: &Site) -> Option<Link> {
        let by_provider = self.of_store(site);
        let is_of_store = !by_provider.is_empty();
        let ways = if is_of_store {
            by_provider
        } else {
            vec![self.of_peer(site)?]
        };
        Some(Link {
            site: index,
            ways,
            is_of_store,
        })
    }

    /// A store is lost with all of its providers.
    fn of_store(&self, site: &Site) -> Vec<Way> {
        let config = &self.analysis.sources.workspace.config;
        let Some(store) = config.stores.get(site.store.as_str()) else {
            return Vec::new();
        };
        let ways = store.providers.iter().map(|provider| {
            let own = self.by_name.get(&names::key(&provider.value));
            let own = own.and_then(|all| all.first());
            let served = own.map(|&index| self.services[index].served());
            let served = served.unwrap_or_default();
            Way {
                by: vec![provider.value.clone()],
                functions: served.iter().map(|it| it.function).collect(),
            }
        });
        let ways: Vec<Way> = ways.collect();
        let is_answered = ways.iter().any(|way| !way.functions.is_empty());
        if is_answered { ways } else { Vec::new() }
    }

    fn of_peer(&self, site: &Site) -> Option<Way> {
        let peer = site.peer.as_deref();
        let named = self.named(site);
        if let Some(rpc) = peer.and_then(|it| it.rpc.as_deref()) {
            let all = self.rpcs.get(rpc)?;
            let meant: Vec<_> = all.iter().filter(|it| named.contains(&it.0)).collect();
            let meant = if meant.is_empty() {
                all.iter().collect()
            } else {
                meant
            };
            return Some(Way {
                by: meant
                    .iter()
                    .map(|it| self.services[it.0].name.clone())
                    .collect(),
                functions: meant.iter().map(|it| it.1).collect(),
            });
        }
        let functions = named.iter().flat_map(|&index| {
            let entries = self.services[index].served();
            answering(&entries, peer)
        });
        (!named.is_empty()).then(|| Way {
            by: named
                .iter()
                .map(|&it| self.services[it].name.clone())
                .collect(),
            functions: functions.collect(),
        })
    }

    /// The services that a site's names are of: what it is bound to, else where its URL leads.
    fn named(&self, site: &Site) -> Vec<usize> {
        if site.scope != Scope::Remote {
            return Vec::new();
        }
        let by_label = site
            .label
            .as_deref()
            .map(|label| self.of_name(label, names::of_label));
        if let Some(found) = by_label.filter(|found| !found.is_empty()) {
            return found;
        }
        let Some(name) = site.peer.as_ref().and_then(|peer| peer.name.as_ref()) else {
            return Vec::new();
        };
        let mut found: Vec<usize> = leading(self.analysis, name)
            .into_iter()
            .flat_map(|name| match name {
                PeerName::Host(host) => self.of_name(host, names::of_host),
                PeerName::Variable(name, _) => self.of_name(name, names::of_variable),
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn of_name(&self, name: &str, keys: fn(&str) -> Vec<String>) -> Vec<usize> {
        let by_answer = self.answers.get(name).into_iter().flatten();
        let keys = keys(name).into_iter();
        let by_name = keys.filter_map(|key| self.by_name.get(&key)).flatten();
        by_answer.chain(by_name).copied().collect()
    }
}

/// A peer's name, and those that it has where fields and parameters get it from.
fn leading<'n>(analysis: &'n Analysis<'_>, name: &'n PeerName) -> Vec<&'n PeerName> {
    let mut all = vec![name];
    let mut at = 0;
    while let Some(&name) = all.get(at) {
        at += 1;
        let PeerName::Variable(_, Some(holder)) = name else {
            continue;
        };
        for next in analysis.held.get(holder).into_iter().flatten() {
            if !all.contains(&next) && all.len() < MAX_NAMES {
                all.push(next);
            }
        }
    }
    all
}

/// The entry points that may answer a request: those that fit best, or all where none does.
fn answering(entries: &[&Entry], peer: Option<&Peer>) -> Vec<DefId> {
    let (method, path) = peer.map_or((None, None), |peer| {
        (peer.method.as_deref(), peer.path.as_deref())
    });
    let fits = |entry: &&&Entry| paths::fit(&entry.name, method, path);
    let best = entries.iter().filter_map(|it| fits(&it)).max();
    let fitting = entries
        .iter()
        .filter(|it| best.is_none() || fits(it) == best);
    fitting.map(|it| it.function).collect()
}
