//! Graphs: what is down, the services, and the entry points that it reaches, as Mermaid or DOT.

use super::super::escape;
use super::hit;
use crate::blast::Blast;
use std::fmt::Write as _;

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
    for (s, service) in blast.services.iter().enumerate() {
        let hit = hit(blast, &service.service);
        if hit.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  subgraph s{s}[\"{}\"]", text(&service.service));
        for (e, entry) in hit.iter().enumerate() {
            let (name, word) = (text(&entry.entry_point), entry.outcome.word());
            let _ = writeln!(out, "    s{s}e{e}[\"{name}\"]:::{word}");
        }
        out.push_str("  end\n");
        for n in 0..blast.down.len() {
            let _ = writeln!(out, "  d{n} --> s{s}");
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
    for (s, service) in blast.services.iter().enumerate() {
        let hit = hit(blast, &service.service);
        if hit.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "  subgraph cluster_{s} {{\n    label=\"{}\";",
            text(&service.service)
        );
        for (e, entry) in hit.iter().enumerate() {
            let colour = match entry.outcome {
                crate::outage::Outcome::Fails => "#f2b8b5",
                _ => "#f8e0a6",
            };
            let name = text(&entry.entry_point);
            let _ = writeln!(
                out,
                "    s{s}e{e} [label=\"{name}\", style=filled, fillcolor=\"{colour}\"];"
            );
        }
        out.push_str("  }\n");
        for n in 0..blast.down.len() {
            let _ = writeln!(out, "  d{n} -> s{s}e0 [lhead=cluster_{s}];");
        }
    }
    out + "}\n"
}
