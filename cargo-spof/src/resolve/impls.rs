//! Impls: which there are for a type, whether a type implements a trait, what an associated type is.
//!
//! An impl's self type is a pattern whose variables are the impl's parameters; it is matched one way against a
//! type. Blanket impls (`impl<T: A> B for T`) need their bounds to hold; others are taken at their
//! head, because code that compiles has no wrong ones.

use super::collect::derives;
use super::lower::impl_owner;
use super::program::{DefId, DefKind, ImplId, Owner, Program};
use super::ty::{Subst, TraitRef, Ty, Why};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// The outermost constructor of a type; what impls are indexed by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Head {
    Def(DefId),
    Foreign(Arc<str>),
    Prim(SmolStr),
    Tuple,
    Slice,
    Fn,
    Future,
    Trait(DefId),
    /// Any type: a blanket impl.
    Any,
}

/// All impls by what is asked of them.
#[derive(Debug, Default)]
pub(super) struct ImplIndex {
    pub(super) by_trait: FxHashMap<DefId, Vec<ImplId>>,
    by_trait_head: FxHashMap<(DefId, Head), Vec<ImplId>>,
    /// Items of inherent impls.
    inherent: FxHashMap<(Head, SmolStr), Vec<DefId>>,
    /// Functions of traits.
    pub(super) trait_fns: FxHashMap<SmolStr, Vec<(DefId, DefId)>>,
    /// Associated types of trait impls.
    assoc: FxHashMap<(Head, SmolStr), Vec<DefId>>,
    derived: FxHashSet<(DefId, DefId)>,
    derefs: FxHashSet<DefId>,
    foreign_traits: FxHashMap<Head, Vec<Arc<str>>>,
    supers: FxHashMap<DefId, Vec<TraitRef>>,
}

/// The most steps from one impl's bound to the next.
const MAX_DEPTH: usize = 8;

/// Lowers the headers of all impls and indexes them.
pub(super) fn index_impls(program: &mut Program<'_>, derived: &dyn Fn(&str) -> Vec<String>) {
    for index in 0..program.impls.len() {
        let id = ImplId(u32::try_from(index).unwrap_or(u32::MAX));
        let facts = program.imp(id).facts;
        let mut scope = program.impl_scope(id);
        let self_ty = program.lower(&facts.self_ty, &scope);
        scope.self_ty = Some(self_ty.clone());
        let trait_ = facts
            .trait_
            .as_ref()
            .and_then(|path| program.lower_trait(path, &scope, 0));
        let bounds = program.lower_generics(impl_owner(id), &facts.generics, &scope);
        let imp = &mut program.impls[index];
        (imp.self_ty, imp.trait_, imp.bounds) = (self_ty, trait_, bounds);
    }
    let mut built = ImplIndex::default();
    for (index, imp) in (0..).zip(&program.impls) {
        built.add_impl(program, ImplId(index), imp.facts.trait_.is_some());
    }
    for (id, _) in program.all_defs() {
        built.add_def(program, id, derived);
    }
    program.index = built;
}

impl ImplIndex {
    fn add_impl(&mut self, program: &Program<'_>, id: ImplId, is_trait_impl: bool) {
        let imp = program.imp(id);
        let Some(head) = head(&imp.self_ty) else {
            return;
        };
        if let Some(bound) = &imp.trait_ {
            if let Some(def) = bound.def {
                self.by_trait.entry(def).or_default().push(id);
                self.by_trait_head
                    .entry((def, head.clone()))
                    .or_default()
                    .push(id);
            } else if let Some(path) = &bound.foreign {
                self.foreign_traits
                    .entry(head.clone())
                    .or_default()
                    .push(path.clone());
            }
        }
        for &item in &imp.items {
            let def = program.def(item);
            let key = (head.clone(), def.name.clone());
            match def.kind {
                DefKind::Alias(..) => self.assoc.entry(key).or_default().push(item),
                // Methods of a trait that nothing declares are found like a type's own.
                _ if !is_trait_impl || imp.trait_.as_ref().is_none_or(|t| t.def.is_none()) => {
                    self.inherent.entry(key).or_default().push(item);
                }
                _ => {}
            }
        }
    }

    fn add_def(&mut self, program: &Program<'_>, id: DefId, derived: &dyn Fn(&str) -> Vec<String>) {
        let def = program.def(id);
        match (def.kind, def.owner) {
            (DefKind::Fn(_), Owner::Trait(trait_)) => {
                self.trait_fns
                    .entry(def.name.clone())
                    .or_default()
                    .push((trait_, id));
            }
            (DefKind::Trait(facts), _) => {
                let scope = program.ty_scope(id);
                let supers = facts
                    .supers
                    .iter()
                    .filter_map(|b| program.lower_bound(b, &scope));
                self.supers.insert(id, supers.collect());
            }
            (DefKind::Struct(..) | DefKind::Enum(..), _) => {
                let Some(item) = def.item else { return };
                for derive in derives(&item.attrs) {
                    if derive == "Deref" {
                        self.derefs.insert(id);
                    }
                    for path in derived(derive) {
                        self.add_derived(program, id, &path);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_derived(&mut self, program: &Program<'_>, adt: DefId, path: &str) {
        let names: Vec<SmolStr> = path.split("::").map(SmolStr::new).collect();
        let Some((first, rest)) = names.split_first() else {
            return;
        };
        let Some(root) = program.api_root(first) else {
            return;
        };
        let found = program.walk(vec![super::Res::Def(root)], rest);
        if let Some((found, 0)) = found {
            for res in found {
                if let super::Res::Def(trait_) = res {
                    self.derived.insert((trait_, adt));
                }
            }
        }
    }
}

/// The head of a type; `None` for what nothing is known of.
pub(super) fn head(ty: &Ty) -> Option<Head> {
    Some(match ty.untagged() {
        Ty::Adt(def, _) => Head::Def(*def),
        Ty::Foreign(path, _) => Head::Foreign(path.clone()),
        Ty::Prim(name) => Head::Prim(name.clone()),
        Ty::Tuple(_) => Head::Tuple,
        Ty::Slice(_) => Head::Slice,
        Ty::Fn(..) => Head::Fn,
        Ty::Future(_) => Head::Future,
        Ty::Opaque(bounds) => Head::Trait(bounds.first()?.def?),
        Ty::Param(..) | Ty::Proj(..) => Head::Any,
        _ => return None,
    })
}

/// The program seen from a place where certain bounds hold.
#[derive(Clone, Copy)]
pub(super) struct Cx<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) env: &'p [(Ty, TraitRef)],
}

/// How a type implements a trait.
pub(super) enum Found {
    /// By an impl, with its parameters.
    Impl(ImplId, Subst),
    /// By a bound.
    Bound(TraitRef),
    /// By a derive.
    Derive,
}

impl<'a> Cx<'_, 'a> {
    /// Matches an impl's self type against a type.
    pub(super) fn match_impl(&self, imp: ImplId, ty: &Ty) -> Option<Subst> {
        let mut subst = Subst::default();
        let pattern = &self.program.imp(imp).self_ty;
        self.match_ty(pattern, ty, &mut subst).then_some(subst)
    }

    fn match_ty(&self, pattern: &Ty, ty: &Ty, subst: &mut Subst) -> bool {
        let ty = match pattern {
            Ty::Param(..) => ty,
            _ => ty.untagged(),
        };
        let all = |a: &[Ty], b: &[Ty], subst: &mut Subst| {
            a.iter().zip(b).all(|(a, b)| self.match_ty(a, b, subst))
        };
        match (pattern, ty) {
            (Ty::Param(owner, index), ty) => {
                if let Some(bound) = subst.get(*owner, *index) {
                    let bound = bound.clone();
                    return bound.untagged() == ty.untagged() || open(&bound) || open(ty);
                }
                subst.set(*owner, *index, ty.clone());
                true
            }
            (_, Ty::Var(_) | Ty::Unknown(_) | Ty::Infer) | (Ty::Unknown(_) | Ty::Infer, _) => true,
            (Ty::Adt(a, x), Ty::Adt(b, y)) => a == b && all(x, y, subst),
            (Ty::Foreign(a, x), Ty::Foreign(b, y)) => a == b && all(x, y, subst),
            (Ty::Prim(a), Ty::Prim(b)) => a == b,
            (Ty::Tuple(a), Ty::Tuple(b)) => a.len() == b.len() && all(a, b, subst),
            (Ty::Slice(a), Ty::Slice(b)) | (Ty::Future(a), Ty::Future(b)) => {
                self.match_ty(a, b, subst)
            }
            (Ty::Fn(a, x), Ty::Fn(b, y)) => {
                a.len() == b.len() && all(a, b, subst) && self.match_ty(x, y, subst)
            }
            (Ty::Proj(..), _) => true,
            (Ty::Opaque(a), Ty::Opaque(b)) => {
                a.first().and_then(|t| t.def) == b.first().and_then(|t| t.def)
            }
            _ => false,
        }
    }

    /// The bounds that hold for a parameter, an opaque type or a projection, supertraits included.
    pub(super) fn bounds_of(&self, ty: &Ty) -> Vec<TraitRef> {
        let ty = ty.untagged();
        let mut found: Vec<TraitRef> = match ty {
            Ty::Opaque(bounds) => bounds.to_vec(),
            Ty::Proj(base, _, name) => self.item_bounds(base, name, ty),
            _ => Vec::new(),
        };
        if let Ty::Param(owner, Ty::SELF) = ty {
            found.push(self.own_trait(DefId(*owner)));
        }
        let own = match root_param(ty) {
            Some(owner) => self.program.owner_bounds(owner),
            None => &[],
        };
        for (subject, bound) in self.env.iter().chain(own) {
            if subject == ty && !found.contains(bound) {
                found.push(bound.clone());
            }
        }
        let mut at = 0;
        while at < found.len() && at < 64 {
            for bound in self.supers(&found[at], ty) {
                if !found.contains(&bound) {
                    found.push(bound);
                }
            }
            at += 1;
        }
        found
    }

    fn own_trait(&self, def: DefId) -> TraitRef {
        let n = self
            .program
            .generics(def)
            .map_or(0, |generics| generics.params.len());
        let params = (0..n).map(|index| Ty::Param(def.0, u32::try_from(index).unwrap_or(0)));
        TraitRef {
            def: Some(def),
            foreign: None,
            args: params.collect(),
            assoc: Arc::from([]),
            call: None,
        }
    }

    fn supers(&self, bound: &TraitRef, self_ty: &Ty) -> Vec<TraitRef> {
        let Some(def) = bound.def else {
            return Vec::new();
        };
        let Some(supers) = self.program.index.supers.get(&def) else {
            return Vec::new();
        };
        let subst = trait_subst(def, bound, self_ty);
        let lift = |super_: &TraitRef| {
            let mut super_ = subst.apply_trait(super_);
            // `trait A: Iterator`, `dyn A<Item = X>`: the binding belongs to the supertrait.
            if super_.assoc.is_empty() {
                super_.assoc = bound.assoc.clone();
            }
            super_
        };
        supers.iter().map(lift).collect()
    }

    /// The bounds that a trait states on its associated type.
    fn item_bounds(&self, base: &Ty, name: &str, ty: &Ty) -> Vec<TraitRef> {
        let mut found = Vec::new();
        for bound in self.bounds_of(base) {
            let Some(def) = bound.def else { continue };
            let DefKind::Trait(facts) = self.program.def(def).kind else {
                continue;
            };
            for item in facts.items.iter().filter(|item| item.name == name) {
                let crate::facts::ItemKind::Type(_, bounds, _) = &item.kind else {
                    continue;
                };
                let scope = self.program.ty_scope(def);
                let subst = trait_subst(def, &bound, base);
                let lowered = bounds
                    .iter()
                    .filter_map(|b| self.program.lower_bound(b, &scope));
                found.extend(lowered.map(|bound| subst.apply_trait(&bound)));
            }
        }
        found.retain(|bound| Ty::Opaque(Arc::from([bound.clone()])) != *ty);
        found
    }

    /// How a type implements a trait, if it does.
    pub(super) fn find_impl(&self, ty: &Ty, trait_: DefId, depth: usize) -> Option<Found> {
        if depth > MAX_DEPTH {
            return None;
        }
        let index = &self.program.index;
        let bare = ty.untagged();
        if let Some(bound) = self
            .bounds_of(bare)
            .into_iter()
            .find(|b| b.def == Some(trait_))
        {
            return Some(Found::Bound(bound));
        }
        if let Ty::Adt(adt, _) = bare
            && index.derived.contains(&(trait_, *adt))
        {
            return Some(Found::Derive);
        }
        let head = head(bare);
        let own = head.and_then(|head| index.by_trait_head.get(&(trait_, head)));
        for &imp in own.into_iter().flatten() {
            if let Some(subst) = self.match_impl(imp, ty) {
                return Some(Found::Impl(imp, subst));
            }
        }
        let blanket = index.by_trait_head.get(&(trait_, Head::Any));
        for &imp in blanket.into_iter().flatten() {
            let Some(subst) = self.match_impl(imp, ty) else {
                continue;
            };
            if self.bounds_hold(imp, &subst, bare, depth) {
                return Some(Found::Impl(imp, subst));
            }
        }
        None
    }

    /// Whether a blanket impl's bounds hold, as far as that can be told.
    fn bounds_hold(&self, imp: ImplId, subst: &Subst, ty: &Ty, depth: usize) -> bool {
        self.program.imp(imp).bounds.iter().all(|(subject, bound)| {
            let Some(def) = bound.def else {
                return self.has_foreign_trait(ty, bound);
            };
            if self.is_marker(def) {
                return true;
            }
            let subject = self.normalize_at(&subst.apply(subject), depth + 1);
            if open(&subject) {
                return false;
            }
            if bound.call.is_some() {
                return matches!(subject.untagged(), Ty::Fn(..));
            }
            if self.program.lang.is(def, "Future") && matches!(subject.untagged(), Ty::Future(_)) {
                return true;
            }
            self.find_impl(&subject, def, depth + 1).is_some()
        })
    }

    fn has_foreign_trait(&self, ty: &Ty, bound: &TraitRef) -> bool {
        let Some(path) = &bound.foreign else {
            return false;
        };
        let stated = self
            .bounds_of(ty)
            .iter()
            .any(|b| b.foreign.as_ref() == Some(path));
        stated
            || head(ty)
                .and_then(|head| self.program.index.foreign_traits.get(&head))
                .is_some_and(|paths| paths.contains(path))
    }

    /// The paths of the traits that nothing declares and that the workspace implements for this type.
    pub(super) fn foreign_traits(&self, ty: &Ty) -> Vec<Arc<str>> {
        let found = head(ty).and_then(|head| self.program.index.foreign_traits.get(&head));
        found.cloned().unwrap_or_default()
    }

    /// The language's traits without items say nothing that matters here: `Send`, `Sized`, ….
    fn is_marker(&self, def: DefId) -> bool {
        let krate = self.program.def(def).krate;
        match self.program.def(def).kind {
            DefKind::Trait(facts) => {
                facts.items.is_empty()
                    && facts.supers.is_empty()
                    && self.program.is_api(def)
                    && self.program.crate_name(krate) == "std"
            }
            _ => false,
        }
    }

    /// `<ty as trait>::name` as far as it is known.
    pub(super) fn project(
        &self,
        ty: &Ty,
        trait_: Option<DefId>,
        name: &str,
        depth: usize,
    ) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let bare = ty.untagged();
        match bare {
            Ty::Future(output) if name == "Output" => return Some((**output).clone()),
            Ty::Fn(_, ret) if name == "Output" => return Some((**ret).clone()),
            _ => {}
        }
        for bound in self.bounds_of(bare) {
            if trait_.is_none() || trait_ == bound.def {
                if let Some(found) = bound.assoc(name) {
                    return Some(found.clone());
                }
            }
        }
        let index = &self.program.index;
        let name = SmolStr::new(name);
        let own = head(bare).and_then(|head| index.assoc.get(&(head, name.clone())));
        let blanket = index.assoc.get(&(Head::Any, name));
        let candidates = own.into_iter().flatten().map(|&def| (def, false));
        let blanket = blanket.into_iter().flatten().map(|&def| (def, true));
        for (def, is_blanket) in candidates.chain(blanket) {
            let Owner::Impl(imp) = self.program.def(def).owner else {
                continue;
            };
            let of_trait = self.program.imp(imp).trait_.as_ref().and_then(|t| t.def);
            if trait_.is_some() && of_trait != trait_ {
                continue;
            }
            let Some(subst) = self.match_impl(imp, ty) else {
                continue;
            };
            if is_blanket && !self.bounds_hold(imp, &subst, bare, depth) {
                continue;
            }
            if let DefKind::Alias(_, Some(written)) = self.program.def(def).kind {
                let lowered = self.program.lower(written, &self.program.ty_scope(def));
                return Some(self.normalize_at(&subst.apply(&lowered), depth + 1));
            }
        }
        None
    }

    /// Replaces every projection that is known.
    pub(super) fn normalize(&self, ty: &Ty) -> Ty {
        self.normalize_at(ty, 0)
    }

    fn normalize_at(&self, ty: &Ty, depth: usize) -> Ty {
        if !ty.any(&mut |ty| matches!(ty, Ty::Proj(..))) {
            return ty.clone();
        }
        ty.map(&mut |ty| match &ty {
            Ty::Proj(base, trait_, name) => {
                let variant = self.variant_of(base, name);
                let found = variant.or_else(|| self.project(base, *trait_, name, depth));
                match found {
                    Some(found) => found,
                    None if matches!(base.untagged(), Ty::Unknown(_)) => {
                        Ty::Unknown(Why::Inference)
                    }
                    None => ty,
                }
            }
            _ => ty,
        })
    }

    /// `Self::Variant` and `Alias::Variant` look like projections.
    fn variant_of(&self, base: &Ty, name: &str) -> Option<Ty> {
        let Ty::Adt(adt, _) = base.untagged() else {
            return None;
        };
        let DefKind::Enum(_, variants) = self.program.def(*adt).kind else {
            return None;
        };
        variants
            .iter()
            .any(|v| v.name == name)
            .then(|| base.clone())
    }

    /// The inherent items of this name of a type, with the impl's parameters; for a method call only
    /// functions with a `self`.
    pub(super) fn inherent(&self, ty: &Ty, name: &str, wants_self: bool) -> Option<(DefId, Subst)> {
        let key = (head(ty)?, SmolStr::new(name));
        let items = self.program.index.inherent.get(&key)?;
        let matched = items.iter().find_map(|&item| {
            if wants_self && !self.program.has_self(item) {
                return None;
            }
            let Owner::Impl(imp) = self.program.def(item).owner else {
                return None;
            };
            Some((item, self.match_impl(imp, ty)?))
        });
        matched
    }

    /// What a type dereferences to.
    pub(super) fn deref(&self, ty: &Ty) -> Option<Ty> {
        let bare = ty.untagged();
        if let Ty::Adt(adt, args) = bare
            && self.program.index.derefs.contains(adt)
        {
            let (_, field) = self.program.fields(*adt).first()?;
            let mut subst = Subst::default();
            subst.set_all(adt.0, args.iter().cloned());
            return Some(subst.apply(field));
        }
        let deref = self.program.lang.get("Deref")?;
        match bare {
            Ty::Adt(..) | Ty::Foreign(..) | Ty::Opaque(_) | Ty::Param(..) => {
                let found = self.project(ty, Some(deref), "Target", 0)?;
                Some(carry_tag(ty, found))
            }
            _ => None,
        }
    }
}

/// The tag of a smart pointer's value is the pointer's, unless it has its own.
fn carry_tag(from: &Ty, to: Ty) -> Ty {
    match (from.tag(), to.tag()) {
        (Some(tag), None) => Ty::Tagged(tag.clone(), Arc::new(to)),
        _ => to,
    }
}

/// A trait's parameters and `Self`.
pub(super) fn trait_subst(def: DefId, bound: &TraitRef, self_ty: &Ty) -> Subst {
    let mut subst = Subst::default();
    subst.set(def.0, Ty::SELF, self_ty.clone());
    subst.set_all(def.0, bound.args.iter().cloned());
    subst
}

/// Whose parameter a type is built on: `T`, `T::Item`.
fn root_param(ty: &Ty) -> Option<u32> {
    match ty.untagged() {
        Ty::Param(owner, _) => Some(*owner),
        Ty::Proj(base, _, _) => root_param(base),
        _ => None,
    }
}

/// Whether anything may still be found out about a type.
fn open(ty: &Ty) -> bool {
    matches!(ty.untagged(), Ty::Var(_) | Ty::Unknown(_) | Ty::Infer)
}
