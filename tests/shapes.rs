//! The ways in which a handle reaches its call, and what becomes of an error: `fixtures/shapes`. A mark
//! `//~ OPERATION CLASS FLOW` says what stands on a line; a line without one has no call site.

use crate::{binary, marks};

#[test]
fn every_shape_is_seen_and_nothing_else() {
    let dir = binary::fixture("shapes");
    let found = binary::sites(&dir.join("Cargo.toml"));
    let found = found.iter().map(|site| {
        let said = format!("{} {} {}", site.operation, site.class, site.flow);
        (site.file.clone(), site.line, said)
    });
    marks::compare(&marks::in_dir(&dir), &found.collect::<Vec<_>>());
}
