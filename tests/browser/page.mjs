// The page under test: opened in Chromium, played by its accessible names, recorded by the tap.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { pcmBytes, wavBytes } from "./wav.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const MISSING = "is not set; run the browser tests by `cargo xtask test`";

/** A value that `cargo xtask` hands to these scripts. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} ${MISSING}`);
  return value;
}

/**
 * Starts Chromium; audio may start without a gesture so that tests decide when it does. `more` are further arguments, `program`
 * is what starts it.
 */
export function launch(more = [], program = setting("NEURORACK_CHROMIUM")) {
  return chromium.launch({
    executablePath: program,
    args: [
      // Containers run tests as root, where Chromium's sandbox cannot.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
      ...more,
    ],
  });
}

/** Starts a Chromium whose microphone hears these samples again and again, and that lets pages use it. */
export function launchHearing(samples, rate) {
  const path = join(mkdtempSync(join(tmpdir(), "neurorack-")), "heard.wav");
  writeFileSync(path, pcmBytes(samples, rate));
  return launch([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${path}`,
  ]);
}

/** How often something is played before a machine that leaves out audio is believed. */
const MOST_PLAYED = 4;

/** The page's own program, by its address. */
export const PROGRAM = /neurorack-web-\w+_bg\.wasm$/;

/** Banks that were made ready are kept in the browser's cache under names that begin so. */
export const PREPARED = "neurorack prepared ";

/** Waits until a visit has kept its bank, and returns under which names; what else it keeps does not count. */
export const keptBanks = (page) =>
  page.evaluate(async (prefix) => {
    for (;;) {
      const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
      const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).match("prepared")));
      if (kept.some((answer) => answer)) return names;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, PREPARED);

/** What the tap heard: samples in [-1, 1], with the context's frame number of the first. */
export class Recording {
  constructor(samples, rate, firstFrame) {
    this.samples = samples;
    this.rate = rate;
    this.firstFrame = firstFrame;
  }

  /** The part from `time` on, in seconds of the context's clock, at most `seconds` long. */
  from(time, seconds = Infinity) {
    const begin = Math.round(time * this.rate) - this.firstFrame;
    if (begin < 0) throw new Error(`the tap heard nothing at ${time} s`);
    const end = Math.min(this.samples.length, begin + Math.round(seconds * this.rate));
    return new Recording(this.samples.slice(begin, end), this.rate, this.firstFrame + begin);
  }

  /** The context's time of a sample, in seconds. */
  timeOf(index) {
    return (this.firstFrame + index) / this.rate;
  }

  /** Leaves a WAV beside the other results, to listen to. */
  save(name) {
    writeFileSync(join(resultsDir(), `${name}.wav`), wavBytes(this.samples, this.rate));
    return this;
  }
}

/** The folder for pictures and sounds of this run. */
export function resultsDir() {
  const dir = setting("NEURORACK_RESULTS");
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** The page in a fresh browser context. */
export class Page {
  /**
   * Opens the page; `before` is a script to run ahead of the page's own, `prepare` gets the empty page before that, `starts`
   * says whether ours can run at all, `fragment` is the end of the address: `#calm` opens at rest, so that nothing but the test
   * strikes; `#p=…` is a preset.
   */
  static async open(
    browser,
    { viewport = { width: 1440, height: 900 }, before, prepare, starts = true, fragment = "#calm", ...options } = {},
  ) {
    const context = await browser.newContext({ viewport, ...options });
    const page = await context.newPage();
    const opened = new Page(context, page);
    await prepare?.(page);
    if (before) await page.addInitScript(before);
    await page.addInitScript({ path: join(HERE, "tap.js") });
    await page.goto(setting("NEURORACK_URL") + fragment, { waitUntil: "load" });
    if (starts) await page.locator("#waiting").waitFor({ state: "detached", timeout: 20_000 });
    return opened;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.errors = [];
    this.responses = [];
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.errors.push(`exception: ${error.message}`));
    page.on("response", (response) => this.responses.push(response));
  }

  close() {
    return this.context.close();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  slider(name) {
    return this.page.getByRole("slider", { name, exact: true });
  }

  list(name) {
    return this.page.getByRole("combobox", { name, exact: true });
  }

  /** Presses Start and waits until sound would be heard. */
  async start() {
    const start = this.button("Start");
    await start.click({ timeout: 15_000 }).catch(async (error) => {
      throw new Error(`Start cannot be pressed; the page says: ${await this.notices()}`, { cause: error });
    });
    await this.page.waitForFunction(() => window.neurorackTap.listening, null, { timeout: 30_000 });
    await this.page.waitForFunction(
      () => document.querySelector("#engine-status")?.dataset.state === "running",
      null,
      { timeout: 60_000 },
    );
    // The tap hears some silence before the first strike.
    await this.wait(0.3);
  }

  /** Waits until engine and bank are there and nothing sounds yet. */
  async ready() {
    await this.page.waitForFunction(() => document.querySelector("#engine-status")?.dataset.state === "ready", null, {
      timeout: 30_000,
    });
  }

  /** Presses a gate; returns the audio time of the press, in seconds. */
  async press(name = "Gate 1") {
    await this.button(name).click();
    return this.page.evaluate(() => window.neurorackTap.presses.at(-1));
  }

  /** Waits for `seconds` of audio time, as the context counts it. */
  async wait(seconds) {
    await this.page.evaluate(async (seconds) => {
      const { context } = window.neurorackTap;
      const end = context.currentTime + seconds;
      while (context.currentTime < end) await new Promise((resolve) => setTimeout(resolve, 5));
    }, seconds);
  }

  /** Waits until the engine plays no voice. */
  async silence() {
    await this.page.waitForFunction(
      () => document.querySelector("#engine-status")?.dataset.voices === "0",
      null,
      { timeout: 20_000 },
    );
    await this.wait(0.1);
  }

  /** Everything heard since the tap began to listen, up to now: blocks that are still under way are waited for. */
  async recording() {
    const { base64, rate, frame } = await this.page.evaluate(async () => {
      const { blocks, context } = window.neurorackTap;
      const [now, patience] = [context.currentTime * context.sampleRate, Date.now() + 10_000];
      const heardUntil = () => (blocks.length > 0 ? blocks.at(-1).frame + blocks.at(-1).samples.length : 0);
      while (context.state === "running" && heardUntil() < now && Date.now() < patience) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      // Chromium may leave out quanta while the tap is being connected: what is heard begins after the last gap.
      let begin = 0;
      for (let k = 1; k < blocks.length; k += 1) {
        if (blocks[k].frame !== blocks[k - 1].frame + blocks[k - 1].samples.length) begin = k;
      }
      const heard = blocks.slice(begin);
      const joined = new Float32Array(heard.reduce((sum, block) => sum + block.samples.length, 0));
      let at = 0;
      for (const { samples } of heard) {
        joined.set(samples, at);
        at += samples.length;
      }
      const bytes = new Uint8Array(joined.buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 32_768) {
        text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
      }
      return { base64: btoa(text), rate: context.sampleRate, frame: heard[0]?.frame ?? 0 };
    });
    const bytes = Buffer.from(base64, "base64");
    const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return new Recording(samples, rate, frame);
  }

  /**
   * Calls `play`, which makes sound and returns the time since when it is to be heard, and returns that time, what was heard and how
   * often it played. A busy machine may leave out quanta of audio meanwhile, after which a recording begins anew: then it plays again.
   */
  async hear(play) {
    for (let played = 1; ; played += 1) {
      // Only the last second before it matters; an hour of silence would have to travel otherwise.
      await this.page.evaluate(() => {
        const { blocks } = window.neurorackTap;
        blocks.splice(0, Math.max(0, blocks.length - 400));
      });
      const press = await play();
      const recording = await this.recording();
      const whole = recording.firstFrame <= Math.round(press * recording.rate);
      if (whole || played === MOST_PLAYED) return { press, heard: recording.from(press), played };
      console.log("the machine left out some audio: played again");
    }
  }

  /** Strikes and returns what was heard from the press to the end of the sound. */
  strike() {
    return this.hear(async () => {
      const press = await this.press();
      await this.wait(0.15);
      await this.silence();
      return press;
    });
  }

  /** The engine's counters as the page shows them. */
  async status() {
    const data = await this.page.locator("#engine-status").evaluate((element) => ({ ...element.dataset }));
    const numbers = Object.entries(data).map(([key, value]) => [key, Number.isNaN(Number(value)) ? value : Number(value)]);
    return Object.fromEntries(numbers);
  }

  /** Volts at an input as its patched knob shows them; null while nothing is plugged. */
  async volts(name) {
    const text = await this.slider(name).evaluate((slider) => slider.closest(".knob").getAttribute("data-volts"));
    return text === null ? null : Number(text);
  }

  /** Opens a jack's list by the keyboard, chooses by the keyboard, and closes it. */
  async patch(jack, choice) {
    await this.button(jack).focus();
    await this.page.keyboard.press("Enter");
    const end = this.button(choice);
    await end.waitFor();
    await end.focus();
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("Escape");
  }

  /** Pixels of the screen, 128 a row from the top, as text of # and dots. */
  oled() {
    return this.page.locator("[aria-label=OLED] canvas").evaluate((canvas) => {
      const scale = canvas.width / 128;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const lit = (x, y) => data[4 * (y * scale * canvas.width + x * scale)] > 128;
      const row = (y) => Array.from({ length: 128 }, (_, x) => (lit(x, y) ? "#" : ".")).join("");
      return Array.from({ length: 64 }, (_, y) => row(y)).join("\n");
    });
  }

  /** Waits until another screen, whose pixels `other` gives in the same way, shows what the page's does. */
  async showsWhat(other) {
    const differing = async () => {
      const [there, here] = [(await other()).split("\n"), (await this.oled()).split("\n")];
      return here.flatMap((row, y) => (row === there[y] ? [] : [`row ${y}`, there[y], row]));
    };
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await differing()).length === 0) return;
      await this.page.waitForTimeout(50);
    }
    throw new Error(`the screens differ:\n${(await differing()).join("\n")}`);
  }

  /** What is chosen in a list, as it reads. */
  chosen(list) {
    return this.list(list).locator("option:checked").innerText();
  }

  /** Moves CV `name` to `volts` by its slider's own keys. */
  async turn(name, volts) {
    const slider = this.slider(name);
    await slider.focus();
    const value = async () => Number(await slider.evaluate((s) => s.getAttribute("aria-valuenow") ?? s.value));
    for (let step = 0; step < 300; step += 1) {
      const distance = volts - (await value());
      if (Math.abs(distance) < 0.05) return;
      const key = distance > 0 ? "ArrowUp" : "ArrowDown";
      await slider.press(Math.abs(distance) > 0.95 ? `Shift+${key}` : key);
    }
    throw new Error(`${name} did not reach ${volts} V, it stands at ${await value()}`);
  }

  /** Chooses a file by the file input with this accessible name. */
  choose(inputName, name, buffer, mimeType = "application/octet-stream") {
    return this.page.getByLabel(inputName, { exact: true }).setInputFiles({ name, mimeType, buffer });
  }

  /** Drops a file on the zone with this accessible name, as a drag from the desktop would. */
  async drop(zoneName, name, buffer, mimeType) {
    const transfer = await this.page.evaluateHandle(
      ({ name, base64, type }) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], name, { type }));
        return transfer;
      },
      { name, base64: buffer.toString("base64"), type: mimeType },
    );
    const zone = this.page.getByLabel(zoneName, { exact: true });
    for (const event of ["dragenter", "dragover", "drop"]) {
      await zone.dispatchEvent(event, { dataTransfer: transfer });
    }
  }

  /** The sentences that the page shows for a person's attention. */
  async notices() {
    const texts = await this.page.getByRole("alert").allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text.length > 0);
  }

  /** Waits for a notice that `pattern` matches and returns it. */
  async notice(pattern) {
    const alert = this.page.getByRole("alert").filter({ hasText: pattern }).first();
    await alert.waitFor({ timeout: 15_000 });
    return (await alert.innerText()).trim();
  }
}
