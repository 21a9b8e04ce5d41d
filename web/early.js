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
  let questions = 0;
  const ask = (question) =>
    new Promise((resolve, reject) => {
      const id = (questions -= 1);
      banker.addEventListener("message", ({ data }) => data.id === id && resolve(data.answer));
      banker.addEventListener("error", () => reject(new Error("a worker stopped")));
      banker.postMessage({ id, ...question });
    });
  // Questions are answered in turn.
  const here = Promise.all([module, bank]);
  const hash = here.then(([module, file]) => ask({ module, file }));
  const first = here.then(() => ask({ open: true }));

  // What the worker made is kept for the next visit, under a name that follows from all that it was made of. A browser that
  // keeps nothing makes it anew each time.
  const PREFIX = `neurorack prepared ${new URL(".", document.baseURI)} `;
  const name = Promise.all([engine, bank]).then(async (files) => {
    const hashes = await Promise.all(files.map((file) => crypto.subtle.digest("SHA-256", file)));
    return PREFIX + hashes.map((hash) => Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("")).join(" ");
  });
  const kept = async (entry) => {
    const answer = await (await caches.open(await name)).match(entry);
    if (!answer) return null;
    const all = await answer.arrayBuffer();
    let at = 0;
    const parts = JSON.parse(answer.headers.get("lengths")).map((length) => all.slice(at, (at += length)));
    return at === all.byteLength ? parts : null;
  };
  const keep = async (entry, parts) => {
    const lengths = JSON.stringify(parts.map(({ byteLength }) => byteLength));
    await (await caches.open(await name)).put(entry, new Response(new Blob(parts), { headers: { lengths } }));
  };
  const others = async () => {
    const ours = await name;
    return (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== ours);
  };
  const make = async () => {
    await here;
    const parts = await ask({ rate: RATE });
    const forget = async () => {
      for (const other of await others()) await caches.delete(other);
      await keep("prepared", parts);
    };
    // Nothing stands in the first sound's way.
    setTimeout(() => forget().catch(() => {}), 4000);
    return parts;
  };
  const prepared = kept("prepared").catch(() => null).then((parts) => parts ?? make());

  // What the engine is told before a first tap that comes before the page's program: all that was set when the page was left,
  // or what is set at first. Nothing where only that program knows: the address says what to play, or another build was here.
  const left = async () => (await kept("opening")) ?? ((await others()).length > 0 ? [] : null);
  const opening = location.hash.length > 1 ? Promise.resolve([]) : left().catch(() => null).then((parts) => parts ?? first);
  const remember = (parts) => void keep("opening", parts).catch(() => {});

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
  const early = { engine, module, bank, banker, hash, prepared, context, node, sleeper, delivered, opening, remember, fetched };
  // Whoever waits for them says what went wrong.
  Object.values(early).forEach((promise) => promise?.catch?.(() => {}));
  return early;
})();
