//! What is rendered and kept: one batch of sounds at a time on its way, what is in view and nearest to the eye first.

use super::atlas::Atlas;
use super::chart::{Chart, Progress};
use super::picture::{COLUMNS, Painter, ROWS, canvas};
use super::plane::{Cell, on_sheet};
use super::queue::{self, Lack};
use super::shelf::Shelf;
use super::supply::{Sound, Supply, Wanted};
use super::tint::Tint;
use crate::audio::pause;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::ScaledCurve;
use std::sync::Arc;
use web_sys::HtmlCanvasElement;

/// Bytes of samples that are kept: some three views full of sounds of a second.
const MOST_SAMPLES: usize = 40 << 20;

/// Bytes of pictures that are kept: some twenty views.
const MOST_PICTURES: usize = 8 << 20;

/// Bytes of one picture.
const PICTURE: usize = COLUMNS * ROWS * 4;

/// A picture, and of which beginning: one of another bank is shown until its successor comes.
struct Picture {
    canvas: HtmlCanvasElement,
    turn: u32,
}

/// What was rendered, and what is being rendered.
pub(super) struct Rendering {
    supply: Option<Supply>,
    /// By cells of the sheet.
    samples: Shelf<Cell, Sound>,
    pictures: Shelf<Cell, Picture>,
    /// Counts beginnings: what an earlier one asked for is no longer wanted.
    turn: u32,
    /// Whether someone hands over batches.
    runs: bool,
    /// Cells that were asked for, or whose picture is being painted.
    under_way: Vec<Cell>,
    /// The cell that someone waits to hear.
    first: Option<Cell>,
    /// Whether a frame was asked for to draw the board.
    frame_comes: bool,
    /// Whether the names of sounds are still to be learned.
    nameless: bool,
}

impl Default for Rendering {
    fn default() -> Self {
        Self {
            supply: None,
            samples: Shelf::new(MOST_SAMPLES),
            pictures: Shelf::new(MOST_PICTURES),
            turn: 0,
            runs: false,
            under_way: Vec::new(),
            first: None,
            frame_comes: false,
            nameless: true,
        }
    }
}

impl Rendering {
    /// Forgets all that was rendered, by cells of another grid.
    pub(super) fn forget(&mut self) {
        self.turn += 1;
        self.under_way.clear();
        self.first = None;
        self.samples.clear();
        self.pictures.clear();
    }

    /// The rendered sound of a cell; where it is not here, it comes first.
    pub(super) fn sound_or_first(&mut self, cell: Cell) -> Option<Sound> {
        let sound = self.samples.get(&cell).cloned();
        self.first = sound.is_none().then_some(cell);
        sound
    }

    /// The picture of a cell, as it is or as it was.
    pub(super) fn picture(&self, sound: &Cell) -> Option<&HtmlCanvasElement> {
        self.pictures.get(sound).map(|picture| &picture.canvas)
    }

    /// Whether a frame is to be asked for; until it comes, none is any more.
    pub(super) fn ask_for_frame(&mut self) -> bool {
        !std::mem::replace(&mut self.frame_comes, true)
    }

    /// The frame that was asked for is here.
    pub(super) fn take_frame(&mut self) {
        self.frame_comes = false;
    }

    /// Bytes of all samples and pictures that are kept.
    pub(super) fn bytes(&self) -> usize {
        self.samples.bytes() + self.pictures.bytes()
    }

    /// What a cell of the sheet lacks.
    fn lacks(&self, sound: Cell) -> Option<Lack> {
        match self.pictures.get(&sound) {
            Some(picture) if picture.turn == self.turn => self.samples.get(&sound).is_none().then_some(Lack::Samples),
            _ => Some(Lack::Picture),
        }
    }
}

/// A batch that was asked for: which cells, how they are coloured, and of which beginning.
struct Batch {
    cells: Vec<(Cell, Tint)>,
    turn: u32,
}

impl Chart {
    /// Renders everything anew, with the bank that is chosen now. What was rendered is seen until then, but not heard.
    pub(super) fn begin(self) {
        let desk = self.desk;
        let turn = self.sheet.try_update_value(|sheet| {
            let rendering = &mut sheet.rendering;
            rendering.turn += 1;
            rendering.supply = None;
            rendering.under_way.clear();
            rendering.samples.clear();
            rendering.nameless = true;
            rendering.turn
        });
        let Some(turn) = turn else { return };
        spawn_local(async move {
            let supply = super::supply::Supply::start(desk).await;
            if self.sheet.try_with_value(|sheet| sheet.rendering.turn) != Some(turn) {
                return;
            }
            match supply {
                None => {}
                Some(Ok(supply)) => {
                    self.sheet.update_value(|sheet| sheet.rendering.supply = Some(supply));
                    self.render();
                }
                Some(Err(sentence)) => self.fail(sentence),
            }
        });
    }

    /// The view is another, or something of it is missing: draws what there is and renders the rest.
    pub(super) fn render(self) {
        let (view, grid) = (self.view.get_untracked(), self.grid.get_untracked());
        let begins = self.sheet.try_update_value(|sheet| {
            let rendering = &mut sheet.rendering;
            rendering.samples.turn();
            rendering.pictures.turn();
            for cell in view.span(grid).cells() {
                let sound = grid.on_sheet(cell);
                rendering.samples.touch(&sound);
                // Those around it too: they stand in where a picture is missing.
                let mut around = Some(sound);
                while let Some(cell) = around {
                    rendering.pictures.touch(&cell);
                    around = cell.parent();
                }
            }
            let begins = !rendering.runs && rendering.supply.is_some();
            rendering.runs |= begins;
            begins
        });
        self.redraw();
        self.count();
        if begins == Some(true) {
            spawn_local(self.run());
        }
    }

    /// Hands over one batch after the other until nothing in view is missing. One is painted while the next is rendered.
    async fn run(self) {
        let mut done = None;
        loop {
            let next = self.ask();
            if let Some((batch, samples)) = done.take() {
                self.lay_out(batch, samples).await;
                if next.is_none() {
                    // The view may have changed meanwhile.
                    continue;
                }
            }
            let Some((batch, answer)) = next else { break };
            match answer.await {
                Some(samples) => done = Some((batch, samples)),
                None if self.is_present(batch.turn) => {
                    self.sheet.update_value(|sheet| {
                        sheet.rendering.supply = None;
                        sheet.rendering.under_way.clear();
                    });
                    self.fail(
                        "The sounds of the map are no longer rendered: the browser may lack memory. Close other pages \
                         and load the map again."
                            .into(),
                    );
                    break;
                }
                // It was asked for by an earlier beginning.
                None => {}
            }
        }
        self.sheet.try_update_value(|sheet| sheet.rendering.runs = false);
        let (rendered, all) = self.rendered.get_untracked();
        if self.progress.get_untracked() == Progress::Ready && rendered == all {
            self.learn_names().await;
        }
    }

    fn is_present(self, turn: u32) -> bool {
        self.sheet.try_with_value(|sheet| sheet.rendering.turn) == Some(turn)
    }

    /// Asks for the batch that is wanted most now; none where nothing is missing.
    fn ask(self) -> Option<(Batch, impl Future<Output = Option<Vec<Sound>>>)> {
        let (view, grid) = (self.view.try_get_untracked()?, self.grid.get_untracked());
        let near = self.looked_at.get_untracked().map_or([0.5, 0.5], |cell| view.fraction_of(grid.middle(cell)));
        self.sheet.try_update_value(|sheet| {
            let rendering = &mut sheet.rendering;
            let (supply, atlas) = (rendering.supply.as_ref()?, sheet.atlas.as_ref()?);
            let lacks = |sound| rendering.lacks(sound).filter(|_| !rendering.under_way.contains(&sound));
            let next = queue::next(view, grid, rendering.first, near, supply.batch(), lacks);
            if next.is_empty() {
                return None;
            }
            let mut cells = Vec::with_capacity(next.len());
            let mut wanted = Vec::with_capacity(next.len());
            for &cell in &next {
                let curve = atlas.curve(on_sheet(grid.middle(cell)));
                cells.push((cell, Tint::of(&curve)));
                wanted.push(Wanted { curve: Arc::new(ScaledCurve::from(&curve)), seconds: curve.seconds() });
            }
            let answer = supply.hits(wanted);
            rendering.under_way.extend(next);
            Some((Batch { cells, turn: rendering.turn }, answer))
        })?
    }

    /// Paints what came, one picture a task, and keeps it. What someone waits for is heard before it is seen.
    async fn lay_out(self, batch: Batch, sounds: Vec<Sound>) {
        for ((cell, tint), sound) in batch.cells.into_iter().zip(sounds) {
            if !self.is_present(batch.turn) {
                return;
            }
            let bytes = sound.samples.byte_length() as usize;
            let heard = self.sheet.try_update_value(|sheet| {
                let rendering = &mut sheet.rendering;
                rendering.samples.put(cell, sound.clone(), bytes);
                rendering.first.take_if(|first| *first == cell).is_some()
            });
            let grid = self.grid.get_untracked();
            let looks = self.looked_at.get_untracked().is_some_and(|looked_at| grid.on_sheet(looked_at) == cell);
            if heard == Some(true) && looks {
                self.desk.audio.preview(self.desk, &sound.samples, sound.rate_hz);
            }
            self.sheet.try_update_value(|sheet| {
                let rendering = &mut sheet.rendering;
                rendering.under_way.retain(|other| *other != cell);
                if rendering.lacks(cell) != Some(Lack::Picture) {
                    return;
                }
                let seen = sound.samples.subarray(0, Painter::samples(sound.rate_hz)).to_vec();
                let image = sheet.painter.as_mut().map(|painter| painter.paint(&seen, sound.rate_hz, &tint.palette()));
                if let Some(canvas) = image.and_then(|image| canvas(&image)) {
                    rendering.pictures.put(cell, Picture { canvas, turn: batch.turn }, PICTURE);
                }
            });
            self.redraw();
            self.count();
            pause(0).await;
        }
    }

    /// Counts what is rendered of what is in view.
    fn count(self) {
        let (view, grid) = (self.view.get_untracked(), self.grid.get_untracked());
        let cells = view.span(grid).cells();
        let (mut rendered, mut all) = (0, 0);
        self.sheet.try_with_value(|sheet| {
            for cell in cells {
                all += 1;
                rendered += usize::from(sheet.rendering.lacks(grid.on_sheet(cell)).is_none());
            }
        });
        if self.rendered.get_untracked() != (rendered, all) {
            self.rendered.set((rendered, all));
        }
    }

    /// Learns where the factory sounds lie, one a task.
    async fn learn_names(self) {
        let Some((true, turn)) =
            self.sheet.try_update_value(|sheet| (std::mem::take(&mut sheet.rendering.nameless), sheet.rendering.turn))
        else {
            return;
        };
        let library = self.desk.library.get_untracked();
        self.sheet.update_value(|sheet| sheet.atlas.iter_mut().for_each(Atlas::forget));
        for set in library.iter().filter(|set| !set.own) {
            self.sheet.update_value(|sheet| sheet.atlas.iter_mut().for_each(|atlas| atlas.learn(set)));
            pause(0).await;
            if !self.is_present(turn) {
                return;
            }
        }
        self.named.update(|named| *named += 1);
    }
}
