// The whole way for real: the firmware on a simulated chip, a pseudo-terminal, Chromium's own Web Serial, the page.
//
// Chromium lists only ports that the system knows. In a mount namespace of its own the pseudo-terminal lies over /dev/ttyS0, and
// a policy allows the page to use it. Where that cannot be arranged (no root, no such port), this says so and is skipped; the
// bridged tests of module.test.mjs hear the same firmware.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { median, onsets, peak } from "./measure.mjs";
import { pixels } from "./module.mjs";
import { launch, Page, setting } from "./page.mjs";

const PORT = "/dev/ttyS0";
const POLICIES = "/etc/chromium";

/** Why it cannot be arranged here; nothing where it can. */
function obstacle() {
  if (process.platform !== "linux") return "this is no Linux";
  if (process.getuid() !== 0) return "only root may mount";
  if (!existsSync(PORT)) return `there is no ${PORT}`;
  if (!existsSync(POLICIES)) return `this Chromium reads no policies from ${POLICIES}`;
  if (spawnSync("unshare", ["-m", "--propagation", "private", "true"]).status !== 0) return "no mount namespace may be made";
  return null;
}

/** A module behind a pseudo-terminal, by `cargo xtask module emulate`. */
class Terminal {
  static async start() {
    const child = spawn(setting("NEURORACK_XTASK"), ["module", "emulate"], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const path = await new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        const found = line.match(/serial port is (\/dev\/\S+)/);
        if (found) resolve(found[1]);
      });
      child.once("exit", () => reject(new Error("the emulated module did not start")));
    });
    return new Terminal(child, lines, path);
  }

  #screens = [];

  constructor(child, lines, path) {
    Object.assign(this, { child, path });
    lines.on("line", (line) => {
      const screen = line.startsWith("{") && JSON.parse(line).screen;
      if (screen) this.#screens.shift()?.(pixels(screen));
    });
  }

  /** Pixels of its screen, as `Page.oled` gives those of the page. */
  screen() {
    const screen = new Promise((resolve) => this.#screens.push(resolve));
    this.tell([{ screen: true }]);
    return screen;
  }

  /** Says commands of the emulator, all at once. */
  tell(commands) {
    this.child.stdin.write(commands.map((command) => `${JSON.stringify(command)}\n`).join(""));
  }
}

/** A program that starts Chromium with the terminal as its serial port. */
function wrapped(terminal, folder) {
  const managed = join(folder, "chromium/policies/managed");
  mkdirSync(managed, { recursive: true });
  const { origin } = new URL(setting("NEURORACK_URL"));
  writeFileSync(join(managed, "serial.json"), JSON.stringify({ SerialAllowAllPortsForUrls: [origin] }));
  const inside = `mount --bind ${terminal.path} ${PORT} && mount --bind ${join(folder, "chromium")} ${POLICIES} && exec "$@"`;
  const program = join(folder, "chromium-with-a-port");
  writeFileSync(program, `#!/bin/sh\nexec unshare -m --propagation private sh -c '${inside}' sh ${setting("NEURORACK_CHROMIUM")} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

const why = obstacle();
if (why) console.log(`NOT TESTED: real Web Serial, since ${why}`);

describe("real Web Serial", { skip: why ?? false }, () => {
  let folder;
  let terminal;
  let browser;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "neurorack-serial-"));
    terminal = await Terminal.start();
    browser = await launch([], wrapped(terminal, folder));
  });
  after(async () => {
    await browser?.close();
    terminal?.child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test("gates of the firmware are heard, evenly, and its screen is drawn by the page", async (t) => {
    // Little is drawn at this width, so that the simulated chip keeps its pace beside it.
    const page = await Page.open(browser, { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
    await page.start();
    await page.list("F1").selectOption({ label: "Acoustic kick" });
    await page.turn("CV 3", 5);
    await page.button("Sources").click();
    await page.button("Connect module").click();
    await page.page.waitForFunction(() => document.querySelector("#module").dataset.state === "on", null, { timeout: 20_000 });
    // The jitter that is shown needs some seconds of messages.
    await page.wait(3);
    const EVERY_US = 500_000;
    const COUNT = 12;
    let struck = 0;
    const { heard } = await page.hear(async () => {
      const begin = await page.page.evaluate(() => window.neurorackTap.context.currentTime);
      const { hits } = await page.status();
      // All edges are arranged at once, in the module's own time.
      const edges = Array.from({ length: COUNT }, (_, k) => [
        { in_us: EVERY_US * (k + 1), gate: [0, true] },
        { in_us: EVERY_US * (k + 1) + 20_000, gate: [0, false] },
      ]);
      terminal.tell(edges.flat());
      await page.page.waitForFunction((hits) => Number(document.querySelector("#engine-status").dataset.hits) >= hits, hits + COUNT, {
        timeout: 60_000,
      });
      await page.wait(0.5);
      struck = (await page.status()).hits - hits;
      return begin;
    });
    heard.save("module-serial");
    assert.equal(struck, COUNT);
    assert.equal((await page.status()).dropped, 0);
    await page.button("Play").click();
    await page.showsWhat(() => terminal.screen());
    const shown = await page.page.locator("#module").evaluate((element) => ({ ...element.dataset }));
    t.diagnostic(`messages late by ${shown.p99Ms} ms at the most of 99 in 100, ${shown.missed} frames missed`);
    assert.ok(peak(heard.samples) > 0.01, `the peak is ${peak(heard.samples)}`);
    const at = onsets(heard.samples, heard.rate).map((index) => index / heard.rate);
    if (at.length === COUNT) {
      const apart = at.slice(1).map((time, k) => (time - at[k]) * 1e3);
      t.diagnostic(`hits ${median(apart).toFixed(2)} ms apart, from ${Math.min(...apart).toFixed(2)} to ${Math.max(...apart).toFixed(2)}`);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
