//! `neurorack-train sheet`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use neurorack_engine::ModelBank;

use super::Pair;
use crate::data::{self, Entry, Hit, Split};
use crate::evaluate::{self, Measured, Player, RENDER_RATE_HZ};

/// What `sheet` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Folder of recordings.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers to choose from, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Part of the data to choose from.
    #[arg(long, default_value = "test")]
    split: Split,
    /// The bank.
    #[arg(long)]
    bank: PathBuf,
    /// The recordings, comma-separated: their paths in the data set, or a part of each.
    #[arg(long, value_delimiter = ',')]
    files: Vec<String>,
    /// How many recordings to choose, in turn from every category, without --files.
    #[arg(long, default_value_t = 12)]
    count: usize,
    /// Write the sounds too, as NAME-recording.wav and NAME-ours.wav, into this folder.
    #[arg(long, value_name = "FOLDER")]
    audio: Option<PathBuf>,
    /// The PNG file to write.
    #[arg(short, long, value_name = "OUT.png")]
    out: PathBuf,
}

impl Arguments {
    /// Renders and draws.
    ///
    /// # Errors
    /// When a file cannot be read or written, or no recording fits; the error says which.
    pub fn run(&self) -> Result<(), Box<dyn Error>> {
        let bytes = std::fs::read(&self.bank).map_err(|why| format!("cannot read {}: {why}", self.bank.display()))?;
        let bank = ModelBank::parse(&bytes).map_err(|why| format!("{}: {why}", self.bank.display()))?;
        let player = Player::new(&bank, 1);
        let entries = self.chosen(data::list(&self.data, &self.tiers)?)?;
        let (hits, skipped) = data::load(&self.data, &entries, Split::Test)?;
        for why in &skipped {
            println!("skipped {why}");
        }
        let mut pairs = Vec::new();
        for hit in hits {
            let hit = player.asked(&hit).into_owned();
            let ours = player.render(&hit);
            let measured = evaluate::measure(&player, &hit, evaluate::Wanted::default());
            if let Some(folder) = &self.audio {
                let name = short_name(&hit.entry.file);
                write_wav(folder, &format!("{name}-recording.wav"), &hit.samples)?;
                write_wav(folder, &format!("{name}-ours.wav"), &ours)?;
            }
            pairs.push(Pair { title: title(&hit, measured.as_ref()), recording: hit.samples, ours });
        }
        super::write(&self.out, &pairs)
            .map_err(|why| format!("cannot write {}: {why}; does its folder exist?", self.out.display()))?;
        println!("{}: {} recordings", self.out.display(), pairs.len());
        Ok(())
    }

    /// The entries that are asked for, all moved to the test split, which is the one that is read.
    fn chosen(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, String> {
        let mut chosen = Vec::new();
        if self.files.is_empty() {
            let entries = entries.iter().filter(|entry| entry.split == self.split);
            chosen = in_turn(entries.cloned().collect(), self.count);
        }
        for file in &self.files {
            let found = entries.iter().find(|entry| entry.file.contains(file.as_str()));
            chosen.push(found.ok_or_else(|| format!("{file} is not among the recordings"))?.clone());
        }
        Ok(chosen.into_iter().map(|entry| Entry { split: Split::Test, ..entry }).collect())
    }
}

/// `count` entries, one category after the other.
fn in_turn(entries: Vec<Entry>, count: usize) -> Vec<Entry> {
    let mut categories: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        categories.entry(entry.category.clone()).or_default().push(entry);
    }
    let deepest = categories.values().map(Vec::len).max().unwrap_or(0);
    let turns = (0..deepest).flat_map(|turn| categories.values().filter_map(move |group| group.get(turn)));
    let mut chosen: Vec<Entry> = turns.take(count).cloned().collect();
    chosen.sort_by(|a, b| (&a.category, &a.file).cmp(&(&b.category, &b.file)));
    chosen
}

/// What the recording is, and how near the answer comes.
fn title(hit: &Hit, measured: Option<&Measured>) -> [String; 2] {
    let name = short_name(&hit.entry.file);
    let heading = if hit.entry.category.is_empty() { name } else { format!("{}: {name}", hit.entry.category) };
    let Some(comparison) = measured.map(|one| &one.comparison) else { return [heading, String::new()] };
    let decibels = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.1}"));
    let figures = format!(
        "envelope {} dB  texture {} dB  SC {:.2}  L1 {:.2}",
        decibels(comparison.envelope_db),
        decibels(comparison.texture_db),
        comparison.raw.convergence,
        comparison.raw.log_l1,
    );
    [heading, figures]
}

/// The part of a file name that says what it is: ours are `category__source__name__hash.flac`.
fn short_name(file: &str) -> String {
    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let parts: Vec<&str> = stem.split("__").collect();
    if let [_, source, name, _] = parts[..] { format!("{name} ({source})") } else { stem }
}

fn write_wav(folder: &Path, name: &str, samples: &[f32]) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name);
    let failed = |why: hound::Error| format!("cannot write {}: {why}; does the folder exist?", path.display());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RENDER_RATE_HZ,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(&path, spec).map_err(failed)?;
    for &sample in samples {
        file.write_sample(sample).map_err(failed)?;
    }
    Ok(file.finalize().map_err(failed)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_was_recorded() {
        assert_eq!(short_name("cc0/boom__sonic-pi__bd-boom__d20c.flac"), "bd-boom (sonic-pi)");
        assert_eq!(short_name("my folder/kick 3.wav"), "kick 3");
    }

    #[test]
    fn every_category_has_its_turn() {
        let entry = |file: &str, category: &str| Entry {
            file: file.to_owned(),
            source: String::new(),
            licence: String::new(),
            author: String::new(),
            category: category.to_owned(),
            sha256: String::new(),
            split: Split::Test,
        };
        let entries = vec![entry("a", "wood"), entry("b", "wood"), entry("c", "wood"), entry("d", "boom")];
        let files: Vec<String> = in_turn(entries, 3).into_iter().map(|entry| entry.file).collect();
        assert_eq!(files, ["d", "a", "b"]);
    }
}
