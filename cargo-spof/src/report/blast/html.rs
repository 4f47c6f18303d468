//! One page that needs nothing else.

use super::super::escape;
use super::{count, external, hit};
use crate::blast::Blast;
use std::fmt::Write as _;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Blast</title>\n<style>\n\
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }\n\
    body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }\n\
    table { border-collapse: collapse; width: 100%; }\n\
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886; }\n\
    .fails { color: light-dark(#b3261e, #f2857e); font-weight: 600; }\n\
    .degrades { color: light-dark(#8a5a00, #e6b450); }\n\
    th:not(:first-child), td:not(:first-child) { width: 8rem; }\n\
    small { opacity: .75; }\n</style>\n</head>\n<body>\n";

/// The services with what happens to them, each with the entry points that it happens to and the way down.
pub fn html(blast: &Blast) -> String {
    let text = |text: &str| escape::html(text);
    let down: Vec<String> = blast.down.iter().map(|it| text(it)).collect();
    let mut out = format!(
        "{HEAD}<h1>Down: {}</h1>\n<p>{}</p>\n",
        down.join(", "),
        count(blast)
    );
    for service in &blast.services {
        let (name, word) = (text(&service.service), service.outcome.word());
        let owners = match service.owners.as_slice() {
            [] => String::new(),
            owners => format!(" <small>{}</small>", text(&owners.join(" "))),
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "<h2>{name} <span class=\"{word}\">{word}</span>{owners}</h2>"
        );
        let hit = hit(blast, &service.service);
        if hit.is_empty() {
            continue;
        }
        out.push_str(
            "<table>\n<tr><th>entry point</th><th>outcome</th><th>when it hangs</th></tr>\n",
        );
        for entry in hit {
            let (outcome, hanging) = (entry.outcome.word(), entry.when_hanging.word());
            let how = entry
                .how
                .as_deref()
                .map_or_else(String::new, |how| format!("<br>{}", text(how)));
            let _ = writeln!(
                out,
                "<tr><td>{}{how}<br><small>{}</small></td><td class=\"{outcome}\">{outcome}</td><td>{hanging}</td></tr>",
                text(&entry.entry_point),
                text(&entry.witness.join(" → ")),
            );
        }
        out.push_str("</table>\n");
    }
    let external = external(blast);
    if !external.is_empty() {
        out.push_str("<h2>Answered by no service here</h2>\n<ul>\n");
        for name in external {
            let _ = writeln!(out, "<li>{}</li>", text(&name));
        }
        out.push_str("</ul>\n");
    }
    out + "</body>\n</html>\n"
}
