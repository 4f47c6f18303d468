//! Long lines broken where a terminal ends, with a hanging indent.

use super::style::Style;

/// The narrowest text that is still wrapped, in characters.
const MIN_WIDTH: usize = 30;

/// A line with breaks behind spaces and commas, further lines `indent` characters to the right. It stays whole where
/// the width is not known, as in a file.
pub(super) fn wrap(style: Style, line: &str, indent: usize) -> String {
    let Some(width) = style.width.filter(|&width| width >= indent + MIN_WIDTH) else {
        return line.to_owned();
    };
    let mut out = String::new();
    let mut column = 0;
    for piece in line.split_inclusive([' ', ',']) {
        let needed = piece.trim_end().chars().count();
        if column + needed > width && column > indent {
            out.truncate(out.trim_end().len());
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        }
        out.push_str(piece);
        column += piece.chars().count();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(width: Option<usize>, line: &str) -> String {
        wrap(
            Style {
                width,
                ..Style::default()
            },
            line,
            4,
        )
    }

    #[test]
    fn a_line_breaks_behind_words_and_keeps_its_indent() {
        let line = "  reached by shop::main → shop::routes::login → shop::load";
        assert_eq!(
            wrapped(Some(36), line),
            "  reached by shop::main →\n    shop::routes::login → shop::load"
        );
        assert_eq!(wrapped(None, line), line);
        assert_eq!(wrapped(Some(10), line), line);
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        let long = "x".repeat(50);
        assert_eq!(
            wrapped(Some(36), &format!("note {long} end")),
            format!("note\n    {long}\n    end")
        );
    }
}
