// Renders sounds on the graphics card, or on the processor. No sound logic: bytes go in, samples come out, and hits that are
// played ahead go to the audio thread without the page's help.

importScripts("ring.js", "gpu-glue.js");

// How long a full ring is waited for at a time and in all: one that nobody reads is of an audio clock that stands still.
const PAUSE_MS = 4;
const PATIENCE_MS = 2000;

let renderer;
// Takes one message to the audio thread; whether it went.
let send;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function lead(channel) {
  if (channel instanceof MessagePort) {
    send = async (message) => {
      channel.postMessage(message.buffer, [message.buffer]);
      return true;
    };
    return;
  }
  const ring = new RingWriter(channel);
  send = async (message) => {
    const end = performance.now() + PATIENCE_MS;
    while (!ring.write(message)) {
      if (performance.now() > end) return false;
      await pause();
    }
    return true;
  };
}

// Renders a hit and sends it on; how many messages went.
async function take({ messages, family, number }) {
  const rendered = await renderer.take(messages, family, number);
  let sent = 0;
  while (sent < rendered.length && (await send(rendered[sent]))) sent += 1;
  return sent;
}

async function answer({ gpu, bank, verify, channel, take: wanted, hits }) {
  if (gpu !== undefined) {
    await wasm_bindgen({ module_or_path: "gpu-glue_bg.wasm" });
    renderer = await wasm_bindgen.Renderer.open(gpu);
    return true;
  }
  if (bank) return renderer.use_bank(new Uint8Array(bank));
  if (verify) return renderer.verify();
  if (channel) return lead(channel);
  if (wanted) return take(wanted);
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
let current;
const unwanted = new Set();

// One question after the other. One that nobody waits for any more is given up, or not begun.
onmessage = ({ data }) => {
  if (data.cancel !== undefined) {
    if (data.cancel === current) renderer?.cancel();
    else unwanted.add(data.cancel);
    return;
  }
  last = last.then(async () => {
    if (unwanted.delete(data.id)) return;
    current = data.id;
    await reply(data);
    current = undefined;
  });
};

onunhandledrejection = ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
};
