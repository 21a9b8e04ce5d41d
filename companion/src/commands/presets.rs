//! `neurorack presets`: sounds that were kept, the same as the page's.

use crate::keep::{StateArgument, Store, valid_name};
use crate::{control, files, preset};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use neurorack_engine::preset::Preset;
use serde_json::json;
use std::path::PathBuf;

/// List, import, export and remove presets: files and links of the page, and what `play` keeps.
#[derive(Debug, clap::Args)]
pub(crate) struct Presets {
    #[command(flatten)]
    state: StateArgument,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the presets that are kept.
    List {
        /// Write JSON, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Keep a preset of the page: a link (whole, in quotation marks) or a file that it exported.
    Import {
        /// The link or the file.
        #[arg(value_name = "LINK|FILE")]
        from: String,
        /// Keep it under this name. [default: its own]
        #[arg(long)]
        name: Option<String>,
        /// Replace a preset of the same name.
        #[arg(long)]
        replace: bool,
    },
    /// Write a preset as a file for the page, or as the part of a link behind its #.
    Export {
        /// Its name; without it, how the instrument stood last.
        name: Option<String>,
        /// Write to this file. [default: standard output]
        #[arg(short, long, value_name = "FILE", conflicts_with = "link")]
        output: Option<PathBuf>,
        /// Write what stands behind the # of a link.
        #[arg(long)]
        link: bool,
    },
    /// Remove a preset.
    Remove {
        /// Its name.
        name: String,
    },
}

impl Presets {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let store = self.state.open()?;
        match self.action {
            Action::List { json } => list(&store, json),
            Action::Import { from, name, replace } => import(&store, &from, name, replace),
            Action::Export { name, output, link } => export(&store, name, output, link),
            Action::Remove { name } => store.remove_preset(&name),
        }
    }
}

fn list(store: &Store, json: bool) -> Result<()> {
    let names = store.preset_names();
    if !json {
        let lines: Vec<String> = names.into_iter().map(|name| name + "\n").collect();
        return files::print(&lines.concat());
    }
    let presets: Vec<_> = names
        .iter()
        .map(|name| match store.preset(name) {
            Ok(preset) => json!({
                "name": name,
                "bank": preset.bank.name,
                "bank_hash": preset.bank.digits(),
                "sounds": preset.sounds.each_ref().map(|sound| sound.name()),
            }),
            Err(error) => json!({ "name": name, "problem": format!("{error:#}") }),
        })
        .collect();
    files::print(&(serde_json::to_string_pretty(&presets)? + "\n"))
}

fn import(store: &Store, from: &str, name: Option<String>, replace: bool) -> Result<()> {
    let read = preset::read(from)?;
    let preset = Preset { name: name.unwrap_or_else(|| read.name.clone()), ..read };
    let name = valid_name(&preset.name).context("give it another name with --name")?;
    if !replace && store.preset_names().iter().any(|kept| kept == name) {
        bail!("a preset is called {name} already: give another --name, or --replace");
    }
    let path = store.keep_preset(&preset)?;
    files::print(&format!("{name} is kept in {}\n", path.display()))
}

fn export(store: &Store, name: Option<String>, output: Option<PathBuf>, link: bool) -> Result<()> {
    let preset = match name {
        Some(name) => store.preset(&name)?,
        None => {
            let state = store.kept_state()?.context("nothing was played yet: give the name of a preset")?;
            control::State::from_json(&state).context("what was kept cannot be read")?.preset
        }
    };
    let text = if link { preset.to_fragment() + "\n" } else { preset.to_json() };
    match output {
        Some(path) => files::write(&path, &text),
        None => files::print(&text),
    }
}
