//! The declarations of a workspace, with whom they concern.

use super::Declaration;
use crate::blast::Outages;
use crate::declarations::{Attached, Scope};
use crate::promises::Promise;
use crate::span::Place;
use crate::workspace::config::Spanned;

/// All declarations, by file and line.
pub(super) fn declarations(outages: &Outages<'_, '_>) -> Vec<Declaration> {
    let analysis = outages.analysis();
    let all = analysis.coverage.declarations.iter();
    let mut found: Vec<Declaration> = all
        .zip(&analysis.promises)
        .map(|(attached, promise)| declaration(outages, attached, promise))
        .collect();
    found.sort_by(|a, b| (&a.file, a.line, &a.store).cmp(&(&b.file, b.line, &b.store)));
    found
}

fn declaration(outages: &Outages<'_, '_>, attached: &Attached, promise: &Promise) -> Declaration {
    let analysis = outages.analysis();
    let files = &analysis.sources.files;
    let declaration = &attached.declaration;
    let file = files.get(declaration.place.file);
    let line = files.line_col(declaration.place).map_or(0, |at| at.line);
    let path = |function| analysis.program.path(function);
    let mut functions: Vec<String> = promise.functions.iter().copied().map(path).collect();
    functions.sort();
    functions.dedup();
    let speaks = |service: &&crate::services::Service| {
        let mut own = promise.functions.iter();
        own.any(|function| service.functions.contains(function))
    };
    let services = outages.services.iter().filter(speaks);
    Declaration {
        store: declaration.store.value.clone(),
        verb: declaration.verb.map(|verb| verb.value.word()),
        status: promise.status.word(),
        reason: Spanned::value_of(declaration.reason.as_ref()),
        owner: Spanned::value_of(declaration.owner.as_ref()),
        until: Spanned::value_of(declaration.until.as_ref()),
        via: Spanned::value_of(declaration.via.as_ref()),
        to: Spanned::value_of(declaration.to.as_ref()),
        max_age: Spanned::value_of(declaration.max_age.as_ref()),
        tested_by: Spanned::value_of(declaration.tested_by.as_ref()),
        file: file.map_or_else(String::new, |it| it.path.clone()),
        line,
        on: on(outages, attached),
        functions,
        services: services.map(|it| it.name.clone()).collect(),
    }
}

/// What a declaration stands on, as text.
fn on(outages: &Outages<'_, '_>, attached: &Attached) -> String {
    let files = &outages.analysis().sources.files;
    let file = attached.declaration.place.file;
    let text = |span| files.text(Place { file, span }).to_owned();
    match &attached.scope {
        Scope::File => files
            .get(file)
            .map_or_else(String::new, |it| it.path.clone()),
        Scope::Item {
            name_span, span, ..
        } if name_span != span => text(*name_span),
        Scope::Field { span } => text(*span),
        // Its text is code; the functions say where it is.
        Scope::Item { .. } | Scope::Statement { .. } => String::new(),
        Scope::Paths { glob, .. } => glob.text().to_owned(),
    }
}
