//! Whom a request goes to, as far as the code around it says.
//!
//! From the operation inwards: its receiver and arguments, and what those are built from. The catalogue says which call of the chain
//! has the URL, its path or the method, and which constant names an RPC service.

use super::asks::Asks;
use super::holders::Holder;
use super::urls::{Hole, Piece};
use crate::facts::{ExprId, ExprKind};
use crate::resolve::{Call, initialiser};
use smol_str::SmolStr;

/// The other side of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// What the code calls it: a host, or the name of what has the URL (a variable of the environment, a field, a parameter).
    pub name: Option<PeerName>,
    /// The method, in capitals.
    pub method: Option<SmolStr>,
    /// The path as far as it is known; `{}` stands for a part that is not.
    pub path: Option<String>,
    /// The method of an RPC service: `access.v1.Access/Verify`.
    pub rpc: Option<String>,
}

/// What the code calls a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerName {
    /// A host, without its port.
    Host(String),
    /// What has the URL: its name, and where other code gives it its value.
    Variable(SmolStr, Option<Holder>),
}

/// The most expressions that one request is built from.
const MAX_CHAIN: usize = 60;

impl Asks<'_, '_> {
    /// The peer of an operation; `None` where nothing is said.
    pub(super) fn peer(&self, id: ExprId, call: &Call) -> Option<Peer> {
        let mut peer = Peer::default();
        let mut open = vec![id];
        open.extend(call.args.iter().rev());
        let mut seen = 0;
        while let Some(at) = open.pop() {
            seen += 1;
            if seen > MAX_CHAIN {
                break;
            }
            self.add_part(at, &mut peer);
            match &self.body.expr(at).kind {
                ExprKind::Method { recv, .. } => open.push(*recv),
                ExprKind::Await(inner) | ExprKind::Try(inner) | ExprKind::Ref(inner) => {
                    open.push(*inner);
                }
                ExprKind::Call(_, args) if args.len() == 1 => open.push(args[0]),
                ExprKind::Path(path) => {
                    let init = path
                        .single()
                        .and_then(|name| initialiser(self.body, name, at));
                    open.extend(init);
                }
                _ => {}
            }
        }
        (peer != Peer::default()).then_some(peer)
    }

    /// What one call of the chain says.
    fn add_part(&self, at: ExprId, peer: &mut Peer) {
        let Some(call) = self.types.calls.get(&at) else {
            return;
        };
        let part = self.show(at, call, |seen| self.bound.peer(self.program, seen));
        let Some(part) = part else { return };
        peer.rpc = peer.rpc.take().or(part.rpc);
        let method = || match &self.body.expr(part.method_at?).kind {
            ExprKind::Path(path) => Some(SmolStr::new(path.last().to_uppercase())),
            ExprKind::Str(text) => Some(SmolStr::new(text.to_uppercase())),
            _ => None,
        };
        peer.method = peer.method.take().or(part.method).or_else(method);
        if let Some(url) = part.url
            && peer.path.is_none()
        {
            let (name, path) = read_url(&self.pieces(url));
            peer.name = peer.name.take().or(name);
            peer.path = path;
        }
    }
}

/// Host and path of a URL's pieces.
pub(super) fn read_url(pieces: &[Piece]) -> (Option<PeerName>, Option<String>) {
    let mut text = String::new();
    let mut names = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Hole(hole) => {
                text.push_str("{}");
                names.push(hole);
            }
        }
    }
    let (authority, path) = match text.split_once("://") {
        Some((_, rest)) => {
            let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            (&rest[..at], &rest[at..])
        }
        // What has the URL stands first: `{base}/path`.
        None if text.starts_with("{}") => text.split_at(2),
        None => ("", text.as_str()),
    };
    let variable = |hole: &Hole| Some(PeerName::Variable(hole.name.clone()?, hole.from.clone()));
    let name = if authority.contains("{}") {
        names.first().and_then(|hole| variable(hole))
    } else {
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        (!host.is_empty()).then(|| PeerName::Host(host.to_ascii_lowercase()))
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (name, (!path.is_empty()).then(|| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn hole(name: &str) -> Piece {
        Piece::Hole(Hole {
            name: Some(SmolStr::new(name)),
            from: None,
        })
    }

    #[test]
    fn a_url_has_a_host_or_the_name_of_what_has_it() {
        let host = |host: &str| Some(PeerName::Host(host.to_owned()));
        let variable = |name: &str| Some(PeerName::Variable(SmolStr::new(name), None));
        let path = |path: &str| Some(path.to_owned());
        let cases = [
            (
                vec![text("http://turnstile:80/siteverify?a=b")],
                host("turnstile"),
                path("/siteverify"),
            ),
            (
                vec![text("https://user@Kv.internal")],
                host("kv.internal"),
                None,
            ),
            (
                vec![hole("KV_URL"), text("/values/"), hole("key")],
                variable("KV_URL"),
                path("/values/{}"),
            ),
            (
                vec![text("http://"), hole("host"), text("/a")],
                variable("host"),
                path("/a"),
            ),
            (vec![text("/run/"), hole("model")], None, path("/run/{}")),
        ];
        for (pieces, name, path) in cases {
            assert_eq!(read_url(&pieces), (name, path), "{pieces:?}");
        }
    }
}
