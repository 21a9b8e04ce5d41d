// A bank that is too heavy for the audio thread: its hits are rendered ahead, on whatever there is, and played on the gate.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { floats, framed, written } from "./engine.mjs";
import { KEEP_DEVICE, PATIENCE_MS, SOFTWARE_ADAPTER, TOLERANCE, openWorker } from "./gpu.mjs";
import { correlation, peak } from "./measure.mjs";
import { launch, Page, setting } from "./page.mjs";

const original = () => written("original.safetensors");

/** What the engine is handed: a ring or a port. */
const NOTE_CHANNELS = `
  window.channels = [];
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (data, ...rest) {
    if (data instanceof MessagePort) window.channels.push("port");
    if (typeof SharedArrayBuffer === "function" && data instanceof SharedArrayBuffer) window.channels.push("ring");
    return post.call(this, data, ...rest);
  };
`;

/** Opens the page, isolated from others or not, with a script ahead of the worker's. */
async function open(browser, { isolated, ahead = "" }) {
  const names = ["cross-origin-embedder-policy", "cross-origin-opener-policy"];
  const prepare = (page) =>
    page.route(setting("NEURORACK_URL"), async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      names.forEach((name) => delete headers[name]);
      if (isolated) Object.assign(headers, { [names[0]]: "require-corp", [names[1]]: "same-origin" });
      await route.fulfill({ response, headers });
    });
  const page = await Page.open(browser, { serviceWorkers: "block", before: NOTE_CHANNELS, prepare });
  await page.page.route("**/gpu.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: ahead + (await response.text()) });
  });
  assert.equal(await page.page.evaluate(() => window.crossOriginIsolated), isolated);
  return page;
}

/** Brings the bank, and waits until it plays. */
async function bring(page) {
  await page.choose("Load a bank file", "original.safetensors", original());
  await says(page, /as the controls stand/);
}

/** Waits until the page says this of the age of what plays. */
function says(page, words) {
  return page.page.getByLabel("Age of the sound").filter({ hasText: words }).waitFor({ timeout: PATIENCE_MS });
}

/** Waits until takes are rendered by this. */
function renderedBy(page, words) {
  return page.page.locator(".bank-block dd").filter({ hasText: words }).first().waitFor({ timeout: PATIENCE_MS });
}

describe("hits that are rendered ahead", () => {
  let browser;
  let withCard;
  before(async () => {
    browser = await launch();
    withCard = await launch(SOFTWARE_ADAPTER);
  });
  after(() => Promise.all([browser?.close(), withCard?.close()]));

  test("processor and graphics card render what the engine renders natively", { timeout: PATIENCE_MS }, async () => {
    const page = await open(withCard, { isolated: true });
    const expected = floats(written("take.f32"));
    const largest = peak(expected);
    assert.ok(largest > 0.01);
    for (const gpu of [false, true]) {
      await page.page.evaluate(openWorker, { gpu });
      const messages = [...framed(written("take.bin"))].map((bytes) => [...bytes]);
      const got = await page.page.evaluate(
        async ({ messages, bank }) => {
          const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          await window.asked({ bank: bytes(bank).buffer });
          const { sounds: difference } = await window.asked({ verify: true });
          const { port1, port2 } = new MessageChannel();
          const came = [];
          const over = new Promise((resolve) => {
            port2.onmessage = ({ data }) => {
              came.push([...new Uint8Array(data)]);
              if (new Uint32Array(data, 0, 1)[0] === 18) resolve();
            };
          });
          await window.move({ channel: port1 }, [port1]);
          const wanted = { messages: messages.map((message) => Uint8Array.from(message)), family: 3, number: 4 };
          await window.asked({ take: wanted });
          await over;
          return { came, difference };
        },
        { messages, bank: original().toString("base64") },
      );
      const [begin, ...rest] = got.came.map((bytes) => Buffer.from(bytes));
      assert.equal(begin.readUInt32LE(0), 16);
      assert.deepEqual([begin.readUInt32LE(12), begin.readUInt32LE(16), begin.readUInt32LE(24)], [3, 4, expected.length]);
      const chunks = rest.filter((bytes) => bytes.readUInt32LE(0) === 17).map((bytes) => bytes.subarray(8));
      const samples = floats(Buffer.concat(chunks));
      assert.equal(samples.length, expected.length);
      const off = samples.reduce((most, x, at) => Math.max(most, Math.abs(x - expected[at])), 0) / largest;
      const name = gpu ? "WebGPU" : "the processor";
      console.log(`${name}: ${off.toExponential(1)} of the peak off, golden hit ${got.difference.toExponential(1)}`);
      assert.ok(off <= TOLERANCE, `${name} is off by ${off}`);
    }
    await page.close();
  });

  for (const [isolated, way] of [[true, "ring"], [false, "port"]]) {
    test(`the original's bank is played through a ${way}, follows the controls, and gives way to another bank`, { timeout: PATIENCE_MS }, async () => {
      const page = await open(browser, { isolated });
      await page.start();
      await page.page.evaluate(() => (window.channels.length = 0));
      const before = await page.strike();
      await bring(page);
      assert.deepEqual(await page.page.evaluate(() => window.channels), [way]);
      assert.match(await page.page.locator(".bank-block").innerText(), /hn-sinc-nsf/);
      const { heard: first, press } = await page.strike();
      first.save(`ahead-${way}`);
      assert.ok(peak(first.samples) > 0.01, "it is heard");
      const start = first.samples.findIndex((x) => Math.abs(x) > 1e-4) / first.rate;
      console.log(`${way}: heard ${(1000 * start).toFixed(1)} ms after the press at ${press.toFixed(2)} s`);
      const { heard: again } = await page.strike();
      assert.ok(correlation(onset(first), onset(again)) > 0.99, "hits are the same while nothing moves");
      await page.turn("CV 1", 4);
      await says(page, /behind the controls|as the controls stand/);
      await says(page, /as the controls stand/);
      const { heard: moved } = await page.strike();
      assert.ok(correlation(onset(first), onset(moved)) < 0.98, "another morph is another sound");
      // Back to the bank that the page came with.
      await page.list("Bank").selectOption({ index: 0 });
      await page.turn("CV 1", -5);
      await page.page.getByLabel("Age of the sound").waitFor({ state: "detached" });
      await page.wait(1);
      const { heard: back } = await page.strike();
      assert.ok(peak(back.samples) > 0.01 && peak(before.heard.samples) > 0.01);
      const status = await page.status();
      assert.equal(status.dropped, 0);
      assert.deepEqual(await page.notices(), []);
      await page.close();
    });
  }

  test("while takes are rendered without end, every strike is heard and none is late", { timeout: PATIENCE_MS }, async () => {
    const page = await open(browser, { isolated: true });
    await page.start();
    await bring(page);
    const { heard } = await page.hear(async () => {
      const press = await page.press();
      for (let strike = 0; strike < 8; strike += 1) {
        await page.slider("CV 1").focus();
        await page.page.keyboard.press(strike % 2 ? "Shift+ArrowDown" : "Shift+ArrowUp");
        await page.wait(0.25);
        await page.press();
      }
      await page.silence();
      return press;
    });
    const presses = await page.page.evaluate(() => window.neurorackTap.presses.slice(-9));
    for (const press of presses) {
      assert.ok(peak(heard.from(press, 0.2).samples) > 0.01, `the strike at ${press} s is heard`);
    }
    assert.equal((await page.status()).dropped, 0);
    await page.close();
  });

  test("a card that is lost gives way to the processor; what was rendered last plays meanwhile", { timeout: 2 * PATIENCE_MS }, async () => {
    const page = await open(withCard, { isolated: true, ahead: KEEP_DEVICE });
    await page.start();
    await page.button("Audio").click();
    await page.list("Map rendered by").selectOption("the graphics card");
    await page.page.keyboard.press("Escape");
    await page.choose("Load a bank file", "original.safetensors", original());
    await renderedBy(page, /the processor/);
    await says(page, /old/);
    await page.turn("CV 1", 1);
    await renderedBy(page, /the graphics card/);
    const workers = page.page.workers().filter((worker) => worker.url().endsWith("gpu.js"));
    await Promise.all(workers.map((worker) => worker.evaluate("self.device?.destroy()")));
    await page.turn("CV 1", -2);
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01, "the last take plays");
    await renderedBy(page, /the processor/);
    await says(page, /as the controls stand/);
    assert.deepEqual(await page.notices(), []);
    await page.close();
  });

  test("a damaged bank of this kind is refused with a sentence, and what plays goes on", async () => {
    const page = await open(browser, { isolated: true });
    await page.start();
    const damaged = Buffer.from(original());
    damaged.writeFloatLE(Number.NaN, damaged.length - 4000);
    await page.choose("Load a bank file", "damaged.safetensors", damaged);
    const sentence = await page.notice(/was not used/);
    assert.match(sentence, /damaged\.safetensors.*What plays goes on playing/);
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01);
    await page.close();
  });
});

/** The first tenth of a second from where it sounds. */
function onset(recording) {
  const start = recording.samples.findIndex((x) => Math.abs(x) > 1e-4);
  return recording.samples.slice(start, start + recording.rate / 10);
}
