// Random playing in Chromium, the scripts that `neurorack-e2e storm` wrote to a folder: how long every block takes, and a hash of every
// sample, which is to be that of `neurorack-e2e proof` natively. Prints one line of JSON.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "./engine.mjs";
import { launch } from "./page.mjs";

const RATE = 48_000;
const QUANTUM = 128;

/** Each block counts by the quickest of so many rounds: other programs can only make one slower. */
const ROUNDS = 3;

const folder = process.argv[2];

/** Runs in the Worker: plays one script, and gives the milliseconds of its blocks and the hash of their samples. */
const worker = `
const [RENDER, LISTEN, PREPARED] = [0, 2 ** 30, 2 ** 31];
const [RATE, QUANTUM] = [${RATE}, ${QUANTUM}];
let module, prepared;

function split(buffer) {
  const [view, found] = [new DataView(buffer), []];
  for (let at = 0; at < buffer.byteLength; ) {
    const length = view.getUint32(at, true);
    found.push(new Uint8Array(buffer, at + 4, length));
    at += 4 + length;
  }
  return found;
}

function play(buffer) {
  const engine = new WebAssembly.Instance(module, {}).exports;
  const handle = engine.nr_init(RATE);
  const memory = engine.nr_message_memory(handle);
  const bytes = new Uint8Array(engine.memory.buffer);
  const send = (message) => {
    bytes.set(message, memory);
    engine.nr_message(handle, message.byteLength);
  };
  const input = engine.nr_input_memory(handle);
  const [view, words, floats] = [new DataView(buffer), new Int32Array(engine.memory.buffer), new Float32Array(engine.memory.buffer)];
  const heard = new Float32Array(QUANTUM);
  const times = [];
  let [hash, at] = [0x811c9dc5 | 0, 0];
  let begun = performance.now();
  while (at < buffer.byteLength) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === RENDER) {
      const samples = engine.nr_render(handle, QUANTUM, (times.length * QUANTUM) / RATE);
      times.push(performance.now() - begun);
      heard.set(floats.subarray(samples / 4, samples / 4 + QUANTUM));
      for (let k = samples / 4; k < samples / 4 + QUANTUM; k += 1) {
        if (!(Math.abs(floats[k]) <= 1)) throw new Error("a sample is above full scale, or no number");
        hash = Math.imul(hash ^ words[k], 0x01000193);
      }
      begun = performance.now();
    } else if (word === LISTEN) {
      floats.set(heard, input / 4);
      engine.nr_hear(handle, 0, QUANTUM);
    } else if (word >= PREPARED) {
      send(prepared[word - PREPARED]);
    } else {
      send(new Uint8Array(buffer, at, word));
      at += word;
    }
  }
  // The first block brought the bank, which a page does before anything sounds.
  return { times: times.slice(1), hash: (hash >>> 0).toString(16).padStart(8, "0") };
}

onmessage = ({ data }) => {
  if (data.module) {
    module = data.module;
    prepared = split(data.prepared);
    postMessage(null);
  } else {
    const { times, hash } = play(data.script);
    postMessage({ times: Float64Array.from(times), hash });
  }
};`;

const parts = [];
while (existsSync(join(folder, `storm-${parts.length}.bin`))) parts.push(`storm-${parts.length}.bin`);
if (parts.length === 0) throw new Error(`${folder} has no scripts: \`neurorack-e2e storm\` writes them`);

const browser = await launch();
const { page } = await bench(browser);
await page.route("**/storm/*", (route) =>
  route.fulfill({
    headers: { "Cross-Origin-Resource-Policy": "same-origin" },
    contentType: "application/octet-stream",
    body: readFileSync(join(folder, new URL(route.request().url()).pathname.split("/").at(-1))),
  }),
);
await page.evaluate(async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  window.player = new Worker(url);
  window.ask = (message) =>
    new Promise((resolve, reject) => {
      window.player.onmessage = ({ data }) => resolve(data);
      window.player.onerror = ({ message }) => reject(new Error(message));
      window.player.postMessage(message);
    });
  const module = await WebAssembly.compileStreaming(fetch("engine.wasm"));
  const prepared = await (await fetch("storm/prepared.bin")).arrayBuffer();
  await window.ask({ module, prepared });
}, worker);

const [times, hashes] = [[], []];
for (const part of parts) {
  const found = await page.evaluate(
    async ({ part, rounds }) => {
      const script = await (await fetch(`storm/${part}`)).arrayBuffer();
      const first = await window.ask({ script });
      for (let round = 1; round < rounds; round += 1) {
        const again = await window.ask({ script });
        if (again.hash !== first.hash) throw new Error(`${part} sounded otherwise when it was played again`);
        again.times.forEach((time, block) => (first.times[block] = Math.min(first.times[block], time)));
      }
      return { times: [...first.times], hash: first.hash };
    },
    { part, rounds: ROUNDS },
  );
  for (const time of found.times) times.push(time);
  hashes.push(found.hash);
}
await browser.close();

times.sort((a, b) => a - b);
const block = (1_000 * QUANTUM) / RATE;
const percent = (share) => (100 * times[Math.floor((times.length - 1) * share)]) / block;
console.log(
  JSON.stringify({
    host: "WASM in Chromium",
    blocks: times.length,
    median_percent: percent(0.5),
    p99_percent: percent(0.99),
    p9999_percent: percent(0.9999),
    longest_percent: percent(1),
    over_a_quarter: times.filter((time) => time > block / 4).length,
    hashes,
  }),
);
