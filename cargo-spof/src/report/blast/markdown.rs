//! Markdown, as a pull request or a wiki shows it.

use super::super::escape;
use super::{count, external, hit};
use crate::blast::Blast;
use crate::outage::Outcome;
use std::fmt::Write as _;

/// A table of services, and one of the entry points that something happens to.
pub fn markdown(blast: &Blast) -> String {
    let cell = |text: &str| escape::markdown(text);
    let down: Vec<String> = blast.down.iter().map(|it| cell(it)).collect();
    let mut out = format!("**Down:** {}. {}.\n\n", down.join(", "), count(blast));
    out.push_str("| service | outcome | start | tier | owners |\n|---|---|---|---|---|\n");
    for service in &blast.services {
        let start = service.start.map_or("", Outcome::word);
        let (name, word) = (cell(&service.service), service.outcome.word());
        let tier = service
            .tier
            .map_or_else(String::new, |tier| tier.to_string());
        let owners = cell(&service.owners.join(" "));
        // Writing to a string does not fail.
        let _ = writeln!(out, "| {name} | {word} | {start} | {tier} | {owners} |");
    }
    out.push_str(
        "\n| service | entry point | outcome | when it hangs | how |\n|---|---|---|---|---|\n",
    );
    for service in &blast.services {
        for entry in hit(blast, &service.service) {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                cell(&entry.service),
                cell(&entry.entry_point),
                entry.outcome.word(),
                entry.when_hanging.word(),
                cell(entry.how.as_deref().unwrap_or_default()),
            );
        }
    }
    let external: Vec<String> = external(blast).iter().map(|it| cell(it)).collect();
    if !external.is_empty() {
        let _ = writeln!(
            out,
            "\nAnswered by no service here: {}.",
            external.join(", ")
        );
    }
    out
}
