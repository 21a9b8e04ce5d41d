// The map of sounds as tests see it.

import assert from "node:assert/strict";

/** The tiles in view; taken ones are among the sounds as well. */
export const tiles = (page, name = /^Take [A-Z]\d/) =>
  page.page.getByRole("group", { name: "Map of sounds", exact: true }).getByRole("button", { name });

/** The names of the tiles in view, without what they are like. */
export const names = (page) =>
  page.page
    .locator(".spot:not([hidden])")
    .evaluateAll((all) => all.map((tile) => tile.getAttribute("aria-label").match(/^Take ([^,]+?)(, like .*)? as F\d$/)[1]));

/** How many tiles in view there are, and how many show a picture: its silence is darker than the plate under it. */
export const painted = (page) =>
  page.page.evaluate(() => {
    const PLATE = [0x12, 0x13, 0x14];
    const board = document.querySelector(".board");
    const [whole, context] = [board.getBoundingClientRect(), board.getContext("2d")];
    const [across, down] = [board.width / whole.width, board.height / whole.height];
    const tiles = [...document.querySelectorAll(".spot:not([hidden])")];
    const shows = (tile) => {
      const rect = tile.getBoundingClientRect();
      const [left, top] = [Math.max(rect.left, whole.left) + 3, Math.max(rect.top, whole.top) + 3];
      const [right, bottom] = [Math.min(rect.right, whole.right) - 3, Math.min(rect.bottom, whole.bottom) - 3];
      // Too little of it is in view to tell.
      if (right - left < 6 || bottom - top < 6) return true;
      const { data } = context.getImageData(
        (left - whole.left) * across, (top - whole.top) * down, (right - left) * across, (bottom - top) * down,
      );
      for (let at = 0; at < data.length; at += 4) {
        const isPlate = PLATE.every((value, channel) => data[at + channel] === value);
        if (data[at + 3] > 0 && !isPlate) return true;
      }
      return false;
    };
    return { count: tiles.length, painted: tiles.filter(shows).length };
  });

/** Waits until everything in view is rendered and has its picture; returns how many tiles there are. */
export async function filled(page) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    // Pixels are looked at last: reading them holds up the page.
    const state = await page.page.evaluate(() => ({
      busy: document.querySelector(".map-progress i") !== null,
      ready: document.querySelector(".spot:not([hidden]):not(:disabled)") !== null,
    }));
    const { count, painted: done } = state.ready && !state.busy ? await painted(page) : {};
    if (count && done === count) return count;
    assert.ok(Date.now() < deadline, `after a minute: ${JSON.stringify(state)}, ${done} of ${count} tiles have a picture`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Strikes once, after which the map comes. */
export async function fill(page) {
  await page.strike();
  return filled(page);
}

/** The name of the tile under the keyboard's focus. */
export const focused = (page) => page.page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? "");
