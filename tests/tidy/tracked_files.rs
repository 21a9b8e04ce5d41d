//! What the repository holds: nothing of one machine, links that lead
//! somewhere, no heavy files.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The largest file that belongs into the history: banks are the largest.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

/// Files that git tracks or would track.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git ls-files failed");
    String::from_utf8_lossy(&output.stdout)
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect()
}

/// Tracked text files with their text.
fn texts() -> Vec<(PathBuf, String)> {
    files()
        .into_iter()
        .filter_map(|path| {
            let text = String::from_utf8(std::fs::read(root().join(&path)).ok()?).ok()?;
            Some((path, text))
        })
        .collect()
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    // Joined here so that this file does not name them either.
    let folders = ["home", "root", "Users", "work", "mnt"].map(|name| format!("/{name}/"));
    for (path, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            for folder in &folders {
                let named = line.match_indices(folder.as_str()).any(|(at, _)| {
                    // The start of a path, not the middle of an address or a relative path.
                    line[..at].chars().next_back().is_none_or(|before| " \"'`=(:<>[,".contains(before))
                });
                assert!(
                    !named,
                    "{}:{} names {folder}, which exists on one machine only: {line}",
                    path.display(),
                    number + 1,
                );
            }
        }
    }
}

#[test]
fn locked_packages_come_from_the_public_registry() {
    for (path, text) in texts() {
        if path.file_name().is_some_and(|name| name == "Cargo.lock") {
            for source in text.lines().filter(|line| line.starts_with("source = ")) {
                assert_eq!(
                    source,
                    "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
                    "{}",
                    path.display(),
                );
            }
        }
        let is_npm = path.file_name().is_some_and(|name| name == "package-lock.json");
        assert!(
            !is_npm || !text.contains("\"resolved\""),
            "{} names the registry that one machine used; pin exact versions in package.json instead",
            path.display(),
        );
    }
}

#[test]
fn no_file_is_too_large_for_the_history() {
    for path in files() {
        let bytes = std::fs::metadata(root().join(&path)).map_or(0, |data| data.len());
        assert!(bytes <= MAX_BYTES, "{} has {bytes} bytes; make it smaller or build it from source", path.display(),);
    }
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    for (path, text) in texts() {
        if path.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let base = path.parent().unwrap_or(Path::new(""));
            assert!(
                root().join(base).join(file).exists(),
                "{} links to {target}, which does not exist",
                path.display(),
            );
        }
    }
}
