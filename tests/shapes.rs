//! The ways in which a handle reaches its call, and what becomes of an error: `fixtures/shapes`. A mark
//! `//~ OPERATION CLASS FLOW` says what stands on a line; a line without one has no call site.

use crate::{binary, marks};

#[test]
fn every_shape_is_seen_and_nothing_else() {
    marks::check_flows("shapes");
}

/// A client of one's own: `fixtures/in-house` has a rule file beside its code, and the program nothing of it.
#[test]
fn a_client_of_ones_own_needs_a_rule_file_only() {
    let dir = binary::fixture("in-house");
    let found = marks::of_sites(&dir, |site| {
        let said = [&site.operation, &site.class, &site.store, &site.flow];
        said.map(String::as_str).join(" ")
    });
    marks::compare(&marks::in_dir(&dir), &found);
}
