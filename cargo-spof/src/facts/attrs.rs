//! Attributes: which an item has, what `cfg_attr` hides, and whether it is for tests only.

use super::lower::Lowerer;
use super::syntax::{Attr, Attrs};
use crate::span::Span;
use proc_macro2::{TokenStream, TokenTree};
use smol_str::SmolStr;
use syn::punctuated::Punctuated;

impl Lowerer<'_> {
    pub(super) fn attrs(&mut self, attrs: &[syn::Attribute]) -> Attrs {
        let mut out = Attrs::default();
        for attr in attrs {
            let span = self
                .span(attr.pound_token.span)
                .to(self.span(attr.bracket_token.span.close()));
            self.meta(&attr.meta, span, &mut out);
        }
        out.test_only = out.list.iter().any(is_test_only);
        out
    }

    fn meta(&mut self, meta: &syn::Meta, span: Span, out: &mut Attrs) {
        let path = path_text(meta.path());
        if path == "doc" {
            return;
        }
        let (args, args_span) = match meta {
            syn::Meta::List(list) => {
                let args_span = self.tokens_span(&list.tokens);
                if path == "cfg_attr" && self.cfg_attr(list, span, out) {
                    return;
                }
                (self.source(&list.tokens, args_span), args_span)
            }
            syn::Meta::NameValue(pair) => match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => (text.value(), self.span(text.span())),
                _ => (String::new(), span),
            },
            syn::Meta::Path(_) => (String::new(), span),
        };
        out.list.push(Attr {
            path,
            args,
            args_span,
            span,
        });
    }

    /// Unfolds `cfg_attr(condition, a, b)` into `a` and `b`.
    fn cfg_attr(&mut self, list: &syn::MetaList, span: Span, out: &mut Attrs) -> bool {
        let parser = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        let Ok(metas) = syn::parse::Parser::parse2(parser, list.tokens.clone()) else {
            return false;
        };
        let mut inner = Attrs::default();
        for meta in metas.iter().skip(1) {
            self.meta(meta, span, &mut inner);
        }
        out.list.append(&mut inner.list);
        true
    }

    /// From the first token to the last.
    pub(super) fn tokens_span(&self, tokens: &TokenStream) -> Span {
        let mut trees = tokens.clone().into_iter();
        let Some(first) = trees.next() else {
            return Span::default();
        };
        let start = self.span(first_span(&first));
        let last = trees
            .last()
            .map_or(start, |tree| self.span(last_span(&tree)));
        start.to(self.span(last_span(&first))).to(last)
    }

    /// The tokens as text: the file's own where they stand in it.
    fn source(&self, tokens: &TokenStream, span: Span) -> String {
        if self.expanding.is_empty() {
            span.text(self.text).to_owned()
        } else {
            tokens.to_string()
        }
    }
}

fn first_span(tree: &TokenTree) -> proc_macro2::Span {
    match tree {
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    }
}

fn last_span(tree: &TokenTree) -> proc_macro2::Span {
    match tree {
        TokenTree::Group(group) => group.span_close(),
        other => other.span(),
    }
}

/// A path as text.
pub(super) fn path_text(path: &syn::Path) -> SmolStr {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    SmolStr::new(names.join("::"))
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`, and the attributes that make a function a test: all
/// frameworks name theirs `test` or end in it (`tokio::test`, `rstest`, `wasm_bindgen_test`).
fn is_test_only(attr: &Attr) -> bool {
    let last = attr.path.rsplit("::").next().unwrap_or_default();
    match last {
        "cfg" => cfg_needs_test(&attr.args),
        "bench" | "test_case" | "test_log" => true,
        _ => last == "test" || last.ends_with("_test") || last == "rstest" || last == "quickcheck",
    }
}

/// Whether a `cfg` predicate can only hold for tests.
fn cfg_needs_test(predicate: &str) -> bool {
    let predicate = predicate.trim();
    if predicate == "test" {
        return true;
    }
    let inner = |name: &str| {
        let rest = predicate.strip_prefix(name)?.trim_start();
        rest.strip_prefix('(')?.trim_end().strip_suffix(')')
    };
    if let Some(all) = inner("all") {
        return split_top(all).any(cfg_needs_test);
    }
    if let Some(any) = inner("any") {
        return !any.trim().is_empty() && split_top(any).all(cfg_needs_test);
    }
    false
}

/// Splits at commas outside of brackets.
fn split_top(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .filter(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::cfg_needs_test;

    #[test]
    fn a_predicate_that_also_holds_outside_of_tests_is_not_for_tests_only() {
        assert!(cfg_needs_test("test"));
        assert!(cfg_needs_test("all(test, feature = \"x\")"));
        assert!(cfg_needs_test("all(feature = \"x\", any(test))"));
        assert!(!cfg_needs_test("any(test, feature = \"x\")"));
        assert!(!cfg_needs_test("not(test)"));
        assert!(!cfg_needs_test("feature = \"test\""));
    }
}
