//! Published applications that nobody here wrote, pinned in `fixtures/ecosystem`. One snapshot each
//! has every call site; its lines were compared with the sources by reading them.

use crate::binary;
use cargo_metadata::MetadataCommand;
use std::path::PathBuf;

/// The manifest of a pinned package, in cargo's own store of sources.
///
/// Cargo leaves a package without a library out of its answer, so the folder of sources is found
/// by one that has a library.
pub(crate) fn manifest(package: &str) -> PathBuf {
    let mut command = MetadataCommand::new();
    command.manifest_path(binary::fixture("ecosystem/Cargo.toml"));
    command.other_options(["--locked".to_owned()]);
    let metadata = command.exec().expect("the pinned packages");
    let root = metadata.root_package().expect("the fixture");
    let pinned = root.dependencies.iter().find(|it| it.name == package);
    let version = pinned.expect("pinned").req.to_string();
    let neighbour = metadata.packages.iter().find(|it| it.name == "fang");
    let folder = neighbour.and_then(|it| it.manifest_path.parent()?.parent());
    let folder = folder.expect("a folder of sources").as_std_path();
    let name = format!("{package}-{}", version.trim_start_matches('='));
    folder.join(name).join("Cargo.toml")
}

fn sites(package: &str) -> String {
    let sites = binary::sites(&manifest(package));
    let lines: Vec<String> = sites.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn apalis_redis() {
    insta::assert_snapshot!("ecosystem_apalis_redis", sites("apalis-redis"));
}

#[test]
fn atuin_server_postgres() {
    insta::assert_snapshot!(
        "ecosystem_atuin_server_postgres",
        sites("atuin-server-postgres")
    );
}

#[test]
fn fang() {
    insta::assert_snapshot!("ecosystem_fang", sites("fang"));
}

#[test]
fn rustus() {
    insta::assert_snapshot!("ecosystem_rustus", sites("rustus"));
}

#[test]
fn sccache() {
    insta::assert_snapshot!("ecosystem_sccache", sites("sccache"));
}

#[test]
fn sqlxmq() {
    insta::assert_snapshot!("ecosystem_sqlxmq", sites("sqlxmq"));
}
