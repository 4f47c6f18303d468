//! `--deny`, `--warn`, `--allow`: what they set, and which setting holds.

use super::errors::Failure;
use cargo_spof::finding::Level;
use cargo_spof::lints::NAMES;
use cargo_spof::policy::ALL;
use cargo_spof::suggest::nearest;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// The options with their lints, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LevelArgs {
    settings: Vec<(Level, String)>,
}

/// The options, their letters and what they do.
const OPTIONS: [(&str, char, Level, &str); 3] = [
    (
        "deny",
        'D',
        Level::Deny,
        "Make a lint's findings errors; `all` names every lint",
    ),
    ("warn", 'W', Level::Warn, "Make a lint's findings warnings"),
    (
        "allow",
        'A',
        Level::Allow,
        "Do not report a lint's findings; the last of these options holds",
    ),
];

impl LevelArgs {
    /// The levels with the lints that they are for, in the order in which they were written.
    pub(crate) fn settings(&self) -> &[(Level, String)] {
        &self.settings
    }

    /// Whether every lint named exists.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let is_known = |name: &str| name == ALL || NAMES.contains(&name);
        match self.settings.iter().find(|(_, name)| !is_known(name)) {
            Some((_, name)) => Err(unknown(name)),
            None => Ok(()),
        }
    }
}

/// The failure of naming a lint that does not exist.
pub(crate) fn unknown(name: &str) -> Failure {
    let name = name.to_owned();
    let near = nearest(&name, NAMES);
    Failure::UnknownLint { name, near }
}

impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut settings = Vec::new();
        for (name, _, level, _) in OPTIONS {
            let indices = matches.indices_of(name).into_iter().flatten();
            let lints = matches.get_many::<String>(name).into_iter().flatten();
            settings.extend(
                indices
                    .zip(lints)
                    .map(|(at, lint)| (at, (level, lint.clone()))),
            );
        }
        settings.sort_by_key(|(at, _)| *at);
        let settings = settings.into_iter().map(|(_, setting)| setting).collect();
        Ok(Self { settings })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.settings
            .extend(Self::from_arg_matches(matches)?.settings);
        Ok(())
    }
}

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        let args = OPTIONS.map(|(name, letter, _, help)| {
            Arg::new(name)
                .long(name)
                .short(letter)
                .value_name("LINT")
                .help(help)
                .help_heading("Lints")
                .action(ArgAction::Append)
                .value_delimiter(',')
        });
        command.args(args)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cargo_spof::policy::Policy;
    use cargo_spof::span::FileId;
    use cargo_spof::workspace::{Workspace, config};

    fn parsed(args: &[&str]) -> LevelArgs {
        let command = LevelArgs::augment_args(Command::new("t"));
        let matches = command.get_matches_from([&["t"], args].concat());
        LevelArgs::from_arg_matches(&matches).expect("levels")
    }

    fn level(config: &str, args: &[&str]) -> Level {
        let (config, problems) = config::parse(FileId(0), config, &NAMES);
        assert_eq!(problems, []);
        let workspace = Workspace {
            config,
            ..Workspace::default()
        };
        let args = parsed(args);
        let policy = Policy::new(&workspace, args.settings());
        policy.of("undeclared-dependency", Level::Deny, None).level
    }

    #[test]
    fn an_option_stands_above_the_configuration_above_the_lint() {
        let config = "[lints]\nundeclared-dependency = \"warn\"\n";
        assert_eq!(level("", &[]), Level::Deny);
        assert_eq!(level(config, &[]), Level::Warn);
        assert_eq!(
            level(config, &["--allow", "undeclared-dependency"]),
            Level::Allow
        );
        assert_eq!(
            level(config, &["--allow", "stale-declaration"]),
            Level::Warn
        );
    }

    #[test]
    fn the_last_option_holds_whichever_it_is() {
        let lint = "undeclared-dependency";
        assert_eq!(level("", &["--deny", lint, "--allow", "all"]), Level::Allow);
        assert_eq!(level("", &["-A", "all", "-W", lint]), Level::Warn);
        assert_eq!(
            level("", &["-W", lint, "-A", "all", "-D", lint]),
            Level::Deny
        );
        assert_eq!(
            level("", &["-W", "stale-declaration,undeclared-dependency"]),
            Level::Warn
        );
    }

    #[test]
    fn an_unknown_lint_is_said_with_the_one_that_was_meant() {
        assert!(
            parsed(&["-D", "all", "-A", "stale-declaration"])
                .check()
                .is_ok()
        );
        let failure = parsed(&["-D", "undeclared_dependancy"])
            .check()
            .expect_err("unknown");
        let Failure::UnknownLint { name, near } = failure else {
            panic!("another failure")
        };
        assert_eq!(name, "undeclared_dependancy");
        assert_eq!(near, Some("undeclared-dependency"));
    }
}
