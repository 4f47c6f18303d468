//! The two output streams, with what their readers can see.
//!
//! A closed pipe (`| head`) is no error: what would be written is dropped, and the run ends as it would have.

use super::args::Color;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use cargo_spof::report::style::Style;
use std::io::{self, BufWriter, IsTerminal, Stderr, Stdout, Write};
#[cfg(not(windows))]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsHandle;

/// Standard output and standard error.
pub(crate) struct Terminal {
    /// What standard output's reader sees.
    pub(crate) out_style: Style,
    /// What standard error's reader sees.
    pub(crate) err_style: Style,
    out: Pipe<BufWriter<AutoStream<Stdout>>>,
    err: Pipe<AutoStream<Stderr>>,
}

impl Terminal {
    /// The streams of this process.
    pub(crate) fn new(color: Color) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let choice = |auto: ColorChoice| match color {
            Color::Auto => auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let out_choice = choice(AutoStream::choice(&out));
        let err_choice = choice(AutoStream::choice(&err));
        let style = |choice: ColorChoice, stream: supports_unicode::Stream| Style {
            color: choice != ColorChoice::Never,
            unicode: supports_unicode::on(stream),
            width: match stream {
                supports_unicode::Stream::Stdout => width(io::stdout()),
                supports_unicode::Stream::Stderr => width(io::stderr()),
            },
        };
        Self {
            out_style: style(out_choice, supports_unicode::Stream::Stdout),
            err_style: style(err_choice, supports_unicode::Stream::Stderr),
            out: Pipe::new(BufWriter::new(stream(out, out_choice))),
            err: Pipe::new(stream(err, err_choice)),
        }
    }

    /// Writes to standard output.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Passes on what another program writes, at once.
    pub(crate) fn pass(&mut self, line: &[u8]) -> io::Result<()> {
        self.out.write_all(line)?;
        self.out.flush()
    }

    /// Writes to standard error, behind everything that was printed so far.
    pub(crate) fn warn(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        self.err.write_all(text.as_bytes())
    }

    /// Writes what is still held back.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }

    /// Whether somebody watches standard error.
    pub(crate) fn is_watched() -> bool {
        io::stderr().is_terminal()
    }
}

/// A stream that shows colours. Without colours nothing is looked at, so that machine output stays what it is.
fn stream<S: RawStream>(raw: S, choice: ColorChoice) -> AutoStream<S> {
    match choice {
        ColorChoice::Never => AutoStream::always_ansi(raw),
        choice => AutoStream::new(raw, choice),
    }
}

/// The columns of a stream that is a terminal.
#[cfg(not(windows))]
fn width(stream: impl AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

/// The columns of a stream that is a terminal.
#[cfg(windows)]
fn width(stream: impl AsHandle) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

/// A stream that may be closed by its reader.
struct Pipe<W> {
    inner: W,
    is_closed: bool,
}

impl<W> Pipe<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            is_closed: false,
        }
    }

    fn unless_closed<T>(&mut self, done: io::Result<T>, otherwise: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let done = self.inner.write(bytes);
        self.unless_closed(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let done = self.inner.flush();
        self.unless_closed(done, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
        let mut closed = Pipe::new(Failing(io::ErrorKind::BrokenPipe));
        assert!(closed.write_all(b"text").is_ok());
        assert!(closed.flush().is_ok());
        let mut full = Pipe::new(Failing(io::ErrorKind::StorageFull));
        assert!(full.write_all(b"text").is_err());
    }
}
