//! What the rules say of calls beyond their signatures: the catalogue's answers to the resolver.

use super::bind::{Bound, Says};
use super::pattern::{Rank, Sep};
use super::words::OpClass;
use crate::resolve::{Flow, Knowledge, Program, Ty};

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
            Says::Flow(said) => Some(said.clone()),
            Says::Op(_) => None,
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
                if rank == Rank::Glob && said.to.is_some() && program.declares(ty, name) {
                    said.to = None;
                }
                best = Some((key, said));
            }
        }
        best.map(|(_, flow)| flow)
    }
}
