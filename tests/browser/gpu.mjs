// The graphics card's worker, asked from outside the page as the page asks it.

/** What gives Chromium a WebGPU adapter where there is no card: correct, and slow. */
export const SOFTWARE_ADAPTER = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Largest difference between two renderers, as a share of the sound's peak. */
export const TOLERANCE = 1e-3;

/** An adapter without a card compiles and computes for a long time. */
export const PATIENCE_MS = 240_000;

/** What runs ahead of the worker's own script: keeps the device, to be lost on demand. */
export const KEEP_DEVICE = `
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...wanted) {
    self.device = await requestDevice.apply(this, wanted);
    return self.device;
  };
`;

/**
 * To run in the page: opens a worker on the card (or the processor), with the shipped bank, and leaves it as `window.asked`,
 * a function that asks one question and returns the answer; `window.move` does so with objects that move to the worker.
 */
export function openWorker({ gpu }) {
  const worker = new Worker("gpu.js");
  let number = 0;
  const waiting = new Map();
  worker.onmessage = ({ data: { id, answer } }) => {
    const { resolve, reject } = waiting.get(id);
    if (answer.refusal === undefined) resolve(answer);
    else reject(new Error(answer.refusal));
  };
  worker.onerror = (event) => waiting.forEach(({ reject }) => reject(new Error(`the worker stopped: ${event.message}`)));
  window.move = (question, moved) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...question }, moved);
    });
  window.asked = (question) => window.move(question, []);
  return (async () => {
    const opened = await window.asked({ gpu });
    const bank = await (await fetch("banks/impacts.safetensors")).arrayBuffer();
    await window.asked({ bank });
    return opened.ms;
  })();
}

/** To run in the page: an engine message with a curve of so many seconds, a decaying hit with a pitch. */
export function curveMessage(seconds, pitchHz = 110) {
  const frames = 1 + Math.round((seconds * 44_100) / 256);
  const message = new DataView(new ArrayBuffer(8 + frames * 32));
  message.setUint32(0, 3, true);
  for (let frame = 0; frame < frames; frame++) {
    const decay = Math.exp((-5 * frame) / frames);
    // Scaled as the network sees them: loudness, zero crossings, roll-off, flatness, bandwidth, centroid, pitch, trust in it.
    const scaled = [Math.log10(0.3 * decay + 1e-4), Math.log2(0.051), Math.log2(4020 * decay + 200), -2,
      Math.log2(1700 * decay + 200), Math.log2(1900 * decay + 200), Math.log2(pitchHz), 0.9];
    scaled.forEach((value, channel) => message.setFloat32(8 + 32 * frame + 4 * channel, value, true));
  }
  return new Uint8Array(message.buffer);
}
