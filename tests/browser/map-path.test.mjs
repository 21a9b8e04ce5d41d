// A path over the map plays: its stops are hits of the engine, in time.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fill, tiles } from "./map.mjs";
import { centroid, median, onsets } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** The whole map is in the window, its tools above it too. */
const VIEWPORT = { width: 1440, height: 1100 };

/** Draws from left to right over the map. */
async function draw(page) {
  await page.button("Draw a path").click();
  await page.button("Play path").waitFor();
  const { x, y, width, height } = await page.page.locator(".map").boundingBox();
  await page.page.mouse.move(x + 0.04 * width, y + 0.9 * height);
  await page.page.mouse.down();
  await page.page.mouse.move(x + 0.96 * width, y + 0.7 * height, { steps: 20 });
  await page.page.mouse.up();
  await page.button("Draw a path").click();
}

describe("a path over the map", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("its stops sound one after the other in time, each another sound, and F1 is back after it", async () => {
    const page = await Page.open(browser, { viewport: VIEWPORT });
    await page.start();
    await page.turn("CV 1", -5);
    await fill(page);
    const f1 = await page.chosen("F1");
    const { heard: own } = await page.strike();
    await draw(page);
    assert.equal(await page.page.locator(".flags .stop").count(), 8);
    await page.list("Stops of the path").selectOption("4");
    assert.equal(await page.page.locator(".flags .stop").count(), 4);
    const { hits } = await page.status();
    const lit = new Set();
    const { heard } = await page.hear(async () => {
      await page.page.mouse.move(700, 20);
      await page.button("Play path").click();
      const press = await page.page.evaluate(() => window.neurorackTap.presses.at(-1));
      for (let look = 0; look < 60; look += 1) {
        const now = await page.page.locator(".flags .stop").evaluateAll((all) => all.findIndex((dot) => dot.classList.contains("lit")));
        if (now >= 0) lit.add(now);
        await page.wait(0.02);
      }
      await page.button("Stop path").click();
      await page.wait(0.3);
      await page.silence();
      return press;
    });
    heard.save("map-path");
    const played = (await page.status()).hits - hits;
    console.log(`the path struck ${played} hits and lit ${[...lit].join()}`);
    assert.ok(played >= 6, `${played} hits`);
    assert.deepEqual([...lit].sort(), [0, 1, 2, 3], "each stop was lit");
    const begins = onsets(heard.samples, heard.rate);
    assert.ok(begins.length >= 3, `${begins.length} onsets`);
    const each = begins.map((begin) => centroid(heard.samples.subarray(begin, begin + 0.11 * heard.rate), heard.rate));
    console.log(`centroids from onset to onset: ${each.map((hz) => hz.toFixed(0)).join(" ")} Hz`);
    assert.ok(Math.max(...each) > 1.5 * Math.min(...each), "the stops are different sounds");
    assert.equal(await page.chosen("F1"), f1, "F1 shows what it showed");
    const { heard: after } = await page.strike();
    const [was, is] = [own, after].map(({ samples, rate }) => centroid(samples, rate));
    assert.ok(Math.abs(was / is - 1) < 0.1, `F1 was ${was.toFixed(0)} Hz, is ${is.toFixed(0)} Hz`);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a gate by hand strikes the stop that sounds: bright ones lie at the right end", async () => {
    const page = await Page.open(browser, { viewport: VIEWPORT });
    await page.start();
    await page.turn("CV 1", -5);
    await fill(page);
    const bright = {};
    for (const [side, tile] of [["left", "A4"], ["right", "L3"]]) {
      await page.button("Draw a path").click();
      await tiles(page, new RegExp(`^Take ${tile}`)).focus();
      await page.page.keyboard.press("Space");
      await page.page.keyboard.press("Escape");
      assert.equal(await page.button("Draw a path").getAttribute("aria-pressed"), "false");
      assert.equal(await page.page.locator(".flags .stop").count(), 1);
      await page.page.mouse.move(700, 20);
      await page.page.evaluate(() => document.activeElement.blur());
      const { heard } = await page.hear(async () => {
        await page.button("Play path").click();
        const press = await page.page.evaluate(() => window.neurorackTap.presses.at(-1));
        await page.wait(0.5);
        await page.button("Stop path").click();
        await page.wait(0.3);
        await page.silence();
        return press;
      });
      heard.save(`map-path-${side}`);
      bright[side] = centroid(heard.samples, heard.rate);
      await page.button("Clear path").click();
      assert.equal(await page.page.locator(".flags .stop").count(), 0);
    }
    console.log(`centroid of one stop: left ${bright.left.toFixed(0)} Hz, right ${bright.right.toFixed(0)} Hz`);
    assert.ok(bright.right > 1.5 * bright.left);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("with the clock running the stops fall on its steps", async () => {
    const page = await Page.open(browser, { viewport: VIEWPORT });
    await page.start();
    await page.turn("CV 1", -5);
    await fill(page);
    await draw(page);
    await page.button("Play path").click();
    await page.button("Run").click();
    await page.wait(1.5);
    const from = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
    const { hits } = await page.status();
    await page.wait(2);
    const played = (await page.status()).hits - hits;
    // 112 beats a minute: 15 sixteenths in 2 s, besides the pattern's own hits on some of them.
    console.log(`${played} hits in 2 s with the clock`);
    assert.ok(played >= 12, `${played} hits`);
    const heard = (await page.recording()).from(from, 2).save("map-path-clock");
    const times = onsets(heard.samples, heard.rate).map((index) => index / heard.rate);
    const sixteenth = 60 / 112 / 4;
    const steps = times.slice(1).map((time, index) => (time - times[index]) / sixteenth);
    console.log(`between onsets: ${steps.map((step) => step.toFixed(2)).join(" ")} sixteenths`);
    assert.ok(median(steps.map((step) => Math.abs(step - Math.round(step)))) < 0.25, "onsets lie on the grid");
    await page.button("Stop path").click();
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
