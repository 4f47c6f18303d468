//! Whose policy a change is judged by: `[gate] policy-from = "base"`.
//!
//! In: a workspace, and the one of the base revision. Out: the workspace with the base's policy: the levels of lints, declarations for
//! code that is not touched, which stores are guards, which may have one provider, and how much a baseline accepts. What configuration says of the world (stores,
//! handles, providers, services) stays its own: that is what the change is about. A change cannot approve itself so.

use super::config::{self, Config};
use super::{LayerOf, Workspace};
use crate::span::FileId;

impl Workspace {
    /// Takes over the policy of a base revision; `lints` are the names of all lints. Its files are added to this one's, with ` (base)`
    /// behind their names.
    pub fn take_policy(&mut self, base: &Self, lints: &[&str]) {
        let mut of_workspace = Config::default();
        let mut of_packages = std::collections::BTreeMap::new();
        for layer in &base.layers {
            let Some(file) = base.files.get(layer.file) else {
                continue;
            };
            let id: FileId = self
                .files
                .push(format!("{} (base)", file.path), file.text.clone());
            // It was valid when the base was loaded.
            let (config, _) = config::parse(id, &file.text, lints);
            match &layer.of {
                LayerOf::Package(name) => drop(of_packages.insert(name.clone(), config)),
                LayerOf::Workspace | LayerOf::Organisation => {
                    of_workspace = of_workspace.over(config);
                }
            }
        }
        for (name, store) in &mut self.config.stores {
            let before = of_workspace.stores.shift_remove(name);
            store.single = before.as_ref().and_then(|it| it.single.clone());
            store.guard = before.map_or(store.guard, |it| it.guard);
        }
        self.config.lints = of_workspace.lints;
        self.config.overrides = of_workspace.overrides;
        self.config.on_outage = of_workspace.on_outage;
        self.config.gate = of_workspace.gate;
        self.package_configs = of_packages;
        self.limit_baseline(base);
    }
}
