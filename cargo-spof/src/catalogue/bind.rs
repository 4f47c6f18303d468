//! The catalogue against a program: the types that each set lists, and an index of the patterns.
//!
//! Names of `[types]` are resolved once, in the declarations of the rule's own crates; what they do not
//! declare is kept as a path. Patterns are indexed by the name that they end in, so that a call is
//! compared with the few patterns of its name (and those with a `*`), however many rules there are.

use super::members::{Listed, Member};
use super::paths::{def_root, function_paths, given, path_type, resolve, traits};
use super::pattern::{ArgPattern, Pattern, Recv, TypePattern};
use super::schema::{EntryBy, OpRule, PeerRule, RouteRule, Rule};
use super::shapes::Shaped;
use super::words::{Effect, EntryKind, Scope, Source};
use crate::resolve::{DefId, DefKind, Flow, Program, Res, TagSource, Ty};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::{Arc, RwLock};

/// A set of types of one rule.
pub(super) type SetId = u32;

/// The rules bound to a program.
pub struct Bound<'r> {
    pub(super) rules: &'r [Rule],
    pub(super) sets: Vec<SetInfo>,
    pub(super) by_def: FxHashMap<DefId, Vec<Listed>>,
    pub(super) by_path: FxHashMap<String, Vec<Listed>>,
    pub(super) globs: Vec<(String, TypePattern, SetId)>,
    pub(super) traits: Vec<DefId>,
    pub(super) entries: Vec<Entry<'r>>,
    exact: FxHashMap<SmolStr, Vec<u32>>,
    with_star: Vec<u32>,
    functions: FxHashMap<String, Vec<u32>>,
    awaits: Vec<u32>,
    /// The sets of answers whose status is to be looked at.
    pub(super) answers: Vec<SetId>,
    /// Attributes and traits that make a function an entry point.
    pub(super) attrs: Vec<(&'r TypePattern, usize, EntryKind)>,
    pub(super) entry_traits: FxHashMap<DefId, EntryKind>,
    /// Attributes that say how a route is addressed, each with its rule file.
    pub(super) route_attrs: Vec<(usize, &'r RouteRule)>,
    /// The traits of services that are addressed by name.
    pub(super) route_traits: FxHashMap<DefId, &'r RouteRule>,
    /// Whether any rule speaks of routes.
    pub(super) has_routes: bool,
    /// The crates of which each rule speaks.
    pub(super) libs: Vec<Vec<SmolStr>>,
    /// The sets that have the workspace's own types of some shape.
    pub(super) shaped: Vec<Shaped<'r>>,
    pub(super) members: RwLock<FxHashMap<Ty, Arc<[Member]>>>,
}

pub(super) struct SetInfo {
    rule: usize,
    scope: Scope,
    part: Option<SmolStr>,
    pub(super) is_store: bool,
}

/// A pattern with what it says.
pub(super) struct Entry<'r> {
    pub(super) rule: usize,
    pub(super) pattern: &'r Pattern,
    pub(super) recv: Vec<SetId>,
    pub(super) args: Vec<Arg>,
    pub(super) says: Says<'r>,
}

/// What an argument must be.
pub(super) enum Arg {
    Any,
    Sets(Vec<SetId>),
    Closure,
}

pub(super) enum Says<'r> {
    Flow(Flow),
    Op(&'r OpRule),
    Effect(Effect),
    /// What is handed to the call is an entry point.
    Entry(EntryKind),
    /// The call bounds the time of the client's operations.
    Bound,
    /// The call says how a route is addressed.
    Route(&'r RouteRule),
    /// The call says to whom a request goes.
    Peer(&'r PeerRule),
}

impl Says<'_> {
    /// Whether it tells that a value is an answer of an error.
    pub(super) fn is_of_answer(&self) -> bool {
        matches!(self, Self::Effect(Effect::Answers))
    }

    /// Whether it tells what a call yields or is; the others speak of what the call is given.
    pub(super) fn is_of_value(&self) -> bool {
        matches!(self, Self::Flow(_) | Self::Op(_))
    }
}

/// A rule's crates as far as the program has them: the library's name and the root of its declarations.
pub struct RuleCrates(pub Vec<(SmolStr, DefId)>);

impl<'r> Bound<'r> {
    /// Binds rules; `crates` has those of each rule that the program declares.
    pub fn new(rules: &'r [Rule], crates: &[RuleCrates], program: &Program<'_>) -> Self {
        let mut bound = Self {
            rules,
            sets: Vec::new(),
            by_def: FxHashMap::default(),
            by_path: FxHashMap::default(),
            globs: Vec::new(),
            traits: Vec::new(),
            entries: Vec::new(),
            exact: FxHashMap::default(),
            with_star: Vec::new(),
            functions: FxHashMap::default(),
            awaits: Vec::new(),
            answers: Vec::new(),
            attrs: Vec::new(),
            entry_traits: FxHashMap::default(),
            route_attrs: Vec::new(),
            route_traits: FxHashMap::default(),
            has_routes: false,
            libs: vec![Vec::new(); rules.len()],
            shaped: Vec::new(),
            members: RwLock::default(),
        };
        for (index, crates) in crates.iter().enumerate() {
            if !crates.0.is_empty() {
                bound.add_rule(index, &crates.0, program);
            }
        }
        bound.add_shaped(program);
        bound.traits.sort_unstable();
        bound.traits.dedup();
        bound
    }

    fn add_rule(&mut self, index: usize, crates: &[(SmolStr, DefId)], program: &Program<'_>) {
        let rules = self.rules;
        let rule = &rules[index];
        let mut names: FxHashMap<SmolStr, SetId> = FxHashMap::default();
        for (name, set) in &rule.types {
            let id = self.new_set(index, set.scope.unwrap_or(rule.scope));
            self.sets[id as usize].part = set.part.as_deref().map(SmolStr::new);
            names.insert(SmolStr::new(name), id);
            for pattern in &set.paths {
                self.list(pattern, id, crates, program);
            }
            if let Some(shape) = &set.shape {
                let holds = shape.holds.iter();
                self.shaped.push(Shaped {
                    set: id,
                    named: &shape.named,
                    holds: holds
                        .flat_map(|path| resolve(path, crates, program))
                        .collect(),
                });
            }
        }
        for flow in &rule.flows {
            let to = flow
                .to
                .as_ref()
                .map(|to| given(&to.ty, rule, crates, program));
            let said = Flow {
                to,
                verb: flow.verb.as_ref().map(source),
                label: flow.label.as_ref().map(source),
            };
            self.add_entry(
                index,
                &flow.pattern,
                Says::Flow(said),
                &names,
                crates,
                program,
            );
        }
        for op in &rule.ops {
            self.add_entry(index, &op.pattern, Says::Op(op), &names, crates, program);
        }
        let named = rule.types.values().flat_map(|set| &set.paths);
        let named = named.filter(|path| path.leading);
        let named = named.map(|path| SmolStr::new(path.segments[0].text()));
        let own = crates.iter().map(|(lib, _)| lib.clone());
        self.libs[index] = own.chain(named).collect();
        self.add_frames(index, &names, crates, program);
    }

    /// What a rule says of frameworks: effects, and where work enters.
    fn add_frames(
        &mut self,
        index: usize,
        names: &FxHashMap<SmolStr, SetId>,
        crates: &[(SmolStr, DefId)],
        program: &Program<'_>,
    ) {
        let rules = self.rules;
        let rule = &rules[index];
        for effect in &rule.effects {
            let says = Says::Effect(effect.effect);
            self.add_entry(index, &effect.pattern, says, names, crates, program);
        }
        for pattern in &rule.bounds.set_by {
            self.add_entry(index, pattern, Says::Bound, names, crates, program);
        }
        for route in &rule.routes {
            self.has_routes = true;
            match &route.by {
                EntryBy::Call(pattern) => {
                    let says = Says::Route(route);
                    self.add_entry(index, pattern, says, names, crates, program);
                }
                EntryBy::Attr(_) => self.route_attrs.push((index, route)),
                EntryBy::Impl(path) => {
                    let traits = traits(path, crates, program);
                    self.route_traits
                        .extend(traits.into_iter().map(|it| (it, route)));
                }
            }
        }
        for peer in &rule.peers {
            let says = Says::Peer(peer);
            self.add_entry(index, &peer.pattern, says, names, crates, program);
        }
        for entry in &rule.entries {
            match &entry.by {
                EntryBy::Call(pattern) => {
                    let says = Says::Entry(entry.kind);
                    self.add_entry(index, pattern, says, names, crates, program);
                }
                EntryBy::Attr(path) => self.attrs.push((path, index, entry.kind)),
                EntryBy::Impl(path) => {
                    let traits = traits(path, crates, program);
                    self.entry_traits
                        .extend(traits.into_iter().map(|it| (it, entry.kind)));
                }
            }
        }
    }

    fn new_set(&mut self, rule: usize, scope: Scope) -> SetId {
        self.sets.push(SetInfo {
            rule,
            scope,
            part: None,
            is_store: scope != Scope::None,
        });
        SetId::try_from(self.sets.len() - 1).unwrap_or(SetId::MAX)
    }

    /// Lists a type in a set: in every crate of the rule that declares it, else by path.
    fn list(
        &mut self,
        pattern: &TypePattern,
        set: SetId,
        crates: &[(SmolStr, DefId)],
        program: &Program<'_>,
    ) {
        let args = pattern.args.as_ref().map(|args| {
            let arg =
                |arg: &Option<TypePattern>| arg.as_ref().map(|arg| resolve(arg, crates, program));
            args.iter().map(arg).collect()
        });
        let listed = Listed { set, args };
        if !pattern.is_exact() {
            for (lib, _) in crates {
                self.globs.push((lib.to_string(), pattern.clone(), set));
            }
            return;
        }
        for res in resolve(pattern, crates, program) {
            match res {
                Res::Def(def) => {
                    // An alias lists what it stands for.
                    let def = match program.def(def).kind {
                        DefKind::Alias(..) => match program
                            .lower_given(&path_type(&program.path(def)), def_root(program, def))
                            .untagged()
                        {
                            Ty::Adt(def, _) => *def,
                            _ => def,
                        },
                        _ => def,
                    };
                    if matches!(program.def(def).kind, DefKind::Trait(_)) {
                        self.traits.push(def);
                    }
                    self.by_def.entry(def).or_default().push(listed.clone());
                }
                Res::Foreign(path) => {
                    self.by_path
                        .entry(path.to_string())
                        .or_default()
                        .push(listed.clone());
                }
                Res::Prim(_) => {}
            }
        }
    }

    fn add_entry(
        &mut self,
        rule: usize,
        pattern: &'r Pattern,
        says: Says<'r>,
        names: &FxHashMap<SmolStr, SetId>,
        crates: &[(SmolStr, DefId)],
        program: &Program<'_>,
    ) {
        let set = |name: &SmolStr| names.get(name).copied();
        let mut recv: Vec<SetId> = match &pattern.recv {
            Recv::Sets(sets) => sets.iter().filter_map(set).collect(),
            _ => Vec::new(),
        };
        if let Recv::Path(path) = &pattern.recv {
            let id = self.new_set(rule, self.rules[rule].scope);
            self.list(path, id, crates, program);
            recv.push(id);
        }
        let args = pattern.args.iter().flatten().map(|arg| match arg {
            ArgPattern::Any => Arg::Any,
            ArgPattern::Sets(sets) => Arg::Sets(sets.iter().filter_map(set).collect()),
            ArgPattern::Closure(_) => Arg::Closure,
        });
        let id = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let args = args.collect();
        if matches!(says, Says::Effect(Effect::Checks)) {
            self.answers.extend(&recv);
        }
        self.entries.push(Entry {
            rule,
            pattern,
            recv,
            args,
            says,
        });
        self.index_entry(id, pattern, crates, program);
    }

    fn index_entry(
        &mut self,
        id: u32,
        pattern: &Pattern,
        crates: &[(SmolStr, DefId)],
        program: &Program<'_>,
    ) {
        if pattern.is_await_of_value() {
            self.awaits.push(id);
            return;
        }
        let is_function = matches!(pattern.recv, Recv::None | Recv::Path(_));
        for name in &pattern.names {
            if pattern.is_macro() {
                for (lib, _) in crates {
                    self.function(format!("{lib}::{name}!"), id);
                }
                // `#[macro_use]` and globs bring macros in without a path; the language's own need none.
                let is_std = crates.iter().any(|(lib, _)| lib == "std");
                if is_std || !self.entries[id as usize].says.is_of_value() {
                    self.function(format!("{name}!"), id);
                }
                continue;
            }
            if is_function {
                for path in function_paths(pattern, name.text(), crates, program) {
                    self.function(path, id);
                }
            }
            if name.is_exact() {
                let list = self.exact.entry(SmolStr::new(name.text())).or_default();
                if list.last() != Some(&id) {
                    list.push(id);
                }
            } else if self.with_star.last() != Some(&id) {
                self.with_star.push(id);
            }
        }
    }

    fn function(&mut self, path: String, id: u32) {
        let list = self.functions.entry(path).or_default();
        if !list.contains(&id) {
            list.push(id);
        }
    }

    /// The entries whose pattern may speak of a function of this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Entry<'r>> {
        let exact = self.exact.get(name).into_iter().flatten();
        let starred = self.with_star.iter();
        exact.chain(starred).map(|&id| &self.entries[id as usize])
    }

    /// The entries that speak of the free function or macro of this path.
    pub(super) fn functions(&self, path: &str) -> impl Iterator<Item = &Entry<'r>> {
        let found = self.functions.get(path).into_iter().flatten();
        found.map(|&id| &self.entries[id as usize])
    }

    /// The entries that speak of awaiting a value.
    pub(super) fn awaits(&self) -> impl Iterator<Item = &Entry<'r>> {
        self.awaits.iter().map(|&id| &self.entries[id as usize])
    }

    pub(super) fn scope(&self, set: SetId) -> Scope {
        self.sets[set as usize].scope
    }

    /// The part of its client that a set's values lead to.
    pub(super) fn part(&self, set: SetId) -> Option<&SmolStr> {
        self.sets[set as usize].part.as_ref()
    }

    /// The rule of a set.
    pub(super) fn rule_of(&self, set: SetId) -> usize {
        self.sets[set as usize].rule
    }
}

fn source(source: &Source) -> TagSource {
    match source {
        Source::Name => TagSource::Name,
        Source::Type => TagSource::Type,
        Source::Recv => TagSource::Recv,
        Source::Arg(index) => TagSource::Arg(*index),
        Source::Word(word) => TagSource::Word(word.clone()),
    }
}
