//! Which findings belong to the members that were asked for.

use cargo_spof::finding::Finding;
use cargo_spof::sources::Sources;
use cargo_spof::workspace::Package;

/// The member in whose directory a finding's primary place is: the innermost one.
pub(crate) fn package_of<'s>(sources: &'s Sources, finding: &Finding) -> Option<&'s Package> {
    let file = sources.files.get(finding.place()?.file)?;
    let workspace = &sources.workspace;
    workspace.package_at(&workspace.root.join(&file.path))
}

/// Whether a finding is wanted: one that belongs to no member is.
pub(crate) fn is_selected(sources: &Sources, finding: &Finding) -> bool {
    package_of(sources, finding).is_none_or(|package| package.is_selected)
}
