//! MIR as text: the calls of all bodies with the places of their callees' names, and which lines have bodies.
//!
//! A call is a statement `_1 = PATH(…)`; the comment below it has the place of the path in the source.

use std::collections::BTreeMap;

/// What one target's MIR says.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) calls: Vec<Call>,
    /// Structs that are made, each with the type of a field.
    pub(crate) made: Vec<(Vec<String>, Vec<String>)>,
    /// First and last line of each body, by file.
    pub(crate) covered: BTreeMap<String, Vec<(u32, u32)>>,
}

/// One call.
pub(crate) struct Call {
    pub(crate) callee: Callee,
    /// The callee's path or name in the source.
    pub(crate) place: Place,
    /// The first line of the whole expression.
    pub(crate) start_line: u32,
}

/// A span: lines and columns from 1, the end behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) start: (u32, u32),
    pub(crate) end: (u32, u32),
}

/// A resolved callee, without generics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Callee {
    /// The type: of an inherent method, or the one that implements the trait. For a function, its module.
    pub(crate) owner: Vec<String>,
    /// The trait.
    pub(crate) trait_: Vec<String>,
    pub(crate) name: String,
    /// How many operands the call has, the receiver included.
    pub(crate) n_args: usize,
    /// Whether its result is a future, as far as its type says so.
    pub(crate) is_async: bool,
}

impl Callee {
    /// `Trait::name`, `Type::name`, `module::name`.
    pub(crate) fn short(&self) -> String {
        let path = if self.trait_.is_empty() {
            &self.owner
        } else {
            &self.trait_
        };
        format!("{}::{}", path.join("::"), self.name)
    }
}

/// Reads the MIR of one target.
pub(crate) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut statement = "";
    let mut span = None;
    let mut body: Option<(String, u32, u32)> = None;
    let mut locals: BTreeMap<&str, &str> = BTreeMap::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        if !line.starts_with(char::is_whitespace) && line.ends_with('{') {
            read.close(body.take());
            locals.clear();
        }
        if let Some((local, ty)) = declared(trimmed) {
            locals.insert(local, ty);
        }
        read.made.extend(made(trimmed, &locals));
        if let Some(place) = trimmed.strip_prefix("// + span: ").and_then(place) {
            span = Some(place);
            continue;
        }
        if let Some(constant) = trimmed.strip_prefix("// + const_: ") {
            let callee = constant_path(constant).filter(|path| is_used(statement, path));
            if let (Some(path), Some(place)) = (callee, span.take()) {
                let start_line = at(statement).map_or(place.start.0, |it| it.start.0);
                let mut callee = parse(path);
                callee.n_args = operands(statement, path);
                callee.is_async = constant
                    .rsplit_once(" -> ")
                    .is_some_and(|(_, result)| result.contains("Future"));
                read.calls.push(Call {
                    callee,
                    place,
                    start_line,
                });
            }
            continue;
        }
        if trimmed.starts_with("//") {
            continue;
        }
        if let Some(place) = at(trimmed) {
            match &mut body {
                None => body = Some((place.file, place.start.0, place.end.0)),
                Some((file, first, last)) if *file == place.file => {
                    *first = (*first).min(place.start.0);
                    *last = (*last).max(place.end.0);
                }
                Some(_) => {}
            }
        }
        statement = trimmed;
    }
    read.close(body);
    read
}

/// `let mut _1: TYPE; // …`
fn declared(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("let ")?;
    let rest = rest.strip_prefix("mut ").unwrap_or(rest);
    rest.split_once(';')?.0.split_once(": ")
}

/// `_0 = PATH { field: move _1, … };`: the path with the type of each field's local.
fn made(line: &str, locals: &BTreeMap<&str, &str>) -> Vec<(Vec<String>, Vec<String>)> {
    let Some((made, fields)) = line
        .split_once(" = ")
        .and_then(|(_, value)| value.split_once(" };")?.0.split_once(" { "))
    else {
        return Vec::new();
    };
    let local = |field: &str| {
        let (_, value) = field.split_once(": ")?;
        let value = value.strip_prefix("move ").unwrap_or(value);
        locals.get(value.strip_prefix("copy ").unwrap_or(value))
    };
    let types = fields.split(", ").filter_map(local);
    types.map(|ty| (path(made), path(ty))).collect()
}

impl Read {
    fn close(&mut self, body: Option<(String, u32, u32)>) {
        if let Some((file, first, last)) = body {
            self.covered.entry(file).or_default().push((first, last));
        }
    }
}

/// The place at the end of a line: `… // scope 1 at FILE:1:2: 3:4`.
fn at(line: &str) -> Option<Place> {
    let (_, comment) = line.rsplit_once("// ")?;
    let (_, text) = comment.rsplit_once(" at ")?;
    place(text)
}

/// `FILE:1:2: 3:4`.
fn place(text: &str) -> Option<Place> {
    let text = text.split(" (#").next()?;
    let (start, end) = text.rsplit_once(": ")?;
    let (start, column) = start.rsplit_once(':')?;
    let (file, line) = start.rsplit_once(':')?;
    let (end_line, end_column) = end.split_once(':')?;
    Some(Place {
        file: file.to_owned(),
        start: (line.parse().ok()?, column.parse().ok()?),
        end: (end_line.parse().ok()?, end_column.trim().parse().ok()?),
    })
}

/// The path of `Const { ty: …, val: Value(PATH) }`.
fn constant_path(text: &str) -> Option<&str> {
    let (_, value) = text.rsplit_once(", val: Value(")?;
    value.strip_suffix(") }")
}

/// Whether a statement calls a function, or hands it on.
fn is_used(statement: &str, path: &str) -> bool {
    // The place on the left may have a ` = ` in its type.
    let is_called = statement.contains(&format!(" = {path}("));
    let is_handed_on = || {
        [",", ")"]
            .iter()
            .any(|end| statement.contains(&format!("{path}{end}")))
    };
    is_called || is_handed_on()
}

/// How many operands a call has.
fn operands(statement: &str, path: &str) -> usize {
    let from = statement.find(&format!(" = {path}("));
    let rest = from.map_or("", |at| &statement[at + path.len() + 4..]);
    let end = rest.find(") -> ").unwrap_or(rest.len());
    let inner = &rest[..end];
    if inner.is_empty() {
        0
    } else {
        split(inner, ", ").len()
    }
}

/// A callee's path, its generics taken off.
pub(crate) fn parse(text: &str) -> Callee {
    let mut parts = split(text, "::");
    let mut callee = Callee::default();
    if let Some(inner) = parts.first().and_then(|part| qualified(part)) {
        let mut sides = split(inner, " as ").into_iter();
        callee.owner = path(sides.next().unwrap_or_default());
        callee.trait_ = sides.next().map(path).unwrap_or_default();
        parts.remove(0);
    }
    let mut names: Vec<String> = parts.iter().filter_map(|part| name(part)).collect();
    callee.name = names.pop().unwrap_or_default();
    if callee.owner.is_empty() {
        callee.owner = names;
    }
    callee
}

/// The inside of `<T as Trait>`; not of a turbofish or `<impl T>`, which stand behind a path.
fn qualified(part: &str) -> Option<&str> {
    part.strip_prefix('<')?.strip_suffix('>')
}

/// The names of a type's path: without references, `dyn` and arguments.
fn path(text: &str) -> Vec<String> {
    let mut text = text.trim();
    loop {
        let mut cut = ["&", "mut ", "dyn ", "impl ", "(", "for<'a> "].iter();
        let lifetime = text
            .starts_with('\'')
            .then(|| text.split_once(' '))
            .flatten();
        if let Some((_, rest)) = lifetime {
            text = rest;
        } else if let Some(rest) = cut.find_map(|it| text.strip_prefix(it)) {
            text = rest;
        } else {
            break;
        }
    }
    let text = split(text, " + ").into_iter().next().unwrap_or_default();
    split(text, "::")
        .iter()
        .filter_map(|part| name(part))
        .collect()
}

/// A segment's name; none for a turbofish or the place of an impl.
fn name(part: &str) -> Option<String> {
    if let Some(inner) = part.strip_prefix("<impl ") {
        let inner = inner.trim_end_matches('>');
        return path(inner).pop();
    }
    let end = part.find('<').unwrap_or(part.len());
    (end > 0).then(|| part[..end].to_owned())
}

/// Splits at a separator outside of brackets.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth -= 1,
            _ if depth == 0 && text.is_char_boundary(at) && text[at..].starts_with(separator) => {
                parts.push(&text[start..at]);
                at += separator.len();
                start = at;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts
}
