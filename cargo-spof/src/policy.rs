//! Policy: the level of each lint, and who decided it.
//!
//! In: the configuration and the options of a run. Out: for a lint and a file, a [`Level`] with the place or option that set it. From
//! the one that yields to the one that decides: the lint itself, the organisation's file, the workspace's, the package's in which the
//! file lies, a glob of files that fits it (of the organisation, the workspace, the package, in this order), the options.

use crate::finding::Level;
use crate::span::Place;
use crate::workspace::Workspace;
use crate::workspace::config::{Config, LintSetting, Override};
use indexmap::IndexMap;

/// Stands for every lint in an option.
pub const ALL: &str = "all";

/// The levels of a run.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'p> {
    workspace: &'p Workspace,
    options: &'p [(Level, String)],
}

/// A level and who decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The level.
    pub level: Level,
    /// Who decided it.
    pub by: By,
}

/// Who decides a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The lint itself.
    Lint,
    /// A value of the configuration.
    Config(Place),
    /// A value under a glob of files.
    Override(Place),
    /// An option.
    Option,
}

impl<'p> Policy<'p> {
    /// The levels of a workspace under options, each a level and a lint's name or [`ALL`]; of two for one lint the last one holds.
    pub fn new(workspace: &'p Workspace, options: &'p [(Level, String)]) -> Self {
        Self { workspace, options }
    }

    /// The level of a lint that has this one by itself: for findings in a file, or in none.
    pub fn of(&self, lint: &str, own: Level, file: Option<&str>) -> Decision {
        let workspace = self.workspace;
        let package = file.and_then(|file| workspace.package_at(&workspace.root.join(file)));
        let package = package.and_then(|it| self.workspace.package_configs.get(&it.name));
        let by_option = self.by_option(lint);
        let by_glob = || {
            let file = file?;
            let of_package = package.and_then(|it| self.by_override(it, lint, file));
            of_package.or_else(|| self.by_override(&self.workspace.config, lint, file))
        };
        let by_file = |config: &Config| set(&config.lints, lint, By::Config);
        let decided = by_option
            .or_else(by_glob)
            .or_else(|| by_file(package?))
            .or_else(|| by_file(&self.workspace.config));
        decided.unwrap_or(Decision {
            level: own,
            by: By::Lint,
        })
    }

    /// The highest level that a lint has in any file.
    pub fn highest(&self, lint: &str, own: Level) -> Level {
        if let Some(decided) = self.by_option(lint) {
            return decided.level;
        }
        let packages = self.workspace.package_configs.values();
        let configs = packages.chain([&self.workspace.config]);
        let set = configs.flat_map(|config| {
            let globs = config.overrides.iter().map(|it| &it.lints);
            let all = globs.chain([&config.lints]);
            all.filter_map(|lints| Some(set(lints, lint, By::Config)?.level))
        });
        set.chain([self.of(lint, own, None).level])
            .max()
            .unwrap_or(own)
    }

    fn by_option(&self, lint: &str) -> Option<Decision> {
        let mut options = self.options.iter().rev();
        let (level, _) = options.find(|(_, name)| name == ALL || name == lint)?;
        Some(Decision {
            level: *level,
            by: By::Option,
        })
    }

    fn by_override(&self, config: &Config, lint: &str, file: &str) -> Option<Decision> {
        let fits = |it: &&Override| self.fits(it, file);
        let mut fitting = config.overrides.iter().rev().filter(fits);
        fitting.find_map(|it| set(&it.lints, lint, By::Override))
    }

    /// Whether one of an override's globs means a file. They are relative to the directory of their own file, where that is in the
    /// workspace.
    pub fn fits(&self, override_: &Override, file: &str) -> bool {
        let own = self.workspace.files.get(override_.place.file);
        let dir = own.and_then(|own| own.path.rsplit_once('/'));
        let dir = dir.map_or("", |(dir, _)| dir);
        let inside = match dir {
            "" => Some(file),
            dir if dir.starts_with("..") => Some(file),
            dir => file
                .strip_prefix(dir)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        inside.is_some_and(|file| override_.paths.iter().any(|glob| glob.value.matches(file)))
    }
}

/// What settings say of a lint.
fn set(
    lints: &IndexMap<String, LintSetting>,
    lint: &str,
    by: impl Fn(Place) -> By,
) -> Option<Decision> {
    let level = lints.get(lint)?.level.as_ref()?;
    Some(Decision {
        level: level.value,
        by: by(level.place),
    })
}
