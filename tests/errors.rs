//! What is wrong with the input is told once, with its place and the next step; the exit says of
//! which kind it is. No input makes the program panic.

use crate::binary::{self, Run};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Checks the fixture `errors/NAME`.
fn check(name: &str, more: &[&str]) -> Run {
    let manifest = format!("fixtures/errors/{name}/Cargo.toml");
    let args = ["check", "--quiet", "--manifest-path", &manifest];
    let run = binary::spof(args.iter().chain(more));
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// What is written to standard error, the same on every machine.
fn told(run: &Run) -> String {
    let root = binary::root().display().to_string();
    run.stderr.replace(&root, "[root]")
}

#[test]
fn a_broken_manifest() {
    let run = check("broken-manifest", &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.contains("broken-manifest/Cargo.toml"),
        "{}",
        run.stderr
    );
    insta::assert_snapshot!("errors_broken_manifest", told(&run));
}

#[test]
fn a_folder_without_a_manifest() {
    let run = check("not-a-workspace", &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!("errors_not_a_workspace", told(&run));
}

#[test]
fn no_manifest_from_here_upward() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let run = binary::spof_in(dir.path(), ["check"]);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("--manifest-path"), "{}", run.stderr);
}

#[test]
fn every_problem_of_a_configuration_at_once() {
    let run = check("bad-config", &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    for word in ["provider", "tier", "undeclared-dependencies", "fatal"] {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
    insta::assert_snapshot!("errors_bad_config", told(&run));
}

#[test]
fn an_unknown_lint() {
    let run = check("no-client", &["--deny", "undeclared-dependencie"]);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.contains("`undeclared-dependency`"),
        "{}",
        run.stderr
    );
    insta::assert_snapshot!("errors_unknown_lint", told(&run));
}

#[test]
fn a_file_that_does_not_parse_leaves_the_rest() {
    let run = check("does-not-parse", &[]);
    assert_eq!(run.exit, Some(3), "{}", run.stderr);
    assert!(run.stderr.contains("src/broken.rs:4"), "{}", run.stderr);
    assert!(run.stdout.contains("src/good.rs"), "{}", run.stdout);
    insta::assert_snapshot!("errors_does_not_parse", told(&run));
    assert_eq!(
        check("does-not-parse", &["--allow-incomplete"]).exit,
        Some(1)
    );
}

#[test]
fn a_file_that_is_not_utf_8_leaves_the_rest() {
    let run = check("unreadable", &[]);
    assert_eq!(run.exit, Some(3), "{}", run.stderr);
    assert!(run.stderr.contains("src/latin1.rs"), "{}", run.stderr);
    assert!(run.stdout.contains("src/lib.rs"), "{}", run.stdout);
    insta::assert_snapshot!("errors_unreadable", told(&run));
}

#[test]
fn nothing_to_check_is_said_and_is_clean() {
    for name in ["empty", "no-client"] {
        let manifest = format!("fixtures/errors/{name}/Cargo.toml");
        let run = binary::spof(["--manifest-path", &manifest]);
        assert_eq!(run.exit, Some(0), "{name}: {}", run.stderr);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("no "), "{name} is silent: {said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let mut command = Command::new(binary::PROGRAM);
    command.args(["sites", "--format", "json", "--manifest-path"]);
    command.arg(binary::fixture("shop/Cargo.toml"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    drop(stdout);
    let output = child.wait_with_output().expect("an end");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}
