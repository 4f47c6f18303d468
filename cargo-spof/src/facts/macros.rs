//! Macro calls: expanded where the workspace defines them, otherwise read as well as they can be.
//!
//! No macro is known by name. The tokens of a call that is not expanded are tried as, in this
//! order: expressions between commas, `x; n`, `pat = future => body` arms, `x, pat`, `name = %value` fields, statements. What is none of these is
//! scanned for pieces that are expressions. Calls in item position are tried as items, as
//! `static ref` lists, and as items in braces behind conditions.

use super::body::{ExprId, ExprKind, MacroShape, PatId, Stmt};
use super::exprs::BodyLowerer;
use super::lower::{Lowerer, name_of};
use super::syntax::{Item, ItemKind};
use super::{UnseenReason, expand};
use crate::span::Span;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;

/// Macros that call macros that call macros, no deeper than this.
const MAX_EXPANSIONS: usize = 12;

/// What a macro's tokens look like.
enum Shape {
    Args(Vec<syn::Expr>),
    Select(Vec<(syn::Pat, syn::Expr, syn::Expr)>),
    Matches(Box<(syn::Expr, syn::Pat, Option<syn::Expr>)>),
    Stmts(Vec<syn::Stmt>),
}

impl BodyLowerer<'_, '_> {
    pub(super) fn macro_call(&mut self, mac: &syn::Macro) -> (ExprKind, Span) {
        let path = self.lo.path(&mac.path, None);
        let span = path.span.to(self.at(close(&mac.delimiter)));
        if let Some(kind) = self.expanded(mac, span) {
            return (kind, span);
        }
        let shape = match shape(&mac.tokens) {
            Some(Shape::Args(args)) => MacroShape::Args(self.exprs(args.iter())),
            Some(Shape::Stmts(stmts)) => {
                let stmts = self.stmts(&stmts);
                MacroShape::Block(self.push(ExprKind::Block(stmts, None), span))
            }
            Some(Shape::Select(arms)) => {
                MacroShape::Select(arms.iter().map(|arm| self.select_arm(arm)).collect())
            }
            Some(Shape::Matches(matches)) => {
                let (x, pat, guard) = *matches;
                let (x, pat) = (self.expr(&x), self.pat(&pat));
                MacroShape::Matches(x, pat, guard.map(|guard| self.expr(&guard)))
            }
            None => {
                let mut found = Vec::new();
                if !self.scan(&mac.tokens, &mut found) {
                    self.lo.not_seen(span, UnseenReason::Macro, path.text());
                }
                MacroShape::Mixed(found)
            }
        };
        (ExprKind::Macro(path, shape), span)
    }

    /// The call as a block, where the workspace defines the macro and its result can be parsed.
    fn expanded(&mut self, mac: &syn::Macro, span: Span) -> Option<ExprKind> {
        let tokens = self.lo.expansion(mac)?;
        let stmts = syn::Block::parse_within.parse2(tokens).ok()?;
        let name = name_of(&mac.path.segments.last()?.ident);
        self.lo.expanding.push((name, span));
        let stmts = self.stmts(&stmts);
        self.lo.expanding.pop();
        Some(match stmts.as_slice() {
            [Stmt::Expr(one, false, _)] => self.body.expr(*one).kind.clone(),
            _ => ExprKind::Block(stmts, None),
        })
    }

    fn select_arm(&mut self, arm: &(syn::Pat, syn::Expr, syn::Expr)) -> (PatId, ExprId, ExprId) {
        let future = self.expr(&arm.1);
        (self.pat(&arm.0), future, self.expr(&arm.2))
    }

    /// Finds expressions between tokens that are not understood; whether nothing that looks like a
    /// call was left out.
    fn scan(&mut self, tokens: &TokenStream, found: &mut Vec<ExprId>) -> bool {
        let mut all_read = true;
        for piece in pieces(tokens) {
            if !piece.iter().any(|tree| matches!(tree, TokenTree::Group(_))) {
                continue;
            }
            let stream: TokenStream = piece.iter().cloned().collect();
            if let Ok(expr) = syn::parse2::<syn::Expr>(stream) {
                found.push(self.expr(&expr));
                continue;
            }
            for tree in &piece {
                let TokenTree::Group(group) = tree else {
                    continue;
                };
                let inner = group.stream();
                let stmts = (group.delimiter() == Delimiter::Brace)
                    .then(|| syn::Block::parse_within.parse2(inner.clone()).ok())
                    .flatten();
                if let Some(stmts) = stmts {
                    let stmts = self.stmts(&stmts);
                    found.push(self.push(ExprKind::Block(stmts, None), Span::default()));
                } else {
                    all_read &= self.scan(&inner, found);
                }
            }
            all_read &= !looks_like_call(&piece);
        }
        all_read
    }
}

impl Lowerer<'_> {
    /// The tokens that a call of a workspace macro stands for.
    pub(super) fn expansion(&mut self, mac: &syn::Macro) -> Option<TokenStream> {
        let name = name_of(&mac.path.segments.last()?.ident);
        self.macros_called.insert(name.clone());
        let krate = mac.path.segments.first().map(|first| name_of(&first.ident));
        let rules = self
            .macros?
            .get(&name, krate.as_deref().unwrap_or_default());
        if self.expanding.len() >= MAX_EXPANSIONS {
            return None;
        }
        expand::expand(&rules, mac.tokens.clone())
    }

    pub(super) fn item_macro(&mut self, x: &syn::ItemMacro) -> Vec<Item> {
        let span = self.span(x.mac.path.segments[0].ident.span());
        let span = span.to(self.span(close(&x.mac.delimiter)));
        if let Some(items) = self.included(x, span) {
            return items;
        }
        let (name, kind) = if let Some(ident) = &x.ident {
            let tokens = self.tokens_span(&x.mac.tokens);
            let rules = if self.expanding.is_empty() {
                tokens.text(self.text).to_owned()
            } else {
                x.mac.tokens.to_string()
            };
            (name_of(ident), ItemKind::MacroRules(rules))
        } else {
            let items = self.macro_items(&x.mac, span);
            let path = self.path(&x.mac.path, None);
            (
                smol_str::SmolStr::default(),
                ItemKind::MacroItems(path, items),
            )
        };
        vec![Item {
            name,
            name_span: span,
            span,
            attrs: self.attrs(&x.attrs),
            kind,
        }]
    }

    fn macro_items(&mut self, mac: &syn::Macro, span: Span) -> Vec<Item> {
        if let Some(file) = self
            .expansion(mac)
            .and_then(|tokens| syn::parse2::<syn::File>(tokens).ok())
        {
            let name = name_of(&mac.path.segments[0].ident);
            self.expanding.push((name, span));
            let items = self.items(&file.items);
            self.expanding.pop();
            return items;
        }
        if let Ok(file) = syn::parse2::<syn::File>(mac.tokens.clone()) {
            return self.items(&file.items);
        }
        if let Ok(statics) = static_refs.parse2(mac.tokens.clone()) {
            return self.items(&statics);
        }
        let groups = brace_groups(&mac.tokens);
        if groups.is_empty() {
            return Vec::new();
        }
        let parsed: Result<Vec<syn::File>, _> = groups.into_iter().map(syn::parse2).collect();
        if let Ok(files) = parsed {
            files
                .iter()
                .flat_map(|file| self.items(&file.items))
                .collect()
        } else {
            let name = self.path(&mac.path, None).text();
            self.not_seen(span, UnseenReason::Macro, name);
            Vec::new()
        }
    }

    /// A macro among an impl's items.
    pub(super) fn impl_macro(&mut self, mac: &syn::Macro) -> Vec<Item> {
        let span = self.span(mac.path.segments[0].ident.span());
        let span = span.to(self.span(close(&mac.delimiter)));
        let tokens = self.expansion(mac).unwrap_or_else(|| mac.tokens.clone());
        // A method parses as a function once its `self` is in an impl of its own.
        let wrapped = quote::quote!(impl X { #tokens });
        let Ok(file) = syn::parse2::<syn::File>(wrapped) else {
            return Vec::new();
        };
        self.expanding.push((smol_str::SmolStr::default(), span));
        let items = self.items(&file.items);
        self.expanding.pop();
        let inner = |item: Item| match item.kind {
            ItemKind::Impl(imp) => imp.items,
            _ => Vec::new(),
        };
        items.into_iter().flat_map(inner).collect()
    }
}

fn close(delimiter: &syn::MacroDelimiter) -> proc_macro2::Span {
    delimiter.span().close()
}

fn shape(tokens: &TokenStream) -> Option<Shape> {
    let args = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
    if let Ok(args) = args.parse2(tokens.clone()) {
        return Some(Shape::Args(args.into_iter().collect()));
    }
    let repeat = |input: ParseStream<'_>| {
        let value: syn::Expr = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        input.parse::<syn::Expr>()?;
        Ok(Shape::Args(vec![value]))
    };
    repeat
        .parse2(tokens.clone())
        .or_else(|_| select_arms.parse2(tokens.clone()).map(Shape::Select))
        .or_else(|_| matches_args.parse2(tokens.clone()))
        .or_else(|_| fields.parse2(tokens.clone()).map(Shape::Args))
        .or_else(|_| {
            syn::Block::parse_within
                .parse2(tokens.clone())
                .map(Shape::Stmts)
        })
        .ok()
}

/// `[biased;] pat = future [, if condition] => body [,] … [else => body]`.
fn select_arms(input: ParseStream<'_>) -> syn::Result<Vec<(syn::Pat, syn::Expr, syn::Expr)>> {
    let mut arms = Vec::new();
    if input.peek(syn::Ident) && input.peek2(syn::Token![;]) {
        input.parse::<syn::Ident>()?;
        input.parse::<syn::Token![;]>()?;
    }
    while !input.is_empty() {
        let bare = input.peek2(syn::Token![=>]);
        let (pat, future) = if bare {
            // `else => …`, `default => …`: no future.
            input.parse::<TokenTree>()?;
            (syn::parse_quote!(_), syn::parse_quote!(()))
        } else {
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<syn::Token![=]>()?;
            (pat, input.parse()?)
        };
        if input.peek(syn::Token![,]) && input.peek2(syn::Token![if]) {
            input.parse::<syn::Token![,]>()?;
            input.parse::<syn::Token![if]>()?;
            input.parse::<syn::Expr>()?;
        }
        input.parse::<syn::Token![=>]>()?;
        let body = if input.peek(syn::token::Brace) {
            syn::Expr::Block(input.parse()?)
        } else {
            input.parse()?
        };
        input.parse::<Option<syn::Token![,]>>()?;
        arms.push((pat, future, body));
    }
    Ok(arms)
}

/// `a.b = %value, ?value, name: value, …`: the values, as logging macros are given them.
fn fields(input: ParseStream<'_>) -> syn::Result<Vec<syn::Expr>> {
    let mut values = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        let is_named = loop {
            ahead.parse::<TokenTree>()?;
            if ahead.peek(syn::Token![=])
                || ahead.peek(syn::Token![:]) && !ahead.peek2(syn::Token![:])
            {
                break true;
            }
            if !ahead.peek(syn::Token![.]) && !ahead.peek(syn::Ident) {
                break false;
            }
        };
        if is_named {
            ahead.parse::<TokenTree>()?;
            input.advance_to(&ahead);
        }
        if input.peek(syn::Token![%]) || input.peek(syn::Token![?]) {
            input.parse::<TokenTree>()?;
        }
        values.push(input.parse()?);
        input.parse::<Option<syn::Token![,]>>()?;
    }
    Ok(values)
}

fn matches_args(input: ParseStream<'_>) -> syn::Result<Shape> {
    let x = input.parse()?;
    input.parse::<syn::Token![,]>()?;
    let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.peek(syn::Token![if]) {
        input.parse::<syn::Token![if]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    input.parse::<Option<syn::Token![,]>>()?;
    Ok(Shape::Matches(Box::new((x, pat, guard))))
}

/// `[pub] static ref NAME: Type = value;` …
fn static_refs(input: ParseStream<'_>) -> syn::Result<Vec<syn::Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(syn::Attribute::parse_outer)?;
        let vis: syn::Visibility = input.parse()?;
        let token: syn::Token![static] = input.parse()?;
        input.parse::<syn::Token![ref]>()?;
        let (ident, colon): (syn::Ident, syn::Token![:]) = (input.parse()?, input.parse()?);
        let (ty, eq): (syn::Type, syn::Token![=]) = (input.parse()?, input.parse()?);
        let (expr, semi): (syn::Expr, syn::Token![;]) = (input.parse()?, input.parse()?);
        items.push(syn::Item::Static(syn::ItemStatic {
            attrs,
            vis,
            static_token: token,
            mutability: syn::StaticMutability::None,
            ident,
            colon_token: colon,
            ty: Box::new(ty),
            eq_token: eq,
            expr: Box::new(expr),
            semi_token: semi,
        }));
    }
    Ok(items)
}

fn brace_groups(tokens: &TokenStream) -> Vec<TokenStream> {
    let braces = |tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    };
    tokens.clone().into_iter().filter_map(braces).collect()
}

/// Splits at `,`, `;`, `=>` and single `:`.
fn pieces(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut pieces = vec![Vec::new()];
    let mut previous = ' ';
    let mut trees = tokens.clone().into_iter().peekable();
    while let Some(tree) = trees.next() {
        let sign = match &tree {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        let next = match trees.peek() {
            Some(TokenTree::Punct(punct)) => punct.as_char(),
            _ => ' ',
        };
        let splits = match sign {
            ',' | ';' => true,
            ':' => previous != ':' && next != ':',
            '>' => previous == '=',
            _ => false,
        };
        previous = sign;
        if splits {
            pieces.push(Vec::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(tree);
        }
    }
    pieces
}

/// `.name(…)` or `name(…)`.
fn looks_like_call(piece: &[TokenTree]) -> bool {
    piece.windows(2).any(|pair| match pair {
        [TokenTree::Ident(_), TokenTree::Group(group)] => {
            group.delimiter() == Delimiter::Parenthesis
        }
        _ => false,
    })
}
