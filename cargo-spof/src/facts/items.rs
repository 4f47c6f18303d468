//! Items.

use super::UnseenReason;
use super::body::Body;
use super::exprs::BodyLowerer;
use super::lower::{Lowerer, name_of};
use super::syntax::{
    FieldDef, Function, Impl, Item, ItemKind, Param, Receiver, Trait, UseLeaf, UseName, Variant,
};
use crate::span::Span;
use smol_str::SmolStr;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    pub(super) fn items(&mut self, items: &[syn::Item]) -> Vec<Item> {
        items.iter().flat_map(|item| self.item(item)).collect()
    }

    fn item(&mut self, item: &syn::Item) -> Vec<Item> {
        use syn::Item as I;
        match item {
            I::Fn(x) => self.function(&x.attrs, &x.sig, Some(&x.block), None),
            I::Struct(x) => {
                let generics = self.generics(&x.generics);
                let fields = self.fields(&x.fields);
                self.named(
                    &x.attrs,
                    &x.ident,
                    x.span(),
                    ItemKind::Struct(generics, fields),
                )
            }
            I::Union(x) => {
                let generics = self.generics(&x.generics);
                let fields = self.fields(&syn::Fields::Named(x.fields.clone()));
                self.named(
                    &x.attrs,
                    &x.ident,
                    x.span(),
                    ItemKind::Struct(generics, fields),
                )
            }
            I::Enum(x) => {
                let kind = ItemKind::Enum(self.generics(&x.generics), self.variants(x));
                self.named(&x.attrs, &x.ident, x.span(), kind)
            }
            I::Trait(x) => self.trait_(x),
            I::Impl(x) => self.impl_(x),
            I::Type(x) => {
                let kind =
                    ItemKind::Type(self.generics(&x.generics), Vec::new(), Some(self.ty(&x.ty)));
                self.named(&x.attrs, &x.ident, x.span(), kind)
            }
            I::Const(x) => {
                let kind =
                    ItemKind::Const(self.ty(&x.ty), Some(Box::new(self.initialiser(&x.expr))));
                self.named(&x.attrs, &x.ident, x.span(), kind)
            }
            I::Static(x) => {
                let kind =
                    ItemKind::Const(self.ty(&x.ty), Some(Box::new(self.initialiser(&x.expr))));
                self.named(&x.attrs, &x.ident, x.span(), kind)
            }
            I::Mod(x) => self.module(x),
            I::Use(x) => self.use_item(x),
            I::ExternCrate(x) => {
                let alias = x.rename.as_ref().map_or(&x.ident, |(_, alias)| alias);
                let kind = ItemKind::ExternCrate(name_of(&x.ident));
                self.named(&x.attrs, alias, x.span(), kind)
            }
            I::Macro(x) => self.item_macro(x),
            I::Verbatim(tokens) => self.declared_function(tokens),
            _ => Vec::new(),
        }
    }

    fn use_item(&mut self, item: &syn::ItemUse) -> Vec<Item> {
        let mut leaves = Vec::new();
        let leading = item.leading_colon.is_some();
        self.use_tree(&item.tree, &mut Vec::new(), leading, &mut leaves);
        self.unnamed(&item.attrs, item.span(), ItemKind::Use(leaves))
    }

    fn named(
        &mut self,
        attrs: &[syn::Attribute],
        name: &proc_macro2::Ident,
        span: proc_macro2::Span,
        kind: ItemKind,
    ) -> Vec<Item> {
        vec![Item {
            name: name_of(name),
            name_span: self.span(name.span()),
            span: self.span(span),
            attrs: self.attrs(attrs),
            kind,
        }]
    }

    pub(super) fn unnamed(
        &mut self,
        attrs: &[syn::Attribute],
        span: proc_macro2::Span,
        kind: ItemKind,
    ) -> Vec<Item> {
        let span = self.span(span);
        vec![Item {
            name: SmolStr::default(),
            name_span: span,
            span,
            attrs: self.attrs(attrs),
            kind,
        }]
    }

    pub(super) fn initialiser(&mut self, expr: &syn::Expr) -> Body {
        let mut lowerer = BodyLowerer::new(self);
        let root = lowerer.expr(expr);
        let mut body = lowerer.body;
        body.root = Some(root);
        body
    }

    /// A function, with the whole span given for one without a body.
    pub(super) fn function(
        &mut self,
        attrs: &[syn::Attribute],
        sig: &syn::Signature,
        block: Option<&syn::Block>,
        end: Option<proc_macro2::Span>,
    ) -> Vec<Item> {
        let generics = self.generics(&sig.generics);
        let ret = self.ret(&sig.output);
        let mut lowerer = BodyLowerer::new(self);
        let mut receiver = None;
        let mut params = Vec::new();
        for arg in &sig.inputs {
            match arg {
                syn::FnArg::Receiver(arg) => receiver = Some(lowerer.receiver(arg)),
                syn::FnArg::Typed(arg) => params.push(Param {
                    pat: block.map(|_| lowerer.pat(&arg.pat)),
                    ty: lowerer.lo.ty(&arg.ty),
                }),
            }
        }
        let root = block.map(|block| lowerer.block_expr(block));
        let mut body = lowerer.body;
        body.root = root;
        // An inner attribute (`//!` in the body) stands behind the keyword.
        let outer = |attr: &&syn::Attribute| matches!(attr.style, syn::AttrStyle::Outer);
        let attr_start = attrs.iter().find(outer).map(|attr| attr.pound_token.span);
        let start = attr_start
            .unwrap_or_else(|| sig.asyncness.map_or(sig.fn_token.span, |token| token.span));
        let end = block.map(|block| block.brace_token.span.close()).or(end);
        let span = self
            .span(start)
            .to(self.span(end.unwrap_or(sig.ident.span())));
        self.n_functions += u32::from(block.is_some());
        vec![Item {
            name: name_of(&sig.ident),
            name_span: self.span(sig.ident.span()),
            span,
            attrs: self.attrs(attrs),
            kind: ItemKind::Fn(Box::new(Function {
                generics,
                receiver,
                params,
                ret,
                is_async: sig.asyncness.is_some(),
                body: block.map(|_| body),
            })),
        }]
    }

    /// `fn f();` outside of a trait, as the catalogue's declarations have it.
    fn declared_function(&mut self, tokens: &proc_macro2::TokenStream) -> Vec<Item> {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let attrs = input.call(syn::Attribute::parse_outer)?;
            let _: syn::Visibility = input.parse()?;
            let sig: syn::Signature = input.parse()?;
            let semi: syn::Token![;] = input.parse()?;
            Ok((attrs, sig, semi))
        };
        let parsed = syn::parse::Parser::parse2(parser, tokens.clone());
        if let Ok((attrs, sig, semi)) = parsed {
            return self.function(&attrs, &sig, None, Some(semi.span));
        }
        let span = self.tokens_span(tokens);
        self.not_seen(span, UnseenReason::Syntax, "");
        Vec::new()
    }

    fn fields(&mut self, fields: &syn::Fields) -> Vec<FieldDef> {
        fields
            .iter()
            .enumerate()
            .map(|(index, field)| FieldDef {
                name: field
                    .ident
                    .as_ref()
                    .map_or_else(|| SmolStr::new(index.to_string()), name_of),
                ty: self.ty(&field.ty),
                attrs: self.attrs(&field.attrs),
                span: self.span(
                    field
                        .ident
                        .as_ref()
                        .map_or_else(|| field.ty.span(), proc_macro2::Ident::span),
                ),
            })
            .collect()
    }

    fn variants(&mut self, item: &syn::ItemEnum) -> Vec<Variant> {
        item.variants
            .iter()
            .map(|variant| Variant {
                name: name_of(&variant.ident),
                fields: self.fields(&variant.fields),
            })
            .collect()
    }

    fn trait_(&mut self, x: &syn::ItemTrait) -> Vec<Item> {
        use syn::TraitItem as T;
        let mut items = Vec::new();
        for item in &x.items {
            items.extend(match item {
                T::Fn(f) => {
                    let end = f.semi_token.map(|semi| semi.span);
                    self.function(&f.attrs, &f.sig, f.default.as_ref(), end)
                }
                T::Type(t) => {
                    let default = t.default.as_ref().map(|(_, ty)| self.ty(ty));
                    let kind =
                        ItemKind::Type(self.generics(&t.generics), self.bounds(&t.bounds), default);
                    self.named(&t.attrs, &t.ident, t.ident.span(), kind)
                }
                T::Const(c) => {
                    let init = c
                        .default
                        .as_ref()
                        .map(|(_, init)| Box::new(self.initialiser(init)));
                    let kind = ItemKind::Const(self.ty(&c.ty), init);
                    self.named(&c.attrs, &c.ident, c.ident.span(), kind)
                }
                _ => Vec::new(),
            });
        }
        let kind = ItemKind::Trait(Box::new(Trait {
            generics: self.generics(&x.generics),
            supers: self.bounds(&x.supertraits),
            items,
        }));
        self.named(
            &x.attrs,
            &x.ident,
            braced(x.trait_token.span, x.brace_token),
            kind,
        )
    }

    fn impl_(&mut self, x: &syn::ItemImpl) -> Vec<Item> {
        use syn::ImplItem as I;
        let mut items = Vec::new();
        for item in &x.items {
            items.extend(match item {
                I::Fn(f) => self.function(&f.attrs, &f.sig, Some(&f.block), None),
                I::Type(t) => {
                    let kind = ItemKind::Type(
                        self.generics(&t.generics),
                        Vec::new(),
                        Some(self.ty(&t.ty)),
                    );
                    self.named(&t.attrs, &t.ident, t.ident.span(), kind)
                }
                I::Const(c) => {
                    let kind =
                        ItemKind::Const(self.ty(&c.ty), Some(Box::new(self.initialiser(&c.expr))));
                    self.named(&c.attrs, &c.ident, c.ident.span(), kind)
                }
                I::Macro(m) => self.impl_macro(&m.mac),
                I::Verbatim(tokens) => self.declared_function(tokens),
                _ => Vec::new(),
            });
        }
        let kind = ItemKind::Impl(Box::new(Impl {
            generics: self.generics(&x.generics),
            trait_: x.trait_.as_ref().map(|(path, _)| self.path(path, None)),
            self_ty: self.ty(&x.self_ty),
            items,
        }));
        self.unnamed(&x.attrs, braced(x.impl_token.span, x.brace_token), kind)
    }

    fn module(&mut self, x: &syn::ItemMod) -> Vec<Item> {
        let items = x.content.as_ref().map(|(_, items)| self.items(items));
        let path = self
            .attrs(&x.attrs)
            .list
            .into_iter()
            .find(|attr| attr.path == "path")
            .map(|attr| attr.args);
        self.named(&x.attrs, &x.ident, x.span(), ItemKind::Mod(items, path))
    }

    fn use_tree(
        &mut self,
        tree: &syn::UseTree,
        prefix: &mut Vec<SmolStr>,
        leading: bool,
        out: &mut Vec<UseLeaf>,
    ) {
        let mut leaf = |path: Vec<SmolStr>, name: UseName, span: Span| {
            out.push(UseLeaf {
                leading,
                path,
                name,
                span,
            });
        };
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(name_of(&path.ident));
                self.use_tree(&path.tree, prefix, leading, out);
                prefix.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix, leading, out);
                }
            }
            syn::UseTree::Glob(glob) => {
                leaf(
                    prefix.clone(),
                    UseName::Glob,
                    self.span(glob.star_token.span),
                );
            }
            syn::UseTree::Name(name) => {
                let span = self.span(name.ident.span());
                let name = name_of(&name.ident);
                let path = use_path(prefix, &name);
                let name = path.last().cloned().unwrap_or_default();
                leaf(path, UseName::Name(name), span);
            }
            syn::UseTree::Rename(rename) => {
                let span = self.span(rename.rename.span());
                let path = use_path(prefix, &name_of(&rename.ident));
                leaf(path, UseName::Name(name_of(&rename.rename)), span);
            }
        }
    }
}

/// From the keyword to the closing brace.
fn braced(start: proc_macro2::Span, brace: syn::token::Brace) -> proc_macro2::Span {
    start.join(brace.span.close()).unwrap_or(start)
}

/// `a::b::{self}` is `a::b`.
fn use_path(prefix: &[SmolStr], name: &SmolStr) -> Vec<SmolStr> {
    let mut path = prefix.to_vec();
    if name != "self" || prefix.is_empty() {
        path.push(name.clone());
    }
    path
}

impl BodyLowerer<'_, '_> {
    fn receiver(&mut self, arg: &syn::Receiver) -> Receiver {
        Receiver {
            ty: match &arg.kind {
                syn::ReceiverKind::Typed(_, ty) => Some(self.lo.ty(ty)),
                _ => None,
            },
        }
    }
}
