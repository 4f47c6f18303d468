//! `[routes]`: how a route is addressed.
//!
//! In: the table and the file's sets. Out: one rule for each pattern that an entry's text is: calls that are given a handler or a
//! part of a router, calls that something is built from, attributes, and traits of services.

use super::super::words::Source;
use super::calls::Sets;
use super::frames::by;
use super::{Before, Of, RouteRule};
use crate::spanned_toml::{Problems, Table};
use toml::de::DeValue;

const OF: [(&str, Of); 3] = [
    ("given", Of::Given),
    ("built", Of::Built),
    ("joined", Of::Joined),
];

const BEFORE: [(&str, Before); 2] = [("built", Before::Built), ("all", Before::All)];

/// Reads `[routes]`.
pub(super) fn routes(
    problems: &mut Problems,
    top: &mut Table<'_>,
    sets: &Sets<'_>,
) -> Vec<RouteRule> {
    let mut all = Vec::new();
    for (text, value) in super::parse::entries(problems, top, "routes") {
        let DeValue::Table(entries) = value.get_ref() else {
            problems.wrong_kind(&text.value, "a table", value);
            continue;
        };
        let mut table = Table::new(format!("the route `{}`", text.value), text.place, entries);
        let source =
            |text: Option<crate::spanned_toml::Text>| text.map(|it| Source::parse(&it.value));
        let method = source(table.string(problems, "method"));
        let path = source(table.string(problems, "path"));
        let of = table.word(problems, "of", &OF);
        let before = table.word(problems, "before", &BEFORE);
        table.finish(problems);
        let is_joined = of.as_ref().is_some_and(|of| of.value == Of::Joined);
        if method.is_none() && path.is_none() && before.is_none() && !is_joined {
            let message = format!("the route `{}` says nothing", text.value);
            let help = "give it `method`, `path` or `before`".to_owned();
            problems.push(text.place, message, Some(help));
        }
        for by in by(problems, &text, sets) {
            all.push(RouteRule {
                by,
                method: method.clone(),
                path: path.clone(),
                of: of.as_ref().map_or(Of::Given, |of| of.value),
                before: before.map(|it| it.value),
                place: text.place,
            });
        }
    }
    all
}
