//! `CODEOWNERS`: who answers for a file.
//!
//! In: the file's text. Out: the owners of any path ([`Owners::of`]): those of the last line whose pattern fits. Patterns are those of
//! `.gitignore` without `!` and `[]`, except that `docs/*` is of the files in `docs` only. Lines of section heads are passed over.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Where it may lie, the first that is there.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The owners of files.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    pattern: Gitignore,
    /// Whether files in directories further down are meant too.
    is_deep: bool,
    owners: Vec<String>,
}

impl Owners {
    /// Reads a file; a line that is none is passed over.
    pub fn parse(text: &str) -> Self {
        Self {
            lines: text.lines().filter_map(line).collect(),
        }
    }

    /// Who owns a path, relative to the directory that the patterns are of; nobody where no line fits, or the last one that does names
    /// nobody.
    pub fn of(&self, path: &str) -> &[String] {
        let fits = |line: &&Line| {
            if line.is_deep {
                let matched = line.pattern.matched_path_or_any_parents(path, false);
                matched.is_ignore()
            } else {
                line.pattern.matched(path, false).is_ignore()
            }
        };
        let last = self.lines.iter().rev().find(fits);
        last.map_or(&[], |line| line.owners.as_slice())
    }
}

fn line(text: &str) -> Option<Line> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let mut words = text.split_whitespace();
    let pattern = words.next()?;
    if pattern.starts_with(['#', '[', '^', '!']) {
        return None;
    }
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some(Line {
        pattern: builder.build().ok()?,
        is_deep: pattern == "*" || !pattern.ends_with("/*"),
        owners: words.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_fits_holds() {
        let owners = Owners::parse(
            "# who\n*  @all\n[Section]\n/billing/ @money @ledger # both\nbilling/docs/*  @writers\n*.sql @db\n/open/\n",
        );
        let cases: [(&str, &[&str]); 7] = [
            ("shop/src/lib.rs", &["@all"]),
            ("billing/src/lib.rs", &["@money", "@ledger"]),
            ("billing/docs/a.md", &["@writers"]),
            ("billing/docs/deep/a.md", &["@money", "@ledger"]),
            ("shop/billing/a.rs", &["@all"]),
            ("billing/src/a.sql", &["@db"]),
            ("open/src/lib.rs", &[]),
        ];
        for (path, wanted) in cases {
            assert_eq!(owners.of(path), wanted, "{path}");
        }
        assert!(Owners::default().of("a").is_empty());
    }
}
