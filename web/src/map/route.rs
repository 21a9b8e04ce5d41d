//! A path drawn over the map, and playing its stops one after the other.
//!
//! The stops play in the place of F1, at the engine alone: what F1 shows is not touched, CV 1 morphs from the stop to F2, and
//! a gate that is struck by hand strikes the stop that sounds. When the path stops, the engine gets F1 back.

use super::beat::{Planned, Pulse, Steps, Walk};
use super::chart::Chart;
use super::path::Path;
use super::plane::{Cell, Place};
use crate::audio::pause;
use crate::desk::{Phase, Slot};
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::ScaledCurve;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many stops a path may be given.
pub(super) const COUNTS: [usize; 3] = [4, 8, 16];

/// How often the clock is looked at while a path plays, in milliseconds.
const LOOK_MS: u64 = 8;

/// From the press to the first stop where no clock runs, in seconds.
const AHEAD_S: f64 = 0.06;

/// The path of a map. `Copy`; one a map.
#[derive(Clone, Copy)]
pub(super) struct Route {
    pub(super) chart: Chart,
    /// Whether a hand on the map draws.
    pub(super) draws: RwSignal<bool>,
    pub(super) path: RwSignal<Path>,
    /// How many stops a drawn line has.
    pub(super) count: RwSignal<usize>,
    /// The places that sound.
    pub(super) stops: Memo<Arc<Vec<Place>>>,
    pub(super) plays: RwSignal<bool>,
    /// The stop that sounds.
    pub(super) sounds: RwSignal<Option<usize>>,
    /// Counts presses of "Play path"; a later one ends an earlier one.
    turn: StoredValue<u32>,
}

impl Route {
    pub(super) fn new(chart: Chart) -> Self {
        let (path, count) = (RwSignal::new(Path::default()), RwSignal::new(COUNTS[1]));
        let route = Self {
            chart,
            draws: RwSignal::new(false),
            path,
            count,
            stops: Memo::new(move |_| Arc::new(path.with(|path| path.stops(count.get())))),
            plays: RwSignal::new(false),
            sounds: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        // A page that is gone plays no path.
        on_cleanup(move || {
            route.turn.try_update_value(|turn| *turn += 1);
        });
        route
    }

    pub(super) fn is_empty(self) -> bool {
        self.path.with(|path| path.points().is_empty())
    }

    /// Appends a cell as a stop.
    pub(super) fn append(self, cell: Cell) {
        let middle = self.chart.grid.get_untracked().middle(cell);
        if self.path.try_update(|path| path.append(middle)) == Some(false) {
            self.chart.desk.say("A path has sixteen stops at most: clear it to begin another.");
        }
    }

    /// Removes the path.
    pub(super) fn clear(self) {
        self.stop();
        self.path.set(Path::default());
    }

    /// Plays the path round and round until it is stopped; starts the sound where it does not run yet.
    pub(super) fn play(self) {
        let desk = self.chart.desk;
        if self.plays.get_untracked() || self.stops.with_untracked(|stops| stops.is_empty()) {
            return;
        }
        self.plays.set(true);
        desk.audio.start(desk);
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        spawn_local(async move {
            let (mut walk, mut own, mut told) = (Walk::default(), None, VecDeque::new());
            while self.turn.try_get_value() == turn && turn.is_some() {
                if let Some(now_s) = desk.audio.time_s().filter(|_| desk.phase.get_untracked() == Phase::Running) {
                    let pulse = self.pulse(&mut own, now_s);
                    if let Some(planned) = walk.next(pulse, self.steps(), now_s) {
                        self.tell(planned, &mut told);
                    }
                    self.light(&mut told, now_s);
                }
                pause(LOOK_MS).await;
            }
            self.give_back(told.back().map(|(time_s, _)| *time_s)).await;
        });
    }

    /// Gives F1 back to the engine once the stop that was told last was struck.
    async fn give_back(self, last_s: Option<f64>) {
        let desk = self.chart.desk;
        let waits = move || {
            let now_s = desk.audio.time_s()?;
            (desk.phase.get_untracked() == Phase::Running && now_s <= last_s?).then_some(())
        };
        while waits().is_some() {
            pause(LOOK_MS).await;
        }
        if self.plays.try_get_untracked() != Some(true)
            && let Some(set) = desk.slot(Slot::F1).get_untracked()
        {
            desk.audio.asks_for(Slot::F1, &set.scaled);
        }
    }

    /// Ends the path: coming hits are F1 again.
    pub(super) fn stop(self) {
        if !self.plays.get_untracked() {
            return;
        }
        self.turn.update_value(|turn| *turn += 1);
        self.plays.set(false);
        self.sounds.set(None);
    }

    /// The clock: the page's while it runs, else one that began with the path and has the page's tempo.
    fn pulse(self, own: &mut Option<Pulse>, now_s: f64) -> Pulse {
        let desk = self.chart.desk;
        if desk.live.running.get_untracked()
            && let Some(pulse) = desk.live.pulse.get_value()
        {
            *own = None;
            return pulse;
        }
        let bpm = f64::from(desk.patch.with_untracked(|patch| patch.tempo_bpm)).max(1.0);
        let pulse = match *own {
            Some(pulse) => pulse.at(now_s, bpm),
            None => Pulse { time_s: now_s + AHEAD_S, beats: 0.0, bpm },
        };
        *own = Some(pulse);
        pulse
    }

    /// Steps as the row of Gate 1 has them.
    fn steps(self) -> Steps {
        self.chart.desk.patch.with_untracked(|patch| Steps {
            division: patch.sequences[0].division,
            swing: f64::from(patch.swing_percent) / 100.0,
        })
    }

    /// Tells the engine the next stop: its curve, and when to strike it.
    fn tell(self, planned: Planned, told: &mut VecDeque<(f64, usize)>) {
        let stops = self.stops.get_untracked();
        if stops.is_empty() {
            return;
        }
        let stop = planned.walked.rem_euclid(stops.len() as i64) as usize;
        if let Some(curve) = self.chart.curve(stops[stop]) {
            let audio = self.chart.desk.audio;
            audio.asks_for(Slot::F1, &ScaledCurve::from(&curve));
            audio.strike_at(planned.time_s);
            told.push_back((planned.time_s, stop));
        }
    }

    /// Lights the stop whose time has come.
    fn light(self, told: &mut VecDeque<(f64, usize)>, now_s: f64) {
        while let Some((_, stop)) = told.pop_front_if(|(time_s, _)| *time_s <= now_s) {
            self.sounds.set(Some(stop));
        }
    }
}
