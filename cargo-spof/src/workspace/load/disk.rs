//! The only place where the library opens files: bounded, and never outside of what is allowed.
//!
//! In: paths. Out: texts as they are on disk, or why not. Nothing is written but the files of a revision, to a temporary directory.
#![expect(clippy::disallowed_methods, reason = "this is where files are opened")]

use super::super::ProblemKind;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
#[cfg(unix)]
use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

/// The size above which a file is not read: 4 MiB.
pub(in super::super) const MAX_BYTES: u64 = 4 << 20;

/// The most directory entries that are looked at for one pattern.
const MAX_ENTRIES: usize = 50_000;

/// The directories that files may be read from, links resolved.
#[derive(Clone, Debug)]
pub(in super::super) struct Fence {
    dirs: Vec<PathBuf>,
}

impl Fence {
    /// The fence around these directories; one that does not exist holds no file.
    pub(in super::super) fn new<'a>(dirs: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut dirs: Vec<PathBuf> = dirs.into_iter().filter_map(|dir| real(dir).ok()).collect();
        dirs.sort_unstable();
        dirs.dedup();
        Self { dirs }
    }

    /// The real path of a regular file inside the fence; it is not opened.
    pub(in super::super) fn admit(&self, path: &Path) -> Result<PathBuf, ProblemKind> {
        let real = real(path).map_err(|error| kind_of(&error))?;
        if !self.dirs.iter().any(|dir| real.starts_with(dir)) {
            return Err(ProblemKind::Outside);
        }
        let metadata = fs::metadata(&real).map_err(|error| kind_of(&error))?;
        if metadata.is_file() {
            Ok(real)
        } else {
            Err(ProblemKind::NotAFile)
        }
    }
}

/// The absolute path without links, `.` and `..`.
pub(in super::super) fn real(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Whether anything has this path.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether this path is a regular file, also through a link.
pub(in super::super) fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether this path is a directory, also through a link.
pub(super) fn is_dir(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The directories in this one, by name; none where it cannot be read.
pub(in super::super) fn dirs_in(dir: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(dir).min_depth(1).max_depth(1);
    let entries = walk.sort_by_file_name().into_iter().take(MAX_ENTRIES);
    let dirs = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir());
    dirs.map(walkdir::DirEntry::into_path).collect()
}

/// When a file was written last.
pub(in super::super) fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// The text of a regular file. The bound holds also for a file that grows while it is read.
pub(in super::super) fn read_text(path: &Path) -> Result<String, ProblemKind> {
    let unreadable = |error: io::Error| kind_of(&error);
    let file = fs::File::open(path).map_err(unreadable)?;
    let len = file.metadata().map_err(unreadable)?.len();
    if len > MAX_BYTES {
        return Err(ProblemKind::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len + 1).unwrap_or(0));
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ProblemKind::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| ProblemKind::NotUtf8(error.utf8_error().valid_up_to()))
}

/// A new directory that goes away with the value.
pub(super) fn temporary_dir() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("cargo-spof-").tempdir()
}

/// Writes a file below a temporary directory; those around it are made.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::File::create_new(path)?.write_all(bytes)
}

/// Writes a link below a temporary directory, where the system has such. What is read through it must still be inside of a fence.
pub(super) fn link(path: &Path, target: &[u8]) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(OsStr::from_bytes(target), path)?;
    #[cfg(not(unix))]
    let _ = (path, target);
    Ok(())
}

/// The files at and below `dir`, sorted, hidden directories and `target` left out; links to
/// directories are not followed.
pub(in super::super) fn files_below(dir: &Path, max_depth: usize) -> Vec<PathBuf> {
    walkdir::WalkDir::new(dir)
        .max_depth(max_depth)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_left_out(entry))
        .take(MAX_ENTRIES)
        .filter_map(Result::ok)
        .filter(|entry| is_file(entry.path()))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn is_left_out(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_dir() && (name.starts_with('.') || name == "target")
}

fn kind_of(error: &io::Error) -> ProblemKind {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ProblemKind::Missing,
        _ => ProblemKind::Unreadable(error.to_string()),
    }
}

/// The path from `root` to `path`, both absolute and without links, with `/`.
pub(in super::super) fn relative(root: &Path, path: &Path) -> String {
    let (mut from, mut to) = (root.components().peekable(), path.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".to_owned());
    let parts: Vec<String> = up.chain(to.map(component)).collect();
    parts.join("/")
}

fn component(component: Component<'_>) -> String {
    match component {
        Component::RootDir => String::new(),
        other => other.as_os_str().to_string_lossy().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_has_slashes_and_climbs_where_it_must() {
        let root = Path::new("/w/app");
        assert_eq!(
            relative(root, Path::new("/w/app/src/main.rs")),
            "src/main.rs"
        );
        assert_eq!(
            relative(root, Path::new("/w/lib/src/a.rs")),
            "../lib/src/a.rs"
        );
    }

    #[test]
    fn a_file_above_the_bound_is_not_read_and_a_foreign_encoding_is_said() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.rs");
        fs::write(&path, vec![b' '; 5 << 20]).expect("written");
        assert_eq!(read_text(&path), Err(ProblemKind::TooLarge));
        fs::write(&path, b"// \xff").expect("written");
        assert_eq!(read_text(&path), Err(ProblemKind::NotUtf8(3)));
    }

    #[test]
    fn bytes_are_kept_as_they_are() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.rs");
        let text = "\u{feff}#!/bin/x\r\nfn f() {}\r\n";
        fs::write(&path, text).expect("written");
        assert_eq!(read_text(&path).as_deref(), Ok(text));
    }
}
