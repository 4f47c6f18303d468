//! The drift check: every path and method that a rule file names exists in the published source.
//!
//! In: `rules/*.toml` and the sources of the crates that the manifests below `fixtures/catalogue` pin, which must have
//! been fetched. Out: a line for each name that no pinned version has. Nothing is built. `rules/README.md` says how a
//! version is pinned and how this is run.
#![allow(
    clippy::disallowed_methods,
    reason = "a check of its own: it asks cargo and reads the sources of published crates"
)]

mod allowed;
mod check;
mod claims;
mod members;
mod names;
mod pins;
mod report;
mod source;
#[cfg(test)]
mod tests;

use pins::Pins;
use report::Report;
use std::path::Path;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../rules");
const MANIFESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/catalogue");

#[test]
fn every_name_of_a_rule_is_in_a_pinned_version() {
    let manifests = pins::manifests(Path::new(MANIFESTS)).expect("a folder of manifests");
    let pins = Pins::of(&manifests).expect("manifests whose crates are fetched");
    let report = Report::of(&pins, Path::new(RULES)).expect("rule files");
    report::say(&report.summary());
    assert!(
        report.problems.is_empty(),
        "\n{}",
        report.problems.join("\n")
    );
}
