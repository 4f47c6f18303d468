//! Places in the source: where the operation's own name stands, and who wrote it there.

use crate::mir::Place;
use cargo_spof::facts::{self, Item, ItemKind};
use cargo_spof::span::Span;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a workspace, read when they are asked for.
pub(crate) struct Sources {
    root: PathBuf,
    files: HashMap<String, Option<Source>>,
}

struct Source {
    lines: Vec<String>,
    /// First and last line of each `macro_rules!`.
    macros: Vec<(u32, u32)>,
}

/// An operation's name in the source.
pub(crate) struct Named {
    /// From the workspace's root.
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// Whether it stands in the definition of a macro of the workspace's own.
    pub(crate) in_macro: bool,
}

impl Sources {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            files: HashMap::new(),
        }
    }

    /// The file from the workspace's root; `None` outside of it.
    pub(crate) fn relative(&self, file: &str) -> Option<String> {
        let path = Path::new(file);
        let path = if path.is_absolute() {
            path.strip_prefix(&self.root).ok()?
        } else {
            path
        };
        Some(path.to_str()?.replace('\\', "/"))
    }

    /// Where `name` stands at the end of a path at `place`; `None` where an expansion wrote it.
    pub(crate) fn named(&mut self, place: &Place, name: &str) -> Option<Named> {
        let file = self.relative(&place.file)?;
        let source = self.source(&file)?;
        let line = place.end.0;
        let text = source.lines.get(line as usize - 1)?;
        let start = if place.start.0 == line {
            place.start.1
        } else {
            1
        };
        let within: String = text
            .chars()
            .skip(start as usize - 1)
            .take(place.end.1.saturating_sub(start) as usize)
            .collect();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let found = within.match_indices(name).filter(|(at, _)| {
            let before = within[..*at].chars().next_back();
            let after = within[at + name.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        });
        let (at, _) = found.last()?;
        let ahead = u32::try_from(within[..at].chars().count()).ok()?;
        let in_macro = source
            .macros
            .iter()
            .any(|&(first, last)| (first..=last).contains(&line));
        Some(Named {
            file,
            line,
            column: start + ahead,
            in_macro,
        })
    }

    fn source(&mut self, file: &str) -> Option<&Source> {
        let root = &self.root;
        let read = || {
            let text = fs::read_to_string(root.join(file)).ok()?;
            Some(Source {
                macros: macros(&text),
                lines: text.lines().map(str::to_owned).collect(),
            })
        };
        self.files
            .entry(file.to_owned())
            .or_insert_with(read)
            .as_ref()
    }
}

/// The lines of the macros that a file defines.
fn macros(text: &str) -> Vec<(u32, u32)> {
    let facts = facts::extract(text, None);
    let mut spans = Vec::new();
    collect(&facts.items, &mut spans);
    let line = |at: u32| {
        let before = text.get(..at as usize).unwrap_or_default();
        u32::try_from(before.matches('\n').count()).unwrap_or(0) + 1
    };
    spans
        .iter()
        .map(|span| (line(span.start), line(span.end)))
        .collect()
}

fn collect(items: &[Item], spans: &mut Vec<Span>) {
    for item in items {
        match &item.kind {
            ItemKind::MacroRules(_) => spans.push(item.span),
            ItemKind::Mod(Some(items), _) => collect(items, spans),
            _ => {}
        }
    }
}
