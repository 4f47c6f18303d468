//! Columns of text, aligned.

use super::escape::terminal;
use super::style::Style;

/// How a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells as lines, two spaces between columns, none at the end of a line. Cells are escaped; a row may end
/// early.
pub(super) fn lines(columns: &[Align], rows: &[Vec<String>]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| terminal(cell).into_owned()).collect())
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    rows.iter().map(|row| line(columns, &widths, row)).collect()
}

/// Rows below their names, as indented lines; the names stand back.
pub(super) fn headed(
    style: Style,
    columns: &[Align],
    names: &[&str],
    rows: Vec<Vec<String>>,
) -> String {
    let header = names.iter().map(|&name| name.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let mut lines = lines(columns, &rows);
    lines[0] = style.dim(&lines[0]);
    let lines = lines.into_iter().map(|line| "  ".to_owned() + &line + "\n");
    lines.collect()
}

fn line(columns: &[Align], widths: &[usize], row: &[String]) -> String {
    let cells = row.iter().zip(columns.iter().zip(widths));
    let cells: Vec<String> = cells
        .map(|(cell, (align, &width))| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        })
        .collect();
    cells.join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["redis", "12", "read"]), row(["größe", "3", ""])];
        let table = lines(&[Align::Left, Align::Right, Align::Left], &rows);
        assert_eq!(table, ["redis  12  read", "größe   3"]);
    }
}
