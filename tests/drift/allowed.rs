//! What is not looked for, each with its reason.

/// Crates that no manifest pins: the rule's stem, the package, why.
pub(crate) const NOT_PINNED: &[(&str, &str, &str)] = &[];

/// Names that no pinned version has: the rule's stem, the name as it would be reported, why.
pub(crate) const NOT_FOUND: &[(&str, &str, &str)] = &[];
