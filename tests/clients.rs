//! Clients as people use them: `fixtures/clients`, one crate each, written against the real crates. A mark
//! `//~ OPERATION CLASS STORE` says what stands on a line; `//~ none` says that a name like an operation's is none.

use crate::{binary, marks};

/// What is not yet seen as it is marked: each is a bug, and a line of this list that is right by now fails the test.
const WRONG: [&str; 8] = [
    // One of two handles, which the code does not tell: the first is claimed.
    "lettre/src/http.rs:81",
    "postgres/src/state.rs:59",
    // A newtype behind an `Arc`, cloned by path; one that is itself what the store names.
    "object_store/src/scans.rs:57",
    "opendal/src/voices.rs:70",
    // An own trait's `&self` before the client's own `&mut self`: types are without their references.
    "tonic/src/stock.rs:68",
    // What an own function's closure gets, and what a flow by argument yields.
    "sea-orm/src/feed.rs:95",
    "sea-orm/src/posts.rs:68",
    "sea-orm/src/posts.rs:69",
];

#[test]
fn every_marked_call_is_found_with_its_store() {
    let dir = binary::fixture("clients");
    let found = marks::of_sites(&dir, |site| {
        format!("{} {} {}", site.operation, site.class, site.store)
    });
    let wanted = marks::in_dir(&dir);
    let is_wrong =
        |(file, line, _): &marks::Mark| WRONG.contains(&format!("{file}:{line}").as_str());
    let (known, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().partition(is_wrong);
    let (others, found): (Vec<_>, Vec<_>) = found.into_iter().partition(is_wrong);
    let wanted: Vec<_> = wanted
        .into_iter()
        .filter(|(_, _, said)| said != "none")
        .collect();
    marks::compare(&wanted, &found);
    let is_right = |mark: &&marks::Mark| match mark.2.as_str() {
        "none" => others.iter().all(|it| (&it.0, it.1) != (&mark.0, mark.1)),
        _ => others.contains(mark),
    };
    let right: Vec<_> = known.iter().filter(is_right).collect();
    assert!(right.is_empty(), "no bug any more: {right:?}");
    assert_eq!(known.len(), WRONG.len(), "a place of the list has no mark");
}
