//! JSON Schemas, and what is checked against them.

use crate::binary;
use boon::{Compiler, Schemas};
use serde_json::Value;

/// Fails where a value is not what a schema of this repository says; `others` are the files that it names, with the addresses under
/// which it does.
pub(crate) fn check(schema: &str, others: &[(&str, &str)], value: &Value) {
    let read = |path: &str| -> Value {
        let text = std::fs::read_to_string(binary::root().join(path)).expect("readable");
        serde_json::from_str(&text).expect("JSON")
    };
    let address = "https://spof.test/schema.json";
    let mut compiler = Compiler::new();
    let mut schemas = Schemas::new();
    compiler
        .add_resource(address, read(schema))
        .expect("a schema");
    for (address, path) in others {
        compiler
            .add_resource(address, read(path))
            .expect("a schema");
    }
    let compiled = compiler.compile(address, &mut schemas).expect("compiled");
    if let Err(error) = schemas.validate(value, compiled) {
        panic!("{schema}: {error:#}");
    }
}
