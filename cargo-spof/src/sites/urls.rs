//! What a URL says where it is put together: texts, and names of what is only known when it runs.
//!
//! From the expression of the URL inwards: literals and constants are texts; formats, sums and `join` are put together from their
//! parts; a variable is followed to its initialiser, a call of the workspace's own to what the function's last expression makes of its
//! arguments. What is left, a field, a parameter, a variable of the environment, is a *hole* that has at most a name.

use super::asks::Asks;
use super::holders::{Holder, param_of};
use crate::facts::{Body, ExprId, ExprKind, MacroShape, PatKind, Stmt};
use crate::resolve::{Callee, DefId, DefKind, Owner, Program, Ty, initialiser};
use smol_str::SmolStr;

/// A piece of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Known.
    Text(String),
    /// Not known, with what has it.
    Hole(Hole),
}

/// What has a piece that is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hole {
    /// Its name.
    pub(super) name: Option<SmolStr>,
    /// Where other code gives it its value.
    pub(super) from: Option<Holder>,
}

impl Hole {
    fn named(name: &str) -> Self {
        Self {
            name: Some(SmolStr::new(name)),
            from: None,
        }
    }
}

/// How deep a URL is put together.
const MAX_DEPTH: usize = 12;

impl Asks<'_, '_> {
    /// The pieces of a URL, in order.
    pub(super) fn pieces(&self, id: ExprId) -> Vec<Piece> {
        let speller = Speller {
            program: self.program,
            body: self.body,
            def: self.def,
            asks: Some(self),
            given: Vec::new(),
        };
        let mut out = Vec::new();
        speller.spell(id, MAX_DEPTH, &mut out);
        out
    }
}

/// Spells out expressions of one body.
struct Speller<'s, 'a> {
    program: &'s Program<'a>,
    body: &'s Body,
    def: DefId,
    /// What is known of the body's calls and types; nothing in a function that is called.
    asks: Option<&'s Asks<'s, 'a>>,
    /// What the parameters of a function that is called are given.
    given: Vec<(SmolStr, Vec<Piece>)>,
}

impl Speller<'_, '_> {
    fn spell(&self, id: ExprId, depth: usize, out: &mut Vec<Piece>) {
        let Some(depth) = depth.checked_sub(1) else {
            out.push(Piece::Hole(Hole::default()));
            return;
        };
        match &self.body.expr(id).kind {
            ExprKind::Str(text) => out.push(known(text)),
            ExprKind::Ref(inner)
            | ExprKind::Deref(inner)
            | ExprKind::Try(inner)
            | ExprKind::Await(inner)
            | ExprKind::Cast(inner, _) => self.spell(*inner, depth, out),
            ExprKind::Block(stmts, _) => match stmts.last() {
                Some(Stmt::Expr(tail, false, _)) => self.spell(*tail, depth, out),
                _ => out.push(Piece::Hole(Hole::default())),
            },
            ExprKind::Binary(left, right, false) => {
                self.spell(*left, depth, out);
                self.spell(*right, depth, out);
            }
            ExprKind::Field(recv, name) => out.push(Piece::Hole(Hole {
                name: Some(name.clone()),
                from: self.field(*recv, name),
            })),
            ExprKind::Index(_, key) => match &self.body.expr(*key).kind {
                ExprKind::Str(text) => out.push(Piece::Hole(Hole::named(text))),
                _ => out.push(Piece::Hole(Hole::default())),
            },
            ExprKind::Path(path) => {
                let module = self.program.body_module(self.def);
                let local = || initialiser(self.body, path.single()?, id);
                match (self.program.constant_text(module, path), local()) {
                    (Some(text), _) => out.push(known(&text)),
                    (None, Some(init)) => self.spell(init, depth, out),
                    (None, None) => {
                        out.extend(self.param(path.last(), path.single().map(SmolStr::as_str)));
                    }
                }
            }
            ExprKind::Method {
                recv, name, args, ..
            } => self.spell_method(id, (*recv, name, args), depth, out),
            ExprKind::Call(callee, args) => match (self.called(id, args, depth), args.as_slice()) {
                (Some(pieces), _) => out.extend(pieces),
                (None, [one]) => self.spell(*one, depth, out),
                _ => out.push(Piece::Hole(Hole {
                    name: self.name_of(*callee),
                    from: None,
                })),
            },
            ExprKind::Macro(_, MacroShape::Args(args)) => self.spell_format(args, depth, out),
            _ => out.push(Piece::Hole(Hole::default())),
        }
    }

    /// `base.join("/path")` is both; an accessor of the workspace's own has its name; other methods hand on what they are called on.
    fn spell_method(
        &self,
        id: ExprId,
        (recv, name, args): (ExprId, &SmolStr, &[ExprId]),
        depth: usize,
        out: &mut Vec<Piece>,
    ) {
        let is_own = self.own_callee(id).is_some();
        match args {
            [one] if name == "join" => {
                self.spell(recv, depth, out);
                out.push(Piece::Text("/".to_owned()));
                self.spell(*one, depth, out);
            }
            _ if is_own => match self.called(id, args, depth) {
                Some(pieces) => out.extend(pieces),
                None => out.push(Piece::Hole(Hole::named(name))),
            },
            _ => self.spell(recv, depth, out),
        }
    }

    fn own_callee(&self, call: ExprId) -> Option<DefId> {
        match self.asks?.types.calls.get(&call)?.callee {
            Callee::Fn(def) if !self.program.is_api(def) => Some(def),
            _ => None,
        }
    }

    /// What a function of the workspace's own makes of its arguments, where its last expression says any of it.
    fn called(&self, call: ExprId, args: &[ExprId], depth: usize) -> Option<Vec<Piece>> {
        let def = self.own_callee(call)?;
        let DefKind::Fn(function) = self.program.def(def).kind else {
            return None;
        };
        let body = function.body.as_ref()?;
        let (root, n_params) = (body.root?, function.params.len());
        // `Type::f(value, x)` is given the receiver as well.
        let args = args.get(args.len().saturating_sub(n_params)..)?;
        let mut given = Vec::new();
        for (param, &arg) in function.params.iter().zip(args) {
            if let PatKind::Bind(name, _) = &body.pat(param.pat?).kind {
                let mut pieces = Vec::new();
                self.spell(arg, depth, &mut pieces);
                given.push((name.clone(), pieces));
            }
        }
        let speller = Speller {
            program: self.program,
            body,
            def,
            asks: None,
            given,
        };
        let mut out = Vec::new();
        speller.spell(root, depth, &mut out);
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        out.iter().any(is_text).then_some(out)
    }

    /// A parameter, or something else of this name that is not known.
    fn param(&self, name: &str, single: Option<&str>) -> Vec<Piece> {
        let given = self
            .given
            .iter()
            .find(|(own, _)| Some(own.as_str()) == single);
        if let Some((_, pieces)) = given {
            return pieces.clone();
        }
        let own = single.filter(|_| self.asks.is_some());
        vec![Piece::Hole(Hole {
            name: Some(SmolStr::new(name)),
            from: own.and_then(|name| param_of(self.program, self.def, name)),
        })]
    }

    /// A field of the workspace's own types; in a function that is called, one of `self`.
    fn field(&self, recv: ExprId, name: &SmolStr) -> Option<Holder> {
        if let Some(asks) = self.asks {
            return asks.own_field(recv, name);
        }
        let is_self = matches!(&self.body.expr(recv).kind, ExprKind::Path(path) if path.single().is_some_and(|it| it == "self"));
        match self.program.def(self.def).owner {
            Owner::Impl(imp) if is_self => match self.program.imp(imp).self_ty.untagged() {
                Ty::Adt(ty, _) => Some(Holder::Field(*ty, name.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// A format: its text, with the pieces of its arguments in their places.
    fn spell_format(&self, args: &[ExprId], depth: usize, out: &mut Vec<Piece>) {
        let [first, rest @ ..] = args else {
            out.push(Piece::Hole(Hole::default()));
            return;
        };
        let ExprKind::Str(format) = &self.body.expr(*first).kind else {
            self.spell(*first, depth, out);
            return;
        };
        let mut positional = rest.iter().filter(|it| self.named(**it).is_none());
        for part in format_parts(format) {
            match part {
                Ok(text) => out.push(known(&text)),
                Err(name) if name.is_empty() => match positional.next() {
                    Some(arg) => self.spell(*arg, depth, out),
                    None => out.push(Piece::Hole(Hole::default())),
                },
                Err(name) => {
                    let by_index = name.parse().ok().and_then(|at: usize| rest.get(at));
                    let given = rest.iter().find_map(|&arg| {
                        let (own, value) = self.named(arg)?;
                        (own == name).then_some(value)
                    });
                    let local = || initialiser(self.body, &name, *first);
                    match by_index.copied().or(given).or_else(local) {
                        Some(value) => self.spell(value, depth, out),
                        None => self.spell_name(&name, out),
                    }
                }
            }
        }
    }

    /// A name that a format captures: a constant, or what is only known when it runs.
    fn spell_name(&self, name: &str, out: &mut Vec<Piece>) {
        let module = self.program.body_module(self.def);
        let path = crate::facts::parse_path(name);
        let text = path
            .ok()
            .and_then(|it| self.program.constant_text(module, &it));
        match text {
            Some(text) => out.push(known(&text)),
            None => out.extend(self.param(name, Some(name))),
        }
    }

    /// `name = value`, as a format takes it.
    fn named(&self, arg: ExprId) -> Option<(&str, ExprId)> {
        let ExprKind::Assign(left, value) = &self.body.expr(arg).kind else {
            return None;
        };
        let ExprKind::Path(path) = &self.body.expr(*left).kind else {
            return None;
        };
        Some((path.single()?, *value))
    }

    fn name_of(&self, callee: ExprId) -> Option<SmolStr> {
        match &self.body.expr(callee).kind {
            ExprKind::Path(path) => Some(SmolStr::new(path.last())),
            _ => None,
        }
    }
}

/// Whether a text is the name of a variable of the environment.
pub(super) fn is_variable(text: &str) -> bool {
    let is_key = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.contains(|c: char| c.is_ascii_uppercase()) && text.chars().all(is_key)
}

/// A text; one in capitals is the name of a variable of the environment.
fn known(text: &str) -> Piece {
    if is_variable(text) {
        Piece::Hole(Hole::named(text))
    } else {
        Piece::Text(text.to_owned())
    }
}

/// The parts of a format: texts, and the names in braces, which may be empty.
fn format_parts(format: &str) -> Vec<Result<String, String>> {
    let (mut parts, mut text) = (Vec::new(), String::new());
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                text.push(c);
                chars.next();
            }
            '{' => {
                if !text.is_empty() {
                    parts.push(Ok(std::mem::take(&mut text)));
                }
                let inner: String = chars.by_ref().take_while(|&c| c != '}').collect();
                let name = inner.split(':').next().unwrap_or_default().trim();
                parts.push(Err(name.to_owned()));
            }
            c => text.push(c),
        }
    }
    if !text.is_empty() {
        parts.push(Ok(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_texts_and_names() {
        let text = |text: &str| Ok(text.to_owned());
        let name = |name: &str| Err(name.to_owned());
        assert_eq!(
            format_parts("{}/v{{1}}/{id:?}/x"),
            [name(""), text("/v{1}/"), name("id"), text("/x")]
        );
        assert_eq!(format_parts("plain"), [text("plain")]);
    }

    #[test]
    fn capitals_are_a_variable_of_the_environment() {
        let hole = |name: &str| Piece::Hole(Hole::named(name));
        assert_eq!(known("ACCESS_URL"), hole("ACCESS_URL"));
        assert_eq!(known("/"), Piece::Text("/".to_owned()));
        assert_eq!(known("http://a"), Piece::Text("http://a".to_owned()));
    }
}
