// How long the first sound takes, by a simulated line of 20 Mbit/s and 40 ms, cold, warm and offline, and how long the page
// is held up while it plays. Prints one line of JSON for each figure.

import { median } from "./measure.mjs";
import { launch, setting } from "./page.mjs";

/** 20 Mbit/s both ways, 40 ms from question to answer. */
const LINE = { offline: false, latency: 40, downloadThroughput: 2.5e6, uploadThroughput: 2.5e6 };

const RUNS = Number(process.argv[2] ?? 5);

/** Notes when the first sample that is not silence was rendered, and each task of the page that took too long. */
const WATCH = `(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
  const listen = \`registerProcessor("first-sound", class extends AudioWorkletProcessor {
    process([input]) {
      if (!this.heard && input[0]?.some((sample) => Math.abs(sample) > 1e-5)) { this.heard = true; this.port.postMessage(0); }
      return true;
    }
  });\`;
  const url = URL.createObjectURL(new Blob([listen], { type: "text/javascript" }));
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (this instanceof AudioWorkletNode && target === this.context.destination && !window.watched) {
      window.watched = true;
      this.context.audioWorklet.addModule(url).then(() => {
        const ear = new AudioWorkletNode(this.context, "first-sound");
        ear.port.onmessage = () => (window.firstSound ??= performance.now());
        connect.call(this, ear);
        connect.call(ear, target);
      });
    }
    return connect.call(this, target, ...rest);
  };
})();`;

/** Loads the page and strikes as soon as there is a pad; the time from navigation to the first sound, in milliseconds. */
async function load(context, line) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", line);
  await page.addInitScript(WATCH);
  await page.goto(setting("NEURORACK_URL"), { waitUntil: "commit" });
  const pad = page.getByRole("button", { name: "Gate 1", exact: true });
  await pad.waitFor();
  // As a person would who knows the page: the tap that starts it is a strike.
  await pad.click();
  await page.waitForFunction(() => window.firstSound !== undefined, null, { polling: 20, timeout: 30_000 });
  return { page, ms: await page.evaluate(() => window.firstSound) };
}

/** Twenty hits; the longest task of the page meanwhile, in milliseconds, 0 where none reached 50. */
async function play(page) {
  await page.evaluate(() => (window.longTasks.length = 0));
  for (let hit = 0; hit < 20; hit += 1) {
    await page.keyboard.press("Space");
    await page.waitForTimeout(150);
  }
  return page.evaluate(() => Math.max(0, ...window.longTasks));
}

const browser = await launch();
const figures = { cold: [], warm: [], offline: [], longest_task: [] };
for (let run = 0; run < RUNS; run += 1) {
  const context = await browser.newContext();
  const cold = await load(context, LINE);
  figures.cold.push(cold.ms);
  await cold.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", null, { timeout: 60_000 });
  figures.longest_task.push(await play(cold.page));
  await cold.page.close();
  const warm = await load(context, LINE);
  figures.warm.push(warm.ms);
  await warm.page.close();
  await context.setOffline(true);
  const offline = await load(context, { ...LINE, offline: true });
  figures.offline.push(offline.ms);
  await context.close();
}
await browser.close();
for (const [what, values] of Object.entries(figures)) {
  console.log(JSON.stringify({ what, median_ms: median(values), all_ms: values.map((ms) => Math.round(ms)) }));
}
