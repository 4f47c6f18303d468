//! Which findings belong to the members that were asked for.

use cargo_spof::finding::Finding;
use cargo_spof::sources::Sources;
use cargo_spof::workspace::Package;

/// The member in whose directory a finding's primary place is: the innermost one.
pub(crate) fn package_of<'s>(sources: &'s Sources, finding: &Finding) -> Option<&'s Package> {
    let file = sources.files.get(finding.place()?.file)?;
    let path = sources.workspace.root.join(&file.path);
    let packages = sources.workspace.packages.iter();
    packages
        .filter(|package| path.starts_with(&package.dir))
        .max_by_key(|package| package.dir.components().count())
}

/// Whether a finding is wanted: one that belongs to no member is.
pub(crate) fn is_selected(sources: &Sources, finding: &Finding) -> bool {
    package_of(sources, finding).is_none_or(|package| package.is_selected)
}
