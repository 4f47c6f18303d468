//! `macro_rules!` of the workspace, expanded.
//!
//! A definition is a list of rules, each a matcher and a transcriber. A call is matched against the rules in order: tokens
//! literally, `$x:expr` and the like by the parser, repetitions greedily and without looking
//! ahead. The first rule that takes all tokens is transcribed. Tokens of the call keep their
//! places; tokens of the definition have none and later stand at the call. Hygiene, `$crate`
//! apart, is not modelled: names are resolved where the call stands.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::str::FromStr;
use syn::parse::{Parse, ParseStream, Parser};

/// The workspace's macros by name.
#[derive(Clone, Debug, Default)]
pub struct MacroTable {
    rules: FxHashMap<SmolStr, Vec<Definition>>,
}

/// One `macro_rules!`.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// The text of its rules.
    rules: String,
    /// The crate in which it stands: what `$crate` means.
    krate: SmolStr,
}

impl MacroTable {
    /// Adds a definition; several of one name are tried in the order of their addition.
    pub fn add(&mut self, name: SmolStr, krate: SmolStr, rules: String) {
        let definition = Definition { rules, krate };
        self.rules.entry(name).or_default().push(definition);
    }

    /// Whether any of these names is defined.
    pub fn has_any(&self, names: &[SmolStr]) -> bool {
        names.iter().any(|name| self.rules.contains_key(name))
    }

    /// The definitions that a path may mean: those of the crate that it begins with, where there are any.
    pub(super) fn get(&self, name: &str, krate: &str) -> Vec<&Definition> {
        let all = self.rules.get(name).map_or(&[][..], Vec::as_slice);
        let own: Vec<&Definition> = all.iter().filter(|it| it.krate == krate).collect();
        if own.is_empty() {
            all.iter().collect()
        } else {
            own
        }
    }
}

/// The most tokens that one expansion may have.
const MAX_TOKENS: usize = 200_000;

/// What the call stands for; `None` where no rule takes it.
pub(super) fn expand(definitions: &[&Definition], call: TokenStream) -> Option<TokenStream> {
    let call: Vec<TokenTree> = call.into_iter().collect();
    definitions.iter().find_map(|definition| {
        let rules = parse_rules(TokenStream::from_str(&definition.rules).ok()?)?;
        rules.into_iter().find_map(|(matcher, transcriber)| {
            let mut bindings = Bindings::default();
            let end = match_all(&matcher, &call, 0, &mut bindings)?;
            (end == call.len()).then_some(())?;
            let mut out = Vec::new();
            let env = bindings.iter().map(|(name, bound)| (name.as_str(), bound));
            transcribe(&transcriber, &env.collect(), &definition.krate, &mut out)?;
            Some(out.into_iter().collect())
        })
    })
}

/// One piece of a matcher or transcriber.
enum Piece {
    Token(TokenTree),
    /// `$crate`.
    Crate,
    Group(Delimiter, Vec<Piece>),
    /// `$name:kind`; the kind is empty in a transcriber.
    Var(SmolStr, SmolStr),
    /// `$( … ) separator op`.
    Repeat(Vec<Piece>, Vec<TokenTree>, char),
}

/// What a variable is bound to.
#[derive(Clone)]
enum Bound {
    One(Vec<TokenTree>),
    Many(Vec<Bound>),
}

type Bindings = FxHashMap<SmolStr, Bound>;

/// The variables as one round of a repetition sees them.
type Env<'b> = FxHashMap<&'b str, &'b Bound>;

fn parse_rules(tokens: TokenStream) -> Option<Vec<(Vec<Piece>, Vec<Piece>)>> {
    let mut trees = tokens.into_iter().peekable();
    let mut rules = Vec::new();
    while let Some(tree) = trees.next() {
        let TokenTree::Group(matcher) = tree else {
            return None;
        };
        // `=` and `>`.
        trees.next()?;
        trees.next()?;
        let TokenTree::Group(transcriber) = trees.next()? else {
            return None;
        };
        rules.push((pieces(matcher.stream())?, pieces(transcriber.stream())?));
        if matches!(trees.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ';') {
            trees.next();
        }
    }
    Some(rules)
}

fn pieces(tokens: TokenStream) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => {
                out.push(variable(&mut trees)?);
            }
            TokenTree::Group(group) => {
                out.push(Piece::Group(group.delimiter(), pieces(group.stream())?));
            }
            other => out.push(Piece::Token(placeless(other))),
        }
    }
    Some(out)
}

type Trees = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// What follows a `$`.
fn variable(trees: &mut Trees) -> Option<Piece> {
    match trees.next()? {
        TokenTree::Ident(name) if name == "crate" => Some(Piece::Crate),
        TokenTree::Ident(name) => {
            let mut ahead = trees.clone();
            let colon = matches!(ahead.next(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
            let kind = match ahead.next() {
                Some(TokenTree::Ident(kind)) if colon => {
                    trees.next();
                    trees.next();
                    SmolStr::new(kind.to_string())
                }
                _ => SmolStr::default(),
            };
            Some(Piece::Var(SmolStr::new(name.to_string()), kind))
        }
        TokenTree::Group(group) => {
            let inner = pieces(group.stream())?;
            let mut separator = Vec::new();
            loop {
                match trees.next()? {
                    TokenTree::Punct(op) if matches!(op.as_char(), '*' | '+' | '?') => {
                        return Some(Piece::Repeat(inner, separator, op.as_char()));
                    }
                    other => separator.push(placeless(other)),
                }
            }
        }
        _ => None,
    }
}

fn placeless(mut tree: TokenTree) -> TokenTree {
    tree.set_span(Span::call_site());
    tree
}

/// Matches all pieces from `at`; the position behind them.
fn match_all(pieces: &[Piece], call: &[TokenTree], at: usize, out: &mut Bindings) -> Option<usize> {
    pieces
        .iter()
        .try_fold(at, |at, piece| match_one(piece, call, at, out))
}

fn match_one(piece: &Piece, call: &[TokenTree], at: usize, out: &mut Bindings) -> Option<usize> {
    match piece {
        Piece::Token(token) => same_token(token, call.get(at)?).then_some(at + 1),
        Piece::Crate => None,
        Piece::Group(delimiter, inner) => {
            let TokenTree::Group(group) = call.get(at)? else {
                return None;
            };
            let stream: Vec<TokenTree> = group.stream().into_iter().collect();
            let same = group.delimiter() == *delimiter;
            (same && match_all(inner, &stream, 0, out)? == stream.len()).then_some(at + 1)
        }
        Piece::Var(name, kind) => {
            let n = fragment_len(kind, &call[at..])?;
            let tokens = call[at..at + n].to_vec();
            let tokens = if kind.starts_with("expr") && n > 1 {
                let stream = tokens.into_iter().collect();
                vec![TokenTree::Group(Group::new(Delimiter::None, stream))]
            } else {
                tokens
            };
            out.insert(name.clone(), Bound::One(tokens));
            Some(at + n)
        }
        Piece::Repeat(inner, separator, op) => match_repeat(inner, separator, *op, call, at, out),
    }
}

fn match_repeat(
    inner: &[Piece],
    separator: &[TokenTree],
    op: char,
    call: &[TokenTree],
    mut at: usize,
    out: &mut Bindings,
) -> Option<usize> {
    let mut names = Vec::new();
    names_of(inner, &mut names);
    let mut rounds: FxHashMap<SmolStr, Vec<Bound>> = FxHashMap::default();
    let mut n = 0;
    while at < call.len() && (op != '?' || n == 0) {
        let mut next = at;
        if n > 0 && !separator.is_empty() {
            let found = call.get(at..at + separator.len());
            if !found
                .is_some_and(|found| found.iter().zip(separator).all(|(a, b)| same_token(b, a)))
            {
                break;
            }
            next += separator.len();
        }
        let mut round = Bindings::default();
        let Some(end) = match_all(inner, call, next, &mut round) else {
            break;
        };
        if end == at {
            break;
        }
        for name in &names {
            let bound = round.remove(name).unwrap_or(Bound::Many(Vec::new()));
            rounds.entry(name.clone()).or_default().push(bound);
        }
        (at, n) = (end, n + 1);
    }
    for name in names {
        let rounds = rounds.remove(&name).unwrap_or_default();
        out.insert(name, Bound::Many(rounds));
    }
    (op != '+' || n > 0).then_some(at)
}

fn names_of(pieces: &[Piece], out: &mut Vec<SmolStr>) {
    for piece in pieces {
        match piece {
            Piece::Var(name, _) => out.push(name.clone()),
            Piece::Group(_, inner) | Piece::Repeat(inner, _, _) => names_of(inner, out),
            Piece::Token(_) | Piece::Crate => {}
        }
    }
}

fn same_token(a: &TokenTree, b: &TokenTree) -> bool {
    match (a, b) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// How many token trees a fragment takes.
fn fragment_len(kind: &str, tokens: &[TokenTree]) -> Option<usize> {
    let is_ident = matches!(tokens.first(), Some(TokenTree::Ident(_)));
    match kind {
        "tt" => match tokens.first()? {
            TokenTree::Punct(p) if p.as_char() == '\'' => (tokens.len() > 1).then_some(2),
            _ => Some(1),
        },
        "ident" => is_ident.then_some(1),
        "lifetime" => parsed_len::<syn::Lifetime>(tokens, Parse::parse),
        "literal" => parsed_len::<syn::Lit>(tokens, Parse::parse),
        "ty" => parsed_len::<syn::Type>(tokens, Parse::parse),
        "path" => parsed_len::<syn::Path>(tokens, Parse::parse),
        "block" => parsed_len::<syn::Block>(tokens, Parse::parse),
        "item" => parsed_len::<syn::Item>(tokens, Parse::parse),
        "stmt" => parsed_len::<syn::Stmt>(tokens, Parse::parse),
        "vis" => parsed_len::<syn::Visibility>(tokens, Parse::parse),
        "meta" => parsed_len::<syn::Meta>(tokens, Parse::parse),
        "pat" | "pat_param" => parsed_len(tokens, syn::Pat::parse_multi_with_leading_vert),
        "expr" | "expr_2021" => parsed_len::<syn::Expr>(tokens, Parse::parse),
        _ => None,
    }
}

/// The length of what a parser takes. What may follow most fragments is `,`, `;` or `=>`: the tokens up to there are
/// tried alone first, so that a long list is not given to the parser again and again.
fn parsed_len<T>(
    tokens: &[TokenTree],
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> Option<usize> {
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), ',' | ';'),
        _ => false,
    };
    let short = tokens.iter().position(ends).filter(|&n| n > 0);
    if let Some(n) = short
        && taken(&tokens[..n], parse) == Some(n)
    {
        return Some(n);
    }
    taken(tokens, parse)
}

fn taken<T>(tokens: &[TokenTree], parse: fn(ParseStream<'_>) -> syn::Result<T>) -> Option<usize> {
    let stream: TokenStream = tokens.iter().cloned().collect();
    let parser = |input: ParseStream<'_>| {
        parse(input)?;
        input.parse::<TokenStream>()
    };
    let rest = parser.parse2(stream).ok()?;
    Some(tokens.len() - rest.into_iter().count())
}

fn transcribe(
    pieces: &[Piece],
    env: &Env<'_>,
    krate: &str,
    out: &mut Vec<TokenTree>,
) -> Option<()> {
    for piece in pieces {
        if out.len() > MAX_TOKENS {
            return None;
        }
        match piece {
            Piece::Token(token) => out.push(token.clone()),
            Piece::Crate => {
                let colon = |spacing| TokenTree::Punct(Punct::new(':', spacing));
                out.extend([colon(Spacing::Joint), colon(Spacing::Alone)]);
                out.push(TokenTree::Ident(Ident::new(krate, Span::call_site())));
            }
            Piece::Group(delimiter, inner) => {
                let mut tokens = Vec::new();
                transcribe(inner, env, krate, &mut tokens)?;
                let mut group = Group::new(*delimiter, tokens.into_iter().collect());
                group.set_span(Span::call_site());
                out.push(TokenTree::Group(group));
            }
            Piece::Var(name, kind) => match env.get(name.as_str()) {
                Some(Bound::One(tokens)) => {
                    out.extend(tokens.iter().cloned());
                    // `$field: u8` of a struct reads like a matcher's `$field:kind`.
                    typed(kind, out);
                }
                Some(Bound::Many(_)) => return None,
                None => unbound(name, kind, out),
            },
            Piece::Repeat(inner, separator, _) => {
                for (round, env) in rounds(inner, env)?.iter().enumerate() {
                    if round > 0 {
                        out.extend(separator.iter().cloned());
                    }
                    transcribe(inner, env, krate, out)?;
                }
            }
        }
    }
    Some(())
}

/// A `$name` that no matcher bound, as in a macro that defines a macro.
fn unbound(name: &str, kind: &str, out: &mut Vec<TokenTree>) {
    out.push(TokenTree::Punct(Punct::new('$', Spacing::Alone)));
    out.push(TokenTree::Ident(Ident::new(name, Span::call_site())));
    typed(kind, out);
}

/// What follows a variable behind a colon, if anything does.
fn typed(kind: &str, out: &mut Vec<TokenTree>) {
    if !kind.is_empty() {
        out.push(TokenTree::Punct(Punct::new(':', Spacing::Alone)));
        out.push(TokenTree::Ident(Ident::new(kind, Span::call_site())));
    }
}

/// The variables of each round of a repetition: as many rounds as the variables in it have.
fn rounds<'b>(inner: &'b [Piece], env: &Env<'b>) -> Option<Vec<Env<'b>>> {
    let mut names = Vec::new();
    names_of(inner, &mut names);
    let many = |name: &SmolStr| match env.get_key_value(name.as_str()) {
        Some((&name, Bound::Many(rounds))) => Some((name, rounds)),
        _ => None,
    };
    let repeated: Vec<(&'b str, &'b Vec<Bound>)> = names.iter().filter_map(many).collect();
    let n = repeated.iter().map(|(_, rounds)| rounds.len()).max()?;
    let round = |round: usize| {
        let mut inner = env.clone();
        for (name, rounds) in &repeated {
            if let Some(bound) = rounds.get(round) {
                inner.insert(*name, bound);
            }
        }
        inner
    };
    Some((0..n).map(round).collect())
}
