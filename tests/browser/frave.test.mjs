// Banks of kind frave: fetched when they are chosen, their timbre moved by a voltage, and hits that go on while a gate is high.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { peak, rms } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** What the screen says to those who hear it. */
const said = (page) =>
  page.page.getByRole("region", { name: "OLED", exact: true }).getByRole("status").innerText();

/** Goes through the menu by what the screen says: pushes at each name, turning until it stands there, and goes home. */
async function menu(page, names) {
  const button = page.button("Menu");
  await button.press("Enter");
  for (const [index, name] of names.entries()) {
    let text = await said(page);
    for (let turns = 0; turns < 40 && !new RegExp(`: ${name}(,|$)`).test(text); turns += 1) {
      const before = text;
      await button.press("ArrowDown");
      // Slower than a fast turn, which would take larger steps.
      await page.page.waitForTimeout(100);
      for (let waited = 0; waited < 50 && text === before; waited += 1) {
        await page.page.waitForTimeout(20);
        text = await said(page);
      }
    }
    assert.match(text, new RegExp(`: ${name}(,|$)`), `looking for ${name}`);
    await button.press("Enter");
    if (index < names.length - 1) {
      for (let waited = 0; waited < 50 && (await said(page)) === text; waited += 1) await page.page.waitForTimeout(20);
    }
  }
  for (let level = 0; level < names.length; level += 1) await button.press("Escape");
}

describe("banks with a latent of timbre", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test.beforeEach(async () => {
    page = await Page.open(browser);
    await page.start();
    await page.turn("CV 4", -5);
  });
  test.afterEach(() => page?.close());

  /** Chooses a bank that is on the server, and waits until coming hits are its own. */
  async function play(name) {
    await page.list("Bank").selectOption({ label: name });
    await page.page.getByText("frave", { exact: true }).waitFor();
    await page.wait(0.3);
  }

  /** Largest difference of two hits as a share of the first one's peak. */
  function difference(one, other) {
    const length = Math.min(one.length, other.length, 12_000);
    let most = 0;
    for (let n = 0; n < length; n += 1) most = Math.max(most, Math.abs(one[n] - other[n]));
    return most / peak(one);
  }

  /** Strikes until the hit is what is waited for: banks and settings are on their way for a moment. */
  async function struck(holds, what) {
    for (let tries = 0; tries < 10; tries += 1) {
      const { heard } = await page.strike();
      if (holds(heard.samples)) return heard.samples;
      await page.wait(0.3);
    }
    return assert.fail(what);
  }

  /** Strikes until two hits in a row are the same and are heard: nothing is on its way any more, and none had a drop-out. */
  async function settled() {
    let before = (await page.strike()).heard.samples;
    return struck((heard) => {
      const same = peak(heard) > 0.01 && difference(before, heard) < 1e-6;
      before = heard;
      return same;
    }, "hits do not become the same");
  }

  const same = (sound) => (heard) => difference(sound, heard) < 1e-6;
  const other = (sound, by) => (heard) => peak(heard) > 0.01 && difference(sound, heard) > by;

  test("both are fetched when they are chosen, play, and give way to the first again", async () => {
    const choose = () => page.list("F1").selectOption({ label: "Deep boom" });
    await choose();
    await page.turn("CV 1", -5);
    const first = await settled();
    let before = first;
    for (const name of ["FRAVE impacts", "FRAVE metal"]) {
      await play(name);
      before = await struck(other(before, 0.02), `${name} is not heard`);
    }
    await page.list("Bank").selectOption({ index: 0 });
    await choose();
    await struck(same(first), "the first bank does not come back");
    assert.deepEqual(await page.notices(), []);
  });

  test("CV 1, assigned to timbre A in the menu, moves the timbre; the bank that is left here is here after a reload", async () => {
    await play("FRAVE impacts");
    await menu(page, ["Assignment", "CV 1", "Target", "timbre A"]);
    await page.turn("CV 1", 0);
    const still = await settled();
    await page.turn("CV 1", 4);
    await struck(other(still, 0.05), "the timbre stays as it is");
    await page.turn("CV 1", 0);
    await struck(same(still), "0 V is not the sound's own timbre");
    await page.page.waitForTimeout(1_500);
    await page.page.reload();
    await page.start();
    await page.page.getByText("frave", { exact: true }).waitFor();
    await struck(same(still), "another sound after the reload");
    assert.deepEqual(await page.notices(), []);
  });

  test("Gate 1 as sustain lets a hit go on while it is high", async () => {
    await menu(page, ["Assignment", "Gate 1", "sustain"]);
    const pad = await page.button("Gate 1").boundingBox();
    await page.page.mouse.move(pad.x + pad.width / 2, pad.y + pad.height / 2);
    await page.page.mouse.down();
    await page.wait(0.2);
    const begun = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
    await page.wait(4);
    await page.page.mouse.up();
    await page.wait(4.5);
    const recording = await page.recording();
    const [early, late, over] = [0.5, 3, 8].map((at) => rms(recording.from(begun + at, 0.4).samples));
    assert.ok(early > 1e-3 && Math.abs(Math.log(early / late)) < 0.5, `it goes on: ${early} and ${late}`);
    assert.ok(over < 0.05 * early, `and comes to its end: ${over}`);
    assert.deepEqual(page.errors, []);
  });
});
