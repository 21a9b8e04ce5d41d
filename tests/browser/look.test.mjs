// How the page arrives and looks: names, widths, pictures, weight.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { launch, Page, resultsDir, setting } from "./page.mjs";

/** Desk, tablet, phone: the widths of the design's pictures, in CSS pixels. */
const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
];

/** All that has to travel before the first sound, compressed, in bytes: 0.7 s on a line of 20 Mbit/s. */
const PLAYING_PATH_BYTES = 1_710_000;

describe("the page arrives", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  for (const viewport of VIEWPORTS) {
    test(`at ${viewport.width} px everything is there and nothing scrolls sideways`, async () => {
      const page = await Page.open(browser, { viewport });
      for (const name of ["Start", "Gate 1", "Gate 2"]) await page.button(name).waitFor();
      for (const name of ["CV 1", "CV 2", "CV 3", "CV 4", "Volume"]) await page.slider(name).waitFor();
      for (const name of ["Bank", "F1", "F2"]) await page.list(name).waitFor();
      const { scrolls, width } = await page.page.evaluate(() => ({
        scrolls: document.documentElement.scrollWidth,
        width: document.documentElement.clientWidth,
      }));
      assert.ok(scrolls <= width, `the page is ${scrolls} px wide in a window of ${width} px`);
      await page.page.screenshot({ path: join(resultsDir(), `arrived-${viewport.width}.png`) });
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  test("sliders say their values with a unit", async () => {
    const page = await Page.open(browser);
    const value = (name) => page.slider(name).getAttribute("aria-valuetext");
    assert.match((await value("CV 1")) ?? "", /volt/i);
    assert.match((await value("Volume")) ?? "", /decibel|dB/i);
    await page.close();
  });

  test("what travels before the first sound stays small", async () => {
    const page = await Page.open(browser);
    await page.start();
    await page.strike();
    const bodies = new Map();
    // What comes after the first sound, such as the map, comes into nobody's way.
    for (const response of [...page.responses]) {
      if (response.status() !== 200 || !response.url().startsWith("http")) continue;
      bodies.set(new URL(response.url()).pathname, await response.body());
    }
    // What an AudioWorklet loads is not among the page's responses.
    bodies.set("/processor.js", readFileSync(join(setting("NEURORACK_DIST"), "processor.js")));
    let total = 0;
    for (const [path, body] of bodies) {
      const size = brotliCompressSync(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      }).length;
      total += size;
      console.log(`${String(size).padStart(9)} bytes  ${path}`);
    }
    const paths = [...bodies.keys()].join(" ");
    for (const part of ["engine.wasm", ".safetensors", "_bg.wasm"]) assert.ok(paths.includes(part), `${part}: ${paths}`);
    console.log(`${String(total).padStart(9)} bytes  playing path, brotli`);
    assert.ok(total <= PLAYING_PATH_BYTES, `the playing path has ${total} bytes`);
    await page.close();
  });
});
