//! The baseline, from disk.
//!
//! In: the workspace's root, its configuration and what was asked for. Out: the baseline, or nothing where there is none; one that
//! must be there and is not makes the load fail, so that nobody takes its absence for an empty one.

use super::super::baseline::{self, Baseline, FILE};
use super::super::config::{ConfigProblem, Spanned};
use super::super::{ProblemKind, Workspace};
use super::layers::Layers;
use super::{LoadError, WhichBaseline, disk};
use std::path::{Path, PathBuf};

/// Reads the baseline that was asked for.
pub(super) fn read(
    root: &Path,
    layers: &mut Layers,
    which: &WhichBaseline,
) -> Result<Option<Baseline>, LoadError> {
    let named = layers.config.gate.baseline.clone();
    let inside = named.as_ref().map_or(FILE, |it| it.value.as_str());
    let path = match which {
        WhichBaseline::At(path) | WhichBaseline::IfThere(Some(path)) if disk::exists(path) => {
            return parsed(root, layers, path);
        }
        WhichBaseline::At(path) => return Err(LoadError::NoBaseline { at: path.clone() }),
        WhichBaseline::None | WhichBaseline::IfThere(Some(_)) => return Ok(None),
        WhichBaseline::Configured | WhichBaseline::IfThere(None) => root.join(inside),
    };
    match (disk::Fence::new([root]).admit(&path), named) {
        (Ok(real), _) => parsed(root, layers, &real),
        (Err(ProblemKind::Missing), None) => Ok(None),
        (Err(ProblemKind::Missing), Some(_)) if *which == WhichBaseline::IfThere(None) => Ok(None),
        (Err(why), Some(named)) => Err(wrong(layers, &named, &why)),
        (Err(why), None) => Err(LoadError::Unreadable { path, why }),
    }
}

fn parsed(root: &Path, layers: &mut Layers, path: &Path) -> Result<Option<Baseline>, LoadError> {
    let text = disk::read_text(path).map_err(|why| LoadError::Unreadable {
        path: path.to_owned(),
        why,
    })?;
    let file = layers.files.push(disk::relative(root, path), text.as_str());
    let (baseline, mut problems) = baseline::parse(file, &text);
    if problems.is_empty() {
        return Ok(Some(baseline));
    }
    for problem in &mut problems {
        let help =
            "it is written by `cargo spof baseline`: restore it, or delete it and create it anew";
        problem.help.get_or_insert_with(|| help.to_owned());
    }
    let files = std::mem::take(&mut layers.files);
    Err(LoadError::Config { files, problems })
}

/// A baseline that `[gate]` names and that cannot be read.
fn wrong(layers: &mut Layers, named: &Spanned<String>, why: &ProblemKind) -> LoadError {
    let problem = ConfigProblem {
        place: named.place,
        message: format!("the baseline `{}` cannot be read: {why}", named.value),
        help: Some("create it with `cargo spof baseline`, and commit it".to_owned()),
    };
    LoadError::Config {
        files: std::mem::take(&mut layers.files),
        problems: vec![problem],
    }
}

impl Workspace {
    /// Where the baseline of this workspace is, or is to be.
    pub fn baseline_path(&self) -> PathBuf {
        let named = self.config.gate.baseline.as_ref();
        self.root.join(named.map_or(FILE, |it| it.value.as_str()))
    }
}
