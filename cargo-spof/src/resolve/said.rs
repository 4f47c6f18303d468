//! What an expression says: a text that stands in it, or in what it names.
//!
//! In: a body and an expression. Out: the text of a literal, of a constant, or of the initialiser of a variable.

use super::program::{DefId, DefKind, Program, Res};
use crate::facts::{Body, ExprId, ExprKind, MacroShape, PatKind, Path, Stmt};
use smol_str::SmolStr;

impl Program<'_> {
    /// The text of an expression that is a literal or a constant, behind `&` or in a conversion (`"a".into()`); `module`
    /// is where the body's names are resolved.
    fn literal(&self, module: DefId, body: &Body, id: ExprId) -> Option<SmolStr> {
        match &body.expr(id).kind {
            ExprKind::Str(text) => Some(SmolStr::new(text)),
            ExprKind::Ref(inner) => self.literal(module, body, *inner),
            ExprKind::Method { recv, args, .. } if args.is_empty() => {
                self.literal(module, body, *recv)
            }
            ExprKind::Path(path) => self
                .constant_text(module, path)
                .or_else(|| self.literal(module, body, initialiser(body, path.single()?, id)?)),
            _ => None,
        }
    }

    /// The text of a literal inside of a call that takes nothing else, or at the beginning of a format.
    fn inner_literal(&self, module: DefId, body: &Body, id: ExprId) -> Option<SmolStr> {
        let inner = match &body.expr(id).kind {
            ExprKind::Ref(inner) => *inner,
            ExprKind::Method { recv, args, .. } if args.is_empty() => *recv,
            ExprKind::Call(_, args) if args.len() == 1 => args[0],
            // What stands in a file is not read.
            ExprKind::Macro(path, MacroShape::Args(args)) if !is_of_file(path.last()) => {
                *args.first()?
            }
            ExprKind::Path(path) => initialiser(body, path.single()?, id)?,
            // `[base, "/api"].concat()`: the text of its own is the last part.
            ExprKind::Array(elems) => {
                let mut texts = elems.iter().rev();
                return texts.find_map(|&elem| self.literal(module, body, elem));
            }
            _ => return None,
        };
        let text = self.literal(module, body, inner);
        text.or_else(|| self.inner_literal(module, body, inner))
    }

    /// What an expression says: its own text, what its value carries, or a text inside of it.
    pub(super) fn said(
        &self,
        module: DefId,
        body: &Body,
        id: ExprId,
        carried: impl FnOnce() -> Option<SmolStr>,
    ) -> Option<SmolStr> {
        let text = self.literal(module, body, id);
        text.or_else(carried)
            .or_else(|| self.inner_literal(module, body, id))
    }

    /// What an expression of a definition's body says: its own text, what its value carries, or a text inside of it.
    pub fn said_in(
        &self,
        def: DefId,
        body: &Body,
        id: ExprId,
        carried: impl FnOnce() -> Option<SmolStr>,
    ) -> Option<SmolStr> {
        self.said(self.body_module(def), body, id, carried)
    }

    /// The text of the constant that a path means.
    pub fn constant_text(&self, module: DefId, path: &Path) -> Option<SmolStr> {
        let (found, left) = self.resolve_path(module, path)?;
        found.iter().filter(|_| left == 0).find_map(|res| {
            let Res::Def(def) = res else { return None };
            let DefKind::Const(_, body) = self.def(*def).kind else {
                return None;
            };
            let body = body?;
            match &body.expr(body.root?).kind {
                ExprKind::Str(text) => Some(SmolStr::new(text)),
                _ => None,
            }
        })
    }
}

/// The initialiser of the local variable of this name that was bound last before its use.
pub fn initialiser(body: &Body, name: &str, used: ExprId) -> Option<ExprId> {
    // An expression is numbered behind what it holds: a block around has a greater number, what stands before a lesser
    // one. Places do not tell, since all of an expansion has one.
    let blocks = (0..).map(ExprId).zip(&body.exprs);
    let around = blocks.filter_map(|(id, expr)| match &expr.kind {
        ExprKind::Block(stmts, _) if id > used => Some(stmts),
        _ => None,
    });
    let inits = around.flatten().filter_map(|stmt| match stmt {
        Stmt::Let {
            pat,
            init: Some(init),
            ..
        } => Some((&body.pat(*pat).kind, *init)),
        _ => None,
    });
    let named = inits.filter(|(pat, _)| matches!(pat, PatKind::Bind(own, _) if own == name));
    named
        .map(|(_, init)| init)
        .filter(|init| *init < used)
        .max()
}

/// The language's macros that take the name of a file or variable.
fn is_of_file(name: &str) -> bool {
    matches!(
        name,
        "include" | "include_str" | "include_bytes" | "env" | "option_env"
    )
}
