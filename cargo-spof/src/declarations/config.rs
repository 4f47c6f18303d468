//! `[[on_outage]]` tables as declarations.
//!
//! In: the configuration, several layers already laid over each other. Out: its declarations. Of
//! two for one store and one glob the upper layer's holds; in one file they contradict each other.

use super::check::check;
use super::grammar::{Value, Written};
use super::{Attached, ConfigDeclarations, Form, Malformed, Scope};
use crate::workspace::config::{Config, OnOutage, Spanned};

pub(super) fn declarations(config: &Config, package: Option<&str>) -> ConfigDeclarations {
    let mut out = ConfigDeclarations::default();
    for table in &config.on_outage {
        let mut problems = Vec::new();
        let declaration = check(&written(table), &mut problems);
        out.malformed.append(&mut problems);
        if let Some(declaration) = declaration {
            let scope = Scope::Paths {
                glob: table.at.value.clone(),
                package: package.map(str::to_owned),
            };
            add(&mut out, Attached { declaration, scope });
        }
    }
    out.malformed.sort();
    out
}

fn add(out: &mut ConfigDeclarations, attached: Attached) {
    let own = &attached.declaration;
    let is_same = |other: &&Attached| {
        other.scope == attached.scope && other.declaration.store.value == own.store.value
    };
    match out.declarations.iter().find(is_same) {
        None => out.declarations.push(attached),
        Some(first) if first.declaration.place.file == own.place.file => {
            out.malformed.push(second(own, &first.declaration));
        }
        Some(_) => {}
    }
}

/// Says that a store has a declaration here already.
pub(super) fn second(own: &super::Declaration, first: &super::Declaration) -> Malformed {
    let message = format!("a second declaration for `{}` here", own.store.value);
    let related = (first.place, "the first one".to_owned());
    let help = Some("keep one of them".to_owned());
    Malformed::new(own.place, message, help).with_related(related)
}

fn written(table: &OnOutage) -> Written {
    let args = table.args.iter();
    Written {
        form: Form::Toml,
        place: table.place,
        words: vec![Some(string(&table.store)), Some(string(&table.verb))],
        args: args
            .map(|(key, value)| (key.clone(), string(value)))
            .collect(),
    }
}

fn string(text: &Spanned<String>) -> Spanned<Value> {
    Spanned {
        value: Value {
            text: text.value.clone(),
            is_string: true,
        },
        place: text.place,
    }
}
