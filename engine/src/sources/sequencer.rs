//! A gate sequencer: walks over the steps of a sequence and raises its gate at exact samples.

use super::{Clock, Division, FULL_VOLTS, Sequence, dice};

/// Where a sequencer stands.
///
/// At each sample where something may happen first [`fall`](Self::fall), then [`rise`](Self::rise) is called, so that a
/// gate of full length still falls between two strikes.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequencer {
    /// Which sequencer it is: the stream of its chance.
    stream: u32,
    /// The division that `next` counts in.
    division: Division,
    /// Number since the start of the step to come.
    next: u64,
    playing: Option<Playing>,
    high: bool,
    velocity: f32,
}

/// The step that plays. All positions are in grains of the clock.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Playing {
    index: u8,
    start: u64,
    length: u64,
    /// Strikes of this step; none if it is off or chance passed it over.
    ratchets: u64,
    /// Strikes that have been.
    struck: u64,
    gate_percent: f32,
    tie: bool,
}

impl Playing {
    /// Where a strike falls.
    fn onset(&self, strike: u64) -> u64 {
        self.start + self.length * strike / self.ratchets.max(1)
    }

    /// Where the gate of the last strike ends; nowhere if it is tied to the next step.
    fn end(&self) -> Option<u64> {
        let last = self.struck.saturating_sub(1);
        if self.tie && self.struck == self.ratchets {
            return None;
        }
        let part = (self.onset(last + 1) - self.onset(last)) as f64;
        Some(self.onset(last) + (part * f64::from(self.gate_percent) / 100.0) as u64)
    }
}

impl Sequencer {
    /// A sequencer at its start; `stream` keeps its chance apart from that of others.
    #[must_use]
    pub fn new(stream: u32) -> Self {
        Self { stream, division: Division::default(), next: 0, playing: None, high: false, velocity: 0.0 }
    }

    /// Takes the place that belongs to the clock's position, with a low gate. Real-time safe.
    pub fn seek(&mut self, clock: &Clock, sequence: &Sequence) {
        self.release();
        self.division = sequence.division;
        self.next = self.division.next_step(clock);
    }

    /// Follows a change of the sequence: the coming steps are those of the new one, what sounds ends as it began.
    /// Real-time safe.
    pub fn follow(&mut self, clock: &Clock, sequence: &Sequence) {
        if self.division != sequence.division {
            self.division = sequence.division;
            self.next = self.division.next_step(clock);
        }
    }

    /// Lowers the gate and forgets the step that plays. Real-time safe.
    pub fn release(&mut self) {
        self.high = false;
        self.playing = None;
    }

    /// Lowers the gate if its time is over at the coming sample. Returns whether it fell. Real-time safe.
    pub fn fall(&mut self, clock: &Clock) -> bool {
        let over = self.high && self.samples_to_fall(clock) == Some(0);
        self.high &= !over;
        over
    }

    /// Plays what falls on the coming sample. Returns whether something did. Real-time safe.
    pub fn rise(&mut self, clock: &Clock, sequence: &Sequence, seed: u32) -> bool {
        let mut moved = false;
        // After a jump of an external clock several steps may be over: each is passed, the last one sounds.
        for _ in 0..Sequence::STEPS {
            if clock.is_due(self.division.position(self.next, clock)) {
                self.begin(clock, sequence, seed);
            } else if !self.next_ratchet().is_some_and(|onset| clock.is_due(onset)) {
                break;
            }
            self.strike(clock);
            moved = true;
        }
        moved
    }

    /// Samples until [`fall`](Self::fall) or [`rise`](Self::rise) has something to do. Real-time safe.
    #[must_use]
    pub fn samples_to_event(&self, clock: &Clock) -> Option<u32> {
        let fall = if self.high { self.samples_to_fall(clock) } else { None };
        [fall, self.samples_to_onset(clock)].into_iter().flatten().min()
    }

    /// The step that plays, from 0.
    #[must_use]
    pub fn step(&self) -> Option<u8> {
        self.playing.map(|playing| playing.index)
    }

    /// Whether the gate is high.
    #[must_use]
    pub fn is_high(&self) -> bool {
        self.high
    }

    /// Strength of the last strike, 0 to 1.
    #[must_use]
    pub fn velocity(&self) -> f32 {
        self.velocity
    }

    /// Volts at the gate output: 0 or 5.
    #[must_use]
    pub fn gate_volts(&self) -> f32 {
        if self.high { FULL_VOLTS } else { 0.0 }
    }

    /// Volts at the velocity output, 0 to 5, held from strike to strike.
    #[must_use]
    pub fn velocity_volts(&self) -> f32 {
        self.velocity * FULL_VOLTS
    }

    /// Enters the next step.
    fn begin(&mut self, clock: &Clock, sequence: &Sequence, seed: u32) {
        let (turn, index) = (self.next, sequence.index(self.next));
        self.next += 1;
        let step = sequence.steps[index];
        let plays = step.velocity > 0.0 && dice::draw(seed, self.stream, turn) < step.probability;
        let start = self.division.position(turn, clock);
        let length = self.division.position(self.next, clock).saturating_sub(start);
        self.playing = Some(Playing {
            index: index as u8,
            start,
            length,
            ratchets: if plays { u64::from(step.ratchets) } else { 0 },
            struck: 0,
            gate_percent: step.gate_percent,
            tie: step.tie,
        });
        if plays {
            self.velocity = step.velocity;
        } else {
            // A tie ends where nothing follows.
            self.high = false;
        }
    }

    /// Raises the gate for each strike of the step that is due.
    fn strike(&mut self, clock: &Clock) {
        while let Some(onset) = self.next_ratchet()
            && clock.is_due(onset)
            && let Some(playing) = &mut self.playing
        {
            playing.struck += 1;
            self.high = true;
        }
    }

    /// Where the next strike within the step falls.
    fn next_ratchet(&self) -> Option<u64> {
        self.playing.filter(|playing| playing.struck < playing.ratchets).map(|playing| playing.onset(playing.struck))
    }

    fn samples_to_onset(&self, clock: &Clock) -> Option<u32> {
        let step = clock.samples_to(self.division.position(self.next, clock));
        let ratchet = self.next_ratchet().and_then(|onset| clock.samples_to(onset));
        [step, ratchet].into_iter().flatten().min()
    }

    /// Samples until the high gate falls: at its end, and at the latest one sample before the next onset.
    fn samples_to_fall(&self, clock: &Clock) -> Option<u32> {
        let end = self.playing?.end()?;
        let onset = self.samples_to_onset(clock).map(|samples| samples.saturating_sub(1));
        [clock.samples_to(end), onset].into_iter().flatten().min()
    }
}
