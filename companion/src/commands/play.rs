//! `neurorack play`: the instrument on the default audio device, struck from the keyboard.

use super::render::seconds;
use crate::audio::{Message, Output, Player, Sink};
use crate::bank_file::{self, BankArgument};
use crate::control::{self, Request};
use crate::panel::PanelArguments;
use crate::{files, sounds};
use anyhow::Result;
use neurorack_engine::{ControlFrame, CurveSlot, Instrument, ModelBank, ScaledCurve};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How often meters are read and retired banks freed.
const TICK: Duration = Duration::from_millis(20);

/// How long the last hit may ring after the end of the input: a hit lasts at most 4 s.
const LAST_HIT: Duration = Duration::from_secs(6);

/// Play on the default audio device: Enter strikes, a number sets CV 1 in volts, f freezes, ? shows the rest.
///
/// Ends at q, after --seconds, or when the input ends and the last hit is over.
#[derive(Debug, clap::Args)]
pub(crate) struct Play {
    #[command(flatten)]
    bank: BankArgument,
    /// First sound: a factory set by name or number, a sound file (its first impact), or a curve file (.json).
    #[arg(long, value_name = "NAME|FILE", default_value = "1")]
    f1: String,
    /// Second sound, chosen likewise. [default: F1]
    #[arg(long, value_name = "NAME|FILE")]
    f2: Option<String>,
    #[command(flatten)]
    panel: PanelArguments,
    /// Output level, 0 to 1.
    #[arg(long, value_name = "LEVEL", default_value_t = 1.0, value_parser = level)]
    level: f32,
    /// Seed of every random draw.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Stop after this time.
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f32>,
    /// Where the sound goes.
    #[arg(long, value_enum, default_value_t = Sink::Default)]
    sink: Sink,
}

impl Play {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let bank = self.bank.open()?;
        let f1 = sounds::find(&bank, &self.f1)?;
        let f2 = self.f2.as_deref().map_or_else(|| Ok(f1.clone()), |name| sounds::find(&bank, name))?;

        let output = Output::open(self.sink)?;
        let prepared = Arc::new(bank.prepare(output.sample_rate_hz()));
        let controls = self.panel.controls(self.level);
        let mut instrument = Instrument::new(prepared, self.seed);
        instrument.use_settings(&self.panel.settings(self.seed));
        let mut player = output.play(instrument, controls);
        for (slot, curve) in [(CurveSlot::F1, &f1), (CurveSlot::F2, &f2)] {
            player.send(Message::Curve(slot, Arc::new(ScaledCurve::from(curve))));
        }
        let name = &bank.card().name;
        files::print(&format!("{name} at {} Hz\n{}", player.sample_rate_hz(), control::HELP))?;
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs_f32(seconds));
        Session { bank, controls, frozen: false, player: &mut player }.follow(end)?;
        let report = report(&mut player);
        player.close();
        files::print(&report)
    }
}

/// What the keyboard acts on.
struct Session<'a> {
    bank: ModelBank,
    controls: ControlFrame,
    frozen: bool,
    player: &'a mut Player,
}

impl Session<'_> {
    /// Does what is typed until the end.
    fn follow(&mut self, mut end: Option<Instant>) -> Result<()> {
        let keyboard = control::keyboard();
        let mut input_ended = false;
        while end.is_none_or(|end| Instant::now() < end) {
            if input_ended {
                std::thread::sleep(TICK);
            } else {
                match keyboard.recv_timeout(TICK) {
                    Ok(line) => match Request::parse(&line) {
                        Ok(Request::Quit) => break,
                        Ok(request) => self.act(request)?,
                        Err(error) => eprintln!("{error:#}"),
                    },
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        input_ended = true;
                        if end.is_none() {
                            self.ring_out();
                            end = Some(Instant::now());
                        }
                    }
                }
            }
            self.player.collect();
        }
        Ok(())
    }

    /// A request that cannot be met is answered; what plays plays on.
    fn act(&mut self, request: Request) -> Result<()> {
        match request {
            Request::Strike => self.player.send(Message::Note(0.0)),
            Request::Note(semitones) => self.player.send(Message::Note(semitones)),
            Request::Cv(input, volts) => {
                self.controls.cv[input] = volts;
                self.player.control(self.controls);
            }
            Request::Freeze => {
                self.frozen = !self.frozen;
                self.player.send(Message::Gate2(self.frozen));
            }
            Request::Sound(slot, name) => match sounds::find(&self.bank, &name) {
                Ok(curve) => self.player.send(Message::Curve(slot, Arc::new(ScaledCurve::from(&curve)))),
                Err(error) => eprintln!("{error:#}"),
            },
            Request::Bank(path) => match bank_file::read_verified(&path) {
                Ok(bank) => {
                    let prepared = bank.prepare(self.player.sample_rate_hz());
                    self.player.send(Message::Bank(Arc::new(prepared)));
                    self.bank = bank;
                }
                Err(error) => eprintln!("{error:#}; {} plays on", self.bank.card().name),
            },
            Request::Help => files::print(control::HELP)?,
            Request::Quit => {}
        }
        Ok(())
    }

    /// Waits until the last hit is over.
    fn ring_out(&mut self) {
        let latest = Instant::now() + LAST_HIT;
        while Instant::now() < latest && !self.player.is_at_rest() {
            self.player.collect();
            std::thread::sleep(TICK);
        }
    }
}

fn report(player: &mut Player) -> String {
    let (meters, dropped) = player.meters();
    let statistics = meters.statistics;
    let share = if meters.block_s > 0.0 { 100.0 * meters.longest_render_s / meters.block_s } else { 0.0 };
    format!(
        "{} hits, {} dropped events, {} refused; longest block {:.2} ms ({share:.0} % of its time)\n",
        statistics.hits,
        statistics.dropped_events + dropped,
        meters.refused,
        1e3 * meters.longest_render_s,
    )
}

/// A level.
fn level(text: &str) -> Result<f32> {
    let level: f32 = text.parse()?;
    anyhow::ensure!((0.0..=1.0).contains(&level), "give a level from 0 to 1");
    Ok(level)
}
