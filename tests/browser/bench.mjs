// What a voice costs in Chromium: the engine's WASM in a Worker, the same rounds as `neurorack-e2e bench` natively.
// Prints one line of JSON for each figure.

import { bench } from "./engine.mjs";
import { launch } from "./page.mjs";

const RATE = 48_000;
const QUANTUM = 128;

/** Seconds for which each strike is timed; its curve lasts four. */
const ROUND_S = 3;

/** The kernel of `tests/src/reference.rs`, in seconds a product. Runs in the page. */
const reference = () => {
  const [SIZE, PRODUCTS, ROUNDS] = [256, 200, 15];
  const matrix = Float32Array.from({ length: SIZE * SIZE }, (_, k) => (k % 97) / 97 - 0.5);
  const vector = new Float32Array(SIZE).fill(1);
  const product = new Float32Array(SIZE);
  let quickest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    for (let count = 0; count < PRODUCTS; count += 1) {
      for (let row = 0; row < SIZE; row += 1) {
        let sum = 0;
        for (let column = 0; column < SIZE; column += 1) sum = Math.fround(sum + matrix[row * SIZE + column] * vector[column]);
        product[row] = sum;
      }
      for (let row = 0; row < SIZE; row += 1) vector[row] = 0.01 * product[row] + 0.5;
    }
    quickest = Math.min(quickest, (performance.now() - begun) / 1_000 / PRODUCTS);
  }
  return quickest;
};

const seconds = Number(process.argv[2] ?? 10);

/** Runs in the Worker: times blocks of `voices` voices. Times are in milliseconds. */
const worker = `onmessage = ({ data: { module, setup, strike, voices, rounds, blocks, quantum, rate } }) => {
  const results = [];
  for (let round = 0; round < rounds; round += 1) {
    const times = new Float64Array(blocks);
    const engine = new WebAssembly.Instance(module, {}).exports;
    const handle = engine.nr_init(rate);
    const memory = engine.nr_message_memory(handle);
    const send = (message) => {
      new Uint8Array(engine.memory.buffer).set(new Uint8Array(message), memory);
      engine.nr_message(handle, message.byteLength);
    };
    setup.forEach(send);
    engine.nr_render(handle, quantum, 0);
    for (let voice = 0; voice < voices; voice += 1) send(strike);
    for (let block = 0; block < blocks; block += 1) {
      const begun = performance.now();
      engine.nr_render(handle, quantum, ((block + 1) * quantum) / rate);
      times[block] = performance.now() - begun;
    }
    times.sort();
    results.push({ mean: times.reduce((sum, time) => sum + time, 0) / blocks, p99: times[Math.floor(blocks * 0.99)] });
  }
  // The fastest round counts: other programs can only make one slower.
  results.sort((a, b) => a.mean - b.mean);
  postMessage({ ...results[0], isolated: crossOriginIsolated });
};`;

const browser = await launch();
const { page } = await bench(browser);
const blocks = Math.floor((ROUND_S * RATE) / QUANTUM);
const product_s = await page.evaluate(reference);
console.log(JSON.stringify({ host: "WASM in Chromium", reference_percent: (100 * product_s * RATE) / QUANTUM }));
for (const voices of [0, 1, 8]) {
  const { mean, p99, isolated } = await page.evaluate(
    async ({ worker, ...task }) => {
      const module = await WebAssembly.compileStreaming(fetch("engine.wasm"));
      const [setup, [strike]] = [await window.messages("bench-setup.bin"), await window.messages("strike.bin")];
      const url = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
      const thread = new Worker(url);
      const done = new Promise((resolve, reject) => {
        thread.onmessage = ({ data }) => resolve(data);
        thread.onerror = (event) => reject(new Error(event.message));
      });
      thread.postMessage({ module, setup, strike, ...task });
      const result = await done;
      thread.terminate();
      return result;
    },
    { worker, voices, rounds: Math.max(1, Math.ceil(seconds / ROUND_S)), blocks, quantum: QUANTUM, rate: RATE },
  );
  if (!isolated) throw new Error("without cross-origin isolation the browser's clock is too coarse to time blocks");
  const percent = (ms) => (100 * (ms / 1000) * RATE) / QUANTUM;
  console.log(
    JSON.stringify({ host: "WASM in Chromium", voices, mean_percent: percent(mean), p99_percent: percent(p99) }),
  );
}
await browser.close();
