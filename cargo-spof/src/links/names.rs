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

/// A binding or label: the service's name, whatever its case.
pub(super) fn is_label(name: &str, service: &str) -> bool {
    plain(&name.to_ascii_lowercase()) == plain(&service.to_ascii_lowercase())
}

/// A host: its first label is the service's name, and no public name stands behind it.
pub(super) fn is_host(host: &str, service: &str) -> bool {
    let mut labels = host.split('.');
    let is_first = labels.next().is_some_and(|first| is_label(first, service));
    let is_private = labels
        .next_back()
        .is_none_or(|last| PRIVATE.contains(&last));
    is_first && is_private
}

/// A variable, field or parameter: the service's name with words like `url` behind it.
pub(super) fn is_variable(name: &str, service: &str) -> bool {
    let name = plain(&name.to_ascii_lowercase());
    let mut rest = name.as_str();
    loop {
        if is_label(rest, service) {
            return true;
        }
        match rest.rsplit_once('_') {
            Some((front, last)) if WORDS.contains(&last) => rest = front,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_services_where_no_public_name_stands_behind() {
        for host in [
            "turnstile",
            "turnstile.internal",
            "turnstile.prod.svc",
            "turnstile.default.svc.cluster.local",
        ] {
            assert!(is_host(host, "turnstile"), "{host}");
        }
        for host in ["turnstile.com", "api.turnstile.internal", "turnstiles"] {
            assert!(!is_host(host, "turnstile"), "{host}");
        }
    }

    #[test]
    fn a_variable_is_a_services_with_words_behind() {
        for name in [
            "WORKERS_KV_URL",
            "workers_kv",
            "workers_kv_base_url",
            "workers_kv_service_addr",
        ] {
            assert!(is_variable(name, "workers-kv"), "{name}");
        }
        for name in ["kv_url", "base_url", "workers_kv_cache"] {
            assert!(!is_variable(name, "workers-kv"), "{name}");
        }
    }
}
