//! Handlers that are closures, and paths that are put together.

use crate::routes::entries;

#[test]
fn paths_that_are_variables_say_nothing() {
    let code = r#"
use axum::{Router, routing::get};

macro_rules! app {
    ($prefix:expr) => {
        Router::new()
            .route("/health", get(|| async { "ok" }))
            .nest($prefix, Router::new().route("/list", get(list)))
    };
}
async fn list() -> String { store::load(&mut store::conn()).await.unwrap() }
#[tokio::main]
async fn main() {
    let prefix = std::env::var("PREFIX").unwrap_or_default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app!(&prefix)).await.unwrap();
}
"#;
    let found = entries("axum = \"0.8\"\ntokio = \"1\"\n", code);
    assert_eq!(
        found,
        ["GET /health survives", "GET /list fails", "main survives"]
    );
}

#[test]
fn paths_that_functions_make() {
    let code = r#"
use actix_web::{App, HttpServer, web};

const VERSION: &str = "1.5";
fn versioned(path: &str) -> String {
    let path = path.replace("{item}", "{item:[a-z]+}");
    format!("/{}/{{uid}}{}", VERSION, path)
}
async fn item() -> String { store::load(&mut store::conn()).await.unwrap() }
async fn list() -> &'static str { "ok" }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new()
        .service(web::resource(&versioned("/items/{item}")).route(web::get().to(item)))
        .service(web::resource(format!("/{VERSION}/list")).route(web::get().to(list))))
        .bind("127.0.0.1:0")?.run().await
}
"#;
    let found = entries("actix-web = \"4\"\n", code);
    assert_eq!(
        found,
        [
            "GET /1.5/list survives",
            "GET /1.5/{uid}/items/{item} fails",
            "main survives",
        ]
    );
}

#[test]
fn closures_are_handlers() {
    let code = r#"
use axum::{Router, http::StatusCode, routing::{get, post}};

fn app() -> Router {
    Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/hard", get(|| async {
            store::load(&mut store::conn()).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
        }))
        .route("/soft", post(|| async move {
            let found = store::load(&mut store::conn()).await;
            found.map(|text| text.to_uppercase()).unwrap_or_else(|_| String::new())
        }))
        .route("/panics", get(async || store::load(&mut store::conn()).await.unwrap()))
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app()).await.unwrap();
}
"#;
    let found = entries("axum = \"0.8\"\ntokio = \"1\"\n", code);
    assert_eq!(
        found,
        [
            "GET / survives",
            "GET /hard fails",
            "GET /panics fails",
            "POST /soft degrades",
            "main survives",
        ]
    );
}
