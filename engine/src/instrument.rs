//! The instrument: everything that sounds, behind one door.

use crate::bank::PreparedBank;
use crate::control::{ControlFrame, GateTarget, Parameters, Settings, Smoother, Target, within};
use crate::curve::ScaledCurve;
use crate::descriptors::Descriptors;
use crate::ear::Ear;
use crate::event::{Event, EventQueue, GateInput};
use crate::freeze::Freeze;
use crate::models::conditioning::inverse_transform;
use crate::models::noise::{LOOP_SAMPLES, Random};
use crate::models::sinc_nsf::{MAX_BANDS, MOST_QUESTIONS, Workspace};
use crate::motion::Stroke;
use crate::shelf::{BANKS, Places, Retired, Shelf};
use crate::stream::limiter::limit;
use crate::stream::math::cosine;
use crate::take::Take;
use crate::voice::{Material, Panel, Voice};
use std::sync::Arc;

/// Most hits that sound at a time; [`Settings::voices`] says how many do.
pub const VOICES: usize = 16;

const _: () = assert!(VOICES <= MOST_QUESTIONS);

/// Time in which a voice gives way to a new hit, in seconds.
const GIVE_WAY_S: f32 = 0.005;

/// A voice younger than this is not asked to give way while an older one sounds: its loudest moment may lie ahead.
const YOUNG_S: f32 = 0.030;

/// Most semitones by which a note transposes its hit, to both sides.
const MOST_SEMITONES: f32 = 60.0;

/// Which of the two descriptor sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveSlot {
    /// The sound at CV 1 = -5 V.
    F1,
    /// The sound at CV 1 = +5 V.
    F2,
}

/// Counters and meters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Hits started.
    pub hits: u64,
    /// Events that found no room, or no bank and curve to play.
    pub dropped_events: u64,
    /// Hits that gave way to later ones.
    pub stolen_voices: u64,
    /// Hits that sound.
    pub voices: u32,
    /// Whether the sound is frozen.
    pub frozen: bool,
    /// Largest magnitude of the last block.
    pub peak: f32,
    /// Samples rendered since the instrument was made.
    pub frames: u64,
    /// Where in [`Statistics::frames`] the last hit started.
    pub last_trigger_frame: Option<u64>,
}

/// Why a bank was not taken up. It comes back, to be freed or offered again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BankRefused {
    /// Prepared for another rate.
    #[error("the bank is prepared for {} Hz, the instrument plays at {instrument_hz} Hz: prepare it for that rate", bank.sample_rate_hz())]
    SampleRate {
        /// Rate of the instrument.
        instrument_hz: u32,
        /// The refused bank.
        bank: Arc<PreparedBank>,
    },
    /// Older banks still ring out.
    #[error("too many banks are still sounding: take the retired ones and try again in a moment")]
    NoRoom {
        /// The refused bank.
        bank: Arc<PreparedBank>,
    },
}

/// What coming hits play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    /// Nothing yet.
    Nothing,
    /// The bank at this place.
    Bank(usize),
    /// The take at this place.
    Take(usize),
}

/// The thing that makes sound: up to [`VOICES`] overlapping hits of the bank in use.
///
/// [`Instrument::silent`] and [`Instrument::new`] allocate; everything else is real-time safe.
/// The same seed, bank, curves, events and control frames give the same samples, however they are cut into blocks.
pub struct Instrument {
    sample_rate_hz: u32,
    settings: Settings,
    random: Random,
    freeze: Freeze,
    /// Whether each gate is high.
    gates: [bool; 2],
    /// The pitch bend in semitones.
    bend: f32,
    queue: EventQueue,
    shelf: Shelf,
    model: Model,
    /// Places of F1 and F2 for coming hits.
    curves: [Option<usize>; 2],
    /// On the heap: together they fill a good part of a browser's stack.
    voices: Box<[Voice]>,
    /// What each voice plays from; meaningful while it sounds.
    places: [Places; VOICES],
    newest: usize,
    work: Workspace,
    /// Fading ends of voices that gave way, as a ring from `tail_start` on.
    tail: Box<[f32]>,
    tail_start: usize,
    /// Samples of the tail that are not yet silent.
    tail_left: usize,
    /// Where the end of a voice is rendered, as long as the tail.
    ending: Box<[f32]>,
    level: Smoother,
    ear: Ear,
    statistics: Statistics,
}

impl Instrument {
    /// An instrument that plays this bank at the bank's rate. It sounds once it has a curve.
    #[must_use]
    pub fn new(bank: Arc<PreparedBank>, seed: u64) -> Self {
        let mut instrument = Self::silent(bank.sample_rate_hz(), seed);
        instrument.use_bank(bank).expect("the rate is the bank's, and the shelf is empty");
        instrument
    }

    /// An instrument without a bank: hits are dropped until it gets one.
    #[must_use]
    pub fn silent(sample_rate_hz: u32, seed: u64) -> Self {
        let fade = ((GIVE_WAY_S * sample_rate_hz as f32) as usize).max(1);
        Self {
            sample_rate_hz,
            settings: Settings { seed, ..Settings::default() },
            random: Random::new(seed),
            freeze: Freeze::new(sample_rate_hz),
            gates: [false; 2],
            bend: 0.0,
            queue: EventQueue::default(),
            shelf: Shelf::default(),
            model: Model::Nothing,
            curves: [None; 2],
            voices: (0..VOICES).map(|_| Voice::new(sample_rate_hz)).collect(),
            places: [Places::Streamed { bank: 0, curves: [0; 2] }; VOICES],
            newest: 0,
            work: Workspace::new(sample_rate_hz),
            tail: vec![0.0; fade].into_boxed_slice(),
            tail_start: 0,
            tail_left: 0,
            ending: vec![0.0; fade].into_boxed_slice(),
            level: Smoother::new(1e-3 * Target::Level.law().smoothing_ms, sample_rate_hz as f32),
            ear: Ear::new(sample_rate_hz),
            statistics: Statistics::default(),
        }
    }

    /// Takes up settings; values out of range are put right. A new seed starts the draws anew; fewer voices let those that
    /// sound ring out. Real-time safe.
    pub fn use_settings(&mut self, settings: &Settings) {
        let settings = settings.sanitised();
        if settings.seed != self.settings.seed {
            self.random = Random::new(settings.seed);
            self.freeze.seed(settings.seed);
        }
        self.settings = settings;
        for gate in GateInput::ALL {
            if self.settings.gates[gate as usize] != GateTarget::Sustain {
                self.voices.iter_mut().for_each(|voice| voice.release(gate));
            }
        }
        self.follow_freeze(None);
    }

    /// The settings in use. Real-time safe.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Plays coming hits with this bank; those that sound ring out on theirs. Real-time safe.
    ///
    /// # Errors
    /// When the bank is for another sample rate, or too many banks ring out. The bank in use stays.
    pub fn use_bank(&mut self, bank: Arc<PreparedBank>) -> Result<(), BankRefused> {
        if bank.sample_rate_hz() != self.sample_rate_hz {
            return Err(BankRefused::SampleRate { instrument_hz: self.sample_rate_hz, bank });
        }
        let place = self.shelf.put_bank(bank).map_err(|bank| BankRefused::NoRoom { bank })?;
        self.model = Model::Bank(place);
        Ok(())
    }

    /// Plays coming hits with this take, until a bank or another take is used. Hits that sound go over to it within
    /// milliseconds where theirs is of the same family, and ring out otherwise. Real-time safe.
    ///
    /// A take has no descriptors of its own to be moved: of the panel it takes level, velocity, pitch and bend at once, the
    /// rest with the next take. Curves and the seed of the settings are not for it.
    ///
    /// # Errors
    /// Gives the take back when it is incomplete, or too many others ring out or have not been collected with
    /// [`Instrument::take_retired`]. What is played stays.
    pub fn use_take(&mut self, take: Arc<Take>) -> Result<(), Arc<Take>> {
        if !take.is_complete() {
            return Err(take);
        }
        let place = self.shelf.put_take(take)?;
        self.model = Model::Take(place);
        Ok(())
    }

    /// Takes a curve as F1 or F2 for coming hits; those that sound keep theirs. Real-time safe.
    ///
    /// # Errors
    /// Gives the curve back when too many have not been collected with [`Instrument::take_retired`].
    pub fn use_curve(&mut self, slot: CurveSlot, curve: Arc<ScaledCurve>) -> Result<(), Arc<ScaledCurve>> {
        let place = self.shelf.put_curve(curve)?;
        self.curves[slot as usize] = Some(place);
        Ok(())
    }

    /// Something that is no longer needed, to be freed elsewhere; ask until there is nothing more. Real-time safe.
    pub fn take_retired(&mut self) -> Option<Retired> {
        let Self { shelf, voices, places, model, curves, .. } = self;
        let sounding = || voices.iter().zip(places.iter()).filter(|(voice, _)| voice.is_sounding()).map(|(_, at)| at);
        shelf.take_unused(
            |place| *model == Model::Bank(place) || sounding().any(|at| at.has_bank(place)),
            |place| curves.contains(&Some(place)) || sounding().any(|at| at.has_curve(place)),
            |place| *model == Model::Take(place) || sounding().any(|at| at.has_take(place)),
        )
    }

    /// Queues an event. Returns false, and counts it, when the queue is full. Real-time safe.
    pub fn push(&mut self, event: Event) -> bool {
        let taken = self.queue.push(event);
        self.statistics.dropped_events += u64::from(!taken);
        taken
    }

    /// Bends everything that sounds, the frozen sound too, and coming hits by so many semitones from the coming block on: the
    /// pitch bend of a keyboard. It is smoothed as [`Target::Pitch`] is; the frozen sound takes it with each grain. Real-time
    /// safe.
    pub fn bend(&mut self, semitones: f32) {
        self.bend = within(semitones, -MOST_SEMITONES, MOST_SEMITONES, 0.0);
    }

    /// Takes what an audio input brings with the samples that are rendered next, at the instrument's rate, at most 4,096: the
    /// sound that leads where an input is assigned to [`Target::Follow`]. While nothing is heard the curves are their own.
    /// Real-time safe.
    pub fn hear(&mut self, samples: &[f32]) {
        if self.settings.cv.iter().any(|assignment| assignment.target == Target::Follow) {
            self.ear.hear(samples);
        }
    }

    /// Renders the next block under these controls. Real-time safe; blocks may have any length.
    ///
    /// Samples lie within -1 to 1. An event at sample `n` of the block sounds from this very sample on.
    pub fn render(&mut self, frame: &ControlFrame, out: &mut [f32]) {
        let unled = Parameters::read(&frame.sanitised(), &self.settings).bent(self.bend);
        out.fill(0.0);
        self.follow_takes();
        let mut start = 0;
        while start < out.len() {
            let parameters = unled.led(self.ear.frame());
            while let Some(event) = self.queue.pop_at(start as u32) {
                self.happen(event, start, &parameters);
            }
            let event = self.queue.next_at().map_or(out.len(), |at| at as usize);
            let frame = self.ear.samples_to_frame().map_or(out.len(), |samples| start + samples);
            let end = out.len().min(event).min(frame);
            let out = &mut out[start..end];
            self.add_voices(&parameters, out);
            self.freeze.add_to(&parameters.freeze, out);
            self.freeze.record(out);
            self.ear.pass(end - start);
            start = end;
        }
        self.queue.pass(out.len() as u32);
        let mut peak = 0.0f32;
        for sample in out.iter_mut() {
            *sample = limit(*sample * self.level.step(unled.level));
            peak = peak.max(sample.abs());
        }
        self.statistics.peak = peak;
        self.statistics.frames += out.len() as u64;
    }

    /// Counters and meters. Real-time safe.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let voices = self.voices.iter().filter(|voice| voice.is_sounding()).count() as u32;
        Statistics { voices, frozen: self.freeze.is_holding(), ..self.statistics }
    }

    /// The descriptors that the newest hit was asked for at this moment; `None` when it is over. Real-time safe.
    #[must_use]
    pub fn asked(&self) -> Option<Descriptors> {
        self.voices[self.newest].asked().map(inverse_transform)
    }

    /// Samples a second.
    #[must_use]
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Which bank coming hits play, by [`PreparedBank::serial`], or which their take was rendered with.
    #[must_use]
    pub fn bank_serial(&self) -> Option<u64> {
        match self.model {
            Model::Nothing => None,
            Model::Bank(place) => {
                self.playable_curves()?;
                self.shelf.bank(place).map(PreparedBank::serial)
            }
            Model::Take(place) => self.shelf.take(place).map(|take| take.label().bank),
        }
    }

    /// Which takes play, by [`TakeLabel::number`](crate::TakeLabel::number): what coming hits play, and the newest hit while it
    /// sounds. Real-time safe.
    #[must_use]
    pub fn takes(&self) -> [Option<u32>; 2] {
        let number = |place: usize| self.shelf.take(place).map(|take| take.label().number);
        let coming = match self.model {
            Model::Take(place) => number(place),
            Model::Nothing | Model::Bank(_) => None,
        };
        let sounding = match self.places[self.newest] {
            Places::Taken { take, .. } if self.voices[self.newest].is_sounding() => number(take),
            _ => None,
        };
        [coming, sounding]
    }

    fn happen(&mut self, event: Event, at: usize, parameters: &Parameters) {
        match event {
            Event::Trigger { velocity, semitones, .. } => {
                self.trigger(velocity, semitones, at, parameters);
            }
            Event::Gate { gate, high, velocity, .. } => {
                self.gates[gate as usize] = high;
                match self.settings.gates[gate as usize] {
                    GateTarget::Trigger if high => {
                        self.trigger(velocity, 0.0, at, parameters);
                    }
                    GateTarget::Sustain if high => {
                        if self.trigger(velocity, 0.0, at, parameters) {
                            self.voices[self.newest].sustain(gate);
                        }
                    }
                    GateTarget::Sustain => self.voices.iter_mut().for_each(|voice| voice.release(gate)),
                    GateTarget::Freeze => self.follow_freeze(Some(parameters)),
                    GateTarget::Trigger | GateTarget::Nothing => {}
                }
            }
        }
    }

    /// A hit, or one more that was dropped. Returns whether there is one.
    fn trigger(&mut self, velocity: f32, semitones: f32, at: usize, parameters: &Parameters) -> bool {
        let velocity = within(velocity, 0.0, 1.0, 0.0) * parameters.velocity;
        let semitones = within(semitones, -MOST_SEMITONES, MOST_SEMITONES, 0.0);
        let struck = self.strike(parameters, velocity, semitones);
        if struck {
            self.statistics.hits += 1;
            self.statistics.last_trigger_frame = Some(self.statistics.frames + at as u64);
        } else {
            self.statistics.dropped_events += 1;
        }
        struck
    }

    /// Freezes while a gate that is assigned to it is high, and lets go when none is. Without parameters it only lets go.
    fn follow_freeze(&mut self, parameters: Option<&Parameters>) {
        let gates = [GateInput::Gate1, GateInput::Gate2];
        let asked = gates
            .into_iter()
            .any(|gate| self.gates[gate as usize] && self.settings.gates[gate as usize] == GateTarget::Freeze);
        match parameters {
            Some(parameters) if asked && !self.freeze.is_holding() => {
                self.freeze.begin(&parameters.freeze);
                self.voices.iter_mut().for_each(|voice| voice.hold(true));
            }
            _ if !asked && self.freeze.is_holding() => {
                self.freeze.end();
                self.voices.iter_mut().for_each(|voice| voice.hold(false));
            }
            _ => {}
        }
    }

    /// F1 and F2; where one of them is missing, the other stands in.
    fn playable_curves(&self) -> Option<[usize; 2]> {
        let [first, second] = self.curves;
        Some([first.or(second)?, second.or(first)?])
    }

    /// Starts a hit. Returns whether there was a bank and a curve to play.
    fn strike(&mut self, parameters: &Parameters, velocity: f32, semitones: f32) -> bool {
        let places = match (self.model, self.playable_curves()) {
            (Model::Bank(bank), Some(curves)) => Places::Streamed { bank, curves },
            (Model::Take(take), _) => Places::Taken { take, leaving: None },
            (Model::Nothing, _) | (Model::Bank(_), None) => return false,
        };
        let index = self.free_voice(parameters);
        let Some(material) = self.shelf.material(places) else { return false };
        // Without variation every hit draws the same: hits are identical.
        let mut fixed = Random::new(self.settings.seed);
        let random = if parameters.variation > 0.0 { &mut self.random } else { &mut fixed };
        let stroke = Stroke { velocity, semitones, seed: random.next_u64() };
        let mut offsets = [0; MAX_BANDS];
        if let Material::Streamed(streamed) = material {
            for offset in &mut offsets[..streamed.bank.bands()] {
                *offset = random.below(LOOP_SAMPLES as u32) as u16;
            }
        }
        let panel = Panel { parameters, settings: &self.settings };
        self.voices[index].strike(material, panel, stroke, offsets, &mut self.work);
        self.places[index] = places;
        self.newest = index;
        true
    }

    /// A silent voice; when all sound, the quietest that is not young gives way.
    fn free_voice(&mut self, parameters: &Parameters) -> usize {
        let voices = usize::from(self.settings.voices).min(VOICES);
        if let Some(index) = self.voices[..voices].iter().position(|voice| !voice.is_sounding()) {
            return index;
        }
        let young = (YOUNG_S * self.sample_rate_hz as f32) as u64;
        // Old before young; among the old the quietest, among the young the oldest.
        let rank = |voice: &Voice| {
            let old = voice.age() >= young;
            (!old, if old { voice.loudness() } else { -(voice.age() as f32) })
        };
        let (mut index, mut lowest) = (0, rank(&self.voices[0]));
        for (candidate, voice) in self.voices[..voices].iter().enumerate().skip(1) {
            let rank = rank(voice);
            if rank < lowest {
                (index, lowest) = (candidate, rank);
            }
        }
        self.give_way(index, parameters);
        self.statistics.stolen_voices += 1;
        index
    }

    /// Moves the next few milliseconds of a voice, fading, to the tail and frees the voice.
    fn give_way(&mut self, index: usize, parameters: &Parameters) {
        let Some(material) = self.shelf.material(self.places[index]) else { return };
        let fade = self.ending.len();
        let step = (0x8000_0000 / fade as u64) as u32;
        let mut phase = 0u32;
        let half_cosine = || {
            phase = phase.wrapping_add(step);
            0.5 + 0.5 * cosine(phase.min(0x8000_0000))
        };
        self.ending.fill(0.0);
        let panel = Panel { parameters, settings: &self.settings };
        self.voices[index].add_to(material, panel, &mut self.work, &mut self.ending, half_cosine);
        self.voices[index].silence();
        let (after, before) = self.tail.split_at_mut(self.tail_start);
        for (tail, sample) in before.iter_mut().chain(after).zip(&self.ending) {
            *tail += sample;
        }
        self.tail_left = fade;
    }

    /// Hits that sound go over to the newest take where it is of their family, one exchange after the other.
    fn follow_takes(&mut self) {
        let Model::Take(newest) = self.model else { return };
        let Some(family) = self.shelf.take(newest).map(|take| take.label().family) else { return };
        for (voice, places) in self.voices.iter_mut().zip(&mut self.places) {
            let Places::Taken { take, leaving } = places else { continue };
            if !voice.is_sounding() || !voice.is_settled() {
                continue;
            }
            *leaving = None;
            if *take != newest && self.shelf.take(*take).is_some_and(|take| take.label().family == family) {
                *leaving = Some(*take);
                *take = newest;
                voice.exchange();
            }
        }
    }

    /// Asks for the control frames that these samples need, those of all hits of a bank at once.
    fn ask_ahead(&mut self, parameters: &Parameters, samples: usize) {
        let panel = Panel { parameters, settings: &self.settings };
        for bank in 0..BANKS {
            let (mut asking, mut count) = ([0; VOICES], 0);
            for (index, (voice, &places)) in self.voices.iter_mut().zip(&self.places).enumerate() {
                if voice.is_sounding()
                    && places.has_bank(bank)
                    && let Some(Material::Streamed(streamed)) = self.shelf.material(places)
                    && voice.ask(streamed, panel, samples, &mut self.work.questions[count])
                {
                    asking[count] = index;
                    count += 1;
                }
            }
            if let Some(bank) = self.shelf.bank(bank).filter(|_| count > 0) {
                self.work.answer(&bank.tables(), count);
                for (&index, question) in asking[..count].iter().zip(&mut self.work.questions) {
                    self.voices[index].take(bank, question);
                }
            }
        }
    }

    fn add_voices(&mut self, parameters: &Parameters, out: &mut [f32]) {
        self.ask_ahead(parameters, out.len());
        let panel = Panel { parameters, settings: &self.settings };
        for (voice, &places) in self.voices.iter_mut().zip(&self.places) {
            if voice.is_sounding()
                && let Some(material) = self.shelf.material(places)
            {
                voice.add_to(material, panel, &mut self.work, out, || 1.0);
            }
        }
        for out in out.iter_mut().take(self.tail_left) {
            *out += std::mem::take(&mut self.tail[self.tail_start]);
            self.tail_start = (self.tail_start + 1) % self.tail.len();
        }
        self.tail_left = self.tail_left.saturating_sub(out.len());
    }
}
