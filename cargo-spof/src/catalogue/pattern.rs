//! Patterns: which types belong to a set, and which calls a rule speaks of.
//!
//! In: the texts of `[types]`, `[flow]` and `[ops]`. Out: values that the index of the catalogue is
//! built from. Names are not bound to declarations here.

mod parse;

use super::glob::Glob;
use smol_str::SmolStr;
use std::cmp::Reverse;

pub(super) use parse::{Known, patterns, type_patterns};

/// The path of one type, alias or trait, its braces expanded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypePattern {
    /// Whether it begins with `::`: the first segment is then a crate's name.
    pub leading: bool,
    /// The segments, each possibly with a `*`. Never empty.
    pub segments: Vec<Glob>,
    /// What the type arguments must be, by position; `None` in a position takes anything. Without
    /// a restriction there is no list: `Transaction<_>`, `Foo<..>` and `Foo<M>` have none.
    pub args: Option<Vec<Option<TypePattern>>>,
}

impl TypePattern {
    /// Whether the path has no `*`. Restricted arguments do not matter.
    pub fn is_exact(&self) -> bool {
        self.segments.iter().all(Glob::is_exact)
    }

    /// Whether it has the type only with certain arguments.
    pub fn is_restricted(&self) -> bool {
        self.args.is_some()
    }

    /// The path as text, without type arguments.
    pub fn path(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(Glob::text).collect();
        let leading = if self.leading { "::" } else { "" };
        format!("{leading}{}", names.join("::"))
    }

    /// The last segment.
    pub fn name(&self) -> Option<&Glob> {
        self.segments.last()
    }

    /// Whether the segments stand for these, one by one. `leading` and arguments are not looked at.
    pub fn matches_segments<S: AsRef<str>>(&self, path: &[S]) -> bool {
        let pairs = || self.segments.iter().zip(path);
        self.segments.len() == path.len() && pairs().all(|(glob, name)| glob.matches(name.as_ref()))
    }
}

/// How exactly a pattern names a call; the lesser is the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// By its name alone.
    Exact,
    /// By its name among others in braces.
    Braces,
    /// By a glob; of two, the one with more letters is the better.
    Glob(Reverse<usize>),
}

impl Rank {
    /// Whether it is by a glob.
    pub fn is_glob(self) -> bool {
        matches!(self, Self::Glob(_))
    }
}

/// Which calls a rule speaks of: one receiver or one path, and names on it.
///
/// A text whose braces span several paths (`{open,aio::open}`) is several patterns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The whole text, as written.
    pub text: String,
    /// What the name is looked up on.
    pub recv: Recv,
    /// Between receiver and name; [`Sep::Assoc`] where there is no receiver.
    pub sep: Sep,
    /// The names; empty where awaiting the value is the operation.
    pub names: Vec<Glob>,
    /// What the arguments must be, the receiver not among them. A call may have more of them.
    pub args: Option<Vec<ArgPattern>>,
    /// Whether the call's value must be awaited or handed on as a future.
    pub awaited: bool,
    /// What it stands for.
    pub form: Form,
    /// Whether it was written with braces.
    pub is_braced: bool,
}

impl Pattern {
    /// How exactly this pattern names `name`; `None` where it does not.
    pub fn rank(&self, name: &str) -> Option<Rank> {
        let exact = if self.is_braced {
            Rank::Braces
        } else {
            Rank::Exact
        };
        self.names
            .iter()
            .filter(|glob| glob.matches(name))
            .map(|glob| {
                if glob.is_exact() {
                    exact
                } else {
                    Rank::Glob(Reverse(glob.text().len()))
                }
            })
            .min()
    }

    /// Whether it is a macro.
    pub fn is_macro(&self) -> bool {
        self.form == Form::Macro
    }

    /// Whether awaiting a value is meant, not a call.
    pub fn is_await_of_value(&self) -> bool {
        self.form == Form::AwaitedValue
    }

    /// The names of all sets that it speaks of, as receiver and as arguments.
    pub fn sets(&self) -> impl Iterator<Item = &SmolStr> {
        let recv = match &self.recv {
            Recv::Sets(sets) => sets.as_slice(),
            _ => &[],
        };
        let args = self.args.iter().flatten().flat_map(ArgPattern::sets);
        recv.iter().chain(args)
    }
}

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A call of a function or method.
    Call,
    /// A call of a macro.
    Macro,
    /// Awaiting a value of the receiver's sets: `Action.await`. There are no names.
    AwaitedValue,
}

/// What a pattern's name is looked up on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Recv {
    /// Nothing: a free function or macro at the root of the crate.
    None,
    /// A type that belongs to one of these sets of the file.
    Sets(Vec<SmolStr>),
    /// A module or type by its path, relative to the crate.
    Path(TypePattern),
    /// Anything: the arguments decide.
    Any,
}

/// What stands between a pattern's receiver and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sep {
    /// `.`: a method on a value.
    Method,
    /// `::`: an associated or free function.
    Assoc,
}

/// What an argument must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ArgPattern {
    /// Anything.
    Any,
    /// A value of one of these sets.
    Sets(Vec<SmolStr>),
    /// A closure whose parameters are of these sets; `None` takes anything.
    Closure(Vec<Option<SmolStr>>),
}

impl ArgPattern {
    fn sets(&self) -> Box<dyn Iterator<Item = &SmolStr> + '_> {
        match self {
            Self::Any => Box::new(std::iter::empty()),
            Self::Sets(sets) => Box::new(sets.iter()),
            Self::Closure(params) => Box::new(params.iter().flatten()),
        }
    }
}

#[cfg(test)]
mod tests;
