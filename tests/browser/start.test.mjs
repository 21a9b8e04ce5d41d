// The way to the first sound: what sleeps until the first tap, and what a visit leaves for the next one.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { peak } from "./measure.mjs";
import { keptBanks, launch, Page, PREPARED } from "./page.mjs";

/** Notes for which rates workers are asked to prepare a bank. */
const ASKED = `(() => {
  window.prepared = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.rate) window.prepared.push(message.rate);
    return post.call(this, message, ...rest);
  };
})();`;

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
    const [was, is] = [first, second].map(({ heard }) => {
      const begin = heard.samples.findIndex((sample) => sample !== 0);
      return heard.samples.slice(begin, begin + 20_000);
    });
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
});
