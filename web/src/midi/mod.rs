//! MIDI keyboards and controllers: notes strike with velocity and transposition, controllers turn what they were taught,
//! clock moves the sources.
//!
//! Notes and clock go to the engine at once, each with its own time; controllers are read a hundred times a second at most,
//! the latest value of each. A flood is cut and counted, so that neither page nor engine is held up.

mod block;
mod kept;
mod ports;

use crate::clock::now_ms;
use crate::controls::VOLUME_OFF_DB;
use crate::desk::Desk;
use crate::sounds::not_here;
pub(crate) use block::MidiBlock;
use kept::Kept;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::sources::{Action, ClockSource};
use neurorack_host::midi::{Allowance, Said, UNTRANSPOSED, WHEEL, bent};
pub(crate) use neurorack_host::midi::{BEND_SEMITONES, Learned, Lesson, MOST_BEND_SEMITONES};
use ports::Ports;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Time between two looks at the controllers that move.
const LOOK: Duration = Duration::from_millis(10);

/// What the inputs are doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Off,
    /// The browser asks the person.
    Asking,
    On,
}

/// How far a lesson has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Learning {
    Off,
    /// Something on the page is to be touched.
    Touch,
    /// A controller is to be turned for this.
    Turn(Lesson),
}

/// MIDI as the page knows it. `Copy`; lives on the page's only thread.
#[derive(Clone, Copy)]
pub(crate) struct Midi {
    pub(crate) access: RwSignal<Access>,
    /// Names of the devices that are listened to.
    pub(crate) devices: RwSignal<Vec<String>>,
    /// The channel that is listened to, from 0; all where there is none.
    pub(crate) channel: RwSignal<Option<u8>>,
    pub(crate) learning: RwSignal<Learning>,
    pub(crate) learned: RwSignal<Learned>,
    /// Whether MIDI clock moves the sources.
    pub(crate) follows_clock: RwSignal<bool>,
    /// Semitones of the pitch bend to each side.
    pub(crate) bend_semitones: RwSignal<u8>,
    /// Messages of a flood that were left out.
    pub(crate) dropped: RwSignal<u32>,
    ear: StoredValue<Ear, LocalStorage>,
}

/// What lies between the inputs and the page.
struct Ear {
    ports: Option<Ports>,
    notes: Allowance,
    ticks: Allowance,
    /// Latest values of what moved since the last look: the lessons, then the wheel.
    moved: [Option<u8>; Lesson::ALL.len() + 1],
    /// The programme that was chosen since the last look.
    programme: Option<u8>,
    /// Where the pitch bend went since the last look, -1 to 1.
    bent: Option<f32>,
    /// Whether the next look is arranged.
    looks: bool,
    dropped: u32,
}

impl Midi {
    pub(crate) fn new() -> Self {
        let kept = Kept::read();
        Self {
            access: RwSignal::new(Access::Off),
            devices: RwSignal::default(),
            channel: RwSignal::new(kept.channel),
            learning: RwSignal::new(Learning::Off),
            learned: RwSignal::new(kept.learned),
            follows_clock: RwSignal::new(kept.follows_clock),
            bend_semitones: RwSignal::new(kept.bend_semitones.unwrap_or(BEND_SEMITONES)),
            dropped: RwSignal::new(0),
            ear: StoredValue::new_local(Ear {
                ports: None,
                // More at once than there are voices, and more than hands play; together less than the engine's queue.
                notes: Allowance::new(24, 200),
                // Clock at 300 beats a minute has 120 pulses a second.
                ticks: Allowance::new(16, 250),
                moved: Default::default(),
                programme: None,
                bent: None,
                looks: false,
                dropped: 0,
            }),
        }
    }

    /// Keeps what is set, opens the inputs again where they were in use and allowed, and watches what is touched for a lesson.
    pub(crate) fn follow(self, desk: Desk) {
        if Kept::read().used {
            spawn_local(async move {
                if ports::allowed_before().await {
                    self.open(desk);
                }
            });
        }
        Effect::new(move |before: Option<()>| {
            let (channel, learned) = (self.channel.get(), self.learned.get());
            let (follows_clock, used) = (self.follows_clock.get(), self.access.get() == Access::On);
            let bend_semitones = Some(self.bend_semitones.get());
            if before.is_some() {
                Kept { used, channel, follows_clock, bend_semitones, learned }.write();
            }
        });
        Effect::new(move |before: Option<ClockSource>| {
            let clock = self.clock();
            if before.is_some_and(|before| before != clock) || clock == ClockSource::Midi {
                desk.patch.update(|patch| patch.clock = clock);
            }
            clock
        });
        // A wheel that is no longer listened to bends nothing.
        Effect::new(move |before: Option<()>| {
            self.channel.track();
            self.devices.track();
            if before.is_some() {
                desk.audio.act(Action::Bend { semitones: 0.0 });
            }
        });
        let touch = move |event: web_sys::Event| {
            if self.learning.get_untracked() != Learning::Off
                && let Some(lesson) = touched(&event)
            {
                self.learning.set(Learning::Turn(lesson));
            }
        };
        let focus = window_event_listener(leptos::ev::focusin, move |event| touch(event.into()));
        let press = window_event_listener(leptos::ev::pointerdown, move |event| touch(event.into()));
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" && self.learning.get_untracked() != Learning::Off {
                self.learning.set(Learning::Off);
            }
        });
        on_cleanup(move || {
            focus.remove();
            press.remove();
            keys.remove();
        });
    }

    /// Asks for the inputs.
    pub(crate) fn open(self, desk: Desk) {
        if self.access.get_untracked() != Access::Off {
            return;
        }
        self.access.set(Access::Asking);
        spawn_local(async move {
            let hear = move |event_ms: f64, bytes: &[u8]| self.hear(desk, event_ms, bytes);
            match Ports::open(hear, move |devices| self.devices.set(devices)).await {
                Ok(ports) => {
                    self.ear.update_value(|ear| ear.ports = Some(ports));
                    self.access.set(Access::On);
                }
                Err(sentence) => {
                    self.access.set(Access::Off);
                    self.follows_clock.set(false);
                    desk.say(sentence);
                }
            }
        });
    }

    /// Lets MIDI clock move the sources, or the tempo of the page; asks for the inputs where they are not open yet.
    pub(crate) fn follow_clock(self, desk: Desk, follows: bool) {
        self.follows_clock.set(follows);
        if follows {
            self.open(desk);
        }
    }

    /// Whether the thing with this accessible name waits for a controller.
    pub(crate) fn teaches(self, name: &str) -> bool {
        matches!(self.learning.get(), Learning::Turn(lesson) if lesson.name() == name)
    }

    /// Takes what a device said at `event_ms` on the page's clock.
    fn hear(self, desk: Desk, event_ms: f64, bytes: &[u8]) {
        let Some(said) = Said::parse(bytes) else { return };
        let wanted = self.channel.get_untracked();
        if said.channel().is_some_and(|channel| wanted.is_some_and(|wanted| wanted != channel)) {
            return;
        }
        match said {
            Said::Note { note, velocity, .. } => {
                if self.passes(desk, |ear| &mut ear.notes) {
                    let semitones = f32::from(note) - f32::from(UNTRANSPOSED);
                    desk.audio.timed_note(desk, event_ms, f32::from(velocity) / 127.0, semitones);
                }
            }
            Said::Controller { number, value, .. } => self.turned(desk, number, value),
            Said::Programme { number, .. } => {
                self.ear.update_value(|ear| ear.programme = Some(number));
                self.look_now(desk);
            }
            Said::Bend { value, .. } => {
                self.ear.update_value(|ear| ear.bent = Some(bent(value)));
                self.look_now(desk);
            }
            Said::Rest { .. } => {
                self.ear.update_value(|ear| {
                    ear.bent = Some(0.0);
                    ear.moved[Lesson::ALL.len()] = Some(0);
                });
                self.look_now(desk);
            }
            Said::Quiet { .. } => {
                if self.passes(desk, |ear| &mut ear.ticks) {
                    desk.audio.action(event_ms, Action::ReleaseAll);
                }
            }
            Said::Clock(tick) => {
                if self.follows_clock.get_untracked() && self.passes(desk, |ear| &mut ear.ticks) {
                    desk.audio.action(event_ms, tick.action());
                }
            }
        }
    }

    /// Whether a message passes; one that does not is counted, and the count shown at the next look.
    fn passes(self, desk: Desk, allowance: impl FnOnce(&mut Ear) -> &mut Allowance) -> bool {
        let now_ms = now_ms();
        let passes = self.ear.try_update_value(|ear| {
            let passes = allowance(ear).take(now_ms);
            ear.dropped = ear.dropped.saturating_add(u32::from(!passes));
            passes
        });
        if passes == Some(false) {
            self.look_later(desk);
        }
        passes == Some(true)
    }

    /// A controller moved: it ends a lesson that waits for one, and moves what it was taught.
    fn turned(self, desk: Desk, number: u8, value: u8) {
        if let Learning::Turn(lesson) = self.learning.get_untracked() {
            self.learned.update(|learned| learned.learn(lesson, number));
            self.learning.set(Learning::Touch);
        }
        let lesson = self.learned.with_untracked(|learned| learned.lesson(number));
        let place = match lesson {
            Some(lesson) => lesson as usize,
            None if number == WHEEL => Lesson::ALL.len(),
            None => return,
        };
        self.ear.update_value(|ear| ear.moved[place] = Some(value));
        self.look_now(desk);
    }

    /// Looks at what moved, unless the next look is arranged already.
    fn look_now(self, desk: Desk) {
        if self.ear.with_value(|ear| !ear.looks) {
            self.look(desk);
        }
    }

    /// Looks at what moved, and once more soon.
    fn look(self, desk: Desk) {
        let looked = self.ear.try_update_value(|ear| {
            (std::mem::take(&mut ear.moved), ear.programme.take(), ear.bent.take(), ear.dropped)
        });
        let Some((moved, programme, bent, dropped)) = looked else { return };
        if dropped != self.dropped.get_untracked() {
            self.dropped.set(dropped);
        }
        let (lessons, wheel) = moved.split_at(Lesson::ALL.len());
        for (lesson, value) in Lesson::ALL.into_iter().zip(lessons) {
            if let Some(value) = *value {
                move_to(desk, lesson, value);
            }
        }
        if let Some(value) = wheel[0] {
            desk.audio.action(f64::NAN, Action::Wheel { value: f32::from(value) / 127.0 });
        }
        if let Some(number) = programme {
            let (bank, here) =
                desk.banks.with_untracked(|banks| (banks.get(usize::from(number)).cloned(), banks.len()));
            if bank.is_none()
                && let Some(shipped) = untrack(|| not_here(desk).nth(usize::from(number).wrapping_sub(here)))
            {
                // Behind those that are here stand ours that are not: one of them is fetched.
                shipped.play(desk, || ());
            }
            // The one that plays is not sent again.
            if let Some(bank) =
                bank.filter(|bank| desk.bank.with_untracked(|now| now.as_ref().map(|now| now.id) != Some(bank.id)))
            {
                desk.audio.use_bank(desk, bank);
            }
        }
        if let Some(share) = bent {
            let semitones = share * f32::from(self.bend_semitones.get_untracked());
            desk.audio.action(f64::NAN, Action::Bend { semitones });
        }
        if bent.is_some() || programme.is_some() || moved.iter().any(Option::is_some) {
            self.look_later(desk);
        }
    }

    fn look_later(self, desk: Desk) {
        if self.ear.try_update_value(|ear| std::mem::replace(&mut ear.looks, true)) == Some(false) {
            set_timeout(
                move || {
                    self.ear.update_value(|ear| ear.looks = false);
                    self.look(desk);
                },
                LOOK,
            );
        }
    }

    /// Who moves the clock.
    fn clock(self) -> ClockSource {
        if self.follows_clock.get() && self.access.get() == Access::On {
            ClockSource::Midi
        } else {
            ClockSource::Internal
        }
    }
}

/// Moves what a controller was taught to its value, 0 to 127.
fn move_to(desk: Desk, lesson: Lesson, value: u8) {
    let share = f64::from(value) / 127.0;
    let set = |signal: RwSignal<f64>, next: f64| {
        if signal.get_untracked() != next {
            signal.set(next);
        }
    };
    if let Some(cv) = lesson.cv() {
        // On the knob's own grid, tenths of a volt.
        set(desk.cv[cv], (100.0 * share - 50.0).round() / 10.0);
    } else if let Some(lane) = lesson.lane() {
        desk.audio.action(f64::NAN, Action::Lane { lane, value: share as f32 });
    } else {
        set(desk.volume_db, (VOLUME_OFF_DB * (1.0 - share)).round());
    }
}

/// The control that an event touches, if a controller can be given to it.
fn touched(event: &web_sys::Event) -> Option<Lesson> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let control = element.closest(".knob, .fader").ok().flatten()?;
    let input = control.query_selector("input").ok().flatten()?;
    Lesson::named(&input.get_attribute("aria-label")?)
}
