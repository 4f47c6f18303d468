//! What declarations stand on.

use super::{declared, problems, read};
use crate::declarations::Allow;

/// The scope of the one declaration of a text that says `on_outage(a, skip, reason = "x")` at `§`.
#[track_caller]
fn check(text: &str, expected: &str) {
    for newline in ["\n", "\r\n"] {
        let text = text.replace('§', "spof: on_outage(a, skip, reason = \"x\")");
        let text = format!("// ä, 日本語\n{text}").replace('\n', newline);
        assert_eq!(declared(&text), [format!("a skip on {expected}")], "{text}");
    }
}

#[track_caller]
fn check_problem(text: &str, expected: &str) {
    let text = text.replace('§', "spof: on_outage(a, skip, reason = \"x\")");
    let found = problems(&text, &read(&text).malformed);
    let declaration = "// spof: on_outage(a, skip, reason = \"x\")";
    assert_eq!(found, [format!("{declaration}: {expected}")]);
}

const ORPHAN: &str = "`on_outage` stands on nothing \
    (put it right above the statement, item or field that it is for)";

#[test]
fn a_comment_stands_on_the_whole_statement_below_it() {
    check(
        "fn f() {\n    // §\n    let x = c.get().await?;\n    y();\n}",
        "statement: let x = c.get().await?;",
    );
    check(
        "fn f() {\n    // §\n    c.get().go();\n}",
        "statement: c.get().go();",
    );
    check(
        "fn f() {\n    // §\n    c.get()\n        .go()\n}",
        "statement: c.get() .go()",
    );
    check(
        "fn f() {\n    // §\n    return c.get();\n}",
        "statement: return c.get();",
    );
    check(
        "fn f() {\n    // §\n    #[cfg(a)]\n    c.get();\n}",
        "statement: c.get();",
    );
    check(
        "const A: u8 = {\n    // §\n    get();\n    1\n};",
        "statement: get();",
    );
}

#[test]
fn a_statement_may_begin_with_a_sign() {
    for statement in [
        "_ = c.get().await;",
        "<S as T>::get(c);",
        "<S>::get(c);",
        "::a::get(c);",
        "*x = c.get();",
        "!c.get();",
        "(c.get()).go();",
        "&c.get();",
        "[c.get()];",
        "|| c.get();",
        "..c.get();",
        "\"a\".get(c);",
        "a[0] = c.get();",
        "x += c.get() as u8;",
        "c.get().map(|x| x)?.go() as u8;",
        "break 'a c.get();",
    ] {
        check(
            &format!("fn f() {{\n    z();\n    // §\n    {statement}\n}}"),
            &format!("statement: {statement}"),
        );
        check(
            &format!("fn f() {{\n    z();\n    {statement} // §\n    y();\n}}"),
            &format!("statement: {statement}"),
        );
    }
}

#[test]
fn a_comment_stands_on_the_block_or_loop_below_it() {
    check(
        "fn f() {\n    // §\n    {\n        c.get();\n    }\n}",
        "statement: { c.get(); }",
    );
    check(
        "fn f() {\n    // §\n    unsafe { c.get() }\n}",
        "statement: { c.get() }",
    );
    check(
        "fn f() {\n    // §\n    if c.get() { a(); } else { b(); }\n}",
        "statement: if c.get() { a(); } else { b(); }",
    );
    check(
        "fn f() {\n    // §\n    'a: loop { c.get(); }\n}",
        "statement: loop { c.get(); }",
    );
    check(
        "fn f() {\n    // §\n    async move { c.get() }.await\n}",
        "statement: async move { c.get() }.await",
    );
    check(
        "fn f() {\n    let x = // §\n    {\n c.get() };\n}",
        "statement: let x = // spof: on_outage(a, skip, reason = \"x\") { c.get() };",
    );
}

#[test]
fn a_comment_stands_on_the_item_below_it_whatever_stands_before_its_keyword() {
    check("// §\nfn f() {}", "Fn: fn f() {}");
    check(
        "// §\n/// Docs.\n#[inline]\npub(crate) async fn f() {}",
        "Fn: /// Docs. #[inline] pub(crate) async fn f() {}",
    );
    check(
        "/// Docs.\n// §\n#[inline]\npub fn f() {}",
        "Fn: /// Docs. // spof: on_outage(a, skip, reason = \"x\") #[inline] pub fn f() {}",
    );
    check(
        "#[inline]\n// §\npub unsafe extern \"C\" fn f() {}",
        "Fn: #[inline] // spof: on_outage(a, skip, reason = \"x\") pub unsafe extern \"C\" fn f() {}",
    );
    check(
        "#[inline] // §\nfn f() {}",
        "Fn: #[inline] // spof: on_outage(a, skip, reason = \"x\") fn f() {}",
    );
    check("// §\npub const fn f() {}", "Fn: fn f() {}");
    check(
        "// §\n#[async_trait]\nunsafe impl T for S {}",
        "Impl: impl T for S {}",
    );
    check(
        "#[async_trait] // §\nimpl T for S {}",
        "Impl: impl T for S {}",
    );
    check("// §\npub trait T {}", "Trait: trait T {}");
    check(
        "// §\npub mod m { fn f() {} }",
        "Mod: pub mod m { fn f() {} }",
    );
    check(
        "// §\n#[derive(Debug)]\npub struct S;",
        "Struct: #[derive(Debug)] pub struct S;",
    );
    check("// §\npub enum E { A }", "Struct: pub enum E { A }");
    check("// §\nstatic A: u8 = 1;", "Other: static A: u8 = 1;");
    check(
        "impl S {\n    // §\n    pub fn f() {}\n    fn g() {}\n}",
        "Fn: fn f() {}",
    );
    check(
        "trait T {\n    // §\n    async fn f();\n}",
        "Fn: async fn f();",
    );
    check("fn f() {\n    // §\n    fn g() {}\n}", "Fn: fn g() {}");
    check(
        "// §\nlazy_static! { static ref A: u8 = f(); }",
        "Other: lazy_static! { static ref A: u8 = f(); }",
    );
}

#[test]
fn other_comments_may_stand_between() {
    check(
        "fn f() {\n    // §\n    // why\n    /* how */\n    c.get();\n}",
        "statement: c.get();",
    );
    check(
        "fn f() {\n    // why\n    // §\n\n    c.get();\n}",
        "statement: c.get();",
    );
}

#[test]
fn a_comment_stands_on_the_field_below_it_or_before_it() {
    check("struct S {\n    // §\n    pub a: Pool,\n}", "field: a");
    check(
        "struct S {\n    // §\n    #[serde(skip)]\n    pub(crate) a: Pool,\n    b: u8,\n}",
        "field: a",
    );
    check(
        "struct S {\n    a: Map<A, B>, // §\n    b: u8,\n}",
        "field: a",
    );
    check("struct S(\n    // §\n    pub Pool,\n);", "field: Pool");
    check(
        "enum E {\n    A {\n        // §\n        a: Pool,\n    },\n}",
        "field: a",
    );
    check(
        "fn f() -> S {\n    S {\n        // §\n        a: c.get(),\n        b,\n    }\n}",
        "statement: c.get()",
    );
}

#[test]
fn a_comment_above_an_arm_stands_on_its_body() {
    check(
        "fn f() {\n    match x {\n        // §\n        Some(1) => c.get(),\n        _ => {}\n    }\n}",
        "statement: c.get()",
    );
    check(
        "fn f() {\n    match x {\n        A => {}\n        // §\n        1 | 2 if y => { c.get(); }\n        _ => {}\n    }\n}",
        "statement: { c.get(); }",
    );
    check(
        "fn f() {\n    match x {\n        A => a(),\n        // §\n        &B => c.get(),\n    }\n}",
        "statement: c.get()",
    );
    check(
        "fn f() {\n    match x {\n        A => a(), // §\n        _ => b(),\n    }\n}",
        "statement: a()",
    );
    check(
        "fn f() {\n    match x {\n        A => { // §\n            a()\n        }\n        _ => b(),\n    }\n}",
        "statement: { // spof: on_outage(a, skip, reason = \"x\") a() }",
    );
}

#[test]
fn a_comment_behind_code_stands_on_the_statement_that_ends_or_goes_on_there() {
    check(
        "fn f() {\n    c.get(); // §\n    d();\n}",
        "statement: c.get();",
    );
    check("fn f() {\n    c.get() // §\n}", "statement: c.get()");
    check(
        "fn f() {\n    let x = c\n        .get()\n        .await?; // §\n    d();\n}",
        "statement: let x = c .get() .await?;",
    );
    check(
        "fn f() {\n    let x = c\n        .get() // §\n        .await?;\n}",
        "statement: let x = c .get() // spof: on_outage(a, skip, reason = \"x\") .await?;",
    );
    check(
        "fn f() {\n    if a { b(); } // §\n    d();\n}",
        "statement: if a { b(); }",
    );
    check(
        "fn f() { // §\n    b();\n}",
        "Fn: fn f() { // spof: on_outage(a, skip, reason = \"x\") b(); }",
    );
    check("fn f() { b(); } // §", "Fn: fn f() { b(); }");
    check("mod m; // §", "Mod: mod m;");
    check(
        "impl S { // §\n}",
        "Impl: impl S { // spof: on_outage(a, skip, reason = \"x\") }",
    );
}

#[test]
fn an_inner_comment_stands_on_what_encloses_it() {
    check("//! §\nfn f() {}", "the file");
    check("//! Docs.\n//!\n//! §\n\nuse a::b;", "the file");
    check(
        "mod m {\n    //! §\n    fn f() {}\n}",
        "Mod: mod m { //! spof: on_outage(a, skip, reason = \"x\") fn f() {} }",
    );
    check(
        "fn f() {\n    //! §\n    g();\n}",
        "Fn: fn f() { //! spof: on_outage(a, skip, reason = \"x\") g(); }",
    );
    check(
        "impl S {\n    //! §\n}",
        "Impl: impl S { //! spof: on_outage(a, skip, reason = \"x\") }",
    );
}

#[test]
fn comments_inside_of_macros_stand_on_their_statements_arms_and_arguments() {
    check(
        "async fn f() {\n    tokio::select! {\n        _ = stop() => {}\n        m = next() => {\n            // §\n            c.get(m).await?;\n        }\n    }\n}",
        "statement: c.get(m).await?;",
    );
    check(
        "async fn f() {\n    tokio::select! {\n        _ = stop() => {}\n        // §\n        m = c.next() => { go(m); }\n    }\n}",
        "statement: c.next() => { go(m); }",
    );
    check(
        "async fn f() {\n    tokio::try_join!(\n        a.get(),\n        // §\n        b.get().go(),\n    )?;\n}",
        "statement: b.get().go()",
    );
    check(
        "async fn f() {\n    tokio::try_join!(\n        a.get(), // §\n        b.get(),\n    )?;\n}",
        "statement: a.get()",
    );
    check(
        "fn f() {\n    // §\n    tokio::join!(a.get());\n}",
        "statement: tokio::join!(a.get())",
    );
}

#[test]
fn attributes_stand_on_what_they_are_written_on() {
    let attr = "spof::on_outage(a, skip, reason = \"x\")";
    for (text, expected) in [
        (format!("#![{attr}]"), "the file".to_owned()),
        (
            format!("#[{attr}] fn f() {{}}"),
            format!("Fn: #[{attr}] fn f() {{}}"),
        ),
        (
            format!("#[{attr}] impl S {{}}"),
            "Impl: impl S {}".to_owned(),
        ),
        (
            format!("impl S {{ #[{attr}] fn f() {{}} }}"),
            format!("Fn: #[{attr}] fn f() {{}}"),
        ),
        (
            format!("trait T {{ #[{attr}] fn f(); }}"),
            format!("Fn: #[{attr}] fn f();"),
        ),
        (
            format!("#[{attr}] mod m;"),
            format!("Mod: #[{attr}] mod m;"),
        ),
        (
            format!("struct S {{ #[{attr}] a: u8 }}"),
            "field: a".to_owned(),
        ),
        (
            format!("fn f() {{ #[{attr}] c.get(); }}"),
            "statement: c.get();".to_owned(),
        ),
        (
            format!("#[cfg_attr(any(), {attr})] struct S;"),
            format!("Struct: #[cfg_attr(any(), {attr})] struct S;"),
        ),
        (
            "use spof::on_outage;\n#[on_outage(a, skip, reason = \"x\")]\nimpl S {}".to_owned(),
            "Impl: impl S {}".to_owned(),
        ),
    ] {
        assert_eq!(declared(&text), [format!("a skip on {expected}")]);
    }
}

#[test]
fn an_orphan_is_a_problem() {
    check_problem("fn f() {\n    c.get();\n    // §\n}", ORPHAN);
    check_problem("fn f() {}\n// §", ORPHAN);
    check_problem("fn f() {\n    c\n        // §\n        .get();\n}", ORPHAN);
    check_problem("enum E {\n    A, // §\n    B,\n}", ORPHAN);
    check_problem("fn f(\n    // §\n    a: u8,\n) {}", ORPHAN);
    check_problem("impl S {\n    // §\n}", ORPHAN);
}

#[test]
fn a_comment_in_a_macro_that_is_not_read_says_so() {
    let expected = "`on_outage` stands in a macro that is not read \
        (put it right above the macro's call)";
    check_problem(
        "macro_rules! m {\n    () => {\n        // §\n        c.get();\n    };\n}",
        expected,
    );
    check_problem(
        "fn f() {\n    m!(go(a) b => c;;\n        // §\n        + x.y(z) =);\n}",
        expected,
    );
}

#[test]
fn a_file_that_does_not_parse_has_no_orphans() {
    let text = "fn f( {\n    // spof: on_outage(a, skip)\n    c.get();\n}";
    assert_eq!(
        problems(text, &read(text).malformed),
        ["skip: `skip` needs `reason` (add `reason = \"…\"`)"]
    );
}

#[test]
fn two_declarations_for_one_store_on_one_place_are_a_problem_of_the_second() {
    let text = "// spof: on_outage(a, skip, reason = \"x\")\n\
        #[spof::on_outage(a, fail_open, reason = \"x\")]\n\
        #[spof::on_outage(b, skip, reason = \"x\")]\n\
        fn f() {}";
    let found = read(text);
    assert_eq!(found.declarations.len(), 2);
    assert_eq!(
        problems(text, &found.malformed),
        [
            "#[spof::on_outage(a, fail_open, reason = \"x\")]: a second declaration for `a` here \
            (keep one of them) [// spof: on_outage(a, skip, reason = \"x\"): the first one]"
        ]
    );
}

#[test]
fn two_conditions_may_have_two_declarations() {
    let text = "#[cfg_attr(a, spof::on_outage(a, skip, reason = \"x\"))]\n\
        #[cfg_attr(not(a), spof::on_outage(a, fail_open, reason = \"x\"))]\nimpl S {}";
    assert_eq!(
        declared(text),
        [
            "a skip on Impl: impl S {}",
            "a fail_open on Impl: impl S {}"
        ]
    );
}

#[test]
fn allows_name_lints_and_have_a_reason() {
    let text = "// spof: allow(unbounded-wait, lost-write, reason = \"(x)\", until = \"2027-01-01\")\nfn f() {}\n#[spof::allow(lost_write)] struct S;\n#[allow(dead_code)] fn g() {}";
    let found = read(text);
    let said = |allow: &Allow| {
        let lints: Vec<&str> = allow.lints.iter().map(|it| it.value.as_str()).collect();
        let reason = allow.reason.as_ref().map_or("-", |it| &it.value);
        let until = allow.until.as_ref().map_or("-", |it| &it.value);
        format!("{} {reason} {until}", lints.join(" "))
    };
    let said: Vec<String> = found.allows.iter().map(said).collect();
    assert_eq!(
        said,
        ["unbounded-wait lost-write (x) 2027-01-01", "lost-write - -"]
    );
    let place = found.allows[0].lints[1].place;
    assert_eq!(place.span.text(text), "lost-write");
    let messages: Vec<&str> = found.malformed.iter().map(|it| &*it.message).collect();
    assert_eq!(messages, ["`allow` needs `reason`"]);
}

#[test]
fn declarations_come_in_the_order_of_their_places() {
    let text = "//! spof: on_outage(a, skip, reason = \"x\")\n\
        fn f() { g(); } // spof: on_outage(b, skip, reason = \"x\")\n\
        #[spof::on_outage(c, skip, reason = \"x\")] struct S;";
    let stores: Vec<String> = declared(text).iter().map(|it| it[..1].to_owned()).collect();
    assert_eq!(stores, ["a", "b", "c"]);
}
