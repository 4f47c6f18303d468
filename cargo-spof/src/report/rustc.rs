//! Findings as cargo writes what rustc finds (`--message-format json`): for rust-analyzer and whatever else reads that.
//!
//! One object a line: `compiler-message` for each finding, then `build-finished`. Paths are relative to the workspace's root, as rustc's
//! are. The shapes: <https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>,
//! <https://doc.rust-lang.org/rustc/json.html>.

use super::fold::Shown;
use super::style::{Severity, Style};
use super::{human, json};
use crate::finding::{Finding, Label, Suggestion};
use crate::sources::Sources;
use crate::span::{FileId, LineCol, Place};
use crate::workspace::{Files, Package, Target, TargetKind};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct CompilerMessage<'f> {
    reason: &'static str,
    package_id: &'f str,
    manifest_path: &'f Path,
    target: TargetRecord<'f>,
    message: Diagnostic<'f>,
}

#[derive(Serialize)]
struct TargetRecord<'f> {
    kind: [&'static str; 1],
    crate_types: [&'static str; 1],
    name: &'f str,
    src_path: &'f Path,
    edition: &'f str,
    doc: bool,
    doctest: bool,
    test: bool,
}

#[derive(Serialize)]
struct Diagnostic<'f> {
    #[serde(rename = "$message_type", skip_serializing_if = "Option::is_none")]
    message_type: Option<&'static str>,
    message: &'f str,
    code: Option<Code<'f>>,
    level: &'static str,
    spans: Vec<Span<'f>>,
    children: Vec<Diagnostic<'f>>,
    rendered: Option<String>,
}

#[derive(Serialize)]
struct Code<'f> {
    code: &'f str,
    explanation: Option<&'f str>,
}

#[derive(Serialize)]
struct Span<'f> {
    file_name: &'f str,
    byte_start: u32,
    byte_end: u32,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    text: Vec<SpanLine<'f>>,
    label: Option<&'f str>,
    suggested_replacement: Option<&'f str>,
    suggestion_applicability: Option<&'static str>,
    expansion: Option<()>,
}

#[derive(Serialize)]
struct SpanLine<'f> {
    text: &'f str,
    highlight_start: u32,
    highlight_end: u32,
}

#[derive(Serialize)]
struct BuildFinished {
    reason: &'static str,
    success: bool,
}

/// The findings. One that is in no package's file is its first package's: cargo knows of no other place for it.
///
/// # Errors
/// What serialising gives; none for these records.
pub fn findings(sources: &Sources, findings: &[Finding]) -> serde_json::Result<String> {
    let targets = sources.targets_of_files();
    json::lines(findings.iter().filter_map(|finding| {
        let (package, target) = owner(sources, &targets, finding)?;
        Some(CompilerMessage {
            reason: "compiler-message",
            package_id: &package.id,
            manifest_path: &package.manifest_path,
            target: target_record(package, target),
            message: diagnostic(&sources.files, finding),
        })
    }))
}

/// The last line.
///
/// # Errors
/// What serialising gives; none for this record.
pub fn finished(success: bool) -> serde_json::Result<String> {
    let reason = BUILD_FINISHED;
    json::lines([BuildFinished { reason, success }])
}

/// The reason of the last line.
pub const BUILD_FINISHED: &str = "build-finished";

/// The package and target that a finding is in.
fn owner<'s>(
    sources: &'s Sources,
    targets: &FxHashMap<FileId, (usize, usize)>,
    finding: &Finding,
) -> Option<(&'s Package, &'s Target)> {
    let workspace = &sources.workspace;
    let file = finding.place().and_then(|it| sources.files.get(it.file));
    let target = file.and_then(|file| targets.get(&file.id));
    if let Some(&(package, target)) = target {
        let package = &workspace.packages[package];
        return Some((package, &package.targets[target]));
    }
    let around = file.and_then(|file| workspace.package_at(&workspace.root.join(&file.path)));
    let package = around.or_else(|| workspace.packages.first())?;
    Some((package, package.targets.first()?))
}

fn target_record<'f>(package: &'f Package, target: &'f Target) -> TargetRecord<'f> {
    let (kind, crate_type) = match target.kind {
        TargetKind::Lib => ("lib", "lib"),
        TargetKind::ProcMacro => ("proc-macro", "proc-macro"),
        TargetKind::Bin => ("bin", "bin"),
        TargetKind::Test => ("test", "bin"),
        TargetKind::Bench => ("bench", "bin"),
        TargetKind::Example => ("example", "bin"),
        TargetKind::BuildScript => ("custom-build", "bin"),
    };
    TargetRecord {
        kind: [kind],
        crate_types: [crate_type],
        name: &target.manifest_name,
        src_path: &target.root,
        edition: &package.edition,
        doc: target.kind.is_shipped(),
        doctest: target.kind == TargetKind::Lib,
        test: target.kind.is_shipped() || target.kind == TargetKind::Test,
    }
}

fn diagnostic<'f>(files: &'f Files, finding: &'f Finding) -> Diagnostic<'f> {
    let mut spans: Vec<Span<'f>> = Vec::new();
    for label in &finding.labels {
        spans.extend(span(files, label, spans.is_empty()));
    }
    let notes = finding.notes.iter().map(|note| child("note", note, None));
    let suggestion = finding.suggestion.as_ref();
    let suggestion = suggestion.and_then(|it| suggested(files, it));
    let help = finding
        .help
        .as_deref()
        .map(|help| child("help", help, suggestion));
    let style = Style {
        unicode: true,
        ..Style::default()
    };
    Diagnostic {
        message_type: Some("diagnostic"),
        message: &finding.message,
        code: Some(Code {
            code: finding.lint,
            explanation: None,
        }),
        level: Severity::of(finding.level).word(),
        spans,
        children: notes.chain(help).collect(),
        rendered: Some(human::findings(style, files, &[Shown::One(finding)])),
    }
}

fn child<'f>(level: &'static str, message: &'f str, span: Option<Span<'f>>) -> Diagnostic<'f> {
    Diagnostic {
        message_type: None,
        message,
        code: None,
        level,
        spans: span.into_iter().collect(),
        children: Vec::new(),
        rendered: None,
    }
}

fn span<'f>(files: &'f Files, label: &'f Label, is_primary: bool) -> Option<Span<'f>> {
    let Place { file, span } = label.place;
    let file = files.get(file)?;
    let at = |at| file.lines.line_col(&file.text, at);
    let (start, end) = (at(span.start), at(span.end));
    Some(Span {
        file_name: &file.path,
        byte_start: span.start,
        byte_end: span.end,
        line_start: start.line,
        line_end: end.line,
        column_start: start.column,
        column_end: end.column,
        is_primary,
        text: text(&file.text, start, end),
        label: Some(label.message.as_str()).filter(|it| !it.is_empty()),
        suggested_replacement: None,
        suggestion_applicability: None,
        expansion: None,
    })
}

/// The lines of a span, and what of them is meant.
fn text(text: &str, start: LineCol, end: LineCol) -> Vec<SpanLine<'_>> {
    let lines = (start.line..=end.line).zip(text.lines().skip(start.line as usize - 1));
    let behind = |text: &str| u32::try_from(text.chars().count()).map_or(u32::MAX, |n| n + 1);
    let line = |(number, text)| SpanLine {
        text,
        highlight_start: if number == start.line {
            start.column
        } else {
            1
        },
        highlight_end: if number == end.line {
            end.column
        } else {
            behind(text)
        },
    };
    lines.map(line).collect()
}

/// What can be put in; a person has to fill it in.
fn suggested<'f>(files: &'f Files, suggestion: &'f Suggestion) -> Option<Span<'f>> {
    let file = files.get(suggestion.place.file)?;
    let at = files.line_col(suggestion.place)?;
    Some(Span {
        file_name: &file.path,
        byte_start: suggestion.place.span.start,
        byte_end: suggestion.place.span.start,
        line_start: at.line,
        line_end: at.line,
        column_start: at.column,
        column_end: at.column,
        is_primary: true,
        text: text(&file.text, at, at),
        label: None,
        suggested_replacement: Some(&suggestion.text),
        suggestion_applicability: Some("HasPlaceholders"),
        expansion: None,
    })
}
