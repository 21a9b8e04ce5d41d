//! Lines of commands: from a pipe, a script, or a terminal that asks for them.

use super::arguments::{Ends, look};
use super::load::{find_preset, named};
use crate::control::{Desk, HELP, Request, keyboard};
use crate::keep::{BankEntry, valid_name};
use crate::{bank_file, files};
use anyhow::{Result, bail};
use neurorack_engine::GateInput;
use neurorack_engine::sources::Action;
use neurorack_panel::{Pixels, Slot};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Time between two looks at everything.
const TICK: Duration = Duration::from_millis(15);

/// How long the last hit may ring after the end of the input: a hit lasts at most 4 s.
const LAST_HIT: Duration = Duration::from_secs(6);

/// The lines that are typed, and what they did.
pub(super) struct Typed {
    lines: Receiver<String>,
    strikes: u64,
    frozen: bool,
}

impl Typed {
    /// Begins to read.
    pub(super) fn begin() -> Result<Self> {
        files::print(HELP)?;
        Ok(Self { lines: keyboard(), strikes: 0, frozen: false })
    }

    /// Does what is typed until the end.
    pub(super) fn follow(mut self, desk: &mut Desk, ends: &Ends) -> Result<()> {
        let mut pixels = Pixels::new();
        let mut input_ended = false;
        while !ends.now(desk) {
            if input_ended {
                std::thread::sleep(TICK);
            } else {
                match self.lines.recv_timeout(TICK) {
                    Ok(line) => match Request::parse(&line) {
                        Ok(Request::Quit) => return Ok(()),
                        Ok(request) => {
                            if let Err(error) = self.act(desk, request) {
                                eprintln!("{error:#}");
                            }
                        }
                        Err(error) => eprintln!("{error:#}"),
                    },
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        input_ended = true;
                        if ends.end.is_none() {
                            self.ring_out(desk, ends, &mut pixels);
                            return Ok(());
                        }
                    }
                }
            }
            look(desk, &mut pixels);
        }
        Ok(())
    }

    /// A request that cannot be met is answered; what plays plays on.
    fn act(&mut self, desk: &mut Desk, request: Request) -> Result<()> {
        match request {
            Request::Strike => self.strike(desk, 0.0),
            Request::Note(semitones) => self.strike(desk, semitones),
            Request::Cv(input, volts) => desk.turn_knob(input, volts),
            Request::Freeze => {
                self.frozen = !self.frozen;
                let gate = GateInput::Gate2;
                desk.play(if self.frozen { Action::Press { gate, velocity: 1.0 } } else { Action::Release { gate } });
            }
            Request::Sound(slot, name) => {
                let set = named(desk.bank(), desk.library(), &name)?;
                desk.use_sound(if slot == neurorack_engine::CurveSlot::F1 { Slot::F1 } else { Slot::F2 }, set);
            }
            Request::Bank(path) => self.bank(desk, &path)?,
            Request::Volume(db) => desk.use_volume(db),
            Request::Preset(name) => {
                let preset = find_preset(&name, desk.store())?;
                desk.use_preset(&preset)?;
            }
            Request::Save(name) => {
                desk.save_preset(valid_name(&name)?)?;
            }
            Request::Run(running) => desk.play(if running { Action::Start } else { Action::Stop }),
            Request::Turn(detents) => desk.turn(detents),
            Request::Push => desk.push(),
            Request::Hold => desk.hold(),
            Request::Screen => files::print(&format!("{}\n", desk.describe()))?,
            Request::Record(path) => desk.record(path),
            Request::Help => files::print(HELP)?,
            Request::Quit => {}
        }
        Ok(())
    }

    fn strike(&mut self, desk: &mut Desk, semitones: f32) {
        self.strikes += 1;
        desk.play_note(1.0, semitones);
    }

    fn bank(&self, desk: &mut Desk, path: &Path) -> Result<()> {
        match bank_file::read_verified(path) {
            Ok(bank) => {
                desk.use_bank(BankEntry::new(path, bank));
                Ok(())
            }
            Err(error) => bail!("{error:#}; {} plays on", desk.bank().card().name),
        }
    }

    /// Waits until every strike was taken up and the last hit is over.
    fn ring_out(&self, desk: &mut Desk, ends: &Ends, pixels: &mut Pixels) {
        let latest = Instant::now() + LAST_HIT;
        loop {
            look(desk, pixels);
            let statistics = desk.meters().statistics;
            let at_rest = statistics.hits + statistics.dropped_events >= self.strikes && statistics.voices == 0;
            if at_rest || Instant::now() >= latest || ends.now(desk) {
                return;
            }
            std::thread::sleep(TICK);
        }
    }
}
