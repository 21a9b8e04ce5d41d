//! What is heard at the MIDI ports becomes what is played. Pure: bytes and times go in.
//!
//! Notes and clock are played at once, each with its own time; controllers a hundred times a second at most, the latest value
//! of each, and before any note, which is struck with what was turned before it. A flood is cut and counted.

use super::{Options, Played};
use neurorack_engine::sources::Action;
use neurorack_host::midi::{Allowance, Lesson, Said, Stream, UNTRANSPOSED, WHEEL, bent};

/// Time between two looks at the controllers that move, in milliseconds.
const LOOK_MS: f64 = 10.0;

/// Values that move: the lessons, then the wheel.
const MOVING: usize = Lesson::ALL.len() + 1;

/// Between the ports and the instrument; one for all ports.
#[derive(Debug)]
pub(super) struct Ear {
    options: Options,
    notes: Allowance,
    ticks: Allowance,
    /// Latest values of what moved since the last look.
    moved: [Option<u8>; MOVING],
    /// The programme that was chosen since the last look.
    programme: Option<u8>,
    /// Where the pitch bend went since the last look, -1 to 1.
    bent: Option<f32>,
    /// Where the pitch bend stands.
    bend: f32,
    looked_ms: f64,
    dropped: u64,
}

impl Ear {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            // More at once than there are voices, and more than hands play; together less than the engine's queue.
            notes: Allowance::new(24, 200),
            // Clock at 300 beats a minute has 120 pulses a second.
            ticks: Allowance::new(16, 250),
            moved: [None; MOVING],
            programme: None,
            bent: None,
            bend: 0.0,
            looked_ms: f64::NEG_INFINITY,
            dropped: 0,
        }
    }

    /// Messages of floods that were left out.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes what a port delivered at `now_ms`. Returns whether something waits now for [`Ear::look`], and did not before.
    pub(super) fn hear(
        &mut self,
        stream: &mut Stream,
        now_ms: f64,
        bytes: &[u8],
        mut play: impl FnMut(Played),
    ) -> bool {
        let waited = self.waits();
        for said in bytes.iter().filter_map(|&byte| stream.push(byte)) {
            let wanted = self.options.channel;
            if said.channel().is_none_or(|channel| wanted.is_none_or(|wanted| wanted == channel)) {
                self.take(said, now_ms, &mut play);
            }
        }
        if now_ms - self.looked_ms >= LOOK_MS {
            self.look(now_ms, play);
        }
        self.waits() && !waited
    }

    fn take(&mut self, said: Said, now_ms: f64, play: &mut impl FnMut(Played)) {
        match said {
            Said::Note { note, velocity, .. } => {
                if self.passes(now_ms, |ear| &mut ear.notes) {
                    self.look(now_ms, &mut *play);
                    let semitones = f32::from(note) - f32::from(UNTRANSPOSED);
                    play(Played::Note { velocity: f32::from(velocity) / 127.0, semitones });
                }
            }
            Said::Controller { number, value, .. } => {
                let lesson = self.options.learned.lesson(number).map(|lesson| lesson as usize);
                if let Some(place) = lesson.or((number == WHEEL).then_some(Lesson::ALL.len())) {
                    self.moved[place] = Some(value);
                }
            }
            Said::Programme { number, .. } => self.programme = Some(number),
            Said::Bend { value, .. } => self.bent = Some(bent(value)),
            Said::Rest { .. } => {
                self.bent = Some(0.0);
                self.moved[Lesson::ALL.len()] = Some(0);
            }
            Said::Quiet { .. } => {
                if self.passes(now_ms, |ear| &mut ear.ticks) {
                    play(Played::Action(Action::ReleaseAll));
                }
            }
            Said::Clock(tick) => {
                if self.options.follows_clock && self.passes(now_ms, |ear| &mut ear.ticks) {
                    play(Played::Action(tick.action()));
                }
            }
        }
    }

    fn passes(&mut self, now_ms: f64, allowance: impl FnOnce(&mut Self) -> &mut Allowance) -> bool {
        let passes = allowance(self).take(now_ms);
        self.dropped += u64::from(!passes);
        passes
    }

    /// Whether something moved that was not played yet.
    pub(super) fn waits(&self) -> bool {
        self.bent.is_some() || self.programme.is_some() || self.moved.iter().any(Option::is_some)
    }

    /// Plays what moved since the last look.
    pub(super) fn look(&mut self, now_ms: f64, mut play: impl FnMut(Played)) {
        if !self.waits() {
            return;
        }
        self.looked_ms = now_ms;
        let moved = std::mem::take(&mut self.moved);
        let (lessons, wheel) = moved.split_at(Lesson::ALL.len());
        for (lesson, value) in Lesson::ALL.into_iter().zip(lessons) {
            if let Some(value) = *value {
                let value = f32::from(value) / 127.0;
                play(match lesson.lane() {
                    Some(lane) => Played::Action(Action::Lane { lane, value }),
                    None => Played::Lesson(lesson, value),
                });
            }
        }
        if let Some(value) = wheel[0] {
            play(Played::Action(Action::Wheel { value: f32::from(value) / 127.0 }));
        }
        if let Some(number) = self.programme.take() {
            play(Played::Bank(usize::from(number)));
        }
        if let Some(share) = self.bent.take() {
            self.bend = share * f32::from(self.options.bend_semitones);
            play(Played::Action(Action::Bend { semitones: self.bend }));
        }
    }

    /// A port is gone: a bend that nobody holds any more goes back.
    pub(super) fn port_gone(&mut self, mut play: impl FnMut(Played)) {
        self.bent = None;
        if self.bend != 0.0 {
            self.bend = 0.0;
            play(Played::Action(Action::Bend { semitones: 0.0 }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ear(change: impl FnOnce(&mut Options)) -> Ear {
        let mut options = Options { follows_clock: true, ..Options::default() };
        options.learned.learn(Lesson::Cv1, 74);
        options.learned.learn(Lesson::Lane2, 20);
        change(&mut options);
        Ear::new(options)
    }

    fn heard(ear: &mut Ear, now_ms: f64, bytes: &[u8]) -> Vec<Played> {
        let mut played = Vec::new();
        ear.hear(&mut Stream::default(), now_ms, bytes, |one| played.push(one));
        played
    }

    #[test]
    fn a_keyboard_and_its_knobs_play() {
        let cases: [(&[u8], Vec<Played>); 10] = [
            (&[0x90, 60, 127], vec![Played::Note { velocity: 1.0, semitones: 0.0 }]),
            (&[0x95, 48, 127], vec![Played::Note { velocity: 1.0, semitones: -12.0 }]),
            (&[0xB0, 74, 127], vec![Played::Lesson(Lesson::Cv1, 1.0)]),
            (&[0xB0, 20, 127], vec![Played::Action(Action::Lane { lane: 1, value: 1.0 })]),
            (&[0xB0, 1, 127], vec![Played::Action(Action::Wheel { value: 1.0 })]),
            (&[0xC0, 2, 3], vec![Played::Bank(3)]),
            (&[0xE0, 0x7F, 0x7F], vec![Played::Action(Action::Bend { semitones: 2.0 })]),
            (&[0xB0, 123, 0], vec![Played::Action(Action::ReleaseAll)]),
            (&[0xFA, 0xF8], vec![Played::Action(Action::Start), Played::Action(Action::Pulse)]),
            (&[0x80, 60, 0, 0xB0, 75, 3, 0xFE], vec![]),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(heard(&mut ear(|_| {}), 0.0, bytes), wanted, "{bytes:02X?}");
        }
        let rest = [Played::Action(Action::Wheel { value: 0.0 }), Played::Action(Action::Bend { semitones: 0.0 })];
        assert_eq!(heard(&mut ear(|_| {}), 0.0, &[0xB0, 121, 0]), rest);
    }

    #[test]
    fn other_channels_and_a_clock_that_is_not_followed_are_not_heard() {
        let mut ear = ear(|options| (options.channel, options.follows_clock) = (Some(9), false));
        assert_eq!(heard(&mut ear, 0.0, &[0x90, 60, 100, 0xB0, 74, 5, 0xF8, 0xFA]), []);
        assert_eq!(heard(&mut ear, 0.0, &[0x99, 60, 127]), [Played::Note { velocity: 1.0, semitones: 0.0 }]);
        assert_eq!(ear.dropped(), 0, "what is not listened to is no flood");
    }

    #[test]
    fn controllers_are_played_a_hundred_times_a_second_with_their_latest_value() {
        let mut ear = ear(|_| {});
        assert_eq!(heard(&mut ear, 0.0, &[0xB0, 74, 0]), [Played::Lesson(Lesson::Cv1, 0.0)]);
        assert_eq!(heard(&mut ear, 4.0, &[0xB0, 74, 50, 74, 127]), []);
        assert!(ear.waits(), "the supervisor looks again");
        let mut late = Vec::new();
        ear.look(10.0, |played| late.push(played));
        assert_eq!(late, [Played::Lesson(Lesson::Cv1, 1.0)]);
        assert!(!ear.waits());
    }

    #[test]
    fn a_note_is_struck_with_what_was_turned_before_it() {
        let mut ear = ear(|_| {});
        assert_eq!(heard(&mut ear, 0.0, &[0xB0, 1, 0]).len(), 1);
        let wanted = [Played::Lesson(Lesson::Cv1, 1.0), Played::Note { velocity: 1.0, semitones: 0.0 }];
        assert_eq!(heard(&mut ear, 1.0, &[0xB0, 74, 127, 0x90, 60, 127]), wanted);
    }

    #[test]
    fn a_bend_that_is_pulled_out_goes_back_once() {
        let mut ear = ear(|_| {});
        assert_eq!(heard(&mut ear, 0.0, &[0xE0, 0, 0]), [Played::Action(Action::Bend { semitones: -2.0 })]);
        let mut played = Vec::new();
        ear.port_gone(|one| played.push(one));
        ear.port_gone(|one| played.push(one));
        assert_eq!(played, [Played::Action(Action::Bend { semitones: 0.0 })]);
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let mut ear = ear(|_| {});
        let played = heard(&mut ear, 5.0, &[0x90, 60, 1].repeat(1_000));
        assert_eq!((played.len(), ear.dropped()), (24, 976));
    }

    proptest! {
        #[test]
        fn whatever_is_heard_is_played_within_its_ranges(
            deliveries in proptest::collection::vec((0.0..30.0f64, proptest::collection::vec(any::<u8>(), 0..24)), 0..30),
        ) {
            let (mut ear, mut stream, mut now_ms) = (ear(|_| {}), Stream::default(), 0.0);
            for (gap_ms, bytes) in deliveries {
                now_ms += gap_ms;
                let mut played = Vec::new();
                let waited = ear.waits();
                let wakes = ear.hear(&mut stream, now_ms, &bytes, |one| played.push(one));
                prop_assert_eq!(wakes, ear.waits() && !waited);
                for one in played {
                    prop_assert!(match one {
                        Played::Note { velocity, semitones } => {
                            velocity > 0.0 && velocity <= 1.0 && (-60.0..=67.0).contains(&semitones)
                        }
                        Played::Lesson(lesson, value) => lesson == Lesson::Cv1 && (0.0..=1.0).contains(&value),
                        Played::Action(Action::Lane { lane, value }) => lane == 1 && (0.0..=1.0).contains(&value),
                        Played::Action(Action::Wheel { value }) => (0.0..=1.0).contains(&value),
                        Played::Action(Action::Bend { semitones }) => (-2.0..=2.0).contains(&semitones),
                        Played::Bank(number) => number < 128,
                        Played::Action(_) => true,
                    }, "{one:?}");
                }
            }
        }
    }
}
