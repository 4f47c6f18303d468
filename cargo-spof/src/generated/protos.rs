//! The `.proto` files of a workspace, and where the names in them lead.
//!
//! In: the files' texts. Out: [`Protos`]: the files that parse, by package, and all messages and enums by full name. A
//! type's name is looked up as the language says: in the message around it, then in those and the packages around
//! that, from the inside out.

use super::names;
use crate::workspace::Workspace;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// A file.
pub(super) struct ProtoFile {
    pub(super) path: PathBuf,
    pub(super) content: FileDescriptorProto,
}

/// What a full name stands for.
pub(super) struct Named {
    /// The package, as modules.
    pub(super) package: Vec<String>,
    /// The modules of the messages around it, and its own name in Rust.
    pub(super) path: Vec<String>,
    pub(super) is_enum: bool,
}

/// All files.
#[derive(Default)]
pub(super) struct Protos {
    pub(super) files: Vec<ProtoFile>,
    names: FxHashMap<String, Named>,
}

impl Protos {
    /// Reads the files of a workspace; those that do not parse are left out.
    pub(super) fn read(workspace: &Workspace) -> Self {
        let files = workspace.files_named("proto").into_iter();
        // The parser is told no name: copies of a file are equal.
        let parsed = files.filter_map(|(path, text)| {
            let content = protox_parse::parse("", &text).ok()?;
            Some(ProtoFile { path, content })
        });
        Self::new(parsed.collect())
    }

    pub(super) fn new(files: Vec<ProtoFile>) -> Self {
        let mut protos = Self::default();
        for file in &files {
            protos.index(&file.content);
        }
        protos.files = files;
        protos
    }

    fn index(&mut self, file: &FileDescriptorProto) {
        let package = file.package();
        let modules = names::modules(package);
        let mut scope = Scope {
            full: package.to_owned(),
            package: &modules,
            path: Vec::new(),
        };
        self.index_types(&file.message_type, &file.enum_type, &mut scope);
    }

    fn index_types(
        &mut self,
        messages: &[DescriptorProto],
        enums: &[EnumDescriptorProto],
        scope: &mut Scope<'_>,
    ) {
        for message in messages {
            self.add(scope, message.name(), false);
            let outer = scope.enter(message.name());
            self.index_types(&message.nested_type, &message.enum_type, scope);
            scope.leave(outer);
        }
        for item in enums {
            self.add(scope, item.name(), true);
        }
    }

    fn add(&mut self, scope: &Scope<'_>, name: &str, is_enum: bool) {
        let path = scope.path.iter().cloned().chain([names::camel(name)]);
        let named = Named {
            package: scope.package.to_vec(),
            path: path.collect(),
            is_enum,
        };
        self.names
            .entry(names::join(&scope.full, name))
            .or_insert(named);
    }

    /// The full name of a type that is written so inside of `scope`, a full name itself.
    pub(super) fn full_name(&self, scope: &str, written: &str) -> String {
        if let Some(full) = written.strip_prefix('.') {
            return full.to_owned();
        }
        let mut around = scope;
        loop {
            let full = names::join(around, written);
            if around.is_empty() || self.names.contains_key(&full) {
                return full;
            }
            around = around.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    /// What a full name stands for, where a file of the workspace says it.
    pub(super) fn named(&self, full: &str) -> Option<&Named> {
        self.names.get(full)
    }

    pub(super) fn has_package(&self, package: &str) -> bool {
        self.files
            .iter()
            .any(|file| file.content.package() == package)
    }

    /// The files of a package that code in this directory means: its own, where it has any; each once, though copies
    /// of it lie in several places.
    pub(super) fn of_package<'p>(&'p self, package: &str, dir: &Path) -> Vec<&'p ProtoFile> {
        let all = self.files.iter();
        let all: Vec<&ProtoFile> = all.filter(|it| it.content.package() == package).collect();
        let own: Vec<&ProtoFile> = all
            .iter()
            .filter(|it| it.path.starts_with(dir))
            .copied()
            .collect();
        let mut chosen = if own.is_empty() { all } else { own };
        let mut seen = Vec::new();
        chosen.retain(|file| {
            let is_new = !seen.contains(&&file.content);
            seen.push(&file.content);
            is_new
        });
        chosen
    }

    /// The packages, by name.
    pub(super) fn packages(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .files
            .iter()
            .map(|file| file.content.package())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Where a definition stands.
struct Scope<'p> {
    full: String,
    package: &'p [String],
    path: Vec<String>,
}

impl Scope<'_> {
    fn enter(&mut self, message: &str) -> String {
        let inner = names::join(&self.full, message);
        self.path.push(names::snake(message));
        std::mem::replace(&mut self.full, inner)
    }

    fn leave(&mut self, outer: String) {
        self.path.pop();
        self.full = outer;
    }
}
