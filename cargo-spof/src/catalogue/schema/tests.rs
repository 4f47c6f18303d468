//! Rule files: what is read, and what is reported where.

use super::*;
use crate::span::FileId;
use std::fmt::Write as _;

const HEADER: &str = r#"
crate = "keeper-*"
store = "Keeper $1"
kind = "kv"
scope = "shared"
"#;

const BODY: &str = r#"
[types]
Conn = ["Connection", "aio::{Connection,Manager}"]
Cache = { paths = "LocalCache", scope = "embedded", kind = "sql" }
[api]
"keeper-*" = '''
pub struct Connection;
impl Connection { pub async fn get(&self) -> u8; }
'''
[flow]
"Conn.key" = { verb = "get", label = "arg1" }
"Conn.pipe" = "async Result<Conn, arg0>"
[ops]
"{open,aio::open}" = "connect"
"Conn.*" = { class = "verb", verb = "name", else = "call", bound = 1 }
"Conn.clone" = "none"
[verbs]
read = ["get", "*scan*"]
write = ["rescan", "*"]
[derive]
KeeperConnection = "Commands"
[bounds]
default = "none"
set_by = ["Conn.set_timeout"]
[[example]]
name = "one"
code = '''
fn f() {}
'''
[[guard]]
name = "two"
code = "fn g() {\n}"
"#;

fn read(text: &str) -> Rule {
    parse(FileId(0), "keeper", text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Each problem as `text at its place | message | help`.
fn problems(text: &str) -> String {
    let problems = parse(FileId(0), "keeper", text).expect_err("problems");
    problems.iter().fold(String::new(), |mut all, problem| {
        let at = problem.place.span.text(text);
        let help = problem.help.as_deref().unwrap_or("-");
        writeln!(all, "{at} | {} | {help}", problem.message).expect("a string");
        all
    })
}

#[test]
fn every_table_of_the_schema_is_read() {
    let rule = read(&format!("{HEADER}{BODY}"));
    assert_eq!(rule.store_of("keeper-s3"), "Keeper s3");
    assert!(rule.is_about("keeper-s3") && !rule.is_about("keep"));
    assert_eq!(rule.types["Conn"].paths.len(), 3);
    assert_eq!(rule.types["Cache"].scope, Some(Scope::Embedded));
    assert_eq!(rule.flows[0].label, Some(Source::Arg(1)));
    let to = rule.flows[1].to.as_ref().expect("a type");
    assert!(matches!(to.ty, TypeRef::Impl(_)));
    assert_eq!(rule.ops.len(), 4);
    let otherwise = Class::Call;
    assert_eq!(rule.ops[2].class, OpClass::Verb { otherwise });
    assert_eq!(rule.ops[2].bound, Some(1));
    assert_eq!(rule.bounds.set_by.len(), 1);
    assert_eq!(rule.derives[0].1, "Commands");
    let guards: Vec<bool> = rule.examples.iter().map(|it| it.is_guard).collect();
    assert_eq!(guards, [false, true]);
}

#[test]
fn a_verb_is_looked_up_exactly_first_and_without_case() {
    let rule = read(&format!("{HEADER}{BODY}"));
    for (verb, class) in [
        ("GET", Class::Read),
        ("hscan", Class::Read),
        ("rescan", Class::Write),
        ("set", Class::Write),
    ] {
        assert_eq!(rule.class_of_verb(verb), Some(class), "{verb}");
    }
}

#[test]
fn places_inside_a_literal_string_are_places_of_the_file() {
    for line_end in ["\n", "\r\n"] {
        let text = format!("{HEADER}{BODY}").replace('\n', line_end);
        let rule = read(&text);
        let api = rule.api_of("keeper-s3").expect("declared");
        let item = api.facts.items[0].name_span;
        assert_eq!(api.place_of(item).span.text(&text), "Connection");
        let code = rule.examples[0].place.span.text(&text);
        assert_eq!(code, rule.examples[0].code);
    }
    let text = format!("\u{feff}{HEADER}{BODY}");
    let item = read(&text).api["keeper-*"].place.span.text(&text).len();
    assert_eq!(item, read(&text).api["keeper-*"].text.len());
}

#[test]
fn all_problems_of_a_file_are_told_at_once_each_at_its_place() {
    let text = r#"
crate = "a*b*"
store = "Keeper $1"
kind = "kvv"
scop = "shared"
[types]
conn = ["Connection"]
Conn = ["Connection<"]
[api]
keeper = '''
struct Good;
struct struct Bad;
'''
[flow]
"Con.get" = "Self"
"Conn.key" = { too = "Self" }
"Conn.put" = "Vec<>>"
"Conn.nop" = {}
[ops]
"Conn.get" = "raed"
"Conn.put" = { class = "write", else = "call" }
"Conn.call().x" = "read"
[verbs]
reads = ["get"]
[[example]]
name = "no code"
"#;
    insta::assert_snapshot!(problems(text), @r#"
     | the file has no `scope` | add `scope = "…"`
    "a*b*" | `a*b*` is no name of a Cargo package | one `*` is allowed
    "kvv" | unknown `kind`: `kvv` | did you mean `kv`?
    scop | unknown key `scop` | did you mean `scope`?
    conn | `conn` is no name of a set | a set's name is an identifier that begins with a capital
    "Connection<" | `Connection<` has a `<` without its `>` at the end | -
    struct | this is no Rust: expected identifier, found keyword `struct` | -
    "Con.get" | `Con` is no set under `[types]` | did you mean `Conn`?
    too | unknown key in the flow `Conn.key`: `too` | did you mean `to`?
    "Vec<>>" | `Vec<>>` is no type: unexpected token | -
    "Conn.nop" | the flow `Conn.nop` says nothing | give it `to`, `verb` or `label`
    "raed" | unknown `class`: `raed` | did you mean `read`?
    "call" | `else` is for `class = "verb"` only | -
    "Conn.call().x" | `.x` stands behind the arguments | a receiver is a set, a path or `_`, never a call
    reads | unknown `class`: `reads` | did you mean `read`?
    [[example]] | `[[example]]` has no `code` | add `code = "…"`
    "#);
}

#[test]
fn a_syntax_error_is_the_only_problem() {
    assert_eq!(problems("crate = ").lines().count(), 1);
}
