// Recording a sound: a microphone that plays a drum becomes F1; one that is refused gets a sentence.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { correlation, firstSound, loudness } from "./measure.mjs";
import { launch, launchHearing, Page } from "./page.mjs";
import { readWav } from "./wav.mjs";

/** A CC0 bass drum with a clear course of loudness, from the descriptors' test data. */
const DRUM = new URL("../../engine/tests/data/descriptors/sonicpi_bd_808.wav", import.meta.url);

/** What the microphone hears again and again: two seconds of silence, the drum, silence. */
function heardByTheMicrophone() {
  const { samples, rate } = readWav(readFileSync(DRUM));
  const all = new Float32Array(5 * rate);
  all.set(samples.subarray(0, 3 * rate), 2 * rate);
  return [all, rate];
}

describe("a sound is recorded", () => {
  test("what a microphone hears becomes F1 and comes back with its own course of loudness", async (test) => {
    const browser = await launchHearing(...heardByTheMicrophone());
    test.after(() => browser.close());
    const page = await Page.open(browser, { permissions: ["microphone"] });
    await page.start();
    await page.turn("CV 1", -5);
    await page.button("Record a sound for F1").click();
    const selected = page.list("F1").locator("option:checked", { hasText: "Recording 1" });
    await selected.waitFor({ state: "attached", timeout: 30_000 });
    await page.wait(0.2);
    const { heard } = await page.strike();
    heard.save("recorded-drum");
    const { samples, rate } = readWav(readFileSync(DRUM));
    const asked = loudness(samples, rate, firstSound(samples));
    const begin = firstSound(heard.samples);
    const lags = Array.from({ length: 41 }, (_, i) => Math.round(((i - 20) / 1000) * heard.rate));
    const r = Math.max(
      ...lags.map((lag) => correlation(asked, loudness(heard.samples, heard.rate, Math.max(0, begin + lag)))),
    );
    console.log(`loudness of the recorded drum: r = ${r.toFixed(3)}`);
    assert.ok(r >= 0.85, `loudness follows the drum with r = ${r}`);
    // The microphone opens as often as it is asked to.
    await page.button("Record a sound for F2").click();
    const second = page.list("F2").locator("option:checked", { hasText: "Recording 2" });
    await second.waitFor({ state: "attached", timeout: 30_000 });
    assert.deepEqual(await page.notices(), []);
    assert.deepEqual(page.errors, []);
  });

  describe("trouble with the microphone", () => {
    let browser;
    before(async () => {
      browser = await launch();
    });
    after(() => browser?.close());

    test("a microphone that is not allowed gets a sentence, and the page plays on", async () => {
      const refuse = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));`;
      const page = await Page.open(browser, { before: refuse });
      await page.start();
      await page.button("Record a sound for F2").click();
      const said = await page.notice(/not allowed/);
      assert.ok(said.includes("address bar"), said);
      await page.button("Dismiss").click();
      const { heard } = await page.strike();
      assert.ok(firstSound(heard.samples) >= 0, "it plays on");
      assert.deepEqual(page.errors, []);
      await page.close();
    });

    test("a computer without a microphone gets a sentence", async () => {
      const none = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("none", "NotFoundError"));`;
      const page = await Page.open(browser, { before: none });
      await page.start();
      await page.button("Record a sound for F1").click();
      await page.notice(/No microphone was found/);
      await page.close();
    });
  });
});
