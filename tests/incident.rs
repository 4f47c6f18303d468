//! The replay of 12 June 2025: every operation and service of the fixture, from its code.

pub(crate) mod copy;
pub(crate) mod edits;
pub(crate) mod model;

use copy::{Copy, blast, differences, operations};
use edits::{Edit, HANDLED, HARD};
use model::{Model, Outcomes, folder};
use std::fs;

fn down(model: &Model) -> Vec<String> {
    vec![model.down.clone()]
}

fn expected(model: &Model) -> Outcomes {
    let all = model.operations.iter();
    all.map(|(name, own)| (name.clone(), own.outcome.clone()))
        .collect()
}

#[test]
fn every_operation_and_service_has_its_outcome() {
    let model = Model::read();
    assert_eq!((model.operations.len(), model.services.len()), (59, 26));
    let blast = blast(&folder(), &down(&model));
    let none: Vec<String> = Vec::new();
    assert_eq!(differences(&operations(&blast), &expected(&model)), none);
    let services = blast["services"].as_array().expect("a list");
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().expect("a text").to_owned();
    let services = services
        .iter()
        .map(|it| (text(it, "service"), text(it, "outcome")));
    assert_eq!(differences(&services.collect(), &model.services), none);
}

/// What the edits are judged by agrees with what was observed.
#[test]
fn the_model_has_the_same_outcomes() {
    let model = Model::read();
    assert_eq!(
        differences(&model.outcomes(), &expected(&model)),
        Vec::<String>::new()
    );
}

#[test]
fn each_what_if_changes_what_it_should() {
    let model = Model::read();
    assert_eq!(model.what_if.len(), 3);
    for what_if in &model.what_if {
        let mut wanted = expected(&model);
        wanted.extend(what_if.changes.clone());
        // A switch is code: without it the code is another one.
        let found = match what_if.name.as_str() {
            "no Turnstile kill switch" => {
                let edit = HARD
                    .iter()
                    .find(|it| it.hardens == ["turnstile.siteverify"]);
                edited(&Copy::new(), edit.expect("there"), &what_if.args)
            }
            _ => operations(&blast(&folder(), &what_if.args)),
        };
        assert_eq!(
            differences(&found, &wanted),
            Vec::<String>::new(),
            "{}",
            what_if.name
        );
    }
}

fn edited(copy: &Copy, edit: &Edit, args: &[String]) -> Outcomes {
    let code = fs::read_to_string(folder().join(edit.file)).expect("readable");
    copy.with(edit.file, &edit.apply(&code).0, args)
}

/// Exactly the operations change that the model says.
fn changes_what_it_should(copy: &Copy, base: &Model, edit: &Edit) {
    let mut model = base.clone();
    for (own, target) in edit.softens {
        model.soften(own, target);
    }
    for own in edit.hardens {
        model.harden(own);
    }
    let found = edited(copy, edit, &down(base));
    let differences = differences(&found, &model.outcomes());
    let place = format!("{}: {}", edit.file, edit.at);
    assert_eq!(differences, Vec::<String>::new(), "{place}");
}

#[test]
fn what_goes_on_without_a_store_can_be_made_hard() {
    let (copy, base) = (Copy::new(), Model::read());
    for edit in HARD {
        changes_what_it_should(&copy, &base, edit);
    }
}

#[test]
fn a_handler_that_is_gone_is_gone_alone() {
    let (copy, base) = (Copy::new(), Model::read());
    let mut model = base.clone();
    model.remove("zaraz.serve");
    let (file, at) = (
        "zaraz/src/lib.rs",
        ".get_async(\"/:site/s.js\", script::serve)",
    );
    let code = fs::read_to_string(folder().join(file)).expect("readable");
    let found = copy.with(file, &code.replace(at, ""), &down(&base));
    assert_eq!(differences(&found, &model.outcomes()), Vec::<String>::new());
}

/// Every fourth; `cargo test --test mutations` has all, and every other `?` as well.
#[test]
fn an_error_that_is_handled_changes_what_it_should() {
    let (copy, base) = (Copy::new(), Model::read());
    for edit in HANDLED.iter().step_by(4) {
        changes_what_it_should(&copy, &base, edit);
    }
}
