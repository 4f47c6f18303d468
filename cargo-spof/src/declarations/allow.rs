//! The words of an `allow`: the lints that it names, and the reason that it needs.
//!
//! Whether there is such a lint, and whether it finds anything there, is judged elsewhere.

use super::Malformed;
use super::check::check_value;
use super::grammar::{Value, Written};
use crate::span::Place;
use crate::suggest::nearest;
use crate::workspace::config::Spanned;

/// How an `allow` is written.
pub(super) const SHAPE: &str = "write `allow(lint, reason = \"…\")`";

/// The most lints of one `allow`.
pub(super) const MAX_LINTS: usize = 100;

const KEYS: [&str; 2] = ["reason", "until"];

/// What an `allow` says.
pub(super) struct Said {
    pub(super) lints: Vec<Spanned<String>>,
    pub(super) reason: Option<Spanned<String>>,
    pub(super) until: Option<Spanned<String>>,
    pub(super) place: Place,
}

/// Judges the words of an `allow`. `problems` are those of its shape; the new ones are added.
pub(super) fn check(written: &Written, problems: &mut Vec<Malformed>) -> Option<Said> {
    let lints: Vec<Spanned<String>> = written.words.iter().flatten().map(lint).collect();
    for (key, value) in &written.args {
        if KEYS.contains(&key.value.as_str()) {
            check_value(&key.value, value, problems);
        } else {
            let help = match nearest(&key.value, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the keys are `reason` and `until`".to_owned(),
            };
            let message = format!("unknown key `{}`", key.value);
            problems.push(Malformed::new(key.place, message, Some(help)));
        }
    }
    if lints.is_empty() {
        let help = Some(SHAPE.to_owned());
        problems.push(Malformed::new(written.place, "no lint is named", help));
        return None;
    }
    let get = |name: &str| {
        let (_, value) = written.args.iter().find(|(key, _)| key.value == name)?;
        Some(Spanned {
            value: value.value.text.clone(),
            place: value.place,
        })
    };
    let reason = get("reason");
    if reason.is_none() {
        let help = Some("add `reason = \"…\"`".to_owned());
        problems.push(Malformed::new(
            written.place,
            "`allow` needs `reason`",
            help,
        ));
    }
    Some(Said {
        lints,
        reason,
        until: get("until"),
        place: written.place,
    })
}

/// A lint's name; an attribute may have `_` for `-`.
fn lint(word: &Spanned<Value>) -> Spanned<String> {
    Spanned {
        value: word.value.text.replace('_', "-"),
        place: word.place,
    }
}
