//! Code that generators write: from `.proto` files, and from what a build has left.

use crate::binary::{self, Site};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
    [dependencies]\ntonic = \"*\"\nredis = \"*\"\n";

const STOCK: &str = r#"
syntax = "proto3";
package shop.stock.v1;
import "types.proto";
service Stock { rpc Reserve (shop.types.Order) returns (Reply); }
message Reply { bool is_reserved = 1; }
"#;

const TYPES: &str = r#"
syntax = "proto3";
package shop.types;
message Order { string id = 1; repeated Line lines = 2; message Line { string sku = 1; } }
"#;

/// A package of these files.
fn package(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        write(dir.path(), path, text);
    }
    dir
}

fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
}

fn sites(dir: &TempDir) -> Vec<String> {
    let found = binary::sites(&dir.path().join("Cargo.toml"));
    let show = |site: &Site| {
        format!(
            "{}:{} {} {}",
            site.file, site.line, site.operation, site.class
        )
    };
    found.iter().map(show).collect()
}

/// The lines about generated code among what was not seen.
fn unseen(dir: &TempDir) -> Vec<String> {
    let run = binary::spof_in(
        dir.path(),
        ["check", "--unseen", "--message-format", "short"],
    );
    let all = run.stdout.lines().chain(run.stderr.lines());
    let of_generators = all.filter(|line| line.contains("generated code: "));
    of_generators.map(str::to_owned).collect()
}

#[test]
fn one_file_of_all_packages_has_them_in_modules() {
    let script = r#"fn main() { tonic_prost_build::configure().include_file("all.rs").compile_protos(&["proto/stock.proto"], &["proto"]).unwrap(); }"#;
    let code = r#"
        mod pb { include!(concat!(env!("OUT_DIR"), "/all.rs")); }
        use pb::shop::stock::v1::stock_client::StockClient;
        use pb::shop::types::Order;
        type Channel = tonic::transport::Channel;
        pub async fn reserve(mut stock: StockClient<Channel>, order: Order, cache: redis::aio::ConnectionManager) -> bool {
            for line in &order.lines { let _ = redis::AsyncCommands::del::<_, ()>(&mut cache.clone(), &line.sku).await; }
            stock.reserve(order).await.is_ok()
        }
    "#;
    let dir = package(&[
        ("Cargo.toml", MANIFEST),
        ("build.rs", script),
        ("src/lib.rs", code),
        ("proto/stock.proto", STOCK),
        ("proto/types.proto", TYPES),
    ]);
    assert_eq!(
        sites(&dir),
        ["src/lib.rs:7 del write", "src/lib.rs:8 reserve call"]
    );
    assert_eq!(unseen(&dir), [""; 0]);
}

#[test]
fn of_two_packages_of_one_name_the_nearer_is_meant() {
    let code = |method: &str| {
        format!(
            "mod pb {{ tonic::include_proto!(\"a\"); }}\n\
             pub async fn call(mut c: pb::s_client::SClient<tonic::transport::Channel>) {{ let _ = c.{method}(pb::M {{}}).await; }}\n"
        )
    };
    let proto = |method: &str| {
        format!(
            "syntax = \"proto3\"; package a; service S {{ rpc {method} (M) returns (M); }} message M {{}}"
        )
    };
    let dir = package(&[(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"x\", \"y\", \"z\"]\n",
    )]);
    for (member, method) in [("x", "Left"), ("y", "Right"), ("z", "Left")] {
        let manifest = MANIFEST.replace("demo", member);
        write(dir.path(), &format!("{member}/Cargo.toml"), &manifest);
        write(
            dir.path(),
            &format!("{member}/src/lib.rs"),
            &code(&method.to_lowercase()),
        );
        // `z` uses what lies elsewhere.
        if member != "z" {
            write(
                dir.path(),
                &format!("{member}/proto/s.proto"),
                &proto(method),
            );
        }
    }
    assert_eq!(
        sites(&dir),
        [
            "x/src/lib.rs:2 left call",
            "y/src/lib.rs:2 right call",
            "z/src/lib.rs:2 left call"
        ]
    );
}

#[test]
fn a_file_that_does_not_parse_and_one_that_is_missing_are_unseen_at_the_include() {
    let code = "mod a { tonic::include_proto!(\"a\"); }\nmod b { tonic::include_proto!(\"b\"); }\n\
        pub async fn call(mut c: a::s_client::SClient<tonic::transport::Channel>) { let _ = c.get(()).await; }\n";
    let dir = package(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", code),
        (
            "a.proto",
            "syntax = \"proto3\"; package a; service S { rpc Get (M) returns (M) }",
        ),
    ]);
    assert_eq!(sites(&dir), [""; 0]);
    assert_eq!(
        unseen(&dir),
        [
            "src/lib.rs:1:9 generated code: include_proto!(a)",
            "src/lib.rs:2:9 generated code: include_proto!(b)",
        ]
    );
}

#[test]
fn what_a_build_has_left_is_read_where_nothing_else_says_it() {
    let code = "pub mod queries { include!(concat!(env!(\"OUT_DIR\"), \"/queries.rs\")); }\n\
        mod a { tonic::include_proto!(\"a\"); }\n";
    let dir = package(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", code),
        ("a.proto", "syntax = \"proto3\"; package a; message M {}"),
    ]);
    assert_eq!(
        unseen(&dir),
        ["src/lib.rs:1:19 generated code: OUT_DIR/queries.rs"]
    );

    let query = |operation: &str| {
        format!(
            "pub fn f(c: &mut redis::Connection) -> redis::RedisResult<()> {{ use redis::Commands; c.{operation}(\"k\") }}\n"
        )
    };
    let built = [
        "debug/build/demo-0",
        "x86_64-unknown-linux-gnu/release/build/demo-1",
        "debug/build/demo-other-2",
    ];
    for (age, (at, operation)) in built.iter().zip(["del", "incr", "get"]).enumerate() {
        let path = format!("target/{at}/out/queries.rs");
        write(dir.path(), &path, &query(operation));
        let hour = Duration::from_secs(3600 * (age as u64 + 1));
        let file = fs::File::options()
            .write(true)
            .open(dir.path().join(path))
            .expect("there");
        file.set_modified(SystemTime::UNIX_EPOCH + hour)
            .expect("dated");
    }
    // What the workspace says is not asked of a build.
    write(
        dir.path(),
        "target/debug/build/demo-0/out/a.rs",
        &query("set_nx"),
    );
    assert_eq!(
        sites(&dir),
        ["target/x86_64-unknown-linux-gnu/release/build/demo-1/out/queries.rs:1 incr write"]
    );
    assert_eq!(unseen(&dir), [""; 0]);
}
