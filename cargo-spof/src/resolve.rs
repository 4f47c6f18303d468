//! Names and types: what every call in a body leads to.
//!
//! In: the [facts](crate::facts) of all files, as crates ([`CrateInput`]); the same form serves the workspace's own
//! code and the catalogue's declarations of other crates' APIs, so that there is one mechanism, not two.
//! Out: a [`Program`] (modules, definitions, impls) and, for each body, the type of
//! every expression and the callee of every call ([`BodyTypes`]).
//!
//! # Algorithm
//!
//! 1. **Collect** (`collect`): walk the items of each crate from its root file; every item becomes a [`Def`], every
//!    `impl` an [`ImplDef`]. Items inside bodies get an anonymous module each.
//! 2. **Names** (`imports`, `names`): imports are resolved to a fixpoint over module scopes. A path into a crate that is
//!    neither in the workspace nor declared stays a path ([`Res::Foreign`]).
//! 3. **Impls** (`lower`, `impls`): each impl's header is lowered to a type and a trait, and indexed by the head of its
//!    self type. `T: Trait` is answered from there (`bounds`), with blanket impls and bounds, and so are
//!    `<T as Trait>::Name` and `*t` (`project`).
//! 4. **Bodies** (`infer`, `control`, `patterns`, `calls`): a forward inference over each body, with inference variables
//!    and unification (`unify`). What a path means as a value is found in `values`, a method in `methods`; a signature
//!    is given its parameters in `instantiate`, what is learnt where a value meets a type is in `adjust`. A call's
//!    arguments are checked before its closures, so that a closure's parameters are known from the callee's bounds.
//!    References are ignored (`&T` is `T`): no store hides behind one. Where a handle comes from travels with its
//!    type (`tags`).
//!
//! What the catalogue asks of a finished [`Program`] is in `queries`.
//!
//! Every answer is three-valued: known, ambiguous (all candidates of a trait object), or
//! [unknown with a reason](Why). Nothing here knows a client: what a value's method yields, where no
//! signature says it, is asked of a [`Knowledge`].

mod adjust;
mod bounds;
mod calls;
mod collect;
mod control;
mod impls;
mod imports;
mod infer;
mod instantiate;
mod lower;
mod methods;
mod names;
mod patterns;
mod program;
mod project;
mod queries;
mod said;
mod tags;
mod ty;
mod unify;
mod values;

pub use collect::{CrateInput, Dependency, ModFiles};
pub use infer::{BodyTypes, Call, Callee};
pub use program::{Def, DefId, DefKind, ImplDef, ImplId, Owner, Program, Res};
pub use said::initialiser;
pub use ty::{Tag, TraitRef, Ty, Why};

use crate::facts::FileFacts;
use smol_str::SmolStr;
use std::sync::OnceLock;

/// What is known of calls beyond their signatures; answered by the catalogue.
pub trait Knowledge: Sync {
    /// Whether a method of this name on a value of exactly this type is spoken of, by a pattern of any kind.
    fn knows_method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> bool;

    /// Whether a method of this name is spoken of by name for a type that is listed itself.
    fn names_method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> bool;

    /// What a method of a value of exactly this type yields.
    fn method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow>;

    /// What a method of a value of which nothing is known yields, by the types of its arguments.
    fn method_by_args(&self, program: &Program<'_>, name: &str, args: &[Ty]) -> Option<Flow>;

    /// What an associated function of this type yields.
    fn assoc(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow>;

    /// What a free function or macro (`name!`) of this path yields.
    fn function(&self, path: &str) -> Option<Flow>;

    /// What awaiting a value of this type yields, where the type itself does not say.
    fn awaited(&self, program: &Program<'_>, ty: &Ty) -> Option<Flow>;

    /// Whether values of this type lead to a store, so that it matters where they come from.
    fn is_handle(&self, program: &Program<'_>, ty: &Ty) -> bool;
}

/// What a call yields, where no signature says it, and which tag its result gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The type; `None` leaves it to the signature.
    pub to: Option<Ty>,
    /// Where the verb comes from.
    pub verb: Option<TagSource>,
    /// Where the label comes from.
    pub label: Option<TagSource>,
}

impl Flow {
    /// Whether the call awaits each of its arguments: whether it yields what that yields.
    pub fn awaits_args(&self) -> bool {
        let joins = [queries::JOINED, queries::TRIED];
        self.to
            .as_ref()
            .is_some_and(|to| instantiate::mentions(to, &joins))
    }
}

/// Where a tag's word comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagSource {
    /// The called function's own name.
    Name,
    /// The name of the receiver's type.
    Type,
    /// The literal or constant that is the receiver.
    Recv,
    /// The literal or constant in this argument.
    Arg(usize),
    /// This word.
    Word(SmolStr),
}

/// Resolves the names and impls of all crates. `files` is indexed by [`FileId`](crate::span::FileId);
/// `derived` gives the path of the trait that a derive of this name implements.
pub fn resolve<'a>(
    files: &'a [FileFacts],
    mod_files: &'a ModFiles,
    crates: &[CrateInput],
    derived: &dyn Fn(&str) -> Vec<String>,
) -> Program<'a> {
    let collector = collect::collect(files, mod_files, crates);
    let mut program = imports::resolve_names(collector);
    program.sigs.resize_with(program.defs.len(), OnceLock::new);
    program
        .fields
        .resize_with(program.defs.len(), OnceLock::new);
    impls::index_impls(&mut program, derived);
    program
}

/// Infers the types of one definition's body; `None` for what has none.
pub fn infer_body(program: &Program<'_>, know: &dyn Knowledge, def: DefId) -> Option<BodyTypes> {
    infer::infer_body(program, know, def)
}
