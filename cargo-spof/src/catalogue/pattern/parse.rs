//! The grammar of patterns.
//!
//! In: one text and the sets of its file. Out: patterns, or the first thing that is wrong with it.

use super::super::glob::{Glob, alternatives, expand};
use super::{ArgPattern, Form, Pattern, Recv, Sep, TypePattern};
use crate::suggest::nearest;
use indexmap::IndexMap;
use smol_str::SmolStr;

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct PatternError {
    pub(in super::super) message: String,
    pub(in super::super) help: Option<String>,
}

impl From<String> for PatternError {
    fn from(message: String) -> Self {
        let help = None;
        Self { message, help }
    }
}

fn error(message: String, help: impl Into<String>) -> PatternError {
    let help = Some(help.into());
    PatternError { message, help }
}

/// The names that a pattern may use.
pub(in super::super) struct Known<'a> {
    /// The file's sets.
    pub(in super::super) sets: &'a [&'a str],
    /// Whether a name stands in the file's `[api]`.
    pub(in super::super) is_declared: &'a dyn Fn(&str) -> bool,
}

impl Known<'_> {
    fn set(&self, name: &str) -> Result<SmolStr, PatternError> {
        if self.sets.contains(&name) {
            return Ok(SmolStr::new(name));
        }
        Err(self.no_set(name))
    }

    fn no_set(&self, name: &str) -> PatternError {
        let message = format!("`{name}` is no set under `[types]`");
        match nearest(name, self.sets.iter().copied()) {
            Some(near) => error(message, format!("did you mean `{near}`?")),
            None => error(message, "name a set, a path of the crate, or `_`"),
        }
    }
}

/// Reads the paths that one text of `[types]` stands for.
pub(in super::super) fn type_patterns(text: &str) -> Result<Vec<TypePattern>, PatternError> {
    let texts = expand(text.trim())?;
    texts.iter().map(|text| type_pattern(text)).collect()
}

fn type_pattern(text: &str) -> Result<TypePattern, PatternError> {
    let text = text.trim();
    let (path, args) = match text.split_once('<') {
        None => (text, None),
        Some((path, rest)) => {
            let args = rest
                .strip_suffix('>')
                .ok_or_else(|| format!("`{text}` has a `<` without its `>` at the end"))?;
            (path, type_args(args)?)
        }
    };
    let (leading, path) = match path.strip_prefix("::") {
        Some(rest) => (true, rest),
        None => (false, path),
    };
    let segments = path.split("::").map(name).collect::<Result<_, _>>()?;
    Ok(TypePattern {
        leading,
        segments,
        args,
    })
}

/// Restricted arguments; `None` where every position takes anything.
fn type_args(text: &str) -> Result<Option<Vec<Option<TypePattern>>>, PatternError> {
    let mut args = Vec::new();
    for arg in alternatives(text) {
        args.push(match arg.trim() {
            "" | "_" | ".." => None,
            letter if letter.len() == 1 && letter.as_bytes()[0].is_ascii_uppercase() => None,
            lifetime if lifetime.starts_with('\'') => continue,
            path => Some(type_pattern(path)?),
        });
    }
    Ok(args.iter().any(Option::is_some).then_some(args))
}

/// An identifier, in which `*` may stand.
fn name(text: &str) -> Result<Glob, PatternError> {
    let text = text.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '*');
    if text.is_empty() {
        return Err("a name is missing".to_owned().into());
    }
    if !text.chars().all(is_name) || text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!("`{text}` is no name").into());
    }
    Ok(Glob::new(text))
}

/// Reads one pattern's text; several where its braces span several paths.
pub(in super::super) fn patterns(
    text: &str,
    known: &Known<'_>,
) -> Result<Vec<Pattern>, PatternError> {
    let (call, awaited) = match text.trim().strip_suffix(".await") {
        Some(call) => (call, true),
        None => (text.trim(), false),
    };
    let (head, args) = split_args(call)?;
    let args = args.map(|args| arg_patterns(args, known)).transpose()?;
    let (head, form) = match head.strip_suffix('!') {
        Some(head) => (head, Form::Macro),
        None => (head, Form::Call),
    };
    let whole = Pattern {
        text: text.to_owned(),
        recv: Recv::None,
        sep: Sep::Assoc,
        names: Vec::new(),
        args,
        awaited,
        form,
        is_braced: head.contains('{'),
    };
    let heads = expand(head)?;
    if let Some(value) = await_of_value(&heads, &whole, known) {
        return Ok(vec![value]);
    }
    let found = heads_of(&heads, &whole, known)?;
    found.iter().try_for_each(check)?;
    Ok(found)
}

/// The text before the argument list, and the list.
fn split_args(call: &str) -> Result<(&str, Option<&str>), PatternError> {
    let Some((head, rest)) = call.split_once('(') else {
        return Ok((call, None));
    };
    match rest.split_once(')') {
        Some((args, "")) => Ok((head, Some(args))),
        Some((_, tail)) => Err(error(
            format!("`{tail}` stands behind the arguments"),
            "a receiver is a set, a path or `_`, never a call",
        )),
        None => Err("a `(` is not closed".to_owned().into()),
    }
}

/// `Action.await`: sets alone.
fn await_of_value(heads: &[String], whole: &Pattern, known: &Known<'_>) -> Option<Pattern> {
    let are_sets = heads.iter().all(|head| known.sets.contains(&head.as_str()));
    let is_call = whole.args.is_some() || whole.is_macro();
    (whole.awaited && are_sets && !is_call).then(|| Pattern {
        recv: Recv::Sets(heads.iter().map(SmolStr::new).collect()),
        sep: Sep::Method,
        form: Form::AwaitedValue,
        ..whole.clone()
    })
}

/// The names by the receiver or path that they stand on; sets with equal names are one pattern.
fn heads_of(
    heads: &[String],
    whole: &Pattern,
    known: &Known<'_>,
) -> Result<Vec<Pattern>, PatternError> {
    let mut by_recv: IndexMap<(&str, Sep), Vec<Glob>> = IndexMap::new();
    for head in heads {
        let (recv, sep, last) = split_recv(head);
        let names = by_recv.entry((recv, sep)).or_default();
        names.push(name(last)?);
    }
    let mut found: Vec<Pattern> = Vec::new();
    for ((text, sep), names) in by_recv {
        let recv = recv(text, sep, &names, known)?;
        let pattern = Pattern {
            recv,
            sep,
            names,
            ..whole.clone()
        };
        if !found.iter_mut().any(|other| join(other, &pattern)) {
            found.push(pattern);
        }
    }
    Ok(found)
}

/// The receiver, what stands behind it, and the name.
fn split_recv(head: &str) -> (&str, Sep, &str) {
    let method = head.rfind('.');
    let assoc = head.rfind("::");
    match (method, assoc) {
        (Some(at), assoc) if assoc.is_none_or(|assoc| assoc < at) => {
            (&head[..at], Sep::Method, &head[at + 1..])
        }
        (_, Some(at)) => (&head[..at], Sep::Assoc, &head[at + 2..]),
        _ => ("", Sep::Assoc, head),
    }
}

fn recv(text: &str, sep: Sep, names: &[Glob], known: &Known<'_>) -> Result<Recv, PatternError> {
    let text = text.trim();
    match text {
        "" if sep == Sep::Assoc => return free(names, known),
        "" => return Err("the receiver is missing".to_owned().into()),
        "_" => return Ok(Recv::Any),
        _ => {}
    }
    if known.sets.contains(&text) {
        return Ok(Recv::Sets(vec![SmolStr::new(text)]));
    }
    if text.contains('.') {
        return Err(error(
            format!("the receiver `{text}` is a call"),
            "give the type of its value a set under `[types]`",
        ));
    }
    let path = type_pattern(text)?;
    let begins_upper = text.starts_with(|c: char| !c.is_lowercase() && c != ':');
    let is_alone = path.segments.len() == 1 && !path.leading && path.args.is_none();
    if is_alone && begins_upper && !(known.is_declared)(text) {
        return Err(known.no_set(text));
    }
    Ok(Recv::Path(path))
}

/// A name alone is a function, which no set may be taken for.
fn free(names: &[Glob], known: &Known<'_>) -> Result<Recv, PatternError> {
    match names.iter().find(|name| known.sets.contains(&name.text())) {
        None => Ok(Recv::None),
        Some(set) => Err(error(
            format!("`{set}` is a set, not a call"),
            format!("write `{set}.name`, `{set}::name` or `{set}.await`"),
        )),
    }
}

/// Adds the sets of `pattern` to another one that differs in nothing else.
fn join(other: &mut Pattern, pattern: &Pattern) -> bool {
    let is_same = other.names == pattern.names && other.sep == pattern.sep;
    match (&mut other.recv, &pattern.recv) {
        (Recv::Sets(sets), Recv::Sets(more)) if is_same => {
            sets.extend(more.iter().cloned());
            true
        }
        _ => false,
    }
}

/// What is written well and could still never match.
fn check(pattern: &Pattern) -> Result<(), PatternError> {
    let has_glob = pattern.names.iter().any(|name| !name.is_exact());
    let has_arg = pattern
        .args
        .iter()
        .flatten()
        .any(|arg| *arg != ArgPattern::Any);
    if pattern.recv == Recv::Any && has_glob && !has_arg {
        return Err(error(
            "a glob needs a receiver or an argument whose type is known".to_owned(),
            "name a set: `Set.*` or `_.*(Set)`",
        ));
    }
    if pattern.is_macro() && pattern.sep == Sep::Method {
        return Err("a macro has no receiver".to_owned().into());
    }
    Ok(())
}

fn arg_patterns(text: &str, known: &Known<'_>) -> Result<Vec<ArgPattern>, PatternError> {
    let mut args = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (arg, tail) = if let Some(closure) = rest.strip_prefix('|') {
            let (params, tail) = closure
                .split_once('|')
                .ok_or_else(|| "a closure's `|` is not closed".to_owned())?;
            (closure_pattern(params, known)?, tail)
        } else {
            let at = rest.find(',').unwrap_or(rest.len());
            (arg_pattern(&rest[..at], known)?, &rest[at..])
        };
        args.push(arg);
        let tail = tail.trim_start();
        rest = match tail.strip_prefix(',') {
            Some(tail) => tail.trim_start(),
            None if tail.is_empty() => "",
            None => return Err(format!("`{tail}` stands behind a closure").into()),
        };
    }
    Ok(args)
}

fn arg_pattern(text: &str, known: &Known<'_>) -> Result<ArgPattern, PatternError> {
    if text.trim() == "_" {
        return Ok(ArgPattern::Any);
    }
    let sets = text.split('|').map(|set| known.set(set.trim()));
    Ok(ArgPattern::Sets(sets.collect::<Result<_, _>>()?))
}

fn closure_pattern(params: &str, known: &Known<'_>) -> Result<ArgPattern, PatternError> {
    let params = params.split(',').map(str::trim);
    let sets = params.filter(|param| !param.is_empty()).map(|param| {
        if param == "_" {
            return Ok(None);
        }
        known.set(param).map(Some)
    });
    Ok(ArgPattern::Closure(sets.collect::<Result<_, _>>()?))
}
