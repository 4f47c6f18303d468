//! The pre-commit hooks, run by pre-commit itself from this repository.

use crate::repository::Repository;
use crate::{LOAD, MANIFEST, SAVE, USE, command, root, text};

/// Whether a hook passes on what is staged, and what it says.
fn passes(repository: &Repository, home: &tempfile::TempDir, hook: &str) -> (bool, String) {
    repository.git(&["add", "--all"]);
    let mut command = command("pre-commit");
    command
        .args(["try-repo", "--verbose"])
        .arg(root())
        .arg(hook);
    let done = command
        .current_dir(repository.path("."))
        .env("PRE_COMMIT_HOME", home.path())
        .output()
        .expect("pre-commit");
    (
        done.status.success(),
        text(&done.stdout) + &text(&done.stderr),
    )
}

#[test]
fn a_commit_is_stopped_by_what_it_adds() {
    let home = tempfile::tempdir().expect("a directory");
    let repository = Repository::new();
    repository.write("Cargo.toml", MANIFEST);
    repository.write("src/lib.rs", &format!("{USE}{LOAD}"));
    repository.commit("before");
    // Of what is there already, one hook speaks, and the other does not.
    repository.write("src/lib.rs", &format!("{USE}\n{LOAD}"));
    let (is_passed, said) = passes(&repository, &home, "cargo-spof");
    assert!(
        !is_passed && said.contains("src/lib.rs:3:60: error[undeclared-dependency]"),
        "{said}"
    );
    let (is_passed, said) = passes(&repository, &home, "cargo-spof-diff");
    assert!(is_passed && said.contains("no new finding"), "{said}");
    repository.write("src/lib.rs", &format!("{USE}\n{LOAD}{SAVE}"));
    let (is_passed, said) = passes(&repository, &home, "cargo-spof-diff");
    assert!(!is_passed && said.contains("1 new error"), "{said}");
    // Nothing that it reads is staged: it does not run.
    repository.commit("all of it");
    repository.write("notes.txt", "notes\n");
    let (is_passed, said) = passes(&repository, &home, "cargo-spof");
    assert!(is_passed && said.contains("Skipped"), "{said}");
}
