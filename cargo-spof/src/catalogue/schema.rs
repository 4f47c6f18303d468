//! A rule file as data.
//!
//! In: the text of one file ([`parse()`]). Out: everything that the file says, each part with its
//! place. Sets, paths and types keep the names that the file gave them; nothing is bound to a
//! declaration here.

mod calls;
mod frames;
mod parse;
mod peers;
mod proto;
mod routes;

pub use crate::spanned_toml::TomlProblem as RuleProblem;
pub use parse::parse;
pub use proto::{Method, ProtoRule, Service};

use super::glob::Glob;
use super::pattern::{Pattern, TypePattern};
use super::words::{Class, Effect, EntryKind, OpClass, Scope, Source};
use crate::facts::{FileFacts, TypeRef};
use crate::span::{Place, Span};
use indexmap::IndexMap;

/// One client: what one rule file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The file's name without `.toml`.
    pub stem: String,
    /// The Cargo packages that it is about, each with at most one `*`.
    pub crates: Vec<Glob>,
    /// The library's name, where it is not the package's with `-` as `_`.
    pub extern_name: Option<String>,
    /// The versions that it was written for.
    pub versions: Option<String>,
    /// What findings call the store; `$1` is what a package glob's `*` stands for.
    pub store: String,
    /// The kind of client, one of [`KINDS`](super::KINDS).
    pub kind: String,
    /// Who shares what it talks to.
    pub scope: Scope,
    /// `[types]` by name.
    pub types: IndexMap<String, TypeSet>,
    /// `[api]` by package, which may be a glob.
    pub api: IndexMap<String, Api>,
    /// `[flow]`; an entry whose braces span several paths is several rules.
    pub flows: Vec<FlowRule>,
    /// `[ops]`, likewise.
    pub ops: Vec<OpRule>,
    /// `[verbs]`, in the order of the file.
    pub verbs: Vec<(Class, Vec<Glob>)>,
    /// `[effects]`, likewise.
    pub effects: Vec<EffectRule>,
    /// `[entries]`, likewise.
    pub entries: Vec<EntryRule>,
    /// `[routes]`, likewise.
    pub routes: Vec<RouteRule>,
    /// `[peers]`, likewise.
    pub peers: Vec<PeerRule>,
    /// `[derive]`: a derive's name and the path of the trait that it implements.
    pub derives: Vec<(String, String)>,
    /// `[proto]`.
    pub proto: Option<ProtoRule>,
    /// `[bounds]`.
    pub bounds: Bounds,
    /// `[[example]]` and `[[guard]]`, in the order of the file.
    pub examples: Vec<Example>,
}

/// A named set of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeSet {
    /// The types, the one that a flow yields first.
    pub paths: Vec<TypePattern>,
    /// The workspace's own types that belong to it as well, by what they are made of. One of the two is there.
    pub shape: Option<Shape>,
    /// Its own scope.
    pub scope: Option<Scope>,
    /// Its own kind.
    pub kind: Option<String>,
    /// The part of the client that its values lead to, a store of its own.
    pub part: Option<String>,
    /// Its name.
    pub place: Place,
}

/// Structs that a generator writes into a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Their names.
    pub named: Glob,
    /// Each has a field of one of these types.
    pub holds: Vec<TypePattern>,
}

/// The declarations of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Rust, without bodies.
    pub text: String,
    /// The content of the TOML string; the whole string where it has escapes.
    pub place: Place,
    /// What the text says.
    pub facts: FileFacts,
}

impl Api {
    /// The place of a span of [`Api::text`] in the rule file.
    pub fn place_of(&self, span: Span) -> Place {
        within(self.place, &self.text, span)
    }
}

/// What a call yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRule {
    /// The calls.
    pub pattern: Pattern,
    /// The yielded type; without it `[api]` says.
    pub to: Option<FlowType>,
    /// The verb that the value carries from here on.
    pub verb: Option<Source>,
    /// What tells stores of one client apart.
    pub label: Option<Source>,
    /// The pattern.
    pub place: Place,
}

/// A type as a flow names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowType {
    /// As written.
    pub text: String,
    /// As read, `async T` being `impl ::std::future::Future<Output = T>`. `Self`, `arg0` and the
    /// names of sets are paths of that name.
    pub ty: TypeRef,
    /// Where it is written.
    pub place: Place,
}

/// Which calls are operations, or are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpRule {
    /// The calls.
    pub pattern: Pattern,
    /// What they are.
    pub class: OpClass,
    /// The verb; without it, the one that the receiver carries.
    pub verb: Option<Source>,
    /// The label; without it, the one that the receiver carries.
    pub label: Option<Source>,
    /// The index of the argument that bounds the time of the call.
    pub bound: Option<u32>,
    /// Whether it returns before the store is asked: its error is none of an outage.
    pub is_lazy: bool,
    /// What a reader of the inventory should know.
    pub note: Option<String>,
    /// The pattern.
    pub place: Place,
}

/// What a call does to what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRule {
    /// The calls.
    pub pattern: Pattern,
    /// What they do.
    pub effect: Effect,
    /// The pattern.
    pub place: Place,
}

/// What makes a function one through which work enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRule {
    /// What stands at the function.
    pub by: EntryBy,
    /// How work enters.
    pub kind: EntryKind,
    /// The entry.
    pub place: Place,
}

/// How a framework is told of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryBy {
    /// `#[path]`: an attribute on it.
    Attr(TypePattern),
    /// `impl Path`: it implements a function of this trait.
    Impl(TypePattern),
    /// It is handed to such a call.
    Call(Pattern),
}

/// What is said of a route's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// What says it: a call or an attribute.
    pub by: EntryBy,
    /// The method.
    pub method: Option<Source>,
    /// The path, or a beginning of it.
    pub path: Option<Source>,
    /// Of what it is.
    pub of: Of,
    /// Which routes what the call is given stands before.
    pub before: Option<Before>,
    /// The entry.
    pub place: Place,
}

/// Of what the method and path of a route are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// Of what the call is given.
    #[default]
    Given,
    /// Of what is built from the call.
    Built,
    /// Of what is built from the call, by what it is given: `path("a").and(get())`.
    Joined,
}

/// Before which routes a layer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Those that its receiver has so far; of a function, those of its first argument.
    Built,
    /// All of the chain that it is a part of.
    All,
}

/// What a call says of the peer that a request goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerRule {
    /// The calls.
    pub pattern: Pattern,
    /// The URL, or its path.
    pub url: Option<Source>,
    /// The method.
    pub method: Option<Source>,
    /// The constant beside the receiver's type that names its RPC service.
    pub service: Option<Source>,
    /// The pattern.
    pub place: Place,
}

/// What bounds the time of the operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The client's own bounds, in words.
    pub default: Option<String>,
    /// The calls that set others.
    pub set_by: Vec<Pattern>,
}

/// A crate of a few lines, and what is found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Rust; `//~ OPERATION CLASS` at the end of a line says what is found there.
    pub code: String,
    /// A Protocol Buffers file that lies in it.
    pub proto: Option<String>,
    /// The content of the TOML string; the whole string where it has escapes.
    pub place: Place,
    /// Whether nothing may be found in it.
    pub is_guard: bool,
}

impl Rule {
    /// Whether the file is about this Cargo package.
    pub fn is_about(&self, package: &str) -> bool {
        self.crates.iter().any(|glob| glob.matches(package))
    }

    /// What findings call the store of this package's values.
    pub fn store_of(&self, package: &str) -> String {
        let part = self.crates.iter().find_map(|glob| glob.part(package));
        self.store
            .replace("$1", part.unwrap_or_default())
            .trim()
            .to_owned()
    }

    /// The declarations of this package; those of its exact name before those of a glob.
    pub fn api_of(&self, package: &str) -> Option<&Api> {
        self.api.get(package).or_else(|| {
            let mut all = self.api.iter();
            all.find(|(name, _)| Glob::new(name).matches(package))
                .map(|(_, api)| api)
        })
    }

    /// Whether `[verbs]` has this word itself, not only a glob for it.
    pub fn has_verb(&self, verb: &str) -> bool {
        let is_it = |glob: &Glob| glob.is_exact() && glob.matches_ignoring_case(verb);
        self.verbs.iter().any(|(_, globs)| globs.iter().any(is_it))
    }

    /// The class of a verb, of SQL its first word: that of the table with the exact verb, else of
    /// the first table with a glob for it. Case does not matter.
    pub fn class_of_verb(&self, verb: &str) -> Option<Class> {
        let class_by = |is_exact: bool| {
            let has = |glob: &Glob| glob.is_exact() == is_exact && glob.matches_ignoring_case(verb);
            let mut tables = self.verbs.iter();
            tables
                .find(|(_, globs)| globs.iter().any(has))
                .map(|&(class, _)| class)
        };
        class_by(true).or_else(|| class_by(false))
    }
}

/// A span of a text whose content stands at `place`, as a place of the file.
fn within(place: Place, text: &str, span: Span) -> Place {
    if place.span.len() != text.len() {
        return place;
    }
    let start = place.span.start;
    Place {
        file: place.file,
        span: Span::new(start + span.start, start + span.end),
    }
}

#[cfg(test)]
mod tests;
