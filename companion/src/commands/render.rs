//! `neurorack render`: a sound file from curves or a preset, offline, by the engine that also plays.

use crate::bank_file::BankArgument;
use crate::curve_file::CurveFile;
use crate::files;
use crate::hit::{self, Hand, Scene};
use crate::map_file::{self, MapArgument};
use crate::original::Original;
use crate::panel::PanelArguments;
use crate::preset;
use crate::sequence::{self, Sequence};
use crate::sound_file::{self, Format};
use crate::sounds::{self, MAX_CURVE_FILE_BYTES, Plays};
use anyhow::{Context, Result, bail, ensure};
use neurorack_engine::bank::{Bank, ModelBank, RenderedBank};
use neurorack_engine::descriptors::ANALYSIS_RATE_HZ;
use std::path::PathBuf;

/// Largest sequence file that is read.
const MAX_SEQUENCE_BYTES: usize = 1 << 20;

/// Longest sound that --seconds allows, as long as the longest recording.
const LONGEST_SECONDS: f32 = 600.0;

/// Render a hit, or a piece of music, to a sound file.
///
/// With --preset it is what the page plays: the same bank, sounds, knobs, menu and sources give the same samples.
/// Without --preset, --like, --curves or --sequence it is the instrument's hit: F1 morphed to F2 by CV 1, through the limiter. With them the
/// sound has the level that the curves ask for and no limiter acts, so that it can be compared with its model; what
/// lasts longer than 4 s is played as several hits in a row, cut where it is quietest.
#[derive(Debug, clap::Args)]
pub(crate) struct Render {
    #[command(flatten)]
    bank: BankArgument,
    #[command(flatten)]
    map: MapArgument,
    /// First sound: a factory set by name or number, a sound file (its first impact), or a curve file (.json).
    /// [default: the bank's first]
    #[arg(long, value_name = "NAME|FILE")]
    f1: Option<String>,
    /// Second sound, chosen likewise. [default: F1]
    #[arg(long, value_name = "NAME|FILE")]
    f2: Option<String>,
    /// Invent the first sound: each seed is another new impact, drawn from the map.
    #[arg(long, value_name = "SEED", conflicts_with_all = ["f1", "at", "like", "curves"])]
    invent: Option<u64>,
    /// Take the first sound from a place on the map, -1 to 1 both ways: brighter to the right, longer towards the top.
    #[arg(long, value_name = "X,Y", allow_hyphen_values = true, value_parser = map_file::place, conflicts_with_all = ["f1", "like", "curves"])]
    at: Option<Place>,
    #[command(flatten)]
    panel: PanelArguments,
    /// Strength of the hit, 0 to 1: weaker is quieter and softer.
    #[arg(long, value_name = "0..1", default_value_t = 1.0, value_parser = velocity)]
    velocity: f32,
    /// Transpose everything that sounds, in semitones.
    #[arg(long, value_name = "SEMITONES", default_value_t = 0.0, allow_negative_numbers = true, value_parser = semitones)]
    pitch: f32,
    /// Freeze: Gate 2 is high between these two times in seconds.
    #[arg(long, value_name = "FROM,TO", value_parser = span, conflicts_with_all = ["like", "curves", "sequence"])]
    freeze: Option<Span>,
    /// Render the descriptors of this sound file, whole, with the timbre fitted to the bank.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["f1", "f2", "cv1", "cv2", "cv3", "cv4", "curves"])]
    like: Option<PathBuf>,
    /// Render the curves of this file, as `describe --json` writes them, with the timbre as it was measured.
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["f1", "f2", "cv1", "cv2", "cv3", "cv4"])]
    curves: Option<PathBuf>,
    /// Render a piece of music. Its text names columns, then gives a hit a line, such as `tempo,96`, `beat,f1,f2,velocity,
    /// cv1`, `0,Deep boom,,1,` and `1.5,Small bell,Glass ring,0.7,-5>5/2`: the last moves CV 1 from -5 to 5 V within two
    /// beats. A column `track` parts instruments with voltages of their own; the first column may be `seconds`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["f1", "f2", "cv1", "cv2", "cv3", "cv4", "like", "curves", "invent", "at"])]
    sequence: Option<PathBuf>,
    /// Render a preset of the page: the link that "Share" copies, its part from the # on, or a file that "Export" wrote.
    /// One hit of Gate 1 with the clock standing, to its end; with --play what its sources play.
    #[arg(long, value_name = "LINK|FILE.json", conflicts_with_all = ["f1", "f2", "invent", "at", "map", "cv1", "cv2", "cv3", "cv4", "freeze_ms",
        "velocity", "pitch", "freeze", "like", "curves", "sequence", "seed"])]
    preset: Option<String>,
    /// Let the preset's clock, sequencers and modulators play for --seconds, instead of one hit.
    #[arg(long, requires_all = ["preset", "seconds"])]
    play: bool,
    /// Length of the file. [default: as long as the hit sounds, or as the model of --like]
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f32>,
    /// Seed of every random draw: the same seed gives the same samples.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Render the original's network on the graphics card.
    #[cfg(feature = "wgpu")]
    #[arg(long)]
    gpu: bool,
    /// Sample rate in hertz.
    #[arg(long, value_name = "HZ", default_value_t = 44_100, value_parser = clap::value_parser!(u32).range(8_000..=192_000))]
    rate: u32,
    /// Number format of the samples of a WAV file.
    #[arg(long, value_enum, default_value_t = Format::Float32)]
    format: Format,
    /// The file to write: WAV, or OGG Vorbis where its name ends in .ogg.
    #[arg(short, long, value_name = "OUT.wav|OUT.ogg")]
    output: PathBuf,
}

/// A place on the map.
type Place = [f32; 2];

/// From when to when, in seconds.
type Span = [f32; 2];

impl Render {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let audio = match self.bank.open_either()? {
            Bank::Streamed(bank) => self.streamed(&bank)?,
            Bank::Rendered(bank) => self.ahead(&bank)?,
        };
        sound_file::write(&self.output, &audio, self.rate, self.format)?;
        let peak = audio.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let seconds = audio.len() as f32 / self.rate as f32;
        let level = if peak > 0.0 { format!("peak {:.1} dBFS", 20.0 * peak.log10()) } else { "silent".to_owned() };
        files::print(&format!("{}: {seconds:.3} s at {} Hz, {level}\n", self.output.display(), self.rate))?;
        if peak > 1.0 && sound_file::clips(&self.output, self.format) {
            eprintln!("neurorack: the loudest samples were clipped at full scale: --format float32 keeps them");
        }
        Ok(())
    }

    /// With a bank that the instrument streams.
    fn streamed(&self, bank: &ModelBank) -> Result<Vec<f32>> {
        Ok(match (&self.preset, &self.sequence) {
            (Some(named), _) => preset::render(bank, named, self.rate, self.seconds, self.play)?,
            (None, Some(path)) => {
                let text = String::from_utf8(files::read(path, MAX_SEQUENCE_BYTES)?);
                let sequence = Sequence::parse(&text.context("this is not a text")?);
                let sequence = sequence.with_context(|| path.display().to_string())?;
                sequence::render(bank, &sequence, self.rate, self.seed, self.seconds)?
            }
            (None, None) => hit::render(bank, &self.scene(bank)?, self.rate, self.seed, self.seconds),
        })
    }

    /// With a bank that is rendered ahead: single hits, and recordings as hits in a row.
    fn ahead(&self, bank: &RenderedBank) -> Result<Vec<f32>> {
        ensure!(
            self.sequence.is_none(),
            "a sequence is played by the instrument, which streams: choose a bank of kind sinc-nsf, or render hits one by one"
        );
        let original = self.original(bank)?;
        match &self.preset {
            Some(named) => preset::render_ahead(&original, named, self.rate, self.seconds, self.play),
            None => hit::render_ahead(&original, &self.scene(bank)?, self.rate, self.seed, self.seconds),
        }
    }

    fn original<'a>(&self, bank: &'a RenderedBank) -> Result<Original<'a>> {
        #[cfg(feature = "wgpu")]
        if self.gpu {
            return Original::on_card(bank, &self.bank.bytes()?);
        }
        Ok(Original::on_processor(bank))
    }

    fn scene(&self, bank: &impl Plays) -> Result<Scene> {
        if let Some(path) = &self.like {
            let recording = files::recording(path)?;
            return Scene::like(bank, recording.at_rate(ANALYSIS_RATE_HZ).samples(), recording.seconds());
        }
        if let Some(path) = &self.curves {
            let json = files::read(path, MAX_CURVE_FILE_BYTES)?;
            let curves = CurveFile::parse(&json).with_context(|| path.display().to_string())?;
            return Scene::chain(&curves.resampled(), |_| curves.timbre());
        }
        let f1 = match (self.invent, self.at) {
            (Some(seed), _) => {
                let map = self.map.open()?;
                map.decode(&map.sample(seed))
            }
            (None, Some(place)) => {
                let map = self.map.open()?;
                map.decode(&map.at(place))
            }
            (None, None) => sounds::find(bank, self.f1.as_deref().unwrap_or("1"))?,
        };
        let f2 = self.f2.as_deref().map_or_else(|| Ok(f1.clone()), |name| sounds::find(bank, name))?;
        let Self { panel, velocity, pitch: semitones, freeze, seed, .. } = self;
        let hand = Hand { cv: panel.cv(), settings: panel.settings(*seed), velocity: *velocity, semitones: *semitones };
        Ok(Scene::hit(f1, f2, hand).frozen(*freeze))
    }
}

/// The strength of a hit.
fn velocity(text: &str) -> Result<f32> {
    let velocity: f32 = text.parse().context("give a strength, such as 0.7")?;
    ensure!((0.0..=1.0).contains(&velocity), "a strength is 0 to 1");
    Ok(velocity)
}

/// A transposition.
fn semitones(text: &str) -> Result<f32> {
    let semitones: f32 = text.parse().context("give semitones, such as -7")?;
    ensure!((-60.0..=60.0).contains(&semitones), "a hit can be transposed by -60 to 60 semitones");
    Ok(semitones)
}

/// Two times, the first before the second.
fn span(text: &str) -> Result<Span> {
    let (from, to) = text.split_once(',').context("give two times in seconds, such as 0.3,1.2")?;
    let span = [from, to].map(|time| time.trim().parse::<f32>().ok());
    let [Some(from), Some(to)] = span else { bail!("give two times in seconds, such as 0.3,1.2") };
    ensure!(from >= 0.0 && from < to && to <= LONGEST_SECONDS, "the first time comes before the second");
    Ok([from, to])
}

/// A duration.
pub(crate) fn seconds(text: &str) -> Result<f32> {
    let seconds: f32 = text.parse().context("give seconds, such as 1.5")?;
    ensure!(seconds > 0.0 && seconds <= LONGEST_SECONDS, "give more than 0 and at most {LONGEST_SECONDS} seconds");
    Ok(seconds)
}
