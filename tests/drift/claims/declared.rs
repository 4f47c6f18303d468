//! What `[api]` declares of a package: items, the members of types and traits, re-exports.
//!
//! Names are read where they stand, with the declaration's own `use`s; what they leave open (the prelude, a
//! declaration in another rule file) is not looked for.

use super::{Claim, CratePath, Krate, What};
use cargo_spof::catalogue::{Api, Glob};
use cargo_spof::facts::{Impl, Item, ItemKind, Path, TypeRef, UseLeaf, UseName};
use cargo_spof::span::Span;
use smol_str::SmolStr;

pub(super) fn of(package: &str, api: &Api) -> Vec<Claim> {
    let mut walk = Walk {
        api,
        package: Glob::new(package),
        exported: exported(&api.facts.items),
        stand_ins: stand_ins(api),
        out: Vec::new(),
    };
    walk.items(&api.facts.items, &mut Vec::new());
    walk.out
}

/// The paths of what is declared on a line with the comment `stand-in`.
pub(super) fn stand_ins(api: &Api) -> Vec<String> {
    let mut found = Vec::new();
    marked(&api.facts.items, "", api, &mut found);
    found.into_iter().map(|(path, _)| path).collect()
}

/// That nothing is published where stand-ins are declared.
pub(super) fn absent(package: &str, api: &Api) -> Vec<Claim> {
    let mut found = Vec::new();
    marked(&api.facts.items, "", api, &mut found);
    let claim = |(path, span): (String, Span)| Claim {
        at: api.place_of(span).span.start as usize,
        what: What::Absent(CratePath {
            krate: Krate::Package(Glob::new(package)),
            path: path.split("::").map(Glob::new).collect(),
            is_inner: false,
        }),
        subject: path,
    };
    found.into_iter().map(claim).collect()
}

fn marked(items: &[Item], module: &str, api: &Api, out: &mut Vec<(String, Span)>) {
    for item in items {
        let path = format!("{module}{}", item.name);
        if let ItemKind::Mod(Some(inner), _) = &item.kind {
            marked(inner, &format!("{path}::"), api, out);
            continue;
        }
        let behind = &api.text[item.name_span.end as usize..];
        let line = behind.lines().next().unwrap_or_default();
        if !item.name.is_empty()
            && line
                .split_once("//")
                .is_some_and(|it| it.1.contains("stand-in"))
        {
            out.push((path, item.name_span));
        }
    }
}

/// Other names of what is declared: those that a re-export or an alias gives it. In another version it may stand there.
pub(super) fn aliases(package: &str, api: &Api) -> Vec<(CratePath, CratePath)> {
    let mut walk = Walk {
        api,
        package: Glob::new(package),
        exported: Vec::new(),
        stand_ins: Vec::new(),
        out: Vec::new(),
    };
    let mut found = Vec::new();
    walk.aliases(&api.facts.items, &mut Vec::new(), &mut found);
    found
}

/// The last names of all that a declaration re-exports.
fn exported(items: &[Item]) -> Vec<SmolStr> {
    let leaves = items.iter().flat_map(|item| match &item.kind {
        ItemKind::Use(leaves) => leaves
            .iter()
            .filter_map(|leaf| leaf.path.last().cloned())
            .collect(),
        ItemKind::Mod(Some(items), _) => exported(items),
        _ => Vec::new(),
    });
    leaves.collect()
}

struct Walk<'r> {
    api: &'r Api,
    package: Glob,
    exported: Vec<SmolStr>,
    stand_ins: Vec<String>,
    out: Vec<Claim>,
}

impl<'r> Walk<'r> {
    fn items(&mut self, items: &'r [Item], module: &mut Vec<&'r [Item]>) {
        self.module(items, &mut Vec::new(), module);
    }

    fn module(&mut self, items: &'r [Item], path: &mut Vec<SmolStr>, outer: &mut Vec<&'r [Item]>) {
        outer.push(items);
        for item in items {
            match &item.kind {
                ItemKind::Mod(Some(inner), _) => {
                    path.push(item.name.clone());
                    self.module(inner, path, outer);
                    path.pop();
                }
                ItemKind::Use(leaves) => {
                    for leaf in leaves {
                        self.import(item, leaf, path);
                    }
                }
                ItemKind::Impl(imp) => self.imp(imp, path, outer),
                ItemKind::Trait(trait_) => {
                    let at = self.own(path, &item.name);
                    self.item(item, at.clone());
                    self.members(&item.name, &[at], &trait_.items);
                }
                ItemKind::Mod(None, _)
                | ItemKind::ExternCrate(_)
                | ItemKind::MacroRules(_)
                | ItemKind::MacroItems(..) => {}
                _ => {
                    let at = self.own(path, &item.name);
                    self.item(item, at);
                }
            }
        }
        outer.pop();
    }

    fn aliases(
        &mut self,
        items: &[Item],
        module: &mut Vec<SmolStr>,
        out: &mut Vec<(CratePath, CratePath)>,
    ) {
        for item in items {
            match &item.kind {
                ItemKind::Mod(Some(items), _) => {
                    module.push(item.name.clone());
                    self.aliases(items, module, out);
                    module.pop();
                }
                ItemKind::Use(leaves) => {
                    for leaf in leaves {
                        let target = self.target(&leaf.path, leaf.leading, module);
                        if let (Some(target), UseName::Name(name)) = (target, &leaf.name) {
                            out.push((target, self.own(module, name)));
                        }
                    }
                }
                ItemKind::Type(_, _, Some(TypeRef::Path(path))) => {
                    let names = path.segments.iter().map(|it| it.name.clone());
                    let target = self.target(&names.collect::<Vec<_>>(), path.leading, module);
                    out.extend(target.map(|target| (target, self.own(module, &item.name))));
                }
                _ => {}
            }
        }
    }

    /// A path of the declared crate.
    fn own(&self, module: &[SmolStr], name: &str) -> CratePath {
        let names = module.iter().map(SmolStr::as_str).chain([name]);
        CratePath {
            krate: Krate::Package(self.package.clone()),
            path: names.map(Glob::new).collect(),
            is_inner: self.exported.iter().any(|it| it == name),
        }
    }

    fn claim(&mut self, span: Span, subject: String, what: What) {
        let at = self.api.place_of(span).span.start as usize;
        self.out.push(Claim { at, subject, what });
    }

    fn item(&mut self, item: &Item, at: CratePath) {
        let names: Vec<&str> = at.path.iter().map(Glob::text).collect();
        self.claim(item.name_span, names.join("::"), What::Path(at));
    }

    fn members(&mut self, owner: &str, types: &[CratePath], items: &[Item]) {
        for item in items {
            let subject = format!("{owner}.{}", item.name);
            let what = What::Member(types.to_vec(), Glob::new(&item.name));
            self.claim(item.name_span, subject, what);
        }
    }

    /// A `use`: its target is there, and, where it is a re-export, the name that it gives.
    fn import(&mut self, item: &Item, leaf: &UseLeaf, module: &[SmolStr]) {
        let target = self.target(&leaf.path, leaf.leading, module);
        if target
            .as_ref()
            .is_some_and(|it| self.stand_ins.contains(&it.text()))
        {
            return;
        }
        if let Some(target) = target.filter(|it| !it.is_std() && !it.path.is_empty()) {
            self.claim(leaf.span, leaf.path.join("::"), What::Path(target));
        }
        let is_export = item
            .span
            .text(&self.api.text)
            .trim_start()
            .starts_with("pub");
        if let (true, UseName::Name(name)) = (is_export, &leaf.name) {
            let mut at = self.own(module, name);
            at.is_inner = false;
            let names: Vec<&str> = at.path.iter().map(Glob::text).collect();
            self.claim(leaf.span, names.join("::"), What::Path(at));
        }
    }

    /// The path of a `use`, which begins at the module, its crate or another crate.
    fn target(&self, path: &[SmolStr], leading: bool, module: &[SmolStr]) -> Option<CratePath> {
        let (first, rest) = path.split_first()?;
        let globs = |names: &[SmolStr]| names.iter().map(|it| Glob::new(it)).collect::<Vec<_>>();
        if leading {
            return Some(CratePath {
                krate: Krate::Lib(first.to_string()),
                path: globs(rest),
                is_inner: false,
            });
        }
        let (base, rest) = match first.as_str() {
            "crate" => (&[][..], rest),
            "self" => (module, rest),
            "super" => (module.split_last()?.1, rest),
            _ => (module, path),
        };
        let whole: Vec<SmolStr> = base.iter().chain(rest).cloned().collect();
        if let Some(target) = self.through_import(&whole, module) {
            return Some(target);
        }
        Some(CratePath {
            krate: Krate::Package(self.package.clone()),
            is_inner: path.last().is_some_and(|name| self.exported.contains(name)),
            path: globs(&whole),
        })
    }

    /// A path of the declared crate whose first name is one that the declaration's root has by a private `use`.
    fn through_import(&self, path: &[SmolStr], module: &[SmolStr]) -> Option<CratePath> {
        let (first, rest) = path.split_first()?;
        for item in &self.api.facts.items {
            let ItemKind::Use(leaves) = &item.kind else {
                continue;
            };
            if item
                .span
                .text(&self.api.text)
                .trim_start()
                .starts_with("pub")
            {
                continue;
            }
            for leaf in leaves {
                if leaf.leading && matches!(&leaf.name, UseName::Name(name) if name == first) {
                    let mut all = leaf.path.clone();
                    all.extend(rest.iter().cloned());
                    return self.target(&all, true, module);
                }
            }
        }
        None
    }

    fn imp(&mut self, imp: &Impl, module: &[SmolStr], outer: &[&'r [Item]]) {
        let trait_ = imp
            .trait_
            .as_ref()
            .map(|path| self.lead(path, module, outer));
        // What a trait that is not declared brings (`Deref`, `Iterator`) is not looked for.
        if matches!(&trait_, Some(None)) {
            return;
        }
        let (TypeRef::Path(path), owner) = (&imp.self_ty, self_name(&imp.self_ty)) else {
            return;
        };
        let is_param = |name: &SmolStr| imp.generics.params.iter().any(|it| it.name == *name);
        let is_blanket = path.single().is_some_and(is_param);
        let self_ty = (!is_blanket)
            .then(|| self.lead(path, module, outer))
            .flatten();
        let types: Vec<CratePath> = self_ty.into_iter().chain(trait_.flatten()).collect();
        if !types.is_empty() && !types.iter().any(CratePath::is_std) {
            self.members(&owner, &types, &imp.items);
        }
    }

    /// Where a path of a declaration leads; `None` where its first name is not declared.
    fn lead(&self, path: &Path, module: &[SmolStr], outer: &[&'r [Item]]) -> Option<CratePath> {
        let names: Vec<SmolStr> = path.segments.iter().map(|it| it.name.clone()).collect();
        let first = names.first()?;
        if path.leading || matches!(first.as_str(), "crate" | "self" | "super") {
            return self.target(&names, path.leading, module);
        }
        for item in *outer.last()? {
            if item.name == *first && !matches!(item.kind, ItemKind::Use(_)) {
                return self.target(&names, false, module);
            }
            let ItemKind::Use(leaves) = &item.kind else {
                continue;
            };
            for leaf in leaves {
                if matches!(&leaf.name, UseName::Name(name) if name == first) {
                    let mut all = leaf.path.clone();
                    all.extend(names[1..].iter().cloned());
                    return self.target(&all, leaf.leading, module);
                }
            }
        }
        None
    }
}

fn self_name(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Path(path) => path.last().to_owned(),
        _ => String::new(),
    }
}
