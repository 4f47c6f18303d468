//! The grammar of patterns, as a table.

use super::parse::PatternError;
use super::*;
use std::fmt::Write as _;

const SETS: [&str; 6] = ["Conn", "Client", "Tx", "Db", "Sqlite", "Action"];

fn read(text: &str) -> Result<Vec<Pattern>, PatternError> {
    let known = Known {
        sets: &SETS,
        is_declared: &|name| name == "Builder",
    };
    patterns(text, &known)
}

/// Each pattern as `receiver sep [names] (arguments) flags`.
fn shown(text: &str) -> String {
    let found = read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let shown: Vec<String> = found.iter().map(show).collect();
    shown.join(" ; ")
}

fn show(pattern: &Pattern) -> String {
    let recv = match &pattern.recv {
        Recv::None => "-".to_owned(),
        Recv::Any => "_".to_owned(),
        Recv::Sets(sets) => sets.join("+"),
        Recv::Path(path) => format!("path {}", path.path()),
    };
    let sep = match pattern.sep {
        Sep::Method => ".",
        Sep::Assoc => "::",
    };
    let names: Vec<&str> = pattern.names.iter().map(Glob::text).collect();
    let mut out = format!("{recv} {sep} {}", names.join(" "));
    for arg in pattern.args.iter().flatten() {
        write!(out, " {}", show_arg(arg)).expect("a string");
    }
    for (is, flag) in [
        (pattern.is_macro(), " macro"),
        (pattern.awaited, " awaited"),
        (pattern.is_await_of_value(), " value"),
    ] {
        out.push_str(if is { flag } else { "" });
    }
    out
}

fn show_arg(arg: &ArgPattern) -> String {
    match arg {
        ArgPattern::Any => "(_)".to_owned(),
        ArgPattern::Sets(sets) => format!("({})", sets.join("+")),
        ArgPattern::Closure(params) => {
            let params: Vec<&str> = params.iter().map(|p| p.as_deref().unwrap_or("_")).collect();
            format!("|{}|", params.join(" "))
        }
    }
}

#[test]
fn every_form_of_the_grammar_is_read() {
    for (text, expected) in [
        ("Client.get", "Client . get"),
        ("Client.{get,post}", "Client . get post"),
        ("{Client,Tx}.get", "Client+Tx . get"),
        ("Conn.*", "Conn . *"),
        ("Conn.{a{b,c},d*}", "Conn . ab ac d*"),
        ("Client::open", "Client :: open"),
        ("connect", "- :: connect"),
        ("{query,query_as}", "- :: query query_as"),
        ("a::b::connect", "path a::b :: connect"),
        (
            "{kv1,kv2}::{get,list}",
            "path kv1 :: get list ; path kv2 :: get list",
        ),
        (
            "{open,aio::open}(Conn, _, |Conn, _|)",
            "- :: open (Conn) (_) |Conn _| ; path aio :: open (Conn) (_) |Conn _|",
        ),
        ("::other::Pool::new", "path ::other::Pool :: new"),
        ("::other::Builder.limit", "path ::other::Builder . limit"),
        ("Builder::new", "path Builder :: new"),
        ("query!", "- :: query macro"),
        ("{query,query_as}!", "- :: query query_as macro"),
        ("_.load(Conn|Sqlite)", "_ . load (Conn+Sqlite)"),
        ("_::begin(Conn)", "_ :: begin (Conn)"),
        ("_.*(Conn)", "_ . * (Conn)"),
        ("Db.transaction(|Tx|)", "Db . transaction |Tx|"),
        ("Conn.get.await", "Conn . get awaited"),
        ("Conn.get(_).await", "Conn . get (_) awaited"),
        ("Action.await", "Action .  awaited value"),
        ("connect.await", "- :: connect awaited"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_pattern_says_why() {
    for (text, message, help) in [
        ("Conn", "`Conn` is a set, not a call", "Conn.name"),
        (
            "Cnon.get",
            "`Cnon` is no set under `[types]`",
            "did you mean `Conn`?",
        ),
        (
            "_.load(Sqlit)",
            "`Sqlit` is no set under `[types]`",
            "`Sqlite`",
        ),
        (
            "Conn.build.run(|Conn|)",
            "the receiver `Conn.build` is a call",
            "a set",
        ),
        (
            "Conn.build().run",
            "`.run` stands behind the arguments",
            "never a call",
        ),
        ("_.*", "a glob needs a receiver or an argument", "_.*(Set)"),
        ("Conn.{get", "a `{` is not closed", ""),
        ("Conn.get(Conn", "a `(` is not closed", ""),
        ("Conn.", "a name is missing", ""),
        ("", "a name is missing", ""),
        ("Conn.get it", "`get it` is no name", ""),
        ("Conn.f(|Conn)", "a closure's `|` is not closed", ""),
        ("Conn.f!", "a macro has no receiver", ""),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.message.contains(message), "{text}: {}", error.message);
        let given = error.help.unwrap_or_default();
        assert!(given.contains(help), "{text}: {given}");
    }
}

#[test]
fn no_text_makes_the_reader_panic() {
    let text = "{Conn,ä::b}::{get,*}<'é,_>(|Conn, _|, Conn|Db).await!";
    let cuts = || text.char_indices().map(|(at, _)| at);
    for start in cuts() {
        for end in cuts().filter(|&end| end >= start) {
            let _ = (read(&text[start..end]), type_patterns(&text[start..end]));
        }
    }
    assert!(type_patterns(&"a<".repeat(100_000)).is_err());
}

#[test]
fn exact_beats_braces_and_braces_beat_globs() {
    let rank = |text: &str| read(text).expect(text)[0].rank("get");
    assert_eq!(rank("Conn.get"), Some(Rank::Exact));
    assert_eq!(rank("Conn.{get,g*}"), Some(Rank::Braces));
    assert!(rank("Conn.g*").is_some_and(Rank::is_glob));
    assert_eq!(rank("Conn.put"), None);
    assert!(Rank::Exact < Rank::Braces && Some(Rank::Braces) < rank("Conn.g*"));
    assert!(rank("Conn.ge*") < rank("Conn.g*"));
}

#[test]
fn a_type_pattern_is_a_path_with_restricted_arguments() {
    for (text, expected) in [
        ("aio::{Connection,Manager}", "aio::Connection; aio::Manager"),
        ("::other::a::B", "::other::a::B"),
        ("Pool<{Pg,lite::Lite}>", "Pool<Pg>; Pool<lite::Lite>"),
        ("Tx<_>", "Tx"),
        ("Foo<..>", "Foo"),
        ("Foo<M>", "Foo"),
        ("Foo<'a, _, Pg>", "Foo<_, Pg>"),
        ("Pool<Manager<Pg>>", "Pool<Manager<Pg>>"),
        ("op::*::builders::*Builder", "op::*::builders::*Builder"),
    ] {
        let found = type_patterns(text).expect(text);
        let found: Vec<String> = found.iter().map(show_type).collect();
        assert_eq!(found.join("; "), expected, "{text}");
    }
    for text in ["", "a::", "Pool<Pg", "Po ol", "::"] {
        assert!(type_patterns(text).is_err(), "{text}");
    }
}

fn show_type(pattern: &TypePattern) -> String {
    let args = pattern.args.iter().flatten();
    let args: Vec<String> = args
        .map(|arg| arg.as_ref().map_or("_".to_owned(), show_type))
        .collect();
    match args.as_slice() {
        [] => pattern.path(),
        _ => format!("{}<{}>", pattern.path(), args.join(", ")),
    }
}
