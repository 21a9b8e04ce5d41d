//! `cargo xtask dist`: the finished page as a folder.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::compress;
use crate::page::{self, Effort};
use crate::workspace;

/// Write the finished page into a folder for any static host.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write; what an earlier run left there is replaced
    #[arg(short, long, default_value = "dist")]
    output: PathBuf,
}

/// Runs `cargo xtask dist`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let output =
        std::path::absolute(&args.output).with_context(|| format!("{} is no folder name", args.output.display()))?;
    let is_ours = output.join("engine.wasm").is_file();
    let is_empty = std::fs::read_dir(&output).map_or(true, |mut dir| dir.next().is_none());
    if !is_ours && !is_empty {
        bail!("{} holds other files, which would be deleted; choose an empty folder with --output", output.display());
    }
    page::build_into(&output, Effort::Full)?;

    let mut bytes = 0;
    for entry in walk(&output)? {
        let is_compressed = entry.path().extension().is_some_and(|ending| ending == compress::ENDING);
        bytes += if is_compressed { 0 } else { entry.metadata()?.len() };
    }
    let shown = output.strip_prefix(workspace::root()).unwrap_or(&output);
    println!("dist: {} holds the page, {:.1} MB before compression", shown.display(), bytes as f64 / 1e6);
    println!("dist: upload its files as they are; WASM has to be served as application/wasm");
    println!(
        "dist: NAME.br is NAME compressed; a host that sends it as `Content-Encoding: br` starts three times as fast"
    );
    Ok(())
}

/// Every file in a folder and its subfolders.
pub(crate) fn walk(dir: &std::path::Path) -> Result<Vec<std::fs::DirEntry>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(walk(&entry.path())?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}
