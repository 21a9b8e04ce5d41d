// Keyboards and controllers, by a MIDI device that the test plays: notes, lessons, clock, floods, refusal.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { DEVICE } from "./device.mjs";
import { centroid, median, peak } from "./measure.mjs";
import { launch, Page, setting } from "./page.mjs";

describe("MIDI", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  /** Opens the page with a device and connects it. */
  const connected = async (options = {}) => {
    page = await Page.open(browser, { before: DEVICE, ...options });
    await page.start();
    await page.button("MIDI").click();
    await page.page.getByText("KeyStep 37").waitFor();
  };
  test.afterEach(() => page?.close());

  const say = (...bytes) => page.page.evaluate((bytes) => window.device.say(bytes), bytes);
  const value = async (name) => Number(await page.slider(name).evaluate((s) => s.value));
  const hits = async (count) =>
    page.page.waitForFunction((count) => Number(document.querySelector("#engine-status").dataset.hits) >= count, count, {
      timeout: 5_000,
    });

  test("no system-exclusive messages are asked for, and devices come and go", async () => {
    await connected();
    assert.equal(await page.page.evaluate(() => window.device.asked.sysex), false);
    await page.page.evaluate(() => window.device.plug("nanoKONTROL2"));
    await page.page.getByText("KeyStep 37, nanoKONTROL2").waitFor();
    await page.page.evaluate(() => ["KeyStep 37", "nanoKONTROL2"].forEach((name) => window.device.pull(name)));
    await page.page.getByText("No device is there").waitFor();
  });

  test("a note strikes once, an octave up sounds an octave higher, a soft one softer", async () => {
    await connected();
    await page.turn("CV 4", -5);
    await page.list("F1").selectOption({ label: "Small bell" });
    const strike = async (note, velocity) => {
      const from = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
      await say(0x90, note, velocity);
      await page.wait(0.1);
      await say(0x80, note, 0);
      await page.silence();
      return (await page.recording()).from(from);
    };
    const [low, high, soft] = [await strike(60, 127), await strike(72, 127), await strike(60, 20)];
    assert.equal((await page.status()).hits, 3);
    const ratio = centroid(high.samples, high.rate) / centroid(low.samples, low.rate);
    assert.ok(ratio > 1.6 && ratio < 2.4, `an octave moved the centroid by a factor of ${ratio}`);
    assert.ok(peak(soft.samples) < 0.5 * peak(low.samples), `${peak(soft.samples)} soft, ${peak(low.samples)} loud`);
    assert.deepEqual(page.errors, []);
  });

  test("only the chosen channel is heard", async () => {
    await connected();
    await page.list("MIDI channel").selectOption({ label: "3" });
    await say(0x90, 60, 100);
    await say(0x92, 60, 100);
    await hits(1);
    await page.wait(0.2);
    assert.equal((await page.status()).hits, 1);
  });

  test("a knob that is touched learns the controller that is turned, and remembers it", async () => {
    await connected();
    await page.button("Learn").click();
    await page.slider("CV 1").focus();
    await page.page.locator(".knob.learning").getByText("turn a control").waitFor();
    await say(0xb0, 74, 127);
    assert.equal(await value("CV 1"), 5);
    await page.slider("Volume").focus();
    await say(0xb0, 7, 0);
    assert.equal(await value("Volume"), -60);
    await page.button("Learn").click();
    await say(0xb0, 74, 64);
    await page.wait(0.1);
    assert.equal(await value("CV 1"), 0);
    await page.page.reload();
    await page.start();
    await page.button("MIDI").click();
    await page.page.getByText("KeyStep 37").waitFor();
    await say(0xb0, 74, 0);
    await page.wait(0.1);
    assert.equal(await value("CV 1"), -5, "after a reload");
  });

  test("a programme chooses the bank at its place in the list, and what plays goes on", async () => {
    await connected();
    const other = Buffer.from(readFileSync(join(setting("NEURORACK_DIST"), "banks/impacts.safetensors")));
    await page.choose("Load a bank file", "other.safetensors", other);
    const bank = () => page.list("Bank").evaluate((list) => list.selectedIndex);
    await page.page.waitForFunction(() => document.querySelector("select[aria-label=Bank]").selectedIndex === 1);
    const { hits } = await page.status();
    for (const number of [0, 1, 0, 99]) {
      await say(0xc0, number);
      await page.wait(0.2);
      assert.equal(await bank(), number === 99 ? 0 : number, `programme ${number}`);
      await say(0x90, 60, 127);
    }
    await page.page.waitForFunction((most) => Number(document.querySelector("#engine-status").dataset.hits) === most, hits + 4);
    // A bank of ours that is not here yet is fetched.
    const names = await page.list("Bank").getByRole("option").allTextContents();
    const number = names.indexOf("FRAVE impacts");
    assert.ok(number > 1, names.join(", "));
    await say(0xc0, number);
    await page.page.getByText("frave", { exact: true }).waitFor();
    assert.deepEqual(await page.notices(), []);
  });

  test("MIDI clock plays the pattern: notes of the clock fall on its pulses", async () => {
    await connected();
    await page.page.getByLabel("Follow MIDI clock").check();
    const { hits } = await page.status();
    // Two bars at 240 beats a minute, stamped exactly, delivered as a busy page would.
    await page.page.evaluate(async () => {
      const begin = performance.now() + 20;
      window.device.say([0xfa], begin);
      for (let pulse = 0; pulse < 96; pulse += 1) {
        const due = begin + (pulse * 60_000) / 240 / 24;
        while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
        window.device.say([0xf8], due);
      }
      window.device.say([0xfc]);
    });
    await page.wait(0.3);
    const after = await page.status();
    assert.ok(after.hits - hits >= 4, `${after.hits - hits} hits`);
    assert.equal(after.dropped, 0);
    await page.wait(0.5);
    assert.equal((await page.status()).hits, after.hits, "it stops with the clock");
  });

  test("even notes stay even though the page is busy", async () => {
    // What reaches the engine: a trigger is message 1, its time in seconds lies behind eight bytes.
    const before = `${DEVICE}
      window.struck = [];
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (data, ...rest) {
        if (data instanceof ArrayBuffer && data.byteLength === 20) {
          const view = new DataView(data);
          if (view.getUint32(0, true) === 1) window.struck.push(1000 * view.getFloat64(8, true));
        }
        return post.call(this, data, ...rest);
      };
      // A sound card whose clock is even: that of a machine without one stumbles when it is busy.
      AudioContext.prototype.getOutputTimestamp = function () {
        const performanceTime = performance.now();
        this.offset ??= performanceTime - 1000 * this.currentTime;
        return { contextTime: (performanceTime - this.offset) / 1000, performanceTime };
      };`;
    await connected({ before });
    // Each round beside the time at which the page passed the notes on; one good round counts, the machine may be busy too.
    const uneven = (times) => median(times.slice(1).map((ms, index) => Math.abs(ms - times[index] - 150)));
    const rounds = [];
    for (let round = 0; round < 6 && !rounds.some(({ sounds, came }) => sounds < came / 2); round += 1) {
      const { struck, said } = await page.page.evaluate(async () => {
        window.struck.length = 0;
        const said = [];
        const begin = performance.now() + 20;
        for (let note = 0; note < 12; note += 1) {
          const due = begin + 150 * note;
          while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
          // Up to eight milliseconds late, and another delay each time.
          const late = due + ((note * 37) % 9);
          while (performance.now() < late);
          said.push(performance.now());
          window.device.say([0x90, 60, 127], due);
        }
        return { struck: window.struck, said };
      });
      assert.equal(struck.length, 12);
      rounds.push({ sounds: uneven(struck), came: uneven(said) });
    }
    const figures = rounds.map(({ sounds, came }) => `${sounds.toFixed(2)} (came ${came.toFixed(2)})`).join(", ");
    console.log(`notes every 150 ms, up to 8 ms late: off by ${figures} ms`);
    assert.ok(rounds.some(({ sounds, came }) => sounds < came / 2), `notes are off by ${figures} ms`);
  });

  test("a flood neither stalls the page nor drowns the engine, and nonsense is ignored", async () => {
    await connected();
    await page.button("Learn").click();
    await page.slider("CV 2").focus();
    await say(0xb0, 20, 64);
    await page.button("Learn").click();
    const took = await page.page.evaluate(() => {
      const begun = performance.now();
      for (let k = 0; k < 5_000; k += 1) {
        window.device.say([0xb0, 20, k % 128]);
        window.device.say([0x90, k % 128, 100]);
        window.device.say([0xf8]);
        window.device.say(Array.from({ length: k % 7 }, (_, i) => (k * 31 + i * 17) & 255));
      }
      window.device.say([0xb0, 20, 127]);
      return performance.now() - begun;
    });
    console.log(`20,000 messages at once take ${took.toFixed(0)} ms of the page`);
    await page.page.waitForFunction(() => document.querySelector('input[aria-label="CV 2"]').value === "5");
    await page.page.getByText(/left out/).waitFor();
    await page.wait(0.5);
    const { hits, dropped } = await page.status();
    assert.ok(hits > 0 && hits < 200, `${hits} hits of 5000 notes`);
    assert.equal(dropped, 0, "the engine dropped nothing: the page had left out what was too much");
    await page.silence();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01, "and it plays on");
    assert.deepEqual(page.errors, []);
  });

  for (const [what, script, says] of [
    ["is refused", `navigator.requestMIDIAccess = () => Promise.reject(new DOMException("no", "NotAllowedError"));`, /not allowed/],
    ["is missing", "delete Navigator.prototype.requestMIDIAccess;", /no Web MIDI/],
  ]) {
    test(`MIDI that ${what} gets a sentence, and the page plays on`, async () => {
      page = await Page.open(browser, { before: script });
      await page.start();
      await page.button("MIDI").click();
      await page.notice(says);
      await page.button("Dismiss").click();
      const { heard } = await page.strike();
      assert.ok(peak(heard.samples) > 0.01);
      assert.deepEqual(page.errors, []);
    });
  }
});
