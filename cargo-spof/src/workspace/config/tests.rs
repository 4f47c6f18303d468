//! Tests of the configuration: what is read, what is reported, how layers combine.

use super::*;
use crate::span::FileId;
use std::fmt::Write as _;

const LINTS: [&str; 2] = ["broken-promise", "lost-write"];

fn read(text: &str) -> Config {
    let (config, problems) = parse(FileId(0), text, &LINTS);
    assert_eq!(problems, [], "{text}");
    config
}

/// Each problem as `text at its place: message (help)`.
fn problems(text: &str) -> String {
    let (_, problems) = parse(FileId(0), text, &LINTS);
    problems.iter().fold(String::new(), |mut all, problem| {
        let at = problem.place.span.text(text);
        let help = problem.help.as_deref().unwrap_or("-");
        writeln!(all, "{at} | {} | {help}", problem.message).expect("a string");
        all
    })
}

#[test]
fn every_table_of_the_design_is_read() {
    let config = read(
        r#"
        extends = "org.spof.toml"
        clients = ["spof/*.toml"]
        [store.sessions]
        client = "keeper"
        handles = ["shop::AppState.sessions"]
        labels = ["SESSIONS"]
        providers = ["eu"]
        tier = 0
        slo = "99.95"
        guard = true
        single = { reason = "small", owner = "@web", until = 2027-03-31 }
        [service.shop]
        package = "shop"
        plane = "control"
        controls = ["gateway"]
        rescues = ["sessions"]
        answers = ["https://shop.internal"]
        owner = "@web"
        [[on_outage]]
        store = "sessions"
        at = "shop::**"
        verb = "fail"
        reason = "system of record"
        until = 2027-03-31
        [lints]
        broken-promise = "deny"
        lost-write = { level = "warn", threshold = 3 }
        [gate]
        policy-from = "base"
        "#,
    );
    let store = &config.stores["sessions"];
    assert_eq!(store.slo.map(|slo| slo.value), Some(99.95));
    let until = store
        .single
        .as_ref()
        .and_then(|single| single.until.clone());
    assert_eq!(
        until.map(|until| until.value).as_deref(),
        Some("2027-03-31")
    );
    assert_eq!(
        config.services["shop"].plane.map(|plane| plane.value),
        Some(Plane::Control)
    );
    let keys: Vec<&str> = config.on_outage[0]
        .args
        .iter()
        .map(|(key, _)| key.value.as_str())
        .collect();
    assert_eq!(keys, ["reason", "until"]);
    assert_eq!(
        config.lints["lost-write"]
            .threshold
            .map(|threshold| threshold.value),
        Some(3)
    );
}

#[test]
fn all_problems_are_reported_at_once_each_at_its_place() {
    let text = r#"
client = ["a.toml"]
[store.sessions]
provider = ["eu"]
tier = "zero"
slo = "120"
handles = "AppState"
[service.shop]
plane = "datta"
[[on_outage]]
store = "sessions"
at = "shop::[**"
max_age = 10
[lints]
brocken-promise = "deny"
lost-write = "alow"
"#;
    insta::assert_snapshot!(problems(text), @r#"
    client | unknown key `client` | did you mean `clients`?
    provider | unknown key in `[store.sessions]`: `provider` | did you mean `providers`?
    "zero" | `tier` must be a whole number from 0, not this string | -
    "120" | `slo` must be a percentage such as "99.95", not this string | -
    "AppState" | `handles` must be a list of strings, not this string | -
    "datta" | unknown `plane`: `datta` | did you mean `data`?
    [[on_outage]] | `[[on_outage]]` has no `verb` | add `verb = "…"`
    "shop::[**" | `shop::[**` is no glob of paths: unclosed character class; missing ']' | write `at = "billing::**"`
    10 | `max_age` must be a string or a date, not this integer | -
    brocken-promise | unknown lint `brocken-promise` | did you mean `broken-promise`?
    "alow" | unknown `level`: `alow` | did you mean `allow`?
    "#);
}

#[test]
fn syntax_errors_are_reported_together_and_alone() {
    insta::assert_snapshot!(problems("tier = \n[store.a\nx = 1\nslo == 2\n"), @"
     | string values must be quoted, expected literal string | -
     | unclosed table, expected `]` | -
    = | extra `=`, expected nothing | -
     | unexpected key or value, expected newline, `#` | -
    ");
}

#[test]
fn a_malformed_date_is_kept_for_the_lint_that_judges_it() {
    let config = read("[store.a]\nsingle = { until = \"31.3.2027\" }");
    let until = config.stores["a"]
        .single
        .as_ref()
        .and_then(|single| single.until.as_ref());
    assert_eq!(until.map(|until| until.value.as_str()), Some("31.3.2027"));
}

#[test]
fn places_hold_behind_a_byte_order_mark() {
    let text = "\u{feff}clients = [\"ä.toml\"]\r\n";
    let config = read(text);
    assert_eq!(config.clients[0].place.span.text(text), "\"ä.toml\"");
}

#[test]
fn the_upper_layer_holds_and_the_lower_one_fills_what_it_leaves_open() {
    let upper = read("[store.a]\ntier = 1\n[lints]\nlost-write = \"deny\"");
    let lower = read(
        "[store.a]\ntier = 2\nproviders = [\"eu\"]\n[store.b]\n[lints]\nlost-write = \"allow\"",
    );
    let config = upper.over(lower);
    assert_eq!(config.stores["a"].tier.map(|tier| tier.value), Some(1));
    assert_eq!(config.stores["a"].providers.len(), 1);
    assert!(config.stores.contains_key("b"));
    let level = config.lints["lost-write"].level.map(|level| level.value);
    assert_eq!(level, Some(Level::Deny));
}

#[test]
fn a_path_glob_with_two_stars_holds_the_whole_tree() {
    let glob = PathGlob::new("billing::**").expect("a glob");
    assert!(glob.matches("billing") && glob.matches("billing::charge::run"));
    assert!(!glob.matches("billing2::charge"));
    let glob = PathGlob::new("billing::*").expect("a glob");
    assert!(glob.matches("billing::run") && !glob.matches("billing::charge::run"));
}
