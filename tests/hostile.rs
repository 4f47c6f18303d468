//! Code from strangers: nothing in it reaches the terminal unescaped, leads outside the workspace,
//! or makes the program hang or overflow its stack.

use crate::binary::{self, Run, Site};
use std::fs;
use std::path::Path;

const MANIFEST: &str = "fixtures/hostile/Cargo.toml";

fn check(format: &str) -> Run {
    binary::spof([
        "--unseen",
        "--message-format",
        format,
        "--manifest-path",
        MANIFEST,
    ])
}

fn sites() -> Vec<Site> {
    binary::sites_of_what_is_read(&binary::root().join(MANIFEST))
}

#[test]
fn no_control_or_bidi_character_is_written() {
    for format in [
        "human", "short", "json", "github", "gitlab", "sarif", "rustc",
    ] {
        let run = check(format);
        assert!(
            run.exit.is_some_and(|exit| exit < 4),
            "{format}: {}",
            run.stderr
        );
        is_harmless(format, &run);
    }
    let inventory = [
        "text",
        "json",
        "md",
        "csv",
        "html",
        "cyclonedx",
        "mermaid",
        "dot",
        "backstage",
    ];
    for format in inventory {
        let args = ["inventory", "--format", format, "--manifest-path", MANIFEST];
        is_harmless(format, &binary::spof(args));
    }
    for format in ["text", "json", "md", "html", "mermaid", "dot"] {
        let args = [
            "blast",
            "redis",
            "-v",
            "--format",
            format,
            "--manifest-path",
            MANIFEST,
        ];
        is_harmless(format, &binary::spof(args));
    }
}

fn is_harmless(format: &str, run: &Run) {
    assert!(!run.stdout.is_empty(), "{format}: {}", run.stderr);
    for text in [&run.stdout, &run.stderr] {
        let is_bad = |c: &char| {
            let is_bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            is_bidi || (c.is_control() && *c != '\n')
        };
        let bad = text.chars().find(is_bad);
        assert_eq!(bad, None, "{format}: {}", text.escape_debug());
    }
}

#[test]
fn no_line_is_a_command_to_a_ci_service() {
    for format in ["human", "short", "json", "gitlab", "sarif", "rustc"] {
        let run = check(format);
        let is_command = |line: &str| line.trim_start().starts_with("::");
        let lines: Vec<&str> = run.stdout.lines().chain(run.stderr.lines()).collect();
        assert!(
            !lines.iter().any(|line| is_command(line)),
            "{format}: {lines:#?}"
        );
    }
}

#[test]
fn a_byte_order_mark_and_crlf_shift_no_position() {
    let sites = sites();
    let lines: Vec<u32> = of(&sites, "bom-crlf/").map(|site| site.line).collect();
    assert_eq!(lines, [5]);
    let columns: Vec<u32> = of(&sites, "bom-crlf/").map(|site| site.column).collect();
    assert_eq!(columns, [20]);
}

#[test]
fn a_loop_of_modules_ends_and_counts_once() {
    assert_eq!(of(&sites(), "loop/src/lib.rs").count(), 1);
}

#[test]
fn no_module_leads_out_of_the_workspace() {
    let sites = sites();
    assert_eq!(of(&sites, "outside/").count(), 1);
    assert!(
        !sites.iter().any(|site| site.file.contains("..")),
        "{sites:?}"
    );
    assert!(
        !sites.iter().any(|site| site.file.ends_with("sessions.rs")),
        "{sites:?}"
    );
}

#[test]
fn deep_nesting_overflows_no_stack() {
    let nestings = [
        ("(", "0", ")"),
        ("{", "0", "}"),
        ("[", "0", "]"),
        ("!", "true", ""),
        ("&", "0", ""),
        ("f(", "0", ")"),
        ("if a { ", "", " }"),
        ("|| ", "0", ""),
        ("", "a", ".b()"),
        ("", "a", " + 1"),
        ("m!(", "0", ")"),
    ];
    let bodies = nestings.map(|(open, inner, close)| {
        let (open, close) = (open.repeat(20_000), close.repeat(20_000));
        format!("pub fn deep() {{ let _ = {open}{inner}{close}; }}\n")
    });
    let types = format!(
        "pub type Deep = {}u8{};\n",
        "Vec<".repeat(20_000),
        ">".repeat(20_000)
    );
    let modules = "mod m { ".repeat(20_000) + &" }".repeat(20_000);
    for text in bodies.into_iter().chain([types, modules]) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        package(dir.path(), &text);
        let manifest = dir.path().join("Cargo.toml");
        let run = binary::spof([
            "--quiet".as_ref(),
            "--manifest-path".as_ref(),
            manifest.as_os_str(),
        ]);
        let head: String = text.chars().take(40).collect();
        // Analysed, or told to be too deep: never ended by a signal.
        assert!(
            matches!(run.exit, Some(0 | 3)),
            "{head}: {:?} {}",
            run.exit,
            run.stderr
        );
    }
}

fn of<'s>(sites: &'s [Site], file: &str) -> impl Iterator<Item = &'s Site> {
    sites.iter().filter(move |site| site.file.starts_with(file))
}

fn package(dir: &Path, text: &str) {
    let manifest =
        "[package]\nname = \"deep\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(dir.join("Cargo.toml"), manifest).expect("writable");
    fs::create_dir(dir.join("src")).expect("writable");
    fs::write(dir.join("src/lib.rs"), text).expect("writable");
}
