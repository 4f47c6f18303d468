//! Globs of `spof.toml`: over paths of items, and over files.

use globset::{GlobBuilder, GlobMatcher};

/// A glob over paths of items: `billing::**`. `*` stays within one segment, and `billing::**` is
/// `billing` itself as well.
#[derive(Clone, Debug)]
pub struct PathGlob {
    text: String,
    matcher: GlobMatcher,
}

/// Two globs are the same when they are written the same.
impl PartialEq for PathGlob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PathGlob {}

impl PathGlob {
    /// Reads a glob.
    ///
    /// # Errors
    ///
    /// Why the text is no glob, as a phrase.
    pub fn new(text: &str) -> Result<Self, String> {
        let matcher = matcher(&text.trim().replace("::", "/"))?;
        let text = text.to_owned();
        Ok(Self { text, matcher })
    }

    /// The glob as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the item at `path` (`billing::charge::run`) is meant.
    pub fn matches(&self, path: &str) -> bool {
        let path = path.replace("::", "/");
        let is_tree = self.text.trim_end().ends_with("**");
        self.matcher.is_match(&path) || (is_tree && self.matcher.is_match(format!("{path}/")))
    }
}

/// A glob over files: `src/legacy/**`. `*` stays within one directory; what has no wildcard is a file, or a directory with all that is
/// in it.
#[derive(Clone, Debug)]
pub struct FileGlob {
    text: String,
    matcher: GlobMatcher,
}

/// Two globs are the same when they are written the same.
impl PartialEq for FileGlob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FileGlob {}

impl FileGlob {
    /// Reads a glob.
    ///
    /// # Errors
    ///
    /// Why the text is no glob, as a phrase.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_start_matches("./").trim_end_matches('/');
        let matcher = matcher(text)?;
        let text = text.to_owned();
        Ok(Self { text, matcher })
    }

    /// The glob as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file at `path` (`src/legacy/mod.rs`) is meant.
    pub fn matches(&self, path: &str) -> bool {
        let below = || path.strip_prefix(&self.text)?.strip_prefix('/');
        self.matcher.is_match(path) || below().is_some()
    }
}

fn matcher(text: &str) -> Result<GlobMatcher, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let glob = GlobBuilder::new(text)
        .literal_separator(true)
        .backslash_escape(false)
        .build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_all_that_is_in_it() {
        let matches = |glob: &str, path: &str| FileGlob::new(glob).expect("a glob").matches(path);
        assert!(matches("src/legacy", "src/legacy/a/b.rs"));
        assert!(matches("./src/legacy/", "src/legacy/a.rs"));
        assert!(!matches("src/legacy", "src/legacy_not.rs"));
        assert!(matches("src/**/gen.rs", "src/a/b/gen.rs"));
        assert!(!matches("src/*.rs", "src/a/b.rs"));
        assert!(FileGlob::new("src/[").is_err());
        assert!(FileGlob::new("").is_err());
    }
}
