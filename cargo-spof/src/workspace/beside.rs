//! Files beside the source files, of which generated code is made: those that generators read, and those that build
//! scripts have written.
//!
//! In: a loaded workspace. Out: paths and texts, through [`super::load`]'s disk access only: what lies outside of the
//! workspace, its members' directories and its target directory is not there.

use super::load::disk::{self, Fence};
use super::{Package, Workspace};
use std::path::{Path, PathBuf};

/// How deep below a directory files are looked for.
const MAX_DEPTH: usize = 16;

/// The most files of one kind that are read.
const MAX_FILES: usize = 5_000;

impl Workspace {
    /// The files below the workspace's root and its members' directories whose names end so, each with its text, by
    /// path. Hidden directories and `target` are left out, as are files that cannot be read.
    pub fn files_named(&self, extension: &str) -> Vec<(PathBuf, String)> {
        let members = self.packages.iter().map(|package| package.dir.as_path());
        let outside = members.filter(|dir| !dir.starts_with(&self.root));
        let dirs: Vec<&Path> = outside.chain([self.root.as_path()]).collect();
        let fence = Fence::new(dirs.iter().copied());
        let below = dirs
            .iter()
            .flat_map(|dir| disk::files_below(dir, MAX_DEPTH));
        let has_extension = |path: &PathBuf| path.extension().is_some_and(|it| it == extension);
        let mut paths: Vec<PathBuf> = below
            .filter(has_extension)
            .filter_map(|path| fence.admit(&path).ok())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let read = |path: PathBuf| disk::read_text(&path).ok().map(|text| (path, text));
        paths.into_iter().take(MAX_FILES).filter_map(read).collect()
    }

    /// The member in whose directory a path lies.
    pub fn package_at(&self, path: &Path) -> Option<&Package> {
        let around = self.packages.iter();
        let around = around.filter(|package| path.starts_with(&package.dir));
        around.max_by_key(|package| package.dir.as_os_str().len())
    }

    /// The text of a file of this package.
    pub fn text_of(&self, package: &Package, path: &Path) -> Option<String> {
        let real = Fence::new([package.dir.as_path()]).admit(path).ok()?;
        disk::read_text(&real).ok()
    }

    /// The newest file of this name that a build script has written for code in this directory.
    pub fn written(&self, dir: &Path, name: &str) -> Option<PathBuf> {
        if dir.starts_with(&self.target_dir) {
            // What is written may itself include what is written beside it.
            return Some(dir.join(name)).filter(|path| disk::is_file(path));
        }
        let package = &self.package_at(dir)?.name;
        let profiles = disk::dirs_in(&self.target_dir);
        let below = profiles.iter().flat_map(|dir| disk::dirs_in(dir));
        let builds = profiles.iter().map(|dir| dir.join("build")).chain(
            // Below a platform's name where one was asked for.
            below.map(|dir| dir.join("build")),
        );
        let of_package = |dir: &PathBuf| {
            let dir = dir.file_name().unwrap_or_default().to_string_lossy();
            dir.rsplit_once('-')
                .is_some_and(|(name, _)| name == package)
        };
        let outs = builds.flat_map(|build| disk::dirs_in(&build));
        let files = outs
            .filter(of_package)
            .map(|dir| dir.join("out").join(name));
        files
            .filter(|path| disk::is_file(path))
            .max_by_key(|path| (disk::modified(path), path.clone()))
    }
}
