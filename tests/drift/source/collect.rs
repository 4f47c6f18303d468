//! From the facts of a crate's files to its modules, definitions and impls.

use super::{Def, Impl, Kind, Module, Source, Use, Words, text};
use cargo_spof::facts::{
    self, Bound, FileFacts, Generics, Item, ItemKind, Path, TypeRef, UseName, Variant,
};
use cargo_spof::resolve::ModFiles;
use cargo_spof::span::{FileId, Span};
use cargo_spof::workspace::Files;
use smol_str::SmolStr;
use std::collections::BTreeMap;

pub(super) fn collect(
    files: &Files,
    facts: &BTreeMap<FileId, FileFacts>,
    mod_files: &ModFiles,
    root: FileId,
) -> Source {
    let mut collector = Collector {
        files,
        facts,
        mod_files,
        out: Source::default(),
    };
    collector.out.modules.push(Module::default());
    collector.file(root, 0);
    collector.out
}

struct Collector<'a> {
    files: &'a Files,
    facts: &'a BTreeMap<FileId, FileFacts>,
    mod_files: &'a ModFiles,
    out: Source,
}

/// Where items stand.
struct Here<'a> {
    file: FileId,
    text: &'a str,
    inline: Vec<SmolStr>,
}

impl Collector<'_> {
    fn file(&mut self, file: FileId, module: usize) {
        let (Some(source), Some(facts)) = (self.files.get(file), self.facts.get(&file)) else {
            return;
        };
        let mut here = Here {
            file,
            text: &source.text,
            inline: Vec::new(),
        };
        // What the facts leave out, `extern` blocks above all, may define what `wasm_bindgen` makes types of.
        let whole = Span::new(0, u32::try_from(source.text.len()).unwrap_or(u32::MAX));
        let spans = facts.items.iter().map(|item| item.span);
        text::words_between(&source.text, whole, spans, &mut self.out.words);
        self.items(&facts.items, module, &mut here);
    }

    fn items(&mut self, items: &[Item], module: usize, here: &mut Here<'_>) {
        for item in items.iter().filter(|item| !item.attrs.test_only) {
            self.item(item, module, here);
        }
    }

    fn item(&mut self, item: &Item, module: usize, here: &mut Here<'_>) {
        match &item.kind {
            ItemKind::Mod(items, _) => self.module(item, items.as_deref(), module, here),
            ItemKind::Use(leaves) => {
                let is_pub = text::is_pub(item.span.text(here.text));
                let uses = &mut self.out.modules[module].uses;
                uses.extend(leaves.iter().map(|leaf| Use {
                    name: match &leaf.name {
                        // A trait that is only brought into scope has no name there; rules call it by its own.
                        UseName::Name(name) if name == "_" => leaf.path.last().cloned(),
                        UseName::Name(name) => Some(name.clone()),
                        UseName::Glob => None,
                    },
                    path: leaf.path.clone(),
                    leading: leaf.leading,
                    is_pub,
                }));
            }
            ItemKind::ExternCrate(krate) => self.out.modules[module].uses.push(Use {
                name: Some(item.name.clone()),
                path: vec![krate.clone()],
                leading: true,
                is_pub: text::is_pub(
                    item.span
                        .text(here.text)
                        .replace("extern crate", "use")
                        .as_str(),
                ),
            }),
            ItemKind::Impl(imp) => {
                let mut words = Words::default();
                let spans = imp.items.iter().map(|item| item.span);
                text::words_between(here.text, item.span, spans, &mut words);
                let target = imp.items.iter().find(|item| item.name == "Target");
                self.out.impls.push(Impl {
                    module,
                    params: params(&imp.generics),
                    trait_: imp.trait_.clone(),
                    self_ty: imp.self_ty.clone(),
                    members: imp.items.iter().map(|item| item.name.clone()).collect(),
                    target: target.and_then(alias_of),
                    words,
                });
            }
            ItemKind::Include(_) => {
                let key = (here.file, vec![item.name.clone()]);
                if let Some(&file) = self.mod_files.get(&key) {
                    self.file(file, module);
                }
            }
            ItemKind::MacroItems(path, items) => self.macro_call(item, path, items, module, here),
            _ => self.define(item, module, here),
        }
    }

    fn module(&mut self, item: &Item, items: Option<&[Item]>, module: usize, here: &mut Here<'_>) {
        let next = self.out.modules.len();
        let known = self.out.modules[module].children.get(&item.name).copied();
        let child = known.unwrap_or(next);
        if known.is_none() {
            let children = &mut self.out.modules[module].children;
            children.insert(item.name.clone(), child);
            self.out.modules.push(Module {
                parent: Some(module),
                ..Module::default()
            });
        }
        here.inline.push(item.name.clone());
        if let Some(items) = items {
            self.items(items, child, here);
        } else if let Some(&file) = self.mod_files.get(&(here.file, here.inline.clone())) {
            self.file(file, child);
        }
        here.inline.pop();
    }

    fn macro_call(
        &mut self,
        item: &Item,
        path: &Path,
        items: &[Item],
        module: usize,
        here: &mut Here<'_>,
    ) {
        let call = item.span.text(here.text);
        if let [.., name] = path.segments.as_slice() {
            let krate = path.segments.first().filter(|_| path.single().is_none());
            let krate = krate.map_or_else(SmolStr::default, |it| it.name.clone());
            self.out.foreign_macros.insert((krate, name.name.clone()));
        }
        text::words(call, &mut self.out.words);
        self.items(items, module, here);
    }

    fn define(&mut self, item: &Item, module: usize, here: &Here<'_>) {
        let mut def = Def {
            name: item.name.clone(),
            module,
            kind: Kind::Type,
            members: Words::default(),
            supers: Vec::new(),
            target: None,
            derives: derives(item),
            fields: Words::default(),
            words: Words::default(),
        };
        match &item.kind {
            ItemKind::Struct(_, fields) => {
                def.fields = fields.iter().map(|field| field.name.clone()).collect();
                if def.derives.iter().any(|name| name.ends_with("Builder")) {
                    self.builder_of(&def);
                }
            }
            ItemKind::Enum(_, variants) => def.members = names(variants),
            ItemKind::Trait(trait_) => {
                def.kind = Kind::Trait;
                def.members = trait_.items.iter().map(|it| it.name.clone()).collect();
                def.supers = trait_.supers.iter().map(|it| it.path.clone()).collect();
                let spans = trait_.items.iter().map(|item| item.span);
                text::words_between(here.text, item.span, spans, &mut def.words);
            }
            ItemKind::Type(_, _, target) => (def.kind, def.target) = (Kind::Alias, target.clone()),
            ItemKind::Fn(_) | ItemKind::Const(..) => def.kind = Kind::Value,
            ItemKind::MacroRules(rules) => {
                def.kind = Kind::Macro;
                text::words(rules, &mut self.out.words);
                let words = self.out.macro_words.entry(item.name.clone()).or_default();
                text::words(rules, words);
                // An exported macro stands at the root, wherever it is written.
                def.module = 0;
            }
            _ => return,
        }
        if let Some(name) = procedural(item) {
            (def.kind, def.name) = (Kind::Macro, name);
        }
        let (name, module) = (def.name.clone(), def.module);
        let id = self.out.defs.len();
        self.out.defs.push(def);
        let defs = &mut self.out.modules[module].defs;
        defs.entry(name).or_default().push(id);
    }
}

impl Collector<'_> {
    /// What `derive(Builder)` of one crate or another makes of a struct.
    fn builder_of(&mut self, def: &Def) {
        let types = ["Builder", "BuilderError"].map(|suffix| format!("{}{suffix}", def.name));
        let methods = ["builder", "build"].map(str::to_owned);
        let all = types.iter().chain(&methods).map(SmolStr::new);
        self.out.words.extend(all.chain(def.fields.iter().cloned()));
    }
}

fn names(variants: &[Variant]) -> Words {
    variants
        .iter()
        .map(|variant| variant.name.clone())
        .collect()
}

fn alias_of(item: &Item) -> Option<TypeRef> {
    match &item.kind {
        ItemKind::Type(_, _, target) => target.clone(),
        _ => None,
    }
}

fn params(generics: &Generics) -> Vec<(SmolStr, Vec<Path>)> {
    let paths = |bounds: &[Bound]| bounds.iter().map(|it| it.path.clone()).collect::<Vec<_>>();
    let param = |param: &facts::GenericParam| {
        let mut bounds = paths(&param.bounds);
        for (ty, more) in &generics.wheres {
            if matches!(ty, TypeRef::Path(path) if path.single() == Some(&param.name)) {
                bounds.extend(paths(more));
            }
        }
        (param.name.clone(), bounds)
    };
    generics.params.iter().map(param).collect()
}

fn derives(item: &Item) -> Vec<SmolStr> {
    let args = item
        .attrs
        .named("derive")
        .flat_map(|attr| attr.args.split(','));
    args.filter_map(|path| path.trim().rsplit("::").next().map(SmolStr::new))
        .collect()
}

/// The name of the macro that a function of a macro crate is.
fn procedural(item: &Item) -> Option<SmolStr> {
    let derive = item.attrs.named("proc_macro_derive").next();
    if let Some(derive) = derive {
        let name = derive.args.split(',').next().unwrap_or_default();
        return Some(SmolStr::new(name.trim()));
    }
    let is = |name| item.attrs.named(name).next().is_some();
    (is("proc_macro") || is("proc_macro_attribute")).then(|| item.name.clone())
}
