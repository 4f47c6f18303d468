//! How routes are addressed: by calls around a handler, and by attributes on it.

use super::bind::{Bound, Says};
use super::matching::Seen;
use super::schema::{Before, Of, RouteRule};
use super::words::Source;
use crate::facts::{Attr, ExprId, parse_path};
use crate::resolve::{DefId, Owner, Program};
use smol_str::SmolStr;

/// What one call or attribute says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The method, in capitals.
    pub method: Option<SmolStr>,
    /// The path, or a beginning of it.
    pub path: Option<SmolStr>,
    /// The whole name, where it is no path: `access.v1.Access/Verify`.
    pub name: Option<String>,
    /// The expression of the path, where that is an argument.
    pub path_at: Option<ExprId>,
    /// Of what it is.
    pub of: Of,
    /// Which routes what the call is given stands before.
    pub before: Option<Before>,
}

impl Bound<'_> {
    /// Whether any rule of the program speaks of routes by calls of this name.
    pub fn may_address(&self, name: &str) -> bool {
        let is_route = |says: &Says<'_>| matches!(says, Says::Route(_));
        self.has_routes && self.named(name).any(|it| is_route(&it.says))
    }

    /// What a call says of the address of what it is given, or of what is built from it.
    pub fn address(&self, program: &Program<'_>, seen: &Seen<'_>) -> Option<Part> {
        if !self.has_routes {
            return None;
        }
        let (_, entry) = self.best(program, seen, |says| matches!(says, Says::Route(_)))?;
        let Says::Route(rule) = &entry.says else {
            return None;
        };
        let word = |source: &Source| match source {
            Source::Name => Some(seen.call.name.clone()),
            Source::Word(word) => Some(word.clone()),
            Source::Arg(index) => {
                (seen.said)(*seen.call.args.get(*index)?, |tag| tag.label.clone())
            }
            Source::Type | Source::Recv => None,
        };
        Some(Part {
            method: rule.method.as_ref().and_then(word).map(|it| capitals(&it)),
            path: rule.path.as_ref().and_then(word),
            name: None,
            path_at: match rule.path.as_ref() {
                Some(Source::Arg(index)) => seen.call.args.get(*index).copied(),
                _ => None,
            },
            of: rule.of,
            before: rule.before,
        })
    }

    /// What stands at a function to say at which address it is called: an attribute, or the trait of a service.
    pub fn address_of(&self, program: &Program<'_>, function: DefId) -> Option<Part> {
        self.address_by_attr(program, function)
            .or_else(|| self.address_by_trait(program, function))
    }

    /// The name of a service's method: what a constant beside the trait says, and the method in camel case.
    fn address_by_trait(&self, program: &Program<'_>, function: DefId) -> Option<Part> {
        let Owner::Impl(imp) = program.def(function).owner else {
            return None;
        };
        let trait_ = program.imp(imp).trait_.as_ref()?.def?;
        let Source::Word(constant) = self.route_traits.get(&trait_)?.path.as_ref()? else {
            return None;
        };
        let path = parse_path(constant).ok()?;
        let service = program.constant_text(program.def(trait_).module, &path)?;
        let method = camel(&program.def(function).name);
        Some(Part {
            name: Some(format!("{service}/{method}")),
            ..Part::default()
        })
    }

    /// What the attributes of a function say of its address.
    fn address_by_attr(&self, program: &Program<'_>, function: DefId) -> Option<Part> {
        let def = program.def(function);
        let attrs = &def.item?.attrs.list;
        attrs.iter().find_map(|attr| {
            let mut rules = self.route_attrs.iter();
            let (_, rule) = rules
                .find(|(index, rule)| self.is_attr(program, def.module, attr, *index, rule))?;
            Some(of_attr(rule, attr))
        })
    }
}

fn of_attr(rule: &RouteRule, attr: &Attr) -> Part {
    let name = attr.path.rsplit("::").next().unwrap_or_default();
    let word = |source: &Source| match source {
        Source::Name => Some(SmolStr::new(name)),
        Source::Word(word) => Some(word.clone()),
        Source::Arg(_) => first_text(&attr.args),
        Source::Type | Source::Recv => None,
    };
    Part {
        method: rule.method.as_ref().and_then(word).map(|it| capitals(&it)),
        path: rule.path.as_ref().and_then(word),
        name: None,
        path_at: None,
        of: Of::Given,
        before: None,
    }
}

/// `say_hello` as `SayHello`.
pub(super) fn camel(name: &str) -> String {
    let words = name.trim_start_matches("r#").split('_');
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    words.map(word).collect()
}

/// The first string literal of an attribute's arguments.
fn first_text(args: &str) -> Option<SmolStr> {
    let (_, rest) = args.split_once('"')?;
    let (text, _) = rest.split_once('"')?;
    Some(SmolStr::new(text))
}

/// A method as HTTP has it; what takes any is `*`.
pub(super) fn capitals(name: &str) -> SmolStr {
    match name {
        "any" | "route" | "routes" | "on" | "on_async" => SmolStr::new_static("*"),
        name => {
            let own = name.trim_end_matches("_service");
            SmolStr::new(own.trim_end_matches("_async").to_uppercase())
        }
    }
}
