//! The service worker of a build: told which files there are, each with its hash, and which of them can wait.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::compress;
use crate::gpu;
use crate::workspace;

/// The worker's own name, which the page registers.
const WORKER: &str = "service-worker.js";

/// Writes the service worker into a finished page; call it when everything else is there.
pub(crate) fn write(dist: &Path) -> Result<()> {
    let source = workspace::root().join("static").join(WORKER);
    let template = std::fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let written = fill(&template, &files(dist)?)?;
    let target = dist.join(WORKER);
    std::fs::write(&target, written).with_context(|| format!("cannot write {}", target.display()))
}

/// Every file of the page, as the browser asks for it, with its integrity as in a page's own `integrity` attributes.
fn files(dist: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dist.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The browser asks for a file, and the host may answer with its compressed form: they are one.
            if path.extension().is_some_and(|ending| ending == compress::ENDING) {
                continue;
            }
            let name = path.strip_prefix(dist)?.components().map(|part| part.as_os_str().to_string_lossy());
            let name = name.collect::<Vec<_>>().join("/");
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let integrity = format!("sha256-{}", STANDARD.encode(Sha256::digest(&bytes)));
            match name.as_str() {
                WORKER => {}
                // Some hosts answer `index.html` with a redirection to the folder.
                "index.html" => drop(files.insert("./".to_owned(), integrity)),
                _ => drop(files.insert(name, integrity)),
            }
        }
    }
    Ok(files)
}

/// The worker's script with its three constants; the build's name follows from its files.
fn fill(template: &str, files: &BTreeMap<String, String>) -> Result<String> {
    let (later, files): (BTreeMap<_, _>, BTreeMap<_, _>) = files.iter().partition(|(name, _)| gpu::is_of_it(name));
    let [files, later] = [serde_json::to_string_pretty(&files)?, serde_json::to_string_pretty(&later)?];
    let mut build = Sha256::new();
    for part in [template, &files, &later] {
        build.update(part);
    }
    let build: String = build.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let mut worker = template.to_owned();
    for (constant, value) in [
        ("const BUILD = \"\";", format!("const BUILD = \"{build}\";")),
        ("const FILES = {};", format!("const FILES = {files};")),
        ("const LATER = {};", format!("const LATER = {later};")),
    ] {
        ensure!(template.matches(constant).count() == 1, "the service worker needs exactly one line `{constant}`");
        worker = worker.replace(constant, &value);
    }
    Ok(worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "const BUILD = \"\";\nconst FILES = {};\nconst LATER = {};\n";

    #[test]
    fn the_worker_names_every_file_but_itself_and_compressed_forms_by_its_hash() {
        let dist = std::env::temp_dir().join(format!("neurorack-offline-{}", std::process::id()));
        std::fs::create_dir_all(dist.join("banks")).unwrap();
        for (name, text) in [("index.html", "page"), ("banks/one", "bank"), ("index.html.br", "small"), (WORKER, "old")]
        {
            std::fs::write(dist.join(name), text).unwrap();
        }
        let files = files(&dist).unwrap();
        std::fs::remove_dir_all(&dist).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["./", "banks/one"]);
        // As `printf page | openssl dgst -sha256 -binary | base64` says.
        assert_eq!(files["./"], "sha256-NmAxWprz3yVdjxmrB35Hl4IrQUiKDioEvGr3EhPCMnQ=");
    }

    #[test]
    fn what_renders_on_graphics_cards_waits_until_it_is_asked_for() {
        let names = ["engine.wasm", "gpu-glue_bg.wasm", "gpu-glue.js", "gpu.js"];
        let files = names.map(|name| (name.to_owned(), format!("sha256-{name}"))).into();
        let worker = fill(TEMPLATE, &files).unwrap();
        let (kept, later) = worker.split_once("const LATER").unwrap();
        for (name, waits) in names.into_iter().zip([false, true, true, false]) {
            let named = format!("\"{name}\"");
            assert_eq!([kept.contains(&named), later.contains(&named)], [!waits, waits], "{name}");
        }
    }

    #[test]
    fn another_file_is_another_build() {
        let files = |hash: &str| BTreeMap::from([("engine.wasm".to_owned(), hash.to_owned())]);
        let build = |hash| fill(TEMPLATE, &files(hash)).unwrap().lines().next().unwrap().to_owned();
        assert_eq!(build("sha256-a"), build("sha256-a"));
        assert_ne!(build("sha256-a"), build("sha256-b"));
        assert!(fill("const BUILD = \"\";", &files("sha256-a")).is_err());
    }
}
