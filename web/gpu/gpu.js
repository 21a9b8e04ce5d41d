// Renders sounds on the graphics card, or on the processor. No sound logic: bytes go in, samples come out.

importScripts("gpu-glue.js");

let renderer;

async function answer({ gpu, bank, verify, hits }) {
  if (gpu !== undefined) {
    await wasm_bindgen({ module_or_path: "gpu-glue_bg.wasm" });
    renderer = await wasm_bindgen.Renderer.open(gpu);
    return true;
  }
  if (bank) return renderer.use_bank(new Uint8Array(bank));
  if (verify) return renderer.verify();
  return renderer.hits(hits);
}

async function reply(data) {
  const began = performance.now();
  try {
    const sounds = await answer(data);
    const ms = performance.now() - began;
    const buffers = Array.isArray(sounds) ? sounds.map((sound) => sound.buffer) : [];
    postMessage({ id: data.id, answer: { sounds, ms } }, buffers);
  } catch (error) {
    // A sentence of the renderer's own, or a fault that has stopped the module for good: that is told as this worker's.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    postMessage({ id: data.id, answer: { refusal: error.message ?? String(error) } });
  }
}

let last = Promise.resolve();

// One question after the other; cancelling does not wait.
onmessage = ({ data }) => {
  if (data.cancel) renderer?.cancel();
  else last = last.then(() => reply(data));
};

onunhandledrejection = ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
};
