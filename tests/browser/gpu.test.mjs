// The graphics card as a renderer of sounds: the same sounds as the engine's, and a page that plays on whatever becomes of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KEEP_DEVICE, PATIENCE_MS, SOFTWARE_ADAPTER, TOLERANCE, curveMessage, openWorker } from "./gpu.mjs";
import { fill } from "./map.mjs";
import { peak } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

const REFUSE_ADAPTER = "GPU.prototype.requestAdapter = async () => null;";

const NO_MEMORY = `
  GPUDevice.prototype.createBuffer = function () {
    throw new RangeError("createBuffer failed, size is too large for the implementation");
  };
`;

let browser;

before(async () => {
  browser = await launch(SOFTWARE_ADAPTER);
});

after(() => browser?.close());

/** The page, with this script ahead of the card's worker; a service worker would answer in the route's place. */
async function open(ahead = "") {
  const page = await Page.open(browser, { serviceWorkers: "block" });
  await page.page.route("**/gpu.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: ahead + (await response.text()) });
  });
  return page;
}

/** Chooses who renders in the dialog "Audio", which stays open. */
async function choose(page, name) {
  await page.button("Audio").click();
  await page.page.getByRole("combobox", { name: "Map rendered by" }).selectOption(name);
}

/** Waits until the dialog says this of the card. */
function says(page, words) {
  return page.page.getByRole("status").filter({ hasText: words }).waitFor({ timeout: PATIENCE_MS });
}

/** Closes the dialog, strikes, and hears it. */
async function plays(page) {
  await page.page.keyboard.press("Escape");
  const { heard } = await page.strike();
  assert.ok(peak(heard.samples) > 0.01, "the strike is heard");
}

/** Asks the worker that `openWorker` left in the page for hits, given as arguments of `curveMessage`. */
function hits(page, curves) {
  return page.page.evaluate(`(async () => {
    ${curveMessage}
    const hits = ${JSON.stringify(curves)}.map(([seconds, pitchHz]) => curveMessage(seconds, pitchHz));
    const { sounds } = await window.asked({ hits });
    return sounds.map((sound) => [...sound]);
  })()`);
}

test("a graphics card, the processor and the engine make the same sounds", async () => {
  const page = await open();
  const curves = [[0.15, 90], [0.1, 330]];
  const rendered = [];
  for (const gpu of [false, true]) {
    await page.page.evaluate(openWorker, { gpu });
    const { sounds: difference } = await page.page.evaluate(() => window.asked({ verify: true }));
    console.log(`${gpu ? "WebGPU" : "the processor"} is ${difference.toExponential(1)} of the peak off the engine`);
    assert.ok(difference <= TOLERANCE, `off the engine by ${difference}`);
    rendered.push(await hits(page, curves));
  }
  const [processor, card] = rendered;
  for (const index of curves.keys()) {
    assert.equal(card[index].length, processor[index].length);
    const largest = processor[index].reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const off = processor[index].reduce((most, x, at) => Math.max(most, Math.abs(x - card[index][at])), 0) / largest;
    assert.ok(largest > 0.01 && off <= TOLERANCE, `sound ${index}: ${off} of a peak of ${largest}`);
  }
  await page.close();
});

test("what is no curve is refused with a sentence, and the worker goes on", async () => {
  const page = await open();
  await page.page.evaluate(openWorker, { gpu: false });
  const refused = await page.page.evaluate(() =>
    window.asked({ hits: [new Uint8Array([3, 0, 0, 0, 9])] }).catch((error) => error.message),
  );
  assert.match(refused, /is no curve.*reload the page/);
  const broken = await page.page.evaluate(() =>
    window.asked({ bank: new ArrayBuffer(40) }).catch((error) => error.message),
  );
  assert.match(broken, /safetensors|bank/);
  const [sound] = await hits(page, [[0.05, 110]]);
  assert.ok(sound.length > 2000, "the bank before is still there");
  await page.close();
});

test("nothing of it is fetched before it is wanted or where there is no card, which the page says", async () => {
  const bare = await launch();
  try {
    const page = await Page.open(bare);
    const fetched = () => page.responses.filter((response) => /gpu/.test(response.url())).map((response) => response.url());
    await page.start();
    await page.strike();
    await page.wait(0.5);
    assert.deepEqual(fetched(), []);
    await choose(page, "the graphics card");
    await says(page, /it has no WebGPU|it offers no adapter/);
    assert.deepEqual(fetched(), []);
    await plays(page);
    assert.deepEqual(page.errors, []);
    await page.close();
  } finally {
    await bare.close();
  }
});

for (const [what, ahead, words] of [
  ["no adapter", REFUSE_ADAPTER, /no graphics card can be used/],
  ["a card without memory", NO_MEMORY, /the graphics card stopped/],
]) {
  test(`${what} is said, and the page plays and paints its map by the processor`, async () => {
    const page = await open(ahead);
    await page.start();
    await choose(page, "the graphics card");
    await says(page, words);
    await page.page.keyboard.press("Escape");
    assert.equal(await fill(page), 48);
    await plays(page);
    assert.deepEqual(await page.notices(), []);
    await page.close();
  });
}

test("a card that is lost is left and tried again; the page plays on meanwhile", { timeout: 3 * PATIENCE_MS }, async () => {
  const page = await open(KEEP_DEVICE);
  await page.start();
  await choose(page, "the graphics card");
  await says(page, "is being fetched and tried");
  const inWorkers = (what) =>
    Promise.all(page.page.workers().filter((worker) => worker.url().endsWith("gpu.js")).map((worker) => worker.evaluate(what)));
  // In the middle of its trial, which takes long without a card.
  for (let lost = false; !lost; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    lost = (await inWorkers("self.device !== undefined")).includes(true);
  }
  await inWorkers("self.device.destroy()");
  await says(page, /It is tried again soon/);
  await plays(page);
  await page.button("Audio").click();
  await says(page, "is being fetched and tried");
  await plays(page);
  assert.deepEqual(await page.notices(), []);
  await page.close();
});
