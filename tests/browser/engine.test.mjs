// The engine in the browser gives the native engine's samples, at once and every time.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bench, floats, renderOffline, written } from "./engine.mjs";
import { launch } from "./page.mjs";

/** Both are the same arithmetic; compilers may only contract or reorder sums. */
const TOLERANCE = 1e-5;

const QUANTUM = 128;

describe("the engine in the browser", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
    ({ page } = await bench(browser));
  });
  after(() => browser?.close());

  for (const rate of [44_100, 48_000]) {
    test(`at ${rate} Hz it renders what the native engine renders`, async () => {
      const timing = JSON.parse(written(`timing-${rate}.json`));
      const expected = floats(written(`expected-${rate}.f32`));
      const heard = await renderOffline(page, rate, timing.length);
      assert.equal(heard.length, expected.length);
      assert.ok(expected.some((sample) => Math.abs(sample) > 0.01), "the native sound is no silence");
      const error = heard.reduce((most, sample, i) => Math.max(most, Math.abs(sample - expected[i])), 0);
      console.log(`largest difference to the native engine at ${rate} Hz: ${error}`);
      assert.ok(error <= TOLERANCE, `the largest difference is ${error}`);
    });

    test(`at ${rate} Hz a gate sounds within its own render quantum`, async () => {
      const timing = JSON.parse(written(`timing-${rate}.json`));
      const heard = await renderOffline(page, rate, timing.length);
      const first = heard.findIndex((sample) => sample !== 0);
      const gate = Math.round(timing.hits_s[0] * rate);
      assert.ok(first >= gate, `sound at sample ${first} precedes its gate at ${gate}`);
      assert.equal(Math.floor(first / QUANTUM), Math.floor(gate / QUANTUM), `gate ${gate}, sound ${first}`);
    });
  }

  test("two renders give the same samples", async () => {
    const { length } = JSON.parse(written("timing-48000.json"));
    const first = await renderOffline(page, 48_000, length);
    const second = await renderOffline(page, 48_000, length);
    assert.deepEqual(first, second);
  });
});
