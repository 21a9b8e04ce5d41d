//! The instrument together with what a worklet needs around it: memory for curves and banks, a clock.

use crate::banks::Banks;
use crate::message::{CurveData, Message};
use crate::status::{Refusal, Status};
use crate::takes::Takes;
use neurorack_engine::instrument::{BankRefused, CurveSlot};
use neurorack_engine::offline::{self, perform};
use neurorack_engine::sources::{Action, Patch, Rack};
use neurorack_engine::{ControlFrame, Event, Instrument, Retired, ScaledCurve};
use std::sync::Arc;

/// Most samples that one call renders; the processor asks again for longer quanta.
pub const OUTPUT_SAMPLES: usize = 4096;

/// Events that may wait for the next render: what a module says in a tenth of a second, in which a page was busy.
const PENDING: usize = 256;

/// Curves in memory: as many as the instrument can hold.
const CURVES: usize = 48;

/// Something whose sample is not yet known.
#[derive(Debug, Clone, Copy)]
struct Pending {
    time_s: f64,
    what: Happening,
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    /// For the instrument itself; its own sample says nothing.
    Event(Event),
    /// For the sources.
    Action(Action),
}

/// The instrument in a browser. After [`Worklet::new`] nothing is allocated or freed.
pub struct Worklet {
    instrument: Instrument,
    /// Clock, sequencers, modulators and cables, and the knobs that they add to.
    rack: Rack,
    /// Output level, 0 to 1.
    level: f32,
    output: Box<[f32; OUTPUT_SAMPLES]>,
    pending: [Pending; PENDING],
    waiting: usize,
    /// Memory of curves; one that only this list holds is free.
    curves: Vec<Arc<ScaledCurve>>,
    banks: Banks,
    takes: Takes,
    /// Events lost before they reached the instrument.
    dropped: u64,
    /// Context time of the instrument's first sample.
    first_s: f64,
    status: Status,
}

impl Worklet {
    /// A silent instrument at this rate, with room for two banks and some takes. Allocates 30 MiB.
    #[must_use]
    pub fn new(sample_rate_hz: u32, seed: u64) -> Self {
        Self {
            instrument: Instrument::silent(sample_rate_hz, seed),
            rack: Rack::new(sample_rate_hz, &Patch::calm()),
            level: ControlFrame::default().level,
            output: Box::new([0.0; OUTPUT_SAMPLES]),
            pending: [Pending { time_s: 0.0, what: Happening::Action(Action::ReleaseAll) }; PENDING],
            waiting: 0,
            curves: (0..CURVES).map(|_| Arc::default()).collect(),
            banks: Banks::new(sample_rate_hz),
            takes: Takes::new(),
            dropped: 0,
            first_s: 0.0,
            status: Status::initial(),
        }
    }

    /// Takes up a message. One that says nothing, or that there is no room for, is counted as dropped.
    pub fn receive(&mut self, message: &[u8]) {
        let taken = Message::decode(message).is_some_and(|message| self.take(message));
        self.dropped += u64::from(!taken);
    }

    /// Renders `samples` (at most [`OUTPUT_SAMPLES`]) that start at `time_s` of the `AudioContext`.
    pub fn render(&mut self, samples: usize, time_s: f64) -> &[f32] {
        let samples = samples.min(OUTPUT_SAMPLES);
        let rate = f64::from(self.instrument.sample_rate_hz());
        for Pending { time_s: at_s, what } in &self.pending[..self.waiting] {
            // A conversion from what is negative or not a number gives zero: at once.
            let at = ((at_s - time_s) * rate).round() as u32;
            match *what {
                Happening::Event(event) => self.instrument.push(event.moved_to(at)),
                Happening::Action(action) => self.rack.push(at, action),
            };
        }
        self.waiting = 0;
        self.first_s = time_s - self.instrument.statistics().frames as f64 / rate;
        let peak = perform(&mut self.rack, &mut self.instrument, self.level, &mut self.output[..samples]);
        self.status.peak = self.status.peak.max(peak);
        self.status.time_s = time_s + samples as f64 / rate;
        &self.output[..samples]
    }

    /// Takes the samples that a channel of the audio input, 0 or 1, brings for the coming render.
    pub fn hear(&mut self, channel: usize, samples: &[f32]) {
        self.rack.hear(channel, samples);
        if channel == 0 {
            self.instrument.hear(samples);
        }
    }

    /// One hit of at most so many seconds under the settings, patch, knobs and level that came, see [`offline::hit`]: for
    /// a worker whose engine has not played yet. Allocates.
    #[must_use]
    pub fn hit(&mut self, most_s: f32) -> Vec<f32> {
        offline::hit(&mut self.rack, &mut self.instrument, self.level, most_s.min(offline::LONGEST_HIT_S))
    }

    /// Notes how long a render took, in seconds.
    pub fn note_render_time(&mut self, seconds: f64) {
        self.status.longest_render_s = self.status.longest_render_s.max(seconds);
        self.status.render_s += seconds.max(0.0);
    }

    /// Counters and meters; the peak starts anew.
    pub fn status(&mut self) -> Status {
        let statistics = self.instrument.statistics();
        let rate = f64::from(self.instrument.sample_rate_hz());
        let asked = self.instrument.asked();
        let rack = self.rack.state();
        let [coming_take, sounding_take] = self.instrument.takes().map(Option::unwrap_or_default);
        let status = Status {
            hits: statistics.hits,
            dropped_events: statistics.dropped_events + self.dropped + u64::from(rack.dropped),
            stolen_voices: statistics.stolen_voices,
            bank_serial: self.instrument.bank_serial().unwrap_or(0),
            last_trigger_s: statistics.last_trigger_frame.map_or(-1.0, |frame| self.first_s + frame as f64 / rate),
            voices: statistics.voices,
            frozen: u32::from(statistics.frozen),
            running: u32::from(rack.running),
            tempo_bpm: rack.tempo_bpm,
            beats: rack.beats,
            steps: rack.steps.map(|step| step.map_or(u32::MAX, u32::from)),
            modulators_volts: rack.modulators_volts,
            modulators_turns: rack.modulators_turns,
            cv_volts: rack.cv_volts,
            gates: rack.gates.map(u32::from),
            pad: rack.pad,
            has_asked: u32::from(asked.is_some()),
            asked: asked.unwrap_or_default().to_array(),
            coming_take,
            sounding_take,
            ..self.status
        };
        self.status.peak = 0.0;
        status
    }

    fn take(&mut self, message: Message<'_>) -> bool {
        match message {
            Message::Trigger { time_s, velocity, semitones } => {
                self.wait(time_s, Happening::Event(Event::Trigger { at: 0, velocity, semitones }))
            }
            Message::Gate { time_s, gate, high, velocity } => {
                let action = if high { Action::Press { gate, velocity } } else { Action::Release { gate } };
                self.wait(time_s, Happening::Action(action))
            }
            Message::Action { time_s, action } => self.wait(time_s, Happening::Action(action)),
            Message::Patch(patch) => {
                self.rack.use_patch(&patch);
                true
            }
            Message::Gesture(gesture) => {
                self.rack.use_gesture(gesture.points());
                true
            }
            Message::InputScales(scales) => {
                for (channel, scale) in scales.into_iter().enumerate() {
                    self.rack.use_input_scale(channel, scale);
                }
                true
            }
            Message::Settings(settings) => {
                self.instrument.use_settings(&settings);
                true
            }
            Message::Control(frame) => {
                let frame = frame.sanitised();
                self.rack.turn_knobs(frame.cv);
                self.level = frame.level;
                true
            }
            Message::Curve { slot, curve } => self.take_curve(slot, curve),
            Message::BankBegin { bytes } => self.note(Self::begin_bank, bytes as usize),
            Message::BankChunk { offset, data } => self.banks.extend(offset as usize, data),
            Message::BankUse => self.note(|worklet, ()| worklet.use_bank(), ()),
            Message::RenderedBank { serial } => {
                self.takes.welcome(Some(serial));
                true
            }
            Message::TakeBegin { label, samples } => {
                self.collect_retired();
                self.takes.begin(label, samples as usize);
                true
            }
            Message::TakeChunk { offset, data } => {
                self.takes.extend(offset as usize, data);
                true
            }
            Message::TakeUse => {
                self.takes.play(&mut self.instrument);
                true
            }
        }
    }

    /// Lets something wait for the render in which its time comes.
    fn wait(&mut self, time_s: f64, what: Happening) -> bool {
        let room = self.pending.get_mut(self.waiting);
        let taken = room.map(|place| *place = Pending { time_s, what }).is_some();
        self.waiting += usize::from(taken);
        if !taken {
            self.rack.lose();
        }
        taken
    }

    fn take_curve(&mut self, slot: CurveSlot, data: CurveData<'_>) -> bool {
        self.collect_retired();
        let Some(place) = self.curves.iter_mut().find(|curve| Arc::strong_count(curve) == 1) else { return false };
        let replaced = Arc::get_mut(place).is_some_and(|curve| curve.replace(data.frames(), data.timbre()));
        replaced && self.instrument.use_curve(slot, Arc::clone(place)).is_ok()
    }

    /// Does something to a bank and keeps why it failed for the status.
    fn note<T>(&mut self, action: impl FnOnce(&mut Self, T) -> Result<(), Refusal>, argument: T) -> bool {
        let result = action(self, argument);
        self.status.refusal = result.err().map_or(0, |refusal| refusal as u32);
        result.is_ok()
    }

    fn begin_bank(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.collect_retired();
        self.banks.begin(bytes)
    }

    fn use_bank(&mut self) -> Result<(), Refusal> {
        let bank = self.banks.arrived().ok_or(match self.status.refusal {
            busy if busy == Refusal::Busy as u32 => Refusal::Busy,
            large if large == Refusal::TooLarge as u32 => Refusal::TooLarge,
            _ => Refusal::Incomplete,
        })??;
        let (refusal, bank) = match self.instrument.use_bank(bank) {
            Ok(()) => {
                self.takes.welcome(None);
                return Ok(());
            }
            Err(BankRefused::SampleRate { bank, .. }) => (Refusal::SampleRate, bank),
            Err(BankRefused::NoRoom { bank }) => (Refusal::Busy, bank),
            Err(_) => return Err(Refusal::Damaged),
        };
        self.banks.retire(bank);
        Err(refusal)
    }

    fn collect_retired(&mut self) {
        while let Some(retired) = self.instrument.take_retired() {
            self.retire(retired);
        }
    }

    /// Curves and takes stay in this worklet's lists, and banks in their places.
    fn retire(&mut self, retired: Retired) {
        if let Retired::Bank(bank) = retired {
            self.banks.retire(bank);
        }
    }
}
