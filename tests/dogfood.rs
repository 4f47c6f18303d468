//! cargo-spof on its own workspace.

use crate::binary;

#[test]
fn its_own_workspace_is_clean() {
    let run = binary::spof(["--manifest-path", "Cargo.toml"]);
    assert_eq!(run.exit, Some(0), "{}{}", run.stdout, run.stderr);
}
