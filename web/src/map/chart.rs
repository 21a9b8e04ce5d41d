//! The map as the page holds it: loaded after the first sound, then rendered and painted tile by tile.

use super::atlas::{Atlas, Grid};
use super::file::read_map;
use super::picture::{Painter, show};
use super::renderer::Renderer;
use crate::audio::pause;
use crate::desk::{Desk, Phase, Slot};
use crate::sounds::SoundSet;
use js_sys::Float32Array;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::ScaledCurve;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Silence after the first hit until the map is fetched: nothing of it may come into the first sound's way.
const AFTER_THE_FIRST_SOUND: Duration = Duration::from_millis(1_500);

/// Time that a pointer rests on a tile before it is heard, in milliseconds.
const REST_MS: u64 = 60;

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

/// What is known of one tile.
#[derive(Default)]
struct Tile {
    canvas: NodeRef<html::Canvas>,
    samples: Option<Float32Array>,
    /// The sound as it was taken.
    taken: Option<Arc<SoundSet>>,
}

/// What the map is made of; lives on the page's only thread.
#[derive(Default)]
struct Sheet {
    atlas: Option<Atlas>,
    renderer: Option<Renderer>,
    painter: Option<Painter>,
    tiles: Vec<Tile>,
    /// Sounds drawn from the map so far; the seed of the last.
    invented: u64,
    /// Counts beginnings; a later one ends an earlier one that is still being painted.
    turn: u32,
    /// Where sounds of the map that were taken lie, by the number of the set.
    places: HashMap<u32, [f32; 2]>,
}

/// The map. `Copy`; one a page.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    desk: Desk,
    pub(super) grid: Memo<Grid>,
    pub(super) progress: RwSignal<Progress>,
    /// The tile under the pointer or the keyboard's focus.
    pub(super) looked_at: RwSignal<Option<usize>>,
    /// Changes when more names of sounds are known.
    named: RwSignal<usize>,
    sheet: StoredValue<Sheet, LocalStorage>,
}

impl Chart {
    /// A map that loads itself once the first sound has rung out.
    pub(super) fn new(desk: Desk, grid: Memo<Grid>) -> Self {
        let chart = Self {
            desk,
            grid,
            progress: RwSignal::new(Progress::Waiting),
            looked_at: RwSignal::new(None),
            named: RwSignal::new(0),
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
        // Another bank or another grid means other pictures.
        let again = move |with_another_engine| {
            if chart.progress.get_untracked() == Progress::Ready {
                chart.paint(with_another_engine);
            }
        };
        Effect::new(move |_| {
            desk.bank.track();
            again(true);
        });
        Effect::new(move |_| {
            chart.grid.track();
            again(false);
        });
        chart
    }

    /// Fetches and checks the map and starts the worker.
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
                    self.paint(true);
                }
                Err(sentence) => self.fail(sentence),
            }
        });
    }

    fn fail(self, sentence: String) {
        self.progress.set(Progress::Failed);
        self.desk.say(sentence);
    }

    /// Renders and paints all tiles, with another engine where the bank has changed.
    fn paint(self, with_another_engine: bool) {
        let desk = self.desk;
        let grid = self.grid.get_untracked();
        let turn = self.sheet.try_update_value(|sheet| {
            sheet.turn += 1;
            let canvases: Vec<_> = sheet.tiles.iter().map(|tile| tile.canvas).collect();
            sheet.tiles = canvases.into_iter().map(|canvas| Tile { canvas, ..Tile::default() }).collect();
            sheet.tiles.resize_with(sheet.tiles.len().max(grid.tiles()), Tile::default);
            sheet.turn
        });
        let Some(turn) = turn else { return };
        let overtaken = move || self.sheet.try_with_value(|sheet| sheet.turn) != Some(turn);
        spawn_local(async move {
            if with_another_engine {
                let (Some(engine), Some(bank)) = (desk.audio.engine(), desk.bank.get_untracked()) else { return };
                let (rate_hz, prepared) = match desk.audio.prepared(&bank, None).await {
                    Ok(prepared) => prepared,
                    Err(why) => return self.fail(format!("The map cannot be rendered: {why}.")),
                };
                match Renderer::start(&engine, &prepared, rate_hz).await {
                    Ok(_) if overtaken() => return,
                    Ok(renderer) => self.sheet.update_value(|sheet| sheet.renderer = Some(renderer)),
                    Err(sentence) => return self.fail(sentence),
                }
            }
            for tile in 0..grid.tiles() {
                let painted = self.paint_tile(grid, tile).await;
                if overtaken() {
                    return;
                }
                if painted.is_none() {
                    let lost = "The sounds of the map are no longer rendered: the browser may lack memory. Close other \
                                pages and load the map again.";
                    return self.fail(lost.into());
                }
            }
            self.learn_names(overtaken).await;
        });
    }

    /// Renders one tile and paints it. `None` where the worker gives no answer.
    async fn paint_tile(self, grid: Grid, tile: usize) -> Option<()> {
        let wish = self.sheet.try_with_value(|sheet| {
            let curve = sheet.atlas.as_ref()?.curve(grid.place(tile));
            let renderer = sheet.renderer.as_ref()?;
            Some((renderer.hit(&ScaledCurve::from(&curve), curve.seconds()), renderer.rate_hz()))
        });
        let (answer, rate_hz) = wish??;
        let samples = answer.await?;
        self.sheet.try_update_value(|sheet| {
            let image = sheet.painter.as_mut()?.paint(&samples.to_vec(), rate_hz);
            let held = sheet.tiles.get_mut(tile)?;
            show(held.canvas, &image);
            held.samples = Some(samples);
            Some(())
        })?
    }

    /// Learns where the factory sounds lie, a few at a time.
    async fn learn_names(self, overtaken: impl Fn() -> bool) {
        let library = self.desk.library.get_untracked();
        self.sheet.update_value(|sheet| sheet.atlas.iter_mut().for_each(Atlas::forget));
        for set in library.iter().filter(|set| !set.own) {
            self.sheet.update_value(|sheet| sheet.atlas.iter_mut().for_each(|atlas| atlas.learn(set)));
            pause(0).await;
            if overtaken() {
                return;
            }
        }
        self.named.update(|named| *named += 1);
    }

    /// The canvas of a tile, to be mounted.
    pub(super) fn canvas(self, tile: usize) -> NodeRef<html::Canvas> {
        let canvas = self.sheet.try_update_value(|sheet| {
            let tiles = sheet.tiles.len().max(tile + 1);
            sheet.tiles.resize_with(tiles, Tile::default);
            sheet.tiles[tile].canvas
        });
        canvas.unwrap_or_default()
    }

    /// A tile's name: "C2, like Anvil".
    pub(super) fn called(self, tile: usize) -> String {
        self.named.track();
        let grid = self.grid.get();
        let like = self
            .sheet
            .with_value(|sheet| sheet.atlas.as_ref().and_then(|atlas| atlas.like(grid.place(tile)).map(str::to_owned)));
        let name = grid.name(tile);
        like.map_or_else(|| name.clone(), |like| format!("{name}, like {like}"))
    }

    /// Someone looks at a tile: it is heard if they stay on it.
    pub(super) fn look(self, tile: usize) {
        self.looked_at.set(Some(tile));
        spawn_local(async move {
            pause(REST_MS).await;
            if self.looked_at.try_get_untracked().flatten() == Some(tile) {
                self.hear(tile);
            }
        });
    }

    /// Nobody looks at the tile any more.
    pub(super) fn look_away(self, tile: usize) {
        if self.looked_at.get_untracked() == Some(tile) {
            self.looked_at.set(None);
            self.desk.audio.hush();
        }
    }

    /// Plays a tile softly beside what sounds.
    pub(super) fn hear(self, tile: usize) {
        let heard = self.sheet.with_value(|sheet| {
            let samples = sheet.tiles.get(tile)?.samples.clone()?;
            Some((samples, sheet.renderer.as_ref()?.rate_hz()))
        });
        if let Some((samples, rate_hz)) = heard {
            self.desk.audio.preview(self.desk, &samples, rate_hz);
        }
    }

    /// Takes the sound of a tile into the slot at hand.
    pub(super) fn take(self, tile: usize) {
        let (desk, grid) = (self.desk, self.grid.get_untracked());
        let name = untrack(|| self.called(tile)).replace(", like", " like");
        let taken = self.sheet.try_update_value(|sheet| {
            let place = grid.place(tile);
            let curve = || sheet.atlas.as_ref().map(|atlas| atlas.curve(place));
            let held = sheet.tiles.get_mut(tile)?;
            if held.taken.is_none() {
                let set = SoundSet::new(name, "a sound of the map".into(), curve()?, true);
                held.taken = Some(Arc::new(set));
            }
            let set = held.taken.clone()?;
            sheet.places.insert(set.id, place);
            Some(set)
        });
        if let Some(set) = taken.flatten() {
            desk.audio.hush();
            desk.add(desk.at_hand.get_untracked(), set);
        }
    }

    /// Draws a sound that nobody recorded into a slot: the menu's "Sample from the map".
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
}
