// What a hand does beside keys and pads: a gesture that goes round, the pitch bend, one seed for all chance.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DEVICE } from "./device.mjs";
import { strongest } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

/** Least and greatest volts at an input within so many seconds. */
async function range(page, name, seconds) {
  const found = [];
  for (let look = 0; look < seconds * 8; look += 1) {
    found.push(await page.volts(name));
    await page.wait(0.125);
  }
  return [Math.min(...found), Math.max(...found)];
}

const value = async (page, name) => Number(await page.slider(name).evaluate((slider) => slider.value));

describe("the hand", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
  test.afterEach(() => page?.close());

  test("a gesture that is recorded goes round, gives way to the hand, and can be cleared and brought back", async () => {
    page = await Page.open(browser);
    await page.start();
    await page.patch("Patch into CV 2", "from XY x");
    const pad = await page.page.getByRole("group", { name: "XY pad" }).boundingBox();
    const at = (x) => [pad.x + (pad.width * (x + 1)) / 2, pad.y + pad.height / 2];
    await page.button("Record gesture").click();
    await page.page.getByText("it records until you let go").first().waitFor();
    await page.page.mouse.move(...at(-0.8));
    await page.page.mouse.down();
    for (let step = 0; step <= 20; step += 1) {
      await page.page.mouse.move(...at(-0.8 + step * 0.08));
      await page.page.waitForTimeout(30);
    }
    await page.page.mouse.up();
    const said = await page.page.getByText(/A gesture of .* s goes round/).first().innerText();
    const seconds = Number(/of ([\d.]+) s/.exec(said)[1]);
    assert.ok(seconds > 0.4 && seconds < 16, said);
    // Four volts to both sides, half of which reach the input.
    const [least, most] = await range(page, "CV 2", 2 * seconds + 0.5);
    assert.ok(least < -1 && most > 1, `it moves from ${least} to ${most} V`);
    // Under the hand it rests.
    await page.page.mouse.move(...at(0));
    await page.page.waitForTimeout(500);
    await page.page.mouse.down();
    await page.wait(0.3);
    const [held, moved] = await range(page, "CV 2", 1);
    assert.ok(Math.abs(held) < 0.1 && Math.abs(moved) < 0.1, `under the hand it moves from ${held} to ${moved} V`);
    await page.page.mouse.up();
    await page.wait(0.2);
    const again = await range(page, "CV 2", 2 * seconds + 0.5);
    assert.ok(again[0] < -1 && again[1] > 1, `afterwards from ${again}`);
    await page.button("Clear gesture").click();
    await page.wait(0.3);
    const rest = await range(page, "CV 2", 1);
    assert.ok(rest[1] - rest[0] < 0.05, `cleared, it moves from ${rest}`);
    await page.button("Undo").click();
    const back = await range(page, "CV 2", 2 * seconds + 0.5);
    assert.ok(back[0] < -1 && back[1] > 1, `brought back, from ${back}`);
    assert.deepEqual(page.errors, []);
  });

  test("a gesture is in the link and comes back after a reload", async () => {
    page = await Page.open(browser);
    await page.start();
    await page.button("Record gesture").focus();
    await page.page.keyboard.press("Enter");
    await page.slider("XY x").focus();
    for (let press = 0; press < 6; press += 1) {
      await page.page.keyboard.press("Shift+ArrowRight");
      await page.page.waitForTimeout(60);
    }
    // By the keyboard alone: the button ends it.
    await page.button("Record gesture").press("Enter");
    const said = await page.page.getByText(/A gesture of .* s goes round/).first().innerText();
    await page.button("Share").click();
    await page.page.waitForFunction(() => location.hash.startsWith("#p="));
    const other = await Page.open(browser, { fragment: await page.page.evaluate(() => location.hash) });
    await other.page.getByText(said).first().waitFor();
    await other.close();
    await page.page.waitForTimeout(1_500);
    await page.page.reload();
    await page.page.getByText(said).first().waitFor({ timeout: 30_000 });
    await page.button("Calm").click();
    await page.page.getByText("A double tap returns to the middle").first().waitFor();
    assert.deepEqual(page.errors, []);
  });

  test("a tap is no gesture", async () => {
    page = await Page.open(browser);
    await page.start();
    await page.button("Record gesture").click();
    await page.page.getByRole("group", { name: "XY pad" }).evaluate((pad) => {
      const { x, y } = pad.getBoundingClientRect();
      const event = (type) => new PointerEvent(type, { bubbles: true, clientX: x + 9, clientY: y + 9, button: 0 });
      pad.dispatchEvent(event("pointerdown"));
      pad.dispatchEvent(event("pointerup"));
    });
    await page.notice(/no gesture/);
    assert.ok(await page.button("Clear gesture").isDisabled());
  });

  test("the pitch bend moves what is struck by its range, until its device is gone", async () => {
    page = await Page.open(browser, { before: DEVICE });
    await page.start();
    await page.button("MIDI").click();
    await page.page.getByText("KeyStep 37").waitFor();
    const say = (...bytes) => page.page.evaluate((bytes) => window.device.say(bytes), bytes);
    await page.list("F1").selectOption({ label: "Small bell" });
    await page.turn("CV 4", -5);
    // What sounds already bends too: the engine's tests say so, where no machine's pace counts.
    const pitch = async () => {
      const { heard } = await page.strike();
      return strongest(heard.samples.subarray(0.05 * heard.rate, 0.35 * heard.rate), heard.rate, 200, 9_000);
    };
    const plain = await pitch();
    const cents = (hz) => 1_200 * Math.log2(hz / plain);
    await say(0xe0, 0x7f, 0x7f);
    await page.wait(0.2);
    const later = cents(await pitch());
    assert.ok(Math.abs(later - 200) < 20, `${later} cents for a later hit`);
    const range = page.slider("Pitch bend range");
    await range.focus();
    await page.page.keyboard.type("12");
    await page.page.keyboard.press("Enter");
    await say(0xe0, 0, 0);
    await page.wait(0.2);
    const octave = cents(await pitch());
    assert.ok(Math.abs(octave + 1_200) < 20, `${octave} cents an octave down`);
    // A wheel that is pulled out bends nothing.
    await page.page.evaluate(() => window.device.pull("KeyStep 37"));
    await page.wait(0.2);
    const rest = cents(await pitch());
    assert.ok(Math.abs(rest) < 20, `${rest} cents once the device is gone`);
    assert.deepEqual(page.errors, []);
  });

  test("one seed for all chance: in the clock's block, in the menu, and taken back by Undo", async () => {
    page = await Page.open(browser);
    await page.start();
    await page.slider("Seed").focus();
    await page.page.keyboard.type("42");
    await page.page.keyboard.press("Enter");
    assert.equal(await value(page, "Seed"), 42);
    const menu = page.button("Menu");
    for (const key of ["Enter", "ArrowDown", "ArrowDown", "Enter", "ArrowDown", "ArrowDown", "ArrowDown"]) {
      await menu.press(key);
      await page.page.waitForTimeout(120);
    }
    const says = page.page.getByRole("region", { name: "OLED", exact: true }).getByRole("status");
    assert.match(await says.innerText(), /Seed,? 0042/);
    await menu.press("Enter");
    await page.page.waitForTimeout(300);
    await menu.press("ArrowUp");
    await page.page.waitForTimeout(300);
    assert.equal(await value(page, "Seed"), 43, "turned in the menu");
    await page.button("Undo").click();
    assert.equal(await value(page, "Seed"), 1);
    assert.deepEqual(page.errors, []);
  });

  test("Follow MIDI clock asks for MIDI by itself, and a patch that is loaded leaves it as it is", async () => {
    page = await Page.open(browser, { before: DEVICE });
    await page.start();
    const box = page.page.getByLabel("Follow MIDI clock");
    await box.check();
    await page.page.getByText("KeyStep 37").waitFor();
    await page.list("Patch").selectOption({ label: "Impacts" });
    const { hits } = await page.status();
    await page.wait(1.5);
    assert.ok(await box.isChecked());
    assert.equal((await page.status()).hits, hits, "nothing plays before the device's clock");
    await box.uncheck();
    await page.wait(1.5);
    assert.ok((await page.status()).hits > hits, "and the page's own tempo plays");
    assert.deepEqual(page.errors, []);
  });

  test("MIDI that is refused leaves Follow MIDI clock off, with a sentence", async () => {
    const before = `navigator.requestMIDIAccess = () => Promise.reject(new DOMException("no", "NotAllowedError"));`;
    page = await Page.open(browser, { before });
    await page.page.getByLabel("Follow MIDI clock").click();
    await page.notice(/not allowed/);
    assert.equal(await page.page.getByLabel("Follow MIDI clock").isChecked(), false);
  });
});
