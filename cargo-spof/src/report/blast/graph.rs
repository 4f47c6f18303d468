//! Graphs: what is down, the services that it hits, and through what, as Mermaid or DOT.
//!
//! An arrow goes from what is asked, a store that is down or another service, to the service whose entry points are hit through it.

use super::super::escape;
use super::hit;
use crate::blast::{Blast, EntryOutcome, ServiceOutcome};
use crate::outage::Outcome;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A service that is hit: its index, itself, and its entry points that are.
type Hit<'b> = (usize, &'b ServiceOutcome, Vec<&'b EntryOutcome>);

/// The services that are hit.
fn services(blast: &Blast) -> Vec<Hit<'_>> {
    let services = blast.services.iter().enumerate();
    let hit = services.map(|(index, service)| (index, service, hit(blast, &service.service)));
    hit.filter(|(_, _, entries)| !entries.is_empty()).collect()
}

/// What a service is hit through: the indices of things that are down, and of other services.
fn sources(blast: &Blast, all: &[Hit<'_>], own: &Hit<'_>) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut down, mut services) = (BTreeSet::new(), BTreeSet::new());
    for entry in &own.2 {
        // A service that is down itself is hit by that.
        let name = entry.through.as_ref().unwrap_or(&entry.service);
        let other = all.iter().find(|(_, service, _)| service.service == *name);
        match blast.down.iter().position(|it| it == name) {
            Some(index) => drop(down.insert(index)),
            None => services.extend(other.map(|(index, ..)| *index)),
        }
    }
    services.remove(&own.0);
    (down, services)
}

/// A flowchart for Mermaid, as Markdown shows it.
pub fn mermaid(blast: &Blast) -> String {
    let mut out = String::from("flowchart LR\n");
    out.push_str("  classDef down fill:#5c1f1b,color:#fff\n");
    out.push_str("  classDef fails fill:#f2b8b5,color:#410e0b\n");
    out.push_str("  classDef degrades fill:#f8e0a6,color:#3d2e00\n");
    let text = |text: &str| escape::mermaid(text);
    for (n, down) in blast.down.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(out, "  d{n}[(\"{}\")]:::down", text(down));
    }
    let all = services(blast);
    for (s, service, entries) in &all {
        let _ = writeln!(out, "  subgraph s{s}[\"{}\"]", text(&service.service));
        for (e, entry) in entries.iter().enumerate() {
            let (name, word) = (text(&entry.entry_point), entry.outcome.word());
            let _ = writeln!(out, "    s{s}e{e}[\"{name}\"]:::{word}");
        }
        out.push_str("  end\n");
    }
    for own in &all {
        let (s, (down, services)) = (own.0, sources(blast, &all, own));
        for n in down {
            let _ = writeln!(out, "  d{n} --> s{s}");
        }
        for other in services {
            let _ = writeln!(out, "  s{other} --> s{s}");
        }
    }
    out
}

/// A graph for Graphviz.
pub fn dot(blast: &Blast) -> String {
    let mut out =
        String::from("digraph blast {\n  rankdir=LR;\n  compound=true;\n  node [shape=box];\n");
    let text = |text: &str| escape::dot(text);
    for (n, down) in blast.down.iter().enumerate() {
        let _ = writeln!(
            out,
            "  d{n} [label=\"{}\", shape=cylinder, style=filled, fillcolor=\"#5c1f1b\", fontcolor=white];",
            text(down)
        );
    }
    let all = services(blast);
    for (s, service, entries) in &all {
        let name = text(&service.service);
        let _ = writeln!(out, "  subgraph cluster_{s} {{\n    label=\"{name}\";");
        for (e, entry) in entries.iter().enumerate() {
            let colour = match entry.outcome {
                Outcome::Fails => "#f2b8b5",
                _ => "#f8e0a6",
            };
            let name = text(&entry.entry_point);
            let _ = writeln!(
                out,
                "    s{s}e{e} [label=\"{name}\", style=filled, fillcolor=\"{colour}\"];"
            );
        }
        out.push_str("  }\n");
    }
    for own in &all {
        let (s, (down, services)) = (own.0, sources(blast, &all, own));
        for n in down {
            let _ = writeln!(out, "  d{n} -> s{s}e0 [lhead=cluster_{s}];");
        }
        for other in services {
            let _ = writeln!(
                out,
                "  s{other}e0 -> s{s}e0 [ltail=cluster_{other}, lhead=cluster_{s}];"
            );
        }
    }
    out + "}\n"
}
