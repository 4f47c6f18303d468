//! The catalogue against a program: which of its types belong to which sets, which calls a pattern speaks of.
//!
//! Names of `[types]` are resolved once, in the declarations of the rule's own crates; what they do not
//! declare is kept as a path. Patterns are indexed by the name that they end in, so that a call is
//! compared with the few patterns of its name (and those with a `*`), however many rules there are. A type's sets are found once and remembered.

use super::pattern::{ArgPattern, Pattern, Rank, Recv, Sep, TypePattern};
use super::schema::{FlowRule, OpRule, Rule};
use super::words::{OpClass, Scope, Source};
use crate::facts::TypeRef;
use crate::resolve::{DefId, DefKind, Flow, Knowledge, Program, Res, TagSource, Ty, Why};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::{Arc, RwLock};

/// A set of types of one rule.
pub(super) type SetId = u32;

/// The rules bound to a program.
pub struct Bound<'r> {
    pub(super) rules: &'r [Rule],
    sets: Vec<SetInfo>,
    by_def: FxHashMap<DefId, Vec<Listed>>,
    by_path: FxHashMap<String, Vec<Listed>>,
    globs: Vec<(String, TypePattern, SetId)>,
    traits: Vec<DefId>,
    pub(super) entries: Vec<Entry<'r>>,
    exact: FxHashMap<SmolStr, Vec<u32>>,
    with_star: Vec<u32>,
    functions: FxHashMap<String, Vec<u32>>,
    awaits: Vec<u32>,
    members: RwLock<FxHashMap<Ty, Arc<[Member]>>>,
}

struct SetInfo {
    rule: usize,
    scope: Scope,
    is_store: bool,
}

/// One listing of a type in a set.
#[derive(Clone, Debug)]
struct Listed {
    set: SetId,
    args: Option<Vec<Option<Vec<Res>>>>,
}

/// A type's membership in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) set: SetId,
    /// Listed with fitting type arguments (3), listed (2), by a trait (1).
    pub(super) rank: u8,
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
    Flow(&'r FlowRule, Flow),
    Op(&'r OpRule),
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
            members: RwLock::default(),
        };
        for (index, crates) in crates.iter().enumerate() {
            if !crates.0.is_empty() {
                bound.add_rule(index, &crates.0, program);
            }
        }
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
            names.insert(SmolStr::new(name), id);
            for pattern in &set.paths {
                self.list(pattern, id, crates, program);
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
                Says::Flow(flow, said),
                &names,
                crates,
                program,
            );
        }
        for op in &rule.ops {
            self.add_entry(index, &op.pattern, Says::Op(op), &names, crates, program);
        }
    }

    fn new_set(&mut self, rule: usize, scope: Scope) -> SetId {
        self.sets.push(SetInfo {
            rule,
            scope,
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

    /// The sets to which a type belongs.
    pub(super) fn members(&self, program: &Program<'_>, ty: &Ty) -> Arc<[Member]> {
        let ty = ty.untagged();
        let is_candidate = matches!(
            ty,
            Ty::Adt(..) | Ty::Foreign(..) | Ty::Param(..) | Ty::Opaque(_) | Ty::Proj(..)
        );
        if !is_candidate {
            return Arc::from([]);
        }
        if let Ok(known) = self.members.read()
            && let Some(found) = known.get(ty)
        {
            return found.clone();
        }
        let found: Arc<[Member]> = self.find_members(program, ty).into();
        // A type with open variables may be known better later.
        if !ty.any(&mut |ty| matches!(ty, Ty::Var(_)))
            && let Ok(mut known) = self.members.write()
        {
            known.insert(ty.clone(), found.clone());
        }
        found
    }

    fn find_members(&self, program: &Program<'_>, ty: &Ty) -> Vec<Member> {
        let mut found: Vec<Member> = Vec::new();
        let mut add = |set: SetId, rank: u8| match found.iter_mut().find(|member| member.set == set)
        {
            Some(member) => member.rank = member.rank.max(rank),
            None => found.push(Member { set, rank }),
        };
        let (listed, args): (&[Listed], &[Ty]) = match ty {
            Ty::Adt(def, args) => (self.by_def.get(def).map_or(&[], Vec::as_slice), args),
            Ty::Foreign(path, args) => (self.by_path.get(&**path).map_or(&[], Vec::as_slice), args),
            _ => (&[], &[]),
        };
        for listed in listed {
            match &listed.args {
                None => add(listed.set, 2),
                Some(wanted) if fits(wanted, args) => add(listed.set, 3),
                Some(_) => {}
            }
        }
        if let Ty::Foreign(path, _) = ty {
            for (lib, pattern, set) in &self.globs {
                if matches_path(lib, pattern, path) {
                    add(*set, 2);
                }
            }
        }
        if let Ty::Adt(def, _) = ty
            && program.is_api(*def)
            && !self.globs.is_empty()
        {
            let path = program.path(*def);
            for (lib, pattern, set) in &self.globs {
                if matches_path(lib, pattern, &path) {
                    add(*set, 2);
                }
            }
        }
        for listed in self.by_traits(program, ty) {
            add(listed, 1);
        }
        found
    }

    fn by_traits(&self, program: &Program<'_>, ty: &Ty) -> Vec<SetId> {
        let mut found = Vec::new();
        match ty {
            Ty::Param(..) | Ty::Opaque(_) | Ty::Proj(..) => {
                for bound in program.bounds(ty) {
                    let by_def = bound.def.and_then(|def| self.by_def.get(&def));
                    let by_path = bound.foreign.and_then(|path| self.by_path.get(&*path));
                    let listed = by_def.into_iter().chain(by_path).flatten();
                    found.extend(listed.map(|listed| listed.set));
                }
            }
            Ty::Adt(..) | Ty::Foreign(..) => {
                for trait_ in &self.traits {
                    if program.implements(ty, *trait_) {
                        let listed = self.by_def.get(trait_).into_iter().flatten();
                        found.extend(listed.map(|listed| listed.set));
                    }
                }
                for path in program.foreign_traits(ty) {
                    let listed = self.by_path.get(&*path).into_iter().flatten();
                    found.extend(listed.map(|listed| listed.set));
                }
            }
            _ => {}
        }
        found
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

    /// How well a type fits a receiver's sets: its best membership.
    pub(super) fn fit(&self, program: &Program<'_>, ty: &Ty, sets: &[SetId]) -> Option<Member> {
        let members = self.members(program, ty);
        let fitting = members.iter().filter(|member| sets.contains(&member.set));
        fitting.copied().max_by_key(|member| member.rank)
    }

    pub(super) fn scope(&self, set: SetId) -> Scope {
        self.sets[set as usize].scope
    }

    /// The rule of a set.
    pub(super) fn rule_of(&self, set: SetId) -> usize {
        self.sets[set as usize].rule
    }

    /// The best flow for a value of this type.
    fn flow(&self, program: &Program<'_>, ty: &Ty, name: &str, sep: Sep) -> Option<Flow> {
        let mut best: Option<((u8, std::cmp::Reverse<Rank>), Flow)> = None;
        for entry in self.named(name) {
            let Says::Flow(_, said) = &entry.says else {
                continue;
            };
            if entry.recv.is_empty() || entry.pattern.sep != sep {
                continue;
            }
            let Some(rank) = entry.pattern.rank(name) else {
                continue;
            };
            let Some(member) = self.fit(program, ty, &entry.recv) else {
                continue;
            };
            let key = (member.rank, std::cmp::Reverse(rank));
            if best.as_ref().is_none_or(|(found, _)| key > *found) {
                let mut said = said.clone();
                // What is declared says more than a `*`.
                if rank == Rank::Glob && said.to.is_some() && program.declares(ty, name) {
                    said.to = None;
                }
                best = Some((key, said));
            }
        }
        best.map(|(_, flow)| flow)
    }
}

impl Knowledge for Bound<'_> {
    fn knows_method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> bool {
        let mut best: Option<((u8, std::cmp::Reverse<Rank>), bool)> = None;
        for entry in self.named(name) {
            if entry.recv.is_empty() || entry.pattern.sep != Sep::Method {
                continue;
            }
            let Some(rank) = entry.pattern.rank(name) else {
                continue;
            };
            let Some(member) = self.fit(program, ty, &entry.recv) else {
                continue;
            };
            let speaks = !matches!(&entry.says, Says::Op(op) if op.class == OpClass::None);
            let key = (member.rank, std::cmp::Reverse(rank));
            if best.as_ref().is_none_or(|(found, _)| key > *found) {
                best = Some((key, speaks));
            } else if best.as_ref().is_some_and(|(found, _)| key == *found) && speaks {
                best = Some((key, true));
            }
        }
        best.is_some_and(|(_, speaks)| speaks)
    }

    fn method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow> {
        self.flow(program, ty, name, Sep::Method)
    }

    fn assoc(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow> {
        if let Some(flow) = self.flow(program, ty, name, Sep::Assoc) {
            return Some(flow);
        }
        let spoken_of = self.named(name).any(|entry| {
            entry.pattern.sep == Sep::Assoc
                && !entry.recv.is_empty()
                && entry.pattern.rank(name).is_some()
                && self.fit(program, ty, &entry.recv).is_some()
        });
        spoken_of.then(Flow::default)
    }

    fn function(&self, path: &str) -> Option<Flow> {
        self.functions(path).find_map(|entry| match &entry.says {
            Says::Flow(_, said) => Some(said.clone()),
            Says::Op(_) => None,
        })
    }

    fn awaited(&self, program: &Program<'_>, ty: &Ty) -> Option<Flow> {
        self.awaits().find_map(|entry| {
            let Says::Flow(_, said) = &entry.says else {
                return None;
            };
            self.fit(program, ty, &entry.recv).map(|_| said.clone())
        })
    }

    fn is_handle(&self, program: &Program<'_>, ty: &Ty) -> bool {
        let members = self.members(program, ty);
        members
            .iter()
            .any(|member| self.sets[member.set as usize].is_store)
    }
}

fn source(source: &Source) -> TagSource {
    match source {
        Source::Name => TagSource::Name,
        Source::Arg(index) => TagSource::Arg(*index),
        Source::Word(word) => TagSource::Word(word.clone()),
    }
}

/// What a type pattern leads to; a path where nothing declares it.
fn resolve(pattern: &TypePattern, crates: &[(SmolStr, DefId)], program: &Program<'_>) -> Vec<Res> {
    let segments: Vec<SmolStr> = pattern
        .segments
        .iter()
        .map(|s| SmolStr::new(s.text()))
        .collect();
    if pattern.leading {
        let found = program.find(crates[0].1, true, &segments);
        if found.is_empty() {
            return vec![Res::Foreign(Arc::from(segments.join("::")))];
        }
        return found;
    }
    let declared: Vec<Res> = crates
        .iter()
        .flat_map(|(_, root)| program.find(*root, false, &segments))
        .collect();
    if !declared.is_empty() {
        return declared;
    }
    let path = segments.join("::");
    let foreign = crates
        .iter()
        .map(|(lib, _)| Res::Foreign(Arc::from(format!("{lib}::{path}"))));
    foreign.collect()
}

/// The full paths of a function pattern's function.
fn function_paths(
    pattern: &Pattern,
    name: &str,
    crates: &[(SmolStr, DefId)],
    program: &Program<'_>,
) -> Vec<String> {
    let (leading, mut segments) = match &pattern.recv {
        Recv::Path(path) => {
            let names = path.segments.iter().map(|s| SmolStr::new(s.text()));
            (path.leading, names.collect::<Vec<_>>())
        }
        _ => (false, Vec::new()),
    };
    segments.push(SmolStr::new(name));
    let text = segments.join("::");
    let mut paths = Vec::new();
    for (lib, root) in crates {
        for res in program.find(*root, leading, &segments) {
            match res {
                Res::Def(def) => paths.push(program.path(def)),
                Res::Foreign(path) => paths.push(path.to_string()),
                Res::Prim(_) => {}
            }
        }
        paths.push(if leading {
            text.clone()
        } else {
            format!("{lib}::{text}")
        });
    }
    paths
}

/// Whether type arguments are those that a listing asks for.
fn fits(wanted: &[Option<Vec<Res>>], args: &[Ty]) -> bool {
    wanted.iter().enumerate().all(|(index, wanted)| {
        let Some(wanted) = wanted else { return true };
        match args.get(index).map(Ty::untagged) {
            Some(Ty::Adt(def, _)) => wanted.contains(&Res::Def(*def)),
            Some(Ty::Foreign(path, _)) => wanted.contains(&Res::Foreign(path.clone())),
            _ => false,
        }
    })
}

fn matches_path(lib: &str, pattern: &TypePattern, path: &str) -> bool {
    let segments: Vec<&str> = path.split("::").collect();
    match segments.split_first() {
        _ if pattern.leading => pattern.matches_segments(&segments),
        Some((first, rest)) => *first == lib && pattern.matches_segments(rest),
        None => false,
    }
}

fn path_type(path: &str) -> TypeRef {
    let inner = path.split_once("::").map_or(path, |(_, rest)| rest);
    crate::facts::parse_type(&format!("crate::{inner}")).unwrap_or(TypeRef::Other)
}

fn def_root(program: &Program<'_>, def: DefId) -> DefId {
    let name = program.crate_name(program.def(def).krate).clone();
    program.api_root(&name).unwrap_or(def)
}

/// A flow's type, in the first of the rule's crates that declares all of it.
fn given(ty: &TypeRef, rule: &Rule, crates: &[(SmolStr, DefId)], program: &Program<'_>) -> Ty {
    let lowered = crates
        .iter()
        .map(|(lib, root)| program.lower_given(&with_sets(ty, rule, lib), *root));
    let all: Vec<Ty> = lowered.collect();
    let is_open = |ty: &Ty| ty.any(&mut |ty| matches!(ty, Ty::Unknown(_) | Ty::Foreign(..)));
    let declared = all.iter().find(|ty| !is_open(ty)).or(all.first());
    declared.cloned().unwrap_or(Ty::Unknown(Why::Name))
}

/// The type with each set's name replaced by the set's first path in a crate.
fn with_sets(ty: &TypeRef, rule: &Rule, lib: &SmolStr) -> TypeRef {
    crate::facts::replace_names(ty, &|name| {
        let first = rule.types.get(name)?.paths.first()?;
        let path = first.path();
        Some(match path.strip_prefix("::") {
            Some(absolute) => absolute.split("::").map(SmolStr::new).collect(),
            None => std::iter::once(lib.clone())
                .chain(path.split("::").map(SmolStr::new))
                .collect(),
        })
    })
}
