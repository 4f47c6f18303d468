//! Names of Protocol Buffers as Rust names.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Words that cannot be names in Rust, raw ones included.
const NEVER: [&str; 5] = ["self", "super", "extern", "crate", "Self"];

/// A message's, enum's, variant's or service's name.
pub(super) fn camel(name: &str) -> String {
    identifier(name.to_upper_camel_case())
}

/// A field's, method's or module's name.
pub(super) fn snake(name: &str) -> String {
    identifier(name.to_snake_case())
}

/// A name as an identifier.
fn identifier(name: String) -> String {
    if NEVER.contains(&name.as_str()) {
        return format!("{name}_");
    }
    if crate::facts::parse_path(&name).is_err() {
        let raw = format!("r#{name}");
        return if crate::facts::parse_path(&raw).is_ok() {
            raw
        } else {
            format!("_{name}")
        };
    }
    name
}

/// A package as modules, from the outermost.
pub(super) fn modules(package: &str) -> Vec<String> {
    let parts = package.split('.').filter(|part| !part.is_empty());
    parts.map(snake).collect()
}

/// A name inside of a package or message.
pub(super) fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        return name.to_owned();
    }
    format!("{scope}.{name}")
}

/// A variant's name without the enum's in front of it.
pub(super) fn variant(of: &str, name: &str) -> String {
    let (of, name) = (of.to_upper_camel_case(), name.to_upper_camel_case());
    let rest = name.strip_prefix(&of);
    let is_whole = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_uppercase());
    identifier(rest.filter(is_whole).map_or(name.clone(), str::to_owned))
}
