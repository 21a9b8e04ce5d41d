//! The rack: clock, sequencers, modulators and hands, patched to the inputs of the panel.

mod cabling;

use super::action::ActionQueue;
use super::audio_inputs::AudioInputs;
use super::bend::Bend;
use super::gesture::GestureLoop;
use super::{
    Action, Block, Clock, FULL_VOLTS, GateInput, GesturePoint, InputScale, Modulator, Patch, Piece, Sequencer, within,
};
use crate::control::Gate;

/// Plays a [`Patch`]: what is given to it in actions comes out as gate edges and voltages.
///
/// Between blocks it takes patches and actions; [`advance`](Self::advance) says what happens in the coming block. Edges
/// and voltages are the same however the time is cut into blocks: edges fall on exact samples, and voltages are taken
/// anew every 128 samples since the rack was made and wherever something happens. Real-time safe after [`new`](Self::new).
#[derive(Debug)]
pub struct Rack {
    patch: Patch,
    clock: Clock,
    sequencers: [Sequencer; 2],
    modulators: [Modulator; 4],
    actions: ActionQueue,
    /// What each cable does at its gate input; of meaning for cables that lead to one.
    cable_gates: [Gate; super::Cables::CAPACITY],
    /// Sample before which a cable from an audio input leaves its gate as it is: sound at a gate is no roll of thousands.
    rests_until: [u64; super::Cables::CAPACITY],
    /// How long it does so after it opened the gate, in samples.
    input_rest: u32,
    /// Whether a cable holds Gate 1 and Gate 2.
    held_by_cables: [bool; 2],
    /// Pads and keys that hold Gate 1 and Gate 2.
    hands: [u8; 2],
    gates: [bool; 2],
    /// Gates that strike at the coming sample.
    struck: [bool; 2],
    /// The four learned controllers, 0 to 1.
    lanes: [f32; 4],
    /// The modulation wheel, 0 to 1.
    wheel: f32,
    bend: Bend,
    /// Volts at a module's jacks that have a plug.
    jacks: [Option<f32>; 4],
    gesture: GestureLoop,
    /// Whether a hand holds the XY pad.
    pad_held: bool,
    inputs: AudioInputs,
    cv: [f32; 4],
    block: Block,
    /// Samples since the rack was made.
    now: u64,
    /// Whether a patch came since the last block.
    changed: bool,
    dropped: u32,
}

/// What a page draws of the rack.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RackState {
    /// Whether the clock runs.
    pub running: bool,
    /// Tempo in beats per minute: that of the patch, or that of MIDI clock.
    pub tempo_bpm: f32,
    /// Quarter notes since the start.
    pub beats: f64,
    /// The step that each sequencer plays, from 0; none while the clock stands.
    pub steps: [Option<u8>; 2],
    /// Volts of the four modulators, before any cable.
    pub modulators_volts: [f32; 4],
    /// Where in its turn each modulator stands, 0 to 1.
    pub modulators_turns: [f32; 4],
    /// Volts at CV 1 to CV 4: knobs, a module's jacks and cables together.
    pub cv_volts: [f32; 4],
    /// Whether Gate 1 and Gate 2 are high.
    pub gates: [bool; 2],
    /// Where the XY pad stands, -1 to 1 both ways: under the hand, or where a recorded gesture is.
    pub pad: [f32; 2],
    /// Actions, edges and pieces that found no place so far.
    pub dropped: u32,
}

impl Rack {
    /// Longest block in samples.
    pub const MAX_BLOCK: u32 = 4096;

    /// Longest piece: samples between two looks at the voltages.
    pub const PIECE: u32 = 128;

    /// Samples between two looks at modulators that are patched to gates: below a millisecond.
    const TICK: u32 = 32;

    /// Least time between two strikes by one channel of an audio input, in seconds.
    const INPUT_REST_S: f32 = 0.002;

    /// A rack that plays this patch from its first sample on.
    #[must_use]
    pub fn new(sample_rate_hz: u32, patch: &Patch) -> Self {
        let mut rack = Self {
            patch: Patch { running: false, ..Patch::default() },
            clock: Clock::new(sample_rate_hz),
            sequencers: [0, 1].map(Sequencer::new),
            // Their streams of chance come after those of the sequencers.
            modulators: [2, 3, 4, 5].map(|stream| Modulator::new(sample_rate_hz, stream)),
            actions: ActionQueue::default(),
            cable_gates: [Gate::default(); super::Cables::CAPACITY],
            rests_until: [0; super::Cables::CAPACITY],
            input_rest: (Self::INPUT_REST_S * sample_rate_hz as f32) as u32,
            held_by_cables: [false; 2],
            hands: [0; 2],
            gates: [false; 2],
            struck: [false; 2],
            lanes: [0.0; 4],
            wheel: 0.0,
            bend: Bend::new(sample_rate_hz.max(1) as f32 / Self::PIECE as f32),
            jacks: [None; 4],
            gesture: GestureLoop::new(sample_rate_hz),
            pad_held: false,
            inputs: AudioInputs::new(sample_rate_hz, Self::MAX_BLOCK),
            cv: [0.0; 4],
            block: Block::default(),
            now: 0,
            changed: true,
            dropped: 0,
        };
        rack.use_patch(patch);
        rack
    }

    /// Takes a patch from the coming block on; sequences and modulators keep their places. Real-time safe.
    ///
    /// A patch that differs in `running` from the one before starts or stops the clock; [`Action::Start`] and
    /// [`Action::Stop`] do so at an exact sample.
    pub fn use_patch(&mut self, patch: &Patch) {
        let patch = patch.sanitised();
        let before = std::mem::replace(&mut self.patch, patch);
        let mut old = before.cables.iter();
        let mut new = patch.cables.iter();
        for (gate, rests_until) in self.cable_gates.iter_mut().zip(&mut self.rests_until) {
            let ends = [old.next(), new.next()].map(|cable| cable.map(|cable| (cable.from, cable.to)));
            if ends[0] != ends[1] {
                (*gate, *rests_until) = (Gate::default(), 0);
            }
        }
        self.clock.set(patch.tempo_bpm, patch.swing_percent, patch.clock);
        for (sequencer, sequence) in self.sequencers.iter_mut().zip(&patch.sequences) {
            sequencer.follow(&self.clock, sequence);
        }
        if patch.running != before.running && patch.running != self.clock.is_running() {
            if patch.running { self.start() } else { self.stop() }
        }
        self.changed = true;
    }

    /// Turns the knobs of CV 1 to CV 4 to these volts. Real-time safe.
    pub fn turn_knobs(&mut self, volts: [f32; 4]) {
        self.patch = Patch { knobs_volts: volts, ..self.patch }.sanitised();
        self.changed = true;
    }

    /// Lets the XY pad go round these points from the coming block on, beginning with the first; fewer than two end it. A
    /// start of the clock begins anew. Real-time safe.
    pub fn use_gesture(&mut self, points: impl Iterator<Item = GesturePoint>) {
        self.gesture.take(points);
        self.changed = true;
    }

    /// Reads a channel of the audio input in another way. Real-time safe.
    pub fn use_input_scale(&mut self, channel: usize, scale: InputScale) {
        self.inputs.use_scale(channel, scale);
    }

    /// Takes the samples that a channel of the audio input, 0 or 1, brings for the coming block. A channel of which nothing
    /// comes is at 0 V. Real-time safe.
    pub fn hear(&mut self, channel: usize, samples: &[f32]) {
        self.inputs.hear(channel, samples);
    }

    /// Takes up what happens `at` samples after the start of the coming block, or of a later one. Returns whether there
    /// was room; what found none is counted. Real-time safe.
    pub fn push(&mut self, at: u32, action: Action) -> bool {
        let taken = self.actions.push(at, action);
        self.dropped = self.dropped.saturating_add(u32::from(!taken));
        taken
    }

    /// Something that was meant for [`Rack::push`] was lost on its way, and may have been a release: once all that waits is done,
    /// every pad and key goes up. Real-time safe.
    pub fn lose(&mut self) {
        self.actions.lose();
    }

    /// Lets the coming block pass and says what happens in it. Blocks are cut to [`MAX_BLOCK`](Self::MAX_BLOCK) samples.
    /// Real-time safe.
    pub fn advance(&mut self, samples: u32) -> &Block {
        let samples = samples.min(Self::MAX_BLOCK);
        self.block.clear(samples);
        let mut at = 0;
        while at < samples {
            self.settle(at);
            let pass = self.samples_to_stop(at).min(samples - at);
            self.clock.advance(pass);
            for (modulator, modulation) in self.modulators.iter_mut().zip(&self.patch.modulations) {
                modulator.advance(modulation, pass);
            }
            self.gesture.advance(pass);
            self.inputs.advance(at, pass);
            self.now += u64::from(pass);
            at += pass;
        }
        self.inputs.end_block();
        self.actions.pass(samples);
        self.dropped = self.dropped.saturating_add(self.block.dropped());
        &self.block
    }

    /// The patch that plays, with every value in range.
    #[must_use]
    pub fn patch(&self) -> &Patch {
        &self.patch
    }

    /// Where everything stands after the last block. Real-time safe.
    #[must_use]
    pub fn state(&self) -> RackState {
        let running = self.clock.is_running();
        RackState {
            running,
            tempo_bpm: self.clock.tempo_bpm(),
            beats: self.clock.beats(),
            steps: self.sequencers.each_ref().map(|sequencer| sequencer.step().filter(|_| running)),
            modulators_volts: self.modulators.each_ref().map(Modulator::volts),
            modulators_turns: self.modulators.each_ref().map(Modulator::turn),
            cv_volts: self.cv,
            gates: self.gates,
            pad: self.pad(),
            dropped: self.dropped,
        }
    }

    /// Does what happens at the coming sample, and starts a piece where something did.
    fn settle(&mut self, at: u32) {
        self.struck = [false; 2];
        let mut happened = std::mem::take(&mut self.changed);
        while let Some(action) = self.actions.pop_at(at) {
            self.act(at, action);
            happened = true;
        }
        let tick = self.now.is_multiple_of(u64::from(Self::TICK));
        if tick && self.clock.is_stalled() && self.sequencers.iter().any(Sequencer::is_high) {
            self.sequencers.iter_mut().for_each(Sequencer::release);
            happened = true;
        }
        for sequencer in &mut self.sequencers {
            happened |= sequencer.fall(&self.clock);
        }
        if happened || tick || self.samples_to_input_edge(at, 0, 1) == 0 {
            self.look_at_modulators();
            happened |= self.follow_cables(at);
        }
        let mut rose = false;
        for (sequencer, sequence) in self.sequencers.iter_mut().zip(&self.patch.sequences) {
            rose |= sequencer.rise(&self.clock, sequence, self.patch.seed);
        }
        if rose {
            self.look_at_modulators();
            self.follow_cables(at);
        }
        self.strike_modulators();
        let due = self.now.is_multiple_of(u64::from(Self::PIECE));
        if due {
            self.bend.look();
        }
        if happened || rose || due {
            self.cv = self.sum_cables();
        }
        // At the border between two blocks the last piece goes on: nothing changes there.
        if happened || rose || due || at == 0 {
            let (cv, gates, bend_semitones) = (self.cv, self.gates, self.bend.semitones());
            self.block.start_piece(Piece { at, samples: 0, cv, gates, bend_semitones });
        }
    }

    /// Samples until [`settle`](Self::settle) has something to do again.
    fn samples_to_stop(&self, at: u32) -> u32 {
        let tick = Self::TICK - (self.now % u64::from(Self::TICK)) as u32;
        let action = self.actions.next_at().map_or(tick, |next| next.saturating_sub(at));
        let events = self.sequencers.iter().filter_map(|sequencer| sequencer.samples_to_event(&self.clock));
        let stop = events.fold(tick.min(action), u32::min).max(1);
        // What it does at the coming sample is done.
        self.samples_to_input_edge(at, 1, stop)
    }

    fn act(&mut self, at: u32, action: Action) {
        match action {
            Action::Press { gate, velocity } => {
                self.hands[gate as usize] = self.hands[gate as usize].saturating_add(1);
                self.gates[gate as usize] = true;
                self.strike(at, gate, within(velocity, 0.0, 1.0, 0.0));
            }
            Action::Release { gate } => self.hands[gate as usize] = self.hands[gate as usize].saturating_sub(1),
            Action::ReleaseAll => self.hands = [0; 2],
            Action::Pad { x, y } => self.patch.pad = [x, y].map(|place| within(place, -1.0, 1.0, 0.0)),
            Action::Lane { lane, value } => {
                if let Some(place) = self.lanes.get_mut(usize::from(lane)) {
                    *place = within(value, 0.0, 1.0, 0.0);
                }
            }
            Action::Wheel { value } => self.wheel = within(value, 0.0, 1.0, 0.0),
            Action::Bend { semitones } => self.bend.set(semitones),
            Action::Jacks { volts } => {
                self.jacks = volts.map(|volts| volts.map(|volts| within(volts, -FULL_VOLTS, FULL_VOLTS, 0.0)));
            }
            Action::HoldPad { held } => self.pad_held = held,
            Action::Start => self.start(),
            Action::Stop => self.stop(),
            Action::Continue => self.clock.go_on(),
            Action::Pulse => self.clock.pulse(),
        }
    }

    fn start(&mut self) {
        self.clock.start();
        self.gesture.restart();
        for (sequencer, sequence) in self.sequencers.iter_mut().zip(&self.patch.sequences) {
            sequencer.seek(&self.clock, sequence);
        }
    }

    fn stop(&mut self) {
        self.clock.stop();
        self.sequencers.iter_mut().for_each(Sequencer::release);
    }

    fn look_at_modulators(&mut self) {
        for (modulator, modulation) in self.modulators.iter_mut().zip(&self.patch.modulations) {
            modulator.look(modulation, &self.clock, self.patch.seed);
        }
    }

    fn strike(&mut self, at: u32, gate: GateInput, velocity: f32) {
        self.struck[gate as usize] = true;
        self.block.strike(at, gate, velocity);
    }

    /// Starts the turns and envelopes of the gates that strike.
    fn strike_modulators(&mut self) {
        for (modulator, modulation) in self.modulators.iter_mut().zip(&self.patch.modulations) {
            if self.struck[modulation.gate as usize] {
                modulator.strike(modulation, &self.clock, self.patch.seed);
                modulator.look(modulation, &self.clock, self.patch.seed);
            }
        }
    }
}
