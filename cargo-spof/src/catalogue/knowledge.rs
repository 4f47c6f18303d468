//! What the rules say of calls beyond their signatures: the catalogue's answers to the resolver.

use super::bind::{Arg, Bound, Says};
use super::pattern::{Rank, Recv, Sep};
use super::words::OpClass;
use crate::resolve::{Flow, Knowledge, Program, Ty};

impl Knowledge for Bound<'_> {
    fn knows_method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> bool {
        let spoken_of = self.named(name).filter_map(|entry| {
            let is_method = entry.pattern.sep == Sep::Method && entry.says.is_of_value();
            let rank = entry.pattern.rank(name).filter(|_| is_method)?;
            let member = self.fit(program, ty, &entry.recv)?;
            Some(((member.rank, std::cmp::Reverse(rank)), &entry.says))
        });
        let spoken_of: Vec<_> = spoken_of.collect();
        let best = spoken_of.iter().map(|(key, _)| *key).max();
        spoken_of.iter().any(|(key, says)| {
            let is_none = matches!(says, Says::Op(op) if op.class == OpClass::None);
            Some(*key) == best && !is_none
        })
    }

    fn names_method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> bool {
        self.named(name).any(|entry| {
            let is_none = matches!(&entry.says, Says::Op(op) if op.class == OpClass::None);
            let rank = entry.pattern.rank(name);
            !is_none
                && entry.says.is_of_value()
                && rank.is_some_and(|rank| !rank.is_glob())
                && self
                    .fit(program, ty, &entry.recv)
                    .is_some_and(|member| member.rank > 1)
        })
    }

    fn method(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow> {
        self.flow(program, ty, name, Sep::Method)
    }

    fn method_by_args(&self, program: &Program<'_>, name: &str, args: &[Ty]) -> Option<Flow> {
        self.named(name).find_map(|entry| {
            let Says::Flow(said) = &entry.says else {
                return None;
            };
            let is_meant = matches!(entry.pattern.recv, Recv::Any)
                && entry.pattern.sep == Sep::Method
                && entry.pattern.rank(name).is_some();
            let fits = |(index, wanted): (usize, &Arg)| match (wanted, args.get(index)) {
                (Arg::Sets(sets), Some(ty)) => self.nearest(program, ty, sets).is_some(),
                (Arg::Sets(_) | Arg::Closure, None) => false,
                (Arg::Closure, Some(_)) | (Arg::Any, _) => true,
            };
            (is_meant && entry.args.iter().enumerate().all(fits)).then(|| said.clone())
        })
    }

    fn assoc(&self, program: &Program<'_>, ty: &Ty, name: &str) -> Option<Flow> {
        if let Some(flow) = self.flow(program, ty, name, Sep::Assoc) {
            return Some(flow);
        }
        let spoken_of = self.named(name).any(|entry| {
            entry.pattern.sep == Sep::Assoc
                && (entry.says.is_of_value() || entry.says.is_of_answer())
                && !entry.recv.is_empty()
                && entry.pattern.rank(name).is_some()
                && self.fit(program, ty, &entry.recv).is_some()
        });
        spoken_of.then(Flow::default)
    }

    fn function(&self, path: &str) -> Option<Flow> {
        self.functions(path).find_map(|entry| match &entry.says {
            Says::Flow(said) => Some(said.clone()),
            _ => None,
        })
    }

    fn awaited(&self, program: &Program<'_>, ty: &Ty) -> Option<Flow> {
        self.awaits().find_map(|entry| {
            let Says::Flow(said) = &entry.says else {
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

impl Bound<'_> {
    /// The best flow for a value of this type.
    fn flow(&self, program: &Program<'_>, ty: &Ty, name: &str, sep: Sep) -> Option<Flow> {
        let mut best: Option<((u8, std::cmp::Reverse<Rank>), Flow)> = None;
        for entry in self.named(name) {
            let Says::Flow(said) = &entry.says else {
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
                if rank.is_glob() && said.to.is_some() && program.declares(ty, name) {
                    said.to = None;
                }
                best = Some((key, said));
            }
        }
        best.map(|(_, flow)| flow)
    }
}
