//! For a terminal.

use super::super::escape::terminal;
use super::super::style::{Severity, Style};
use super::{count, external};
use crate::blast::{Blast, EntryOutcome, ServiceOutcome};
use crate::outage::Outcome;
use std::fmt::Write as _;

/// For people: the services that something happens to, each with its entry points, then a count. With `verbose`, also what
/// survives, and the way down to each call site.
pub fn text(style: Style, blast: &Blast, verbose: bool) -> String {
    let down: Vec<String> = blast.down.iter().map(|it| format!("`{it}`")).collect();
    let down = if down.is_empty() {
        "nothing is down: another provider is left of each store".to_owned()
    } else {
        format!("down: {}", down.join(", "))
    };
    let mut out = format!("{}\n", style.bold(&terminal(&down)));
    for service in &blast.services {
        if verbose
            || service.outcome != Outcome::Survives
            || service.start > Some(Outcome::Survives)
        {
            out.push_str(&service_text(style, blast, service, verbose));
        }
    }
    let _ = writeln!(out, "\n{}", count(blast));
    let external = external(blast);
    match external.len() {
        0 => {}
        _ if verbose => {
            out.push_str("answered by no service here:\n");
            for name in external {
                let _ = writeln!(out, "  {}", terminal(&name));
            }
        }
        n => {
            let _ = writeln!(
                out,
                "{n} peers are answered by no service here (-v lists them)"
            );
        }
    }
    out
}

fn service_text(style: Style, blast: &Blast, service: &ServiceOutcome, verbose: bool) -> String {
    let start = match service.start {
        Some(Outcome::Fails) => ", does not start",
        _ => "",
    };
    let word = coloured(style, service.outcome, service.outcome.word());
    let name = style.bold(&terminal(&service.service));
    let owners = match service.owners.as_slice() {
        [] => String::new(),
        owners => format!("  {}", style.dim(&terminal(&owners.join(" ")))),
    };
    let mut out = format!("\n{name} {word}{start}{owners}\n");
    let own = blast
        .entry_points
        .iter()
        .filter(|it| it.service == service.service);
    let own: Vec<&EntryOutcome> = own
        .filter(|it| verbose || it.outcome != Outcome::Survives)
        .collect();
    for outcome in [Outcome::Fails, Outcome::Degrades, Outcome::Survives] {
        for entry in own.iter().filter(|it| it.outcome == outcome) {
            out.push_str(&entry_text(style, entry, verbose));
        }
    }
    out
}

fn entry_text(style: Style, entry: &EntryOutcome, verbose: bool) -> String {
    let word = format!("{:<8}", entry.outcome.word());
    let word = coloured(style, entry.outcome, &word);
    let hanging = match entry.when_hanging {
        when if when != entry.outcome => format!(" ({} when it hangs)", when.word()),
        _ => String::new(),
    };
    let mut out = format!("  {word}  {}{hanging}\n", terminal(&entry.entry_point));
    if let Some(how) = &entry.how {
        let _ = writeln!(out, "            {}", terminal(how));
    }
    if verbose && !entry.witness.is_empty() {
        // A line for each call site: what is behind it may be another service.
        for way in entry.witness.split_inclusive(|step| step.ends_with('`')) {
            let way = terminal(&way.join(" → ")).into_owned();
            let _ = writeln!(out, "            {}", style.dim(&way));
        }
    }
    out
}

fn coloured(style: Style, outcome: Outcome, text: &str) -> String {
    match outcome {
        Outcome::Fails => style.severity(Severity::Error, text),
        Outcome::Degrades => style.severity(Severity::Warning, text),
        Outcome::Survives => text.to_owned(),
    }
}
