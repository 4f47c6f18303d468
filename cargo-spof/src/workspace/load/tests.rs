//! Tests of loading: real directories, the real cargo.
#![expect(clippy::disallowed_methods, reason = "tests have files of their own")]

use super::*;
use std::fs;
use tempfile::TempDir;

/// A directory with these files.
fn dir(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    dir
}

fn options(dir: &Path) -> LoadOptions {
    LoadOptions {
        manifest_path: Some(dir.to_owned()),
        lints: &["lost-write"],
        ..LoadOptions::default()
    }
}

fn manifest_of(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
}

/// A shop (binary), a store library under another name, and a library for tests.
fn shop() -> TempDir {
    let shop = "[dependencies]\nkeeper-client = { path = \"../keeper\" }\nkv = { package = \"far-away\", version = \"1\" }\n[dev-dependencies]\nfakes = { path = \"../fakes\" }\n";
    dir(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"shop\", \"keeper\", \"fakes\"]\n",
        ),
        ("shop/Cargo.toml", &manifest_of("shop-api", shop)),
        ("shop/src/main.rs", "fn main() {}"),
        ("shop/tests/it.rs", ""),
        (
            "keeper/Cargo.toml",
            &manifest_of("keeper-client", "[lib]\nname = \"keeper\"\n"),
        ),
        ("keeper/src/lib.rs", ""),
        (
            "fakes/Cargo.toml",
            &manifest_of(
                "fakes",
                "[dependencies]\nkeeper-client = { path = \"../keeper\" }\n",
            ),
        ),
        ("fakes/src/lib.rs", ""),
    ])
}

#[test]
fn members_targets_and_dependencies_are_read() {
    let dir = shop();
    let workspace = load(&options(dir.path())).expect("loaded");
    let names: Vec<&str> = workspace
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(names, ["fakes", "keeper-client", "shop-api"]);
    let shop = workspace.package("shop-api").expect("a member");
    assert_eq!(shop.targets[0].name, "shop_api");
    assert_eq!(shop.targets[0].manifest_name, "shop-api");
    assert_eq!(workspace.roots().len(), 2);
    assert_eq!(workspace.n_targets_left_out(), 2);
}

#[test]
fn a_member_is_known_by_the_name_of_its_library() {
    let dir = shop();
    let workspace = load(&options(dir.path())).expect("loaded");
    let shop = workspace.package("shop-api").expect("a member");
    let mut names: Vec<&str> = shop
        .dependencies
        .iter()
        .map(|d| d.extern_name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["fakes", "keeper", "kv"]);
}

#[test]
fn a_package_that_only_tests_need_is_dev_only() {
    let dir = shop();
    let workspace = load(&options(dir.path())).expect("loaded");
    let dev_only: Vec<&str> = workspace
        .packages
        .iter()
        .filter(|package| package.is_dev_only)
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(dev_only, ["fakes"]);
}

#[test]
fn a_glob_selects_and_a_slip_is_answered_with_the_name_that_was_meant() {
    let dir = shop();
    let mut wanted = options(dir.path());
    wanted.packages = vec!["shop*".to_owned()];
    let workspace = load(&wanted).expect("loaded");
    let is_selected = |name| {
        workspace
            .package(name)
            .is_some_and(|package| package.is_selected)
    };
    assert!(is_selected("shop-api") && !is_selected("fakes"));
    wanted.packages = vec!["shop-ipa".to_owned()];
    let error = load(&wanted).expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "no package of the workspace is called `shop-ipa`"
    );
    assert_eq!(error.next_step(), "there is shop-api");
}

#[test]
fn no_manifest_and_a_broken_one_are_told_apart() {
    let empty = dir(&[]);
    let error = load(&options(empty.path())).expect_err("no manifest");
    assert!(matches!(error, LoadError::NoManifest { upward: false, .. }));
    let broken = dir(&[("Cargo.toml", "[package\nname = 1\n")]);
    let error = load(&options(broken.path()))
        .expect_err("broken")
        .to_string();
    assert!(
        error.contains("Cargo.toml:1:9") && !error.contains("error:"),
        "{error}"
    );
}

/// A toolchain file and a wrapper of the workspace's own; each would fail the load if it were run.
#[test]
fn nothing_that_the_workspace_configures_is_run() {
    let dir = dir(&[
        ("Cargo.toml", &manifest_of("a", "")),
        ("src/lib.rs", ""),
        (
            "rust-toolchain.toml",
            "[toolchain]\nchannel = \"no-such-channel\"\n",
        ),
        (
            ".cargo/config.toml",
            "[build]\nrustc = \"no-such-rustc\"\nrustc-wrapper = \"no-such-wrapper\"\n[alias\n",
        ),
    ]);
    assert_eq!(
        load(&options(dir.path())).map(|workspace| workspace.packages.len()),
        Ok(1)
    );
}

#[test]
fn the_lock_file_gives_versions_and_a_broken_one_is_a_problem() {
    let lock = "[[package]]\nname = \"a\"\nversion = \"10.0.0\"\n[[package]]\nname = \"a\"\nversion = \"9.1.0\"\n";
    let whole = dir(&[
        ("Cargo.toml", &manifest_of("a", "")),
        ("src/lib.rs", ""),
        ("Cargo.lock", lock),
    ]);
    let workspace = load(&options(whole.path())).expect("loaded");
    assert_eq!(workspace.locked["a"].versions, ["9.1.0", "10.0.0"]);
    fs::write(whole.path().join("Cargo.lock"), "<<<<<<<").expect("written");
    let workspace = load(&options(whole.path())).expect("loaded");
    assert!(matches!(
        workspace.problems[0].what,
        ProblemKind::Malformed(_)
    ));
}

#[test]
fn layers_and_rule_files_are_found_relative_to_the_file_that_names_them() {
    let outer = dir(&[
        (
            "org.spof.toml",
            "[store.org]\ntier = 1\n[store.own]\ntier = 3\nguard = true\n",
        ),
        ("app/Cargo.toml", &manifest_of("a", "")),
        ("app/src/lib.rs", ""),
        (
            "app/spof.toml",
            "extends = \"../org.spof.toml\"\nclients = [\"spof/*.toml\"]\n[store.own]\ntier = 0\n",
        ),
        ("app/spof/b.toml", "b"),
        ("app/spof/a.toml", "a"),
        ("app/spof/deep/c.toml", "c"),
    ]);
    let workspace = load(&options(&outer.path().join("app"))).expect("loaded");
    let own = &workspace.config.stores["own"];
    assert_eq!(
        (own.tier.map(|t| t.value), own.guard.map(|g| g.value)),
        (Some(0), Some(true))
    );
    assert!(workspace.config.stores.contains_key("org"));
    let paths: Vec<&str> = workspace
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "spof.toml",
            "../org.spof.toml",
            "spof/a.toml",
            "spof/b.toml",
            "Cargo.toml"
        ]
    );
    assert_eq!(workspace.rule_files.len(), 2);
}

#[test]
fn all_problems_of_all_layers_are_reported_and_no_layer_leaves_the_workspace() {
    let outer = dir(&[
        ("else/secret.toml", "password"),
        ("app/Cargo.toml", &manifest_of("a", "")),
        ("app/src/lib.rs", ""),
        (
            "app/base.toml",
            "extends = \"../else/secret.toml\"\nclient = 1\n",
        ),
        (
            "app/spof.toml",
            "extends = \"base.toml\"\nclients = [\"../else/*.toml\", \"none.toml\"]\n[lint]\n",
        ),
    ]);
    let error = load(&options(&outer.path().join("app"))).expect_err("wrong");
    let LoadError::Config { files, problems } = error else {
        panic!("{error}");
    };
    let shown: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", files.text(problem.place), problem.message))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    "../else/*.toml": `../else/*.toml` leaves the workspace
    "none.toml": `none.toml` names no file
    lint: unknown key `lint`
    "../else/secret.toml": `../else/secret.toml` cannot be extended: it lies outside of the workspace
    client: unknown key `client`
    "#);
}

#[test]
fn a_file_that_extends_itself_is_a_problem() {
    let dir = dir(&[
        ("Cargo.toml", &manifest_of("a", "")),
        ("src/lib.rs", ""),
        ("spof.toml", "extends = \"spof.toml\"\n"),
    ]);
    let error = load(&options(dir.path())).expect_err("wrong");
    assert!(matches!(error, LoadError::Config { problems, .. } if problems.len() == 1));
}
