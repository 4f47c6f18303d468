//! Exit codes: the contract with CI.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: nothing at level `deny`.
    Clean = 0,
    /// 1: findings at level `deny`.
    Findings = 1,
    /// 2: wrong arguments or configuration, or something of the environment is missing. clap uses the same number.
    Usage = 2,
    /// 3: a file could not be read or parsed, so that nothing can be said about it; whatever was found in the others.
    Incomplete = 3,
}

impl Exit {
    /// The exit of a run that got to its end.
    pub(crate) fn of_run(has_denied: bool, is_incomplete: bool) -> Self {
        match (is_incomplete, has_denied) {
            (true, _) => Self::Incomplete,
            (false, true) => Self::Findings,
            (false, false) => Self::Clean,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
