//! The pictures of what is in view on one canvas. Where one is missing, those of larger or smaller cells stand in, so that
//! nothing is empty while the view moves.

use super::chart::Chart;
use super::picture::{COLUMNS, ROWS};
use super::plane::{Cell, Grid};
use super::rendering::Rendering;
use super::window::{Frame, View};
use crate::plots::{Surface, token};
use leptos::prelude::*;
use web_sys::CanvasRenderingContext2d;

/// Half of what lies between two tiles, in pixels.
pub(super) const MARGIN_PX: f64 = 1.5;

/// The canvas under the tiles.
#[component]
pub(super) fn Board(chart: Chart) -> impl IntoView {
    // It is drawn when it is shown, too: then it has a size again.
    crate::sources::on_resize(chart.board, move || chart.redraw());
    view! { <canvas class="board" node_ref=chart.board aria-hidden="true" /> }
}

impl Chart {
    /// Draws the board with the next frame, once for all who ask until then. Apart from the page's other pictures: those need
    /// not be drawn anew for each tile.
    pub(super) fn redraw(self) {
        if self.sheet.try_update_value(|sheet| sheet.rendering.ask_for_frame()) == Some(true) {
            request_animation_frame(move || {
                self.sheet.try_update_value(|sheet| {
                    sheet.rendering.take_frame();
                    let surface = self.board.try_get_untracked().flatten().and_then(|canvas| Surface::of(&canvas));
                    if let Some(surface) = surface {
                        draw(&surface, &sheet.rendering, self.view.get_untracked(), self.grid.get_untracked());
                    }
                });
            });
        }
    }
}

/// Draws all cells in view.
fn draw(surface: &Surface, rendering: &Rendering, view: View, grid: Grid) {
    surface.clear();
    let context = &surface.context;
    context.set_fill_style_str(&token("--plate"));
    for cell in view.span(grid).cells() {
        let Frame { left, top, width, height } = view.frame(grid, cell);
        let at = |share: f64, whole: f64| share * whole;
        let [x, y] = [at(left, surface.width), at(top, surface.height)].map(|edge| edge + MARGIN_PX);
        let [width, height] = [at(width, surface.width), at(height, surface.height)].map(|side| side - 2.0 * MARGIN_PX);
        if !(width > 0.0 && height > 0.0) {
            continue;
        }
        let place = [x, y, width, height];
        if !draw_whole(context, rendering, grid, cell, place) && !draw_part(context, rendering, grid, cell, place) {
            context.fill_rect(x, y, width, height);
            draw_parts(context, rendering, grid, cell, place, 2);
        }
    }
}

/// Draws a cell's own picture into a place; says whether there is one.
fn draw_whole(
    context: &CanvasRenderingContext2d,
    rendering: &Rendering,
    grid: Grid,
    cell: Cell,
    place: [f64; 4],
) -> bool {
    let [x, y, width, height] = place;
    let Some(picture) = rendering.picture(&grid.on_sheet(cell)) else { return false };
    // Fails only for a canvas without pixels.
    let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(picture, x, y, width, height);
    true
}

/// Draws the part of a larger cell's picture that lies where this cell is; says whether there is one.
fn draw_part(
    context: &CanvasRenderingContext2d,
    rendering: &Rendering,
    grid: Grid,
    cell: Cell,
    place: [f64; 4],
) -> bool {
    let mut around = cell;
    let (mut share, mut from) = (1.0, [0.0, 0.0]);
    while let Some(parent) = around.parent() {
        share *= 0.5;
        from = [(from[0] + (around.column & 1) as f64) * 0.5, (from[1] + (around.row & 1) as f64) * 0.5];
        around = parent;
        if let Some(picture) = rendering.picture(&grid.on_sheet(around)) {
            let [x, y, width, height] = place;
            let [columns, rows] = [COLUMNS as f64, ROWS as f64];
            let _ = context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                picture,
                from[0] * columns,
                from[1] * rows,
                share * columns,
                share * rows,
                x,
                y,
                width,
                height,
            );
            return true;
        }
    }
    false
}

/// Draws the pictures of the smaller cells in a cell, down to so many levels below it.
fn draw_parts(
    context: &CanvasRenderingContext2d,
    rendering: &Rendering,
    grid: Grid,
    cell: Cell,
    place: [f64; 4],
    levels: u8,
) {
    if levels == 0 || cell.level >= super::plane::DEEPEST {
        return;
    }
    let [x, y, width, height] = place;
    let (width, height) = (width / 2.0, height / 2.0);
    for (index, child) in cell.children().into_iter().enumerate() {
        let place = [x + width * (index % 2) as f64, y + height * (index / 2) as f64, width, height];
        if !draw_whole(context, rendering, grid, child, place) {
            draw_parts(context, rendering, grid, child, place, levels - 1);
        }
    }
}
