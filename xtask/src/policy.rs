//! What the page may do: its Content-Security-Policy, and the headers of a careful host.
//!
//! The policy stands in the page itself, so that it holds on hosts that send no headers: scripts come from the page's own folder, those
//! inside the page are named by their hash, and nothing is asked of any other host. Workers are not held by their page's policy; the
//! host's headers hold them.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What a host sends with every file. Without the first two the page plays as well, but a hit that is rendered ahead takes a longer way.
pub(crate) const HEADERS: [(&str, &str); 6] = [
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(self), midi=(self), serial=(self)"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// Name of the header, and its value with scripts: what workers may do, which run WASM and fetch what is beside them.
pub(crate) const HEADER: &str = "content-security-policy";
pub(crate) const OF_SCRIPTS: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

/// Its value with the page, beside what stands in the page: there a browser heeds no `frame-ancestors`.
pub(crate) const OF_PAGES: &str = "frame-ancestors 'self'";

/// Where the page's policy goes: after the first thing in it.
const PLACE: &str = "<meta charset=\"utf-8\">";

/// Writes the policy into a finished page's `index.html`.
pub(crate) fn write(dist: &Path) -> Result<()> {
    let path = dist.join("index.html");
    let page = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    std::fs::write(&path, with_policy(&page)?).with_context(|| format!("cannot write {}", path.display()))
}

fn with_policy(page: &str) -> Result<String> {
    ensure!(page.matches(PLACE).count() == 1, "the page does not have `{PLACE}` once, after which its policy stands");
    let policy = policy(&hashes(page, "script"), &hashes(page, "style"));
    let meta = format!("{PLACE}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    Ok(page.replacen(PLACE, &meta, 1))
}

/// The page's policy. Styles of elements are numbers that the page computes; only browsers that cannot tell them from a style sheet
/// take any style sheet.
fn policy(scripts: &str, styles: &str) -> String {
    [
        "default-src 'none'",
        &format!("script-src 'self' 'wasm-unsafe-eval'{scripts}"),
        "style-src 'self' 'unsafe-inline'",
        &format!("style-src-elem 'self'{styles}"),
        "style-src-attr 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    .join("; ")
}

/// The hashes of what stands inside a page between the tags of this name, each behind a space.
fn hashes(page: &str, tag: &str) -> String {
    let (begin, end) = (format!("<{tag}"), format!("</{tag}>"));
    let mut hashes = String::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once(&begin) {
        let Some((_, inside)) = after.split_once('>') else { break };
        let Some((inside, after)) = inside.split_once(&end) else { break };
        rest = after;
        if !inside.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(hashes, " 'sha256-{}'", STANDARD.encode(Sha256::digest(inside)));
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_inside_the_page_is_named_by_its_hash_and_nothing_else() {
        let page = "<head><meta charset=\"utf-8\"><script>alert('Hello, world.');</script><script src=\"a.js\"></script>\
                    <style>b { }</style></head>";
        let with = with_policy(page).unwrap();
        // The example of the specification, Content Security Policy Level 3, section 8.
        assert!(
            with.contains(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; "
            )
        );
        assert_eq!(with.matches("sha256-").count(), 2, "{with}");
        assert!(!with.contains("script-src 'self' 'unsafe"), "{with}");
    }

    #[test]
    fn a_page_without_a_place_for_it_is_refused() {
        assert!(with_policy("<head></head>").is_err());
    }
}
