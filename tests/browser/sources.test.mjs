// What plays without hardware, by its accessible names: clock and steps, modulators, cables, XY pad and keyboard.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { MOST_REDRAWING, redrawing, watchFrames } from "./frames.mjs";
import { onsets, peak, rms, strongest } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** The analysis window of the descriptors in seconds: no onset is known better from the outside. */
const FRAME_S = 2048 / 44_100;

const step = (page, gate, number) => page.page.getByRole("button", { name: new RegExp(`^Gate ${gate} step ${number},`) });

const now = (page) => page.page.evaluate(() => window.neurorackTap.context.currentTime);

const centre = async (locator) => {
  const { x, y, width, height } = await locator.boundingBox();
  return [x + width / 2, y + height / 2];
};

async function drag(page, from, to) {
  await page.page.mouse.move(...from);
  await page.page.mouse.down();
  await page.page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2 + 40);
  await page.page.mouse.move(...to);
  await page.page.mouse.up();
}

describe("the sources", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
  test.afterEach(() => page?.close());

  /** A page at rest whose hits are all the same. */
  async function calm(options = {}) {
    page = await Page.open(browser, options);
    await page.start();
    return page;
  }

  test("one tap on Start plays a pattern, and Calm brings it to rest", async () => {
    page = await Page.open(browser, { fragment: "" });
    await page.start();
    await page.wait(2.5);
    const { hits } = await page.status();
    assert.ok(hits >= 6, `${hits} hits in two and a half seconds`);
    await page.button("Stop").waitFor();
    const sounding = (await page.recording()).from((await now(page)) - 1.5, 1.5).save("pattern");
    assert.ok(peak(sounding.samples) > 0.02, `its peak is ${peak(sounding.samples)}`);
    await page.button("Calm").click();
    await page.button("Run").waitFor();
    await page.silence();
    const rest = await page.status();
    await page.wait(1);
    assert.equal((await page.status()).hits, rest.hits, "nothing strikes any more");
    const silent = (await page.recording()).from((await now(page)) - 0.5, 0.5);
    assert.ok(rms(silent.samples) < 1e-4, `${rms(silent.samples)}`);
    // And the pattern is not lost.
    await page.button("Undo").click();
    assert.equal(await page.chosen("Patch"), "Impacts");
    assert.deepEqual(page.errors, []);
  });

  test("hits fall on the grid of the steps, and a step that is turned off is not struck", async () => {
    await calm();
    await page.list("F1").selectOption({ label: "Short kick" });
    const tempo = page.slider("Tempo");
    await tempo.focus();
    await page.page.keyboard.type("120");
    await page.page.keyboard.press("Enter");
    const swing = page.slider("Swing");
    await swing.focus();
    await page.page.keyboard.press("Home");
    for (let number = 1; number <= 16; number += 1) {
      const wanted = number % 4 === 1;
      const is = (await step(page, 1, number).getAttribute("aria-pressed")) === "true";
      if (wanted !== is) await step(page, 1, number).click();
      if (wanted && is) {
        await step(page, 1, number).focus();
        for (let press = 0; press < 5; press += 1) await page.page.keyboard.press("Shift+ArrowUp");
      }
    }
    const heard = async (name) => {
      const begin = await now(page);
      await page.button("Run").click();
      await page.wait(4.4);
      await page.button("Stop").click();
      const recording = (await page.recording()).from(begin).save(name);
      return onsets(recording.samples, recording.rate).map((index) => index / recording.rate);
    };
    const all = await heard("steps-all");
    assert.ok(all.length >= 8, `onsets at ${all}`);
    for (const [index, time] of all.entries()) {
      const steps = (time - all[0]) / 0.125;
      const off = Math.abs(steps - Math.round(steps)) * 0.125;
      assert.ok(off < FRAME_S, `onset ${index} is ${off} s off the grid`);
      assert.equal(Math.round(steps), 4 * index, `onset ${index}`);
    }
    await step(page, 1, 5).click();
    const fewer = await heard("steps-fewer");
    const places = fewer.map((time) => Math.round((time - fewer[0]) / 0.125) % 16);
    assert.deepEqual([...new Set(places)], [0, 8, 12], `${places}`);
    assert.deepEqual(page.errors, []);
  });

  test("steps are moved between, strengthened and turned over by keys", async () => {
    page = await Page.open(browser);
    await step(page, 1, 1).focus();
    await page.page.keyboard.press("ArrowRight");
    await page.page.keyboard.press("Enter");
    const second = step(page, 1, 2);
    assert.equal(await second.getAttribute("aria-label"), "Gate 1 step 2, velocity 80 %");
    await page.page.keyboard.press("ArrowDown");
    assert.equal(await second.getAttribute("aria-label"), "Gate 1 step 2, velocity 75 %");
    await page.slider("Gate 1 step 2 chance").focus();
    await page.page.keyboard.type("40");
    await page.page.keyboard.press("Enter");
    await page.slider("Gate 1 step 2 strikes").press("ArrowUp");
    await page.page.getByRole("checkbox", { name: "Gate 1 step 2 tie" }).check();
    assert.equal(await second.getAttribute("aria-label"), "Gate 1 step 2, velocity 75 %, chance 40 %, 2 strikes, tied");
    await second.focus();
    await page.page.keyboard.press("Enter");
    assert.equal(await second.getAttribute("aria-label"), "Gate 1 step 2, off");
    assert.deepEqual(page.errors, []);
  });

  test("a step is dragged to its strength", async () => {
    page = await Page.open(browser);
    const target = step(page, 1, 2);
    const [x, y] = await centre(target);
    await drag(page, [x, y], [x, y - 35]);
    assert.match(await target.getAttribute("aria-label"), /velocity 50 %$/);
    await target.click();
    assert.match(await target.getAttribute("aria-label"), /off$/);
    await target.click();
    assert.match(await target.getAttribute("aria-label"), /velocity 50 %$/, "it comes back as it was");
  });

  test("LFO 1 patched into CV 3 by keys moves CV 3, and unplugged it rests", async () => {
    await calm();
    assert.equal(await page.volts("CV 3"), null);
    await page.slider("LFO 1 speed").focus();
    for (let press = 0; press < 4; press += 1) await page.page.keyboard.press("PageUp");
    await page.patch("Patch LFO 1", "to CV 3");
    assert.equal(
      await page.page.evaluate(() => document.activeElement.getAttribute("aria-label")),
      "Patch LFO 1",
      "the keyboard's focus comes back to the jack",
    );
    const seen = [];
    for (let look = 0; look < 20; look += 1) {
      await page.wait(0.05);
      seen.push(await page.volts("CV 3"));
    }
    const width = Math.max(...seen) - Math.min(...seen);
    assert.ok(width > 1 && width <= 5.01, `half of the range is moved: ${seen}`);
    assert.match(await page.slider("CV 3").getAttribute("aria-valuetext"), /^0\.0 volts, patched from LFO 1$/);
    await page.button("Patch into CV 3").click();
    const amount = page.slider("LFO 1 into CV 3, amount");
    await amount.focus();
    await page.page.keyboard.press("ArrowUp");
    assert.equal(await amount.getAttribute("aria-valuetext"), "51 percent");
    await page.button("Unplug LFO 1 from CV 3").click();
    assert.equal(await page.volts("CV 3"), null);
    assert.deepEqual(page.errors, []);
  });

  test("a cable is dragged from jack to jack, moved and pulled out", async () => {
    await calm();
    const at = { lfo: await centre(page.button("Patch LFO 2")), cv3: await centre(page.button("Patch into CV 3")), cv4: await centre(page.button("Patch into CV 4")) };
    const from = async (name) => (await page.slider(name).getAttribute("aria-valuetext")).split("patched from ")[1];
    await drag(page, at.lfo, at.cv3);
    assert.equal(await from("CV 3"), "LFO 2");
    await drag(page, at.cv3, at.cv4);
    assert.deepEqual([await from("CV 3"), await from("CV 4")], [undefined, "LFO 2"]);
    await drag(page, at.cv4, [at.cv4[0] + 200, at.cv4[1] + 40]);
    assert.equal(await from("CV 4"), undefined);
    assert.equal(await page.page.getByRole("dialog").count(), 0, "a drag opens no list");
    assert.deepEqual(page.errors, []);
  });

  test("the XY pad moves what it is patched to, by keys and under the hand", async () => {
    await calm();
    await page.patch("Patch into CV 2", "from XY x");
    await page.slider("XY x").focus();
    await page.page.keyboard.press("Shift+ArrowRight");
    await page.page.keyboard.press("Shift+ArrowRight");
    await page.wait(0.2);
    // 2 V, half of which reach the input.
    assert.ok(Math.abs((await page.volts("CV 2")) - 1) < 0.03, `${await page.volts("CV 2")} V`);
    const pad = await page.page.getByRole("group", { name: "XY pad" }).boundingBox();
    await page.page.mouse.move(pad.x + pad.width / 2, pad.y + pad.height / 2);
    await page.page.mouse.down();
    await page.page.mouse.move(pad.x + 2, pad.y + pad.height / 2);
    await page.page.mouse.up();
    await page.wait(0.2);
    assert.ok(Math.abs((await page.volts("CV 2")) + 2.5) < 0.1, `${await page.volts("CV 2")} V`);
    assert.deepEqual(page.errors, []);
  });

  test("a key plays a note, and the key an octave above doubles its pitch", async () => {
    await calm();
    await page.list("F1").selectOption({ label: "Small bell" });
    const note = async (key, least, most) => {
      await page.silence();
      const begin = await now(page);
      await page.page.keyboard.press(key);
      await page.wait(0.6);
      const heard = (await page.recording()).from(begin + 0.1, 0.3).save(`note-${key}`);
      assert.ok(peak(heard.samples) > 1e-3, `${key} sounds`);
      return strongest(heard.samples, heard.rate, least, most);
    };
    const low = await note("a", 200, 4_000);
    const high = await note("k", low * 1.5, low * 2.6);
    assert.ok(Math.abs(high / low - 2) < 0.04, `${low} Hz and ${high} Hz`);
    const before = (await page.status()).hits;
    await page.page.keyboard.press("b");
    await page.wait(0.2);
    assert.equal((await page.status()).hits, before, "B plays no note");
    assert.deepEqual(page.errors, []);
  });

  test("several fingers play the drawn keyboard at once on a phone, whose steps are large", async () => {
    await calm({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.button("Open the steps of Gate 1").tap();
    const { width, height } = await step(page, 1, 1).boundingBox();
    assert.ok(height >= 44 && width >= 36, `a step is ${width} x ${height} px`);
    const keyboard = page.page.getByRole("group", { name: "Keyboard", exact: true });
    await keyboard.scrollIntoViewIfNeeded();
    const area = await keyboard.boundingBox();
    const { hits } = await page.status();
    const client = await page.context.newCDPSession(page.page);
    const point = (share, id) => ({ x: area.x + share * area.width, y: area.y + area.height * 0.9, id });
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point(0.1, 1)] });
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point(0.1, 1), point(0.5, 2)] });
    const down = await keyboard.locator(".key.down").count();
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.wait(0.3);
    assert.equal(down, 2);
    assert.equal((await page.status()).hits - hits, 2);
    assert.equal(await keyboard.locator(".key.down").count(), 0);
    assert.deepEqual(page.errors, []);
  });

  test("leaving the window lets a held gate go", async () => {
    await calm();
    const frozen = (wanted) =>
      page.page.waitForFunction((wanted) => document.querySelector("#engine-status").dataset.frozen === wanted, wanted);
    await page.press();
    await page.page.mouse.move(...(await centre(page.button("Gate 2"))));
    await page.page.mouse.down();
    await frozen("true");
    await page.page.evaluate(() => window.dispatchEvent(new Event("blur")));
    await frozen("false");
    await page.page.mouse.up();
  });

  test("while the pattern plays, redrawing leaves the page time", async () => {
    page = await Page.open(browser, { fragment: "", before: watchFrames });
    await page.start();
    await page.wait(1);
    await page.page.evaluate(() => (window.frames.length = 0));
    await page.wait(4);
    const part = await redrawing(page, "while the pattern plays");
    assert.ok(part < MOST_REDRAWING, `${part} of the time between frames`);
    assert.equal((await page.status()).dropped, 0);
    assert.deepEqual(page.errors, []);
  });
});
