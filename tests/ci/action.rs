//! The composite action, run step by step as a runner does: conditions, expressions, outputs, and the files that steps write to.

use crate::{command, root, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a run of the action gave.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) summary: String,
    /// The other actions that it used, with what they were given.
    pub(crate) used: Vec<(String, BTreeMap<String, String>)>,
    /// The outputs of the action itself.
    pub(crate) outputs: BTreeMap<String, String>,
    /// Where the files are that outputs name.
    temp: Option<tempfile::TempDir>,
}

/// What the action is told of its run.
pub(crate) struct Event<'e> {
    /// The checkout.
    pub(crate) dir: &'e Path,
    /// The event's payload.
    pub(crate) payload: Value,
    /// The service's own address.
    pub(crate) api: &'e str,
    /// What its user sets.
    pub(crate) inputs: &'e [(&'e str, &'e str)],
}

/// The action as data.
pub(crate) fn action() -> Value {
    let text = fs::read_to_string(root().join("action.yml")).expect("a text");
    serde_saphyr::from_str(&text).expect("YAML")
}

/// A runner in the middle of a job.
struct Runner<'e> {
    event: &'e Event<'e>,
    temp: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, BTreeMap<String, String>>,
    path: Vec<PathBuf>,
    run: Run,
}

/// Runs the action.
pub(crate) fn run(event: &Event<'_>) -> Run {
    let action = action();
    let mut runner = Runner {
        event,
        temp: tempfile::tempdir().expect("a directory"),
        inputs: inputs(&action, event.inputs),
        outputs: BTreeMap::new(),
        path: Vec::new(),
        run: Run::default(),
    };
    fs::write(runner.file("event.json"), event.payload.to_string()).expect("written");
    for step in action["runs"]["steps"].as_array().expect("a list") {
        if step["if"]
            .as_str()
            .is_none_or(|condition| runner.holds(condition))
        {
            runner.step(step);
        }
        if runner.run.exit != 0 {
            break;
        }
    }
    for (name, output) in action["outputs"].as_object().expect("a table") {
        let value = runner.value(output["value"].as_str().expect("a text"));
        runner.run.outputs.insert(name.clone(), value);
    }
    runner.run.summary = fs::read_to_string(runner.file("summary")).unwrap_or_default();
    runner.run.temp = Some(runner.temp);
    runner.run
}

fn inputs(action: &Value, set: &[(&str, &str)]) -> BTreeMap<String, String> {
    let known = action["inputs"].as_object().expect("a table");
    let defaults = known.iter().map(|(name, input)| {
        let default = input["default"]
            .as_str()
            .expect("every input has a default");
        (
            name.clone(),
            default.replace("${{ github.token }}", "of-the-job"),
        )
    });
    let mut inputs: BTreeMap<String, String> = defaults.collect();
    for (name, value) in set {
        let known = inputs
            .get_mut(*name)
            .unwrap_or_else(|| panic!("no input {name}"));
        (*value).clone_into(known);
    }
    inputs
}

impl Runner<'_> {
    fn file(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn step(&mut self, step: &Value) {
        if let Some(uses) = step["uses"].as_str() {
            let with = self.values(&step["with"]);
            if uses.starts_with("actions/cache@") {
                restore(&with["path"]);
            }
            self.run.used.push((uses.to_owned(), with));
            return;
        }
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().expect("a script");
        let output = self.file("output");
        fs::write(&output, "").expect("written");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = self
            .path
            .iter()
            .cloned()
            .chain(std::env::split_paths(&path));
        // As a runner starts it.
        let mut bash = command("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.event.dir)
            .env("PATH", std::env::join_paths(path).expect("a path"))
            .env("GITHUB_ACTION_PATH", root())
            .env("GITHUB_API_URL", self.event.api)
            .env("GITHUB_EVENT_PATH", self.file("event.json"))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_PATH", self.file("path"))
            .env("GITHUB_REPOSITORY", "owner/shop")
            .env("GITHUB_STEP_SUMMARY", self.file("summary"))
            .env("RUNNER_TEMP", self.temp.path())
            .env_remove("NO_COLOR")
            .envs(self.values(&step["env"]));
        let done = bash.output().expect("bash");
        self.run.exit = done.status.code().expect("it ends");
        self.run.stdout.push_str(&text(&done.stdout));
        self.run.stdout.push_str(&text(&done.stderr));
        if let Some(id) = step["id"].as_str() {
            let said = fs::read_to_string(&output).expect("a text");
            let lines = said
                .lines()
                .map(|line| line.split_once('=').expect("an output"));
            let outputs = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
            self.outputs.insert(id.to_owned(), outputs.collect());
        }
        let added = fs::read_to_string(self.file("path")).unwrap_or_default();
        self.path = added.lines().map(PathBuf::from).collect();
    }

    fn values(&self, of: &Value) -> BTreeMap<String, String> {
        let entries = of.as_object().into_iter().flatten();
        let value = |value: &Value| self.value(value.as_str().expect("a text"));
        entries
            .map(|(name, it)| (name.clone(), value(it)))
            .collect()
    }

    /// A text with its expressions replaced.
    fn value(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${{") {
            let (expression, behind) = behind.split_once("}}").expect("an end");
            out.push_str(before);
            out.push_str(&self.name(expression.trim()));
            rest = behind;
        }
        out + rest
    }

    /// What a name stands for.
    fn name(&self, name: &str) -> String {
        let parts: Vec<&str> = name.split('.').collect();
        match parts[..] {
            ["inputs", input] => self.inputs[input].clone(),
            ["steps", step, "outputs", output] => {
                let outputs = self.outputs.get(step);
                outputs
                    .and_then(|it| it.get(output))
                    .cloned()
                    .unwrap_or_default()
            }
            ["runner", "os"] => "Linux".to_owned(),
            ["runner", "arch"] => "X64".to_owned(),
            _ => panic!("`{name}` is not known"),
        }
    }

    /// Whether `a == 'b' && c != ''` holds.
    fn holds(&self, condition: &str) -> bool {
        condition.split("&&").all(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [name, operator, text] = words[..] else {
                panic!("`{part}` is not known");
            };
            let is_equal = self.name(name) == text.trim_matches('\'');
            match operator {
                "==" => is_equal,
                "!=" => !is_equal,
                _ => panic!("`{operator}` is not known"),
            }
        })
    }
}

/// As if the cache had what was built.
fn restore(root: &str) {
    let bin = Path::new(root).join("bin");
    fs::create_dir_all(&bin).expect("made");
    let to = bin.join("cargo-spof");
    fs::copy(crate::PROGRAM, to).expect("copied");
}
