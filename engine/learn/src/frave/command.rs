//! `neurorack-train free` and `neurorack-train swap`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use neurorack_engine::ModelBank;
use neurorack_engine::bank::Kind;
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors};

use super::swap::{self, MOST};
use super::{Example, Examples, Options, Predictability, Variant, predictability, train};
use crate::bank::{Label, export};
use crate::checkpoint::State;
use crate::data::{self, DataSet, Entry, Split};
use crate::from_bank;
use crate::sampling::Balance;

/// Put a latent of timbre before a bank's network: a bank of kind frave, whose timbre is played apart from the descriptors.
///
/// Minutes on one core. The network stays as it is; `fine-tune --bank` with the new bank teaches it the timbres that the
/// latent makes, and descriptors of other sounds.
#[derive(Debug, clap::Args)]
pub struct FreeArguments {
    /// Bank whose network plays.
    #[arg(long)]
    bank: PathBuf,
    /// Folder of recordings, with a manifest.csv (columns file, split, category, licence …) or without.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers (first folder of the manifest's paths) to train on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Only these categories of the manifest, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    categories: Vec<String>,
    /// Variations of each recording (other speeds, filters, layers) to learn from beside it.
    #[arg(long, default_value_t = 3)]
    variations: usize,
    /// Steps of training.
    #[arg(long, default_value_t = Options::default().steps)]
    steps: usize,
    /// Weight of the prior: more makes a smoother latent that says less.
    #[arg(long, default_value_t = Options::default().beta)]
    beta: f64,
    /// Weight of the fader discriminator: more frees the latent further and lets it say less.
    #[arg(long, default_value_t = Options::default().fader)]
    fader: f64,
    /// Leave something out, to see what it is good for.
    #[arg(long, value_enum, default_value_t)]
    variant: Variant,
    /// Seed of weights and draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of the new bank.
    #[arg(long, default_value = "FRAVE impacts")]
    name: String,
    /// Where the bank goes; nothing is written when left out.
    #[arg(short, long)]
    out: Option<PathBuf>,
}

/// Measure how a bank follows descriptors that come from another recording.
///
/// Of each held-out recording none to four descriptors are replaced by those of another, as Devis et al. (2023) do.
#[derive(Debug, clap::Args)]
pub struct SwapArguments {
    /// The bank.
    #[arg(long)]
    bank: PathBuf,
    /// Folder of recordings.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers to measure on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Seed of what is swapped.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

impl FreeArguments {
    /// Trains, measures what the latent says, and writes the bank. `commit` is that of the code.
    ///
    /// # Errors
    /// When a file cannot be read or written or no recording is usable; the error says what to do.
    pub fn run(&self, commit: String) -> Outcome {
        let bytes = read(&self.bank)?;
        let base = ModelBank::parse(&bytes).map_err(|why| format!("{}: {why}", self.bank.display()))?;
        let start = from_bank::network(&bytes)?;
        let mut entries = data::list(&self.data, &self.tiers)?;
        entries.retain(|entry| self.categories.is_empty() || self.categories.contains(&entry.category));
        let parts = [Split::Train, Split::Valid, Split::Test].map(|split| data::load(&self.data, &entries, split));
        let [train_hits, valid, test] = parts;
        let [train_hits, valid, test] = [train_hits?.0, valid?.0, test?.0];
        let hits = DataSet::from(train_hits);
        println!("{} recordings with {} variations each", hits.len(), self.variations);
        let weights = Balance::Impacts.weights(&hits);
        let normalisation = start.normalisation;
        let examples = Examples::of(&hits, &weights, self.variations, &normalisation, self.seed)?;
        let options = Options {
            steps: self.steps.max(1),
            beta: self.beta,
            fader: self.fader,
            variant: self.variant,
            seed: self.seed,
            ..Options::default()
        };
        let of = |hits: &[data::Hit]| -> Vec<Example> {
            hits.iter().filter_map(|hit| Example::of(&hit.curve, &normalisation)).collect()
        };
        let (valid, asked) = (of(&valid), of(&test));
        let trained = train(&options, &examples, &valid, |line| println!("{line}"));
        let told = self.variant != Variant::Plain;
        let measured = predictability(&trained.frave, [&examples.hits, &valid, &asked], told, self.seed);
        print(&measured, test.len());
        let Some(out) = &self.out else { return Ok(()) };
        if self.variant == Variant::Plain {
            return Err("a latent whose decoder is not told the descriptors cannot be played: leave out --out".into());
        }
        let state = State {
            step: base.card().provenance.steps as usize,
            size: start.network.size(),
            mean: normalisation.mean,
            std: normalisation.std,
            data_set_hash: hits.fingerprint(),
            recordings: hits.len(),
            tiers: self.tiers.clone(),
            base: Some(start.hash.clone()),
            validation_loss: f32::NAN,
            seconds: 0.0,
        };
        let mut scores = BTreeMap::new();
        add_scores(&measured, &mut scores);
        let label = Label {
            name: self.name.clone(),
            version: "1".into(),
            licence: base.card().licence.clone(),
            commit,
            command: format!("neurorack-train free, {} steps before the bank with SHA-256 {}", self.steps, start.hash),
            licences: base.card().provenance.licences.clone(),
            scores,
            held_out: BTreeMap::new(),
        };
        let bank = export(&start.network, Some(&trained.frave), &state, &sets(&base), &label);
        let error = ModelBank::parse(&bank)?.verify()?;
        std::fs::write(out, &bank)
            .map_err(|why| format!("cannot write {}: {why}; does its folder exist?", out.display()))?;
        println!("{}: {} KiB; the engine plays the test hits to {error:.1e}", out.display(), bank.len().div_ceil(1024));
        Ok(())
    }
}

impl SwapArguments {
    /// Measures and prints.
    ///
    /// # Errors
    /// When a file cannot be read or no recording is usable; the error says which.
    pub fn run(&self) -> Outcome {
        let bank = ModelBank::parse(&read(&self.bank)?).map_err(|why| format!("{}: {why}", self.bank.display()))?;
        bank.verify().map_err(|why| format!("{}: {why}", self.bank.display()))?;
        let (hits, _) = data::load(&self.data, &data::list(&self.data, &self.tiers)?, Split::Test)?;
        let found = swap::measure(&bank, &hits, self.seed);
        if self.json {
            let mut figures = BTreeMap::new();
            for (count, following) in found.iter().enumerate() {
                figures.insert(format!("swap_{count}_r"), following.mean());
                if count > 0 {
                    figures.insert(format!("swap_{count}_r_swapped"), following.mean_swapped());
                }
            }
            println!("{}", serde_json::to_string_pretty(&figures)?);
            return Ok(());
        }
        let kind = if bank.kind() == Kind::Frave { "frave" } else { "sinc-nsf" };
        println!("{} held-out recordings, bank of kind {kind}: Pearson's r, asked and measured", hits.len());
        println!("swapped     mean  of them  {}", Descriptors::NAMES.map(|name| format!("{name:>9.9}")).join(" "));
        for (count, following) in found.iter().enumerate() {
            let each = following.r.map(|r| format!("{r:>9.3}")).join(" ");
            let swapped = if count == 0 { "      -".into() } else { format!("{:>7.3}", following.mean_swapped()) };
            println!("{count} of 7     {:>5.3}  {swapped}  {each}", following.mean());
        }
        println!("of none to {MOST}; the mean falls by {:.3}", found[1].mean() - found[MOST].mean());
        Ok(())
    }
}

/// The figures under the names of bank cards.
pub fn add_scores(measured: &Predictability, scores: &mut BTreeMap<String, f64>) {
    for (name, r2) in Descriptors::NAMES.iter().zip(measured.r2) {
        scores.insert(format!("latent_r2_{name}"), r2);
    }
    scores.insert("latent_level_db".into(), measured.level_db);
}

fn print(measured: &Predictability, recordings: usize) {
    println!("what a probe tells from the latent of {recordings} held-out recordings, R²:");
    for (name, r2) in Descriptors::NAMES.iter().zip(measured.r2) {
        println!("  {name:<20} {r2:>7.3}");
    }
    println!("levels of the bands through the latent: {:.2} dB off", measured.level_db);
}

/// The factory sets of a bank, to be written again.
fn sets(bank: &ModelBank) -> Vec<(String, DescriptorCurve, Entry)> {
    let entry = |card: &neurorack_engine::bank::FactoryCard| Entry {
        file: String::new(),
        source: card.source.clone(),
        licence: card.licence.clone(),
        author: card.author.clone(),
        category: card.category.clone(),
        sha256: String::new(),
        split: Split::Train,
    };
    let cards = bank.card().factory.iter();
    cards.zip(bank.factory()).map(|(card, curve)| (card.name.clone(), curve.clone(), entry(card))).collect()
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|why| format!("cannot read {}: {why}", path.display()))
}
