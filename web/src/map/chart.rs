//! The map as the page holds it: loaded after the first sound; what is in view, looked at, heard and taken.

use super::atlas::Atlas;
use super::file::read_map;
use super::picture::Painter;
use super::plane::{Cell, Grid, image_near, on_sheet};
use super::rendering::Rendering;
use super::window::View;
use crate::audio::pause;
use crate::desk::{Desk, Phase, Slot};
use crate::sounds::SoundSet;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::descriptors::DescriptorCurve;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Silence after the first hit until the map is fetched: nothing of it may come into the first sound's way.
const AFTER_THE_FIRST_SOUND: Duration = Duration::from_millis(1_500);

/// Time that a pointer rests on a tile before it is heard, in milliseconds.
const REST_MS: u64 = 60;

/// Sounds that were taken are remembered by their tile, so that taking one again gives the same; so many at most.
const MOST_TAKEN: usize = 256;

/// Levels below the whole map at which the neighbours of a sound are shown.
const NEIGHBOURS: u8 = 2;

/// How far the map has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing has sounded yet.
    Waiting,
    Loading,
    Ready,
    /// The alert said why; it can be tried again.
    Failed,
}

/// What the map is made of; lives on the page's only thread.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) atlas: Option<Atlas>,
    pub(super) painter: Option<Painter>,
    pub(super) rendering: Rendering,
    /// Sounds drawn from the map so far; the seed of the last.
    invented: u64,
    /// Sounds as they were taken, by their cell on the sheet.
    taken: HashMap<Cell, Arc<SoundSet>>,
    /// Where sounds of the map that were taken lie, by the number of the set.
    places: HashMap<u32, [f32; 2]>,
}

/// The map. `Copy`; one a page.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    pub(super) desk: Desk,
    pub(super) grid: Memo<Grid>,
    pub(super) progress: RwSignal<Progress>,
    /// What is in view.
    pub(super) view: RwSignal<View>,
    /// The cell under the pointer or the keyboard's focus.
    pub(super) looked_at: RwSignal<Option<Cell>>,
    /// The cell that Tab reaches.
    pub(super) reachable: RwSignal<Cell>,
    /// How many of the cells in view are rendered, and how many there are.
    pub(super) rendered: RwSignal<(usize, usize)>,
    /// Whether hands move the view or draw at this moment: nothing is heard or taken by it.
    pub(super) busy: StoredValue<bool>,
    /// Changes when more names of sounds are known.
    pub(super) named: RwSignal<usize>,
    /// The canvas under the tiles.
    pub(super) board: NodeRef<html::Canvas>,
    pub(super) sheet: StoredValue<Sheet, LocalStorage>,
}

impl Chart {
    /// A map that loads itself once the first sound has rung out.
    pub(super) fn new(desk: Desk, grid: Memo<Grid>) -> Self {
        let chart = Self {
            desk,
            grid,
            progress: RwSignal::new(Progress::Waiting),
            view: RwSignal::new(View::WHOLE),
            looked_at: RwSignal::new(None),
            reachable: RwSignal::new(Cell { level: 0, column: 0, row: 0 }),
            rendered: RwSignal::new((0, 0)),
            busy: StoredValue::new(false),
            named: RwSignal::new(0),
            board: NodeRef::new(),
            sheet: StoredValue::new_local(Sheet::default()),
        };
        let first_sound_is_over = Memo::new(move |_| {
            let readout = desk.readout.get();
            desk.phase.get() == Phase::Running && readout.hits > 0 && readout.voices == 0
        });
        Effect::new(move |_| {
            if first_sound_is_over.get() && chart.progress.get_untracked() == Progress::Waiting {
                set_timeout(move || chart.load(), AFTER_THE_FIRST_SOUND);
            }
        });
        let is_ready = move || chart.progress.get_untracked() == Progress::Ready;
        // Another bank means other sounds.
        Effect::new(move |_| {
            desk.bank.track();
            if is_ready() {
                chart.begin();
            }
        });
        // Another grid has other cells.
        Effect::new(move |before: Option<()>| {
            chart.grid.track();
            if before.is_some() {
                chart.forget_cells();
            }
        });
        Effect::new(move |_| {
            let span = chart.view.get().span(chart.grid.get());
            // Tab reaches what is in view. Cells of another level have other places, and nobody looks at them yet.
            let reachable = chart.reachable.get_untracked();
            if !span.holds(reachable) {
                let level = span.first.level;
                let there = if reachable.level == level {
                    reachable
                } else {
                    let middle = chart.grid.get_untracked().middle(reachable);
                    chart.grid.get_untracked().cell_at(middle, level)
                };
                chart.reachable.set(span.nearest(there));
            }
            if chart.looked_at.get_untracked().is_some_and(|cell| !span.holds(cell)) {
                chart.looked_at.set(None);
            }
            chart.render();
        });
        chart
    }

    /// Fetches and checks the map and starts what renders it.
    pub(super) fn load(self) {
        if matches!(self.progress.get_untracked(), Progress::Loading | Progress::Ready) {
            return;
        }
        self.progress.set(Progress::Loading);
        spawn_local(async move {
            match read_map().await {
                Ok(vae) => {
                    self.sheet.update_value(|sheet| {
                        sheet.atlas = Some(Atlas::new(vae));
                        sheet.painter = Some(Painter::new());
                    });
                    self.progress.set(Progress::Ready);
                    self.desk.invent.set_value(Some(Rc::new(move |slot| self.invent(slot))));
                    self.begin();
                }
                Err(sentence) => self.fail(sentence),
            }
        });
    }

    pub(super) fn fail(self, sentence: String) {
        self.progress.set(Progress::Failed);
        self.desk.say(sentence);
    }

    /// What was rendered or remembered by cell means nothing any more.
    fn forget_cells(self) {
        self.sheet.update_value(|sheet| {
            sheet.rendering.forget();
            sheet.taken.clear();
        });
        self.looked_at.set(None);
        self.render();
    }

    /// The curve of a place of the plane.
    pub(super) fn curve(self, place: super::plane::Place) -> Option<DescriptorCurve> {
        self.sheet.try_with_value(|sheet| Some(sheet.atlas.as_ref()?.curve(on_sheet(place))))?
    }

    /// A cell's name: "C2, like Anvil".
    pub(super) fn called(self, cell: Cell) -> String {
        self.named.track();
        let grid = self.grid.get();
        let place = on_sheet(grid.middle(cell));
        let like =
            self.sheet.with_value(|sheet| sheet.atlas.as_ref().and_then(|atlas| atlas.like(place).map(str::to_owned)));
        let name = grid.name(cell);
        like.map_or_else(|| name.clone(), |like| format!("{name}, like {like}"))
    }

    /// Someone looks at a cell: it is heard if they stay on it.
    pub(super) fn look(self, cell: Cell) {
        if self.busy.get_value() {
            return;
        }
        self.looked_at.set(Some(cell));
        spawn_local(async move {
            pause(REST_MS).await;
            if self.looked_at.try_get_untracked().flatten() == Some(cell) && self.busy.try_get_value() == Some(false) {
                self.hear(cell);
            }
        });
    }

    /// Nobody looks at the cell any more.
    pub(super) fn look_away(self, cell: Cell) {
        if self.looked_at.get_untracked() == Some(cell) {
            self.looked_at.set(None);
            self.desk.audio.hush();
        }
    }

    /// Plays a cell softly beside what sounds; as soon as it is rendered where it is not yet.
    pub(super) fn hear(self, cell: Cell) {
        let sound = self.grid.get_untracked().on_sheet(cell);
        let heard = self.sheet.try_update_value(|sheet| sheet.rendering.sound_or_first(sound));
        match heard.flatten() {
            Some(sound) => self.desk.audio.preview(self.desk, &sound.samples, sound.rate_hz),
            None => self.render(),
        }
    }

    /// Takes the sound of a cell into the slot at hand.
    pub(super) fn take(self, cell: Cell) {
        let (desk, grid) = (self.desk, self.grid.get_untracked());
        let sound = grid.on_sheet(cell);
        let name = untrack(|| self.called(sound)).replace(", like", " like");
        let place = on_sheet(grid.middle(sound));
        let taken = self.sheet.try_update_value(|sheet| {
            if sheet.taken.len() >= MOST_TAKEN {
                sheet.taken.clear();
            }
            let set = match sheet.taken.get(&sound) {
                Some(set) => set.clone(),
                None => {
                    let curve = sheet.atlas.as_ref()?.curve(place);
                    Arc::new(SoundSet::new(name, "a sound of the map".into(), curve, true))
                }
            };
            sheet.taken.insert(sound, set.clone());
            sheet.places.insert(set.id, place);
            Some(set)
        });
        if let Some(set) = taken.flatten() {
            desk.audio.hush();
            desk.add(desk.at_hand.get_untracked(), set);
        }
    }

    /// Draws a sound that nobody recorded into a slot: the menu's "New from the map".
    fn invent(self, slot: Slot) {
        let drawn = self.sheet.try_update_value(|sheet| {
            sheet.invented += 1;
            let curve = sheet.atlas.as_ref()?.draw(sheet.invented);
            let name = format!("Invented {}", sheet.invented);
            Some(SoundSet::new(name, "drawn from the map".into(), curve, true))
        });
        if let Some(set) = drawn.flatten() {
            self.desk.add(slot, set);
        }
    }

    /// Where the sound in a slot lies on the map, as soon as there is one.
    pub(super) fn place(self, slot: Slot) -> Option<[f32; 2]> {
        if self.progress.get() != Progress::Ready {
            return None;
        }
        let set = self.desk.slot(slot).get()?;
        self.sheet.with_value(|sheet| {
            let taken = sheet.places.get(&set.id).copied();
            taken.or_else(|| sheet.atlas.as_ref().map(|atlas| atlas.place(&set.curve)))
        })
    }

    /// Brings the sounds around that of the slot at hand into view, the keyboard's next stop among them.
    pub(super) fn show_neighbours(self) {
        let Some(place) = untrack(|| self.place(self.desk.at_hand.get())) else { return };
        let (grid, view) = (self.grid.get_untracked(), self.view.get_untracked());
        let cell = grid.cell_at(image_near(place, view.centre()), NEIGHBOURS);
        self.reachable.set(cell);
        self.view.set(View::new(grid.middle(cell), f64::from(1u32 << NEIGHBOURS)));
    }

    /// Moves the view by whole levels about a cell, or about the middle; the keyboard's next stop follows.
    pub(super) fn step(self, about: Option<Cell>, levels: i32) {
        let (grid, view) = (self.grid.get_untracked(), self.view.get_untracked());
        let middle = about.map(|cell| grid.middle(cell));
        let fraction = middle.map_or([0.5, 0.5], |middle| view.fraction_of(middle));
        let stepped = view.stepped(fraction, levels);
        if let Some(middle) = middle {
            self.reachable.set(stepped.span(grid).nearest(grid.cell_at(middle, stepped.level())));
        }
        self.view.set(stepped);
    }
}
