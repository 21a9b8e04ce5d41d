//! The audio side: the instrument, its sources, and the ends of the ways that lead to them.

use super::clock::BlockClock;
use super::hands::{Deed, Reach, Timed};
use super::player::{Message, Returned};
use super::reaction::Spread;
use crate::realtime::{self, Privileges};
use neurorack_engine::descriptors::Descriptors;
use neurorack_engine::instrument::{BankRefused, Statistics};
use neurorack_engine::offline::perform;
use neurorack_engine::sources::{Action, Rack, RackState};
use neurorack_engine::{Event, Instrument, PreparedBank, Retired};
use rtrb::{Consumer, Producer};
use std::sync::Arc;
use std::time::Instant;
use web_audio_api::worklet::{AudioParamValues, AudioWorkletGlobalScope, AudioWorkletProcessor};

/// What happens at a moment sounds so much later, in samples: a whole block, so that its own block is never over when it comes
/// to be heard.
const AHEAD_SAMPLES: f64 = 128.0;

/// What the audio side reports after every block.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meters {
    /// The instrument's own counters.
    pub(crate) statistics: Statistics,
    /// Where the sources stand.
    pub(crate) rack: RackState,
    /// What the newest hit is asked for now.
    pub(crate) asked: Option<Descriptors>,
    /// Longest time that one block took, in seconds, and how long a block may take.
    pub(crate) longest_render_s: f32,
    pub(crate) block_s: f32,
    /// Longest processor time of one block in seconds, where it is measured: what others took of the time is not in it.
    pub(crate) longest_work_s: f32,
    /// All time that blocks took, in seconds.
    pub(crate) render_s: f64,
    /// Banks and curves that could not be taken up.
    pub(crate) refused: u32,
    /// Samples that nobody took from the tap in time.
    pub(crate) unheard: u64,
    /// Gates of a module whose moment was over when they came; they sounded at once.
    pub(crate) late: u32,
    /// From a module's jack, by its quickest message, to the sample.
    pub(crate) reaction: Spread,
    /// What the audio thread could have of the system.
    pub(crate) privileges: Privileges,
}

/// What is wished of the audio thread.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ThreadWishes {
    /// Core that it is to stay on.
    pub(crate) core: Option<usize>,
    /// Whether each block's processor time is measured: a question to the system.
    pub(crate) measures: bool,
}

/// The instrument inside a web-audio-api worklet.
pub(super) struct VoiceBox {
    // Too large to be moved around.
    pub(super) instrument: Box<Instrument>,
    pub(super) rack: Box<Rack>,
    /// The volume as a factor.
    pub(super) level: f32,
    pub(super) messages: Consumer<Message>,
    /// A bank that found no room, since too many ring out: it is asked for again at each block.
    pub(super) waiting: Option<Arc<PreparedBank>>,
    pub(super) hands: Reach,
    pub(super) retired: Producer<Returned>,
    pub(super) meters: triple_buffer::Input<Meters>,
    /// What sounds, for who measures and records it.
    pub(super) tap: Producer<f32>,
    pub(super) current: Meters,
    /// Samples on the clock on the wall: the earliest moment at which each could be rendered.
    pub(super) clock: BlockClock,
    pub(super) epoch: Instant,
    pub(super) thread: ThreadWishes,
    pub(super) begun: bool,
}

impl VoiceBox {
    pub(super) fn meters(instrument: &Instrument, rack: &Rack) -> Meters {
        Meters { statistics: instrument.statistics(), rack: rack.state(), ..Meters::default() }
    }

    /// Real-time safe.
    fn render(&mut self, block: &mut [f32]) {
        let start = Instant::now();
        let worked_s = self.thread.measures.then(realtime::processor_time_s).flatten();
        // Whatever is refused or retired needs a place to go: without one, messages wait.
        while self.retired.slots() > 0
            && let Ok(message) = self.messages.pop()
        {
            self.take(message);
        }
        if self.retired.slots() > 0
            && let Some(bank) = self.waiting.take()
        {
            self.use_bank(bank);
        }
        self.listen(start);
        perform(&mut self.rack, &mut self.instrument, self.level, block);
        while self.retired.slots() > 0
            && let Some(retired) = self.instrument.take_retired()
        {
            self.retire(Returned::Engine(retired));
        }
        self.tell(block);
        let took_s = start.elapsed().as_secs_f64();
        if let Some((before_s, after_s)) = worked_s.zip(worked_s.and_then(|_| realtime::processor_time_s())) {
            self.current.longest_work_s = self.current.longest_work_s.max((after_s - before_s) as f32);
        }
        self.current.longest_render_s = self.current.longest_render_s.max(took_s as f32);
        self.current.render_s += took_s;
        self.current.block_s = block.len() as f32 / self.instrument.sample_rate_hz() as f32;
        self.current.statistics = self.instrument.statistics();
        self.current.rack = self.rack.state();
        self.current.asked = self.instrument.asked();
        self.meters.write(self.current);
    }

    /// Takes what hands did, each at its sample.
    fn listen(&mut self, start: Instant) {
        let rate = f64::from(self.instrument.sample_rate_hz());
        let frames = self.instrument.statistics().frames;
        let now_s = start.saturating_duration_since(self.epoch).as_secs_f64();
        let begins_s = self.clock.begin(frames as f64 / rate, now_s);
        if self.hands.lost() {
            self.rack.lose();
        }
        while let Some(Timed { at_s, edge_s, deed }) = self.hands.next() {
            let ahead = ((at_s - begins_s) * rate + AHEAD_SAMPLES).round();
            // A conversion from what is negative gives zero: at once.
            let at = ahead as u32;
            if matches!(deed, Deed::Act(Action::Press { .. })) && edge_s.is_finite() {
                self.current.late += u32::from(ahead < 0.0);
                self.current.reaction.count(now_s + f64::from(at) / rate - edge_s);
            }
            match deed {
                Deed::Act(action) => self.rack.push(at, action),
                Deed::Note { velocity, semitones } => self.instrument.push(Event::Trigger { at, velocity, semitones }),
            };
        }
    }

    fn take(&mut self, message: Message) {
        let returned = match message {
            Message::Curve(slot, curve) => {
                let refused = self.instrument.use_curve(slot, curve).err();
                self.current.refused += u32::from(refused.is_some());
                refused.map(|curve| Returned::Engine(Retired::Curve(curve)))
            }
            // What waited before is no longer wanted.
            Message::Bank(bank) => self.waiting.replace(bank).map(|bank| Returned::Engine(Retired::Bank(bank))),
            Message::Settings(settings) => {
                self.instrument.use_settings(&settings);
                None
            }
            Message::Patch(patch, gesture) => {
                self.rack.use_patch(&patch);
                self.rack.use_gesture(gesture.iter().flat_map(|gesture| gesture.points().iter().copied()));
                gesture.map(Returned::Gesture)
            }
            Message::Knobs(volts) => {
                self.rack.turn_knobs(volts);
                None
            }
            Message::Level(level) => {
                self.level = level;
                None
            }
        };
        if let Some(returned) = returned {
            self.retire(returned);
        }
    }

    /// Plays coming hits with a bank, or lets it wait for room. There is room for what is sent home: callers asked.
    fn use_bank(&mut self, bank: Arc<PreparedBank>) {
        match self.instrument.use_bank(bank) {
            Err(BankRefused::NoRoom { bank }) => self.waiting = Some(bank),
            Err(BankRefused::SampleRate { bank, .. }) => {
                self.current.refused += 1;
                self.retire(Returned::Engine(Retired::Bank(bank)));
            }
            _ => {}
        }
    }

    /// Sends something home to be freed. There is room: callers asked.
    fn retire(&mut self, returned: Returned) {
        if let Err(rtrb::PushError::Full(returned)) = self.retired.push(returned) {
            // Better lost than freed here.
            std::mem::forget(returned);
        }
    }

    /// Lets the tap hear the block.
    fn tell(&mut self, block: &[f32]) {
        let (_, unheard) = self.tap.push_partial_slice(block);
        self.current.unheard += unheard.len() as u64;
    }
}

impl AudioWorkletProcessor for VoiceBox {
    type ProcessorOptions = Self;

    fn constructor(voice_box: Self) -> Self {
        voice_box
    }

    fn process<'a, 'b>(
        &mut self,
        _inputs: &'b [&'a [&'a [f32]]],
        outputs: &'b mut [&'a mut [&'a mut [f32]]],
        _params: AudioParamValues<'b>,
        _scope: &'b AudioWorkletGlobalScope,
    ) -> bool {
        if !self.begun {
            // Asking the system may take its time: once, before the first sample.
            self.begun = true;
            self.current.privileges = realtime::claim(self.thread.core);
        }
        if let Some((first, others)) = outputs.first_mut().and_then(|output| output.split_first_mut()) {
            realtime::guard(|| self.render(first));
            for other in others {
                other.copy_from_slice(first);
            }
        }
        true
    }
}
