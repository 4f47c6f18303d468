//! The command behind `--`: it runs beside the analysis, and its messages are passed on among the findings.
//!
//! That makes one command of two for an editor that has place for one (rust-analyzer's `check.overrideCommand`). Of cargo's messages the
//! last one, `build-finished`, is held back: it is said once, of both.

use super::errors::Failure;
use super::exit::Exit;
use super::terminal::Terminal;
use cargo_spof::report::rustc::{BUILD_FINISHED, finished};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A command that runs.
pub(crate) struct Passed {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Passed {
    /// Starts a command, if there is one.
    #[expect(clippy::disallowed_methods, reason = "the user asks for this command")]
    pub(crate) fn start(command: &[OsString]) -> Result<Option<Self>, Failure> {
        let Some((program, args)) = command.split_first() else {
            return Ok(None);
        };
        let failed = |why: String| Failure::NotStarted {
            program: program.clone(),
            why,
        };
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let out = child.stdout.take().map(BufReader::new);
        let out = out.ok_or_else(|| failed("it has no output".to_owned()))?;
        Ok(Some(Self { child, out }))
    }

    /// Passes on its messages, and ends with what came of it and of the findings. A run that could not be finished fails when the
    /// command's own messages have been passed on.
    pub(crate) fn finish(
        mut self,
        terminal: &mut Terminal,
        done: Result<Exit, Failure>,
    ) -> Result<Exit, Failure> {
        let mut line = Vec::new();
        while self.out.read_until(b'\n', &mut line)? > 0 {
            if !is_last(&line) {
                terminal.pass(&line)?;
            }
            line.clear();
        }
        let is_success = self.child.wait()?.success();
        let exit = done.map(|exit| match exit {
            Exit::Clean if !is_success => Exit::Findings,
            exit => exit,
        });
        let success = exit.as_ref().is_ok_and(|exit| *exit == Exit::Clean);
        terminal.print(&finished(success)?)?;
        exit
    }
}

/// Whether this is cargo's last message.
fn is_last(line: &[u8]) -> bool {
    let message: Result<serde_json::Value, _> = serde_json::from_slice(line);
    message.is_ok_and(|message| message["reason"] == BUILD_FINISHED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_is_known_and_nothing_else_is_held_back() {
        assert!(is_last(
            b"{\"reason\":\"build-finished\",\"success\":true}\n"
        ));
        assert!(!is_last(b"{\"reason\":\"compiler-artifact\"}\n"));
        assert!(!is_last(b"build-finished\n"));
        assert!(!is_last(b"\xff\n"));
    }
}
