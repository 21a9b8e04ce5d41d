//! `neurorack-train evaluate`.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use neurorack_engine::ModelBank;
use neurorack_engine::bank::figures::HeldOut;

use super::{Measured, Player, Wanted, measure_all, report, summarise};
use crate::data::{self, Entry, Hit, Split};

/// The tier that banks are never trained on: its figures have goals of their own.
const UNSEEN_TIER: &str = "sharealike";

/// What `evaluate` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Folder of recordings.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers to measure on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Part of the data.
    #[arg(long, value_enum, default_value_t = Part::Test)]
    split: Part,
    /// Take only every N-th recording.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// The bank.
    #[arg(long)]
    bank: PathBuf,
    /// Give the network the curves alone, as if they had been drawn: no recording's timbre.
    #[arg(long)]
    curves_alone: bool,
    /// Ask for each timbre as it was measured, and not fitted to the bank.
    #[arg(long, conflicts_with = "curves_alone")]
    as_measured: bool,
    /// Which noise is drawn: figures of another number differ by luck alone.
    #[arg(long, value_name = "N", default_value_t = 1)]
    draw: u64,
    /// Compare with noise in each recording's own shape instead of the bank's answer: how far luck alone goes.
    #[arg(long, conflicts_with_all = ["curves_alone", "as_measured"])]
    shaped_noise: bool,
    /// Another bank, or the JSON of its figures on the same recordings: distances are also given as shares of its.
    #[arg(long, value_name = "BANK|JSON")]
    first: Option<PathBuf>,
    /// On how many recordings, evenly spread, single descriptors are scaled; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 200)]
    responses: usize,
    /// Leave out levels of silence too: only what compares sounds.
    #[arg(long)]
    quick: bool,
    /// Also the figures of each group.
    #[arg(long, value_enum)]
    by: Option<Group>,
    /// Also how far every descriptor moves when another is scaled alone.
    #[arg(long)]
    matrix: bool,
    /// Write the figures of every recording to this file, tab-separated.
    #[arg(long, value_name = "FILE.tsv")]
    each: Option<PathBuf>,
    /// Print the figures as JSON, as the card takes them.
    #[arg(long)]
    json: bool,
}

/// Which part of the data is measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// What was trained on.
    Train,
    /// What training was watched with.
    Valid,
    /// What was never looked at.
    Test,
    /// All three: for recordings that no training used.
    All,
}

/// How recordings are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// By what was struck.
    Category,
    /// By licence tier.
    Tier,
}

impl Part {
    fn splits(self) -> &'static [Split] {
        match self {
            Self::Train => &[Split::Train],
            Self::Valid => &[Split::Valid],
            Self::Test => &[Split::Test],
            Self::All => &[Split::Train, Split::Valid, Split::Test],
        }
    }
}

impl Arguments {
    /// Measures and prints.
    ///
    /// # Errors
    /// When a file cannot be read or written, no recording is left, or the bank is not sound; the error says which.
    pub fn run(&self) -> Result<(), Box<dyn Error>> {
        let bank = open(&self.bank)?;
        let (hits, skipped) = self.hits()?;
        let only_sounds = self.quick || self.shaped_noise;
        let responses = if only_sounds { 0 } else { self.responses };
        let wanted = Wanted { silence: !only_sounds, responses, shaped_noise: self.shaped_noise };
        let measured = self.measure(&bank, &hits, wanted);
        let mut scores = summarise(&measured);
        if let Some(first) = &self.first {
            let ratios = scores.ratios(&self.first_figures(first, &hits)?);
            scores.figures.extend(ratios);
        }
        if let Some(path) = &self.each {
            write(path, &report::each(&measured))?;
        }
        if self.json {
            let mut figures: BTreeMap<String, f64> = scores.figures.clone();
            figures.insert("recordings".to_owned(), scores.recordings as f64);
            figures.insert("voiced_frames".to_owned(), scores.voiced_frames as f64);
            println!("{}", serde_json::to_string_pretty(&figures)?);
            return Ok(());
        }
        for why in &skipped {
            println!("skipped {why}");
        }
        let unseen = !self.tiers.is_empty() && self.tiers.iter().all(|tier| tier == UNSEEN_TIER);
        print!("{}", report::table(&scores, if unseen { HeldOut::Unseen } else { HeldOut::Known }));
        if self.first.is_some() {
            println!("\nShares of the figures of {}", self.first.as_deref().unwrap_or(Path::new("")).display());
            for (name, ratio) in scores.figures.iter().filter(|(name, _)| name.ends_with("_ratio")) {
                println!("  {:<36} {ratio:>10.3}", name.trim_end_matches("_ratio"));
            }
        }
        if let Some(matrix) = scores.matrix.as_ref().filter(|_| self.matrix) {
            print!("{}", report::matrix(matrix));
        }
        match self.by {
            Some(Group::Category) => print!("{}", report::by(&measured, |one| &one.category)),
            Some(Group::Tier) => print!("{}", report::by(&measured, |one| &one.tier)),
            None => {}
        }
        Ok(())
    }

    /// The recordings to measure on, and why others are left out.
    fn hits(&self) -> Result<(Vec<Hit>, Vec<String>), Box<dyn Error>> {
        let splits = self.split.splits();
        let mut entries = data::list(&self.data, &self.tiers)?;
        entries.retain(|entry| splits.contains(&entry.split));
        let every = entries.into_iter().step_by(self.every as usize);
        // `load` reads one split at a time, and refuses one without recordings.
        let entries: Vec<Entry> = every.map(|entry| Entry { split: Split::Test, ..entry }).collect();
        let (mut hits, skipped) = data::load(&self.data, &entries, Split::Test)?;
        if self.curves_alone {
            for hit in &mut hits {
                hit.curve = hit.curve.clone().with_timbre(None);
            }
        }
        Ok((hits, skipped))
    }

    fn measure(&self, bank: &ModelBank, hits: &[Hit], wanted: Wanted) -> Vec<Measured> {
        let done = AtomicUsize::new(0);
        let shown = std::io::stderr().is_terminal();
        // Shaped noise asks the bank for nothing.
        let player = if self.as_measured || self.shaped_noise {
            Player::as_measured(bank, self.draw)
        } else {
            Player::new(bank, self.draw)
        };
        let measured = measure_all(&player, hits, wanted, || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if shown {
                eprint!("\r{done} of {} recordings", hits.len());
            }
        });
        if shown {
            eprintln!();
        }
        measured
    }

    /// The distances of the bank that ours is compared with, on the same recordings.
    fn first_figures(&self, path: &Path, hits: &[Hit]) -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
        if path.extension().is_some_and(|extension| extension == "json") {
            return Ok(serde_json::from_slice(&read(path)?).map_err(|why| {
                format!("{}: {why}; `neurorack-train evaluate --json` writes such a file", path.display())
            })?);
        }
        Ok(summarise(&self.measure(&open(path)?, hits, Wanted::default())).figures)
    }
}

fn open(path: &Path) -> Result<ModelBank, Box<dyn Error>> {
    let bank = ModelBank::parse(&read(path)?).map_err(|why| format!("{}: {why}", path.display()))?;
    bank.verify().map_err(|why| format!("{}: {why}", path.display()))?;
    Ok(bank)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|why| format!("cannot read {}: {why}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = std::fs::File::create(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|why| format!("cannot write {}: {why}; does its folder exist?", path.display()))
}
