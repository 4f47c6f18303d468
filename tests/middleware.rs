//! What stands before routes, as frameworks are told of it.

use crate::routes::entries;

#[test]
fn middleware_stands_before_the_routes_that_it_is_given() {
    let code = r#"
use axum::{Router, extract::Request, http::StatusCode, middleware::{self, Next}, response::Response, routing::get};

async fn list() -> &'static str { "ok" }
async fn one() -> &'static str { "ok" }
async fn open() -> &'static str { "ok" }
async fn late() -> &'static str { "ok" }
async fn counted() -> &'static str { "ok" }

async fn auth(request: Request, next: Next) -> Result<Response, StatusCode> {
    store::load(&mut store::conn()).await.map_err(|_| StatusCode::UNAUTHORIZED)?;
    Ok(next.run(request).await)
}
async fn count(request: Request, next: Next) -> Response {
    let _ = store::load(&mut store::conn()).await;
    next.run(request).await
}
fn users() -> Router { Router::new().route("/{id}", get(one)) }
fn app() -> Router {
    let private = Router::new().route("/", get(list)).nest("/users", users());
    let private = private.layer(middleware::from_fn(auth)).route("/late", get(late));
    let counting = Router::new().route("/counted", get(counted)).route_layer(middleware::from_fn(count));
    Router::new().route("/open", get(open)).merge(private).merge(counting)
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
            "GET / fails",
            "GET /counted degrades",
            "GET /late survives",
            "GET /open survives",
            "GET /users/{id} fails",
            "main survives",
        ]
    );
}

#[test]
fn middleware_of_types_and_of_whole_applications() {
    let code = r#"
use actix_web::{App, Error, HttpServer, dev::{Service, ServiceRequest, ServiceResponse, Transform}, error::ErrorUnauthorized, get, web};
use std::future::{Future, Ready, ready};
use std::pin::Pin;

pub struct Auth;
pub struct AuthService<S> { service: S }
impl<S> Transform<S, ServiceRequest> for Auth {
    type Response = ServiceResponse;
    type Error = Error;
    type InitError = ();
    type Transform = AuthService<S>;
    type Future = Ready<Result<Self::Transform, ()>>;
    fn new_transform(&self, service: S) -> Self::Future { ready(Ok(AuthService { service })) }
}
impl<S> Service<ServiceRequest> for AuthService<S> {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;
    fn call(&self, req: ServiceRequest) -> Self::Future {
        let fut = self.service.call(req);
        Box::pin(async move {
            store::load(&mut store::conn()).await.map_err(ErrorUnauthorized)?;
            fut.await
        })
    }
}
#[get("/in")]
async fn inside() -> &'static str { "ok" }
#[get("/out")]
async fn outside() -> &'static str { "ok" }
fn routes(config: &mut web::ServiceConfig) { config.service(inside); }

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new()
        .service(web::scope("/private").wrap(Auth).configure(routes))
        .service(outside))
        .bind("127.0.0.1:0")?.run().await
}
"#;
    let found = entries("actix-web = \"4\"\n", code);
    assert_eq!(
        found,
        [
            "GET /out survives",
            "GET /private/in fails",
            "main survives"
        ]
    );
}
