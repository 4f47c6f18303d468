//! The words of a declaration: whether there is such a verb, which keys it needs and takes, and
//! whether their values are of the right kind.
//!
//! In: what is written, in whatever form. Out: the declaration, which stands as soon as a store is
//! named, and every problem at once. Whether it is true of the code is judged elsewhere.

use super::grammar::{SHAPE, Value, Written};
use super::verb::{KEYS, Verb, is_open, is_transient};
use super::{Declaration, Malformed};
use crate::facts::parse_path;
use crate::span::Place;
use crate::suggest::nearest;
use crate::workspace::config::Spanned;

/// Judges the words of a declaration. `problems` are those of its shape; the new ones are added.
pub(super) fn check(written: &Written, problems: &mut Vec<Malformed>) -> Option<Declaration> {
    let verb = verb(written, problems);
    let args = known_args(written, verb, problems);
    if let Some(verb) = verb {
        check_needs(verb, &args, problems);
    }
    for (key, value) in &args {
        check_value(&key.value, value, problems);
    }
    let store = store(written, problems)?;
    let get = |name: &str| {
        let (_, value) = args.iter().find(|(key, _)| key.value == name)?;
        Some(Spanned {
            value: value.value.text.clone(),
            place: value.place,
        })
    };
    Some(Declaration {
        place: written.place,
        form: written.form,
        store,
        verb,
        reason: get("reason"),
        owner: get("owner"),
        until: get("until"),
        via: get("via"),
        to: get("to"),
        max_age: get("max_age"),
        tested_by: get("tested_by"),
        is_well_formed: problems.is_empty(),
    })
}

fn store(written: &Written, problems: &mut Vec<Malformed>) -> Option<Spanned<String>> {
    let Some(store) = written.store() else {
        let help = Some(SHAPE.to_owned());
        problems.push(Malformed::new(written.place, "no store is named", help));
        return None;
    };
    let place = store.place;
    if store.value.text.trim().is_empty() {
        problems.push(Malformed::new(place, "the store's name is empty", None));
        return None;
    }
    Some(Spanned {
        value: store.value.text.clone(),
        place,
    })
}

fn verb(written: &Written, problems: &mut Vec<Malformed>) -> Option<Spanned<Verb>> {
    let Some(verb) = written.verb() else {
        if written.store().is_some() {
            let help = format!("the verbs are {}", verbs());
            let message = "no verb says what happens";
            problems.push(Malformed::new(written.place, message, Some(help)));
        }
        return None;
    };
    let (word, place) = (verb.value.text.as_str(), verb.place);
    if let Some(value) = Verb::parse(word) {
        return Some(Spanned { value, place });
    }
    if is_open(word) {
        let message = "what happens is still to be filled in";
        let help = format!("the verbs are {}", verbs());
        problems.push(Malformed::new(place, message, Some(help)));
    } else {
        problems.push(unknown_verb(word, place));
    }
    None
}

fn unknown_verb(word: &str, place: Place) -> Malformed {
    if is_transient(word) {
        let message = format!(
            "`{word}` bounds a transient fault, it does not say what a user sees in a 2.5-hour outage"
        );
        let help = format!("say what happens when it has given up: {}", verbs());
        return Malformed::new(place, message, Some(help));
    }
    let help = match nearest(word, Verb::ALL.map(Verb::word)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the verbs are {}", verbs()),
    };
    Malformed::new(place, format!("unknown verb `{word}`"), Some(help))
}

type Arg<'w> = &'w (Spanned<String>, Spanned<Value>);

/// The arguments with a known key, each key once.
fn known_args<'w>(
    written: &'w Written,
    verb: Option<Spanned<Verb>>,
    problems: &mut Vec<Malformed>,
) -> Vec<Arg<'w>> {
    let mut known: Vec<Arg<'w>> = Vec::new();
    // Beside a word that is no verb, nobody can say which keys were meant: one problem is enough.
    let is_verb_wrong = written.verb().is_some() && verb.is_none();
    for arg in &written.args {
        let (key, place) = (arg.0.value.as_str(), arg.0.place);
        if !KEYS.contains(&key) {
            problems.extend((!is_verb_wrong).then(|| unknown_key(key, place)));
        } else if let Some(first) = known.iter().find(|(other, _)| other.value == key) {
            let message = format!("`{key}` is given twice");
            let related = (first.0.place, "first here".to_owned());
            problems.push(Malformed::new(place, message, None).with_related(related));
        } else {
            if let Some(verb) = verb.filter(|verb| !verb.value.takes(key)) {
                let message = format!("`{}` takes no `{key}`", verb.value.word());
                problems.push(Malformed::new(place, message, Some(taken(verb.value))));
            }
            known.push(arg);
        }
    }
    known
}

fn unknown_key(key: &str, place: Place) -> Malformed {
    let help = if matches!(key, "store" | "verb") {
        format!("the store and the verb have no key: {SHAPE}")
    } else if let Some(near) = nearest(key, KEYS) {
        format!("did you mean `{near}`?")
    } else {
        format!("the keys are {}", list(&KEYS, "and"))
    };
    Malformed::new(place, format!("unknown key `{key}`"), Some(help))
}

fn taken(verb: Verb) -> String {
    let taken: Vec<&str> = KEYS.into_iter().filter(|key| verb.takes(key)).collect();
    format!("`{}` takes {}", verb.word(), list(&taken, "and"))
}

fn check_needs(verb: Spanned<Verb>, args: &[Arg<'_>], problems: &mut Vec<Malformed>) {
    let is_given = |key: &&str| args.iter().any(|(given, _)| given.value == **key);
    let missing: Vec<&[&str]> = (verb.value.needs().iter().copied())
        .filter(|keys| !keys.iter().any(is_given))
        .collect();
    if missing.is_empty() {
        return;
    }
    let words: Vec<String> = missing.iter().map(|keys| list(keys, "or")).collect();
    let message = format!("`{}` needs {}", verb.value.word(), words.join(" and "));
    let samples: Vec<&str> = missing.iter().map(|keys| sample(keys[0])).collect();
    let help = format!("add `{}`", samples.join(", "));
    problems.push(Malformed::new(verb.place, message, Some(help)));
}

/// How a key is written.
fn sample(key: &str) -> &'static str {
    match key {
        "reason" => "reason = \"…\"",
        "owner" => "owner = \"…\"",
        "until" => "until = \"2027-03-31\"",
        "via" => "via = path::to::function",
        "to" => "to = other_store",
        "max_age" => "max_age = \"10m\"",
        _ => "tested_by = tests::name",
    }
}

pub(super) fn check_value(key: &str, value: &Spanned<Value>, problems: &mut Vec<Malformed>) {
    let Value { text, is_string } = &value.value;
    let is_path = matches!(key, "via" | "to" | "tested_by");
    let problem = if is_open(text) || !text.chars().any(char::is_alphanumeric) {
        // `reason = "…"` is what the tool itself proposes to fill in.
        Some((format!("`{key}` says nothing"), None))
    } else if !is_path && !is_string {
        let help = format!("write `{key} = \"{text}\"`");
        Some((format!("`{key}` must be a string"), Some(help)))
    } else if key == "max_age" && !is_duration(text) {
        let help = "write `max_age = \"10m\"`, `\"2h30m\"` or `\"1d\"`".to_owned();
        Some((format!("`{text}` is no duration"), Some(help)))
    } else if is_path && key != "to" && parse_path(text).is_err() {
        let help = format!("write `{}`", sample(key));
        Some((format!("`{text}` is no path"), Some(help)))
    } else {
        None
    };
    if let Some((message, help)) = problem {
        problems.push(Malformed::new(value.place, message, help));
    }
}

fn is_duration(text: &str) -> bool {
    text.parse::<jiff::Span>()
        .is_ok_and(|span| span.is_positive())
}

fn verbs() -> String {
    list(&Verb::ALL.map(Verb::word), "and")
}

/// `a`, `b` and `c`.
fn list(words: &[&str], and: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {and} {last}", rest.join(", ")),
        None => String::new(),
    }
}
