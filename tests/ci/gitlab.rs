//! The GitLab template.

use crate::repository::Repository;
use crate::{LOAD, MANIFEST, SAVE, USE, command, root, text};
use serde_json::Value;
use std::fs;

/// The inputs and the job of the template, as texts.
pub(crate) fn template() -> (String, String) {
    let text = fs::read_to_string(root().join("ci/gitlab/cargo-spof.yml")).expect("a text");
    let (inputs, job) = text.split_once("\n---\n").expect("two documents");
    (inputs.to_owned(), job.to_owned())
}

/// Runs the job's scripts as a runner does, with the inputs' defaults.
fn run(repository: &Repository, variables: &[(&str, &str)]) -> (Option<i32>, String, Value) {
    let (inputs, job) = template();
    let inputs: Value = serde_saphyr::from_str(&inputs).expect("YAML");
    let mut text_of_job = job;
    for (name, input) in inputs["spec"]["inputs"].as_object().expect("a table") {
        let default = input["default"].as_str().expect("a default");
        text_of_job = text_of_job.replace(&format!("$[[ inputs.{name} ]]"), default);
    }
    assert!(
        !text_of_job.contains("$[["),
        "an input that is not declared"
    );
    let job: Value = serde_saphyr::from_str(&text_of_job).expect("YAML");
    let job = &job["cargo-spof"];
    let lines = ["before_script", "script"].map(|part| job[part].as_array().expect("a list"));
    let script: Vec<&str> = lines
        .into_iter()
        .flatten()
        .map(|it| it.as_str().expect("a line"))
        .collect();
    let mut bash = command("bash");
    bash.args(["-eo", "pipefail", "-c", &script.join("\n")])
        .current_dir(repository.path("."));
    for (name, value) in job["variables"].as_object().expect("a table") {
        bash.env(name, value.as_str().expect("a text"));
    }
    let done = bash.envs(variables.iter().copied()).output().expect("bash");
    let report = fs::read_to_string(repository.path("gl-code-quality-report.json"));
    let report = serde_json::from_str(&report.expect("a report")).unwrap_or_default();
    (
        done.status.code(),
        text(&done.stdout) + &text(&done.stderr),
        report,
    )
}

#[test]
fn a_merge_request_fails_by_what_it_adds_and_the_branch_by_what_there_is() {
    let repository = Repository::new();
    repository.write("Cargo.toml", MANIFEST);
    repository.write("src/lib.rs", &format!("{USE}{LOAD}"));
    repository.commit("before");
    let base = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD")];
    let n = |report: &Value| report.as_array().expect("a list").len();
    let (exit, said, report) = run(&repository, &base);
    assert_eq!((exit, n(&report)), (Some(0), 1), "{said}");
    let (exit, said, report) = run(&repository, &[]);
    assert_eq!((exit, n(&report)), (Some(1), 1), "{said}");
    repository.write("src/lib.rs", &format!("{USE}{LOAD}{SAVE}"));
    let (exit, said, report) = run(&repository, &base);
    assert_eq!((exit, n(&report)), (Some(1), 2), "{said}");
    assert!(said.contains("1 new error"), "{said}");
    // Options reach both commands.
    let warn = [("SPOF_ARGS", "--warn undeclared-dependency"), base[0]];
    assert_eq!(run(&repository, &warn).0, Some(0));
    repository.write("spof.toml", "[stroe.x]\n");
    let (exit, said, _) = run(&repository, &base);
    assert_eq!(exit, Some(2), "{said}");
    assert!(said.contains("stroe"), "{said}");
}
