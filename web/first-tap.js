// The pad that stands in the page until its program runs. What it strikes sounds as soon as engine and bank are there, which
// go before the program; that takes over from there. No sound logic: bytes are handed on.

(() => {
  const { bank, context, sleeper, delivered, opening, fetched } = window.early;
  const pad = document.getElementById("first");
  /** Where the page's own pad was last time. */
  const PLACE = "neurorack.pad";
  /** How long the program waits for what was struck, in milliseconds. */
  const PATIENCE_MS = 1000;
  const listening = new AbortController();
  const on = (kind, listener) => addEventListener(kind, listener, { signal: listening.signal });
  /** When the sound was first asked for, on the page's clock. */
  let woken = null;
  /** Whether the last strike was heard; nothing where there was none. */
  let struck = null;

  const wake = () => {
    woken ??= performance.now();
    context?.resume().catch(() => {});
  };
  const play = async () => {
    const [engine, messages] = await Promise.all([sleeper, opening, delivered]);
    if (messages.length === 0) return false;
    engine.connect(context.destination);
    for (const message of messages) engine.port.postMessage(message);
    return true;
  };
  const strike = () => {
    wake();
    struck = play().catch(() => false);
    pad.querySelector(".glow").animate([{ opacity: 1 }, { opacity: 0 }], { duration: 700, easing: "ease-out" });
  };

  const isPad = ({ target }) => pad.contains(target);
  on("pointerdown", (event) => event.button === 0 && isPad(event) && strike());
  // A finger counts as a gesture when it is lifted.
  on("pointerup", wake);
  // A click without a pointer comes from the keyboard and from assistive technology.
  on("click", (event) => event.detail === 0 && isPad(event) && strike());
  on("keydown", (event) => {
    if (event.key !== " " || event.repeat || isPad(event)) return;
    event.preventDefault();
    strike();
  });

  // The pad stands where the page's own will stand, in a window of the same size.
  const size = () => [innerWidth, innerHeight].join();
  try {
    const { of, left, top, width, height } = JSON.parse(localStorage.getItem(PLACE)) ?? {};
    const px = (length) => `${Number(length)}px`;
    if (of === size()) Object.assign(pad.style, { position: "fixed", left: px(left), top: px(top), width: px(width), height: px(height) });
  } catch {
    // Nothing is kept here.
  }
  addEventListener("pagehide", () => {
    const { left, top, width, height } = document.querySelector(".page .pad")?.getBoundingClientRect() ?? {};
    if (!width || scrollY > 0) return;
    try {
      localStorage.setItem(PLACE, JSON.stringify({ of: size(), left, top, width, height }));
    } catch {
      // Nothing is kept here.
    }
  });

  /** What was tapped; from now on taps are the program's own. */
  window.early.take = () => {
    listening.abort();
    return { woken, struck };
  };

  /** The program, compiled, once it stands in no strike's way. */
  window.early.program = async (address) => {
    await bank.catch(() => {});
    const whole = () => fetched(address).then((bytes) => WebAssembly.compile(bytes));
    // A host may not say that it is a program.
    const module = await WebAssembly.compileStreaming(fetch(address)).catch(whole);
    await Promise.race([struck, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    return module;
  };
})();
