//! A static file server for this machine only.
//!
//! Headers are those of a careful host: exact media types (a browser streams
//! WASM only as `application/wasm`), cross-origin isolation, compressed forms
//! for browsers that take them, and no caching without asking again, so that a
//! rebuilt page is the page that loads.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tower_http::services::ServeDir;

use crate::policy;
use crate::workspace;

/// What listens to the page in browser tests, on the audio thread.
const TAP: &str = "tap-processor.js";

/// How many ports after the wanted one are tried when it is taken.
const PORT_TRIES: u16 = 20;

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
    serve_app(files(folder), port)
}

/// Serves `folder` likewise, with what listens to the page in browser tests beside it: scripts come from the page's own host alone.
pub(crate) fn serve_tapped(folder: &Path) -> Result<Address> {
    // Also for a page that has lost its network.
    let headers = [(header::CONTENT_TYPE, "text/javascript"), (header::CACHE_CONTROL, "max-age=86400")];
    let path = workspace::root().join("tests/browser").join(TAP);
    let tap = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serve_app(files(folder).route(&format!("/{TAP}"), get(async move || (headers, tap))), 0)
}

fn files(folder: &Path) -> Router {
    Router::new().fallback_service(ServeDir::new(folder).precompressed_br())
}

/// Serves an application likewise, with the same headers.
pub(crate) fn serve_app(app: Router, port: u16) -> Result<Address> {
    let listener = bind(port)?;
    let port = listener.local_addr().context("the server listens on an IP address")?.port();
    listener.set_nonblocking(true).context("the server cannot wait for several browsers at a time")?;
    let app = app.layer(middleware::from_fn(add_headers));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().context("no server can start")?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let served = match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => axum::serve(listener, app).await,
                Err(error) => Err(error),
            };
            if let Err(error) = served {
                eprintln!("error: the server stopped: {error}");
            }
        });
    });
    Ok(Address { port })
}

fn bind(port: u16) -> Result<TcpListener> {
    let mut reason = None;
    for port in port..=port.saturating_add(PORT_TRIES) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => reason = Some(error),
        }
    }
    let reason = reason.map(|error| error.to_string()).unwrap_or_default();
    bail!("port {port} and the {PORT_TRIES} after it are taken ({reason}); choose one with --port")
}

/// Those of a careful host, and what belongs to one whose files change under it.
async fn add_headers(request: Request, next: Next) -> Response {
    // By the address: an answer that nothing has changed names no type, and its headers count for the file that the browser has.
    let is_script = request.uri().path().ends_with(".js");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = if is_script { policy::OF_SCRIPTS } else { policy::OF_PAGES };
    for (name, value) in policy::HEADERS.into_iter().chain([(policy::HEADER, policy)]) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // The same address answers with other bytes to a browser that takes brotli.
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::PathBuf;

    use super::*;

    /// A folder with an index, a WASM file, both also compressed, and a secret beside it.
    fn folder(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("neurorack-{name}-{}", std::process::id()));
        let folder = root.join("served");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.html"), "<p>page</p>").unwrap();
        std::fs::write(folder.join("engine.wasm"), b"\0asm").unwrap();
        std::fs::write(folder.join("index.html.br"), "small page").unwrap();
        std::fs::write(folder.join("engine.wasm.br"), "small engine").unwrap();
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
            "content-type: application/wasm",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-embedder-policy: require-corp",
        ] {
            assert!(answer.contains(line), "{line} in {answer}");
        }
    }

    #[test]
    fn a_browser_that_takes_brotli_gets_the_compressed_form_as_what_it_is() {
        let address = serve(&folder("brotli"), 0).unwrap();
        for (path, kind, body) in
            [("/engine.wasm", "application/wasm", "small engine"), ("/", "text/html", "small page")]
        {
            let answer = get(address.port, &format!("{path} HTTP/1.1\r\nAccept-Encoding: gzip, br\r\nX-Rest:"));
            let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
            assert_eq!(rest, body, "{path}: {head}");
            for line in ["content-encoding: br", &format!("content-type: {kind}"), "vary: accept-encoding"] {
                assert!(head.contains(line), "{path}: {line} in {head}");
            }
        }
    }

    #[test]
    fn a_program_that_does_not_take_brotli_gets_the_file() {
        let address = serve(&folder("plain"), 0).unwrap();
        for accepted in ["gzip", "br;q=0", "identity"] {
            let asked = format!("/ HTTP/1.1\r\nAccept-Encoding: {accepted}\r\nX-Rest:");
            let answer = get(address.port, &asked);
            assert!(answer.ends_with("<p>page</p>") && !answer.contains("content-encoding"), "{accepted}: {answer}");
        }
    }

    #[test]
    fn what_a_browser_still_has_is_not_sent_again() {
        let address = serve(&folder("again"), 0).unwrap();
        let answer = get(address.port, "/engine.wasm");
        let modified = answer.lines().find_map(|line| line.strip_prefix("last-modified: ")).unwrap();
        let asked = format!("/engine.wasm HTTP/1.1\r\nIf-Modified-Since: {modified}\r\nX-Rest:");
        assert!(get(address.port, &asked).starts_with("HTTP/1.1 304"), "{modified}");
    }

    #[test]
    fn a_connection_that_says_nothing_holds_up_no_other() {
        let address = serve(&folder("silent"), 0).unwrap();
        let silent: Vec<_> =
            (0..40).map(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, address.port)).unwrap()).collect();
        assert!(get(address.port, "/").contains("<p>page</p>"));
        drop(silent);
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
