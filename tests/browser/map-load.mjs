// What the map costs who plays: strikes while it is at rest, and while it renders without pause. Prints a line of JSON for each.

import { fill } from "./map.mjs";
import { median } from "./measure.mjs";
import { Page, launch } from "./page.mjs";

const STRIKES = 24;

/** Strikes so many times; milliseconds from each press to its first sound, and drop-outs meanwhile. */
async function strikes(page) {
  const before = await page.status();
  const delays = [];
  for (let strike = 0; strike < STRIKES; strike += 1) {
    const { press, heard } = await page.hear(async () => {
      const press = await page.press();
      await page.wait(0.12);
      return press;
    });
    const first = heard.samples.findIndex((x) => Math.abs(x) > 1e-4);
    if (first >= 0) delays.push((1000 * (heard.timeOf(first) - press)));
    await page.silence();
  }
  const after = await page.status();
  const count = (key) => after[key] - before[key];
  return { heard: delays.length, median_ms: median(delays), longest_ms: Math.max(...delays), underruns: count("underruns"), dropped: count("dropped") };
}

const browser = await launch();
const page = await Page.open(browser);
await page.start();
await fill(page);
const board = await page.page.locator(".board").boundingBox();
const [x, y] = [board.x + board.width / 2, board.y + board.height / 2];

for (let round = 0; round < 2; round += 1) {
  console.log(JSON.stringify({ what: "at rest", ...(await strikes(page)) }));
  // Deeper and elsewhere, again and again: every view is a new one.
  let over = false;
  let views = 0;
  const wander = async () => {
    for (let turn = 0; !over; turn += 1) {
      await page.page.evaluate(
        ({ x, y, turn }) => {
          const board = document.elementFromPoint(x, y);
          board.dispatchEvent(new WheelEvent("wheel", { deltaY: turn % 8 < 5 ? -220 : 260, clientX: x + 90 * Math.sin(turn), clientY: y + 60 * Math.cos(1.7 * turn), bubbles: true, cancelable: true }));
        },
        { x, y, turn },
      );
      views += 1;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const wandering = wander();
  const figures = await strikes(page);
  over = true;
  await wandering;
  console.log(JSON.stringify({ what: "while the map renders", views, ...figures }));
}
await browser.close();
