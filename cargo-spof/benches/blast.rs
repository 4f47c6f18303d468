//! How long an outage takes to answer, once a large workspace is analysed: 2,000 services with 20,000 entry points and 200 stores,
//! generated. Each service reads stores, falls back from some to others, and asks the next service; chains of calls are up to 50 services
//! long.
//!
//! `cargo bench --bench blast`: the medians are to be read beside one another, in the same run.
#![allow(
    clippy::disallowed_methods,
    reason = "the workspace is generated on disk, as a user's lies there"
)]

use cargo_spof::analysis::{Analysis, analyze};
use cargo_spof::blast::{Down, Outages};
use cargo_spof::catalogue::Catalogue;
use cargo_spof::sources::Sources;
use cargo_spof::workspace::load::{LoadOptions, load};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

const N_SERVICES: usize = 2000;
const N_STORES: usize = 200;
const N_ENTRIES: usize = 10;
/// Services that ask one another in a row.
const CHAIN: usize = 50;

/// A store is a field of a crate that all services share.
fn stores() -> String {
    let mut code = String::from(
        "use redis::aio::ConnectionManager;\n\n#[derive(Clone)]\npub struct Stores {\n",
    );
    for store in 0..N_STORES {
        let _ = writeln!(code, "    pub s{store}: ConnectionManager,");
    }
    code + "}\n"
}

/// The handlers of a service: some fail with a store, some fall back to another, one asks the next service.
fn service(number: usize) -> String {
    let mut code = String::from(
        "use axum::{Router, extract::State, http::StatusCode, routing::get};\nuse redis::AsyncCommands;\nuse stores::Stores;\n\n\
         type Answer = Result<String, StatusCode>;\nfn gone<E>(_: E) -> StatusCode { StatusCode::SERVICE_UNAVAILABLE }\n\n",
    );
    for entry in 0..N_ENTRIES {
        let store = (number * N_ENTRIES + entry) % N_STORES;
        let other = (store + 7) % N_STORES;
        let body = match entry {
            0 if !(number + 1).is_multiple_of(CHAIN) => {
                let next = number + 1;
                format!(
                    "    let answer = reqwest::get(\"http://svc-{next}.internal/e0\").await.map_err(gone)?;\n    \
                     answer.error_for_status().map_err(gone)?.text().await.map_err(gone)\n"
                )
            }
            1..4 => format!(
                "    match stores.s{store}.get::<_, String>(\"k\").await {{\n        Ok(value) => Ok(value),\n        \
                 Err(_) => stores.s{other}.get(\"k\").await.map_err(gone),\n    }}\n"
            ),
            4 => format!(
                "    Ok(load(&mut stores).await.unwrap_or_default() + &stores.s{other}.get::<_, String>(\"k\").await.map_err(gone)?)\n"
            ),
            _ => format!("    stores.s{store}.get(\"k\").await.map_err(gone)\n"),
        };
        let _ = writeln!(
            code,
            "async fn e{entry}(State(mut stores): State<Stores>) -> Answer {{\n{body}}}\n"
        );
    }
    let store = number % N_STORES;
    let _ = writeln!(
        code,
        "async fn load(stores: &mut Stores) -> redis::RedisResult<String> {{ stores.s{store}.get(\"k\").await }}\n\n\
         fn app(stores: Stores) -> Router {{\n    Router::new()"
    );
    for entry in 0..N_ENTRIES {
        let _ = writeln!(code, "        .route(\"/e{entry}\", get(e{entry}))");
    }
    code + "        .with_state(stores)\n}\n\n#[tokio::main]\nasync fn main() { serve(app(connect())).await }\n\
            fn connect() -> Stores { unimplemented!(\"connections\") }\nasync fn serve(_: Router) {}\n"
}

fn generate(root: &Path) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n",
    );
    let manifest = |name: &str, needs: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nredis = \"1\"\n{needs}"
        )
    };
    write("stores/Cargo.toml", &manifest("stores", ""));
    write("stores/src/lib.rs", &stores());
    let needs =
        "axum = \"0.8\"\nreqwest = \"0.12\"\ntokio = \"1\"\nstores = { path = \"../stores\" }\n";
    for number in 0..N_SERVICES {
        let name = format!("svc-{number}");
        write(&format!("{name}/Cargo.toml"), &manifest(&name, needs));
        write(&format!("{name}/src/main.rs"), &service(number));
    }
    let mut config = String::new();
    for store in 0..N_STORES {
        let provider = store % 10;
        let _ = writeln!(
            config,
            "[store.s{store}]\nclient = \"redis\"\nhandles = [\"Stores.s{store}\"]\nproviders = [\"p{provider}\"]\n"
        );
    }
    write("spof.toml", &config);
}

/// The analysis of the generated workspace, for as long as the process runs.
fn analysed() -> &'static Analysis<'static> {
    let dir = tempfile::tempdir().expect("a directory");
    generate(dir.path());
    let options = LoadOptions {
        manifest_path: Some(dir.path().join("Cargo.toml")),
        ..LoadOptions::default()
    };
    let workspace = load(&options).expect("a workspace");
    let catalogue: &'static Catalogue = {
        let files: Vec<_> = Catalogue::built_in().collect();
        Box::leak(Box::new(Catalogue::new(&files).expect("rules")))
    };
    let sources = Sources::read(workspace, catalogue, &|_| {});
    let sources = Box::leak(Box::new(sources));
    let analysis = analyze(sources, catalogue, jiff::civil::date(2025, 6, 12));
    Box::leak(Box::new(analysis))
}

static OUTAGES: LazyLock<Outages<'static, 'static>> = LazyLock::new(|| {
    let outages = Outages::new(analysed());
    let n_entries: usize = outages.services.iter().map(|it| it.served().len()).sum();
    assert_eq!(
        (outages.services.len(), n_entries),
        (N_SERVICES, N_SERVICES * N_ENTRIES)
    );
    outages
});

/// What is done once, before any outage is asked for.
#[divan::bench(sample_count = 10)]
fn wire(bencher: divan::Bencher<'_, '_>) {
    let analysis = OUTAGES.analysis();
    bencher.bench_local(|| Outages::new(analysis));
}

/// One outage: a store, a provider of 20 stores, all stores, and a service that 49 others need in a row.
#[divan::bench(sample_count = 10, args = ["s17", "p3", "p0 p1 p2 p3 p4 p5 p6 p7 p8 p9", "svc-49"])]
fn blast(bencher: divan::Bencher<'_, '_>, names: &str) {
    let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
    let down = Down::parse(&OUTAGES, &names).expect("known names");
    bencher.bench_local(|| OUTAGES.blast(&down));
}

fn main() {
    divan::main();
}
