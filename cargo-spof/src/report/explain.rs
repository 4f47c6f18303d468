//! Lints: all of them, and one lint's page.

use super::style::Style;
use super::table::{self, Align};
use crate::finding::Level;
use crate::lints::Lint;

/// All lints, one a line: name, level, what it finds.
pub fn list(style: Style, lints: &[&Lint]) -> String {
    let header = ["lint", "level", "what is wrong"]
        .map(str::to_owned)
        .to_vec();
    let rows = lints.iter().map(|lint| {
        vec![
            lint.name.to_owned(),
            level(lint.level).to_owned(),
            lint.summary.to_owned(),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let mut out = String::new();
    for (index, line) in table::lines(&[Align::Left; 3], &rows)
        .into_iter()
        .enumerate()
    {
        out.push_str(&if index == 0 { style.dim(&line) } else { line });
        out.push('\n');
    }
    out
}

/// A page of Markdown as it is, with its headings in bold and its code set apart.
pub fn page(style: Style, page: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for line in page.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        let line = match line {
            _ if is_fence => style.dim(line),
            _ if is_code => line.to_owned(),
            _ if line.starts_with('#') => style.bold(line),
            _ => line.to_owned(),
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// A level as `spof.toml` has it.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Allow => "allow",
        Level::Warn => "warn",
        Level::Deny => "deny",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_bold_but_not_comments_in_code() {
        let style = Style {
            color: true,
            ..Style::default()
        };
        let text = page(style, "# lint\n\n```toml\n# comment\n```\n");
        assert!(text.starts_with("\u{1b}[1m# lint\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains("\n# comment\n"), "{text:?}");
    }
}
