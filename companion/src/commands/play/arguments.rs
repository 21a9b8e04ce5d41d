//! What can be asked of `play`, and its beginning and end.

use super::load::{Wishes, load};
use super::shown::Shown;
use super::typed::Typed;
use crate::audio::{Hands, Meters, OutputArguments, Player, ThreadWishes};
use crate::bank_file::BankArgument;
use crate::control::{Desk, Jacks, Keys, Parts, is_jetson};
use crate::keep::{Banks, StateArgument};
use crate::map_file::MapArgument;
use crate::midi::MidiArguments;
use crate::{files, realtime, service};
use anyhow::{Context, Result, bail, ensure};
use neurorack_link::{Choice, Report};
use neurorack_panel::{Host, Pixels};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time between two looks at everything.
const TICK: Duration = Duration::from_millis(15);

/// Time between two signs of life for systemd, whose watchdog waits for ten seconds.
const ALIVE_EVERY: Duration = Duration::from_secs(2);

/// How much later than its quickest message a module's gate sounds, in milliseconds: more than USB's unevenness.
const LATENCY_MS: f64 = 2.0;

/// Play: on an audio device, with the module at its cable, MIDI, and a panel in the terminal.
///
/// Without a terminal each line of the input is a command: ? lists them. Ends at q, after --seconds, or when the input ends and
/// the last hit is over. What is set is kept for the next time.
#[derive(Debug, clap::Args)]
pub(crate) struct Play {
    #[command(flatten)]
    bank: BankArgument,
    #[command(flatten)]
    wishes: Wishes,
    #[command(flatten)]
    output: OutputArguments,
    /// Also record everything to this WAV file.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The module: `auto` (the one that is plugged in), `off`, or its serial port.
    #[arg(long, value_name = "PORT", default_value = "auto")]
    module: String,
    /// How much later than by its quickest message a module's gate sounds, 0 to 20 ms: hides the unevenness of USB.
    #[arg(long, value_name = "MS", default_value_t = LATENCY_MS, value_parser = latency_ms)]
    latency: f64,
    #[command(flatten)]
    midi: MidiArguments,
    /// Folder with more banks; can be given several times. Sticks are looked through as well.
    #[arg(long, value_name = "DIR")]
    banks: Vec<PathBuf>,
    #[command(flatten)]
    map: MapArgument,
    #[command(flatten)]
    state: StateArgument,
    /// Core on which the audio thread is to stay, counted from 0.
    #[arg(long, value_name = "N")]
    core: Option<usize>,
    /// Stop after this time.
    #[arg(long, value_name = "S", value_parser = crate::commands::render::seconds)]
    seconds: Option<f32>,
    /// Take lines of commands also from a terminal.
    #[arg(long)]
    lines: bool,
    /// Run without terminal and input until it is stopped: for systemd.
    #[arg(long, conflicts_with = "lines")]
    service: bool,
}

impl Play {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        for folder in &self.banks {
            ensure!(folder.is_dir(), "{} is no folder: give one with banks to --banks", folder.display());
        }
        let midi = self.midi.options()?;
        let mut said: Vec<String> = realtime::lock_memory().into_iter().collect();
        let store = match self.state.open() {
            Ok(store) => Some(store),
            Err(error) => {
                said.push(format!("{error:#}; what is set lasts until the end of this run"));
                None
            }
        };
        let loaded = load(&self.bank, self.wishes, store.as_ref(), &mut said)?;
        let hands = Hands::new(Instant::now());
        // A device that is named and missing is a mistake, but for a service: that may begin before its device.
        let thread = ThreadWishes { core: self.core, measures: false };
        let patient = self.service || self.output.is_default();
        let player = Player::open(self.output, thread, hands.clone(), loaded.program(), patient)?;
        let map = self.map.open().map_err(|error| said.push(format!("{error:#}: no sounds are drawn from it"))).ok();
        let folders = self.banks.into_iter().chain(store.as_ref().map(|store| store.banks())).collect();
        let search = Banks::look(folders, true, &loaded.bank.path);
        let jacks = module_choice(&self.module).map(|choice| Jacks::open(choice, self.latency / 1e3, hands.clone()));
        let host = if self.service && is_jetson() { Host::Jetson } else { Host::Module };
        let name = loaded.bank.bank.card().name.clone();
        let keys = midi.map(|options| Keys::open(options, hands.clone()));
        let mut desk = Desk::new(Parts { player, hands, jacks, keys, search, store, map, host }, loaded);
        said.into_iter().for_each(|sentence| desk.remember(sentence));
        if let Some(path) = self.record {
            desk.record(Some(path));
            ensure!(desk.records(), "{}", desk.unsaid().pop().unwrap_or_default());
        }
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs_f32(seconds));
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        // Another handler is there only in tests.
        let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
        let ends = Ends { end, stop };
        let shown = if self.service || self.lines { None } else { Shown::begin()? };
        if let Some(shown) = shown {
            shown.follow(&mut desk, &ends)?;
            return finish(desk);
        }
        files::print(&format!("{name} to {}\n", desk.audio_state()))?;
        if self.service {
            serve(&mut desk, &ends);
        } else {
            Typed::begin()?.follow(&mut desk, &ends)?;
        }
        finish(desk)
    }
}

/// When a run is over.
pub(super) struct Ends {
    pub(super) end: Option<Instant>,
    stop: Arc<AtomicBool>,
}

impl Ends {
    /// Whether it is over now.
    pub(super) fn now(&self, desk: &Desk) -> bool {
        self.stop.load(Ordering::Relaxed) || desk.is_over() || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

/// Looks at everything once, and says what there is to say.
pub(super) fn look(desk: &mut Desk, pixels: &mut Pixels) {
    desk.look();
    desk.show(pixels);
    for sentence in desk.unsaid() {
        eprintln!("{sentence}");
    }
}

/// Plays until it is stopped.
fn serve(desk: &mut Desk, ends: &Ends) {
    let mut pixels = Pixels::new();
    let mut told = Instant::now();
    service::ready();
    while !ends.now(desk) {
        look(desk, &mut pixels);
        if told.elapsed() >= ALIVE_EVERY {
            told = Instant::now();
            service::alive();
        }
        std::thread::sleep(TICK);
    }
    service::stopping();
}

/// Keeps what changed, stops the device and says how it went.
fn finish(mut desk: Desk) -> Result<()> {
    desk.look();
    let xruns = desk.xruns();
    let report = report(desk.meters(), desk.dropped(), [xruns, desk.lost()], desk.module_report());
    let (player, said) = desk.close();
    for sentence in said {
        eprintln!("{sentence}");
    }
    player.close();
    files::print(&report)
}

fn report(meters: &Meters, dropped: u64, [xruns, lost]: [u64; 2], module: Option<Report>) -> String {
    let statistics = meters.statistics;
    let share = if meters.block_s > 0.0 { 100.0 * meters.longest_render_s / meters.block_s } else { 0.0 };
    let mut report = format!(
        "{} hits, {} dropped events, {} refused; longest block {:.2} ms ({share:.0} % of its time), {xruns} xruns, device lost {lost} times\n",
        statistics.hits,
        statistics.dropped_events + u64::from(meters.rack.dropped) + dropped,
        meters.refused,
        1e3 * meters.longest_render_s,
    );
    let quantile = |share| meters.reaction.quantile_ms(share);
    if let (Some(median), Some(p99), Some(most)) = (quantile(0.5), quantile(0.99), quantile(1.0)) {
        report += &format!(
            "{} gates of the module: {median:.2} ms from jack to sample in the median, {p99:.2} ms at most for 99 %, {most:.2} ms for \
             all; {} came late\n",
            meters.reaction.total(),
            meters.late,
        );
    }
    if let Some(module) = module.filter(|module| module.reception.frames > 0) {
        report += &format!(
            "module: {} frames, {} missing; messages {:.2} ms late in the median, {:.2} ms at most for 99 %\n",
            module.reception.frames, module.missed, module.jitter.median_ms, module.jitter.p99_ms
        );
    }
    report
}

/// The module that an argument names: `auto`, `off`, or a port.
pub(crate) fn module_choice(argument: &str) -> Option<Choice> {
    match argument {
        "off" => None,
        "auto" => Some(Choice::Any),
        port => Some(Choice::Port(port.to_owned())),
    }
}

fn latency_ms(text: &str) -> Result<f64> {
    let latency: f64 = text.parse().context("give milliseconds, such as 3")?;
    if !(0.0..=20.0).contains(&latency) {
        bail!("a module's latency is 0 to 20 ms");
    }
    Ok(latency)
}
