//! What was not seen, one place a line.

use super::escape::terminal;
use crate::summary::UnseenPlace;

/// The places as `path:line:column reason: what`.
pub fn text(places: &[UnseenPlace]) -> String {
    places.iter().map(line).collect()
}

fn line(place: &UnseenPlace) -> String {
    let UnseenPlace {
        file,
        line,
        column,
        reason,
        what,
    } = place;
    let (file, what) = (terminal(file), terminal(what));
    if what.is_empty() {
        return format!("{file}:{line}:{column} {reason}\n");
    }
    format!("{file}:{line}:{column} {reason}: {what}\n")
}
