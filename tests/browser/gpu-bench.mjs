// How quickly previews are rendered: 64 hits of one second, by the graphics card, by burn on the processor and by the engine's
// own worker. Prints one line of JSON for each.

import { framed, written } from "./engine.mjs";
import { SOFTWARE_ADAPTER, curveMessage, openWorker } from "./gpu.mjs";
import { Page, launch } from "./page.mjs";

const HITS = 64;
const RATE = 48_000;

/** Without a card 64 would take minutes. */
const HITS_IN_SOFTWARE = 4;

const curves = (count) => `Array.from({ length: ${count} }, (_, k) => curveMessage(1, 80 + 10 * k))`;

/** Runs in the page: renders hits by the worker that `openWorker` opened, twice; milliseconds of the second time. */
const byBurn = (count) => `(async () => {
  ${curveMessage}
  const hits = ${curves(count)};
  await window.asked({ hits });
  return (await window.asked({ hits })).ms;
})()`;

/** Runs in the page: renders hits by the engine's worker; milliseconds. */
const byEngine = (count) => `(async () => {
  ${curveMessage}
  const module = await WebAssembly.compileStreaming(fetch("engine.wasm"));
  const { buffer } = Uint8Array.from(atob(window.setup), (character) => character.charCodeAt(0));
  const setup = [];
  for (let at = 0; at < buffer.byteLength; ) {
    const length = new DataView(buffer).getUint32(at, true);
    setup.push(buffer.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const worker = new Worker("renderer.js");
  let done;
  worker.onmessage = ({ data }) => done(data.answer.length);
  worker.postMessage({ module, rate: ${RATE}, messages: setup });
  const trigger = new DataView(new ArrayBuffer(20));
  trigger.setUint32(0, 1, true);
  trigger.setFloat32(4, 1, true);
  const hit = (curve) => {
    const second = curve.slice();
    second[4] = 1;
    const messages = [curve.buffer, second.buffer, trigger.buffer.slice(0)];
    return new Promise((resolve) => {
      done = resolve;
      worker.postMessage({ id: 1, messages, samples: ${RATE} });
    });
  };
  await hit(curveMessage(1));
  const began = performance.now();
  for (const curve of ${curves(count)}) await hit(curve);
  const ms = performance.now() - began;
  worker.terminate();
  return ms;
})()`;

/**
 * Runs in the page: renders a hit of the original's network, one second, by the worker that `openWorker` opened; milliseconds.
 * `asking` holds settings and controls, and shorter curves.
 */
const take = (bank, asking) => `(async () => {
  ${curveMessage}
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  await window.asked({ bank: bytes("${bank.toString("base64")}").buffer });
  const messages = ${JSON.stringify([...framed(asking)].slice(0, 2).map((message) => [...message]))}.map((message) => Uint8Array.from(message));
  const [first, second] = [curveMessage(1), curveMessage(1)];
  second[4] = 1;
  const { port1 } = new MessageChannel();
  await window.move({ channel: port1 }, [port1]);
  const take = { messages: [...messages, first, second], family: 1, number: 1 };
  await window.asked({ take });
  return (await window.asked({ take })).ms;
})()`;

/** The page at rest, whose workers are asked. */
async function open(browser) {
  const { page } = await Page.open(browser, { serviceWorkers: "block" });
  return page;
}

function tell(what, count, ms) {
  console.log(JSON.stringify({ what, hits: count, ms, real_time: (1000 * count) / ms }));
}

// A card of this machine first, Chromium's software where there is none.
for (const [more, count] of [[["--enable-unsafe-webgpu"], HITS], [SOFTWARE_ADAPTER, HITS_IN_SOFTWARE]]) {
  const browser = await launch(more);
  const page = await open(browser);
  const adapter = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    const { vendor, architecture, description } = adapter?.info ?? {};
    return adapter && { name: [vendor, architecture, description].filter(Boolean).join(" "), software: /swiftshader/i.test(architecture + description) };
  });
  if (adapter && (count === HITS_IN_SOFTWARE || !adapter.software)) {
    await page.evaluate(openWorker, { gpu: true });
    tell(`WebGPU (${adapter.name})`, count, await page.evaluate(byBurn(count)));
    await browser.close();
    break;
  }
  await browser.close();
}
const browser = await launch();
const page = await open(browser);
// The bank and its settings, each message with its length before it.
await page.evaluate((setup) => (window.setup = setup), written("bench-setup.bin").toString("base64"));
tell("the engine's worker", HITS, await page.evaluate(byEngine(HITS)));
await page.evaluate(openWorker, { gpu: false });
tell("burn on the processor", HITS, await page.evaluate(byBurn(HITS)));
tell("a take of the original, processor", 1, await page.evaluate(take(written("original.safetensors"), written("take.bin"))));
await browser.close();
