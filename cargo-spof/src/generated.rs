//! Generated code that is not there: what generators would write for macros and includes is made here, from what they
//! would read.
//!
//! In: a workspace's facts and rules with a `[proto]` table. Out: facts for each `include!` of a build script's output and each macro
//! of such a rule whose Protocol Buffers package lies in the workspace. What is in no file of the workspace is left to
//! what a build has written ([`Workspace::written`]), and is unseen where there is none of that either.
//!
//! The workspace's own files come first, so that a result does not depend on what was built before.

mod names;
mod package;
mod protos;

use crate::catalogue::{Catalogue, ProtoRule};
use crate::facts::{
    self, Body, ExprKind, FileFacts, Included, Item, ItemKind, Unseen, UnseenReason,
};
use crate::resolve::ModFiles;
use crate::span::{FileId, Span};
use crate::workspace::{Files, Package, TargetKind, Workspace};
use protos::Protos;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// What generators read, and which rules say what they make of it. The files are read when they are first asked for.
pub(crate) struct Generated<'w> {
    workspace: &'w Workspace,
    rules: Vec<(&'w ProtoRule, Vec<&'w Package>)>,
    protos: Lazy<'w, Protos>,
    /// The files with all packages that build scripts name, each with the script's package.
    trees: Lazy<'w, Vec<(&'w Package, String)>>,
}

type Lazy<'w, T> = LazyLock<T, Box<dyn FnOnce() -> T + Send + 'w>>;

/// Which code is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    /// A package's.
    Package(String),
    /// All packages', each in its modules.
    Tree,
}

impl<'w> Generated<'w> {
    pub(crate) fn new(workspace: &'w Workspace, catalogue: &'w Catalogue) -> Self {
        let rules = catalogue.rules().iter().filter_map(|rule| {
            let uses = |package: &&Package| {
                let mut dependencies = package.dependencies.iter();
                dependencies.any(|dependency| rule.is_about(&dependency.package))
            };
            let users: Vec<&Package> = workspace.packages.iter().filter(uses).collect();
            Some((rule.proto.as_ref()?, users))
        });
        let rules: Vec<_> = rules.filter(|(_, users)| !users.is_empty()).collect();
        let own = rules.clone();
        Self {
            workspace,
            rules,
            trees: LazyLock::new(Box::new(move || trees(workspace, &own))),
            protos: LazyLock::new(Box::new(|| Protos::read(workspace))),
        }
    }

    /// Whether a build script's output of this name is made here.
    pub(crate) fn makes(&self, name: &str) -> bool {
        let is_known = || self.protos.has_package(&package_of(name));
        !self.rules.is_empty() && (is_known() || self.is_tree(None, name))
    }

    /// Adds the facts of what is included, behind those of the files.
    pub(crate) fn add(&self, files: &Files, facts: &mut Vec<FileFacts>, mod_files: &mut ModFiles) {
        let mut made: FxHashMap<(usize, &Path, Wanted), Option<FileId>> = FxHashMap::default();
        for file in files {
            let at = file.id.0 as usize;
            let mut includes = Vec::new();
            included(&facts[at].items, &mut includes);
            if includes.is_empty() {
                continue;
            }
            let path = self.workspace.root.join(&file.path);
            for (included, span) in includes {
                let key = (file.id, vec![included.name()]);
                let id = match (self.wanted(&path, &included), mod_files.get(&key)) {
                    (_, Some(_)) => None,
                    (Some((rule, package, wanted)), None) => {
                        let key = (rule, package.dir.as_path(), wanted);
                        *made.entry(key.clone()).or_insert_with(|| {
                            let text = self.text(rule, package, &key.2)?;
                            let id = FileId(u32::try_from(facts.len()).ok()?);
                            facts.push(facts::extract(&text, None));
                            Some(id)
                        })
                    }
                    (None, None) => continue,
                };
                let is_there = id.is_some() || mod_files.contains_key(&key);
                if let Some(id) = id {
                    mod_files.insert(key, id);
                }
                mark(&mut facts[at].unseen, &included, span, is_there);
            }
        }
    }

    /// What an include means: the rule, the package that includes it, and which code.
    fn wanted(&self, path: &Path, included: &Included) -> Option<(usize, &'w Package, Wanted)> {
        let package = self.workspace.package_at(path)?;
        let rules = self.rules.iter().enumerate();
        let mut rules = rules.filter(|(_, (_, users))| users.contains(&package));
        rules.find_map(|(index, (rule, _))| {
            let wanted = match included {
                Included::File(_) => None,
                Included::Named(path, text) => {
                    let name = &path.segments.last()?.name;
                    let is_meant = rule.macros.iter().any(|known| known == name);
                    is_meant.then(|| Wanted::Package(package_of(text)))
                }
                Included::Output(name) if self.is_tree(Some(package), name) => Some(Wanted::Tree),
                Included::Output(name) => Some(Wanted::Package(package_of(name))),
            };
            Some((index, package, wanted?))
        })
    }

    /// Whether a build script, of this package or any, has one file of this name with all packages.
    fn is_tree(&self, of: Option<&Package>, name: &str) -> bool {
        let mut trees = self.trees.iter();
        trees.any(|(package, known)| known == name && of.is_none_or(|of| of == *package))
    }

    fn text(&self, rule: usize, package: &Package, wanted: &Wanted) -> Option<String> {
        let (rule, _) = self.rules[rule];
        let of = |name: &str| {
            let files = self.protos.of_package(name, &package.dir);
            (!files.is_empty()).then_some(())?;
            package::write(&self.protos, rule, &files).ok()
        };
        match wanted {
            Wanted::Package(name) => of(name),
            Wanted::Tree => {
                let mut tree = Tree::default();
                for name in self.protos.packages() {
                    tree.add(name, &of(name)?);
                }
                Some(tree.write())
            }
        }
    }
}

/// What build scripts give to the methods that name a file with all packages.
fn trees<'w>(
    workspace: &Workspace,
    rules: &[(&ProtoRule, Vec<&'w Package>)],
) -> Vec<(&'w Package, String)> {
    let mut trees = Vec::new();
    for (rule, users) in rules.iter().filter(|(rule, _)| !rule.trees.is_empty()) {
        for &package in users {
            let texts = texts_given(workspace, package, &rule.trees);
            trees.extend(texts.into_iter().map(|text| (package, text)));
        }
    }
    trees
}

/// The texts that a package's build script gives to methods of these names.
fn texts_given(workspace: &Workspace, package: &Package, methods: &[String]) -> Vec<String> {
    let mut targets = package.targets.iter();
    let script = targets.find(|target| target.kind == TargetKind::BuildScript);
    let Some(source) = script.and_then(|target| workspace.text_of(package, &target.root)) else {
        return Vec::new();
    };
    let facts = facts::extract(&source, None);
    let mut bodies = Vec::new();
    bodies_of(&facts.items, &mut bodies);
    let texts = |body: &Body| {
        let given = body.exprs.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Method { name, args, .. } if methods.iter().any(|it| it == name) => {
                Some(args)
            }
            _ => None,
        });
        let texts = given.flatten().filter_map(|arg| literal(body, *arg));
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    bodies.into_iter().flat_map(texts).collect()
}

/// The package whose code an include of this text is: a package's name, or the path of its file.
fn package_of(text: &str) -> String {
    let file = text.rsplit('/').next().unwrap_or(text);
    let package = file.strip_suffix(".rs").unwrap_or(file);
    // What the code of files without a package is called.
    if package == "_" { "" } else { package }.to_owned()
}

/// What items include, with the places, in modules and macros too.
fn included(items: &[Item], out: &mut Vec<(Included, Span)>) {
    for item in items {
        match &item.kind {
            ItemKind::Include(included) => out.push((included.clone(), item.span)),
            ItemKind::Mod(Some(items), _) | ItemKind::MacroItems(_, items) => {
                self::included(items, out);
            }
            _ => {}
        }
    }
}

/// Says in a file's facts whether what it includes was found.
fn mark(unseen: &mut Vec<Unseen>, included: &Included, span: Span, is_there: bool) {
    if is_there {
        unseen.retain(|it| it.span != span || it.reason != UnseenReason::Generated);
    } else if matches!(included, Included::Named(..)) {
        unseen.push(Unseen {
            span,
            reason: UnseenReason::Generated,
            what: included.name().to_string(),
        });
    }
}

/// The bodies of functions, in modules and impls too.
fn bodies_of<'f>(items: &'f [Item], out: &mut Vec<&'f Body>) {
    for item in items {
        match &item.kind {
            ItemKind::Fn(function) => out.extend(function.body.as_ref()),
            ItemKind::Impl(imp) => bodies_of(&imp.items, out),
            ItemKind::Mod(Some(items), _) => bodies_of(items, out),
            _ => {}
        }
    }
}

fn literal(body: &Body, expr: facts::ExprId) -> Option<&str> {
    match &body.expr(expr).kind {
        ExprKind::Str(text) => Some(text),
        _ => None,
    }
}

/// The modules that packages make, each with its text.
#[derive(Default)]
struct Tree {
    text: String,
    inner: BTreeMap<String, Tree>,
}

impl Tree {
    fn add(&mut self, package: &str, text: &str) {
        let mut place = self;
        for module in names::modules(package) {
            place = place.inner.entry(module).or_default();
        }
        place.text.push_str(text);
    }

    fn write(&self) -> String {
        let inner = self.inner.iter();
        let inner = inner.map(|(name, tree)| format!("pub mod {name} {{ {} }}\n", tree.write()));
        inner.fold(self.text.clone(), |text, module| text + &module)
    }
}

#[cfg(test)]
mod tests;
