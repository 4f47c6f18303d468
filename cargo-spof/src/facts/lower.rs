//! The entry points of extraction, and the state that its parts share.

use super::comments;
use super::expand::MacroTable;
use super::positions::Positions;
use super::syntax::{Path, TypeRef};
use super::{Broken, FileFacts, Unseen, UnseenReason};
use crate::span::Span;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Brackets nested deeper than this are not given to the parser, which recurses.
const MAX_BRACKETS: usize = 400;

/// Expressions nested deeper than this are not lowered.
pub(super) const MAX_DEPTH: u32 = 2_000;

/// Reads the facts of one file's text. With `macros`, calls of the workspace's own macros are
/// expanded; without, their tokens are read as they stand.
///
/// Never fails and never panics on any text: what cannot be read is in [`FileFacts::broken`] and
/// [`FileFacts::unseen`].
pub fn extract(text: &str, macros: Option<&MacroTable>) -> FileFacts {
    let base = code_start(text);
    let code = &text[base..];
    let mut facts = FileFacts::default();
    if let Some(at) = too_deep(code) {
        facts.broken = Some(Broken {
            span: Span::new(len32(base + at), len32(base + at + 1)),
            message: format!("brackets nested deeper than {MAX_BRACKETS}"),
        });
        return facts;
    }
    let positions = Positions::new(code, len32(base));
    match syn::parse_str::<syn::File>(code) {
        Ok(file) => {
            let mut lowerer = Lowerer::new(text, positions, macros);
            facts.attrs = lowerer.attrs(&file.attrs);
            facts.items = lowerer.items(&file.items);
            facts.unseen = lowerer.unseen;
            facts.macros_called = lowerer.macros_called.into_iter().collect();
            facts.n_functions = lowerer.n_functions;
        }
        Err(error) => {
            let span = positions.span(error.span());
            facts.broken = Some(Broken {
                span: span.unwrap_or_else(|| Span::new(len32(text.len()), len32(text.len()))),
                message: error.to_string(),
            });
        }
    }
    facts.comments = comments::find(text);
    // The parser keeps every text that a thread has parsed, for spans that outlive us; ours do not.
    proc_macro2::extra::invalidate_current_thread_spans();
    facts
}

/// Parses a type, for the catalogue.
///
/// # Errors
/// The parser's message.
pub fn parse_type(text: &str) -> Result<TypeRef, String> {
    let ty = syn::parse_str::<syn::Type>(text).map_err(|error| error.to_string())?;
    Ok(Lowerer::new(text, Positions::new(text, 0), None).ty(&ty))
}

/// Parses a path, for the catalogue and for declarations.
///
/// # Errors
/// The parser's message.
pub fn parse_path(text: &str) -> Result<Path, String> {
    let path = syn::parse_str::<syn::Path>(text).map_err(|error| error.to_string())?;
    Ok(Lowerer::new(text, Positions::new(text, 0), None).path(&path, None))
}

/// Where code begins: behind a byte order mark and a `#!` line that is no attribute.
fn code_start(text: &str) -> usize {
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[bom..];
    let is_shebang = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    bom + if is_shebang {
        rest.find('\n').unwrap_or(rest.len())
    } else {
        0
    }
}

/// The byte where brackets are nested deeper than the bound. Brackets in strings and comments
/// count as well: the bound is far above what people write, and below what overflows a stack.
fn too_deep(code: &str) -> Option<usize> {
    let (mut brackets, mut angles) = (0_usize, 0_usize);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'{' => (brackets, angles) = (brackets + 1, 0),
            b'}' => (brackets, angles) = (brackets.saturating_sub(1), 0),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            b';' => angles = 0,
            _ => {}
        }
        if brackets > MAX_BRACKETS || angles > MAX_BRACKETS {
            return Some(at);
        }
    }
    None
}

/// A length as an offset; files are bounded when they are loaded.
pub(super) fn len32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The state of one file's extraction.
pub(super) struct Lowerer<'a> {
    pub(super) text: &'a str,
    positions: Positions<'a>,
    pub(super) macros: Option<&'a MacroTable>,
    /// The calls that are being expanded, innermost last: where tokens of a definition are.
    pub(super) expanding: Vec<(SmolStr, Span)>,
    pub(super) unseen: Vec<Unseen>,
    pub(super) macros_called: BTreeSet<SmolStr>,
    pub(super) n_functions: u32,
    pub(super) depth: u32,
}

impl<'a> Lowerer<'a> {
    pub(super) fn new(
        text: &'a str,
        positions: Positions<'a>,
        macros: Option<&'a MacroTable>,
    ) -> Self {
        Self {
            text,
            positions,
            macros,
            expanding: Vec::new(),
            unseen: Vec::new(),
            macros_called: BTreeSet::new(),
            n_functions: 0,
            depth: 0,
        }
    }

    /// The bytes of a token: of the macro call for a token that a macro's definition wrote.
    pub(super) fn span(&self, span: proc_macro2::Span) -> Span {
        self.positions.span(span).unwrap_or_else(|| {
            self.expanding
                .first()
                .map_or_else(Span::default, |&(_, call)| call)
        })
    }

    pub(super) fn not_seen(&mut self, span: Span, reason: UnseenReason, what: impl Into<String>) {
        self.unseen.push(Unseen {
            span,
            reason,
            what: what.into(),
        });
    }
}

/// An identifier's name, without `r#`.
pub(super) fn name_of(ident: &proc_macro2::Ident) -> SmolStr {
    let name = ident.to_string();
    SmolStr::new(name.strip_prefix("r#").unwrap_or(&name))
}
