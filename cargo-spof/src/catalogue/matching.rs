//! Whether a call is an operation, and which.

use super::bind::{Arg, Bound, Entry, Says};
use super::members::Member;
use super::pattern::{Rank, Recv, Sep};
use super::schema::{OpRule, Rule};
use super::words::{Class, Effect, EntryKind, OpClass, Scope, Source};
use crate::facts::ExprId;
use crate::resolve::{Call, Callee, DefId, Owner, Program, Tag, Ty};
use smol_str::SmolStr;
use std::cmp::Reverse;

/// A call that is an operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The rule: an index into the catalogue.
    pub rule: usize,
    /// What it does.
    pub class: Class,
    /// The scope of what it talks to.
    pub scope: Scope,
    /// The part of the client that it talks to, where that is several stores.
    pub part: Option<SmolStr>,
    /// What tells stores of this client apart, where the code says it.
    pub label: Option<SmolStr>,
    /// The fields and statics through which the handle came.
    pub origins: Vec<SmolStr>,
    /// Whether the type of the receiver is known (else it is its trait or argument that tells).
    pub is_certain: bool,
    /// Whether an argument bounds its time.
    pub is_bounded: bool,
    /// Whether it returns before the store is asked.
    pub is_lazy: bool,
}

/// A call seen from its place.
pub struct Seen<'s> {
    /// The call.
    pub call: &'s Call,
    /// The types of its arguments.
    pub arg_ty: &'s dyn Fn(ExprId) -> Ty,
    /// What an argument or receiver says: its own text, the word of its value's tag, or a text inside of it.
    pub said: &'s dyn Fn(ExprId, Word) -> Option<SmolStr>,
    /// Whether its value is awaited or handed on as a future.
    pub is_awaited: &'s dyn Fn() -> bool,
}

/// A word of a tag.
pub type Word = fn(&Tag) -> Option<SmolStr>;

/// How well a pattern fits: arguments said, receiver named, membership, name, whether it asks for an `.await`.
type Fit = (bool, bool, u8, Reverse<Rank>, bool);

/// The outcome of comparing a pattern with a call.
pub(super) struct Fitting {
    fit: Fit,
    member: Option<Member>,
    /// The argument that fits, with its tag.
    handle: Option<Ty>,
}

impl Bound<'_> {
    /// The operation that a call is.
    pub fn operation(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<Operation> {
        let (fitting, entry) = self.best(program, seen, |says| matches!(says, Says::Op(_)))?;
        self.told(program, seen, &fitting, entry)
    }

    /// The operation that a method of an unknown receiver is likely to be: its value is awaited, its name is one that a
    /// rule knows exactly, and a trait of that rule that may have it is imported where it stands; where the trait declares it, with as many
    /// arguments.
    pub fn likely(
        &self,
        program: &Program<'_>,
        seen: &Seen<'_>,
        is_imported: &dyn Fn(DefId) -> bool,
    ) -> Option<Operation> {
        let name = &seen.call.name;
        let is_known = |entry: &Entry<'_>, op: &OpRule| {
            let rank = entry.pattern.rank(name);
            let by_verb = || op.verb == Some(Source::Name) && self.rules[entry.rule].has_verb(name);
            rank.is_some_and(|rank| !rank.is_glob() || by_verb())
        };
        let entry = self.named(name).find(|entry| {
            let Says::Op(op) = &entry.says else {
                return false;
            };
            let has_import = self.traits.iter().any(|trait_| {
                let mut listed = self.by_def.get(trait_).into_iter().flatten();
                let arity = program.arity(*trait_, name);
                listed.any(|it| entry.recv.contains(&it.set))
                    && arity.is_none_or(|n| n == seen.call.args.len())
                    && is_imported(*trait_)
            });
            entry.pattern.sep == Sep::Method && is_known(entry, op) && has_import
        })?;
        let member = entry.recv.first().map(|&set| Member { set, rank: 1 });
        let fitting = Fitting {
            fit: (false, false, 1, Reverse(Rank::Exact), false),
            member,
            handle: None,
        };
        self.told(program, seen, &fitting, entry)
    }

    /// What a call does to what it is given.
    pub fn effect(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<Effect> {
        let (_, entry) = self.best(program, seen, |says| matches!(says, Says::Effect(_)))?;
        match entry.says {
            Says::Effect(effect) => Some(effect),
            _ => None,
        }
    }

    /// How work enters the functions that a call is given, where it is a framework's that calls them.
    pub fn entry(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<EntryKind> {
        let (_, entry) = self.best(program, seen, |says| matches!(says, Says::Entry(_)))?;
        match entry.says {
            Says::Entry(kind) => Some(kind),
            _ => None,
        }
    }

    /// The rule whose operations a call bounds in time.
    pub fn bounds(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<usize> {
        // Asked of every call: nearly none has such a name.
        let name = &seen.call.name;
        let mut named = self.named(name);
        named.find(|it| matches!(it.says, Says::Bound) && it.pattern.rank(name).is_some())?;
        let (_, entry) = self.best(program, seen, |says| matches!(says, Says::Bound))?;
        Some(entry.rule)
    }

    /// The pattern that fits a call best, among those that say what is wanted.
    pub(super) fn best(
        &self,
        program: &Program<'_>,
        seen: &Seen<'_>,
        wants: fn(&Says<'_>) -> bool,
    ) -> Option<(Fitting, &Entry<'_>)> {
        let path = match &seen.call.callee {
            Callee::Foreign(path) => Some(path.to_string()),
            Callee::Macro(path) => Some(path.to_string()),
            Callee::Fn(def) if seen.call.on.is_none() => Some(program.path(*def)),
            Callee::Fn(_) | Callee::Known | Callee::Unknown(_) => None,
            Callee::Ctor(def) if program.is_api(*def) => Some(program.path(*def)),
            Callee::Value | Callee::Ctor(_) => return None,
        };
        let functions = path.as_deref().into_iter();
        let functions = functions.flat_map(|path| self.functions(path));
        let methods = self.named(&seen.call.name);
        let methods = methods.filter(|entry| !matches!(entry.pattern.recv, Recv::None));
        let candidates = functions
            .map(|entry| (entry, true))
            .chain(methods.map(|entry| (entry, false)));
        let mut best: Option<(Fitting, &Entry<'_>)> = None;
        for (entry, is_function) in candidates.filter(|(entry, _)| wants(&entry.says)) {
            let Some(fitting) = self.fitting(program, seen, entry, is_function) else {
                continue;
            };
            if best
                .as_ref()
                .is_none_or(|(found, _)| fitting.fit > found.fit)
            {
                best = Some((fitting, entry));
            }
        }
        best
    }

    /// The operation that awaiting a value is, where a rule says so of its type; `seen` has the value as receiver.
    pub fn awaited_operation(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<Operation> {
        let on = seen.call.on.as_ref()?;
        self.awaits().find_map(|entry| {
            let member = self.fit(program, on, &entry.recv)?;
            let fitting = Fitting {
                fit: (false, true, member.rank, Reverse(Rank::Exact), true),
                member: Some(member),
                handle: None,
            };
            self.told(program, seen, &fitting, entry)
        })
    }

    /// Compares a pattern with a call.
    fn fitting(
        &self,
        program: &Program<'_>,
        seen: &Seen<'_>,
        entry: &Entry<'_>,
        is_function: bool,
    ) -> Option<Fitting> {
        let call = seen.call;
        let rank = entry.pattern.rank(&call.name)?;
        if entry.pattern.awaited && !(seen.is_awaited)() {
            return None;
        }
        let mut member = None;
        let mut is_named = is_function;
        if !is_function {
            // Named as a value, to be called elsewhere: `and_then(Answer::check)`.
            let is_mention = call.args.is_empty() && !entry.says.is_of_value();
            if entry.pattern.sep == Sep::Assoc && call.recv.is_some()
                || entry.pattern.sep == Sep::Method && call.recv.is_none() && !is_mention
            {
                return None;
            }
            if !entry.recv.is_empty() {
                let on = call.on.as_ref()?;
                member = Some(self.fit(program, on, &entry.recv)?);
                is_named = true;
            }
            // What a call yields must be known to be said; what it does to its arguments goes by names as well.
            is_named |= !entry.says.is_of_value();
            if self.is_own(program, &call.callee, member.is_some())
                || entry.recv.is_empty() && self.is_of_others(program, &call.callee, entry)
            {
                return None;
            }
        }
        let (n_said, handle) = self.arguments(program, seen, entry)?;
        if !is_named && n_said == 0 {
            return None;
        }
        let fit = (
            n_said > 0,
            is_named,
            member.map_or(0, |m| m.rank),
            Reverse(rank),
            entry.pattern.awaited,
        );
        let member = handle.as_ref().map(|(_, member)| *member).or(member);
        Some(Fitting {
            fit,
            member,
            handle: handle.map(|(ty, _)| ty),
        })
    }

    /// Whether a function is declared in a crate of which the entry's rule does not speak: where only the arguments
    /// tell, it is not the client's.
    fn is_of_others(&self, program: &Program<'_>, callee: &Callee, entry: &Entry<'_>) -> bool {
        let Callee::Fn(def) = callee else {
            return false;
        };
        let krate = program.crate_name(program.def(*def).krate);
        entry.says.is_of_value() && program.is_api(*def) && !self.libs[entry.rule].contains(krate)
    }

    /// A function of the workspace is not the client's, unless it implements the client's trait or was generated.
    fn is_own(&self, program: &Program<'_>, callee: &Callee, by_member: bool) -> bool {
        let Callee::Fn(def) = callee else {
            return false;
        };
        let is_clients =
            || by_member && (implements_api(program, *def) || self.is_generated(program, *def));
        !program.is_api(*def) && !is_clients()
    }

    /// How many arguments the pattern asks for, and the handle among them; `None` if one does not fit.
    fn arguments(
        &self,
        program: &Program<'_>,
        seen: &Seen<'_>,
        entry: &Entry<'_>,
    ) -> Option<(usize, Option<(Ty, Member)>)> {
        let (mut n, mut handle) = (0, None);
        for (index, wanted) in entry.args.iter().enumerate() {
            let arg = seen.call.args.get(index).copied();
            match wanted {
                Arg::Any => {}
                Arg::Closure => {
                    // A closure may also be handed on in a variable: its presence is enough.
                    arg?;
                }
                Arg::Sets(sets) => {
                    let ty = (seen.arg_ty)(arg?);
                    let found = self.nearest(program, &ty, sets)?;
                    handle = handle.or(Some(found));
                    n += 1;
                }
            }
        }
        Some((n, handle))
    }

    /// The first of a value's types, dereferenced step by step, that belongs to a set of the entry's rule.
    pub(super) fn nearest(
        &self,
        program: &Program<'_>,
        ty: &Ty,
        sets: &[u32],
    ) -> Option<(Ty, Member)> {
        for step in program.dereferenced(ty) {
            if let Some(member) = self.fit(program, &step, sets) {
                // Another set of the rule may fit better: what is embedded is not shared.
                let best = self.members(program, &step);
                let of_rule = |m: &&Member| self.rule_of(m.set) == self.rule_of(member.set);
                let top = best.iter().filter(of_rule).map(|m| m.rank).max();
                return (top <= Some(member.rank)).then_some((step, member));
            }
        }
        None
    }

    /// What a fitting pattern says of the call; `None` where it says that it is no operation.
    fn told(
        &self,
        program: &Program<'_>,
        seen: &Seen<'_>,
        fitting: &Fitting,
        entry: &Entry<'_>,
    ) -> Option<Operation> {
        let Says::Op(op) = &entry.says else {
            return None;
        };
        let rule = &self.rules[entry.rule];
        let on = seen.call.on.as_ref().and_then(Ty::tag).map(|tag| &**tag);
        let handle = fitting.handle.as_ref().and_then(Ty::tag).map(|tag| &**tag);
        let word = |source: &Source, of: Word| match source {
            Source::Name => Some(seen.call.name.clone()),
            Source::Word(word) => Some(word.clone()),
            Source::Type => program.type_name(seen.call.on.as_ref()?),
            Source::Recv => (seen.said)(seen.call.recv?, of),
            Source::Arg(index) => (seen.said)(*seen.call.args.get(*index)?, of),
        };
        let verb = op
            .verb
            .as_ref()
            .and_then(|source| word(source, |tag| tag.verb.clone()))
            .or_else(|| on.and_then(|tag| tag.verb.clone()));
        let class = match op.class {
            OpClass::Class(class) => class,
            OpClass::Stream | OpClass::None => return None,
            OpClass::Verb { otherwise } => class_of(rule, verb.as_deref()).unwrap_or(otherwise),
        };
        let of = |f: fn(&Tag) -> Option<SmolStr>| handle.and_then(f).or_else(|| on.and_then(f));
        let label = op
            .label
            .as_ref()
            .and_then(|source| word(source, |tag| tag.label.clone()))
            .or_else(|| of(|tag| tag.label.clone()));
        let origins = handle
            .or(on)
            .map(|tag| tag.origins.clone())
            .unwrap_or_default();
        let scope = fitting
            .member
            .map_or(rule.scope, |member| self.scope(member.set));
        let part = fitting
            .member
            .and_then(|member| self.part(member.set).cloned());
        Some(Operation {
            rule: entry.rule,
            part,
            class,
            scope,
            label,
            origins,
            is_certain: fitting.fit.1,
            is_bounded: op.bound.is_some(),
            is_lazy: op.is_lazy,
        })
    }

    /// The rule and scope of what a call yields, looking through futures, results and pointers.
    pub fn rule_of_value(&self, program: &Program<'_>, ty: &Ty) -> Option<(usize, Scope)> {
        let ty = match ty.untagged() {
            Ty::Future(output) => return self.rule_of_value(program, output),
            ty => ty,
        };
        for step in program.dereferenced(ty) {
            let own = self.store_of(program, &step);
            if let Some(found) = own.or_else(|| self.rule_of_managed(program, &step)) {
                return Some(found);
            }
            // `Result<Guard, Error>`: the first argument.
            if let Ty::Adt(_, args) = step.untagged()
                && let Some(found) = args
                    .first()
                    .and_then(|inner| self.rule_of_value(program, inner))
            {
                return Some(found);
            }
        }
        None
    }

    /// Whether a value is an answer of a rule's client that may tell of an error, looking through futures, results and pointers.
    pub fn is_answer(&self, program: &Program<'_>, ty: &Ty, rule: usize) -> bool {
        if self.answers.iter().all(|&set| self.rule_of(set) != rule) {
            return false;
        }
        let ty = match ty.untagged() {
            Ty::Future(output) => return self.is_answer(program, output, rule),
            ty => ty,
        };
        program.dereferenced(ty).into_iter().any(|step| {
            let members = self.members(program, &step);
            let is_its = |m: &Member| self.rule_of(m.set) == rule && self.answers.contains(&m.set);
            let first = || match step.untagged() {
                Ty::Adt(_, args) => args.first(),
                _ => None,
            };
            members.iter().any(is_its)
                || first().is_some_and(|inner| self.is_answer(program, inner, rule))
        })
    }

    /// The rule and scope of what a pool's manager manages: an associated type of the pool's trait.
    fn rule_of_managed(&self, program: &Program<'_>, ty: &Ty) -> Option<(usize, Scope)> {
        let is_of_pools = |trait_: &&DefId| {
            let mut listed = self.by_def.get(trait_).into_iter().flatten();
            listed.any(|it| self.scope(it.set) == Scope::Inherit)
        };
        let mut traits = self.traits.iter().filter(is_of_pools);
        traits.find_map(|&trait_| {
            let managed = program.associated(ty, trait_);
            managed.iter().find_map(|ty| self.store_of(program, ty))
        })
    }

    /// The rule and scope of the store that values of a type lead to, as the sets that list it have it.
    fn store_of(&self, program: &Program<'_>, ty: &Ty) -> Option<(usize, Scope)> {
        let members = self.members(program, ty);
        let is_store = |m: &&Member| !matches!(self.scope(m.set), Scope::Inherit | Scope::None);
        let member = members.iter().filter(is_store).max_by_key(|m| m.rank)?;
        Some((self.rule_of(member.set), self.scope(member.set)))
    }

    /// Whether a rule names this method exactly, for calls whose receiver is not known.
    pub fn names_exactly(&self, name: &str) -> Option<usize> {
        self.named(name)
            .filter(|entry| matches!(&entry.says, Says::Op(op) if op.class != OpClass::None && op.class != OpClass::Stream))
            .filter(|entry| entry.pattern.sep == Sep::Method && !matches!(entry.pattern.recv, Recv::None))
            .find(|entry| entry.pattern.rank(name).is_some_and(|rank| !rank.is_glob()))
            .map(|entry| entry.rule)
    }
}

/// The class of a verb: of a whole word, or of a text's first word. A text that calls a function and names no table, as
/// `SELECT f(1)` does, is first asked for with brackets: `select()`.
fn class_of(rule: &Rule, verb: Option<&str>) -> Option<Class> {
    let verb = verb?;
    let first = verb
        .split(|c: char| c.is_whitespace() || c == '(' || c == ';')
        .find(|word| !word.is_empty())
        .unwrap_or(verb);
    let is_from = |word: &str| word.eq_ignore_ascii_case("from");
    let only_calls = verb.contains('(') && !verb.split_whitespace().any(is_from);
    let call = format!("{first}()");
    let verb = if only_calls && rule.has_verb(&call) {
        &call
    } else {
        first
    };
    rule.class_of_verb(verb)
}

/// Whether a function of the workspace implements a trait of another crate.
fn implements_api(program: &Program<'_>, def: DefId) -> bool {
    let Owner::Impl(imp) = program.def(def).owner else {
        return false;
    };
    let trait_ = program.imp(imp).trait_.as_ref();
    trait_.is_some_and(|trait_| trait_.def.is_none_or(|def| program.is_api(def)))
}
