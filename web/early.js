// Begins what the first sound waits for while the page's program is still on its way: engine and bank are fetched, and a
// worker makes the bank ready. No sound logic: bytes are handed on.

window.early = (() => {
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
  const asked = Promise.all([module, bank]).then(([module, file]) => {
    banker.postMessage({ id: -1, module, file });
    banker.postMessage({ id: -2, rate: 48000 });
  });
  const after = (answer) => asked.then(() => answer);
  const early = { engine, module, bank, banker, hash: after(answers[0]), prepared: after(answers[1]) };
  // Whoever waits for them says what went wrong.
  Object.values(early).forEach((promise) => promise.catch?.(() => {}));
  return early;
})();
