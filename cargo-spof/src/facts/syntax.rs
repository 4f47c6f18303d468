//! Items, signatures and types as data.
//!
//! A compact mirror of what the later stages ask for. References, pointers, lifetimes, visibility
//! and constness are left out: they decide nothing about which store a value leads to.

use super::body::{Body, PatId};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A path as written: `a::b::<T>::c`, with an optional `<T as …>` in front.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Path {
    /// Whether it begins with `::`.
    pub leading: bool,
    /// The type of `<T>::…` or `<T as Trait>::…`.
    pub qself: Option<Box<TypeRef>>,
    /// How many segments belong to the trait of `<T as Trait>::…`; 0 without one.
    pub n_trait: u32,
    /// The segments.
    pub segments: Vec<Segment>,
    /// The whole path.
    pub span: Span,
}

impl Path {
    /// The last segment's name, or the empty string.
    pub fn last(&self) -> &str {
        self.segments.last().map_or("", |segment| &segment.name)
    }

    /// The name, where the path is one plain identifier.
    pub fn single(&self) -> Option<&SmolStr> {
        match self.segments.as_slice() {
            [one] if !self.leading && self.qself.is_none() => Some(&one.name),
            _ => None,
        }
    }

    /// The path as text, without type arguments.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(|s| s.name.as_str()).collect();
        format!(
            "{}{}",
            if self.leading { "::" } else { "" },
            names.join("::")
        )
    }
}

/// One segment of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segment {
    /// The identifier, without `r#`.
    pub name: SmolStr,
    /// Type arguments, `_` as [`TypeRef::Infer`].
    pub args: Vec<TypeRef>,
    /// `Item = T` and `Item: Bound`.
    pub bindings: Vec<AssocBinding>,
    /// `Fn(A, B) -> C`: parameters and result.
    pub call: Option<(Vec<TypeRef>, Box<TypeRef>)>,
    /// The identifier.
    pub span: Span,
}

/// An associated type's binding in a path: `Item = T`, `Item: Bound`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AssocBinding {
    /// The associated type.
    pub name: SmolStr,
    /// What it is; for `Item: Bound` a [`TypeRef::Impl`] of the bounds.
    pub ty: TypeRef,
}

/// A type as written. References and raw pointers are what they point to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeRef {
    /// A path.
    Path(Path),
    /// A tuple; `()` is the empty one.
    Tuple(Vec<TypeRef>),
    /// `[T]` or `[T; N]`.
    Slice(Box<TypeRef>),
    /// `fn(A) -> B`.
    Fn(Vec<TypeRef>, Box<TypeRef>),
    /// `impl A + B`.
    Impl(Vec<Bound>),
    /// `dyn A + B`.
    Dyn(Vec<Bound>),
    /// `!`.
    Never,
    /// `_`.
    Infer,
    /// A macro or another syntax that is not read.
    Other,
}

impl TypeRef {
    /// The unit type.
    pub fn unit() -> Self {
        Self::Tuple(Vec::new())
    }
}

/// A trait bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bound {
    /// The trait.
    pub path: Path,
}

/// Generic parameters and where clauses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generics {
    /// Type and const parameters; lifetimes are left out.
    pub params: Vec<GenericParam>,
    /// `where T: Bound`.
    pub wheres: Vec<(TypeRef, Vec<Bound>)>,
}

/// A type or const parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenericParam {
    /// Its name.
    pub name: SmolStr,
    /// Its bounds as written at the parameter.
    pub bounds: Vec<Bound>,
    /// Its default.
    pub default: Option<TypeRef>,
}

/// The attributes of an item, `cfg_attr` unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attrs {
    /// All attributes but documentation.
    pub list: Vec<Attr>,
    /// Only compiled for tests: `#[cfg(test)]` or a test function.
    pub test_only: bool,
}

impl Attrs {
    /// The attributes whose path ends in `name`.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Attr> {
        self.list
            .iter()
            .filter(move |attr| attr.path.rsplit("::").next() == Some(name))
    }
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attr {
    /// Its path, `spof::on_outage`.
    pub path: SmolStr,
    /// The text between its parentheses, as in the file.
    pub args: String,
    /// Where `args` begins and ends.
    pub args_span: Span,
    /// The whole attribute.
    pub span: Span,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its name; empty where it has none.
    pub name: SmolStr,
    /// The name.
    pub name_span: Span,
    /// The whole item, attributes included.
    pub span: Span,
    /// Its attributes.
    pub attrs: Attrs,
    /// What it is.
    pub kind: ItemKind,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A module: inline, or (`None`) in a file of its own, at `#[path]` where given.
    Mod(Option<Vec<Item>>, Option<String>),
    /// `use`: one entry per leaf of the tree.
    Use(Vec<UseLeaf>),
    /// `extern crate name as alias`: the crate's name; the item's name is the alias.
    ExternCrate(SmolStr),
    /// A function, also one in an impl or trait.
    Fn(Box<Function>),
    /// A struct or union.
    Struct(Generics, Vec<FieldDef>),
    /// An enum.
    Enum(Generics, Vec<Variant>),
    /// A trait.
    Trait(Box<Trait>),
    /// A trait or inherent impl.
    Impl(Box<Impl>),
    /// `type A<T> = B`, also an associated type; the bounds are those of a trait's associated type.
    Type(Generics, Vec<Bound>, Option<TypeRef>),
    /// A const or static: type and initialiser.
    Const(TypeRef, Option<Box<Body>>),
    /// `macro_rules!`: the text between its braces.
    MacroRules(String),
    /// A call of a macro whose content could be read as items.
    MacroItems(Path, Vec<Item>),
    /// Items that stand elsewhere; the item's name is [`Included::name`].
    Include(Included),
}

/// Where the items are that a macro's call stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Included {
    /// `include!("path")`: in a file beside this one.
    File(SmolStr),
    /// `include!(concat!(env!("OUT_DIR"), "/name"))`: in a file that a build script writes.
    Output(SmolStr),
    /// `path!("text")`: perhaps in a file that a generator makes of what the text names.
    Named(Path, SmolStr),
}

impl Included {
    /// The name under which the items are looked up beside the modules of the file.
    pub fn name(&self) -> SmolStr {
        let (name, text) = match self {
            Self::File(path) => ("include", path),
            Self::Output(name) => return SmolStr::new(format!("include!(OUT_DIR/{name})")),
            Self::Named(path, text) => (path.segments.last().map_or("", |it| &it.name), text),
        };
        SmolStr::new(format!("{name}!({text})"))
    }
}

/// One leaf of a `use` tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseLeaf {
    /// Whether the tree began with `::`.
    pub leading: bool,
    /// The path, `self` already dropped from its end.
    pub path: Vec<SmolStr>,
    /// What name it gets here.
    pub name: UseName,
    /// The leaf.
    pub span: Span,
}

/// The name that a `use` leaf gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UseName {
    /// A name; `_` for a trait only brought into scope.
    Name(SmolStr),
    /// `*`.
    Glob,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDef {
    /// Its name; `0`, `1`, … in tuples.
    pub name: SmolStr,
    /// Its type.
    pub ty: TypeRef,
    /// Its attributes.
    pub attrs: Attrs,
    /// The whole field.
    pub span: Span,
}

/// An enum's variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: SmolStr,
    /// Its fields.
    pub fields: Vec<FieldDef>,
}

/// A trait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trait {
    /// Its parameters.
    pub generics: Generics,
    /// Its supertraits.
    pub supers: Vec<Bound>,
    /// Its associated items.
    pub items: Vec<Item>,
}

/// An impl.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impl {
    /// Its parameters.
    pub generics: Generics,
    /// The trait, where it implements one.
    pub trait_: Option<Path>,
    /// The type.
    pub self_ty: TypeRef,
    /// Its associated items.
    pub items: Vec<Item>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its parameters.
    pub generics: Generics,
    /// `self`, where it has one.
    pub receiver: Option<Receiver>,
    /// Its other parameters.
    pub params: Vec<Param>,
    /// The type that it returns; unit where none is written.
    pub ret: TypeRef,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Its body; `None` in a trait or declaration.
    pub body: Option<Body>,
}

/// A function's `self`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// The type of `self: T`.
    pub ty: Option<TypeRef>,
}

/// A function's parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Its pattern, in the body's arena; `None` where there is no body.
    pub pat: Option<PatId>,
    /// Its type.
    pub ty: TypeRef,
}
