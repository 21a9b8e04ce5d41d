// The curves of F1 and F2 under the hand: what is drawn is what the next hit is, and undo brings back what was.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { MOST_REDRAWING, redrawing, watchFrames } from "./frames.mjs";
import { rms } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** Level of a strike in decibels: its first quarter of a second. */
async function level(page) {
  await page.wait(0.15);
  const { heard } = await page.strike();
  return 20 * Math.log10(rms(heard.samples.subarray(0, heard.rate / 4)));
}

/** The points of the curve that is shown large, in order. */
const points = (page, descriptor) => page.page.getByRole("slider", { name: new RegExp(`^${descriptor} point `) });

const names = (locator) => locator.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

/** The plot's layer of points, in CSS pixels. */
const plot = (page, name) => page.page.getByRole("group", { name, exact: true }).boundingBox();

describe("curves are edited by hand", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test.beforeEach(async () => {
    page = await Page.open(browser);
    await page.start();
    await page.turn("CV 1", -5);
  });
  test.afterEach(() => page?.close());

  test("lowering the loudness of F1 by keys makes the next hit quieter, and undo restores it exactly", async () => {
    const original = await page.chosen("F1");
    const before = await names(points(page, "Loudness"));
    const loud = await level(page);
    await page.slider("Loudness, whole curve").focus();
    // Twenty times 5 dB times a tenth: 12 dB down.
    for (let press = 0; press < 24; press += 1) await page.page.keyboard.press("ArrowDown");
    assert.equal(await page.chosen("F1"), `${original}, edited`);
    const quiet = await level(page);
    console.log(`loudness before ${loud.toFixed(1)} dB, after 24 presses ${quiet.toFixed(1)} dB`);
    assert.ok(loud - quiet > 6 && loud - quiet < 20, `12 dB were asked, ${(loud - quiet).toFixed(1)} dB came`);

    while (await page.button("Undo").isEnabled()) await page.button("Undo").click();
    assert.equal(await page.chosen("F1"), original);
    assert.deepEqual(await names(points(page, "Loudness")), before);
    const again = await level(page);
    assert.ok(Math.abs(again - loud) < 1.5, `after undo ${again.toFixed(1)} dB, before ${loud.toFixed(1)} dB`);

    await page.page.keyboard.press("Control+Shift+Z");
    assert.equal(await page.chosen("F1"), `${original}, edited`);
    await page.page.keyboard.press("Control+z");
    assert.equal(await page.chosen("F1"), original);
    assert.deepEqual(page.errors, []);
  });

  test("points say what they are, move by arrow keys, and Delete takes one away", async () => {
    const all = points(page, "Loudness");
    const before = await names(all);
    assert.ok(before.length >= 3 && before.length <= 8, `points: ${before.join(" | ")}`);
    for (const name of before) assert.match(name, /^Loudness point \d of \d, [\d.]+ ms, (\u2212?\d+) dB$/);
    const point = all.nth(1);
    await point.focus();
    await page.page.keyboard.press("Shift+ArrowDown");
    await page.page.keyboard.press("ArrowRight");
    const moved = await point.getAttribute("aria-label");
    assert.notEqual(moved, before[1]);
    const db = (name) => Number(name.match(/(\u2212?\d+) dB/)[1].replace("\u2212", "-"));
    assert.ok(Math.abs(db(before[1]) - db(moved) - 5) <= 1, `${before[1]} became ${moved}`);
    await page.page.keyboard.press("Delete");
    assert.equal(await all.count(), before.length - 1);
    const { focused } = await page.page.evaluate(() => ({ focused: document.activeElement.getAttribute("role") }));
    assert.equal(focused, "slider", "the keyboard's focus stays among the points");
    await page.page.keyboard.press("Enter");
    assert.equal(await all.count(), before.length, "Enter adds one behind");
    assert.deepEqual(page.errors, []);
  });

  test("a dragged point follows the mouse and the other descriptors stay", async () => {
    await page.button("Brightness").click();
    const before = await names(points(page, "Brightness"));
    await page.button("Loudness").click();
    const point = points(page, "Loudness").nth(1);
    const from = await point.boundingBox();
    const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
    const area = await plot(page, "Loudness of F1");
    const target = area.y + area.height * 0.6;
    await page.page.mouse.move(x, y);
    await page.page.mouse.down();
    await page.page.mouse.move(x, (y + target) / 2);
    await page.page.mouse.move(x, target);
    await page.page.mouse.up();
    const to = await point.boundingBox();
    assert.ok(Math.abs(to.y + to.height / 2 - target) < 3, `asked ${target}, stands at ${to.y + to.height / 2}`);
    await page.button("Brightness").click();
    assert.deepEqual(await names(points(page, "Brightness")), before);
    await page.button("Undo").click();
    assert.equal(await page.button("Undo").isDisabled(), true, "one drag is one step");
    assert.deepEqual(page.errors, []);
  });

  test("a drag while hits sound drops nothing, and its frames leave the page time", async () => {
    await page.page.evaluate(watchFrames);
    const point = await points(page, "Loudness").nth(1).boundingBox();
    const [x, y] = [point.x + point.width / 2, point.y + point.height / 2];
    await page.page.mouse.move(x, y);
    await page.page.mouse.down();
    for (let step = 1; step <= 60; step += 1) {
      await page.page.mouse.move(x + 20 * Math.sin(step / 5), y + 60 * Math.sin(step / 9) ** 2);
      // The mouse holds the point: hits come from the keyboard.
      if (step % 10 === 0) await page.page.keyboard.press("Space");
    }
    await page.page.mouse.up();
    await page.silence();
    const status = await page.status();
    assert.equal(status.hits, 6);
    assert.equal(status.dropped, 0, "every curve and every hit arrived");
    const part = await redrawing(page, "while a point is dragged");
    assert.ok(part < MOST_REDRAWING, `${part} of the time between frames`);
    assert.deepEqual(page.errors, []);
  });

  test("a double click adds a point without changing the line, and on a point takes it away", async () => {
    const all = points(page, "Loudness");
    const before = await names(all);
    const centre = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
    const xs = await Promise.all(before.map(async (_, k) => centre(await all.nth(k).boundingBox())[0]));
    // Between the two points that lie farthest apart.
    const widest = xs.slice(1).reduce((most, x, k) => (x - xs[k] > xs[most + 1] - xs[most] ? k : most), 0);
    const area = await plot(page, "Loudness of F1");
    await page.page.mouse.dblclick((xs[widest] + xs[widest + 1]) / 2, area.y + 8);
    assert.equal(await all.count(), before.length + 1);
    const value = (name) => name.replace(/^.* of \d, /, "");
    const others = (await names(all)).map(value).filter((_, k) => k !== widest + 1);
    assert.deepEqual(others, before.map(value), "the other points stay");
    // Later than a second tap could come.
    await page.wait(0.5);
    await page.page.mouse.dblclick(...centre(await all.nth(widest + 1).boundingBox()));
    assert.deepEqual(await names(all), before);
    assert.deepEqual(page.errors, []);
  });

  test("Draw writes the curve that the pen went along", async () => {
    await page.button("Draw").click();
    const area = await plot(page, "Loudness of F1");
    const at = (time, height) => [area.x + time * area.width, area.y + (1 - height) * area.height];
    await page.page.mouse.move(...at(0.02, 0.9));
    await page.page.mouse.down();
    for (let step = 1; step <= 10; step += 1) await page.page.mouse.move(...at(0.02 + 0.096 * step, 0.9 - 0.04 * step));
    await page.page.mouse.up();
    await page.button("Draw").click();
    const [first, last] = [await points(page, "Loudness").first().boundingBox(), await points(page, "Loudness").last().boundingBox()];
    assert.ok(last.y > first.y + 0.2 * area.height, "the drawn curve falls");
    const drawn = await names(points(page, "Loudness"));
    assert.ok(drawn.length <= 8, `a straight stroke needs few points: ${drawn.join(" | ")}`);
    assert.deepEqual(page.errors, []);
  });

  test("Length stretches the set, and short and back again is lossless", async () => {
    const length = page.slider("Length");
    const spoken = () => length.getAttribute("aria-valuetext");
    const before = await spoken();
    const same = await names(points(page, "Loudness"));
    await length.focus();
    await page.page.keyboard.press("Home");
    assert.equal(await spoken(), "23 milliseconds");
    await page.page.keyboard.press("End");
    assert.equal(await spoken(), "4000 milliseconds");
    const { heard } = await page.strike();
    heard.save("four-seconds");
    assert.ok(rms(heard.samples.subarray(2 * heard.rate, 3 * heard.rate)) > 1e-5, "it sounds after two seconds");
    while (await page.button("Undo").isEnabled()) await page.button("Undo").click();
    assert.equal(await spoken(), before);
    assert.deepEqual(await names(points(page, "Loudness")), same);
    assert.deepEqual(page.errors, []);
  });

  test("F1 and F2 are edited apart, even where both play the same set", async () => {
    const name = await page.chosen("F1");
    await page.list("F2").selectOption({ label: name });
    await page.button(`F1 ${name}`).click();
    await page.slider("Loudness, whole curve").focus();
    await page.page.keyboard.press("Shift+ArrowDown");
    assert.equal(await page.chosen("F1"), `${name}, edited`);
    assert.equal(await page.chosen("F2"), name);
    await page.list("F2").selectOption({ label: `${name}, edited` });
    await page.slider("Loudness, whole curve").focus();
    await page.page.keyboard.press("Shift+ArrowDown");
    assert.equal(await page.chosen("F2"), `${name}, edited 2`);
    assert.equal(await page.chosen("F1"), `${name}, edited`);
    assert.deepEqual(page.errors, []);
  });
});
