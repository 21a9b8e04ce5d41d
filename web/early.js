// Begins what the first sound waits for while the page's program is still on its way: engine and bank are fetched, a worker
// makes the bank ready, and the engine is put on an audio thread, gets the bank and sleeps until the first tap. No sound
// logic: bytes are handed on.

window.early = (() => {
  const RATE = 48000;
  const fetched = async (name) => {
    const answer = await fetch(name);
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    return answer.arrayBuffer();
  };
  const engine = fetched("engine.wasm");
  const bank = fetched("banks/impacts.safetensors");
  const module = engine.then((bytes) => WebAssembly.compile(bytes));
  const banker = new Worker("banker.js");
  // The page's own questions have numbers from 1 on.
  const answers = [-1, -2].map(
    (id) =>
      new Promise((resolve, reject) => {
        banker.addEventListener("message", ({ data }) => data.id === id && resolve(data.answer));
        banker.addEventListener("error", () => reject(new Error("a worker stopped")));
      }),
  );
  const asked = Promise.all([module, bank]).then(([module, file]) => banker.postMessage({ id: -1, module, file }));
  const hash = asked.then(() => answers[0]);

  // What the worker made is kept for the next visit, under a name that follows from all that it was made of. A browser that
  // keeps nothing makes it anew each time.
  const PREFIX = `neurorack prepared ${new URL(".", document.baseURI)} `;
  const name = Promise.all([engine, bank]).then(async (files) => {
    const hashes = await Promise.all(files.map((file) => crypto.subtle.digest("SHA-256", file)));
    return PREFIX + hashes.map((hash) => Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("")).join(" ");
  });
  const ENTRY = "prepared";
  const kept = async () => {
    const answer = await (await caches.open(await name)).match(ENTRY);
    if (!answer) return null;
    const all = await answer.arrayBuffer();
    let at = 0;
    const parts = JSON.parse(answer.headers.get("lengths")).map((length) => all.slice(at, (at += length)));
    return at === all.byteLength ? parts : null;
  };
  const keep = async (parts) => {
    const ours = await name;
    const others = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== ours);
    await Promise.all(others.map((other) => caches.delete(other)));
    const lengths = JSON.stringify(parts.map(({ byteLength }) => byteLength));
    await (await caches.open(ours)).put(ENTRY, new Response(new Blob(parts), { headers: { lengths } }));
  };
  const make = async () => {
    await asked;
    banker.postMessage({ id: -2, rate: RATE });
    const parts = await answers[1];
    // Nothing stands in the first sound's way.
    setTimeout(() => keep(parts).catch(() => {}), 4000);
    return parts;
  };
  const prepared = kept().catch(() => null).then((parts) => parts ?? make());

  // The engine's node in an audio context. Two channels from outside as they come, one to the way out.
  const node = async (context, module) => {
    await context.audioWorklet.addModule("processor.js");
    return new AudioWorkletNode(context, "neurorack", {
      numberOfInputs: 1,
      channelCount: 2,
      channelCountMode: "explicit",
      channelInterpretation: "discrete",
      outputChannelCount: [1],
      processorOptions: { module: await module },
    });
  };
  // A context of the latency that was chosen, the least where none was. A browser that trusts the page would start it by itself.
  const latency = () => {
    const chosen = JSON.parse(localStorage.getItem("neurorack.audio"))?.latency;
    return ["balanced", "playback"].includes(chosen) ? chosen : 0;
  };
  const asleep = () => {
    let latencyHint = 0;
    try {
      latencyHint = latency();
    } catch {
      // Nothing is kept here.
    }
    const context = new AudioContext({ latencyHint, sampleRate: RATE });
    context.suspend();
    return context;
  };
  let context = null;
  try {
    context = asleep();
  } catch {
    // The tap asks again, and says what is missing.
  }
  const sleeper = context && node(context, module);
  // Not before the engine is there to take it, and before anything else that the page's program sends it.
  const delivered = Promise.all([sleeper, prepared]).then(([sleeper, parts]) => {
    if (sleeper?.context.sampleRate !== RATE) throw new Error("another rate");
    for (const part of parts) sleeper.port.postMessage(part);
  });
  const early = { engine, module, bank, banker, hash, prepared, context, node, sleeper, delivered };
  // Whoever waits for them says what went wrong.
  Object.values(early).forEach((promise) => promise?.catch?.(() => {}));
  return early;
})();
