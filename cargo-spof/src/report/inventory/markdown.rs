//! Markdown, for a wiki.

use super::super::escape;
use super::{decision, of_service, operations, outcome, ranking};
use crate::inventory::{Inventory, Service};
use std::fmt::Write as _;

/// Counts, a ranking of outages, and for each service a table of what it depends on.
pub fn markdown(inventory: &Inventory) -> String {
    let mut out = format!("# Dependencies of {}\n\n", cell(&inventory.workspace));
    // Writing to a string does not fail.
    let _ = head(&mut out, inventory);
    let _ = outages(&mut out, inventory);
    for service in &inventory.services {
        let _ = one(&mut out, inventory, service);
    }
    out
}

fn cell(text: &str) -> String {
    escape::markdown(text)
}

fn head(out: &mut String, inventory: &Inventory) -> std::fmt::Result {
    let totals = &inventory.totals;
    writeln!(
        out,
        "{} services with {} entry points; {} stores, {} providers, {} external peers.",
        totals.services, totals.entry_points, totals.stores, totals.providers, totals.external
    )?;
    writeln!(
        out,
        "{} dependencies: {} hard, {} soft. **{} of the hard ones are not declared.**",
        totals.dependencies, totals.hard, totals.soft, totals.undeclared
    )?;
    writeln!(
        out,
        "{} declarations, of {} the code was found, {} are tested. {} places were not seen.",
        totals.declarations, totals.located, totals.tested, totals.unseen
    )
}

fn outages(out: &mut String, inventory: &Inventory) -> std::fmt::Result {
    out.push_str("\n## What fails without what\n\n");
    out.push_str("| down | kind | entry points that fail | that degrade | services |\n");
    out.push_str("|---|---|--:|--:|--:|\n");
    for (outage, kind) in ranking(inventory) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&outage.name),
            kind,
            outage.fails,
            outage.degrades,
            outage.services
        )?;
    }
    Ok(())
}

fn one(out: &mut String, inventory: &Inventory, service: &Service) -> std::fmt::Result {
    let own = of_service(inventory, &service.name, true);
    if own.is_empty() {
        return Ok(());
    }
    let mut about = vec![format!("{} entry points", service.entry_points.len())];
    about.extend(service.tier.map(|tier| format!("tier {tier}")));
    about.extend(service.plane.map(|plane| format!("{plane} plane")));
    about.extend(service.owners.iter().map(|owner| cell(owner)));
    writeln!(
        out,
        "\n## {}\n\n{}.\n",
        cell(&service.name),
        about.join(", ")
    )?;
    out.push_str("| depends on | kind | operations | providers | outcome | degrade | decided |\n");
    out.push_str("|---|---|---|---|---|--:|---|\n");
    for dependency in own {
        let how = if dependency.is_direct {
            cell(&operations(dependency))
        } else {
            format!("through {}", cell(&dependency.through.join(", ")))
        };
        writeln!(
            out,
            "| {} | {} | {how} | {} | {} | {} | {} |",
            cell(&dependency.on),
            dependency.kind.word(),
            cell(&dependency.providers.join(", ")),
            outcome(inventory, dependency),
            dependency.degrades.len(),
            cell(&decision(inventory, dependency)),
        )?;
    }
    Ok(())
}
