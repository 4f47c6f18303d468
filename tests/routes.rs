//! The addresses of routes, as frameworks are told of them.

use crate::binary;
use std::fs;

/// The names of the entry points of a program, sorted, each with its outcome without redis.
pub(crate) fn entries(dependencies: &str, code: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("src")).expect("made");
    let manifest = format!(
        "[package]\nname = \"demo\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nredis = \"1\"\n{dependencies}"
    );
    let store = "use redis::{AsyncCommands, RedisResult, aio::MultiplexedConnection as Conn};\n\
        pub async fn load(c: &mut Conn) -> RedisResult<String> { c.get(\"k\").await }\n\
        pub fn conn() -> Conn { todo!() }\n";
    fs::write(dir.path().join("Cargo.toml"), manifest).expect("written");
    fs::write(dir.path().join("src/store.rs"), store).expect("written");
    fs::write(
        dir.path().join("src/main.rs"),
        format!("mod store;\n{code}"),
    )
    .expect("written");
    let run = binary::spof_in(dir.path(), ["blast", "--format", "json", "redis"]);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    let blast: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let entries = blast["entry_points"].as_array().expect("a list");
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().expect("a text").to_owned();
    let mut entries: Vec<String> = entries
        .iter()
        .map(|it| format!("{} {}", text(it, "entry_point"), text(it, "outcome")))
        .collect();
    entries.sort();
    entries
}

#[test]
fn axum() {
    let code = r#"
use axum::{Router, routing::{any, get, post}, extract::{FromRequestParts, Path}, http::{StatusCode, request::Parts}};

async fn list() -> Result<String, StatusCode> {
    store::load(&mut store::conn()).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
async fn one(Path(_): Path<u8>) -> String { store::load(&mut store::conn()).await.unwrap_or_default() }
async fn add() -> &'static str { "ok" }
async fn hook() -> &'static str { "ok" }
async fn lost() -> StatusCode { StatusCode::NOT_FOUND }

struct User(String);
impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;
    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let name = store::load(&mut store::conn()).await.map_err(|_| StatusCode::UNAUTHORIZED)?;
        Ok(User(name))
    }
}
async fn me(user: User) -> String { user.0 }
async fn greet(user: Option<User>) -> String { user.map_or_else(String::new, |it| it.0) }

fn users() -> Router { Router::new().route("/", get(list).post(add)).route("/{id}", get(one)) }

#[tokio::main]
async fn main() {
    let hooks = Router::new().route("/hook", any(hook));
    let app = Router::new()
        .route("/me", get(me))
        .route("/greet", post(greet))
        .nest("/users", users())
        .nest("/v2", Router::new().nest("/users", users()))
        .merge(hooks)
        .fallback(lost);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
"#;
    let found = entries(
        "axum = \"0.8\"\ntokio = { version = \"1\", features = [\"full\"] }\n",
        code,
    );
    assert_eq!(
        found,
        [
            "* /* survives",
            "* /hook survives",
            "GET /me fails",
            "GET /users fails",
            "GET /users/{id} degrades",
            "GET /v2/users fails",
            "GET /v2/users/{id} degrades",
            "POST /greet degrades",
            "POST /users survives",
            "POST /v2/users survives",
            "main survives",
        ]
    );
}

#[test]
fn actix_web() {
    let code = r#"
use actix_web::{App, Error, HttpServer, error::ErrorBadGateway, get, web};

#[get("/sessions/{id}")]
async fn session(_: web::Path<u8>) -> Result<String, Error> {
    store::load(&mut store::conn()).await.map_err(ErrorBadGateway)
}
async fn create() -> Result<String, Error> { store::load(&mut store::conn()).await.map_err(ErrorBadGateway) }
async fn health() -> &'static str { "ok" }
async fn item() -> &'static str { "ok" }

fn config(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/items/{id}").route(web::get().to(item)).route(web::put().to(create)));
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .route("/health", web::get().to(health))
            .service(web::scope("/api").service(session).route("/sessions", web::post().to(create)).configure(config))
    })
    .bind("127.0.0.1:0")?
    .run()
    .await
}
"#;
    let found = entries("actix-web = \"4\"\n", code);
    assert_eq!(
        found,
        [
            "GET /api/items/{id} survives",
            "GET /api/sessions/{id} fails",
            "GET /health survives",
            "POST /api/sessions fails",
            "PUT /api/items/{id} fails",
            "main survives",
        ]
    );
}

#[test]
fn rocket() {
    let code = r#"
use rocket::{Request, Route, get, http::Status, post, request::{FromRequest, Outcome}, routes};

struct Key;
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Key {
    type Error = ();
    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, ()> {
        match store::load(&mut store::conn()).await {
            Ok(_) => Outcome::Success(Key),
            Err(_) => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/keys/<_id>?<full>")]
async fn key(_key: Key, _id: u8, full: bool) -> String { full.to_string() }
#[post("/keys")]
async fn add() -> String { store::load(&mut store::conn()).await.unwrap() }
#[get("/")]
fn index() -> &'static str { "ok" }

fn api() -> Vec<Route> {
    let mut all = routes![key];
    all.append(&mut routes![add]);
    all
}

#[rocket::launch]
fn rocket() -> _ {
    let base = "";
    rocket::build().mount("/", routes![index]).mount([base, "/api"].concat(), api())
}
"#;
    let found = entries("rocket = \"0.5\"\n", code);
    assert_eq!(
        found,
        [
            "GET / survives",
            "GET /api/keys/<_id> fails",
            "POST /api/keys fails",
            "main survives",
        ]
    );
}

#[test]
fn tasks_fail_alone() {
    let code = r#"
use redis::AsyncCommands;
async fn refresh() { store::load(&mut store::conn()).await.unwrap(); }
async fn report() -> redis::RedisResult<String> { store::load(&mut store::conn()).await }
#[tokio::main]
async fn main() {
    tokio::spawn(refresh());
    let report = tokio::spawn(report());
    let _ = report.await;
    in_place();
}
fn in_place() {
    tokio::spawn(async { store::conn().set::<_, _, ()>("k", 1).await.unwrap() });
}
"#;
    let found = entries("tokio = { version = \"1\", features = [\"full\"] }\n", code);
    assert_eq!(
        found,
        [
            "main degrades",
            "task demo::in_place fails",
            "task demo::refresh fails"
        ]
    );
}

#[test]
fn methods_of_a_service_have_the_names_of_its_protocol() {
    let manifest = binary::fixture("clients/Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let args = [
        "blast",
        "--format",
        "json",
        "tonic",
        "--manifest-path",
        &manifest,
    ];
    let run = binary::spof(args);
    let blast: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let entries = blast["entry_points"].as_array().expect("a list");
    let of = |name: &str| entries.iter().find(|it| it["entry_point"] == name);
    let place = of("shop.checkout.v1.Checkout/Place").expect("the method");
    assert_eq!(place["service"], "tonic-fixture");
    assert_eq!(place["outcome"], "fails");
    assert!(of("shop.checkout.v1.Checkout/Watch").is_some());
}

#[test]
fn poem() {
    let code = r#"
use poem::{Endpoint, EndpointExt, IntoResponse, Middleware, Request, Response, Result, Route, Server, get, handler, http::StatusCode, listener::TcpListener, post};

#[handler]
async fn list() -> Result<String> {
    store::load(&mut store::conn()).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE.into())
}
#[handler]
async fn add() -> String { store::load(&mut store::conn()).await.unwrap_or_default() }
#[handler]
async fn one() -> &'static str { "ok" }
#[handler]
async fn open() -> &'static str { "ok" }

struct Auth;
impl<E: Endpoint> Middleware<E> for Auth {
    type Output = AuthEndpoint<E>;
    fn transform(&self, inner: E) -> Self::Output { AuthEndpoint(inner) }
}
struct AuthEndpoint<E>(E);
impl<E: Endpoint> Endpoint for AuthEndpoint<E> {
    type Output = Response;
    async fn call(&self, req: Request) -> Result<Response> {
        store::load(&mut store::conn()).await.map_err(|_| StatusCode::UNAUTHORIZED)?;
        self.0.call(req).await.map(IntoResponse::into_response)
    }
}
#[tokio::main]
async fn main() -> std::io::Result<()> {
    let users = Route::new().at("/", get(list).post(add));
    let private = Route::new().at("/:id", get(one)).with(Auth);
    let app = Route::new().nest("/users", users).nest("/private", private).at("/open", post(open));
    Server::new(TcpListener::bind("127.0.0.1:0")).run(app).await
}
"#;
    let found = entries("poem = \"3\"\ntokio = \"1\"\n", code);
    assert_eq!(
        found,
        [
            "GET /private/:id fails",
            "GET /users fails",
            "POST /open survives",
            "POST /users degrades",
            "main survives",
        ]
    );
}

#[test]
fn salvo() {
    let code = r#"
use salvo::prelude::*;

#[handler]
async fn list() -> Result<String, StatusError> {
    store::load(&mut store::conn()).await.map_err(|_| StatusError::service_unavailable())
}
#[handler]
async fn add() -> String { store::load(&mut store::conn()).await.unwrap_or_default() }
#[handler]
async fn one() -> &'static str { "ok" }
#[handler]
async fn open() -> &'static str { "ok" }
#[handler]
async fn auth(depot: &mut Depot) -> Result<(), StatusError> {
    let user = store::load(&mut store::conn()).await.map_err(|_| StatusError::unauthorized())?;
    depot.insert("user", user);
    Ok(())
}
#[tokio::main]
async fn main() {
    let users = Router::with_path("users").get(list).post(add);
    let private = Router::with_path("private").hoop(auth).push(Router::with_path("{id}").get(one));
    let router = Router::new().push(users).push(private).push(Router::with_path("open").post(open));
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    Server::new(acceptor).serve(router).await;
}
"#;
    let found = entries("salvo = \"0.84\"\ntokio = \"1\"\n", code);
    assert_eq!(
        found,
        [
            "GET /private/{id} fails",
            "GET /users fails",
            "POST /open survives",
            "POST /users degrades",
            "main survives",
        ]
    );
}

#[test]
fn a_worker() {
    let code = r#"
use worker::{Context, Env, Request, Response, Result, RouteContext, Router, event};

async fn hard(_req: Request, _ctx: RouteContext<()>) -> Result<Response> {
    match store::load(&mut store::conn()).await {
        Ok(text) => Response::ok(text),
        Err(_) => Response::error("gone", 503),
    }
}
#[event(fetch)]
async fn fetch(req: Request, env: Env, _ctx: Context) -> Result<Response> {
    let _ = store::load(&mut store::conn()).await;
    Router::new()
        .get_async("/hard", hard)
        .get("/", |_, _| Response::ok("ok"))
        .post_async("/closed/:id", |_req, _ctx| async move {
            let text = store::load(&mut store::conn()).await.map_err(|error| worker::Error::RustError(error.to_string()))?;
            Response::ok(text)
        })
        .run(req, env)
        .await
}
#[event(scheduled)]
async fn nightly() { store::load(&mut store::conn()).await.unwrap(); }
"#;
    let found = entries("worker = \"0.8\"\n", code);
    assert_eq!(
        found,
        [
            // What the event does itself runs before each of its routes.
            "GET / degrades",
            "GET /hard fails",
            "POST /closed/:id fails",
            "event demo::nightly fails",
        ]
    );
}

#[test]
fn warp() {
    let code = r#"
use warp::{Filter, Rejection, Reply};

#[derive(Debug)]
struct Gone;
impl warp::reject::Reject for Gone {}

async fn one(_id: u64) -> Result<String, Rejection> {
    store::load(&mut store::conn()).await.map_err(|_| warp::reject::custom(Gone))
}
async fn add(_body: String) -> Result<String, Rejection> {
    Ok(store::load(&mut store::conn()).await.unwrap_or_default())
}
fn users() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    let show = warp::path!("users" / u64).and(warp::get()).and_then(one);
    let create = warp::path("users").and(warp::path::end()).and(warp::post()).and(warp::body::json()).and_then(add);
    show.or(create)
}
#[tokio::main]
async fn main() {
    let health = warp::path("health").map(|| "ok");
    warp::serve(users().or(health)).run(([127, 0, 0, 1], 0)).await;
}
"#;
    let found = entries("warp = \"0.3\"\ntokio = \"1\"\n", code);
    assert_eq!(
        found,
        [
            "* /health survives",
            "GET /users/{u64} fails",
            "POST /users degrades",
            "main survives",
        ]
    );
}

#[test]
fn lambda() {
    let code = r"
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

async fn handle(_event: LambdaEvent<String>) -> Result<String, Error> { Ok(store::load(&mut store::conn()).await?) }
#[tokio::main]
async fn main() -> Result<(), Error> { run(service_fn(handle)).await }
";
    let found = entries("lambda_runtime = \"0.13\"\ntokio = \"1\"\n", code);
    assert_eq!(found, ["event demo::handle fails", "main survives"]);
}
