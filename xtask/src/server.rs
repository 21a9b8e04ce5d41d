//! A static file server for this machine only.
//!
//! Headers are those of a careful host: exact media types (a browser streams
//! WASM only as `application/wasm`), cross-origin isolation, and no caching,
//! so that a rebuilt page is the page that loads.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tiny_http::{Header, Method, Request, Response, Server};

/// How many ports after the wanted one are tried when it is taken.
const PORT_TRIES: u16 = 20;

/// Requests answered at the same time.
const WORKERS: usize = 4;

/// A running server; it ends with the process.
#[derive(Debug)]
pub(crate) struct Address {
    pub(crate) port: u16,
}

impl Address {
    /// The address to open, with a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// Serves `folder` on the loopback interface in the background, on `port` or
/// the next free one; 0 takes any free port.
pub(crate) fn serve(folder: &Path, port: u16) -> Result<Address> {
    if !folder.join("index.html").is_file() {
        bail!("{} holds no index.html to serve", folder.display());
    }
    let server = Arc::new(bind(port)?);
    let port = server.server_addr().to_ip().context("the server listens on an IP address")?.port();
    for _ in 0..WORKERS {
        let server = Arc::clone(&server);
        let folder = folder.to_owned();
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                // A browser that hangs up early is no concern of ours.
                let _ = answer(request, &folder);
            }
        });
    }
    Ok(Address { port })
}

fn bind(port: u16) -> Result<Server> {
    let mut reason = None;
    for port in port..=port.saturating_add(PORT_TRIES) {
        match Server::http(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(server) => return Ok(server),
            Err(error) => reason = Some(error),
        }
    }
    let reason = reason.map(|error| error.to_string()).unwrap_or_default();
    bail!("port {port} and the {PORT_TRIES} after it are taken ({reason}); choose one with --port")
}

fn answer(request: Request, folder: &Path) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(plain(405, "only GET and HEAD are answered here\n"));
    }
    let Some(path) = file_for(request.url(), folder) else {
        return request.respond(plain(404, "there is no such file\n"));
    };
    match File::open(&path) {
        Ok(file) => {
            let mut response = Response::from_file(file);
            response.add_header(header("Content-Type", media_type(&path)));
            for (name, value) in HEADERS {
                response.add_header(header(name, value));
            }
            request.respond(response)
        }
        Err(_) => request.respond(plain(404, "there is no such file\n")),
    }
}

const HEADERS: [(&str, &str); 5] = [
    ("Cache-Control", "no-cache"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
];

/// The file that a request names, or nothing when it leaves the folder.
fn file_for(url: &str, folder: &Path) -> Option<PathBuf> {
    let name = url.split(['?', '#']).next()?.trim_start_matches('/');
    let relative = Path::new(if name.is_empty() { "index.html" } else { name });
    let inside = relative.components().all(|component| matches!(component, Component::Normal(_)));
    let path = folder.join(relative);
    (inside && path.is_file()).then_some(path)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|kind| kind.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn plain(status: u16, text: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    Response::from_string(text).with_status_code(status)
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("header names and values here are ASCII")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// A folder with an index, a WASM file and a secret beside it.
    fn folder(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("neurorack-{name}-{}", std::process::id()));
        let folder = root.join("served");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.html"), "<p>page</p>").unwrap();
        std::fs::write(folder.join("engine.wasm"), b"\0asm").unwrap();
        std::fs::write(root.join("secret"), "secret").unwrap();
        folder
    }

    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn wasm_is_served_with_its_media_type_and_isolation_headers() {
        let address = serve(&folder("types"), 0).unwrap();
        let answer = get(address.port, "/engine.wasm?x=1");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        for line in [
            "Content-Type: application/wasm",
            "Cross-Origin-Opener-Policy: same-origin",
            "Cross-Origin-Embedder-Policy: require-corp",
        ] {
            assert!(answer.contains(line), "{line} in {answer}");
        }
    }

    #[test]
    fn the_root_is_the_index() {
        let address = serve(&folder("index"), 0).unwrap();
        assert!(get(address.port, "/").contains("<p>page</p>"));
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let address = serve(&folder("outside"), 0).unwrap();
        for path in ["/../secret", "/./../secret", "//../secret", "/%2e%2e/secret", "/no-such-file"] {
            let answer = get(address.port, path);
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        }
    }

    #[test]
    fn a_taken_port_gives_way_to_the_next() {
        let folder = folder("port");
        let first = serve(&folder, 0).unwrap();
        let second = serve(&folder, first.port).unwrap();
        assert!(second.port > first.port);
    }
}
