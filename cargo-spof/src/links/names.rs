//! Whether a name that code uses is a service's own.

use crate::coverage::plain;

/// Names that only a private network has: RFC 6761 and 6762, the root zone's reserved `internal`, and what clusters use.
const PRIVATE: [&str; 7] = [
    "internal",
    "local",
    "localhost",
    "test",
    "lan",
    "svc",
    "localdomain",
];

/// What a variable's name says beside the service's.
const WORDS: [&str; 20] = [
    "url", "uri", "addr", "address", "host", "hostname", "endpoint", "base", "origin", "service",
    "svc", "server", "api", "grpc", "http", "https", "target", "upstream", "root", "domain",
];

/// A name as services' are compared.
pub(super) fn key(name: &str) -> String {
    plain(&name.to_ascii_lowercase())
}

/// The services that a binding or label may mean: the one of its name.
pub(super) fn of_label(name: &str) -> Vec<String> {
    vec![key(name)]
}

/// The services that a host may mean: that of its first label, where no public name stands behind it.
pub(super) fn of_host(host: &str) -> Vec<String> {
    let mut labels = host.split('.');
    let first = labels.next().unwrap_or_default();
    let is_private = labels
        .next_back()
        .is_none_or(|last| PRIVATE.contains(&last));
    is_private.then(|| key(first)).into_iter().collect()
}

/// The services that a variable, field or parameter may mean: that of its name, with words like `url` behind it or without.
pub(super) fn of_variable(name: &str) -> Vec<String> {
    let name = key(name);
    let mut rest = name.as_str();
    let mut keys = vec![name.clone()];
    while let Some((front, last)) = rest.rsplit_once('_')
        && WORDS.contains(&last)
    {
        rest = front;
        keys.push(rest.to_owned());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_services_where_no_public_name_stands_behind() {
        for host in [
            "turnstile",
            "turnstile.internal",
            "Turnstile.prod.svc",
            "turnstile.default.svc.cluster.local",
        ] {
            assert_eq!(of_host(host), ["turnstile"], "{host}");
        }
        assert_eq!(of_host("turnstile.com"), [""; 0]);
        assert_eq!(of_host("api.turnstile.internal"), ["api"]);
    }

    #[test]
    fn a_variable_is_a_services_with_words_behind() {
        let key = "workers_kv".to_owned();
        for name in [
            "WORKERS_KV_URL",
            "workers_kv",
            "workers_kv_base_url",
            "workers_kv_service_addr",
        ] {
            assert!(of_variable(name).contains(&key), "{name}");
        }
        for name in ["kv_url", "base_url", "workers_kv_cache"] {
            assert!(!of_variable(name).contains(&key), "{name}");
        }
    }
}
