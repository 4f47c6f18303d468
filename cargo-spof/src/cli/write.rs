//! Writing the files of a user: whole and at once, beside the old one first.

use super::errors::Failure;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Replaces a file that still has the `old` text; without one, nothing may be there yet.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary writes what its user asks it to"
)]
pub(crate) fn replace(path: &Path, old: Option<&str>, new: &str) -> Result<(), Failure> {
    let failed = |why: String| Failure::Unwritable {
        path: path.to_owned(),
        why,
    };
    let io = |error: io::Error| failed(error.to_string());
    let (real, permissions) = match old {
        None if fs::symlink_metadata(path).is_ok() => {
            return Err(failed("something is there already".to_owned()));
        }
        None => (path.to_owned(), None),
        Some(old) => {
            let real = path.canonicalize().map_err(io)?;
            if fs::read(&real).map_err(io)? != old.as_bytes() {
                return Err(failed("it has changed since it was read".to_owned()));
            }
            let permissions = fs::metadata(&real).map_err(io)?.permissions();
            (real, Some(permissions))
        }
    };
    let beside = beside(&real);
    let written = fs::write(&beside, new)
        .and_then(|()| permissions.map_or(Ok(()), |it| fs::set_permissions(&beside, it)))
        .and_then(|()| fs::rename(&beside, &real));
    written.map_err(|error| {
        // What is left of it helps nobody; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
        io(error)
    })
}

/// A name in the same directory that nothing has.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.spof", std::process::id()))
}
