//! Graphs: the services and what their own code asks, as Mermaid or DOT.
//!
//! An arrow goes from a service to what it depends on; its colour says what an outage there does to the service.

use super::super::escape;
use super::things;
use crate::inventory::{Dependency, Inventory, Kind};
use crate::outage::Outcome;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The number of each node, by kind and name.
type Nodes<'i> = BTreeMap<(Kind, &'i str), usize>;

fn nodes(inventory: &Inventory) -> Nodes<'_> {
    let all = things(inventory).enumerate();
    all.map(|(index, node)| (node, index)).collect()
}

/// The direct dependencies, each with the numbers of its ends.
fn arrows<'i>(inventory: &'i Inventory, nodes: &Nodes<'i>) -> Vec<(usize, usize, &'i Dependency)> {
    let direct = inventory.dependencies.iter().filter(|it| it.is_direct);
    let ends = direct.filter_map(|it| {
        let from = nodes.get(&(Kind::Service, it.service.as_str()))?;
        let to = nodes.get(&(it.kind, it.on.as_str()))?;
        Some((*from, *to, it))
    });
    ends.collect()
}

/// A flowchart for Mermaid, as Markdown shows it.
pub fn mermaid(inventory: &Inventory) -> String {
    let text = |text: &str| escape::mermaid(text);
    let nodes = nodes(inventory);
    let mut out = String::from("flowchart LR\n");
    for ((kind, name), n) in &nodes {
        let name = text(name);
        // Writing to a string does not fail.
        let _ = match kind {
            Kind::Service => writeln!(out, "  n{n}[\"{name}\"]"),
            Kind::Store | Kind::Provider => writeln!(out, "  n{n}[(\"{name}\")]"),
            Kind::External => writeln!(out, "  n{n}{{{{\"{name}\"}}}}"),
        };
    }
    let arrows = arrows(inventory, &nodes);
    for (from, to, _) in &arrows {
        let _ = writeln!(out, "  n{from} --> n{to}");
    }
    for (style, is_its) in [
        (
            "stroke:#b3261e,stroke-width:2px",
            Dependency::is_hard as fn(&Dependency) -> bool,
        ),
        ("stroke:#8a5a00,stroke-dasharray:4", is_soft),
    ] {
        let all = arrows.iter().enumerate();
        let own = all
            .filter(|(_, (_, _, it))| is_its(it))
            .map(|(n, _)| n.to_string());
        let own: Vec<String> = own.collect();
        if !own.is_empty() {
            let _ = writeln!(out, "  linkStyle {} {style}", own.join(","));
        }
    }
    out
}

/// A graph for Graphviz.
pub fn dot(inventory: &Inventory) -> String {
    let text = |text: &str| escape::dot(text);
    let nodes = nodes(inventory);
    let mut out =
        String::from("digraph dependencies {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for ((kind, name), n) in &nodes {
        let shape = match kind {
            Kind::Service => "box",
            Kind::Store | Kind::Provider => "cylinder",
            Kind::External => "hexagon",
        };
        // Writing to a string does not fail.
        let _ = writeln!(out, "  n{n} [label=\"{}\", shape={shape}];", text(name));
    }
    for (from, to, dependency) in arrows(inventory, &nodes) {
        let style = if dependency.is_hard() {
            " [color=\"#b3261e\", penwidth=2]"
        } else if is_soft(dependency) {
            " [color=\"#8a5a00\", style=dashed]"
        } else {
            ""
        };
        let _ = writeln!(out, "  n{from} -> n{to}{style};");
    }
    out + "}\n"
}

fn is_soft(dependency: &Dependency) -> bool {
    !dependency.is_hard() && dependency.outcome == Some(Outcome::Degrades)
}
