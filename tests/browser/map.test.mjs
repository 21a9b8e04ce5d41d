// The map of sounds: rendered in a worker after the first sound, heard on hover, taken by a click or a key.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fill, filled, tiles } from "./map.mjs";
import { centroid, peak } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** Which part of the time in which tiles are rendered one task of the page may take: one tile is a fiftieth of the work. */
const LONGEST_PART = 0.1;

/** Notes every task of the page's thread that is longer than 50 ms. */
const WATCH = `window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration }))))
  .observe({ type: "longtask", buffered: true });`;

describe("the map of sounds", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("it is loaded after the first sound and painted without holding up the page", async () => {
    const page = await Page.open(browser, { before: WATCH });
    const fetched = () => page.responses.some((response) => response.url().includes("impacts-map"));
    await page.start();
    await page.wait(2);
    assert.equal(fetched(), false, "nothing of the map is fetched before there was a sound");
    await page.strike();
    const since = await page.page.evaluate(() => performance.now());
    const count = await filled(page);
    assert.equal(count, 48);
    assert.ok(fetched());
    const [long, took] = await page.page.evaluate(
      (since) => [window.longTasks.filter((task) => task.startTime > since), performance.now() - since],
      since,
    );
    console.log(`tasks over 50 ms in the ${took.toFixed(0)} ms while the map was filled: ${JSON.stringify(long)}`);
    const held = long.reduce((most, task) => Math.max(most, task.duration), 0) / took;
    assert.ok(held < LONGEST_PART, `one task held the page up for ${(100 * held).toFixed(0)} % of the time`);
    assert.equal((await page.status()).dropped, 0);
    assert.deepEqual(page.errors, []);
    assert.deepEqual(await page.notices(), []);
    await page.close();
  });

  test("a tile that is clicked becomes F1 and sounds as such; undo brings F1 back", async () => {
    const page = await Page.open(browser);
    await page.start();
    await page.turn("CV 1", -5);
    await fill(page);
    const original = await page.chosen("F1");
    const bright = {};
    // Left dark, right bright: the first and the last column of the third row.
    for (const [side, tile] of [["left", "A3"], ["right", "L3"]]) {
      const spot = tiles(page, new RegExp(`^Take ${tile}`));
      await spot.click();
      assert.match(await page.chosen("F1"), new RegExp(`^${tile}`));
      const taken = await spot.boundingBox();
      const flag = await page.page.locator(".flags .frame", { hasText: "F1" }).boundingBox();
      const apart = Math.hypot(flag.x - taken.x, flag.y - taken.y);
      assert.ok(apart < 6, `F1's flag stands ${apart} px from ${tile}`);
      await page.page.mouse.move(700, 20);
      await page.wait(0.6);
      const { heard } = await page.strike();
      heard.save(`map-${side}`);
      bright[side] = centroid(heard.samples, heard.rate);
    }
    console.log(`centroid of the map: left ${bright.left.toFixed(0)} Hz, right ${bright.right.toFixed(0)} Hz`);
    assert.ok(bright.right > 1.5 * bright.left, "brighter sounds lie to the right");
    await page.button("Undo").click();
    await page.button("Undo").click();
    assert.equal(await page.chosen("F1"), original);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("keys walk over the map, and Enter takes a sound as the slot at hand", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    await page.button(`F2 ${await page.chosen("F2")}`).click();
    await tiles(page).first().focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.page.keyboard.press(key);
    const focused = await page.page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.match(focused, /^Take C2.* as F2$/);
    await page.page.keyboard.press("Enter");
    assert.match(await page.chosen("F2"), /^C2/);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a tile is heard softly while the pointer rests on it, and counts as no hit", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    await page.silence();
    const { hits } = await page.status();
    const from = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
    await tiles(page).nth(5).hover();
    await page.wait(1);
    const heard = (await page.recording()).from(from).save("map-preview");
    assert.ok(peak(heard.samples) > 0.003, `the preview's peak is ${peak(heard.samples)}`);
    assert.ok(peak(heard.samples) < 0.4, "it is softer than a hit");
    assert.equal((await page.status()).hits, hits);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a map that cannot be fetched gets a sentence and a button to try again", async () => {
    // What a service worker fetches for the page would pass the route by.
    const page = await Page.open(browser, { serviceWorkers: "block" });
    await page.page.route("**/impacts-map.safetensors", (route) => route.fulfill({ status: 503, body: "" }));
    await page.start();
    await page.strike();
    const said = await page.notice(/impacts-map/);
    assert.ok(said.includes("Load the map"), said);
    await page.button("Dismiss").click();
    await page.page.unroute("**/impacts-map.safetensors");
    await page.button("Load the map").click();
    await filled(page);
    await page.close();
  });

  test("on a phone a tap is heard and a held finger takes", async () => {
    const page = await Page.open(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.start();
    await fill(page);
    await page.button("Map").click();
    const tile = tiles(page).nth(8);
    await page.silence();
    const from = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
    await tile.tap();
    await page.wait(0.5);
    const heard = (await page.recording()).from(from).save("map-tap");
    assert.ok(peak(heard.samples) > 0.003, `the tap's peak is ${peak(heard.samples)}`);
    assert.ok(peak(heard.samples.subarray(0.25 * heard.rate)) > 1e-4, "the finger's leaving does not end it");
    const tabs = page.page.getByRole("button", { name: /^F1 / });
    const name = await tabs.innerText();
    assert.ok(!/^F1 [A-F]\d/.test(name), `a tap only sounds, F1 is ${name}`);
    const { x, y, width, height } = await tile.boundingBox();
    const client = await page.context.newCDPSession(page.page);
    const point = { x: x + width / 2, y: y + height / 2 };
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
    await page.wait(0.7);
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    assert.match(await tabs.innerText(), /^F1 C2/);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
