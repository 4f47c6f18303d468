//! Which methods, associated functions and associated types a type has.
//!
//! In: [`Pins`] and definitions. Out: [`Members`]: names from inherent impls, from the traits that it implements or
//! derives, from supertraits, from what it dereferences to and from blanket impls whose bounds it meets; beside
//! those the words of macros among the items, which may be names that nobody sees.

use crate::names::Found;
use crate::pins::Pins;
use crate::source::{Impl, Kind, Words};
use cargo_spof::facts::{Path, TypeRef};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// Crates whose blanket impls everybody has in scope: `StreamExt`, `AsyncReadExt`, `BodyExt`.
const COMPANIONS: [&str; 6] = [
    "futures_core",
    "futures_util",
    "tokio",
    "tokio_stream",
    "http_body_util",
    "tower",
];

/// What traits of the standard library bring that rules speak of.
const STD_TRAITS: &[(&str, &[&str])] = &[
    ("Clone", &["clone"]),
    ("Default", &["default"]),
    ("Debug", &["fmt"]),
    ("Display", &["fmt", "to_string"]),
    ("Error", &["source"]),
    ("FromStr", &["from_str", "Err"]),
    ("TryFrom", &["try_from", "Error"]),
    ("From", &["from"]),
    ("Into", &["into"]),
    ("TryInto", &["try_into"]),
    ("AsRef", &["as_ref"]),
    ("AsMut", &["as_mut"]),
    ("Borrow", &["borrow"]),
    ("Deref", &["deref"]),
    ("DerefMut", &["deref_mut"]),
    ("ToString", &["to_string"]),
    ("ToOwned", &["to_owned"]),
    ("PartialEq", &["eq", "ne"]),
    ("PartialOrd", &["partial_cmp"]),
    ("Ord", &["cmp"]),
    ("Hash", &["hash"]),
    ("Drop", &["drop"]),
    ("Future", &["poll", "Output"]),
    ("IntoFuture", &["into_future", "IntoFuture", "Output"]),
    ("IntoIterator", &["into_iter", "IntoIter", "Item"]),
    (
        "Iterator",
        &[
            "next",
            "map",
            "collect",
            "filter",
            "for_each",
            "count",
            "last",
            "nth",
            "fold",
            "Item",
            "by_ref",
            "take",
            "flatten",
            "filter_map",
            "flat_map",
            "enumerate",
            "zip",
            "chain",
            "find",
            "any",
            "all",
            "size_hint",
        ],
    ),
    (
        "Read",
        &[
            "read",
            "read_to_end",
            "read_to_string",
            "read_exact",
            "bytes",
            "by_ref",
            "take",
            "chain",
        ],
    ),
    (
        "BufRead",
        &[
            "read_line",
            "lines",
            "fill_buf",
            "consume",
            "read_until",
            "split",
        ],
    ),
    (
        "Write",
        &[
            "write",
            "write_all",
            "write_fmt",
            "flush",
            "write_vectored",
            "by_ref",
        ],
    ),
    ("Seek", &["seek", "rewind", "stream_position"]),
];

/// Names that every type may have: by blanket impls, derives and operators, or because some version yields a `Result`,
/// an `Option`, a future or a smart pointer where the rule has the value itself.
const EVERYWHERE: &[&str] = &[
    "and_then",
    "as_deref",
    "as_deref_mut",
    "as_mut",
    "as_pin_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "boxed",
    "by_ref",
    "clone",
    "clone_from",
    "clone_into",
    "cloned",
    "cmp",
    "context",
    "copied",
    "default",
    "deref",
    "deref_mut",
    "eq",
    "err",
    "expect",
    "expect_err",
    "fmt",
    "from",
    "ge",
    "get_mut",
    "gt",
    "hash",
    "inspect",
    "inspect_err",
    "instrument",
    "into",
    "into_future",
    "into_inner",
    "into_diagnostic",
    "is_err",
    "is_ok",
    "is_none",
    "is_some",
    "le",
    "lt",
    "map",
    "map_err",
    "ne",
    "ok",
    "ok_or",
    "ok_or_else",
    "or_else",
    "partial_cmp",
    "poll",
    "then",
    "timeout",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
    "unwrap",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "try_borrow",
    "try_borrow_mut",
    "try_unwrap",
    "max",
    "min",
    "clamp",
    "provide",
    "description",
    "cause",
    "source",
    "with_subscriber",
    "in_current_span",
    "compat",
    "unwrap_throw",
    "expect_throw",
    "unwrap_unchecked",
    "change_context",
    "attach_printable",
];

pub(crate) fn is_everywhere(name: &str) -> bool {
    EVERYWHERE.contains(&name)
}

/// Bounds that tell nothing of a type.
const EMPTY_BOUNDS: [&str; 6] = ["Sized", "Send", "Sync", "Unpin", "Clone", "Debug"];

/// Derives of the standard library: they make no methods of a struct's fields.
const STD_DERIVES: [&str; 9] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// A package's impls by what they are for.
#[derive(Default)]
pub(crate) struct ImplIndex {
    of: FxHashMap<(usize, usize), Vec<usize>>,
    /// Impls for a type that no path led to, by its name.
    by_name: FxHashMap<SmolStr, Vec<usize>>,
    /// `impl<T: Bound> Trait for T`.
    blankets: Vec<(usize, Vec<SmolStr>)>,
}

/// The names that a type has.
#[derive(Default)]
pub(crate) struct Members {
    pub(crate) names: Words,
    /// Identifiers of macros among its items, and its fields where a derive may make methods of them.
    pub(crate) words: Words,
    /// The names of all traits that it implements.
    pub(crate) traits: Words,
    /// Whether it dereferences to, or is another name of, what is not read.
    pub(crate) is_open: bool,
}

impl Pins {
    /// The newest pinned version of each of the [`COMPANIONS`].
    pub(crate) fn companions(&self) -> impl Iterator<Item = usize> {
        COMPANIONS.iter().filter_map(|name| self.library(name))
    }

    fn impls(&self, package: usize) -> &ImplIndex {
        let index = &self.packages[package].impls;
        index.get_or_init(|| {
            let mut index = ImplIndex::default();
            for (id, imp) in self.source(package).impls.iter().enumerate() {
                self.index_impl(package, id, imp, &mut index);
            }
            index
        })
    }

    fn index_impl(&self, package: usize, id: usize, imp: &Impl, index: &mut ImplIndex) {
        let Some(path) = head(&imp.self_ty) else {
            return;
        };
        let param = path.single().and_then(|name| {
            let mut params = imp.params.iter();
            params.find(|(param, _)| param == name)
        });
        if let Some((_, bounds)) = param {
            let names = bounds.iter().map(|it| SmolStr::new(it.last()));
            let names = names.filter(|it| !EMPTY_BOUNDS.contains(&it.as_str()));
            index.blankets.push((id, names.collect()));
            return;
        }
        let mut is_known = false;
        for found in self.named_by((package, imp.module), path) {
            if let Found::Def(package, def) = found {
                index.of.entry((package, def)).or_default().push(id);
                is_known = true;
            }
        }
        if !is_known {
            let name = SmolStr::new(path.last());
            index.by_name.entry(name).or_default().push(id);
        }
    }

    /// The members of a type that a macro defines, by the impls that name it.
    pub(crate) fn members_by_name(&self, name: &str, package: usize) -> Members {
        let mut walk = Walk {
            pins: self,
            packages: vec![package],
            open: Vec::new(),
            seen: FxHashSet::default(),
            out: Members::default(),
        };
        for &imp in self.impls(package).by_name.get(name).into_iter().flatten() {
            walk.imp(package, imp);
        }
        walk.packages.extend(self.companions());
        walk.run();
        walk.out
    }

    /// The members of what a rule's path leads to; `via` are the packages whose traits users may have in scope.
    pub(crate) fn members(&self, found: &[Found], via: &[usize]) -> Members {
        let mut walk = Walk {
            pins: self,
            packages: via.to_vec(),
            open: found.iter().flat_map(|it| self.unaliased(*it, 0)).collect(),
            seen: FxHashSet::default(),
            out: Members::default(),
        };
        walk.packages.extend(self.companions());
        walk.run();
        walk.out
    }
}

/// The path of a type, or of the trait of `dyn Trait`.
fn head(ty: &TypeRef) -> Option<&Path> {
    match ty {
        TypeRef::Path(path) => Some(path),
        TypeRef::Dyn(bounds) | TypeRef::Impl(bounds) => Some(&bounds.first()?.path),
        _ => None,
    }
}

struct Walk<'p> {
    pins: &'p Pins,
    /// Where impls are looked for.
    packages: Vec<usize>,
    open: Vec<Found>,
    seen: FxHashSet<Found>,
    out: Members,
}

impl Walk<'_> {
    fn run(&mut self) {
        loop {
            while let Some(found) = self.open.pop() {
                if self.seen.insert(found) {
                    self.visit(found);
                }
            }
            self.blankets();
            if self.open.iter().all(|it| self.seen.contains(it)) {
                break;
            }
        }
        for (name, methods) in STD_TRAITS {
            if self.out.traits.contains(*name) {
                self.out.names.extend(methods.iter().map(SmolStr::new));
            }
        }
    }

    fn visit(&mut self, found: Found) {
        let Found::Def(package, id) = found else {
            self.out.is_open |= found == Found::Foreign;
            return;
        };
        if !self.packages.contains(&package) {
            self.packages.push(package);
        }
        let def = self.pins.def(package, id);
        self.out.names.extend(def.members.iter().cloned());
        self.out.words.extend(def.words.iter().cloned());
        if def.kind == Kind::Trait {
            self.out.traits.insert(def.name.clone());
        }
        if def
            .derives
            .iter()
            .any(|it| !STD_DERIVES.contains(&it.as_str()))
        {
            self.out.words.extend(def.fields.iter().cloned());
        }
        self.out.traits.extend(def.derives.iter().cloned());
        for path in &def.supers {
            self.traits(package, def.module, path);
        }
        for other in self.packages.clone() {
            let index = self.pins.impls(other);
            let known = index.of.get(&(package, id)).into_iter().flatten();
            let named = index.by_name.get(&def.name).into_iter().flatten();
            for &imp in known.chain(named.filter(|_| other == package)) {
                self.imp(other, imp);
            }
        }
    }

    fn imp(&mut self, package: usize, id: usize) {
        let imp = &self.pins.source(package).impls[id];
        self.out.names.extend(imp.members.iter().cloned());
        self.out.words.extend(imp.words.iter().cloned());
        if let Some(path) = &imp.trait_ {
            self.traits(package, imp.module, path);
        }
        if let Some(target) = imp.target.as_ref().and_then(head) {
            let found = self.pins.named_by((package, imp.module), target);
            self.open.extend(found);
        }
    }

    fn traits(&mut self, package: usize, module: usize, path: &Path) {
        self.out.traits.insert(SmolStr::new(path.last()));
        let found = self.pins.named_by((package, module), path);
        let known = found.into_iter().filter(|it| *it != Found::Foreign);
        self.open.extend(known);
    }

    /// Adds the traits of those blanket impls whose bounds are met.
    fn blankets(&mut self) {
        for package in self.packages.clone() {
            for (id, bounds) in &self.pins.impls(package).blankets {
                if bounds.iter().all(|it| self.out.traits.contains(it)) {
                    self.imp(package, *id);
                }
            }
        }
    }
}
