//! End-to-end tests: the binary on real input. One test binary, so that it links once.
#![allow(
    clippy::disallowed_methods,
    reason = "tests start the binary and read and write files"
)]

mod accepted;
mod baseline;
mod binary;
mod blast;
mod clients;
mod diff;
mod dogfood;
mod ecosystem;
mod errors;
mod fix;
mod formats;
mod generated;
mod handlers;
mod hostile;
mod incident;
mod inventory;
mod judged;
mod layers;
mod library;
mod links;
mod marks;
mod matrix;
mod middleware;
mod pages;
mod reached;
mod repository;
mod routes;
mod rules;
mod schema;
mod score;
mod shapes;
mod shop;
mod tidy;
mod truth;
mod verdicts;
