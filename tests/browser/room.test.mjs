// When there is no more room: a browser whose storage is full, and a recording of half an hour.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { peak } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** Half an hour, the longest recording, in seconds. */
const LONGEST_S = 30 * 60;

/**
 * Holds on to the engine's node, plays at the lowest common rate so that half an hour stays small, and keeps the sizes of the
 * files that are saved rather than the files.
 */
const RECORDER = `(() => {
  const Context = window.AudioContext;
  window.AudioContext = class extends Context {
    constructor(options) { super({ ...options, sampleRate: 8000 }); }
  };
  const Node = window.AudioWorkletNode;
  window.AudioWorkletNode = class extends Node {
    constructor(context, name, options) {
      super(context, name, options);
      if (name === "neurorack") window.engine = this;
    }
  };
  window.saved = [];
  const address = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.saved.push(blob.size);
    return address.call(URL, blob.size > 1e6 ? new Blob([]) : blob);
  };
})();`;

describe("no more room", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
  test.afterEach(() => page?.close());

  test("a full storage gets a sentence for a preset and one for where things stand, and the page plays on", async () => {
    page = await Page.open(browser);
    await page.start();
    await page.page.waitForTimeout(1_000);
    // Chromium's own override of the quota is not looked at by its IndexedDB.
    await page.page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("The storage is full.", "QuotaExceededError");
      };
    });
    await page.turn("CV 1", 2);
    const state = await page.notice(/no longer stores/);
    assert.ok(/make room/.test(state), `"${state}" says what to do`);
    await page.button("Dismiss").click();
    await page.turn("CV 1", -2);
    await page.page.waitForTimeout(1_500);
    assert.deepEqual(await page.notices(), [], "it is said once");
    await page.button("Presets").click();
    await page.page.getByRole("textbox", { name: "Preset name", exact: true }).fill("Too much");
    await page.button("Save").click();
    const preset = await page.notice(/did not store it|keeps nothing/);
    assert.ok(/export it as a file/.test(preset), `"${preset}" says what to do`);
    await page.button("Load Too much").waitFor();
    await page.button("Close").click();
    await page.button("Dismiss").click();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01, "and it plays on");
    assert.deepEqual(page.errors, []);
  });

  test("a recording ends after half an hour by itself, is saved whole, and the page plays on", async () => {
    page = await Page.open(browser, { before: RECORDER });
    await page.start();
    await page.button("Record").click();
    await page.wait(0.5);
    // What the engine would post in half an hour, ten seconds at a time.
    const rate = await page.page.evaluate(async (seconds) => {
      const { context, port } = window.engine;
      const hear = port.onmessage;
      const status = await new Promise((resolve) => {
        port.onmessage = (event) => {
          hear.call(port, event);
          resolve(event.data.status);
        };
      });
      port.onmessage = hear;
      const samples = new Float32Array(10 * context.sampleRate);
      for (let part = 0; part < seconds / 10 && document.querySelector(".session.active"); part += 1) {
        hear.call(port, { data: { samples, status } });
        await new Promise((resolve) => setTimeout(resolve));
      }
      return context.sampleRate;
    }, LONGEST_S);
    const said = await page.notice(/30 minutes at most/);
    assert.ok(/was saved/.test(said) && /Record/.test(said), said);
    await page.button("Record").waitFor();
    const size = Math.max(...(await page.page.evaluate(() => window.saved)));
    const seconds = (size - 58) / 4 / rate;
    assert.ok(seconds >= LONGEST_S && seconds < LONGEST_S + 11, `${seconds} s were saved`);
    await page.button("Dismiss").click();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01, "and it plays on");
    assert.deepEqual(page.errors, []);
  });
});
