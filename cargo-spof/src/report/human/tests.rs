//! What a person sees.

use super::*;
use crate::finding::Level;
use crate::report::fold::{fold, unfolded};
use crate::span::{Place, Span};

const CODE: &str = "async fn load(&self) -> Result<String> {\r\n    let mut c = self.pool.get().await?;\r\n    let größe = c.get(key).await?;\r\n    Ok(größe)\r\n}\r\n";

fn label(file: FileId, text: &str, message: &str) -> Label {
    let start = u32::try_from(CODE.find(text).expect("in the code")).expect("small");
    let span = Span::new(start, start + u32::try_from(text.len()).expect("small"));
    let place = Place { file, span };
    Label {
        place,
        message: message.to_owned(),
    }
}

fn files() -> Files {
    let mut files = Files::default();
    files.push("src/session.rs".to_owned(), CODE);
    files.push("src/main.rs".to_owned(), CODE);
    files
}

fn finding(function: &str) -> Finding {
    Finding {
        lint: "undeclared-dependency",
        level: Level::Deny,
        message: "`load` fails when `sessions` is down, and nothing declares that".to_owned(),
        labels: vec![
            label(FileId(0), "get(key)", "reads `sessions`"),
            label(FileId(0), "?;\r\n    Ok", "the error leaves `load` here"),
            label(FileId(1), "load", "the entry point"),
        ],
        function: function.to_owned(),
        store: "sessions".to_owned(),
        entry_points: vec!["POST /login".to_owned()],
        owners: Vec::new(),
        rank: 0,
        notes: vec!["reached by POST /login → load".to_owned()],
        help: Some("say what happens\n#[spof::on_outage(sessions, fail)]".to_owned()),
        status: None,
        suggestion: None,
        fingerprint: String::new(),
    }
}

fn ascii() -> Style {
    Style::default()
}

#[test]
fn a_finding_has_headline_code_notes_and_help() {
    let mut finding = finding("load");
    finding.labels.remove(1);
    let text = findings(
        Style {
            unicode: true,
            ..ascii()
        },
        &files(),
        &unfolded(&[finding]),
    );
    insta::assert_snapshot!(text, @r"
    error[undeclared-dependency]: `load` fails when `sessions` is down, and nothing declares that
       ╭─[src/session.rs:3:19]
     2 │     let mut c = self.pool.get().await?;
     3 │     let größe = c.get(key).await?;
       ·                   ────┬───
       ·                       ╰── reads `sessions`
     4 │     Ok(größe)
       ╰────
       src/main.rs:1:10: the entry point
       reached by POST /login → load
       help: say what happens
             #[spof::on_outage(sessions, fail)]
    ");
}

#[test]
fn a_large_group_is_one_message_with_three_places() {
    let all: Vec<Finding> = (0..7).map(|n| finding(&format!("shop::f{n}"))).collect();
    let shown = fold(&all, &|_| Some("shop".to_owned()));
    let text = findings(ascii(), &files(), &shown);
    assert_eq!(text.matches("error[").count(), 1);
    assert!(
        text.contains("7 functions of package `shop` fail when `sessions` is down"),
        "{text}"
    );
    assert!(text.contains("and 4 more functions"), "{text}");
    assert_eq!(
        text.matches("also src/session.rs:3:19 in").count(),
        2,
        "{text}"
    );
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let mut files = Files::default();
    let file = files.push(
        "a\u{1b}[2J.rs".to_owned(),
        "let x = \"\u{1b}]0;t\u{7}\u{202e}\";\n",
    );
    let mut finding = finding("f");
    finding.message = "a\u{1b}[31m".to_owned();
    finding.notes = vec!["b\u{9b}0m".to_owned()];
    finding.help = Some("c\u{2066}".to_owned());
    let span = Span::new(4, 5);
    finding.labels = vec![Label {
        place: Place { file, span },
        message: "d\u{7}".to_owned(),
    }];
    let text = findings(ascii(), &files, &unfolded(&[finding]));
    let is_plain =
        |c: char| c == '\n' || (!c.is_control() && !matches!(c, '\u{2066}' | '\u{202e}'));
    assert!(text.chars().all(is_plain), "{text:?}");
}

#[test]
fn places_at_the_end_of_a_file_and_in_empty_or_endless_files_are_drawn() {
    let mut files = Files::default();
    for text in ["", "fn f() {\n", "x", &"y".repeat(9999)] {
        let file = files.push("a.rs".to_owned(), text);
        let end = u32::try_from(text.len()).expect("small");
        for span in [Span::new(0, 0), Span::new(end, end), Span::new(0, end)] {
            let mut finding = finding("f");
            finding.labels = vec![Label {
                place: Place { file, span },
                message: "here".to_owned(),
            }];
            let text = findings(ascii(), &files, &unfolded(&[finding]));
            assert!(
                text.contains("a.rs:1:") || text.contains("a.rs:2:") || end == 0,
                "{text}"
            );
            assert!(text.len() < 2000);
        }
    }
}
