// How much of the time between two frames the page takes for redrawing, as its own clock sees it.

import { median } from "./measure.mjs";

/** Which part of the time between frames redrawing may take, in the median: what else runs on the machine stretches both. */
export const MOST_REDRAWING = 0.5;

/** Runs in the page: notes of each frame's callback when it was due and how long it took, in milliseconds. */
export function watchFrames() {
  window.frames = [];
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) =>
    request((time) => {
      const begun = performance.now();
      draw(time);
      window.frames.push({ time, took: performance.now() - begun });
    });
}

/** The part of the time between frames that redrawing took since the notes began; says it for the record. */
export async function redrawing(page, when) {
  const frames = await page.page.evaluate(() => window.frames);
  const each = new Map();
  for (const { time, took } of frames) each.set(time, (each.get(time) ?? 0) + took);
  const times = [...each.keys()];
  const took = median([...each.values()]);
  const between = median(times.slice(1).map((time, index) => time - times[index]));
  console.log(`redrawing ${when}: ${took.toFixed(1)} ms of ${between.toFixed(1)} ms between frames, in the median`);
  return took / between;
}
