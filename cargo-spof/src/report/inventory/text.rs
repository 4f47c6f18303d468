//! For a terminal.

use super::super::escape::terminal;
use super::super::style::{Severity, Style};
use super::super::table::{self, Align};
use super::{decision, of_service, operations, outcome, ranking};
use crate::inventory::{Dependency, Inventory, Service};
use crate::outage::Outcome;
use std::fmt::Write as _;

/// How many outages the ranking shows at most.
const RANKED: usize = 10;

/// For people: what most fails without, then each service with what it depends on, and the counts. With `verbose` also the call
/// sites, and what reaches a service through others only.
pub fn text(style: Style, inventory: &Inventory, verbose: bool) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = outages(&mut out, style, inventory, verbose);
    for service in &inventory.services {
        let _ = one(&mut out, style, inventory, service, verbose);
    }
    let _ = totals(&mut out, style, inventory);
    out
}

fn outages(
    out: &mut String,
    style: Style,
    inventory: &Inventory,
    verbose: bool,
) -> std::fmt::Result {
    let shown = if verbose { usize::MAX } else { RANKED };
    let ranking = ranking(inventory);
    let rows = ranking.iter().take(shown).map(|(outage, kind)| {
        vec![
            outage.name.clone(),
            kind.clone(),
            outage.fails.to_string(),
            outage.degrades.to_string(),
            outage.services.to_string(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return writeln!(out, "no outage does anything to an entry point");
    }
    let title = style.bold("entry points without each of these");
    writeln!(out, "{title}\n")?;
    let columns = [
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
    ];
    let names = ["down", "", "fail", "degrade", "services"];
    out.push_str(&table::headed(style, &columns, &names, rows));
    match ranking.len().saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(
            out,
            "  {}",
            style.dim(&format!("+{more} more (-v lists them)"))
        ),
    }
}

fn one(
    out: &mut String,
    style: Style,
    inventory: &Inventory,
    service: &Service,
    verbose: bool,
) -> std::fmt::Result {
    let own = of_service(inventory, &service.name, verbose);
    if own.is_empty() {
        return Ok(());
    }
    let mut about: Vec<String> = service
        .tier
        .map(|tier| format!("tier {tier}"))
        .into_iter()
        .collect();
    about.extend(service.owners.iter().cloned());
    about.push(match service.entry_points.len() {
        1 => "1 entry point".to_owned(),
        n => format!("{n} entry points"),
    });
    let about = style.dim(&terminal(&about.join(", ")));
    writeln!(out, "\n{}  {about}", style.bold(&terminal(&service.name)))?;
    let rows: Vec<Vec<String>> = own.iter().map(|it| row(inventory, it)).collect();
    let columns = [Align::Left; 5];
    for (line, dependency) in table::lines(&columns, &rows).iter().zip(own) {
        writeln!(out, "  {}", coloured(style, inventory, dependency, line))?;
        if verbose {
            for site in &dependency.call_sites {
                let place = format!("{}:{}:{}", site.file, site.line, site.column);
                let site = format!(
                    "{place} {} {} in {}",
                    site.class, site.operation, site.function
                );
                writeln!(out, "    {}", style.dim(&terminal(&site)))?;
            }
        }
    }
    Ok(())
}

fn row(inventory: &Inventory, dependency: &Dependency) -> Vec<String> {
    let how = if dependency.is_direct {
        operations(dependency)
    } else {
        format!("through {}", dependency.through.join(", "))
    };
    vec![
        dependency.on.clone(),
        dependency.kind.word().to_owned(),
        how,
        outcome(inventory, dependency),
        decision(inventory, dependency),
    ]
}

/// The word of the outcome in its colour.
fn coloured(style: Style, inventory: &Inventory, dependency: &Dependency, line: &str) -> String {
    let severity = match dependency.outcome {
        _ if dependency.is_hard() => Severity::Error,
        Some(Outcome::Degrades) => Severity::Warning,
        _ => return line.to_owned(),
    };
    let words = outcome(inventory, dependency);
    line.replacen(&words, &style.severity(severity, &words), 1)
}

fn totals(out: &mut String, style: Style, inventory: &Inventory) -> std::fmt::Result {
    let totals = &inventory.totals;
    writeln!(
        out,
        "\n{} services, {} entry points, {} stores, {} providers, {} external peers",
        totals.services, totals.entry_points, totals.stores, totals.providers, totals.external
    )?;
    let undeclared = format!("{} hard ones undeclared", totals.undeclared);
    let undeclared = match totals.undeclared {
        0 => style.good(&undeclared),
        _ => style.severity(Severity::Error, &undeclared),
    };
    writeln!(
        out,
        "{} dependencies: {} hard, {} soft; {undeclared}",
        totals.dependencies, totals.hard, totals.soft
    )?;
    writeln!(
        out,
        "{} declarations, {} located, {} tested; {} places not seen",
        totals.declarations, totals.located, totals.tested, totals.unseen
    )
}
