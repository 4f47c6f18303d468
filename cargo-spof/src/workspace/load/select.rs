//! Which members findings are wanted for, and which are there for tests only.
//!
//! In: the members and the user's patterns. Out: the marks on them. Pure.

use super::super::{DependencyKind, Package, TargetKind};
use super::LoadError;
use crate::suggest::nearest;
use globset::{Glob, GlobMatcher};

/// So many names are all listed when none is near.
const FEW: usize = 12;

/// Marks the packages that are selected and those that are dev-only.
pub(super) fn mark(
    packages: &mut [Package],
    wanted: &[String],
    exclude: &[String],
) -> Result<(), LoadError> {
    let wanted = patterns(packages, wanted)?;
    let exclude = patterns(packages, exclude)?;
    let dev_only = dev_only(packages);
    for (package, is_dev_only) in packages.iter_mut().zip(dev_only) {
        let is_wanted = wanted.is_empty() || any(&wanted, &package.name);
        package.is_selected = is_wanted && !any(&exclude, &package.name);
        package.is_dev_only = is_dev_only;
    }
    // A workspace without members has nothing to select from: that is no mistake of the user's.
    if packages.is_empty() || packages.iter().any(|package| package.is_selected) {
        Ok(())
    } else {
        Err(LoadError::NothingSelected)
    }
}

fn any(patterns: &[GlobMatcher], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(name))
}

/// The patterns compiled; each one matches a member.
fn patterns(packages: &[Package], texts: &[String]) -> Result<Vec<GlobMatcher>, LoadError> {
    texts.iter().map(|text| pattern(packages, text)).collect()
}

fn pattern(packages: &[Package], text: &str) -> Result<GlobMatcher, LoadError> {
    Glob::new(text)
        .ok()
        .map(|glob| glob.compile_matcher())
        .filter(|matcher| {
            packages
                .iter()
                .any(|package| matcher.is_match(&package.name))
        })
        .ok_or_else(|| LoadError::UnknownPackage {
            name: text.to_owned(),
            near: near(packages, text),
        })
}

/// The members that `text` may have meant.
fn near(packages: &[Package], text: &str) -> Vec<String> {
    let names = || packages.iter().map(|package| package.name.as_str());
    let is_near = |name: &&str| nearest(text, [*name]).is_some() || name.contains(text);
    let near: Vec<String> = names().filter(is_near).map(str::to_owned).collect();
    if near.is_empty() && packages.len() <= FEW {
        return names().map(str::to_owned).collect();
    }
    near
}

/// For each package, whether members need it for tests only: it has no binary, some member has it
/// as a dev-dependency, and no other one that ships needs it. What it is built from itself does not count: a derive
/// crate tests itself with the library that it is for.
// Imprecise: a library that only dev-only packages need is read as if it shipped (sites in it are
// reported). Test: `a_package_that_only_tests_need_is_dev_only`.
fn dev_only(packages: &[Package]) -> Vec<bool> {
    let mut dev_only: Vec<bool> = packages
        .iter()
        .map(|package| {
            let own = built_from(packages, package);
            !has_bin(package) && is_needed(packages, package, true, &own)
        })
        .collect();
    // Each round takes members off the list, so there are at most as many rounds as members.
    loop {
        let left: Vec<bool> = packages
            .iter()
            .zip(&dev_only)
            .map(|(package, &is)| is && !is_needed(packages, package, false, &dev_only))
            .collect();
        if left == dev_only {
            return dev_only;
        }
        dev_only = left;
    }
}

/// Which members a package is built from, directly or not.
fn built_from(packages: &[Package], package: &Package) -> Vec<bool> {
    let mut found = vec![false; packages.len()];
    let mut open = vec![package];
    while let Some(at) = open.pop() {
        for (index, other) in packages.iter().enumerate() {
            if !found[index] && depends(at, other, false) {
                found[index] = true;
                open.push(other);
            }
        }
    }
    found
}

/// Whether a package depends on another for its tests (`for_tests`) or for itself.
fn depends(by: &Package, on: &Package, for_tests: bool) -> bool {
    by.dependencies.iter().any(|dependency| {
        (dependency.kind == DependencyKind::Dev) == for_tests
            && dependency.path.as_ref() == Some(&on.dir)
    })
}

fn has_bin(package: &Package) -> bool {
    package
        .targets
        .iter()
        .any(|target| target.kind == TargetKind::Bin)
}

/// Whether a member, other than the ones marked in `except`, depends on `package` for its tests
/// (`for_tests`) or for itself.
fn is_needed(packages: &[Package], package: &Package, for_tests: bool, except: &[bool]) -> bool {
    packages
        .iter()
        .enumerate()
        .filter(|(at, _)| !except.get(*at).copied().unwrap_or(false))
        .any(|(_, by)| by.dir != package.dir && depends(by, package, for_tests))
}
