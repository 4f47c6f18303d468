//! Layers of configuration: organisation, workspace, package, globs of files. Each decides over the one before.

use crate::binary;
use std::fs;
use std::path::Path;

const CODE: &str = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n\
    pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n";
const LINT: &str = "undeclared-dependency";

/// A workspace of two packages, each with a root and a module `old`, in a directory of an organisation.
fn workspace(org: &str, root: &str, pay: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let extends = "extends = \"../org.toml\"\n";
    write(dir.path(), "org.toml", org);
    write(
        dir.path(),
        "ws/Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    write(dir.path(), "ws/spof.toml", &format!("{extends}{root}"));
    for name in ["pay", "web"] {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nredis = \"1\"\n"
        );
        let path = |rest: &str| format!("ws/crates/{name}/{rest}");
        write(dir.path(), &path("Cargo.toml"), &manifest);
        write(
            dir.path(),
            &path("src/lib.rs"),
            &format!("pub mod old;\n{CODE}"),
        );
        write(dir.path(), &path("src/old.rs"), CODE);
    }
    if !pay.is_empty() {
        write(dir.path(), "ws/crates/pay/spof.toml", pay);
    }
    dir
}

fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
}

/// The level of the finding in each file, in the order of the files.
fn levels(org: &str, root: &str, pay: &str, options: &[&str]) -> Vec<String> {
    let dir = workspace(org, root, pay);
    let args = ["check", "--message-format", "json"].iter().chain(options);
    let run = binary::spof_in(&dir.path().join("ws"), args);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    let mut found = Vec::new();
    for line in run.stdout.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if record["lint"] == LINT {
            let text = |key: &str| record[key].as_str().expect("a text").to_owned();
            let file = text("file").replace("crates/", "").replace("/src/", " ");
            found.push(format!("{file} {}", text("level")));
        }
    }
    found.sort();
    found
}

#[test]
fn each_layer_decides_over_the_one_before() {
    let set = |level: &str| format!("[lints]\n{LINT} = \"{level}\"\n");
    let glob = |paths: &str, level: &str| {
        format!("[[override]]\npaths = {paths}\nlints.{LINT} = \"{level}\"\n")
    };
    let all = |level: &str| {
        ["pay lib.rs", "pay old.rs", "web lib.rs", "web old.rs"]
            .map(|file| format!("{file} {level}"))
            .to_vec()
    };
    assert_eq!(levels("", "", "", &[]), all("deny"), "the lint");
    assert_eq!(
        levels(&set("warn"), "", "", &[]),
        all("warn"),
        "the organisation"
    );
    assert_eq!(
        levels(&set("warn"), &set("deny"), "", &[]),
        all("deny"),
        "the workspace"
    );
    assert_eq!(
        levels(&set("warn"), &set("deny"), &set("allow"), &[]),
        ["web lib.rs deny", "web old.rs deny"],
        "the package"
    );
    assert_eq!(
        levels(
            "",
            &glob("\"crates/*/src/old.rs\"", "warn"),
            &set("deny"),
            &[]
        ),
        [
            "pay lib.rs deny",
            "pay old.rs warn",
            "web lib.rs deny",
            "web old.rs warn"
        ],
        "a glob of the workspace"
    );
    let in_pay = format!("{}{}", set("deny"), glob("[\"src/old.rs\"]", "allow"));
    assert_eq!(
        levels("", &glob("\"crates\"", "warn"), &in_pay, &[]),
        ["pay lib.rs warn", "web lib.rs warn", "web old.rs warn"],
        "a glob of the package, relative to it"
    );
    let twice = format!(
        "{}{}",
        glob("\"crates\"", "allow"),
        glob("\"crates/web\"", "deny")
    );
    assert_eq!(
        levels(&glob("\"**/old.rs\"", "deny"), &twice, "", &[]),
        ["web lib.rs deny", "web old.rs deny"],
        "of two globs the later one, the workspace's over the organisation's"
    );
    assert_eq!(
        levels("", &twice, &in_pay, &["-W", LINT]),
        all("warn"),
        "an option"
    );
}

#[test]
fn a_lint_that_is_off_runs_where_a_layer_turns_it_on() {
    let level = |level: &str| format!("[lints]\n{LINT} = \"{level}\"\n");
    let found = levels("", &level("allow"), &level("warn"), &[]);
    assert_eq!(found, ["pay lib.rs warn", "pay old.rs warn"]);
}

#[test]
fn a_package_declares_for_itself_only() {
    let declare = "[[on_outage]]\nstore = \"redis\"\nat = \"**\"\nverb = \"fail\"\nreason = \"r\"\nowner = \"@pay\"\n";
    assert_eq!(
        levels("", "", declare, &[]),
        ["web lib.rs deny", "web old.rs deny"]
    );
}

#[test]
fn what_is_the_workspaces_is_refused_in_a_package() {
    let own = "extends = \"x\"\nclients = [\"y\"]\n[store.redis]\ntier = 0\n[service.pay]\n[gate]\npolicy-from = \"head\"\n";
    let dir = workspace(
        "",
        "[[override]]\nlints.lost-write = { threshold = 3 }\n",
        own,
    );
    let run = binary::spof_in(&dir.path().join("ws"), ["check"]);
    assert_eq!(run.exit, Some(2));
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn the_layer_that_decides_is_shown() {
    let root = "[lints]\nlost-write = \"deny\"\ndrift = \"deny\"\n\n\
        [store.sessions]\nclient = \"redis\"\n\n\
        [[override]]\npaths = [\"crates/web/src/old.rs\"]\nlints.undeclared-dependency = \"warn\"\n";
    let org = "[lints]\ndrift = \"warn\"\nretry-storm = \"warn\"\n\n[store.sessions]\nproviders = [\"aws\"]\ntier = 1\n\n\
        [gate]\npolicy-from = \"base\"\n";
    let pay = "[lints]\nlost-write = \"allow\"\n\n[[on_outage]]\nstore = \"sessions\"\nat = \"pay::old::**\"\n\
        verb = \"fail\"\nreason = \"r\"\nowner = \"@pay\"\n";
    let dir = workspace(org, root, pay);
    let dir = dir.path().join("ws");
    let run = binary::spof_in(&dir, ["explain", "--config"]);
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!("layers_all", run.stdout);
    let one = [
        "explain",
        "--config",
        "--file",
        "crates/pay/src/old.rs",
        "lost-write",
    ];
    insta::assert_snapshot!("layers_of_a_file", binary::spof_in(&dir, one).stdout);
}
