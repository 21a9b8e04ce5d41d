//! `neurorack module list`: which ports have a module.

use crate::files;
use anyhow::{Context, Result};
use neurorack_link::{Problem, modules, short_name};
use serde_json::json;

/// List the serial ports with a module; opens none.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Write JSON, for a program: an empty list where there is none.
    #[arg(long)]
    json: bool,
}

impl List {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let found = modules()?;
        if self.json {
            let all: Vec<_> = found
                .iter()
                .map(|module| json!({ "port": module.port, "name": module.uid.map(short_name), "uid": module.uid }))
                .collect();
            let text = serde_json::to_string_pretty(&all).context("the list cannot be written as JSON")?;
            return files::print(&(text + "\n"));
        }
        if found.is_empty() {
            return Err(Problem::NoModule.into());
        }
        let line = |port: &str, name: &str| format!("{port}  module {name}\n");
        let name = |uid: Option<u64>| uid.map_or_else(|| "without a number".to_owned(), short_name);
        files::print(&found.iter().map(|module| line(&module.port, &name(module.uid))).collect::<String>())
    }
}
