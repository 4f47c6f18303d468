//! A revision of the repository as files: what `git` has, not what the work tree has.
//!
//! In: a manifest in a work tree and the name of a revision. Out: the manifest as it was there, in a directory of its own that goes away
//! with the [`Revision`]. Objects are read in this process; no program is run, no hook, no filter, and nothing is written to the
//! repository or its work tree. Files that are too large to be read later are left out, as are submodules, which are other repositories.

use super::{LoadError, LoadOptions, disk, manifest};
use gix::bstr::ByteSlice;
use gix::traverse::tree::recorder::Entry;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::{fmt, io};

/// Which commit is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that is named.
    Named,
    /// The last one that it and what is checked out have in common: what a branch is compared with.
    MergeBase,
}

/// The files of a revision.
pub struct Revision {
    /// Goes away with it.
    _dir: tempfile::TempDir,
    /// The manifest in it; `None` where the revision has none.
    pub manifest: Option<PathBuf>,
    /// The commit, in short.
    pub commit: String,
    /// Whether no common commit is known, so that the named one stands for it.
    pub is_named_itself: bool,
}

/// Reads the files of a revision.
///
/// # Errors
///
/// A [`LoadError`], where there is no manifest, no repository around it, no such revision, or an object that is missing.
pub fn revision(options: &LoadOptions, name: &str, which: Which) -> Result<Revision, LoadError> {
    let manifest = manifest(options.manifest_path.as_deref())?;
    let manifest = disk::real(&manifest).unwrap_or(manifest);
    let (repository, work_tree) = repository(&manifest)?;
    let refused = |error: &dyn fmt::Display| LoadError::Revision {
        name: name.to_owned(),
        why: error.to_string(),
        is_shallow: repository.is_shallow().unwrap_or(false),
    };
    let (commit, is_named_itself) =
        commit(&repository, name, which).map_err(|error| refused(&error))?;
    let dir = disk::temporary_dir().map_err(|error| refused(&error))?;
    // The workspace has the name of its directory.
    let root = dir
        .path()
        .join(work_tree.file_name().unwrap_or(OsStr::new("workspace")));
    let files = files(&commit).map_err(|error| refused(&error))?;
    for file in &files {
        write(&repository, &root, file).map_err(|error| refused(&error))?;
    }
    let own = manifest.strip_prefix(&work_tree).unwrap_or(&manifest);
    Ok(Revision {
        manifest: manifest_at(&root, own),
        commit: commit.id().to_hex_with_len(12).to_string(),
        is_named_itself,
        _dir: dir,
    })
}

/// The repository around a manifest, of whose configuration only its own is looked at, and its work tree.
fn repository(manifest: &Path) -> Result<(gix::Repository, PathBuf), LoadError> {
    let none = || LoadError::NoRepository {
        at: manifest.to_owned(),
    };
    let dir = manifest.parent().unwrap_or(manifest);
    let how = gix::discover::upwards::Options::default();
    let found = gix::discover_opts(dir, how, gix::open::Options::isolated());
    let repository = found.map_err(|_| none())?;
    let work_tree = repository.workdir().and_then(|dir| disk::real(dir).ok());
    let work_tree = work_tree.ok_or_else(none)?;
    Ok((repository, work_tree))
}

/// The commit that is meant, and whether it is the named one for want of a common one.
fn commit<'r>(
    repository: &'r gix::Repository,
    name: &str,
    which: Which,
) -> Result<(gix::Commit<'r>, bool), gix::Error> {
    let named = repository
        .rev_parse_single(name)?
        .object()?
        .peel_to_commit()?;
    if which == Which::Named {
        return Ok((named, false));
    }
    let head = repository.head_id()?;
    // A shallow clone may not know it.
    let common = repository.merge_base(named.id, head).ok().flatten();
    match common {
        Some(id) => Ok((id.object()?.peel_to_commit()?, false)),
        None => Ok((named, true)),
    }
}

/// The files of a commit: regular ones first, so that none is written through a link.
fn files(commit: &gix::Commit<'_>) -> Result<Vec<Entry>, gix::Error> {
    let mut files = commit.tree()?.traverse().breadthfirst.files()?;
    files.retain(|file| !file.mode.is_commit() && !file.mode.is_tree() && is_inside(file));
    files.sort_by_key(|file| file.mode.is_link());
    Ok(files)
}

/// Whether a path has nothing in it but names. A tree can be made that has `..` or `.git`.
fn is_inside(file: &Entry) -> bool {
    let Ok(path) = std::str::from_utf8(&file.filepath) else {
        return false;
    };
    let is_name = |it| matches!(it, Component::Normal(name) if !name.eq_ignore_ascii_case(".git"));
    !path.contains('\\') && Path::new(path).components().all(is_name)
}

/// Writes a file, unless it is larger than what is read later.
fn write(repository: &gix::Repository, root: &Path, file: &Entry) -> Result<(), Unwritten> {
    if repository.find_header(file.oid)?.size() > disk::MAX_BYTES {
        return Ok(());
    }
    let object = repository.find_object(file.oid)?;
    let path = root.join(gix::path::from_bstr(file.filepath.as_bstr())?);
    if file.mode.is_link() {
        disk::link(&path, &object.data)?;
    } else {
        disk::write(&path, &object.data)?;
    }
    Ok(())
}

/// Why a file of a revision could not be written.
#[derive(Debug)]
enum Unwritten {
    Object(gix::Error),
    File(io::Error),
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl From<gix::Error> for Unwritten {
    fn from(error: gix::Error) -> Self {
        Self::Object(error)
    }
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// The manifest of a path, or the nearest one above it: a member may be new, its workspace not.
fn manifest_at(root: &Path, own: &Path) -> Option<PathBuf> {
    let dirs = own.parent().unwrap_or(own).ancestors();
    let mut manifests = dirs.map(|dir| root.join(dir).join("Cargo.toml"));
    manifests.find(|path| disk::is_file(path))
}
