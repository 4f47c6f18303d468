//! All that a declaration can stand on, in one file.
//!
//! In: the facts of a file. Out: a flat list of targets with their places.

use super::excerpt::offset;
use super::heads::skip_trivia;
use super::{Scope, ScopeKind};
use crate::facts::{
    Arm, Attr, Body, Expr, ExprKind, FieldDef, FileFacts, Item, ItemKind, MacroShape,
};
use crate::span::Span;

/// Something that a declaration can stand on.
#[derive(Clone, Debug)]
pub(super) struct Target<'f> {
    pub(super) class: Class,
    /// All of it; a field's name only.
    pub(super) span: Span,
    /// Where it begins; at two places where the facts do not say for sure.
    pub(super) starts: [u32; 2],
    /// What a declaration on it is about.
    pub(super) scope: Scope,
    /// Its attributes.
    pub(super) attrs: &'f [Attr],
}

/// How a target is told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Item,
    Field,
    /// A statement, or an arm of a `match` or select.
    Stmt,
    /// An expression that is no statement.
    Expr,
    /// A macro whose tokens are not read. Nothing stands on it.
    Unread,
}

/// All targets of a file. Without comments in it, nobody asks for statements and expressions.
pub(super) fn collect<'f>(text: &'f str, facts: &'f FileFacts) -> Vec<Target<'f>> {
    let mut walk = Walk {
        text,
        with_bodies: !facts.comments.is_empty(),
        targets: Vec::new(),
    };
    walk.items(&facts.items);
    for unseen in &facts.unseen {
        if !unseen.span.is_empty() {
            walk.unread(unseen.span);
        }
    }
    walk.targets
}

struct Walk<'f> {
    text: &'f str,
    with_bodies: bool,
    targets: Vec<Target<'f>>,
}

impl<'f> Walk<'f> {
    fn items(&mut self, items: &'f [Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &'f Item) {
        let scope = Scope::Item {
            span: item.span,
            kind: scope_kind(&item.kind),
            name_span: item.name_span,
        };
        self.push(Class::Item, item.span, scope, &item.attrs.list);
        match &item.kind {
            ItemKind::Mod(Some(items), _) | ItemKind::MacroItems(_, items) => self.items(items),
            ItemKind::Fn(func) => {
                if let Some(body) = &func.body {
                    self.body(body);
                }
            }
            ItemKind::Struct(_, fields) => self.fields(fields),
            ItemKind::Enum(_, variants) => {
                for variant in variants {
                    self.fields(&variant.fields);
                }
            }
            ItemKind::Trait(trait_) => self.items(&trait_.items),
            ItemKind::Impl(imp) => self.items(&imp.items),
            ItemKind::Const(_, Some(body)) => self.body(body),
            ItemKind::MacroRules(_) => {
                // A comment above the definition still stands on the definition.
                let keyword_end = (item.span.start + 1).min(item.span.end);
                self.unread(Span::new(keyword_end, item.span.end));
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &'f [FieldDef]) {
        for field in fields {
            let scope = Scope::Field { span: field.span };
            self.push(Class::Field, field.span, scope, &field.attrs.list);
        }
    }

    fn body(&mut self, body: &'f Body) {
        for (attr, span) in &body.attrs {
            let attrs = std::slice::from_ref(attr);
            self.push(Class::Expr, *span, Scope::Statement { span: *span }, attrs);
        }
        self.items(&body.items);
        if self.with_bodies {
            for expr in &body.exprs {
                self.expr(body, expr);
            }
        }
    }

    fn expr(&mut self, body: &'f Body, expr: &'f Expr) {
        if !expr.span.is_empty() {
            self.statement(Class::Expr, expr.span, expr.span, [expr.span.start; 2]);
        }
        match &expr.kind {
            ExprKind::Block(stmts, _) => {
                for span in stmts.iter().map(crate::facts::Stmt::span) {
                    self.statement(Class::Stmt, span, span, [span.start; 2]);
                }
            }
            ExprKind::Match(scrutinee, arms) => {
                let before = body.expr(*scrutinee).span.end;
                let open = self.find('{', before);
                self.arms(body, open, arms);
            }
            ExprKind::Struct(_, fields, _) => {
                for (_, value) in fields {
                    let span = body.expr(*value).span;
                    let start = name_start(self.text, span.start);
                    self.statement(Class::Expr, span, span, [start; 2]);
                }
            }
            ExprKind::Macro(_, MacroShape::Select(arms)) => {
                for &(pat, future, then) in arms {
                    let pat = body.pat(pat).span;
                    let span = body.expr(future).span.to(body.expr(then).span);
                    if !pat.is_empty() && pat.end <= span.start {
                        self.statement(Class::Stmt, pat.to(span), span, [pat.start; 2]);
                    }
                }
            }
            _ => {}
        }
    }

    /// The arms of a `match` whose brace opens at `open`.
    fn arms(&mut self, body: &Body, open: u32, arms: &[Arm]) {
        let mut before = open;
        for arm in arms {
            let then = body.expr(arm.body).span;
            let pat = body.pat(arm.pat).span;
            if then.is_empty() || then.start < before {
                continue;
            }
            // The facts know no place for a literal pattern, and that of `&x` begins at `x`.
            let start = self.arm_start(before).min(then.start);
            let from_pat = if pat.is_empty() { start } else { pat.start };
            let span = Span::new(start, then.end);
            self.statement(Class::Stmt, span, then, [start, from_pat]);
            before = then.end;
        }
    }

    /// Behind the brace, or behind an arm and its comma.
    fn arm_start(&self, before: u32) -> u32 {
        let at = skip_trivia(self.text, before);
        let sign = self.text.as_bytes().get(at as usize);
        if matches!(sign, Some(b'{' | b',')) {
            skip_trivia(self.text, at + 1)
        } else {
            at
        }
    }

    fn find(&self, sign: char, from: u32) -> u32 {
        let rest = self.text.get(from as usize..).unwrap_or_default();
        from + offset(rest.find(sign).unwrap_or(0))
    }

    fn statement(&mut self, class: Class, span: Span, on: Span, starts: [u32; 2]) {
        self.targets.push(Target {
            class,
            span,
            starts,
            scope: Scope::Statement { span: on },
            attrs: &[],
        });
    }

    fn unread(&mut self, span: Span) {
        self.push(Class::Unread, span, Scope::Statement { span }, &[]);
    }

    fn push(&mut self, class: Class, span: Span, scope: Scope, attrs: &'f [Attr]) {
        self.targets.push(Target {
            class,
            span,
            starts: [span.start; 2],
            scope,
            attrs,
        });
    }
}

fn scope_kind(kind: &ItemKind) -> ScopeKind {
    match kind {
        ItemKind::Fn(_) => ScopeKind::Fn,
        ItemKind::Impl(_) => ScopeKind::Impl,
        ItemKind::Trait(_) => ScopeKind::Trait,
        ItemKind::Mod(..) => ScopeKind::Mod,
        ItemKind::Struct(..) | ItemKind::Enum(..) => ScopeKind::Struct,
        _ => ScopeKind::Other,
    }
}

/// Where `name: value` begins; where the value does, without a name.
fn name_start(text: &str, value: u32) -> u32 {
    let before = text.get(..value as usize).unwrap_or_default().trim_end();
    let Some(name) = before.strip_suffix(':') else {
        return value;
    };
    let name = name.trim_end();
    let rest = name.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    offset(rest.strip_suffix("r#").unwrap_or(rest).len())
}
