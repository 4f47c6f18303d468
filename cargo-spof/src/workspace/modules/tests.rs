//! Tests of reading the module tree, on directories of their own.
#![expect(clippy::disallowed_methods, reason = "tests have files of their own")]

use super::*;
use std::fs;
use tempfile::TempDir;

/// A toy extraction. One declaration a line: `mod a;`, `mod a @ path.rs;`, `test mod a;`,
/// `mod x::y::a;` inside inline modules. The facts are the text's length.
fn extract(text: &str) -> (usize, Vec<ModDecl>) {
    let decls = text.lines().filter_map(|line| decl(text, line)).collect();
    (text.len(), decls)
}

fn decl(text: &str, line: &str) -> Option<ModDecl> {
    let body = line.trim().strip_suffix(';')?;
    let (test_only, body) = body
        .strip_prefix("test ")
        .map_or((false, body), |body| (true, body));
    let body = body.strip_prefix("mod ")?;
    let (path, attr) = body
        .split_once(" @ ")
        .map_or((body, None), |(path, attr)| (path, Some(attr)));
    let mut names: Vec<&str> = path.split("::").collect();
    let name = names.pop()?.to_owned();
    let inline = |name: &&str| InlineModule {
        name: (*name).to_owned(),
        path_attr: None,
    };
    let start = u32::try_from(text.find(line)?).ok()?;
    Some(ModDecl {
        name,
        inline: names.iter().map(inline).collect(),
        path_attr: attr.map(str::to_owned),
        is_written: false,
        test_only,
        span: Span::new(start, start + u32::try_from(line.len()).ok()?),
    })
}

/// A workspace in a directory `w` with these files; paths may leave it.
fn workspace(files: &[(&str, &str)]) -> (TempDir, Workspace) {
    let dir = tempfile::tempdir().expect("a directory");
    let root = disk::real(dir.path()).expect("there").join("w");
    fs::create_dir_all(&root).expect("made");
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    let workspace = Workspace {
        root,
        ..Workspace::default()
    };
    (dir, workspace)
}

fn tree(workspace: &Workspace, roots: &[&str], limits: Limits) -> SourceTree<usize> {
    let roots: Vec<PathBuf> = roots.iter().map(|root| workspace.root.join(root)).collect();
    read_modules(workspace, &roots, limits, &|_| (), extract)
}

/// The tree as `file: children`, then the problems.
fn shown(tree: &SourceTree<usize>) -> String {
    let path = |id: FileId| tree.files.get(id).map_or("?", |file| file.path.as_str());
    let child = |(decl, id): &(ModDecl, Option<FileId>)| {
        format!("{}={}", decl.name, id.map_or("none", path))
    };
    let module = |module: &ModuleFile<usize>| {
        let children: Vec<String> = module.children.iter().map(child).collect();
        format!("{}: {}", path(module.file), children.join(" "))
            .trim_end()
            .to_owned()
    };
    let problem = |problem: &Problem| {
        let at = problem.place.map_or("", |place| tree.files.text(place));
        format!("! {}: {} ({at})", problem.path, problem.what)
    };
    let modules = tree.modules.iter().map(module);
    modules
        .chain(tree.problems.iter().map(problem))
        .collect::<Vec<_>>()
        .join("\n")
}

fn check(files: &[(&str, &str)], roots: &[&str]) -> String {
    let (_dir, workspace) = workspace(files);
    shown(&tree(&workspace, roots, Limits::default()))
}

#[test]
fn modules_are_found_in_every_place_that_rustc_knows() {
    let files = [
        (
            "src/main.rs",
            "mod a;\nmod b;\nmod x::c;\nmod d @ other/d.rs;",
        ),
        ("src/a.rs", "mod inner;"),
        ("src/a/inner.rs", ""),
        ("src/b/mod.rs", "mod inner;"),
        ("src/b/inner/mod.rs", ""),
        ("src/x/c.rs", ""),
        ("src/other/d.rs", "mod beside;"),
        ("src/other/beside.rs", ""),
        ("src/unused.rs", ""),
    ];
    insta::assert_snapshot!(check(&files, &["src/main.rs"]), @"
    src/a.rs: inner=src/a/inner.rs
    src/a/inner.rs:
    src/b/inner/mod.rs:
    src/b/mod.rs: inner=src/b/inner/mod.rs
    src/main.rs: a=src/a.rs b=src/b/mod.rs c=src/x/c.rs d=src/other/d.rs
    src/other/beside.rs:
    src/other/d.rs: beside=src/other/beside.rs
    src/x/c.rs:
    ");
}

#[test]
fn what_cannot_be_read_is_a_problem_at_its_mod_and_the_rest_is_read() {
    let files = [
        (
            "src/lib.rs",
            "mod gone;\ntest mod gone_too;\nmod both;\nmod out @ ../../out.rs;\nmod abs @ /etc/passwd;\nmod dir;",
        ),
        ("src/both.rs", ""),
        ("src/both/mod.rs", ""),
        ("src/dir.rs/x", ""),
        ("../out.rs", "secret"),
    ];
    insta::assert_snapshot!(check(&files, &["src/lib.rs", "src/none.rs"]), @"
    src/both.rs:
    src/lib.rs: gone=none gone_too=none both=src/both.rs out=none abs=none dir=none
    ! ../../../etc/passwd: it lies outside of the workspace (mod abs @ /etc/passwd;)
    ! src/../../out.rs: it lies outside of the workspace (mod out @ ../../out.rs;)
    ! src/both.rs: both `name.rs` and `name/mod.rs` are there (mod both;)
    ! src/dir.rs: it is not a regular file (mod dir;)
    ! src/gone.rs: there is no such file (mod gone;)
    ! src/none.rs: there is no such file ()
    ");
}

#[test]
fn a_file_that_is_its_own_module_is_cut() {
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod again @ lib.rs;\nmod me @ a.rs;"),
    ];
    insta::assert_snapshot!(check(&files, &["src/lib.rs"]), @"
    src/a.rs: again=none me=none
    src/lib.rs: a=src/a.rs
    ! src/a.rs: it is a module of itself (mod me @ a.rs;)
    ! src/lib.rs: it is a module of itself (mod again @ lib.rs;)
    ");
}

#[test]
fn a_file_of_two_targets_is_read_once() {
    let files = [
        ("src/main.rs", "mod shared;"),
        ("src/lib.rs", "mod shared;"),
        ("src/shared.rs", ""),
    ];
    insta::assert_snapshot!(check(&files, &["src/main.rs", "src/lib.rs"]), @"
    src/lib.rs: shared=src/shared.rs
    src/main.rs: shared=src/shared.rs
    src/shared.rs:
    ");
}

#[test]
fn a_file_keeps_its_first_role() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b @ a.rs;"),
        ("src/a.rs", "mod inner;"),
        ("src/a/inner.rs", ""),
        ("src/inner.rs", ""),
    ];
    insta::assert_snapshot!(check(&files, &["src/lib.rs"]), @"
    src/a.rs: inner=src/a/inner.rs
    src/a/inner.rs:
    src/lib.rs: a=src/a.rs b=src/a.rs
    ");
}

#[test]
fn a_chain_deeper_than_the_bound_ends_with_a_problem() {
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod b;"),
        ("src/a/b.rs", "mod c;"),
        ("src/a/b/c.rs", ""),
    ];
    let (_dir, workspace) = workspace(&files);
    let limits = Limits {
        depth: 3,
        ..Limits::default()
    };
    insta::assert_snapshot!(shown(&tree(&workspace, &["src/lib.rs"], limits)), @"
    src/a.rs: b=src/a/b.rs
    src/a/b.rs: c=none
    src/lib.rs: a=src/a.rs
    ! src/a/b/c.rs: its modules are nested too deep (mod c;)
    ");
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_workspace_only_and_never_for_ever() {
    use std::os::unix::fs::symlink;
    let files = [
        ("src/lib.rs", "mod inside;\nmod outside;\nmod round;"),
        ("src/round/mod.rs", "mod round;"),
        ("common/shared.rs", "mod beside;"),
        ("src/inside/beside.rs", ""),
        ("../secret.rs", "secret"),
    ];
    let (_dir, workspace) = workspace(&files);
    let src = workspace.root.join("src");
    symlink("../common/shared.rs", src.join("inside.rs")).expect("linked");
    symlink("../../secret.rs", src.join("outside.rs")).expect("linked");
    symlink("../round", src.join("round/round")).expect("linked");
    insta::assert_snapshot!(shown(&tree(&workspace, &["src/lib.rs"], Limits::default())), @"
    common/shared.rs: beside=src/inside/beside.rs
    src/inside/beside.rs:
    src/lib.rs: inside=common/shared.rs outside=none round=src/round/mod.rs
    src/round/mod.rs: round=none
    ! src/outside.rs: it lies outside of the workspace (mod outside;)
    ! src/round/mod.rs: it is a module of itself (mod round;)
    ");
}

#[test]
fn a_member_outside_of_the_root_is_read() {
    let (_dir, mut workspace) =
        workspace(&[("../far/src/lib.rs", "mod a;"), ("../far/src/a.rs", "")]);
    let dir = workspace.root.join("../far");
    workspace.packages.push(crate::workspace::Package {
        id: String::new(),
        name: "far".to_owned(),
        version: String::new(),
        edition: String::new(),
        manifest_path: dir.join("Cargo.toml"),
        dir,
        targets: Vec::new(),
        dependencies: Vec::new(),
        is_selected: true,
        is_dev_only: false,
    });
    let tree = tree(&workspace, &["../far/src/lib.rs"], Limits::default());
    insta::assert_snapshot!(shown(&tree), @"
    ../far/src/a.rs:
    ../far/src/lib.rs: a=../far/src/a.rs
    ");
}

#[test]
fn texts_keep_their_bytes_and_ids_follow_the_configuration() {
    let text = "\u{feff}#!/bin/x\r\nmod a;\r\n";
    let (_dir, mut workspace) = workspace(&[("src/lib.rs", text), ("src/a.rs", "")]);
    workspace.files.push("spof.toml".to_owned(), "");
    let tree = tree(&workspace, &["src/lib.rs"], Limits::default());
    let lib = tree.roots[0].expect("read");
    assert_eq!(lib, FileId(2));
    let module = tree.module(lib).expect("a module");
    assert_eq!(
        tree.files.text(Place {
            file: lib,
            span: module.children[0].0.span
        }),
        "mod a;"
    );
    assert_eq!(tree.files.get(lib).map(|file| &*file.text), Some(text));
    assert!(tree.module(FileId(0)).is_none());
}

#[test]
fn the_tree_is_the_same_for_any_order_and_number_of_threads() {
    let mut files: Vec<(String, String)> = Vec::new();
    let names: Vec<String> = (0..60).map(|at| format!("m{at}")).collect();
    let decls: String = names
        .iter()
        .fold(String::new(), |all, name| format!("{all}mod {name};\n"));
    files.push(("src/lib.rs".to_owned(), decls.clone()));
    files.push(("src/main.rs".to_owned(), decls));
    files.extend(
        names
            .iter()
            .map(|name| (format!("src/{name}.rs"), "mod gone;".to_owned())),
    );
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (_dir, workspace) = workspace(&files);
    let read = |roots: &[&str], threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| shown(&tree(&workspace, roots, Limits::default())))
    };
    let one = read(&["src/lib.rs", "src/main.rs"], 1);
    assert_eq!(one, read(&["src/main.rs", "src/lib.rs"], 8));
}
