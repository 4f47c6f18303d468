//! A line on the terminal that says what is going on, once that takes longer than a second.

use super::terminal::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long nothing is shown.
const DELAY: Duration = Duration::from_secs(1);

/// Between two frames.
const TICK: Duration = Duration::from_millis(120);

/// The line; it vanishes when this is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts the clock. Nothing is ever shown where it is not wanted or nobody watches.
    pub(crate) fn start(is_wanted: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = ProgressStyle::with_template("{spinner} {msg}");
        bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let waiting = (is_wanted && Terminal::is_watched()).then(|| show_later(bar.clone()));
        Self { bar, waiting }
    }

    /// Says what is going on.
    pub(crate) fn say(&self, text: impl Into<String>) {
        self.bar.set_message(text.into());
    }
}

fn show_later(bar: ProgressBar) -> (Sender<()>, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let wait = move || {
        if receiver.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    };
    (sender, thread::spawn(wait))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.waiting.take() {
            drop(sender);
            // A thread that panicked has nothing to clear.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
