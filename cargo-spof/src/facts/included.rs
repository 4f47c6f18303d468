//! Calls in item position that stand for items of another file: `include!`, and macros that are given one text.
//!
//! Where those files are, and whether there are any, is not known here.

use super::UnseenReason;
use super::lower::Lowerer;
use super::syntax::{Included, Item, ItemKind};
use crate::span::Span;
use proc_macro2::TokenStream;
use smol_str::SmolStr;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

impl Lowerer<'_> {
    /// The item that such a call is; a call of a macro of the workspace is none.
    pub(super) fn included(&mut self, x: &syn::ItemMacro, span: Span) -> Option<Vec<Item>> {
        let is_include = x.mac.path.is_ident("include");
        let text = syn::parse2::<syn::LitStr>(x.mac.tokens.clone());
        let text = text.map(|literal| SmolStr::new(literal.value())).ok();
        let included = match (text, is_include) {
            (Some(text), true) => Included::File(text),
            (Some(text), false) if self.expansion(&x.mac).is_none() => {
                Included::Named(self.path(&x.mac.path, None), text)
            }
            (_, false) => return None,
            (None, true) => {
                let output = written_name(&x.mac);
                let what = output.as_ref().map(|name| format!("OUT_DIR/{name}"));
                self.not_seen(
                    span,
                    UnseenReason::Generated,
                    what.as_deref().unwrap_or("include"),
                );
                let Some(output) = output else {
                    return Some(Vec::new());
                };
                Included::Output(output)
            }
        };
        Some(vec![Item {
            name: included.name(),
            name_span: span,
            span,
            attrs: self.attrs(&x.attrs),
            kind: ItemKind::Include(included),
        }])
    }
}

/// The `name` of `concat!(env!("OUT_DIR"), "/name")`.
fn written_name(include: &syn::Macro) -> Option<SmolStr> {
    let mut parts = Vec::new();
    concatenated(&include.tokens, &mut parts)?;
    let name = parts.concat();
    let name = name.strip_prefix(OUT_DIR)?.trim_start_matches('/');
    (!name.is_empty()).then(|| SmolStr::new(name))
}

/// What stands for the directory: no text has it.
const OUT_DIR: &str = "\0";

/// The texts of a `concat!`, others inside of it included.
fn concatenated(tokens: &TokenStream, out: &mut Vec<String>) -> Option<()> {
    let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
    for part in parse.parse2(tokens.clone()).ok()? {
        match part {
            syn::Expr::Macro(x) if x.mac.path.is_ident("concat") => {
                concatenated(&x.mac.tokens, out)?;
            }
            syn::Expr::Macro(x) if x.mac.path.is_ident("env") => {
                let variable: syn::LitStr = syn::parse2(x.mac.tokens).ok()?;
                (variable.value() == "OUT_DIR").then(|| out.push(OUT_DIR.to_owned()))?;
            }
            syn::Expr::Lit(literal) => match literal.lit {
                syn::Lit::Str(text) => out.push(text.value()),
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(())
}
