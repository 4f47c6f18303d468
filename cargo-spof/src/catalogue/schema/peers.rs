//! `[peers]`: how a request says to whom it goes.
//!
//! In: the table and the file's sets. Out: one rule for each pattern that an entry's text is.

use super::super::words::Source;
use super::PeerRule;
use super::calls::{self, Sets};
use crate::spanned_toml::{Problems, Table};
use toml::de::DeValue;

/// Reads `[peers]`.
pub(super) fn peers(
    problems: &mut Problems,
    top: &mut Table<'_>,
    sets: &Sets<'_>,
) -> Vec<PeerRule> {
    let mut all = Vec::new();
    for (text, value) in super::parse::entries(problems, top, "peers") {
        let DeValue::Table(entries) = value.get_ref() else {
            problems.wrong_kind(&text.value, "a table", value);
            continue;
        };
        let mut table = Table::new(format!("the peer `{}`", text.value), text.place, entries);
        let mut source = |key| {
            let text = table.string(problems, key);
            text.map(|it| Source::parse(&it.value))
        };
        let (url, method, service) = (source("url"), source("method"), source("service"));
        table.finish(problems);
        if url.is_none() && service.is_none() {
            let message = format!("the peer `{}` says nothing", text.value);
            let help = "give it `url` or `service`".to_owned();
            problems.push(text.place, message, Some(help));
        }
        for pattern in calls::pattern(problems, &text, sets) {
            all.push(PeerRule {
                pattern,
                url: url.clone(),
                method: method.clone(),
                service: service.clone(),
                place: text.place,
            });
        }
    }
    all
}
