//! Services that call services: an outage crosses from who answers to who asks.

use crate::binary;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A store behind HTTP: one route needs redis, the other one nothing.
const KV: &str = r#"
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use redis::{AsyncCommands, aio::MultiplexedConnection as Conn};
fn conn() -> Conn { unimplemented!("a connection") }
async fn read(Path(key): Path<String>) -> Result<String, StatusCode> {
    conn().get(key).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
async fn list() -> &'static str { "a" }
async fn best_of(Path(key): Path<String>) -> String { conn().get(key).await.unwrap_or_default() }
pub fn app() -> Router {
    let values = Router::new().route("/values/{key}", get(read)).route("/best/{key}", get(best_of));
    Router::new().nest("/v1", values).route("/names", get(list))
}
#[tokio::main]
async fn main() { axum::serve(listener(), app()).await.unwrap() }
fn listener() -> tokio::net::TcpListener { unimplemented!("a socket") }
"#;

const PROTO: &str = "syntax = \"proto3\";\npackage shop.v1;\n\
    service Users { rpc Find (Name) returns (Name); rpc Ping (Name) returns (Name); }\n\
    message Name { string text = 1; }\n";

/// A gRPC service that asks the store.
const USERS: &str = r#"
mod pb { tonic::include_proto!("shop.v1"); }
use pb::{Name, users_server::{Users, UsersServer}};
use tonic::{Request, Response, Status};
const KV: &str = "http://kv.internal:8080/v1";
pub struct Service { http: reqwest::Client }
#[tonic::async_trait]
impl Users for Service {
    async fn find(&self, request: Request<Name>) -> Result<Response<Name>, Status> {
        let name = request.into_inner().text;
        let url = format!("{KV}/values/{name}");
        let answer = self.http.get(url).send().await.and_then(|it| it.error_for_status());
        let text = match answer {
            Ok(answer) => answer.text().await.map_err(|_| Status::internal("cut off"))?,
            Err(_) => return Err(Status::unavailable("no store")),
        };
        Ok(Response::new(Name { text }))
    }
    async fn ping(&self, request: Request<Name>) -> Result<Response<Name>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}
#[tokio::main]
async fn main() -> Result<(), tonic::transport::Error> {
    let service = Service { http: reqwest::Client::new() };
    tonic::transport::Server::builder().add_service(UsersServer::new(service)).serve(([0, 0, 0, 0], 80).into()).await
}
"#;

/// It asks both, and a vendor.
const FRONT: &str = r#"
mod pb { tonic::include_proto!("shop.v1"); }
use axum::{Router, extract::State, http::StatusCode, routing::get};
use pb::{Name, users_client::UsersClient};
use tonic::transport::Channel;

#[derive(Clone)]
struct App { users: UsersClient<Channel>, http: reqwest::Client, kv_url: String }
type Answer = Result<String, StatusCode>;
fn gone<E>(_: E) -> StatusCode { StatusCode::BAD_GATEWAY }

async fn by_rpc(State(mut app): State<App>) -> Answer {
    let name = app.users.find(Name { text: "a".into() }).await.map_err(gone)?;
    Ok(name.into_inner().text)
}
async fn by_other_rpc(State(mut app): State<App>) -> Answer {
    let name = app.users.ping(Name { text: "a".into() }).await.map_err(gone)?;
    Ok(name.into_inner().text)
}
async fn by_field(State(app): State<App>) -> Answer {
    let answer = app.http.get(format!("{}/values/{}", app.kv_url, "a")).send().await.map_err(gone)?;
    answer.error_for_status().map_err(gone)?.text().await.map_err(gone)
}
async fn by_variable(State(app): State<App>) -> Answer {
    let base = std::env::var("KV_URL").map_err(gone)?;
    let url = base + "/names";
    let answer = app.http.get(url).send().await.map_err(gone)?;
    answer.error_for_status().map_err(gone)?.text().await.map_err(gone)
}
async fn degraded(State(app): State<App>) -> Answer {
    let answer = app.http.get("http://kv/v1/best/1").send().await.map_err(gone)?;
    answer.error_for_status().map_err(gone)?.text().await.map_err(gone)
}
async fn handled(State(mut app): State<App>) -> String {
    match app.users.find(Name { text: "a".into() }).await {
        Ok(name) => name.into_inner().text,
        Err(_) => "nobody".to_owned(),
    }
}
/// It needs an answer, but not a good one.
async fn lenient(State(app): State<App>) -> Answer {
    let answer = app.http.get("http://kv/v1/values/1").send().await.map_err(gone)?;
    if !answer.status().is_success() {
        return Ok("none".to_owned());
    }
    answer.text().await.map_err(gone)
}
async fn by_match(State(app): State<App>) -> Answer {
    let answer = app.http.get("http://kv/v1/values/1").send().await.map_err(gone)?;
    match answer.status().as_u16() {
        200 => answer.text().await.map_err(gone),
        404 => Ok("none".to_owned()),
        _ => Err(StatusCode::BAD_GATEWAY),
    }
}
async fn by_answers(State(app): State<App>) -> Answer {
    app.http.put("https://edge.example.com/v1/values/1").send().await.map_err(gone)?.text().await.map_err(gone)
}
async fn vendor(State(app): State<App>) -> Answer {
    app.http.get("https://api.vendor.example/v1").send().await.map_err(gone)?.text().await.map_err(gone)
}
pub fn app(app: App) -> Router {
    Router::new()
        .route("/rpc", get(by_rpc)).route("/other", get(by_other_rpc)).route("/field", get(by_field))
        .route("/variable", get(by_variable)).route("/degraded", get(degraded)).route("/handled", get(handled))
        .route("/lenient", get(lenient)).route("/match", get(by_match)).route("/answers", get(by_answers)).route("/vendor", get(vendor)).with_state(app)
}
#[tokio::main]
async fn main() {
    let users = UsersClient::new(Channel::from_static("http://users").connect_lazy());
    let app = app(App { users, http: reqwest::Client::new(), kv_url: String::new() });
    axum::serve(listener(), app).await.unwrap()
}
fn listener() -> tokio::net::TcpListener { unimplemented!("a socket") }
"#;

/// Two that ask each other.
fn ring(other: &str, call: &str) -> String {
    format!(
        r#"
use axum::{{Router, http::StatusCode, routing::get}};
use redis::{{AsyncCommands, aio::MultiplexedConnection as Conn}};
async fn ask() -> Result<String, StatusCode> {{
    let answer = reqwest::get("http://{other}/ask").await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    answer.error_for_status().map_err(|_| StatusCode::BAD_GATEWAY)?;
    {call}
}}
pub fn conn() -> Conn {{ unimplemented!("a connection") }}
async fn load() -> redis::RedisResult<String> {{ conn().get("k").await }}
async fn own() -> String {{ load().await.unwrap_or_default() }}
#[tokio::main]
async fn main() {{
    let app = Router::new().route("/ask", get(ask)).route("/own", get(own));
    axum::serve(listener(), app).await.unwrap()
}}
fn listener() -> tokio::net::TcpListener {{ unimplemented!("a socket") }}
"#
    )
}

fn workspace(services: &[(&str, &str)], config: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"*\"]\nexclude = [\"proto\"]\nresolver = \"3\"\n",
    );
    write("spof.toml", config);
    for (name, code) in services {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             axum = \"0.8\"\nredis = \"1\"\nreqwest = \"0.12\"\ntokio = \"1\"\ntonic = \"0.14\"\n"
        );
        write(&format!("{name}/Cargo.toml"), &manifest);
        write(&format!("{name}/proto/shop.proto"), PROTO);
        write(&format!("{name}/src/main.rs"), code);
    }
    dir
}

fn blast(dir: &Path, args: &[&str]) -> Value {
    let run = binary::spof_in(dir, ["blast", "--format", "json"].iter().chain(args));
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The outcomes of a service's routes, by function.
fn outcomes(blast: &Value, service: &str) -> Vec<String> {
    let entries = blast["entry_points"].as_array().expect("a list");
    let own = entries
        .iter()
        .filter(|it| it["service"] == service && it["entry_point"] != "main");
    let text = |it: &Value| {
        let path = it["function"].as_str().expect("a path");
        let name = path.rsplit("::").next().expect("a name");
        format!("{name} {}", it["outcome"].as_str().expect("a word"))
    };
    let mut all: Vec<String> = own.map(text).collect();
    all.sort();
    all
}

const CONFIG: &str = "[service.kv]\nanswers = [\"edge.example.com\"]\n";

fn shop() -> tempfile::TempDir {
    workspace(&[("kv", KV), ("users", USERS), ("front", FRONT)], CONFIG)
}

#[test]
fn an_outage_crosses_from_who_answers_to_who_asks() {
    let dir = shop();
    let redis = blast(dir.path(), &["redis"]);
    assert_eq!(
        outcomes(&redis, "kv"),
        ["best_of degrades", "list survives", "read fails"]
    );
    assert_eq!(outcomes(&redis, "users"), ["find fails", "ping survives"]);
    assert_eq!(
        outcomes(&redis, "front"),
        [
            // No route takes `PUT`: any of them may be meant.
            "by_answers fails",
            "by_field fails",
            "by_match fails",
            "by_other_rpc survives",
            "by_rpc fails",
            "by_variable survives",
            "degraded degrades",
            "handled degrades",
            "lenient degrades",
            "vendor survives",
        ]
    );
}

#[test]
fn a_witness_goes_through_all_services() {
    let dir = shop();
    let redis = blast(dir.path(), &["redis"]);
    let entries = redis["entry_points"].as_array().expect("a list");
    let by_rpc = entries.iter().find(|it| it["entry_point"] == "GET /rpc");
    assert_eq!(
        by_rpc.expect("there")["witness"],
        json!([
            "front::by_rpc",
            "front/src/main.rs:13 calls `users`",
            "users::Service::find",
            "users/src/main.rs:12 reads `kv`",
            "kv::read",
            "kv/src/main.rs:6 reads `redis`",
        ])
    );
}

#[test]
fn a_service_that_is_down_takes_its_callers_with_it() {
    let dir = shop();
    let users = blast(dir.path(), &["users"]);
    let front = outcomes(&users, "front");
    let failing: Vec<&String> = front.iter().filter(|it| it.ends_with("fails")).collect();
    assert_eq!(failing, ["by_other_rpc fails", "by_rpc fails"]);
    let entries = users["entry_points"].as_array().expect("a list");
    let way = |name: &str| {
        let found = entries.iter().find(|it| it["entry_point"] == name);
        found.expect("there")["witness"].clone()
    };
    assert_eq!(
        way("shop.v1.Users/Ping"),
        json!(["users::Service::ping", "`users` is down itself"])
    );
    assert_eq!(
        way("GET /other"),
        json!(["front::by_other_rpc", "front/src/main.rs:17 calls `users`"])
    );
}

#[test]
fn who_answers_with_an_error_has_answered() {
    let dir = shop();
    let kv = blast(dir.path(), &["service:kv"]);
    let front = outcomes(&kv, "front");
    assert!(front.contains(&"lenient fails".to_owned()), "{front:?}");
}

#[test]
fn what_nobody_answers_is_external() {
    let dir = shop();
    let redis = blast(dir.path(), &["redis"]);
    assert_eq!(
        redis["external"],
        json!([{ "service": "front", "name": "api.vendor.example", "client": "reqwest" }])
    );
}

#[test]
fn a_ring_of_services_has_one_answer() {
    let a = ring(
        "b",
        "load().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)",
    );
    let b = ring("a", "Ok(String::new())");
    let dir = workspace(&[("a", &a), ("b", &b)], "");
    let redis = blast(dir.path(), &["redis"]);
    for service in ["a", "b"] {
        assert_eq!(outcomes(&redis, service), ["ask fails", "own degrades"]);
    }
    // A ring in which nothing is down stands by itself.
    let dir = workspace(&[("a", &b.replace("http://a", "http://b")), ("b", &b)], "");
    let redis = blast(dir.path(), &["redis"]);
    for service in ["a", "b"] {
        assert_eq!(outcomes(&redis, service), ["ask survives", "own degrades"]);
    }
}

#[test]
fn a_store_is_answered_by_the_service_that_provides_it() {
    let config = "[store.values]\nclient = \"reqwest\"\nproviders = [\"kv\"]\n";
    let dir = workspace(&[("kv", KV), ("users", USERS)], config);
    let redis = blast(dir.path(), &["redis"]);
    assert_eq!(outcomes(&redis, "users"), ["find fails", "ping survives"]);
    let other = [
        "redis",
        "--what-if",
        "store.values.providers += \"another\"",
    ];
    let redis = blast(dir.path(), &other);
    assert_eq!(
        outcomes(&redis, "users"),
        ["find survives", "ping survives"]
    );
    let both = [
        "redis",
        "provider:another",
        "--what-if",
        "store.values.providers += \"another\"",
    ];
    let redis = blast(dir.path(), &both);
    assert_eq!(outcomes(&redis, "users"), ["find fails", "ping survives"]);
}

#[test]
fn owners_are_of_the_configuration_or_of_the_files() {
    let dir = workspace(
        &[("kv", KV), ("users", USERS), ("front", FRONT)],
        "[service.kv]\nowner = \"@storage\"\n",
    );
    let owners = "* @all\n/front/ @web @pages\n";
    fs::write(dir.path().join("CODEOWNERS"), owners).expect("written");
    let redis = blast(dir.path(), &["redis"]);
    let services = redis["services"].as_array().expect("a list");
    let found = services.iter().map(|it| it["owners"].clone());
    let found: Vec<Value> = found.collect();
    assert_eq!(
        found,
        [
            json!(["@web", "@pages"]),
            json!(["@storage"]),
            json!(["@all"])
        ]
    );
    let run = binary::spof_in(dir.path(), ["--message-format", "json"]);
    let first = run.stdout.lines().next().expect("a finding");
    let finding: Value = serde_json::from_str(first).expect("JSON");
    assert_eq!(finding["owners"], json!(["@web", "@pages"]));
}

#[test]
fn a_graph_has_an_arrow_from_what_is_asked_to_whoever_asks() {
    let dir = shop();
    let arrows = |format: &str, arrow: &str| {
        let run = binary::spof_in(dir.path(), ["blast", "--format", format, "redis"]);
        assert_eq!(run.exit, Some(0), "{}", run.stderr);
        let lines = run.stdout.lines().filter(|line| line.contains(arrow));
        let mut lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        lines.sort();
        lines
    };
    // The services are `front`, `kv`, `users`.
    let wanted = ["d0 --> s1", "s1 --> s0", "s1 --> s2", "s2 --> s0"];
    assert_eq!(arrows("mermaid", "-->"), wanted);
    assert_eq!(arrows("dot", " -> ").len(), wanted.len());
}
