// The way to the first sound: what sleeps until the first tap, and what a visit leaves for the next one.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { peak } from "./measure.mjs";
import { keptBanks, launch, Page, PREPARED, PROGRAM } from "./page.mjs";

/** Notes for which rates workers are asked to prepare a bank. */
const ASKED = `(() => {
  window.prepared = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.rate) window.prepared.push(message.rate);
    return post.call(this, message, ...rest);
  };
})();`;

/** A browser without service workers, who would answer a second visit from what they keep. */
const ALONE = `delete Navigator.prototype.serviceWorker;`;

/** Keeps the page's program away until it is let through. */
function held() {
  let letThrough;
  const gate = new Promise((resolve) => (letThrough = resolve));
  const prepare = (page) =>
    page.route(PROGRAM, async (route) => {
      await gate;
      await route.continue();
    });
  return { prepare, letThrough };
}

/** Samples from the first on that is not silence. */
const fromOnset = ({ samples }, length = 20_000) => {
  const begin = samples.findIndex((sample) => sample !== 0);
  return samples.slice(begin, begin + length);
};

describe("the first sound", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
  test.afterEach(() => page?.close());

  const prepared = () => page.page.evaluate(() => window.prepared);

  /** Loads the page again; the scripts that were injected run again too. */
  const again = async () => {
    await page.page.reload({ waitUntil: "load" });
    await page.page.locator("#waiting").waitFor({ state: "detached" });
  };

  /** What is kept of how everything is set, once it no longer changes. */
  const opening = () =>
    page.page.evaluate(async (prefix) => {
      const rest = () => new Promise((resolve) => setTimeout(resolve, 1_000));
      const body = async () => {
        const [name] = (await caches.keys()).filter((name) => name.startsWith(prefix));
        const answer = name && (await (await caches.open(name)).match("opening"));
        return answer && new Uint8Array(await answer.arrayBuffer()).join();
      };
      for (;;) {
        const before = await body();
        // As long as a change waits to be kept, another comes.
        await rest();
        if (before && before === (await body())) return before;
      }
    }, PREPARED);

  test("the engine sleeps with its bank until the first tap, which is heard", async () => {
    page = await Page.open(browser, { before: ASKED });
    await page.ready();
    await page.page.evaluate(() => window.early.delivered);
    const { state, time } = await page.page.evaluate(async () => {
      const { context } = window.early;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { state: context.state, time: context.currentTime };
    });
    assert.equal(state, "suspended");
    await page.page.waitForTimeout(500);
    assert.equal(await page.page.evaluate(() => window.early.context.currentTime), time, "its clock stands");
    await page.button("Gate 1").click();
    await page.page.waitForFunction(() => Number(document.querySelector("#engine-status")?.dataset.hits) === 1);
    await page.silence();
    assert.ok(peak((await page.recording()).samples) > 0.05, "the tap that woke it is heard");
    assert.deepEqual(await page.page.evaluate(() => window.early.context.state), "running");
    assert.equal((await page.status()).dropped, 0);
    assert.deepEqual(await prepared(), [48_000], "no other context was opened for it");
    assert.deepEqual(page.errors, []);
  });

  test("a second visit takes what the first one prepared, and sounds the same", async () => {
    page = await Page.open(browser, { before: ASKED });
    await page.start();
    await page.turn("CV 4", -5);
    const first = await page.strike();
    assert.deepEqual(await prepared(), [48_000]);
    const names = await keptBanks(page.page);
    assert.equal(names.length, 1);
    await again();
    await page.start();
    const second = await page.strike();
    assert.deepEqual(await prepared(), [], "nothing is prepared anew");
    const [was, is] = [first, second].map(({ heard }) => fromOnset(heard));
    assert.ok(peak(was) > 0.05);
    assert.deepEqual(is, was);
    assert.deepEqual(page.errors, []);
  });

  test("a copy that is not whole, or of another build, is made anew", async () => {
    page = await Page.open(browser, { before: ASKED });
    await page.ready();
    const [name] = await keptBanks(page.page);
    await page.page.evaluate(async (name) => {
      const cache = await caches.open(name);
      const was = await cache.match("prepared");
      const part = (await was.arrayBuffer()).slice(0, 100_000);
      await cache.put("prepared", new Response(part, { headers: was.headers }));
      const other = name.replace(/ \S+ \S+$/, " 00 00");
      await (await caches.open(other)).put("prepared", new Response("old"));
    }, name);
    await again();
    await page.start();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.05);
    assert.deepEqual(await prepared(), [48_000]);
    await page.page.waitForFunction(
      async ([prefix, name]) => (await caches.keys()).filter((other) => other.startsWith(prefix)).join() === name,
      [PREPARED, name],
    );
    assert.deepEqual(page.errors, []);
  });

  test("a browser that keeps nothing prepares it each time", async () => {
    page = await Page.open(browser, { before: `${ASKED} Object.defineProperty(window, "caches", { get() { throw new DOMException("no", "SecurityError"); } });` });
    await page.start();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.05);
    assert.deepEqual(await prepared(), [48_000]);
    assert.deepEqual(page.errors, []);
  });

  for (const how of ["a tap", "the space bar"]) {
    test(`${how} before the page's program is heard at once, and the pattern begins`, async () => {
      const { prepare, letThrough } = held();
      page = await Page.open(browser, { prepare, starts: false, fragment: "", before: ALONE });
      if (how === "a tap") await page.button("Gate 1").click();
      else await page.page.keyboard.press("Space");
      await page.page.waitForFunction(() => window.neurorackTap.blocks.some(({ samples }) => samples.some((sample) => Math.abs(sample) > 0.05)));
      assert.equal(await page.page.locator(".page").count(), 0, "the program is not here yet");
      letThrough();
      await page.page.locator("#waiting").waitFor({ state: "detached" });
      await page.page.waitForFunction(() => document.querySelector("#engine-status")?.dataset.state === "running");
      await page.wait(1);
      const { dropped, hits } = await page.status();
      assert.equal(dropped, 0);
      assert.ok(hits >= 3, `${hits} hits`);
      assert.deepEqual(page.errors, []);
    });
  }

  test("a tap before the page's program plays what was left, as it was left", async () => {
    const { prepare, letThrough } = held();
    page = await Page.open(browser, { fragment: "", before: ALONE });
    await page.start();
    await page.button("Calm").click();
    await page.slider("Volume").press("Shift+ArrowDown");
    await page.turn("CV 3", 2);
    await page.silence();
    const first = await page.strike();
    await opening();
    await prepare(page.page);
    await page.page.reload({ waitUntil: "load" });
    await page.button("Gate 1").click();
    await page.page.waitForFunction(() => window.neurorackTap.blocks.length > 200);
    const second = fromOnset(await page.recording());
    assert.ok(peak(second) > 0.01);
    assert.deepEqual(second, fromOnset(first.heard));
    letThrough();
    await page.page.waitForFunction(() => document.querySelector("#engine-status")?.dataset.state === "running");
    assert.equal((await page.status()).hits, 1);
    assert.deepEqual(page.errors, []);
  });

  test("a link that was only looked at does not change what the next tap plays", async () => {
    page = await Page.open(browser, { before: ALONE });
    await page.ready();
    await page.slider("Volume").press("Shift+ArrowDown");
    await page.button("Share").click();
    await page.page.waitForFunction(() => location.hash.startsWith("#p="));
    const link = await page.page.evaluate(() => location.hash);
    await page.close();

    page = await Page.open(browser, { before: ALONE, fragment: "" });
    await page.ready();
    await page.button("Calm").click();
    const left = await opening();
    await page.page.evaluate((link) => history.replaceState(null, "", link), link);
    await again();
    await page.ready();
    assert.equal(await page.slider("Volume").inputValue(), "-15");
    assert.equal(await opening(), left);
    assert.deepEqual(page.errors, []);
  });

  test("the pad stands where the page's own will stand, after a first visit", async () => {
    const { prepare, letThrough } = held();
    page = await Page.open(browser, { before: ALONE });
    const place = () => page.button("Gate 1").boundingBox();
    await page.page.evaluate(() => document.fonts.ready);
    const own = await place();
    await prepare(page.page);
    await page.page.reload({ waitUntil: "load" });
    assert.deepEqual(await place(), own);
    await page.page.setViewportSize({ width: 800, height: 600 });
    await page.page.reload({ waitUntil: "load" });
    const { x, width } = await place();
    assert.ok(Math.abs(x + width / 2 - 400) < 1, "in the middle of a window of another size");
    letThrough();
    assert.deepEqual(page.errors, []);
  });

  test("where the address says what to play, a tap waits for the page's program, and is heard once", async () => {
    const { prepare, letThrough } = held();
    page = await Page.open(browser, { prepare, starts: false, before: ALONE });
    await page.button("Gate 1").click();
    await page.page.evaluate(() => window.early.delivered);
    await page.wait(0.3);
    assert.ok(await page.page.evaluate(() => window.neurorackTap.blocks.every(({ samples }) => samples.every((sample) => sample === 0))));
    letThrough();
    await page.page.waitForFunction(() => Number(document.querySelector("#engine-status")?.dataset.hits) > 0);
    await page.silence();
    assert.equal((await page.status()).hits, 1);
    assert.deepEqual(page.errors, []);
  });
});
