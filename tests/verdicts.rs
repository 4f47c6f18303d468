//! Each verb × each error flow × each place of a declaration: whether the declaration is true. What is expected was
//! written from the meaning of the verbs, one line a verb.

use crate::binary;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What becomes of the error in the code that is declared.
const FLOWS: [&str; 5] = ["escapes", "panics", "handled", "discarded", "detached"];

/// Where the declaration stands; `caller` is on a function that calls the one with the operation, which lets its error out.
const PLACES: [&str; 7] = [
    "statement",
    "function",
    "impl",
    "module",
    "crate",
    "toml",
    "caller",
];

/// A verb with its arguments, what stands in for the error where it is handled, and the verdict for each flow.
struct Row {
    verb: &'static str,
    args: &'static str,
    recovery: &'static str,
    verdicts: [&'static str; 5],
}

const TRUE: &str = "";
const BROKEN: &str = "broken-promise";
const MISSING: &str = "missing-fallback";

#[rustfmt::skip]
const ROWS: [Row; 8] = [
    //                                                                                                  escapes  panics  handled discarded detached
    Row { verb: "fail", args: r#"reason = "r", owner = "o""#, recovery: "String::new()", verdicts: [TRUE, BROKEN, BROKEN, BROKEN, BROKEN] },
    Row { verb: "skip", args: r#"reason = "r""#, recovery: "String::new()",           verdicts: [BROKEN, BROKEN, TRUE, TRUE, TRUE] },
    Row { verb: "default", args: r#"reason = "r""#, recovery: "cached()",             verdicts: [BROKEN, BROKEN, TRUE, TRUE, TRUE] },
    Row { verb: "stale", args: r#"via = "cached", max_age = "10m""#, recovery: "cached()", verdicts: [BROKEN, BROKEN, TRUE, MISSING, MISSING] },
    Row { verb: "failover", args: r#"to = "sqlx""#, recovery: "other(pool).await",    verdicts: [BROKEN, BROKEN, TRUE, MISSING, MISSING] },
    Row { verb: "defer", args: r#"to = "cached""#, recovery: "cached()",              verdicts: [BROKEN, BROKEN, TRUE, MISSING, MISSING] },
    Row { verb: "fail_open", args: r#"reason = "r""#, recovery: "true.to_string()",   verdicts: [BROKEN, BROKEN, TRUE, TRUE, TRUE] },
    Row { verb: "fail_closed", args: r#"reason = "r""#, recovery: "false.to_string()", verdicts: [TRUE, BROKEN, TRUE, BROKEN, BROKEN] },
];

const PRELUDE: &str = r#"
use redis::{AsyncCommands, RedisError, RedisResult, aio::MultiplexedConnection};
use sqlx::PgPool;
async fn other(pool: &PgPool) -> String {
    match sqlx::query("SELECT 1").execute(pool).await { Ok(_) => String::new(), Err(_) => String::new() }
}
fn cached() -> String { String::new() }
"#;

/// A case's name, the code of its module, and what its `spof.toml` has.
struct Case {
    name: String,
    code: String,
    toml: String,
    is_crate: bool,
    expected: &'static str,
}

/// The statements around a call, and the type of what the function returns.
fn body(flow: &str, call: &str, mark: &str, recovery: &str) -> (String, &'static str) {
    match flow {
        "escapes" => (
            format!("{mark}let v: String = {call}.await?;\nOk(v)"),
            "RedisResult<String>",
        ),
        "panics" => (
            format!("{mark}let v: String = {call}.await.unwrap();\nv"),
            "String",
        ),
        "handled" => (
            format!(
                "{mark}let v: String = match {call}.await {{ Ok(v) => v, Err(_) => {recovery} }};\nv"
            ),
            "String",
        ),
        "discarded" => (
            format!("{mark}let _: RedisResult<String> = {call}.await;"),
            "()",
        ),
        _ => (
            format!(
                "{mark}tokio::spawn(async move {{ let v: String = {call}.await?; Ok::<_, RedisError>(v) }});"
            ),
            "()",
        ),
    }
}

fn case(n: usize, row: &Row, at_flow: usize, place: &str) -> Case {
    let flow = FLOWS[at_flow];
    let declared = format!("on_outage(redis, {}, {})", row.verb, row.args);
    let attribute = format!("#[spof::{declared}]\n");
    let on = |wanted: &str, text: String| if place == wanted { text } else { String::new() };
    let mark = on("statement", format!("// spof: {declared}\n"));
    let operation = "conn.set(\"k\", \"v\")";
    let call = if place == "caller" {
        "inner(&mut conn)"
    } else {
        operation
    };
    let (statements, result) = body(flow, call, &mark, row.recovery);
    let parameters = "mut conn: MultiplexedConnection, pool: &PgPool";
    let head = on("function", attribute.clone()) + &on("caller", attribute.clone());
    let function = format!(
        "{head}pub async fn run({parameters}) -> {result} {{ let _ = pool;\n{statements}\n}}\n"
    );
    let function = match place {
        "impl" => format!("pub struct S;\n{attribute}impl S {{\n{function}}}\n"),
        "caller" => format!(
            "async fn inner(conn: &mut MultiplexedConnection) -> RedisResult<String> {{ {operation}.await }}\n{function}"
        ),
        _ => function,
    };
    let inner = if ["module", "crate"].contains(&place) {
        format!("//! spof: {declared}\n")
    } else {
        String::new()
    };
    let name = format!("case_{n}_{}_{flow}_{place}", row.verb);
    let toml = on("toml", toml_entry(row, &name));
    Case {
        code: format!("{inner}{PRELUDE}{function}"),
        toml,
        is_crate: place == "crate",
        expected: row.verdicts[at_flow],
        name,
    }
}

fn toml_entry(row: &Row, name: &str) -> String {
    let args = row.args.replace(", ", "\n");
    format!(
        "[[on_outage]]\nstore = \"redis\"\nat = \"cases::{name}::**\"\nverb = \"{}\"\n{args}\n",
        row.verb
    )
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in &ROWS {
        for flow in 0..FLOWS.len() {
            for place in PLACES {
                cases.push(case(cases.len(), row, flow, place));
            }
        }
    }
    cases
}

fn write(dir: &Path, cases: &[Case]) {
    let put = |path: String, text: &str| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    };
    let manifest = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             redis = \"1\"\nsqlx = \"0.8\"\ntokio = \"1\"\nspof = \"0.1\"\n"
        )
    };
    put(
        "Cargo.toml".to_owned(),
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n",
    );
    put("cases/Cargo.toml".to_owned(), &manifest("cases"));
    let (mut modules, mut toml) = (String::new(), String::new());
    for case in cases {
        let name = &case.name;
        if case.is_crate {
            put(format!("{name}/Cargo.toml"), &manifest(name));
            put(format!("{name}/src/lib.rs"), &case.code);
        } else {
            writeln!(modules, "pub mod {name};").expect("a string takes all");
            put(format!("cases/src/{name}.rs"), &case.code);
        }
        toml.push_str(&case.toml);
    }
    put("cases/src/lib.rs".to_owned(), &modules);
    put("spof.toml".to_owned(), &toml);
}

#[test]
fn each_verb_is_true_of_the_flows_that_it_promises() {
    let dir = tempfile::tempdir().expect("a directory");
    let cases = cases();
    assert_eq!(cases.len(), 280);
    write(dir.path(), &cases);
    let run = binary::spof_in(dir.path(), ["check", "--message-format", "json"]);
    assert_eq!(run.exit, Some(1), "{}", run.stderr);
    let judged = [
        BROKEN,
        MISSING,
        "shared-fate",
        "malformed-declaration",
        "stale-declaration",
        "undeclared-dependency",
    ];
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in run.stdout.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let lint = record["lint"].as_str().unwrap_or_default();
        if judged.contains(&lint) && record["store"] == "redis" {
            let names = format!("{} {}", record["function"], record["file"]);
            let name = names.split(|c: char| !c.is_alphanumeric() && c != '_');
            let name = name
                .filter(|it| it.starts_with("case_"))
                .max_by_key(|it| it.len());
            found
                .entry(name.unwrap_or("nowhere").to_owned())
                .or_default()
                .push(lint.to_owned());
        }
    }
    let mut wrong = String::new();
    for case in &cases {
        let found = found.remove(&case.name).unwrap_or_default().join(" ");
        if found != case.expected {
            writeln!(wrong, "{}: `{found}`, not `{}`", case.name, case.expected)
                .expect("a string takes all");
        }
    }
    assert!(wrong.is_empty() && found.is_empty(), "{wrong}{found:?}");
}
