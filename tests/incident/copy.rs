//! A copy of the fixture in which one file at a time is edited.

use super::model::{Outcomes, folder};
use crate::binary;
use serde_json::Value;
use std::fs;
use std::path::Path;

pub(crate) struct Copy {
    dir: tempfile::TempDir,
}

impl Copy {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        copy(&folder(), dir.path());
        Self { dir }
    }

    /// What `blast` says while a file has other text.
    pub(crate) fn with(&self, file: &str, edited: &str, args: &[String]) -> Outcomes {
        let path = self.dir.path().join(file);
        let original = fs::read_to_string(&path).expect("readable");
        assert_ne!(edited, original, "{file} is as it was");
        fs::write(&path, edited).expect("written");
        let outcomes = operations(&blast(self.dir.path(), args));
        fs::write(&path, original).expect("written");
        outcomes
    }
}

pub(crate) fn blast(dir: &Path, args: &[String]) -> Value {
    let mut all = ["blast", "--format", "json"].map(str::to_owned).to_vec();
    all.extend(args.iter().cloned());
    let run = binary::spof_in(dir, all);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The outcomes by operation; starts are none.
pub(crate) fn operations(blast: &Value) -> Outcomes {
    let entries = blast["entry_points"].as_array().expect("a list");
    let served = entries.iter().filter(|it| it["entry_point"] != "main");
    let mut outcomes = Outcomes::new();
    for entry in served {
        let text = |key: &str| entry[key].as_str().expect("a text");
        let name = text("function").rsplit("::").next().expect("a name");
        let operation = format!("{}.{name}", text("service"));
        let twice = outcomes.insert(operation.clone(), text("outcome").to_owned());
        assert_eq!(twice, None, "{operation} is there twice");
    }
    outcomes
}

/// What differs, a line each.
pub(crate) fn differences(found: &Outcomes, wanted: &Outcomes) -> Vec<String> {
    let names = found.keys().chain(wanted.keys());
    let mut lines: Vec<String> = names
        .filter(|name| found.get(*name) != wanted.get(*name))
        .map(|name| format!("{name}: {:?}, not {:?}", found.get(name), wanted.get(name)))
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Copies a workspace without what was built.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "target" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}
