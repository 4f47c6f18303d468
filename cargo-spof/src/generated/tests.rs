//! What is written for packages whose shapes and names are awkward.

use super::package::write;
use super::protos::{ProtoFile, Protos};
use crate::catalogue::{Catalogue, RuleFile};
use crate::facts::extract;
use crate::span::FileId;
use std::path::Path;

const RULE: &str = r#"
crate = "keeper"
store = "Keeper"
kind = "rpc"
scope = "remote"
[proto]
macros = "include_keeper"
types = { "google.protobuf.Empty" = "()" }
service = '''
pub trait {{ service.name }} { {% for method in service.methods %}
    async fn {{ method.name }}(&self, r: {{ method.request }}) -> {{ method.response }};
{% endfor %} }
'''
"#;

/// The Rust of a package, a line an item, as it is with the files of these texts.
fn written(package: &str, texts: &[&str]) -> String {
    let rule = RuleFile {
        file: FileId(0),
        stem: "keeper",
        text: RULE,
    };
    let catalogue = Catalogue::new(&[rule]).expect("a rule");
    let rule = catalogue.rules()[0].proto.as_ref().expect("a table");
    let files = texts.iter().enumerate().map(|(at, text)| ProtoFile {
        path: format!("{at}.proto").into(),
        content: protox_parse::parse("", text).expect("parses"),
    });
    let protos = Protos::new(files.collect());
    let files = protos.of_package(package, Path::new("/"));
    let text = write(&protos, rule, &files).expect("written");
    assert_eq!(extract(&text, None).broken, None, "{text}");
    text
}

#[test]
fn messages_have_their_fields_and_what_is_nested_a_module() {
    let text = written(
        "shop.v1",
        &[r#"
            syntax = "proto3";
            package shop.v1;
            message Order {
                string id = 1;
                optional uint32 type = 2;
                repeated Line lines = 3;
                map<string, Line> by_sku = 4;
                State state = 5;
                Line first = 6;
                oneof payment { string card = 7; Cash cash = 8; }
                message Line { bytes raw = 1; repeated State states = 2; Order parent = 3; }
                message Cash { google.protobuf.Empty nothing = 1; sint64 cents = 2; }
                enum State { STATE_NEW = 0; STATE_PAID = 1; STATE_2ND = 2; }
            }
        "#],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn names_are_looked_up_from_the_inside_out_and_across_packages() {
    let text = written(
        "a.b",
        &[
            r#"
            syntax = "proto3";
            package a.b;
            message User { message Id { string v = 1; } Id own = 1; .a.b.Id outer = 2; c.User other = 3; a.c.User.Id deep = 4; }
            message Id { x.y.Unknown far = 1; self keyword = 2; }
            message self { int32 fn = 1; }
            service APIKeys {
                rpc GetURL (User) returns (c.User);
                rpc Watch (stream User.Id) returns (stream google.protobuf.Empty);
            }
            "#,
            "syntax = \"proto3\"; package a.c; message User { message Id {} }",
            // A second copy says nothing new.
            "syntax = \"proto3\"; package a.c; message User { message Id {} }",
        ],
    );
    insta::assert_snapshot!(text);
}
