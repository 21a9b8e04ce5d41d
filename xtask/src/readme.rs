//! The documents' commands exist: each `cargo xtask …` in them must parse.

use clap::CommandFactory;

use crate::workspace;

const DOCUMENTS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/first-hour-developers.md",
    "docs/measurements.md",
    "docs/reliability.md",
];

/// Every `cargo xtask …` in a text: in its code blocks, one a line, and in
/// its code spans.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            found.push(line);
        } else {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
        .into_iter()
        .filter_map(|code| {
            let code = code.split('#').next().unwrap_or_default();
            let rest = &code[code.find("cargo xtask ")? + "cargo xtask ".len()..];
            Some(words(rest))
        })
        .collect()
}

/// The words of a command, as a shell parts them: what stands between double quotes is one.
fn words(code: &str) -> Vec<String> {
    let parts = code.split('"').enumerate();
    parts
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn every_command_in_the_documents_parses() {
    let mut seen = 0;
    for document in DOCUMENTS {
        let path = workspace::root().join(document);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        for words in commands(&text) {
            let line = words.join(" ");
            let parsed = crate::Cli::command().try_get_matches_from(std::iter::once("xtask".to_owned()).chain(words));
            assert!(parsed.is_ok(), "{document}: `cargo xtask {line}`: {}", parsed.unwrap_err());
            seen += 1;
        }
    }
    assert!(seen >= 2, "the README shows how to play and how to test");
}

#[test]
fn commands_are_found_in_blocks_and_spans() {
    let text = "Run `cargo xtask play --quick` or\n```sh\ncargo xtask test --filter \"two words\" # all\nls\n```\n";
    assert_eq!(commands(text), [vec!["play", "--quick"], vec!["test", "--filter", "two words"]]);
}
