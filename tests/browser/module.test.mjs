// A Eurorack module at the page: the real firmware on a simulated chip behind a shim of Web Serial or Web MIDI, and scripted
// modules for everything that goes wrong.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { onsets, peak } from "./measure.mjs";
import { Emulated, Scripted, frame, midiPorts, serialPorts } from "./module.mjs";
import { launch, Page } from "./page.mjs";

describe("a module at the page", () => {
  let browser;
  let module;
  let page;
  let bench;
  before(async () => {
    browser = await launch();
    module = await Emulated.start();
  });
  after(async () => {
    module?.stop();
    await browser?.close();
  });
  test.afterEach(async () => {
    bench?.end();
    bench = null;
    await page?.close();
    await module.tell({ volts: [0, 0, 0, 0], gate: [0, false] });
    for (const input of [0, 1, 2, 3]) await module.tell({ plug: [input, false] });
  });

  const state = async (wanted) => {
    const element = page.page.locator("#module");
    for (let tries = 0; tries < 400; tries += 1) {
      if ((await element.getAttribute("data-state")) === wanted) return;
      await page.page.waitForTimeout(50);
    }
    const is = await element.getAttribute("data-state");
    assert.fail(`the module is ${is} and not ${wanted}; the page says: ${await page.notices()}`);
  };
  /** Opens the page with these modules at its serial ports and presses Connect module. */
  const visit = async (modules, { allowed, chooses, start = false, options = {} } = {}) => {
    bench = serialPorts(modules, allowed);
    page = await Page.open(browser, { ...bench.options, ...options });
    if (start) await page.start();
    await page.page.evaluate((chooses) => (window.testSerial.chooses = chooses), chooses);
    await page.button("Connect module").click();
  };
  const block = () => page.page.getByRole("region", { name: "Module", exact: true });
  const eventually = async (what, check) => {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await check()) return;
      await page.page.waitForTimeout(50);
    }
    assert.fail(what);
  };
  /** Waits until the module's screen shows what the page's does. */
  const sameScreens = () => page.showsWhat(() => module.screen());

  test("it is connected without a question where it is known, and says what it is", async () => {
    await visit([module]);
    await state("on");
    const says = await block().getByRole("status").first().innerText();
    assert.match(says, /^[0-9A-F]{8}, firmware \d+\.\d+\.\d+, not calibrated, by USB serial$/);
    assert.equal(await page.page.evaluate(() => window.testSerial.asked), undefined);
    assert.equal(await page.page.evaluate(() => window.testSerial.ports[0].signals.dataTerminalReady), true);
    await page.button("Disconnect module").click();
    await state("off");
    assert.deepEqual(page.errors, []);
  });

  test("the person is asked only for modules where none is known, and may close the question", async () => {
    await visit([module], { allowed: [false], chooses: null });
    await state("off");
    assert.deepEqual(await page.page.evaluate(() => window.testSerial.asked), {
      filters: [{ usbVendorId: 0x1209, usbProductId: 1 }],
    });
    assert.deepEqual(await page.notices(), []);
    await page.page.evaluate(() => (window.testSerial.chooses = 0));
    await page.button("Connect module").click();
    await state("on");
    assert.deepEqual(page.errors, []);
  });

  test("a gate of the module is heard as a hit, Gate 2 freezes while it is high", async () => {
    await visit([module], { start: true });
    await state("on");
    const { press, heard } = await page.hear(async () => {
      const begin = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
      await module.tell({ gate: [0, true] });
      await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.voices !== "0");
      await module.tell({ gate: [0, false] });
      await page.wait(0.5);
      await page.silence();
      return begin;
    });
    heard.save("module-gate");
    assert.ok(peak(heard.samples) > 0.01, `the peak is ${peak(heard.samples)} from ${press} s on`);
    assert.equal(onsets(heard.samples, heard.rate).length, 1, "one edge is one hit");
    await module.tell({ gate: [0, true] });
    await module.tell({ in_us: 60_000, gate: [1, true] });
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.frozen === "true");
    await module.tell({ gate: [0, false] });
    await module.tell({ gate: [1, false] });
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.frozen === "false");
    assert.equal((await page.status()).dropped, 0);
    assert.deepEqual(page.errors, []);
  });

  test("a voltage at a plugged jack is the input's, over its knob, until the plug is pulled", async () => {
    await visit([module], { start: true });
    await state("on");
    await page.turn("CV 2", 1);
    await module.tell({ volts: [0, 2.5, 0, 0] });
    await page.wait(0.2);
    assert.equal(await page.volts("CV 2"), null, "nothing is plugged");
    await module.tell({ plug: [1, true] });
    // The parts of the simulated board are up to 20 mV and .24 % off.
    await eventually("CV 2 reads 3.5 V", async () => Math.abs(((await page.volts("CV 2")) ?? 0) - 3.5) < 0.05);
    await module.tell({ plug: [1, false] });
    await eventually("CV 2 is its knob's again", async () => (await page.volts("CV 2")) === null);
    assert.deepEqual(page.errors, []);
  });

  test("its screen shows the page's pixels, its encoder moves the page's menu", async () => {
    await visit([module]);
    await state("on");
    await sameScreens();
    const says = () => page.page.locator("[aria-label=OLED] [role=status]").innerText();
    await module.tell({ push: true });
    await module.tell({ in_us: 60_000, push: false });
    await eventually("a push opens the menu", async () => (await says()).length > 0);
    const before = await says();
    await module.tell({ turn: 1 });
    await eventually("a turn moves on", async () => (await says()) !== before);
    await sameScreens();
    const turned = await says();
    await module.tell({ push: true });
    await page.page.waitForTimeout(900);
    await module.tell({ push: false });
    await eventually("a long push goes back", async () => (await says()) !== turned);
    await sameScreens();
    assert.deepEqual(page.errors, []);
  });

  test("three voltages calibrate it: within 3 mV everywhere, kept over power off; what is wrong is refused", async () => {
    await visit([module]);
    await state("on");
    await page.button("Calibrate").click();
    const dialog = page.page.getByRole("dialog", { name: "Calibrate" });
    const says = dialog.getByRole("status");
    const measure = async (name, volts, wanted) => {
      await module.tell({ volts });
      await page.page.waitForTimeout(200);
      await dialog.getByRole("button", { name: `Measure ${name}` }).click();
      await says.filter({ hasText: wanted }).waitFor({ timeout: 20_000 });
    };
    await dialog.getByRole("button", { name: "Keep calibration" }).click();
    await says.filter({ hasText: "the old calibration stays" }).waitFor();
    await measure("0 V", [0, 0, 0, 0], "Measured at +0 V: CV 1, 2, 3, 4.");
    await measure("+5 V", [5, 4, 5, 5], "Measured at +5 V: CV 1, 3, 4.");
    await dialog.getByRole("button", { name: "Keep calibration" }).click();
    await says.filter({ hasText: /CV 1 was not measured at -5 V/ }).waitFor();
    await measure("\u22125 V", [-5, -5, -5, -5], "Measured at -5 V: CV 1, 2, 3, 4.");
    await measure("+5 V", [0, 5, 0, 0], "Measured at +5 V: CV 2.");
    await dialog.getByRole("button", { name: "Keep calibration" }).click();
    await says.filter({ hasText: "Calibrated" }).waitFor();
    const residuals = await dialog.locator("tfoot td").allInnerTexts();
    assert.ok(residuals.every((text) => parseFloat(text) < 2), `${residuals} off the line`);
    await page.page.screenshot({ path: `${process.env.NEURORACK_RESULTS}/calibrate.png` });
    const reads = async () => (await dialog.locator("thead td.value").allInnerTexts()).map(parseFloat);
    for (const volts of [-4.2, 0.7, 3.3]) {
      await module.tell({ volts: [volts, volts, volts, volts] });
      await eventually(`all read ${volts} V within 3 mV`, async () => (await reads()).every((read) => Math.abs(read - volts) <= 0.003));
    }
    await dialog.getByRole("button", { name: "Close" }).click();
    await module.tell({ start: true });
    await bench.pull(page.page, 0);
    await state("away");
    await bench.plug(page.page, 0);
    await state("on");
    assert.doesNotMatch(await block().getByRole("status").first().innerText(), /not calibrated/);
    assert.deepEqual(page.errors, []);
  });

  test("a cable pulled in the middle of a frame lets gates fall; plugged in again it plays on by itself", async () => {
    await visit([module], { start: true });
    await state("on");
    await module.tell({ gate: [1, true] });
    await module.tell({ plug: [0, true] });
    const gate2 = (high) => page.page.waitForFunction((high) => (document.querySelector("#engine-status").dataset.frozen === "true") === high, high);
    await page.press();
    await gate2(true).catch(() => {});
    await page.page.evaluate(() => window.testSerial.ports[0].deliver(btoa("\u0008\u0002\u0002\u0001")));
    await bench.pull(page.page, 0);
    await state("away");
    await gate2(false);
    await eventually("no jack is plugged", async () => (await page.volts("CV 1")) === null);
    await module.tell({ gate: [1, false] });
    const { hits } = await page.status();
    await bench.plug(page.page, 0);
    await state("on");
    assert.equal((await page.status()).hits, hits, "coming back strikes nothing");
    await module.tell({ gate: [0, true] });
    await page.page.waitForFunction((hits) => Number(document.querySelector("#engine-status").dataset.hits) === hits + 1, hits);
    assert.deepEqual(page.errors, []);
  });

  test("the module of the last visit is connected by itself", async () => {
    await visit([module]);
    await state("on");
    await page.page.reload({ waitUntil: "load" });
    await state("on");
    assert.deepEqual(page.errors, []);
  });

  for (const [what, scripted, says] of [
    ["a device that is no module", new Scripted({ mute: true }), /does not answer as a Neurorack module/],
    ["a device that says only noise", new Scripted({ garbage: true }), /does not answer as a Neurorack module/],
    ["a newer protocol", new Scripted({ protocol: [2, 0] }), /newer.*update this program/],
    ["an older protocol", new Scripted({ protocol: [0, 9] }), /older.*update the module's firmware/],
    ["a port that another program has", new Scripted({ busy: true }), /cannot be opened.*close the program/],
  ]) {
    test(`${what} gets its sentence, and can be chosen again`, async () => {
      await visit([scripted], { allowed: [false], chooses: 0, start: true });
      await page.notice(says);
      await state("off");
      await page.button("Dismiss").click();
      const { heard } = await page.strike();
      assert.ok(peak(heard.samples) > 0.01, "it plays on");
      assert.deepEqual(page.errors, []);
    });
  }

  test("of two modules the one of the last time is taken, and the other one at a button", async () => {
    const [first, second] = [new Scripted({ uid: 0xa1 }), new Scripted({ uid: 0xb2 })];
    await visit([first, second]);
    await state("on");
    const name = () => block().getByRole("status").first().innerText();
    assert.match(await name(), /^000000A1/);
    await page.button("Next module").click();
    await eventually("the other one is there", async () => (await name()).startsWith("000000B2"));
    await page.page.reload({ waitUntil: "load" });
    await state("on");
    assert.match(await name(), /^000000B2/);
    assert.deepEqual(page.errors, []);
  });

  test("a module of the last visit that now speaks a newer protocol is not waited for in silence", async () => {
    const scripted = new Scripted();
    await visit([scripted]);
    await state("on");
    scripted.protocol = [2, 0];
    await page.page.reload({ waitUntil: "load" });
    await page.notice(/newer.*update this program/);
    await state("off");
    assert.deepEqual(page.errors, []);
  });

  test("a gate that rose before a pause falls in it, and one that rose in it is not heard", async () => {
    await visit([module], { start: true });
    await state("on");
    await page.press();
    await module.tell({ gate: [1, true] });
    const frozen = (wanted) =>
      page.page.waitForFunction((wanted) => document.querySelector("#engine-status").dataset.frozen === wanted, String(wanted));
    await frozen(true);
    await page.button("Pause").click();
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.state === "paused");
    await module.tell({ gate: [1, false] });
    await module.tell({ gate: [0, true] });
    await module.tell({ gate: [0, false] });
    await page.page.waitForTimeout(300);
    const { hits } = await page.status();
    await page.button("Start").click();
    await frozen(false);
    assert.equal((await page.status()).hits, hits);
    assert.deepEqual(page.errors, []);
  });

  test("an older firmware of the same protocol plays, with a way to the newer one", async () => {
    await visit([new Scripted({ firmware: [0, 0, 9] })]);
    await state("on");
    await block().getByText(/Firmware 0\.0\.9 is older than .*RPI-RP2/).waitFor();
    await page.button("Restart for update").click();
    await bench.pull(page.page, 0);
    await block().getByText(/copy neurorack-firmware\.uf2 onto the drive/).waitFor();
    await bench.plug(page.page, 0);
    await state("on");
    assert.deepEqual(page.errors, []);
  });

  test("over Web MIDI where there is no serial port: gates, voltages and the screen", async () => {
    await module.tell({ openMidi: true });
    page = await Page.open(browser, midiPorts(module));
    await page.start();
    await page.button("Connect module").click();
    await state("on");
    assert.match(await block().getByRole("status").first().innerText(), /by MIDI$/);
    await page.button("MIDI").click();
    await page.page.getByText("No device is there").waitFor();
    const { hits } = await page.status();
    await module.tell({ gate: [0, true] });
    await page.page.waitForFunction((hits) => Number(document.querySelector("#engine-status").dataset.hits) === hits + 1, hits);
    await module.tell({ gate: [0, false] });
    await module.tell({ volts: [-2, 0, 0, 0] });
    await page.turn("CV 1", 0);
    await eventually("CV 1 reads -2 V", async () => Math.abs(((await page.volts("CV 1")) ?? 0) + 2) < 0.06);
    await sameScreens();
    await page.page.evaluate(() => window.testMidi.pull());
    await state("away");
    await page.page.evaluate(() => window.testMidi.plug());
    await state("on");
    await module.tell({ openMidi: false });
    assert.deepEqual(page.errors, []);
  });

  test("a browser without either, or without permission, gets a sentence that says what to do", async () => {
    const without = `Object.defineProperty(Navigator.prototype, "serial", { value: undefined, configurable: true });`;
    const none = `${without} delete Navigator.prototype.requestMIDIAccess;`;
    const refusal = (name) => `${without} navigator.requestMIDIAccess = async () => { throw new DOMException("no", "${name}"); };`;
    for (const [before, says] of [
      [none, /neither Web Serial nor Web MIDI: Chrome and Edge/],
      [refusal("NotAllowedError"), /allow it beside the address bar/],
      [refusal("InvalidStateError"), /close other programs/],
    ]) {
      page = await Page.open(browser, { before });
      await page.button("Connect module").click();
      await page.notice(says);
      await state("off");
      assert.deepEqual(page.errors, []);
      await page.close();
    }
    page = null;
  });

  test("noise among the frames gives no false hit, and the module is still there", async () => {
    await visit([module], { start: true });
    await state("on");
    const { hits } = await page.status();
    for (let k = 0; k < 40; k += 1) {
      const noise = Buffer.from(Array.from({ length: 60 }, (_, n) => (k * 61 + n * n * 7) & 255)).toString("base64");
      await page.page.evaluate((noise) => window.testSerial.ports[0].deliver(noise), noise);
    }
    await page.page.evaluate((bytes) => window.testSerial.ports[0].deliver(bytes), frame(0x33, [1, 2, 3]).toString("base64"));
    await page.wait(0.5);
    await state("on");
    assert.equal((await page.status()).hits, hits);
    assert.deepEqual(page.errors, []);
  });
});
