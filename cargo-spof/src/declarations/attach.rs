//! What each declaration of a file stands on.
//!
//! An attribute stands on what it is written on. A comment stands on the outermost thing that
//! begins with the next token; behind code on its line, on what ends there or goes on there; with
//! `//!`, on what encloses it. A comment of which none of that is true is an orphan.

use super::collect::{Said, What, of_attr, of_comment};
use super::config::second;
use super::index::Index;
use super::targets::{Class, Target, collect};
use super::{Allow, Attached, FileDeclarations, Malformed, Scope, ScopeKind};
use crate::facts::{Comment, FileFacts};
use crate::span::{FileId, Span};
use rustc_hash::FxHashMap;

/// Reads and attaches the declarations of one file.
pub(super) fn attach(file: FileId, text: &str, facts: &FileFacts) -> FileDeclarations {
    let targets = collect(text, facts);
    let mut found = Found::default();
    for attr in &facts.attrs.list {
        let said = of_attr(file, text, attr, &mut found.malformed);
        found.add(said, &Scope::File);
    }
    for target in &targets {
        for attr in target.attrs {
            let said = of_attr(file, text, attr, &mut found.malformed);
            found.add(said, &target.scope);
        }
    }
    if !facts.comments.is_empty() {
        comments(file, text, facts, &targets, &mut found);
    }
    found.finish()
}

fn comments(
    file: FileId,
    text: &str,
    facts: &FileFacts,
    targets: &[Target<'_>],
    found: &mut Found,
) {
    let index = Index::new(text, targets);
    for comment in &facts.comments {
        let said = of_comment(file, text, comment, &mut found.malformed);
        match scope(text, &index, comment) {
            Ok(scope) => found.add(said, &scope),
            // Of a file that does not parse, no target is known.
            Err(orphan) if facts.broken.is_none() => {
                found
                    .malformed
                    .extend(said.map(|said| orphan.problem(&said)));
            }
            Err(_) => {}
        }
    }
}

/// Why a comment stands on nothing.
enum Orphan {
    Nothing,
    UnreadMacro,
}

impl Orphan {
    fn problem(&self, said: &Said) -> Malformed {
        let (word, place) = match &said.what {
            What::Declaration(declaration) => ("on_outage", declaration.place),
            What::Allow(said) => ("allow", said.place),
        };
        let (where_, help) = match self {
            Self::Nothing => (
                "stands on nothing",
                "put it right above the statement, item or field that it is for",
            ),
            Self::UnreadMacro => (
                "stands in a macro that is not read",
                "put it right above the macro's call",
            ),
        };
        Malformed::new(place, format!("`{word}` {where_}"), Some(help.to_owned()))
    }
}

fn scope(text: &str, index: &Index<'_, '_>, comment: &Comment) -> Result<Scope, Orphan> {
    let around = index.around(comment.span.start);
    let orphan = match around {
        Some(target) if target.class == Class::Unread => Orphan::UnreadMacro,
        _ => Orphan::Nothing,
    };
    if comment.inner {
        return match (around, orphan) {
            (_, Orphan::UnreadMacro) => Err(Orphan::UnreadMacro),
            (around, _) => Ok(around.map_or(Scope::File, |target| target.scope.clone())),
        };
    }
    let line = line_start(text, comment.span.start);
    let before = Span::new(line, comment.span.start).text(text).trim();
    // An attribute is a part of what follows.
    let target = if comment.trailing && !before.starts_with('#') {
        index
            .ending_before(line, comment.span.start)
            .or_else(|| index.field_before(line, comment.span.start))
            .or_else(|| around.filter(|target| goes_on(target, before)))
    } else {
        index.beginning_at(comment.next)
    };
    target.map(|target| target.scope.clone()).ok_or(orphan)
}

/// Whether the code of a line stands for the whole of what it is a part of. In an impl or module
/// it does not, but for the line that opens it.
fn goes_on(target: &Target<'_>, line: &str) -> bool {
    match &target.scope {
        _ if target.class == Class::Unread => false,
        Scope::Item { kind, .. } => {
            matches!(kind, ScopeKind::Fn | ScopeKind::Other) || line.ends_with('{')
        }
        _ => true,
    }
}

fn line_start(text: &str, at: u32) -> u32 {
    let before = text.get(..at as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    super::excerpt::offset(start)
}

#[derive(Default)]
struct Found {
    attached: Vec<(Attached, bool)>,
    allows: Vec<Allow>,
    malformed: Vec<Malformed>,
}

impl Found {
    fn add(&mut self, said: Option<Said>, scope: &Scope) {
        let Some(said) = said else { return };
        let scope = scope.clone();
        match said.what {
            What::Declaration(declaration) => {
                let declaration = *declaration;
                let attached = Attached { declaration, scope };
                self.attached.push((attached, said.may_repeat));
            }
            What::Allow(said) => self.allows.push(Allow {
                lints: said.lints,
                reason: said.reason,
                until: said.until,
                place: said.place,
                scope,
            }),
        }
    }

    /// Sorts, and refuses the second declaration for a store on one scope.
    fn finish(mut self) -> FileDeclarations {
        self.attached.sort_by_key(|(it, _)| it.declaration.place);
        self.allows.sort_by_key(|allow| allow.place);
        let mut first: FxHashMap<(Option<Span>, String), usize> = FxHashMap::default();
        let mut declarations: Vec<Attached> = Vec::with_capacity(self.attached.len());
        for (attached, may_repeat) in self.attached {
            let own = &attached.declaration;
            let key = (span_of(&attached.scope), own.store.value.clone());
            let earlier = first
                .get(&key)
                .map(|&index| &declarations[index].declaration);
            match earlier {
                None => {
                    first.insert(key, declarations.len());
                    declarations.push(attached);
                }
                Some(_) if may_repeat => declarations.push(attached),
                // What a macro repeats is read more than once.
                Some(earlier) if earlier.place == own.place => {}
                Some(earlier) => self.malformed.push(second(own, earlier)),
            }
        }
        self.malformed.sort();
        self.malformed.dedup();
        FileDeclarations {
            declarations,
            allows: self.allows,
            malformed: self.malformed,
        }
    }
}

fn span_of(scope: &Scope) -> Option<Span> {
    match scope {
        Scope::Item { span, .. } | Scope::Field { span } | Scope::Statement { span } => Some(*span),
        Scope::File | Scope::Paths { .. } => None,
    }
}
