//! The GitHub Action.

use crate::action::{Event, Run, action, run};
use crate::repository::Repository;
use crate::server::Server;
use crate::{LOAD, MANIFEST, SAVE, USE, succeeds, text};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A repository with a pull request that adds a finding, as a runner checks it out: the merge alone.
struct PullRequest {
    origin: Repository,
    checkout: tempfile::TempDir,
    base: String,
}

impl PullRequest {
    fn new(before: &str, after: &str) -> Self {
        let origin = Repository::new();
        origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        origin.write("Cargo.toml", MANIFEST);
        origin.write("src/lib.rs", before);
        origin.commit("before");
        let base = head(&origin.path("."));
        origin.git(&["checkout", "--quiet", "-b", "topic"]);
        origin.write("src/lib.rs", after);
        origin.commit("topic");
        let mut request = Self {
            origin,
            checkout: tempfile::tempdir().expect("a directory"),
            base,
        };
        request.check_out();
        request
    }

    fn check_out(&mut self) {
        self.checkout = tempfile::tempdir().expect("a directory");
        let from = format!("file://{}", self.origin.path(".").display());
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--depth=1", "--branch", "topic", &from]);
        succeeds(git.arg(self.checkout.path().join("shop")));
    }

    fn run(&self, server: &Server, inputs: &[(&str, &str)]) -> Run {
        run(&Event {
            dir: &self.checkout.path().join("shop"),
            payload: json!({"pull_request": {"number": 7, "base": {"sha": self.base}}}),
            api: &server.address,
            inputs,
        })
    }
}

fn head(dir: &Path) -> String {
    let mut git = Command::new("git");
    let output = succeeds(git.current_dir(dir).args(["rev-parse", "HEAD"]));
    text(&output.stdout).trim().to_owned()
}

fn one_more() -> PullRequest {
    PullRequest::new(&format!("{USE}{LOAD}"), &format!("{USE}{LOAD}{SAVE}"))
}

/// The results of the SARIF file that was uploaded.
fn uploaded(run: &Run) -> Vec<Value> {
    let (_, with) = run
        .used
        .iter()
        .find(|(uses, _)| uses.starts_with("github/codeql-action/upload-sarif@"))
        .expect("an upload");
    let log = std::fs::read_to_string(&with["sarif_file"]).expect("a text");
    let log: Value = serde_json::from_str(&log).expect("JSON");
    log["runs"][0]["results"]
        .as_array()
        .expect("a list")
        .clone()
}

#[test]
fn no_script_has_an_expression_in_it() {
    for step in action()["runs"]["steps"].as_array().expect("a list") {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn a_pull_request_fails_by_what_it_adds_and_says_so_in_one_comment() {
    let mut request = one_more();
    // Somebody's comment that looks like one, on the first page, and many others.
    let by =
        |id: u64, kind: &str, body: &str| json!({"id": id, "user": {"type": kind}, "body": body});
    let mut comments = vec![by(1, "User", "<!-- cargo-spof --> mine")];
    comments.extend((2..150).map(|id| by(id, "Bot", "about something else")));
    let server = Server::start(comments, false);
    let first = request.run(&server, &[]);
    assert_eq!(first.exit, 1, "{}", first.stdout);
    let annotation = "::error title=undeclared-dependency,file=src/lib.rs,line=3,";
    let annotations = first.stdout.lines().filter(|line| line.starts_with("::"));
    let annotations: Vec<&str> = annotations.collect();
    assert!(
        annotations.len() == 1 && annotations[0].starts_with(annotation),
        "{}",
        first.stdout
    );
    assert!(
        first.summary.contains("cargo spof: 1 new error"),
        "{}",
        first.summary
    );
    // Code scanning compares by itself: it gets all.
    assert_eq!(uploaded(&first).len(), 2);
    assert_eq!(first.outputs["exit"], "1");

    let comments = server.comments();
    assert_eq!(comments.len(), 150);
    assert_eq!(comments[149]["body"], first.summary);
    assert!(
        server
            .requests()
            .iter()
            .all(|(_, _, token)| token == "Bearer of-the-job")
    );

    // The finding is mended: the same comment says so.
    request.origin.write("src/lib.rs", &format!("{USE}{LOAD}"));
    request.origin.commit("mended");
    request.check_out();
    let second = request.run(&server, &[]);
    assert_eq!(second.exit, 0, "{}", second.stdout);
    let comments = server.comments();
    assert_eq!(
        (comments.len(), &comments[149]["body"]),
        (150, &Value::from(second.summary))
    );
    assert_eq!(comments[0]["body"], "<!-- cargo-spof --> mine");
}

/// A runner checks out the merge of a pull request with its target as that is now, which may be newer than what the event says.
#[test]
fn what_others_merged_since_is_not_the_pull_request_s() {
    let mut request = one_more();
    let topic = head(&request.origin.path("."));
    request.origin.git(&["checkout", "--quiet", "main"]);
    let others = format!("{USE}{}", LOAD.replace("load", "others"));
    request.origin.write("src/others.rs", &others);
    request
        .origin
        .write("src/lib.rs", &format!("{USE}pub mod others;\n{LOAD}"));
    request.origin.commit("others");
    request.origin.git(&[
        "merge",
        "--quiet",
        "--no-commit",
        "--strategy",
        "ours",
        &topic,
    ]);
    request
        .origin
        .write("src/lib.rs", &format!("{USE}pub mod others;\n{LOAD}{SAVE}"));
    request.origin.commit("merge");
    request.origin.git(&["branch", "--force", "topic", "main"]);
    request.check_out();
    let server = Server::start(Vec::new(), false);
    let run = run(&Event {
        dir: &request.checkout.path().join("shop"),
        payload: json!({"pull_request": {"number": 7, "base": {"sha": request.base}, "head": {"sha": topic}}}),
        api: &server.address,
        inputs: &[],
    });
    assert_eq!((run.exit, uploaded(&run).len()), (1, 3), "{}", run.stdout);
    assert!(
        run.summary.contains("cargo spof: 1 new error"),
        "{}",
        run.summary
    );
}

#[test]
fn a_token_that_may_not_write_changes_no_verdict() {
    let request = one_more();
    let server = Server::start(Vec::new(), true);
    let run = request.run(&server, &[]);
    assert_eq!(run.exit, 1);
    assert!(
        run.stdout
            .contains("::warning title=cargo spof::the comment could not be written")
    );
}

#[test]
fn what_was_not_asked_for_is_not_done() {
    let request = one_more();
    let server = Server::start(Vec::new(), false);
    let inputs = [
        ("comment", "false"),
        ("sarif", "false"),
        ("args", "-W\nundeclared-dependency"),
    ];
    let run = request.run(&server, &inputs);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    assert_eq!(server.requests(), []);
    assert!(!run.used.iter().any(|(uses, _)| uses.contains("sarif")));
    assert!(run.summary.contains("1 new warning"), "{}", run.summary);
    // All findings, where that is asked for.
    let run = request.run(&server, &[("gate", "check")]);
    assert_eq!(run.exit, 1);
    assert!(
        run.summary
            .starts_with("### cargo spof: 2 findings\n\n    src/lib.rs:2:"),
        "{}",
        run.summary
    );
}

#[test]
fn a_push_fails_by_what_there_is() {
    let request = one_more();
    let server = Server::start(Vec::new(), false);
    let push = |inputs: &[(&str, &str)]| {
        run(&Event {
            dir: &request.checkout.path().join("shop"),
            payload: json!({"ref": "refs/heads/main"}),
            api: &server.address,
            inputs,
        })
    };
    let run = push(&[]);
    assert_eq!((run.exit, uploaded(&run).len()), (1, 2), "{}", run.stdout);
    assert_eq!(run.outputs["comment"], "");
    let run = push(&[("args", "--allow all")]);
    assert_eq!((run.exit, uploaded(&run).len()), (0, 0), "{}", run.stdout);
    // A merge queue has a base, and no pull request.
    let queue = |dir: &Path| {
        crate::action::run(&Event {
            dir,
            payload: json!({"merge_group": {"base_sha": request.base}}),
            api: &server.address,
            inputs: &[],
        })
    };
    let run = queue(&request.checkout.path().join("shop"));
    assert_eq!(run.exit, 1);
    assert!(run.summary.contains("1 new error"), "{}", run.summary);
    assert_eq!(server.requests(), []);
    // What is asked for and cannot be.
    assert_eq!(push(&[("gate", "diff")]).exit, 2);
    assert_eq!(push(&[("gate", "sometimes")]).exit, 2);
}

#[test]
fn a_configuration_that_is_wrong_is_an_error_of_the_job() {
    let mut request = one_more();
    request.origin.write("spof.toml", "[stroe.x]\n");
    request.origin.commit("wrong");
    request.check_out();
    let server = Server::start(Vec::new(), false);
    let run = request.run(&server, &[]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    assert!(run.stdout.contains("unknown key `stroe`"), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("::error title=cargo spof::the workspace cannot be analysed")
    );
    assert_eq!(server.requests(), []);
}

#[test]
fn a_comment_that_is_too_long_is_cut_between_lines() {
    let more: String = (0..120)
        .map(|n| SAVE.replace("save", &format!("save_{n}_{}", "x".repeat(900))))
        .collect();
    let request = PullRequest::new(USE, &format!("{USE}{more}"));
    let server = Server::start(Vec::new(), false);
    let run = request.run(&server, &[]);
    let comments = server.comments();
    let body = comments[0]["body"].as_str().expect("a text");
    assert!(
        run.summary.len() > 65_536 && body.len() < 65_536,
        "{}",
        run.summary.len()
    );
    assert!(
        body.ends_with(" |\n\nThe rest is in the summary of the job.\n"),
        "{}",
        &body[body.len() - 200..]
    );
}
