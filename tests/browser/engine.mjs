// The engine alone in a browser: its WASM and processor as the page loads them, fed the messages that the native half
// of these tests wrote.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setting } from "./page.mjs";

/** A file that `neurorack-e2e messages` wrote. */
export function written(name) {
  return readFileSync(join(setting("NEURORACK_EVENTS"), name));
}

/** The bytes as 32-bit floats. */
export function floats(buffer) {
  return new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length));
}

/** Messages of a file: each a length and that many bytes. */
export function* framed(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    yield bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

/** An empty page of the served origin, with the written files under `/written/` and what pages need to read them. */
export async function bench(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const root = setting("NEURORACK_URL");
  const headers = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
  await page.route(`${root}empty.html`, (route) =>
    route.fulfill({ headers: { ...headers, "Content-Type": "text/html" }, body: "<!doctype html><link rel=icon href=data:,>" }),
  );
  await page.route(`${root}written/*`, (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1);
    return route.fulfill({ headers, contentType: "application/octet-stream", body: written(name) });
  });
  await page.goto(`${root}empty.html`);
  await page.evaluate(() => {
    /** A processor that answers a message when the audio thread has come to it. */
    const echo = `registerProcessor("echo", class extends AudioWorkletProcessor {
      constructor() {
        super();
        this.port.onmessage = () => this.port.postMessage(null);
      }
      process() {
        return false;
      }
    });`;
    window.echoUrl = URL.createObjectURL(new Blob([echo], { type: "text/javascript" }));

    /** The messages of a file: each a length and that many bytes. */
    window.messages = async (name) => {
      const buffer = await (await fetch(`written/${name}`)).arrayBuffer();
      const view = new DataView(buffer);
      const found = [];
      for (let at = 0; at < buffer.byteLength; ) {
        const length = view.getUint32(at, true);
        found.push(buffer.slice(at + 4, at + 4 + length));
        at += 4 + length;
      }
      return found;
    };
  });
  return { context, page };
}

/** Renders the written hits at `rate` in an OfflineAudioContext; returns the samples and the processor's last status. */
export async function renderOffline(page, rate, length) {
  const base64 = await page.evaluate(
    async ({ rate, length }) => {
      const module = await WebAssembly.compileStreaming(fetch("engine.wasm"));
      const context = new OfflineAudioContext(1, length, rate);
      await context.audioWorklet.addModule("processor.js");
      await context.audioWorklet.addModule(window.echoUrl);
      const node = new AudioWorkletNode(context, "neurorack", {
        numberOfInputs: 0,
        outputChannelCount: [1],
        processorOptions: { module },
      });
      node.connect(context.destination);
      const messages = [...(await window.messages(`setup-${rate}.bin`)), ...(await window.messages(`hits-${rate}.bin`))];
      // A render that has begun reads no messages before it pauses: hold it at its first sample until all have arrived.
      const held = context.suspend(0);
      const rendered = context.startRendering();
      await held;
      for (const message of messages) node.port.postMessage(message, [message]);
      const echo = new AudioWorkletNode(context, "echo");
      await new Promise((resolve) => {
        echo.port.onmessage = resolve;
        echo.port.postMessage(null);
      });
      await context.resume();
      const buffer = await rendered;
      const bytes = new Uint8Array(buffer.getChannelData(0).buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 32_768) text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
      return btoa(text);
    },
    { rate, length },
  );
  return floats(Buffer.from(base64, "base64"));
}
