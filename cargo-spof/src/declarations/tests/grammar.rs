//! What declarations say, and what is wrong with them.

use super::super::{ConfigDeclarations, Declaration, Form, Verb, in_config};
use super::{FILE, problems, read};
use crate::span::FileId;
use crate::workspace::config::{Config, parse};

/// The one declaration of a comment.
fn declaration(text: &str) -> Declaration {
    let found = read(text);
    assert_eq!(problems(text, &found.malformed), Vec::<String>::new());
    assert_eq!(found.declarations.len(), 1);
    found.declarations[0].declaration.clone()
}

/// The problems of the arguments as comment and as attribute, which are the same.
fn malformed(args: &str) -> Vec<String> {
    let comment = format!("// ä spof\n// spof: on_outage({args})\nfn f() {{}}");
    let attr = format!("/* ä */ #[spof::on_outage({args})]\nfn f() {{}}");
    let of_comment = problems(&comment, &read(&comment).malformed);
    let of_attr = problems(&attr, &read(&attr).malformed);
    let plain = |problem: String| {
        problem
            .replace(&format!("// spof: on_outage({args})"), "ALL")
            .replace(&format!("#[spof::on_outage({args})]"), "ALL")
    };
    let of_comment: Vec<String> = of_comment.into_iter().map(plain).collect();
    let of_attr: Vec<String> = of_attr.into_iter().map(plain).collect();
    assert_eq!(of_comment, of_attr);
    of_comment
}

#[test]
fn every_verb_has_its_keys() {
    for (args, verb) in [
        ("a, fail, reason = \"x\", owner = \"@o\"", Verb::Fail),
        ("a, skip, reason = \"x\"", Verb::Skip),
        ("a, default, reason = \"x\"", Verb::Default),
        ("a, default, via = f", Verb::Default),
        (
            "a, stale, via = cache::get, max_age = \"2h30m\"",
            Verb::Stale,
        ),
        ("a, failover, to = workers-kv", Verb::Failover),
        ("a, defer, to = \"outbox\", via = push", Verb::Defer),
        ("a, fail_open, reason = \"x\"", Verb::FailOpen),
        (
            "a, fail_closed, reason = \"x\", tested_by = tests::denies,",
            Verb::FailClosed,
        ),
    ] {
        let found = declaration(&format!("// spof: on_outage({args})\nfn f() {{}}"));
        assert_eq!(found.verb.map(|verb| verb.value), Some(verb));
        assert!(found.is_well_formed);
        assert_eq!(Verb::parse(verb.word()), Some(verb));
    }
}

#[test]
fn the_verbs_are_soft_unless_they_fail() {
    let hard: Vec<Verb> = Verb::ALL
        .into_iter()
        .filter(|verb| !verb.is_soft())
        .collect();
    assert_eq!(hard, [Verb::Fail, Verb::FailClosed]);
    assert!(Verb::ALL.iter().all(|verb| !verb.doc().is_empty()));
}

#[test]
fn values_keep_their_text_and_their_place() {
    let text = "// spof: on_outage(workers-kv, fail, reason = \"\\u{e4} \\\"b\\\"\", owner = r#\"@\"w\"#, until = \"soon\")   // remark\nfn f() {}";
    let found = declaration(text);
    let value = |value: &Option<crate::workspace::config::Spanned<String>>| {
        value
            .as_ref()
            .map(|it| (it.value.clone(), it.place.span.text(text).to_owned()))
    };
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(found.form, Form::Comment);
    assert_eq!(found.store.value, "workers-kv");
    assert_eq!(
        value(&found.reason),
        pair("ä \"b\"", "\"\\u{e4} \\\"b\\\"\"")
    );
    assert_eq!(value(&found.owner), pair("@\"w", "r#\"@\"w\"#"));
    assert_eq!(value(&found.until), pair("soon", "\"soon\""));
    assert!(found.place.span.text(text).ends_with("// remark"));
}

#[test]
fn a_comment_that_goes_on_keeps_its_places() {
    for newline in ["\n", "\r\n"] {
        let text = "fn f() {\n    // ö\n    // spof: on_outage(\n    //     a,\n    //     fail,\n    //     reason = \"as long\n    //     as it takes (\",\n    //     ownr = \"x\",\n    // )\n    // other\n    go();\n}".replace('\n', newline);
        let found = read(&text);
        let declaration = &found.declarations[0].declaration;
        assert_eq!(
            declaration.reason.as_ref().map(|it| it.value.as_str()),
            Some("as long as it takes (")
        );
        assert_eq!(
            problems(&text, &found.malformed),
            [
                "fail: `fail` needs `owner` (add `owner = \"…\"`)",
                "ownr: unknown key `ownr` (did you mean `owner`?)"
            ]
        );
        assert!(!declaration.is_well_formed);
    }
}

#[test]
fn a_wrong_shape_is_shown_where_it_is() {
    for (args, expected) in [
        (
            "",
            "ALL: no store is named (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            ", skip, reason = \"x\"",
            "ALL: no store is named (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "\"\", skip, reason = \"x\"",
            "\"\": the store's name is empty",
        ),
        (
            "a",
            "ALL: no verb says what happens (the verbs are `fail`, `skip`, `default`, `stale`, `failover`, `defer`, `fail_open` and `fail_closed`)",
        ),
        (
            "a, skip, reason",
            "reason: `reason` has no key (write `key = \"…\"`)",
        ),
        ("a, skip, reason = ", "reason =: `reason` has no value"),
        (
            "a, skip(b), reason = \"x\"",
            "(: unexpected `(` (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "a, skip, reason = \"x\" \"y\"",
            "\"y\": unexpected `\"y\"` (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "a, skip, reason = [x, y]",
            "[: unexpected `[` (write `on_outage(store, verb, key = \"…\")`)",
        ),
    ] {
        let found = malformed(args);
        assert!(found.contains(&expected.to_owned()), "{args}: {found:#?}");
    }
}

#[test]
fn an_unknown_verb_has_a_suggestion() {
    let unknown = |word: &str| malformed(&format!("a, {word}"));
    assert_eq!(
        unknown("fial"),
        ["fial: unknown verb `fial` (did you mean `fail`?)"]
    );
    assert_eq!(
        unknown("fail-open"),
        ["fail-open: unknown verb `fail-open` (did you mean `fail_open`?)"]
    );
    assert_eq!(
        unknown("xyzzy"),
        [
            "xyzzy: unknown verb `xyzzy` (the verbs are `fail`, `skip`, `default`, `stale`, `failover`, `defer`, `fail_open` and `fail_closed`)"
        ]
    );
}

#[test]
fn means_against_transient_faults_are_told_apart_from_outages() {
    for word in [
        "retry",
        "timeout",
        "breaker",
        "circuit_breaker",
        "circuit-breaker",
        "hedge",
    ] {
        assert_eq!(
            malformed(&format!("a, {word}, reason = \"x\"")),
            [format!(
                "{word}: `{word}` bounds a transient fault, it does not say what a user sees in a 2.5-hour outage (say what happens when it has given up: `fail`, `skip`, `default`, `stale`, `failover`, `defer`, `fail_open` and `fail_closed`)"
            )]
        );
    }
}

#[test]
fn a_verb_needs_its_keys() {
    for (args, expected) in [
        (
            "a, fail",
            "fail: `fail` needs `reason` and `owner` (add `reason = \"…\", owner = \"…\"`)",
        ),
        (
            "a, skip",
            "skip: `skip` needs `reason` (add `reason = \"…\"`)",
        ),
        (
            "a, default",
            "default: `default` needs `reason` or `via` (add `reason = \"…\"`)",
        ),
        (
            "a, stale, via = f",
            "stale: `stale` needs `max_age` (add `max_age = \"10m\"`)",
        ),
        (
            "a, failover",
            "failover: `failover` needs `to` (add `to = other_store`)",
        ),
        (
            "a, defer",
            "defer: `defer` needs `to` (add `to = other_store`)",
        ),
        (
            "a, fail_open",
            "fail_open: `fail_open` needs `reason` (add `reason = \"…\"`)",
        ),
        (
            "a, fail_closed",
            "fail_closed: `fail_closed` needs `reason` (add `reason = \"…\"`)",
        ),
    ] {
        assert_eq!(malformed(args), [expected]);
    }
}

#[test]
fn keys_and_values_are_judged_one_by_one() {
    for (args, expected) in [
        ("a, skip, reason = \" \"", "\" \": `reason` says nothing"),
        ("a, skip, reason = \"…\"", "\"…\": `reason` says nothing"),
        (
            "a, skip, reason = why",
            "why: `reason` must be a string (write `reason = \"why\"`)",
        ),
        (
            "a, skip, reason = \"x\", until = 2027-03-31",
            "2027-03-31: `until` must be a string (write `until = \"2027-03-31\"`)",
        ),
        (
            "a, skip, reason = \"x\", reason = \"y\"",
            "reason: `reason` is given twice [reason: first here]",
        ),
        (
            "a, skip, raeson = \"x\", reason = \"x\"",
            "raeson: unknown key `raeson` (did you mean `reason`?)",
        ),
        (
            "a, skip, reason = \"x\", colour = \"x\"",
            "colour: unknown key `colour` (the keys are `reason`, `owner`, `until`, `via`, `to`, `max_age` and `tested_by`)",
        ),
        (
            "a, skip, verb = \"x\", reason = \"x\"",
            "verb: unknown key `verb` (the store and the verb have no key: write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "a, skip, reason = \"x\", to = b",
            "to: `skip` takes no `to` (`skip` takes `reason`, `owner`, `until` and `tested_by`)",
        ),
        (
            "a, stale, via = f, max_age = \"soon\"",
            "\"soon\": `soon` is no duration (write `max_age = \"10m\"`, `\"2h30m\"` or `\"1d\"`)",
        ),
        (
            "a, stale, via = f, max_age = \"-10m\"",
            "\"-10m\": `-10m` is no duration (write `max_age = \"10m\"`, `\"2h30m\"` or `\"1d\"`)",
        ),
        (
            "a, stale, via = \"f()\", max_age = \"1d\"",
            "\"f()\": `f()` is no path (write `via = path::to::function`)",
        ),
    ] {
        assert_eq!(malformed(args), [expected]);
    }
}

#[test]
fn all_problems_come_at_once() {
    assert_eq!(
        malformed("a, skip, reason = \"\", ownr = \"x\", max_age = \"x\"").len(),
        4
    );
}

#[test]
fn what_is_malformed_is_still_declared() {
    let found = read("// spof: on_outage(a, retry)\nfn f() {}");
    assert_eq!(found.declarations.len(), 1);
    assert_eq!(found.declarations[0].declaration.verb, None);
}

#[test]
fn a_comment_to_the_tool_that_is_no_declaration_is_a_problem() {
    for (comment, expected) in [
        (
            "// spof:",
            "// spof:: no declaration stands behind `spof:` (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "// spof: onoutage(a, skip)",
            "onoutage: `onoutage` is no declaration (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "// spof: fail(a)",
            "fail: `fail` is no declaration (write `on_outage(store, fail, key = \"…\")`)",
        ),
        (
            "// spof: alow(x)",
            "alow: `alow` is no declaration (write `allow(lint, reason = \"…\")`)",
        ),
        (
            "// spof: on_outage a, skip",
            "on_outage: `on_outage` has no arguments (write `on_outage(store, verb, key = \"…\")`)",
        ),
        (
            "// spof: on_outage(a, skip, reason = \"x\"",
            "(: the bracket is not closed (close it with `)`)",
        ),
        (
            "// spof: allow(x",
            "(: the bracket is not closed (close it with `)`)",
        ),
        (
            "// spof: on_outage(a, skip, reason = \"x)",
            "\"x): the string has no end (close it with `\"`)",
        ),
        (
            "// spof: on_outage(a, skip, reason = \"x\") as ever",
            "as ever: unexpected text behind the declaration (one comment has one declaration; a remark begins with `//`)",
        ),
    ] {
        let text = format!("{comment}\nfn f() {{}}");
        let found = problems(&text, &read(&text).malformed);
        assert!(
            found.contains(&expected.to_owned()),
            "{comment}: {found:#?}"
        );
    }
}

#[test]
fn an_attribute_without_brackets_is_a_problem() {
    let text = "#[spof::on_outage]\nfn f() {}\n#[spof::on_outage = \"a, skip\"]\nfn g() {}";
    assert_eq!(
        problems(text, &read(text).malformed),
        [
            "#[spof::on_outage]: no store is named (write `on_outage(store, verb, key = \"…\")`)",
            "#[spof::on_outage = \"a, skip\"]: `on_outage` takes its arguments in brackets (write `on_outage(store, verb, key = \"…\")`)",
        ]
    );
}

#[test]
fn a_declaration_that_a_macro_makes_is_read_from_its_tokens() {
    let mut macros = crate::facts::MacroTable::default();
    let rules = "($name:ident) => { #[spof::on_outage(workers-kv, stale, via = a::b, max_age = \"1h\")] fn $name() {} };";
    macros.add("m".into(), "shop".into(), rules.to_owned());
    let text = "m!(f);\nm!(g);";
    let facts = crate::facts::extract(text, Some(&macros));
    let found = super::in_file(FILE, text, &facts);
    assert_eq!(problems(text, &found.malformed), Vec::<String>::new());
    let stores: Vec<&str> = found
        .declarations
        .iter()
        .map(|it| it.declaration.store.value.as_str())
        .collect();
    assert_eq!(stores, ["workers-kv", "workers-kv"]);
}

#[test]
fn reading_never_panics_on_any_prefix() {
    let text = "// spof: on_outage(ä, fail, reason = \"\\u{e4} \\x41 \\\n//   x\", via = r#a::b, to = r##\"x\"#\"##, /* 日 */ x = -::)\nfn f() { 'a: loop { /* ö */ } }\n#[spof::on_outage(ö::-, \"\\u{110000}\")] pub (in ö";
    for (end, _) in text.char_indices() {
        read(&text[..end]);
    }
    read(text);
}

fn config(text: &str) -> (Config, ConfigDeclarations) {
    let (config, problems) = parse(FILE, text, &[]);
    assert_eq!(problems, []);
    let declarations = in_config(&config, None);
    (config, declarations)
}

#[test]
fn tables_go_through_the_same_checks() {
    let text = "[[on_outage]]\nstore = \"billing-db\"\nat = \"billing::**\"\nverb = \"fail\"\nreason = \"x\"\nowner = \"@p\"\nuntil = 2027-03-31\n\n[[on_outage]]\nstore = \"b\"\nat = \"x\"\nverb = \"skip\"\nreason = \"x\"\nvai = \"f\"\n";
    let (_, found) = config(text);
    let first = &found.declarations[0].declaration;
    assert_eq!(first.form, Form::Toml);
    assert_eq!(
        first.until.as_ref().map(|it| it.value.as_str()),
        Some("2027-03-31")
    );
    assert_eq!(
        super::scope(text, &found.declarations[0].scope),
        "billing::**"
    );
    let messages: Vec<&str> = found
        .malformed
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(messages, ["unknown key `vai`"]);
}

#[test]
fn beside_a_word_that_is_no_verb_no_key_is_judged_unknown_or_missing() {
    assert_eq!(malformed("a, retry, attempts = 3").len(), 1);
    assert_eq!(malformed("a, fial, vai = f").len(), 1);
    assert_eq!(malformed("a, vai = f").len(), 2);
}

#[test]
fn of_two_tables_for_one_store_and_glob_the_upper_layer_holds() {
    let table = "[[on_outage]]\nstore = \"a\"\nat = \"x::**\"\nverb = \"skip\"\nreason = \"x\"\n";
    let (twice, found) = config(&table.repeat(2));
    assert_eq!(found.declarations.len(), 1);
    assert_eq!(found.malformed.len(), 1);
    assert_eq!(
        found.malformed[0].message,
        "a second declaration for `a` here"
    );
    let (base, problems) = parse(FileId(1), table, &[]);
    assert_eq!(problems, []);
    let mut upper = twice;
    upper.on_outage.truncate(1);
    let found = in_config(&upper.over(base), None);
    assert_eq!((found.declarations.len(), found.malformed.len()), (1, 0));
}
