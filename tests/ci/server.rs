//! GitHub's comments, from a server on the loopback.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server with the comments of one pull request. It ends with the process.
pub(crate) struct Server {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    comments: Vec<Value>,
    is_read_only: bool,
    /// Method, path and token of each request.
    requests: Vec<(String, String, String)>,
}

struct Request {
    method: String,
    path: String,
    token: String,
    body: Value,
}

impl Server {
    pub(crate) fn start(comments: Vec<Value>, is_read_only: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State {
            comments,
            is_read_only,
            requests: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let request = read(&stream);
                let (status, body) = shared.lock().expect("not poisoned").answer(request);
                let body = body.to_string();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream
                    .write_all((head + &body).as_bytes())
                    .expect("written");
            }
        });
        Self { address, state }
    }

    pub(crate) fn comments(&self) -> Vec<Value> {
        self.state.lock().expect("not poisoned").comments.clone()
    }

    pub(crate) fn requests(&self) -> Vec<(String, String, String)> {
        self.state.lock().expect("not poisoned").requests.clone()
    }
}

impl State {
    fn answer(&mut self, request: Request) -> (&'static str, Value) {
        let Request {
            method,
            path,
            token,
            body,
        } = request;
        self.requests.push((method.clone(), path.clone(), token));
        let path = path.split('/').skip(1).collect::<Vec<_>>();
        match (method.as_str(), &path[..]) {
            ("GET", ["repos", "owner", "shop", "issues", "7", comments]) => {
                let page = comments.rsplit_once("page=").expect("a page").1;
                let page: usize = page.parse().expect("a number");
                assert!(comments.starts_with("comments?per_page=100&"));
                let page: Vec<&Value> = self
                    .comments
                    .iter()
                    .skip((page - 1) * 100)
                    .take(100)
                    .collect();
                ("200 OK", json!(page))
            }
            ("POST" | "PATCH", _) if self.is_read_only => (
                "403 Forbidden",
                json!({"message": "Resource not accessible by integration"}),
            ),
            ("POST", ["repos", "owner", "shop", "issues", "7", "comments"]) => {
                let comment = json!({"id": 100 + self.comments.len(), "user": {"type": "Bot"}, "body": body["body"]});
                self.comments.push(comment.clone());
                ("201 Created", comment)
            }
            ("PATCH", ["repos", "owner", "shop", "issues", "comments", id]) => {
                let id: u64 = id.parse().expect("a number");
                let mut all = self.comments.iter_mut();
                let comment = all.find(|it| it["id"] == id).expect("a comment");
                comment["body"] = body["body"].clone();
                ("200 OK", comment.clone())
            }
            other => panic!("{other:?}"),
        }
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).expect("a request");
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let (mut length, mut token) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a header");
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().expect("a number"),
            "authorization" => value.clone_into(&mut token),
            "expect" => (&*stream)
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .expect("written"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    Request {
        method: words[0].clone(),
        path: words[1].clone(),
        token,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}
