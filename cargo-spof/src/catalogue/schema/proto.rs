//! `[proto]`: what a generator makes of Protocol Buffers files.
//!
//! In: the table. Out: a [`ProtoRule`] whose template was rendered once, so that what it makes is Rust.

use super::parse;
use crate::facts::extract;
use crate::spanned_toml::{Problems, Table, Text};
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What a generator makes of `.proto` files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoRule {
    /// The macros, by name, that stand for the code of the package that their text names.
    pub macros: Vec<String>,
    /// The methods in build scripts that name one file with the code of all packages, in nested modules.
    pub trees: Vec<String>,
    /// The Rust types of messages, by full name: `google.protobuf.Empty`.
    pub types: BTreeMap<String, String>,
    /// What is made of a service: a Jinja template of Rust, given a [`Service`] as `service`.
    template: Option<String>,
}

/// A service of a `.proto` file, as templates see it.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    /// Its name in upper camel case.
    pub name: SmolStr,
    /// Its name in snake case.
    pub snake: SmolStr,
    /// Its package.
    pub package: String,
    /// Its methods, in order.
    pub methods: Vec<Method>,
}

/// A method of a service.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    /// Its name in upper camel case.
    pub camel: SmolStr,
    /// Its name in snake case, as an identifier.
    pub name: SmolStr,
    /// The Rust type of a request, as a module inside of the package's names it.
    pub request: String,
    /// The Rust type of a response, likewise.
    pub response: String,
    /// Whether requests are streamed.
    pub streams_requests: bool,
    /// Whether responses are streamed.
    pub streams_responses: bool,
}

impl ProtoRule {
    /// The Rust that stands for a service.
    ///
    /// # Errors
    ///
    /// What is wrong with the template.
    pub fn render(&self, service: &Service) -> Result<String, String> {
        let Some(template) = &self.template else {
            return Ok(String::new());
        };
        let mut engine = minijinja::Environment::new();
        engine.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        let service = minijinja::value::Serde(service);
        let context = minijinja::context! { service };
        let rendered = engine.render_str(template, context);
        rendered.map_err(|error| match error.line() {
            Some(line) => format!("{error}, line {line} of the template"),
            None => error.to_string(),
        })
    }
}

/// Reads `[proto]`.
pub(super) fn proto(problems: &mut Problems, top: &mut Table<'_>) -> Option<ProtoRule> {
    let mut table = top.table(problems, "proto")?;
    let texts = |texts: Vec<Text>| texts.into_iter().map(|text| text.value).collect();
    let macros = texts(table.one_or_more(problems, "macros"));
    let trees = texts(table.one_or_more(problems, "trees"));
    let types = parse::entries(problems, &mut table, "types")
        .into_iter()
        .filter_map(|(name, value)| {
            let ty = crate::spanned_toml::string(problems, &name.value, value)?;
            Some((name.value, ty.value))
        });
    let types = types.collect();
    let template = table.string(problems, "service");
    table.finish(problems);
    let place = template.as_ref().map(|template| template.place);
    let rule = ProtoRule {
        macros,
        trees,
        types,
        template: template.map(|template| template.value),
    };
    if let (Some(place), Err(message)) = (place, check(&rule)) {
        let help = "`rules/README.md` lists what a template is given".to_owned();
        problems.push(place, message, Some(help));
    }
    Some(rule)
}

/// Renders a service with a method of each shape.
fn check(rule: &ProtoRule) -> Result<(), String> {
    let method = |at: usize| Method {
        camel: SmolStr::new(format!("Do{at}")),
        name: SmolStr::new(format!("do_{at}")),
        request: "super::Request".to_owned(),
        response: "super::Response".to_owned(),
        streams_requests: at & 1 == 1,
        streams_responses: at & 2 == 2,
    };
    let service = Service {
        name: SmolStr::new_static("Keeper"),
        snake: SmolStr::new_static("keeper"),
        package: "demo.v1".to_owned(),
        methods: (0..4).map(method).collect(),
    };
    let text = rule.render(&service)?;
    match extract(&text, None).broken {
        Some(broken) => Err(format!(
            "what the template makes is no Rust: {}, at `{}`",
            broken.message,
            broken.span.text(&text)
        )),
        None => Ok(()),
    }
}
