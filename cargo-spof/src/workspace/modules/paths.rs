//! Where rustc looks for a module's file.
//!
//! In: the directory rules of the file and the declaration. Out: candidate paths. Pure. The rules
//! are `mod_file_path` and `mod_dir_path` of `rustc_expand::module`.

use super::{InlineModule, ModDecl};
use std::path::{Component, Path, PathBuf};

/// Where the modules of a file (or of an inline module) lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    /// The directory of the file, and where `#[path]` starts from.
    pub(super) dir: PathBuf,
    /// The file's own name where its modules lie one directory deeper: of `a.rs`, below `a/`. Not
    /// of roots, of `mod.rs` and of files that are named by `#[path]`.
    pub(super) relative: Option<String>,
}

/// A file that a declaration may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Its path as written: links are not resolved, as rustc does not resolve them.
    pub(super) path: PathBuf,
    /// Where its own modules lie.
    pub(super) home: Home,
}

impl Step {
    /// A target's root file.
    pub(super) fn root(path: &Path) -> Self {
        Self::new(path.to_owned(), None)
    }

    fn new(path: PathBuf, relative: Option<String>) -> Self {
        let dir = path.parent().map(Path::to_owned).unwrap_or_default();
        let home = Home { dir, relative };
        Self { path, home }
    }
}

/// The files that a declaration in a file with this home may mean, best first.
pub(super) fn candidates(home: &Home, decl: &ModDecl) -> Vec<Step> {
    let home = decl.inline.iter().fold(home.clone(), enter);
    if let Some(path) = &decl.path_attr {
        return vec![Step::root(&join(&home.dir, path))];
    }
    let name = plain(&decl.name);
    let mut dir = home.dir;
    dir.extend(home.relative);
    let flat = dir.join(format!("{name}.rs"));
    let nested = dir.join(name).join("mod.rs");
    vec![
        Step::new(flat, Some(name.to_owned())),
        Step::new(nested, None),
    ]
}

/// The home of an inline module.
fn enter(mut home: Home, module: &InlineModule) -> Home {
    if let Some(path) = &module.path_attr {
        let dir = join(&home.dir, path);
        let relative = None;
        return Home { dir, relative };
    }
    home.dir.extend(home.relative.take());
    home.dir.push(plain(&module.name));
    home
}

/// A path below a directory. `..` is resolved by the system, which knows the links, wherever the
/// directory in front of it exists; where it does not, rustc fails and so does this.
fn join(dir: &Path, path: &str) -> PathBuf {
    let path = Path::new(path);
    let parts = path.components().filter(|part| *part != Component::CurDir);
    dir.join(parts.collect::<PathBuf>())
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The candidates for a `mod` written as `inline@attr::…::name@attr`, in a file at `path`
    /// whose modules lie in `relative`.
    fn check(path: &str, relative: Option<&str>, decl: &str, expected: &[&str]) {
        let mut parts: Vec<InlineModule> = decl
            .split("::")
            .map(|part| {
                let (name, attr) = part
                    .split_once('@')
                    .map_or((part, None), |(n, a)| (n, Some(a)));
                InlineModule {
                    name: name.to_owned(),
                    path_attr: attr.map(str::to_owned),
                }
            })
            .collect();
        let last = parts.pop().expect("a name");
        let decl = ModDecl {
            name: last.name,
            path_attr: last.path_attr,
            inline: parts,
            ..ModDecl::default()
        };
        let step = Step::new(PathBuf::from(path), relative.map(str::to_owned));
        let found: Vec<String> = candidates(&step.home, &decl)
            .iter()
            .map(|step| step.path.display().to_string())
            .collect();
        assert_eq!(found, expected, "{path} {decl:?}");
    }

    #[test]
    fn a_module_lies_beside_a_root_and_below_another_file() {
        check("src/main.rs", None, "a", &["src/a.rs", "src/a/mod.rs"]);
        check(
            "src/a.rs",
            Some("a"),
            "b",
            &["src/a/b.rs", "src/a/b/mod.rs"],
        );
        check("src/a/mod.rs", None, "b", &["src/a/b.rs", "src/a/b/mod.rs"]);
        check(
            "src/main.rs",
            None,
            "r#type",
            &["src/type.rs", "src/type/mod.rs"],
        );
    }

    /// The examples of the reference's section on path attributes.
    #[test]
    fn path_attributes_start_where_the_reference_says() {
        check("src/a/b.rs", Some("b"), "c@foo.rs", &["src/a/foo.rs"]);
        check("src/a/mod.rs", None, "c@foo.rs", &["src/a/foo.rs"]);
        check(
            "src/a/b.rs",
            Some("b"),
            "inline::inner@other.rs",
            &["src/a/b/inline/other.rs"],
        );
        check(
            "src/a/mod.rs",
            None,
            "inline::inner@other.rs",
            &["src/a/inline/other.rs"],
        );
        check(
            "src/lib.rs",
            None,
            "thread@files::local@tls.rs",
            &["src/files/tls.rs"],
        );
        check(
            "src/a.rs",
            Some("a"),
            "thread@files::local",
            &["src/files/local.rs", "src/files/local/mod.rs"],
        );
    }

    #[test]
    fn inline_modules_are_directories() {
        check(
            "src/a.rs",
            Some("a"),
            "x::y::z",
            &["src/a/x/y/z.rs", "src/a/x/y/z/mod.rs"],
        );
        check(
            "src/lib.rs",
            None,
            "x::z",
            &["src/x/z.rs", "src/x/z/mod.rs"],
        );
    }
}
