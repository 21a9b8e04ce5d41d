// How long the first sound takes by a simulated line of 20 Mbit/s and 40 ms, cold, warm and offline, tapped as soon as there
// is a pad: the one that stands in the page before its program runs, or, with a second argument, the page's own. Prints one
// line of JSON for each figure, and for each stage on the way there.

import { median } from "./measure.mjs";
import { keptBanks, launch, setting } from "./page.mjs";

/** 20 Mbit/s both ways, 40 ms from question to answer. */
const LINE = { offline: false, latency: 40, downloadThroughput: 2.5e6, uploadThroughput: 2.5e6 };

const RUNS = Number(process.argv[2] ?? 5);

const PADS = process.argv[3] ? ".page button[aria-label='Gate 1']" : "button.pad";

/** Where the audio clock's time after the last sample stands in what the engine says of itself, in bytes. */
const TIME_AT = 40;

/**
 * Runs in the page ahead of its own scripts: notes when each stage is over, in milliseconds from the navigation on, taps
 * the first of these pads once it can be seen, and reads from what the engine posts when its first sample that is not
 * silence was rendered.
 */
const WATCH = `((pads) => {
  const stages = (window.stages = {});
  const note = (name) => (stages[name] ??= performance.now());
  const after = (name, promise) => promise.then((value) => (note(name), value));
  for (const [method, name] of [["instantiateStreaming", "program compiled"], ["instantiate", "program compiled"], ["compile", "engine compiled"], ["compileStreaming", "engine compiled"]]) {
    const real = WebAssembly[method];
    WebAssembly[method] = (...given) => after(name, real.call(WebAssembly, ...given));
  }
  const Context = window.AudioContext;
  window.AudioContext = class AudioContext extends Context {
    constructor(...options) {
      note("audio asked for");
      super(...options);
      note("audio opened");
      this.addEventListener("statechange", () => this.state === "running" && note("audio runs"));
    }
  };
  const addModule = AudioWorklet.prototype.addModule;
  AudioWorklet.prototype.addModule = function (...given) {
    return after("worklet loaded", addModule.apply(this, given));
  };
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message.byteLength > 10_000) (note("bank prepared"), (stages["bank sent"] = performance.now()));
    return post.call(this, message, ...rest);
  };
  const Node = window.AudioWorkletNode;
  window.AudioWorkletNode = class AudioWorkletNode extends Node {
    constructor(...given) {
      super(...given);
      note("engine asked for");
      // Before the page's program listens.
      this.port.start();
      this.port.addEventListener("message", ({ data: { samples, status } }) => {
        note("engine plays");
        const first = samples?.findIndex((sample) => Math.abs(sample) > 1e-5) ?? -1;
        if (first < 0 || window.firstSound) return;
        // The page may come to hear of it late; the audio clock went on meanwhile.
        const end = new DataView(status.buffer).getFloat64(${TIME_AT}, true);
        const { currentTime, sampleRate } = this.context;
        window.firstSound = performance.now() - 1000 * (currentTime - end + (samples.length - first) / sampleRate);
      });
    }
  };
  const look = () => {
    if (document.querySelector(".page")?.getBoundingClientRect().width > 0) note("page drawn");
    const pad = document.querySelector(pads);
    if (stages.tapped || !pad || pad.getBoundingClientRect().width === 0) return;
    // The script behind the pad runs before anybody sees it.
    if (!window.early.take) return setTimeout(look);
    note("tapped");
    pad.click();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})(${JSON.stringify(PADS)});`;

/** Loads the page, which taps itself; when each stage was over, in milliseconds. */
async function load(context, line) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", line);
  await page.addInitScript(WATCH);
  await page.goto(setting("NEURORACK_URL"), { waitUntil: "commit" });
  await page.waitForFunction(() => window.firstSound !== undefined, null, { polling: 50, timeout: 30_000 });
  const stages = await page.evaluate(() => {
    const arrived = performance.getEntriesByType("resource").map(({ name, responseEnd }) => [name.split("/").at(-1), responseEnd]);
    const files = [["engine.wasm", "engine here"], ["impacts.safetensors", "bank here"]];
    const find = (ending) => Math.min(...arrived.filter(([name]) => name.endsWith(ending)).map(([, end]) => end));
    return {
      "page here": performance.getEntriesByType("navigation")[0].responseEnd,
      "program here": find("_bg.wasm"),
      ...Object.fromEntries(files.map(([name, stage]) => [stage, find(name)])),
      ...window.stages,
      sound: window.firstSound,
    };
  });
  return { page, stages };
}

const browser = await launch();
const figures = { cold: [], warm: [], offline: [] };
for (let run = 0; run < RUNS; run += 1) {
  const context = await browser.newContext();
  const cold = await load(context, LINE);
  figures.cold.push(cold.stages);
  await cold.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", null, { timeout: 60_000 });
  // A first visit is long enough for what it prepares to be kept.
  await keptBanks(cold.page);
  await cold.page.close();
  const warm = await load(context, LINE);
  figures.warm.push(warm.stages);
  await warm.page.close();
  await context.setOffline(true);
  const offline = await load(context, { ...LINE, offline: true });
  figures.offline.push(offline.stages);
  await context.close();
}
await browser.close();
for (const [what, runs] of Object.entries(figures)) {
  const of = (stage) => runs.map((run) => run[stage]).filter(Number.isFinite);
  console.log(JSON.stringify({ what, median_ms: median(of("sound")), all_ms: of("sound").map(Math.round) }));
  const names = [...new Set(runs.flatMap(Object.keys))].filter((stage) => stage !== "sound" && of(stage).length > 0);
  const stages = names.map((stage) => [stage, median(of(stage))]).sort(([, a], [, b]) => a - b);
  for (const [stage, ms] of stages) console.log(JSON.stringify({ what, stage, median_ms: ms }));
}
