//! Freeze: the last moment of the output, held as two overlapping grains that go round.
//!
//! A grain lasts two loop lengths and fades into the next over one, with windows that add up to 1: at rest the loop is
//! exactly periodic. The length is moved a little to where the sound is most like itself, so that tones hold their phase
//! (as in WSOLA: Verhelst and Roelands, ICASSP 1993), and a decay is flattened, so that it holds its level too.

use crate::control::Grains;
use crate::models::noise::Random;
use crate::voice::{FREEZE_FADE_S, raised};

/// What is kept of the output, in seconds: two loop lengths at four times the pitch, the furthest position, the widest spread.
const RING_S: f32 = 1.4;

/// Furthest that grains scatter before their position, in seconds.
const SPREAD_S: f32 = 0.2;

/// Most that the frozen sound is transposed, in octaves.
const MOST_OCTAVES: f32 = 2.0;

/// How far the length may move for the sake of phase: half a period of 40 Hz, and a part of the length.
const LENGTH_SEARCH_S: f32 = 0.0125;
const LENGTH_SEARCH_PART: f32 = 0.2;

/// How far a grain that starts elsewhere may move for the sake of phase, in seconds.
const GRAIN_SEARCH_S: f32 = 0.008;

/// Samples over which likeness is judged, in seconds.
const LIKENESS_S: f32 = 0.030;

/// Only every so many samples are looked at first.
const COARSE: usize = 4;

/// Samples that are taken at a time.
const LANES: usize = 8;

/// Lengths in milliseconds that differ by less than this are the same.
const SAME_LENGTH_MS: f32 = 0.25;

/// Most that a decay is flattened: an older sample is turned down to this at least.
const LEAST_FLATTENING: f32 = 0.25;

/// Memory of the output, and what is frozen of it.
pub(crate) struct Freeze {
    sample_rate_hz: f32,
    ring: Box<[f32]>,
    /// Where the next sample is written.
    write: usize,
    /// Two, so that a new freeze can begin while the last one fades.
    loops: [Loop; 2],
    /// Which of them is held.
    held: Option<usize>,
    random: Random,
    search: Search,
}

/// One frozen sound.
struct Loop {
    /// Oldest sample first.
    sound: Box<[f32]>,
    current: Grain,
    next: Grain,
    /// Samples of the fade from `current` to `next`, and how many have passed.
    length: usize,
    passed: usize,
    /// What was asked for when `length` was chosen.
    asked_ms: f32,
    /// How much of it is heard before rounding, 0 to 1.
    level: f32,
}

/// A reading head.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Grain {
    /// Sample of the sound, between samples too.
    at: f64,
    /// Samples of the sound for each that is heard.
    rate: f64,
    /// What placed it, to find out whether the next may lie at the same place: position, spread, rate.
    placed: [f32; 2],
    start: f64,
}

impl Freeze {
    /// Nothing heard, nothing frozen. Allocates.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let samples = (RING_S * sample_rate_hz as f32) as usize;
        let silence = || vec![0.0; samples].into_boxed_slice();
        let idle = Grain { at: 0.0, rate: 1.0, placed: [0.0; 2], start: 0.0 };
        let unheard =
            || Loop { sound: silence(), current: idle, next: idle, length: 1, passed: 0, asked_ms: 0.0, level: 0.0 };
        Self {
            sample_rate_hz: sample_rate_hz as f32,
            ring: silence(),
            write: 0,
            loops: [unheard(), unheard()],
            held: None,
            random: Random::new(0),
            search: Search::new(sample_rate_hz as f32),
        }
    }

    /// Whether a loop is held.
    pub(crate) fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// Where its chance begins. Real-time safe.
    pub(crate) fn seed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    /// Freezes what was recorded last. Real-time safe: one copy of the ring and two bounded searches.
    pub(crate) fn begin(&mut self, grains: &Grains) {
        if self.held.is_some() {
            return;
        }
        let Some(index) = self.loops.iter().position(|held| held.level == 0.0) else {
            // Both still fade, within milliseconds of each other: the louder one stays.
            self.held = Some(usize::from(self.loops[1].level > self.loops[0].level));
            return;
        };
        let held = &mut self.loops[index];
        let (newer, older) = self.ring.split_at(self.write);
        held.sound[..older.len()].copy_from_slice(older);
        held.sound[older.len()..].copy_from_slice(newer);
        held.begin(grains, self.sample_rate_hz, &mut self.search);
        self.held = Some(index);
    }

    /// Lets the loop go: it fades. Real-time safe.
    pub(crate) fn end(&mut self) {
        self.held = None;
    }

    /// Adds what is frozen to `out`. Real-time safe.
    pub(crate) fn add_to(&mut self, grains: &Grains, out: &mut [f32]) {
        let step = 1.0 / (FREEZE_FADE_S * self.sample_rate_hz);
        for (index, held) in self.loops.iter_mut().enumerate() {
            let goal = if self.held == Some(index) { 1.0 } else { 0.0 };
            if held.level == 0.0 && goal == 0.0 {
                continue;
            }
            for out in out.iter_mut() {
                held.level += (goal - held.level).clamp(-step, step);
                *out += raised(held.level)
                    * held.next_sample(grains, self.sample_rate_hz, &mut self.random, &mut self.search);
            }
        }
    }

    /// Remembers what was heard. Real-time safe.
    pub(crate) fn record(&mut self, mut sound: &[f32]) {
        while !sound.is_empty() {
            let room = &mut self.ring[self.write..];
            let (now, later) = sound.split_at(sound.len().min(room.len()));
            room[..now.len()].copy_from_slice(now);
            self.write = (self.write + now.len()) % self.ring.len();
            sound = later;
        }
    }
}

impl Loop {
    /// Starts on a sound that was just copied: the grain that is heard goes on where the sound breaks off.
    fn begin(&mut self, grains: &Grains, sample_rate_hz: f32, search: &mut Search) {
        self.choose_length(grains, sample_rate_hz, search);
        self.flatten();
        let placed = [grains.position_ms, grains.spread];
        let rate = rate(grains);
        let start = self.place(grains, rate, sample_rate_hz);
        self.current = Grain { at: start + rate * self.length as f64, rate, placed, start };
        self.next = Grain { at: start, rate, placed, start };
        self.passed = 0;
    }

    /// The length near the one asked for at which the end of the sound is most like what lies a length before.
    fn choose_length(&mut self, grains: &Grains, sample_rate_hz: f32, search: &mut Search) {
        let asked = 1e-3 * grains.length_ms * sample_rate_hz;
        let reach = (LENGTH_SEARCH_S * sample_rate_hz).min(LENGTH_SEARCH_PART * asked) as isize;
        let window = (LIKENESS_S * sample_rate_hz).min(asked) as usize;
        let end = self.sound.len() - window;
        let shift = search.best_shift(&self.sound, end, end - asked as usize, reach, window);
        self.length = (asked as isize - shift).max(1) as usize;
        self.asked_ms = grains.length_ms;
    }

    /// Turns older samples down where the sound decays, so that a loop of it has no ramp.
    fn flatten(&mut self) {
        let (older, newest) = self.sound.split_at(self.sound.len() - self.length);
        let power = |samples: &[f32]| samples.iter().map(|x| x * x).sum::<f32>();
        let before = power(&older[older.len() - self.length..]);
        let decay = libm::sqrtf(power(newest) / before.max(1e-20)).clamp(0.1, 1.0);
        let step = libm::powf(decay, 1.0 / self.length as f32);
        // What the newest sample of each group is turned down by, and what those before it are.
        let mut gain = 1.0f32;
        let mut steps = [1.0f32; LANES];
        for lane in (0..LANES - 1).rev() {
            steps[lane] = steps[lane + 1] * step;
        }
        for group in self.sound.rchunks_mut(LANES) {
            let newest = &steps[LANES - group.len()..];
            for (sample, step) in group.iter_mut().zip(newest) {
                *sample *= (gain * step).max(LEAST_FLATTENING);
            }
            gain = (gain * steps[0] * step).max(LEAST_FLATTENING);
        }
    }

    /// Where a grain starts that ends at the position asked for.
    fn place(&self, grains: &Grains, rate: f64, sample_rate_hz: f32) -> f64 {
        let back = f64::from(1e-3 * grains.position_ms * sample_rate_hz).round();
        let span = 2.0 * rate * self.length as f64;
        // Rounded, so that at the original pitch samples are read as they are.
        (self.sound.len() as f64 - back - span).round().max(0.0)
    }

    fn next_sample(&mut self, grains: &Grains, sample_rate_hz: f32, random: &mut Random, search: &mut Search) -> f32 {
        if self.passed == self.length {
            self.turn_over(grains, sample_rate_hz, random, search);
        }
        let part = raised(self.passed as f32 / self.length as f32);
        let (from, to) = (read(&self.sound, self.current.at), read(&self.sound, self.next.at));
        self.current.at += self.current.rate;
        self.next.at += self.next.rate;
        self.passed += 1;
        from + part * (to - from)
    }

    /// The grain that faded in is the one that is heard; another one begins.
    fn turn_over(&mut self, grains: &Grains, sample_rate_hz: f32, random: &mut Random, search: &mut Search) {
        self.passed = 0;
        self.current = self.next;
        let mut moved = false;
        if (grains.length_ms - self.asked_ms).abs() > SAME_LENGTH_MS {
            self.choose_length(grains, sample_rate_hz, search);
            moved = true;
        }
        let (rate, placed) = (rate(grains), [grains.position_ms, grains.spread]);
        moved |= rate != self.current.rate || placed != self.current.placed || grains.spread > 0.0;
        let mut start = self.current.start;
        if moved {
            let scatter = (random.next_u64() >> 40) as f32 / (1u32 << 24) as f32;
            let back = f64::from(grains.spread * scatter * SPREAD_S * sample_rate_hz).round();
            start = (self.place(grains, rate, sample_rate_hz) - back).max(0.0);
            start = self.in_phase(start, rate, sample_rate_hz, search);
        }
        self.next = Grain { at: start, rate, placed, start };
    }

    /// The start near this one at which the grain is most like what is heard while it fades in.
    fn in_phase(&self, start: f64, rate: f64, sample_rate_hz: f32, search: &mut Search) -> f64 {
        let window = ((LIKENESS_S * sample_rate_hz) as usize).min(self.length);
        let heard = (self.current.at as usize).min(self.sound.len() - window);
        let reach = (GRAIN_SEARCH_S * sample_rate_hz) as isize;
        let last = (self.sound.len() as f64 - 2.0 * rate * self.length as f64).max(0.0) as isize;
        let shift = search.best_shift(&self.sound, heard, start as usize, reach, window);
        (start as isize + shift).clamp(0, last) as f64
    }
}

/// Factor on the speed of reading.
fn rate(grains: &Grains) -> f64 {
    libm::exp2(f64::from((grains.semitones / 12.0).clamp(-MOST_OCTAVES, MOST_OCTAVES)))
}

/// Looks for the place in a sound that is most like another. Holds every [`COARSE`]th sample of both, one after the other.
struct Search {
    fixed: Box<[f32]>,
    moving: Box<[f32]>,
}

impl Search {
    /// Room for the widest search. Allocates.
    fn new(sample_rate_hz: f32) -> Self {
        let room = |seconds: f32| vec![0.0; (seconds * sample_rate_hz) as usize / COARSE + 2].into_boxed_slice();
        let reach_s = LENGTH_SEARCH_S.max(GRAIN_SEARCH_S);
        Self { fixed: room(LIKENESS_S), moving: room(LIKENESS_S + 2.0 * reach_s) }
    }

    /// The shift within ±`reach` of `moving` at which `window` samples there are most like those at `fixed`: the largest
    /// normalised correlation, first on every [`COARSE`]th sample, then around the best. Shifts that leave the sound are left
    /// out. Real-time safe.
    fn best_shift(&mut self, sound: &[f32], fixed: usize, moving: usize, reach: isize, window: usize) -> isize {
        let Some(target) = sound.get(fixed..fixed + window) else { return 0 };
        let last = sound.len() - window;
        let within = |shift: isize| moving.checked_add_signed(shift).filter(|from| *from <= last);
        let closely = |shift: isize| within(shift).map(|from| likeness(&sound[from..from + window], target));

        let fixed = thin(target, &mut self.fixed);
        // The shifts of the grid that lie in the sound, from the first to the last.
        let on_grid = |steps: isize| steps * COARSE as isize - reach;
        let least = (reach - moving as isize).max(0) as usize;
        let most = (last as isize - moving as isize).min(reach) + reach;
        if most < 0 || least as isize > most {
            return 0;
        }
        let (first, end) = (on_grid(least.div_ceil(COARSE) as isize), on_grid(most / COARSE as isize));
        let (Some(begin), true) = (within(first), first <= end) else { return 0 };
        let span = (end - first) as usize + window;
        let moving = thin(&sound[begin..begin + span], &mut self.moving);
        let mut near = (0, closely(0).unwrap_or(0.0));
        for (index, part) in moving.windows(fixed.len()).enumerate() {
            let likeness = likeness(part, fixed);
            if likeness > near.1 {
                near = (first + (index * COARSE) as isize, likeness);
            }
        }
        let mut best = (near.0, closely(near.0).unwrap_or(0.0));
        let around = COARSE as isize - 1;
        for shift in near.0 - around..=near.0 + around {
            if let Some(likeness) = closely(shift).filter(|likeness| *likeness > best.1) {
                best = (shift, likeness);
            }
        }
        best.0
    }
}

/// Every [`COARSE`]th of these samples.
fn thin<'a>(sound: &[f32], room: &'a mut [f32]) -> &'a [f32] {
    let count = sound.len().div_ceil(COARSE).min(room.len());
    for (kept, &sample) in room.iter_mut().zip(sound.iter().step_by(COARSE)) {
        *kept = sample;
    }
    &room[..count]
}

/// How much `a` is like `b`: their correlation over the strength of `a`.
fn likeness(a: &[f32], b: &[f32]) -> f32 {
    product(a, b) / libm::sqrtf(product(a, a) + 1e-12)
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>();
    sums.iter().sum::<f32>() + rest
}

/// The sound between samples, by a cubic through four of them (Catmull and Rom); silence outside.
fn read(sound: &[f32], at: f64) -> f32 {
    let index = at as usize;
    let part = (at - index as f64) as f32;
    let sample = |index: usize| sound.get(index).copied().unwrap_or(0.0);
    if part == 0.0 {
        return sample(index);
    }
    let [a, b, c, d] = [sample(index.wrapping_sub(1)), sample(index), sample(index + 1), sample(index + 2)];
    let (slope, curve) = (0.5 * (c - a), a - 2.5 * b + 2.0 * c - 0.5 * d);
    b + part * (slope + part * (curve + part * (1.5 * (b - c) + 0.5 * (d - a))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    const GRAINS: Grains = Grains { length_ms: 80.0, position_ms: 0.0, spread: 0.0, semitones: 0.0 };

    fn tone(hz: f32, decay_s: f32) -> Vec<f32> {
        (0..RATE)
            .map(|n| n as f32 / RATE as f32)
            .map(|t| (-t / decay_s).exp() * (std::f32::consts::TAU * hz * t).sin())
            .collect()
    }

    /// What sounds for half a second after a sound was frozen, with the loop's length in samples.
    fn frozen(sound: &[f32], grains: &Grains) -> (Vec<f32>, usize) {
        let mut freeze = Freeze::new(RATE);
        freeze.record(sound);
        freeze.begin(grains);
        let mut out = vec![0.0; RATE as usize / 2];
        freeze.add_to(grains, &mut out);
        (out, freeze.loops[0].length)
    }

    fn largest_step(sound: &[f32]) -> f32 {
        sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn a_loop_is_periodic_and_about_as_long_as_asked() {
        for length_ms in [50.0, 64.0, 100.0] {
            let (out, length) = frozen(&tone(187.0, 0.3), &Grains { length_ms, ..GRAINS });
            let asked = length_ms * 48.0;
            assert!((length as f32 / asked - 1.0).abs() <= 0.2, "{length} samples where {asked} were asked for");
            assert!(out[1_000..].windows(length + 1).all(|w| w[0] == w[length]), "{length_ms} ms");
        }
    }

    #[test]
    fn tones_hold_their_level_and_their_phase() {
        for hz in [41.0, 110.0, 440.0, 1_234.5] {
            let (out, _) = frozen(&tone(hz, 0.4), &GRAINS);
            let peaks: Vec<f32> = out[2_400..]
                .chunks_exact(2_400)
                .map(|part| part.iter().fold(0.0f32, |peak, x| peak.max(x.abs())))
                .collect();
            let (least, most) = peaks.iter().fold((9.0f32, 0.0f32), |(a, b), &x| (a.min(x), b.max(x)));
            assert!(most / least < 1.12, "{hz} Hz: from {least} to {most}");
            let now = (-1.0f32 / 0.4).exp();
            assert!((least / now - 1.0).abs() < 0.25, "{hz} Hz is held at {least} instead of {now}");
        }
    }

    #[test]
    fn nothing_clicks_at_position_spread_pitch_and_length() {
        let sound = tone(220.0, 0.5);
        let usual = largest_step(&sound[40_000..]);
        for grains in [
            Grains { position_ms: 200.0, ..GRAINS },
            Grains { spread: 1.0, ..GRAINS },
            Grains { length_ms: 51.3, ..GRAINS },
            Grains { semitones: -7.0, ..GRAINS },
        ] {
            let (out, _) = frozen(&sound, &grains);
            assert!(largest_step(&out) < 1.6 * usual, "{grains:?}: {} where {usual} is usual", largest_step(&out));
            assert!(out.iter().any(|x| x.abs() > 0.05));
        }
    }

    #[test]
    fn a_second_freeze_begins_while_the_first_fades() {
        let mut freeze = Freeze::new(RATE);
        let sound = tone(220.0, 0.5);
        let mut heard = Vec::new();
        for (start, held) in
            [(0, true), (9_600, false), (9_700, true), (20_000, false), (20_090, true), (20_100, false)]
        {
            freeze.record(&sound[start..start + 9_600]);
            if held {
                freeze.begin(&GRAINS)
            } else {
                freeze.end()
            }
            let mut out = vec![0.0; 150];
            freeze.add_to(&GRAINS, &mut out);
            heard.extend(out);
        }
        let mut out = vec![0.0; 1_000];
        freeze.add_to(&GRAINS, &mut out);
        heard.extend(out);
        assert!(largest_step(&heard) < 2.0 * largest_step(&sound), "{}", largest_step(&heard));
        assert!(heard[1_700..].iter().all(|&x| x == 0.0), "and all of it has faded");
    }
}
