//! Coverage: which declaration speaks for which code.
//!
//! In: the declarations of all files and of the configuration, with their scopes. Out: for a place in a function and a
//! store, the most specific declaration that covers it ([`Coverage::of`]). A declaration covers the code
//! that its scope encloses: a statement, a function, an impl, all impls of a trait, a module with the modules below it, a
//! crate, the paths of a glob; one on a field or type covers the operations on what the field carries.

use crate::declarations::{self, Allow, AllowKey, Attached, Malformed, Scope, ScopeKind};
use crate::resolve::{DefId, DefKind, Owner, Program};
use crate::sites::{Edge, Site};
use crate::sources::Sources;
use crate::span::{FileId, Place, Span};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// All declarations.
#[derive(Debug, Default)]
pub struct Coverage {
    /// The declarations: of files by place, then of the configuration.
    pub declarations: Vec<Attached>,
    /// What is wrong with some of them.
    pub malformed: Vec<Malformed>,
    /// The findings that are accepted, by place.
    pub allows: Vec<Allow>,
    /// Those of each file.
    by_file: FxHashMap<FileId, Vec<usize>>,
    /// Those of the configuration.
    by_path: Vec<usize>,
    /// The package of each crate of the workspace.
    packages: Vec<String>,
    /// The path of the field or type that a declaration stands on: `crate::Type.field`, `crate::Type.`.
    carriers: FxHashMap<usize, String>,
}

/// A place in the code that talks to a store.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The function.
    pub function: DefId,
    /// The operation or call.
    pub place: Place,
    /// The fields and statics through which the handle came.
    pub origins: &'a [SmolStr],
}

impl<'a> At<'a> {
    /// Where an operation stands.
    pub fn site(site: &'a Site) -> Self {
        Self {
            function: site.function,
            place: site.name,
            origins: &site.origins,
        }
    }

    /// Where a function is called; through what a handle came there is not known.
    pub fn call(program: &Program<'_>, edge: &Edge) -> Self {
        Self {
            function: edge.from,
            place: edge.place(program),
            origins: &[],
        }
    }
}

impl Coverage {
    /// Reads the declarations of all files.
    pub fn new(sources: &Sources, program: &Program<'_>) -> Self {
        let mut coverage = Self::default();
        for file in sources.files.iter().filter(|file| file.is_rust()) {
            let facts = &sources.facts[file.id.0 as usize];
            let found = declarations::in_file(file.id, &file.text, facts);
            for attached in found.declarations {
                let index = coverage.declarations.len();
                coverage.by_file.entry(file.id).or_default().push(index);
                coverage.declarations.push(attached);
            }
            coverage.malformed.extend(found.malformed);
            coverage.allows.extend(found.allows);
        }
        let workspace = &sources.workspace;
        let of_packages = workspace.package_configs.iter();
        let of_packages = of_packages.map(|(name, config)| (config, Some(name.as_str())));
        for (config, package) in std::iter::once((&workspace.config, None)).chain(of_packages) {
            let found = declarations::in_config(config, package);
            for attached in found.declarations {
                coverage.by_path.push(coverage.declarations.len());
                coverage.declarations.push(attached);
            }
            coverage.malformed.extend(found.malformed);
        }
        let packages = sources.roots.iter().map(|&(package, ..)| package);
        coverage.packages = packages
            .map(|package| workspace.packages[package].name.clone())
            .collect();
        coverage.find_carriers(program);
        coverage
    }

    /// Drops accepted findings that are not among these, as many of each as there are.
    pub fn keep_allows(&mut self, known: &[AllowKey]) {
        let mut left = known.to_vec();
        self.allows.retain(|allow| {
            let own = allow.key();
            let at = left.iter().position(|it| *it == own);
            at.map(|at| left.swap_remove(at)).is_some()
        });
    }

    fn find_carriers(&mut self, program: &Program<'_>) {
        for (index, attached) in self.declarations.iter().enumerate() {
            let place = attached.declaration.place;
            let (span, is_field) = match attached.scope {
                Scope::Field { span } => (span, true),
                Scope::Item {
                    span,
                    kind: ScopeKind::Struct,
                    ..
                } => (span, false),
                _ => continue,
            };
            if let Some(path) = carrier(program, place.file, span, is_field) {
                self.carriers.insert(index, path);
            }
        }
    }

    /// The most specific declaration for this store at this place.
    pub fn of(&self, program: &Program<'_>, at: At<'_>, store: &str) -> Option<&Attached> {
        let index = self.index_of(program, at, store)?;
        Some(&self.declarations[index])
    }

    /// Which declaration that is.
    pub fn index_of(&self, program: &Program<'_>, at: At<'_>, store: &str) -> Option<usize> {
        let store = plain(store);
        let files = module_files(program, at.function);
        let own = files
            .iter()
            .filter_map(|file| self.by_file.get(file))
            .flatten();
        let carried = self.carriers.keys();
        let mut candidates: Vec<usize> = own.chain(&self.by_path).chain(carried).copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
            .into_iter()
            .filter(|&index| plain(&self.declarations[index].declaration.store.value) == store)
            .filter(|&index| self.covers(program, index, at))
            .min_by_key(|&index| breadth(&self.declarations[index].scope))
    }

    /// Whether a declaration covers a place.
    pub fn covers(&self, program: &Program<'_>, index: usize, at: At<'_>) -> bool {
        let attached = &self.declarations[index];
        let file = attached.declaration.place.file;
        let encloses = |span: Span| file == at.place.file && span.contains(at.place.span);
        match &attached.scope {
            Scope::Statement { span } => encloses(*span),
            Scope::Field { .. } => self.carries(index, at),
            Scope::File => module_files(program, at.function).contains(&file),
            Scope::Paths { glob, package } => {
                let own = || self.packages.get(program.def(at.function).krate as usize);
                let is_its = package.is_none() || package.as_ref() == own();
                is_its && glob.matches(&program.path(at.function))
            }
            Scope::Item { span, kind, .. } => {
                encloses(*span)
                    || match kind {
                        ScopeKind::Struct => self.carries(index, at),
                        ScopeKind::Mod => in_module(program, at.function, file, *span),
                        ScopeKind::Trait => implements(program, at.function, file, *span),
                        ScopeKind::Fn | ScopeKind::Impl | ScopeKind::Other => false,
                    }
            }
        }
    }

    /// Whether an accepted finding's scope encloses a place.
    pub fn accepts(&self, program: &Program<'_>, allow: &Allow, place: Place) -> bool {
        let file = allow.place.file;
        let encloses = |span: Span| file == place.file && span.contains(place.span);
        // Any definition of the place's file is in the modules that the file is in.
        let somewhere = || {
            let mut defs = program.all_defs();
            let found = defs.find(|(_, def)| def.file == place.file && def.item.is_some());
            found.map(|(id, _)| id)
        };
        match &allow.scope {
            Scope::Statement { span } | Scope::Field { span } => encloses(*span),
            Scope::File => {
                file == place.file
                    || somewhere().is_some_and(|def| module_files(program, def).contains(&file))
            }
            Scope::Item { span, kind, .. } => {
                encloses(*span)
                    || *kind == ScopeKind::Mod
                        && somewhere().is_some_and(|def| in_module(program, def, file, *span))
            }
            Scope::Paths { .. } => false,
        }
    }

    fn carries(&self, index: usize, at: At<'_>) -> bool {
        let Some(carrier) = self.carriers.get(&index) else {
            return false;
        };
        at.origins.iter().any(|origin| {
            if carrier.ends_with('.') {
                origin.starts_with(carrier.as_str())
            } else {
                origin == carrier
            }
        })
    }
}

/// A store's name for comparison: `workers-kv` in configuration is `workers_kv` where only an identifier may stand.
pub fn plain(store: &str) -> String {
    store.replace('-', "_")
}

/// How much a scope covers; the least is the most specific.
fn breadth(scope: &Scope) -> (u8, usize) {
    match scope {
        Scope::Statement { span } => (0, span.len()),
        Scope::Field { span } => (1, span.len()),
        Scope::Item { span, .. } => (2, span.len()),
        Scope::File => (3, 0),
        Scope::Paths { package, .. } => (4, usize::from(package.is_none())),
    }
}

/// The files of a definition's module and of those around it.
fn module_files(program: &Program<'_>, def: DefId) -> Vec<FileId> {
    let mut files = vec![program.def(def).file];
    for module in modules(program, def) {
        let file = program
            .def(module)
            .item
            .and(program.name_place(module))
            .map(|(file, _)| file);
        files.extend(file);
        files.push(program.def(module).file);
    }
    files.dedup();
    files
}

/// The modules around a definition, innermost first.
fn modules(program: &Program<'_>, def: DefId) -> impl Iterator<Item = DefId> {
    std::iter::successors(Some(program.def(def).module), |&module| {
        let parent = program.def(module).module;
        (parent != module).then_some(parent)
    })
}

/// Whether a function stands in the module of this item, or in one below it.
fn in_module(program: &Program<'_>, function: DefId, file: FileId, span: Span) -> bool {
    modules(program, function).any(|module| {
        let def = program.def(module);
        let declared_in = program.def(def.module).file;
        def.item.is_some_and(|item| item.span == span) && declared_in == file
    })
}

/// Whether a function implements the trait of this item.
fn implements(program: &Program<'_>, function: DefId, file: FileId, span: Span) -> bool {
    let Owner::Impl(imp) = program.def(function).owner else {
        return false;
    };
    let trait_ = program.imp(imp).trait_.as_ref().and_then(|bound| bound.def);
    trait_.is_some_and(|trait_| {
        let def = program.def(trait_);
        def.file == file && def.item.is_some_and(|item| item.span == span)
    })
}

/// The path of the field, or of the type with a final dot, that stands at a span.
fn carrier(program: &Program<'_>, file: FileId, span: Span, is_field: bool) -> Option<String> {
    program.all_defs().find_map(|(id, def)| {
        let DefKind::Struct(_, fields) = def.kind else {
            return None;
        };
        let item = def
            .item
            .filter(|item| def.file == file && item.span.contains(span))?;
        if !is_field {
            return (item.span == span).then(|| format!("{}.", program.path(id)));
        }
        let field = fields
            .iter()
            .find(|field| field.span.contains(span) || span.contains(field.span))?;
        Some(format!("{}.{}", program.path(id), field.name))
    })
}
