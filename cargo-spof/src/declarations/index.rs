//! Finds targets by their places.
//!
//! In: the targets of a file. Out: answers to the three questions of a comment: what begins here,
//! what ends before here, what encloses here. Each answer takes no longer for a larger file than
//! a search in a sorted list does.

use super::heads::head;
use super::targets::{Class, Target};
use crate::span::Span;

/// The targets of a file, by head, by end and by nesting.
pub(super) struct Index<'t, 'f> {
    text: &'t str,
    targets: &'t [Target<'f>],
    /// Head → the longest target that has it.
    by_head: rustc_hash::FxHashMap<u32, usize>,
    /// By end, then by length.
    by_end: Vec<usize>,
    /// By start, the longer first; without expressions.
    by_start: Vec<usize>,
    /// For each of `by_start`, the position there of what encloses it.
    parents: Vec<Option<usize>>,
}

impl<'t, 'f> Index<'t, 'f> {
    pub(super) fn new(text: &'t str, targets: &'t [Target<'f>]) -> Self {
        let all = 0..targets.len();
        let mut by_end: Vec<usize> = all.clone().collect();
        by_end.sort_by_key(|&index| (targets[index].span.end, targets[index].span.len()));
        let mut by_start: Vec<usize> = all
            .filter(|&index| targets[index].class != Class::Expr)
            .collect();
        by_start.sort_by_key(|&index| {
            let span = targets[index].span;
            (span.start, std::cmp::Reverse(span.end))
        });
        Self {
            text,
            targets,
            by_head: by_head(text, targets),
            parents: parents(targets, &by_start),
            by_end,
            by_start,
        }
    }

    /// The outermost target that begins with the token at `next`.
    pub(super) fn beginning_at(&self, next: u32) -> Option<&'t Target<'f>> {
        let index = *self.by_head.get(&head(self.text, next))?;
        self.targets.get(index)
    }

    /// The target that ends between `line` and `at`, with nothing but its `,` or `;` behind it.
    pub(super) fn ending_before(&self, line: u32, at: u32) -> Option<&'t Target<'f>> {
        let n = self
            .by_end
            .partition_point(|&index| self.targets[index].span.end <= at);
        let ended = self.by_end[..n].iter().rev();
        ended
            .map(|&index| &self.targets[index])
            .take_while(|target| target.span.end > line)
            .find(|target| {
                let between = Span::new(target.span.end, at).text(self.text).trim();
                match target.class {
                    Class::Expr => between == ",",
                    Class::Item | Class::Stmt => matches!(between, "" | "," | ";"),
                    Class::Field | Class::Unread => false,
                }
            })
    }

    /// The field that begins last between `line` and `at`.
    pub(super) fn field_before(&self, line: u32, at: u32) -> Option<&'t Target<'f>> {
        let last = &self.targets[*self.by_start.get(self.last_before(at)?)?];
        (last.class == Class::Field && last.span.start >= line).then_some(last)
    }

    /// The innermost item, statement or unread macro around `at`.
    pub(super) fn around(&self, at: u32) -> Option<&'t Target<'f>> {
        let mut position = self.last_before(at);
        while let Some(found) = position {
            let target = &self.targets[self.by_start[found]];
            if target.span.start <= at && at < target.span.end {
                return Some(target);
            }
            position = self.parents[found];
        }
        None
    }

    fn last_before(&self, at: u32) -> Option<usize> {
        let n = self
            .by_start
            .partition_point(|&index| self.targets[index].span.start <= at);
        n.checked_sub(1)
    }
}

fn by_head(text: &str, targets: &[Target<'_>]) -> rustc_hash::FxHashMap<u32, usize> {
    let mut by_head = rustc_hash::FxHashMap::default();
    for (index, target) in targets.iter().enumerate() {
        if target.class == Class::Unread {
            continue;
        }
        for start in target.starts {
            let best = by_head.entry(head(text, start)).or_insert(index);
            if targets[*best].span.len() < target.span.len() {
                *best = index;
            }
        }
    }
    by_head
}

fn parents(targets: &[Target<'_>], by_start: &[usize]) -> Vec<Option<usize>> {
    let mut parents = Vec::with_capacity(by_start.len());
    let mut open: Vec<usize> = Vec::new();
    for (position, &index) in by_start.iter().enumerate() {
        let span = targets[index].span;
        while let Some(&top) = open.last()
            && !targets[by_start[top]].span.contains(span)
        {
            open.pop();
        }
        parents.push(open.last().copied());
        open.push(position);
    }
    parents
}
