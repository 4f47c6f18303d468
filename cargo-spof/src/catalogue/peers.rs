//! To whom a request goes, as far as one call says it.

use super::addresses::{camel, capitals};
use super::bind::{Bound, Says};
use super::matching::Seen;
use super::words::Source;
use crate::facts::{ExprId, parse_path};
use crate::resolve::{Program, Ty};
use smol_str::SmolStr;

/// What one call says of a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeerPart {
    /// The expression of the URL, or of its path.
    pub url: Option<ExprId>,
    /// The method, in capitals, where the rule says it.
    pub method: Option<SmolStr>,
    /// The expression of the method.
    pub method_at: Option<ExprId>,
    /// The method of an RPC service: `access.v1.Access/Verify`.
    pub rpc: Option<String>,
}

impl Bound<'_> {
    /// What a call says of the peer that a request goes to.
    pub fn peer(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<PeerPart> {
        // Asked of every call of a chain: nearly none has such a name.
        let name = &seen.call.name;
        let mut named = self.named(name);
        named.find(|it| matches!(it.says, Says::Peer(_)) && it.pattern.rank(name).is_some())?;
        let (_, entry) = self.best(program, seen, |says| matches!(says, Says::Peer(_)))?;
        let Says::Peer(rule) = &entry.says else {
            return None;
        };
        let url = match rule.url.as_ref() {
            Some(Source::Arg(index)) => seen.call.args.get(*index).copied(),
            Some(Source::Recv) => seen.call.recv,
            _ => None,
        };
        let method = match rule.method.as_ref() {
            Some(Source::Name) => Some(seen.call.name.clone()),
            Some(Source::Word(word)) => Some(word.clone()),
            _ => None,
        };
        let method_at = match rule.method.as_ref() {
            Some(Source::Arg(index)) => seen.call.args.get(*index).copied(),
            _ => None,
        };
        Some(PeerPart {
            url,
            method: method.map(|it| capitals(&it)),
            method_at,
            rpc: rule.service.as_ref().and_then(|it| rpc(program, seen, it)),
        })
    }
}

/// The name of an RPC: what the constant beside the client's type says, and the method in camel case.
fn rpc(program: &Program<'_>, seen: &Seen<'_>, constant: &Source) -> Option<String> {
    let (Source::Word(constant), Ty::Adt(client, _)) =
        (constant, seen.call.on.as_ref()?.untagged())
    else {
        return None;
    };
    let path = parse_path(constant).ok()?;
    let service = program.constant_text(program.def(*client).module, &path)?;
    Some(format!("{service}/{}", camel(&seen.call.name)))
}
