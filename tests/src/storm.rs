//! Random playing without end, as scripts that are the same natively and in a browser: for the proof that no block takes too long.
//!
//! A script is a list of words of 32 bits. A word is the length of the message that follows it; or, with [`PREPARED`], the number of a
//! message that was prepared once, such as a part of a bank's image; [`LISTEN`] lets the instrument hear what it played last;
//! [`RENDER`] renders a block. `tests/browser/proof.mjs` reads the same.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::sources::{Action, Cable, Input, Modulation, Patch, Sequence, Shape, Source, Step};
use neurorack_engine::{Bank, ControlFrame, CurveSlot, GateInput, ScaledCurve, Settings};
use neurorack_worklet::message::{CurveData, Message, bank_messages};

use crate::messages::{BENCH_RATE_HZ, framed};
use crate::scene::QUANTUM;

/// Renders a block.
pub(crate) const RENDER: u32 = 0;
/// What was rendered last is heard by the audio input in the coming block.
pub(crate) const LISTEN: u32 = 1 << 30;
/// The prepared message with the number in the lower bits is sent.
pub(crate) const PREPARED: u32 = 1 << 31;

/// The banks that are swapped.
const BANKS: [&str; 3] = ["impacts", "frave-impacts", "frave-metal"];

/// Messages that were prepared, and where the banks and curves are among them.
pub(crate) struct Prepared {
    pub(crate) messages: Vec<Vec<u8>>,
    /// First and past the last message of each bank.
    banks: Vec<(usize, usize)>,
    /// First and past the last message that brings a curve, to either slot.
    curves: (usize, usize),
}

impl Prepared {
    /// Reads the shipped banks of a folder.
    pub(crate) fn load(banks: &Path) -> Result<Self> {
        let mut prepared = Self { messages: Vec::new(), banks: Vec::new(), curves: (0, 0) };
        let mut curves = Vec::new();
        for name in BANKS {
            let path = banks.join(name).with_extension("safetensors");
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let Bank::Streamed(bank) = Bank::parse(&bytes).with_context(|| format!("{} is no bank", path.display()))?
            else {
                anyhow::bail!("{} is not streamed", path.display());
            };
            let first = prepared.messages.len();
            prepared.messages.extend(bank_messages(&bank.prepare(BENCH_RATE_HZ)));
            prepared.banks.push((first, prepared.messages.len()));
            for set in bank.factory() {
                let curve = ScaledCurve::from(set);
                for slot in [CurveSlot::F1, CurveSlot::F2] {
                    curves.push(Message::Curve { slot, curve: CurveData::from(&curve) }.encode());
                }
            }
        }
        prepared.curves.0 = prepared.messages.len();
        prepared.messages.append(&mut curves);
        prepared.curves.1 = prepared.messages.len();
        Ok(prepared)
    }
}

/// Writes the prepared messages and `parts` scripts of `blocks` blocks each into a folder.
pub(crate) fn write(banks: &Path, folder: &Path, parts: u64, blocks: u32) -> Result<()> {
    ensure!(parts > 0 && blocks > 0, "there is nothing to play: give at least one part and one block");
    let prepared = Prepared::load(banks)?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let save = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    save("prepared.bin".into(), &framed(&prepared.messages))?;
    for part in 0..parts {
        save(format!("storm-{part}.bin"), &script(&prepared, part, blocks))?;
    }
    Ok(())
}

/// Random playing of so many blocks.
pub(crate) fn script(prepared: &Prepared, seed: u64, blocks: u32) -> Vec<u8> {
    let mut storm = Storm { random: Rng::with_seed(seed), script: Vec::new(), prepared, arriving: 0..0, block: 0 };
    let (first, end) = prepared.banks[seed as usize % BANKS.len()];
    (first..end).for_each(|number| storm.word(PREPARED | number as u32));
    storm.curve();
    storm.curve();
    storm.word(RENDER);
    // Every second storm has a microphone before its loudspeaker.
    let hears = seed % 2 == 1;
    for block in 1..=blocks {
        storm.block = block;
        storm.happen();
        if hears {
            storm.word(LISTEN);
        }
        storm.word(RENDER);
    }
    storm.script
}

/// A script that is being written.
struct Storm<'a> {
    random: Rng,
    script: Vec<u8>,
    prepared: &'a Prepared,
    /// Messages of a bank that is on its way, one a block.
    arriving: std::ops::Range<usize>,
    block: u32,
}

impl Storm<'_> {
    fn word(&mut self, word: u32) {
        self.script.extend_from_slice(&word.to_le_bytes());
    }

    fn send(&mut self, message: &Message) {
        let bytes = message.encode();
        self.word(bytes.len() as u32);
        self.script.extend_from_slice(&bytes);
    }

    fn one_in(&mut self, blocks: u32) -> bool {
        self.random.u32(0..blocks) == 0
    }

    fn volts(&mut self) -> f32 {
        self.random.f32() * 10.0 - 5.0
    }

    /// A moment within the coming block, in seconds.
    fn moment(&mut self) -> f64 {
        (f64::from(self.block) + self.random.f64()) * QUANTUM as f64 / f64::from(BENCH_RATE_HZ)
    }

    /// What happens before a block: about twelve hits a second, hands that hardly rest, everything else now and then.
    fn happen(&mut self) {
        if self.one_in(40) {
            self.hit();
        }
        if self.one_in(2_000) {
            // Four fingers at once.
            (0..4).for_each(|_| self.hit());
        }
        if self.one_in(60) {
            let message = Message::Gate {
                time_s: self.moment(),
                gate: if self.random.bool() { GateInput::Gate1 } else { GateInput::Gate2 },
                high: self.random.bool(),
                velocity: self.random.f32(),
            };
            self.send(&message);
        }
        if self.one_in(4) {
            let cv = [(); 4].map(|()| self.volts());
            let level = self.random.f32();
            self.send(&Message::Control(ControlFrame { cv, level }));
        }
        if self.one_in(20) {
            let action = self.action();
            let time_s = self.moment();
            self.send(&Message::Action { time_s, action });
        }
        if self.one_in(300) {
            let settings = self.settings();
            self.send(&Message::Settings(settings));
        }
        if self.one_in(500) {
            let patch = self.patch();
            self.send(&Message::Patch(patch));
        }
        if self.one_in(100) {
            self.curve();
        }
        if self.arriving.is_empty() && self.one_in(400) {
            let (first, end) = self.prepared.banks[self.random.usize(..BANKS.len())];
            self.arriving = first..end;
        }
        if let Some(number) = self.arriving.next() {
            self.word(PREPARED | number as u32);
        }
    }

    fn hit(&mut self) {
        let time_s = self.moment();
        let semitones = if self.random.bool() { 0.0 } else { self.random.i8(-24..=24).into() };
        let velocity = self.random.f32();
        self.send(&Message::Trigger { time_s, velocity, semitones });
    }

    fn curve(&mut self) {
        let (first, end) = self.prepared.curves;
        let number = self.random.usize(first..end) as u32;
        self.word(PREPARED | number);
    }

    fn action(&mut self) -> Action {
        let gate = if self.random.bool() { GateInput::Gate1 } else { GateInput::Gate2 };
        match self.random.u8(0..10) {
            0 => Action::Press { gate, velocity: self.random.f32() },
            1 => Action::Release { gate },
            2 => Action::ReleaseAll,
            3 => Action::Pad { x: self.random.f32() * 2.0 - 1.0, y: self.random.f32() * 2.0 - 1.0 },
            4 => Action::Lane { lane: self.random.u8(0..4), value: self.random.f32() },
            5 => Action::Bend { semitones: self.random.f32() * 48.0 - 24.0 },
            6 => Action::Jacks { volts: [(); 4].map(|()| self.random.bool().then(|| self.random.f32() * 10.0 - 5.0)) },
            7 => Action::Start,
            8 => Action::Stop,
            _ => Action::Pulse,
        }
    }

    /// Any settings with the usual number of voices.
    fn settings(&mut self) -> Settings {
        let cv = [(); 4].map(|()| Assignment {
            target: Target::ALL[self.random.usize(..Target::ALL.len())],
            range: self.random.f32() * 2.0 - 1.0,
            offset_v: self.volts(),
        });
        let gates = [(); 2].map(|()| GateTarget::ALL[self.random.usize(..GateTarget::ALL.len())]);
        let freeze_ms = 50.0 + self.random.f32() * 50.0;
        Settings { cv, gates, freeze_ms, seed: self.random.u64(..), ..Settings::default() }
    }

    fn patch(&mut self) -> Patch {
        let cables = (0..self.random.usize(..=16)).map(|_| {
            let from = Source::ALL[self.random.usize(..Source::ALL.len())];
            let to = Input::ALL[self.random.usize(..Input::ALL.len())];
            Cable::new(from, to, self.random.f32() * 2.0 - 1.0)
        });
        let cables = cables.collect::<Vec<_>>().iter().collect();
        let modulations = [(); 4].map(|()| Modulation {
            shape: Shape::ALL[self.random.usize(..Shape::ALL.len())],
            rate_hz: 0.05 + self.random.f32() * 20.0,
            ..Modulation::default()
        });
        let mut sequence = || {
            let mut sequence = Sequence { length: self.random.u8(1..=16), ..Sequence::default() };
            sequence.steps = sequence.steps.map(|_| Step {
                velocity: if self.random.bool() { self.random.f32() } else { 0.0 },
                ratchets: self.random.u8(1..=4),
                ..Step::default()
            });
            sequence
        };
        let sequences = [sequence(), sequence()];
        let tempo_bpm = 40.0 + self.random.f32() * 160.0;
        Patch { running: self.random.bool(), tempo_bpm, sequences, modulations, cables, ..Patch::default() }.sanitised()
    }
}
