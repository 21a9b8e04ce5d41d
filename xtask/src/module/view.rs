//! A page that shows the emulated module and puts hands on it.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::server::{self, Address};

/// Does a line of JSON at the emulator and returns its answer.
pub(super) type Ask = Arc<dyn Fn(&str) -> Result<String> + Send + Sync>;

/// The page's files: path, media type, contents. The panel's geometry and artwork are those of the instrument's page.
const FILES: [(&str, &str, &str); 6] = [
    ("/", "text/html; charset=utf-8", include_str!("view/index.html")),
    ("/view.js", "text/javascript; charset=utf-8", include_str!("view/view.js")),
    ("/view.css", "text/css; charset=utf-8", include_str!("view/view.css")),
    ("/tokens.css", "text/css; charset=utf-8", include_str!("../../../static/tokens.css")),
    ("/faceplate.json", "application/json", include_str!("../../../static/faceplate.json")),
    ("/faceplate.svg", "image/svg+xml", include_str!("../../../static/faceplate.svg")),
];

/// Serves the page on this machine only.
pub(super) fn serve(ask: Ask, port: u16) -> Result<Address> {
    let mut app = Router::new().route("/command", post(command)).with_state(ask);
    for (path, kind, contents) in FILES {
        app = app.route(path, get(move || async move { ([(header::CONTENT_TYPE, kind)], contents) }));
    }
    server::serve_app(app, port)
}

/// One command. Other pages cannot send JSON here: their browser would have to ask first, and is not answered.
async fn command(State(ask): State<Ask>, headers: HeaderMap, body: String) -> Response {
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let is_command = serde_json::from_str::<serde_json::Value>(&body).is_ok_and(|command| command.is_object());
    if !is_json || !is_command {
        return (StatusCode::BAD_REQUEST, "a command is an object of JSON").into_response();
    }
    // On one line, and in its own order, in which it is done: no text in JSON holds a bare end of line.
    let command = body.replace(['\r', '\n'], " ");
    let answer = tokio::task::spawn_blocking(move || ask(&command)).await;
    match answer {
        Ok(Ok(answer)) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Ok(Err(error)) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    /// An emulator that answers with what it was told, and breaks at "break".
    fn page() -> u16 {
        let ask = |line: &str| {
            anyhow::ensure!(!line.contains("break"), "the emulator has ended");
            Ok(format!("{{\"heard\":{line}}}"))
        };
        serve(Arc::new(ask), 0).unwrap().port
    }

    fn request(port: u16, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let length = body.len();
        write!(stream, "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    const COMMAND: &str = "POST /command HTTP/1.1\r\nContent-Type: application/json";

    #[test]
    fn a_command_travels_on_one_line_in_its_order_and_its_answer_comes_back() {
        let answer = request(page(), COMMAND, "{\"start\": true,\n\"push\": true}");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("{\"heard\":{\"start\": true, \"push\": true}}"), "{answer}");
    }

    #[test]
    fn what_is_no_command_or_comes_from_another_page_is_refused() {
        let port = page();
        for (head, body) in [
            (COMMAND, "nonsense"),
            (COMMAND, "[1]"),
            ("POST /command HTTP/1.1\r\nContent-Type: text/plain", "{\"hang\": true}"),
        ] {
            let answer = request(port, head, body);
            assert!(answer.starts_with("HTTP/1.1 400"), "{head} {body}: {answer}");
        }
        let answer = request(port, COMMAND, "{\"break\": true}");
        assert!(answer.starts_with("HTTP/1.1 502") && answer.ends_with("the emulator has ended"), "{answer}");
    }

    #[test]
    fn all_that_the_page_asks_for_is_there() {
        let port = page();
        let page = request(port, "GET / HTTP/1.1", "");
        for (path, kind, _) in FILES {
            let answer = request(port, &format!("GET {path} HTTP/1.1"), "");
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&format!("content-type: {kind}")), "{path}");
        }
        for name in ["tokens.css", "view.css", "view.js", "faceplate.svg"] {
            assert!(page.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
