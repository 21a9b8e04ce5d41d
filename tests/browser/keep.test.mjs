// Keep and share: presets, the state after a reload, links, recordings, one hit as a file; what the browser refuses.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { peak } from "./measure.mjs";
import { launch, Page, setting } from "./page.mjs";
import { pcmBytes, readWav } from "./wav.mjs";

/** The largest difference of a sample between browser and `neurorack render`: another processor adds in another way. */
const TOLERANCE = 1e-5;

/** IndexedDB as a browser has it that keeps nothing for the page. */
const REFUSED = `IDBFactory.prototype.open = () => { throw new DOMException("not in this window", "SecurityError"); };`;

const volts = (page, name) => page.slider(name).getAttribute("aria-valuetext");

const told = (page, pattern) => page.page.getByRole("status").filter({ hasText: pattern }).first().waitFor();

const field = (page, name) => page.page.getByRole("textbox", { name, exact: true });

const open = (page) => page.button("Presets").click();

/** The file that the browser saves when `act` is done. */
async function download(page, act) {
  const coming = page.page.waitForEvent("download", { timeout: 30_000 });
  await act();
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** Waits until it was kept where things stand. */
const kept = (page) => page.page.waitForTimeout(1_500);

/** A page at this address in a profile of its own. */
async function visit(browser, fragment = "#calm", options = {}) {
  const page = await Page.open(browser, { ...options, fragment });
  await page.ready();
  return page;
}

/** A decaying tone as a file, to be brought as a sound of one's own. */
function ping() {
  const samples = Float32Array.from({ length: 24_000 }, (_, n) => {
    const t = n / 48_000;
    return 0.6 * Math.exp(-9 * t) * Math.sin(2 * Math.PI * 700 * t);
  });
  return pcmBytes(samples, 48_000);
}

/** Three partials of a struck bar, which no bank hits exactly. */
function bar() {
  const samples = Float32Array.from({ length: 28_800 }, (_, n) => {
    const t = n / 48_000;
    const partial = (hz, decay) => Math.exp(-t / decay) * Math.sin(2 * Math.PI * hz * t);
    return 0.3 * (partial(440, 0.3) + partial(1_213, 0.15) + partial(2_377, 0.08));
  });
  return pcmBytes(samples, 48_000);
}

/** Waits until F2 is the sound that was brought. */
const hasPing = (page) =>
  page.page.waitForFunction(
    () => document.querySelector('select[aria-label="F2"]')?.selectedOptions[0]?.text === "My ping",
    null,
    { timeout: 30_000 },
  );

/** Sets the page up so that nothing is as it was: another F1, an own F2, knobs, volume. */
async function change(page) {
  const other = await page.list("F1").locator("option").nth(3).innerText();
  await page.list("F1").selectOption({ label: other });
  await page.choose("Choose a file for F2", "My ping.wav", ping(), "audio/wav");
  await hasPing(page);
  await page.turn("CV 1", 1.2);
  await page.turn("CV 4", -2);
  await page.slider("Volume").press("ArrowDown");
  return { f1: other, cv1: await volts(page, "CV 1"), cv4: await volts(page, "CV 4"), volume: await volts(page, "Volume") };
}

async function holds(page, { f1, cv1, cv4, volume }) {
  const now = {
    f1: await page.chosen("F1"),
    f2: await page.chosen("F2"),
    cv1: await volts(page, "CV 1"),
    cv4: await volts(page, "CV 4"),
    volume: await volts(page, "Volume"),
  };
  assert.deepEqual(now, { f1, f2: "My ping", cv1, cv4, volume });
}

/** Shares the page; returns the fragment of its address. */
async function share(page) {
  await page.button("Share").click();
  await told(page, /link/i);
  return new URL(page.page.url()).hash;
}

const exportHit = (page) => download(page, () => page.button("Export hit").click());

describe("keep and share", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("a reload brings everything back as it stood", async () => {
    const page = await visit(browser);
    const state = await change(page);
    await kept(page);
    await page.page.reload({ waitUntil: "load" });
    await hasPing(page);
    await holds(page, state);
    assert.deepEqual(page.errors, []);
    assert.deepEqual(await page.notices(), []);
    await page.close();
  });

  test("a preset is saved, comes back after a reload, and loading it can be undone", async () => {
    const page = await visit(browser);
    const state = await change(page);
    await open(page);
    await field(page, "Preset name").fill("Door");
    await page.button("Save").click();
    await told(page, /Door.*saved/);
    await page.turn("CV 1", -4);
    await kept(page);
    await page.page.reload({ waitUntil: "load" });
    await page.ready();
    await open(page);
    await page.button("Load Door").click();
    await told(page, /Door.*loaded/);
    await holds(page, state);
    await page.button("Undo").click();
    assert.match(await volts(page, "CV 1"), /4/);
    await page.button("Redo").click();
    await holds(page, state);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("presets are renamed, duplicated, deleted, brought back, exported and imported by the keyboard", async () => {
    const page = await visit(browser);
    await open(page);
    await field(page, "Preset name").fill("Door");
    await field(page, "Preset name").press("Enter");
    await told(page, /Door.*saved/);
    const press = (name) => page.button(name).press("Enter");
    await press("Duplicate Door");
    await press("Rename Door 2");
    await field(page, "New name of Door 2").fill("Gate");
    await field(page, "New name of Door 2").press("Enter");
    await page.button("Load Gate").waitFor();
    await press("Delete Gate");
    await page.button("Load Gate").waitFor({ state: "detached" });
    await page.button("Bring back \u201cGate\u201d as it was").press("Enter");
    await page.button("Load Gate").waitFor();
    const file = await download(page, () => press("Export Gate"));
    assert.equal(file.name, "Gate.json");
    assert.equal(JSON.parse(file.bytes).neurorack_preset, 1);
    await press("Delete Gate");
    await page.drop("Drop presets here", file.name, file.bytes, "application/json");
    await page.button("Load Gate").waitFor();
    await page.page.keyboard.press("Escape");
    await page.button("Close").waitFor({ state: "detached" });
    await page.button("Presets").click();
    await kept(page);
    await page.page.reload({ waitUntil: "load" });
    await open(page);
    for (const name of ["Load Door", "Load Gate"]) await page.button(name).waitFor();
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a link is the very sound: in another profile, and in neurorack render", async () => {
    const page = await visit(browser);
    const state = await change(page);
    await open(page);
    await field(page, "Preset name").fill("Shared door");
    const link = await share(page);
    assert.match(link, /^#p=[A-Za-z0-9_-]+$/);
    console.log(`the link has ${link.length} letters`);
    assert.ok(link.length < 12_000, `the link has ${link.length} letters`);

    const files = [await exportHit(page)];
    await page.close();
    for (const profile of ["second", "third"]) {
      const other = await visit(browser, link);
      await hasPing(other);
      await holds(other, state);
      await open(other);
      files.push(await exportHit(other));
      assert.deepEqual(other.errors, [], profile);
      assert.deepEqual(await other.notices(), [], profile);
      await other.close();
    }
    assert.equal(files[0].name, "Shared door.wav");
    const { rate, samples } = readWav(files[0].bytes);
    assert.equal(rate, 48_000);
    assert.ok(peak(samples) > 0.01, `it is heard: ${peak(samples)}`);
    for (const file of files.slice(1)) assert.ok(files[0].bytes.equals(file.bytes), "the same file, to the bit");

    const folder = mkdtempSync(join(tmpdir(), "neurorack-keep-"));
    try {
      const wav = join(folder, "render.wav");
      const program = setting("NEURORACK_COMPANION");
      const bank = join(setting("NEURORACK_DIST"), "banks/impacts.safetensors");
      const address = `https://neurorack.example/${link}`;
      execFileSync(program, ["render", "--bank", bank, "--preset", address, "--rate", "48000", "-o", wav]);
      const rendered = readWav(readFileSync(wav));
      const length = Math.max(samples.length, rendered.samples.length);
      let worst = 0;
      for (let n = 0; n < length; n += 1) {
        worst = Math.max(worst, Math.abs((samples[n] ?? 0) - (rendered.samples[n] ?? 0)));
      }
      console.log(`largest difference from neurorack render: ${worst.toExponential(2)} in ${length} samples`);
      assert.ok(worst <= TOLERANCE, `a sample differs by ${worst}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a sound that is brought is played nearer to itself than its timbre alone would be", async () => {
    const page = await visit(browser);
    await page.choose("Choose a file for F1", "Bar.wav", bar(), "audio/wav");
    await page.page.waitForFunction(
      () => document.querySelector('select[aria-label="F1"]')?.selectedOptions[0]?.text === "Bar",
      null,
      { timeout: 30_000 },
    );
    await page.turn("CV 1", -5);
    await open(page);
    const link = await share(page);
    assert.deepEqual(page.errors, []);
    await page.close();

    const folder = mkdtempSync(join(tmpdir(), "neurorack-keep-"));
    try {
      const place = (name) => join(folder, name);
      const bank = join(setting("NEURORACK_DIST"), "banks/impacts.safetensors");
      const run = (...given) => execFileSync(setting("NEURORACK_COMPANION"), given, { encoding: "utf8" });
      const described = (sound) => run("describe", sound, "--json");
      // Bands and moments; what stands behind them is not fitted.
      const levels = (sound) => JSON.parse(described(sound)).timbre.slice(0, 160);
      const recording = place("recording.wav");
      writeFileSync(recording, bar());
      writeFileSync(place("measured.json"), described(recording));
      run("render", "--bank", bank, "--curves", place("measured.json"), "-o", place("measured.wav"));
      run("render", "--bank", bank, "--preset", `https://neurorack.example/${link}`, "-o", place("page.wav"));
      const wanted = levels(recording);
      const distance = (sound) =>
        (15 * levels(sound).reduce((sum, level, n) => sum + Math.abs(level - wanted[n]), 0)) / wanted.length;
      const [fitted, measured] = [distance(place("page.wav")), distance(place("measured.wav"))];
      console.log(`levels differ by ${fitted.toFixed(2)} dB, as measured by ${measured.toFixed(2)} dB`);
      assert.ok(fitted < 0.95 * measured, `${fitted} dB with the page's timbre, ${measured} dB with the measured one`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a link wins over where things stood, and leaves the address with the next change", async () => {
    const page = await visit(browser);
    await page.turn("CV 1", 2);
    const link = await share(page);
    await page.turn("CV 1", -3);
    await page.page.waitForFunction(() => location.hash === "", null, { timeout: 10_000 });
    await page.page.goto("about:blank");
    await page.page.goto(setting("NEURORACK_URL") + link, { waitUntil: "load" });
    await page.page.waitForFunction(
      () => document.querySelector('[aria-label="CV 1"]')?.getAttribute("aria-valuetext")?.startsWith("+2"),
      null,
      { timeout: 20_000 },
    );
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a link that was cut off or changed gets a sentence, and the page plays", async () => {
    const page = await visit(browser);
    const link = await share(page);
    await page.close();
    const place = Math.floor(link.length / 2);
    const changed = link.slice(0, place) + (link[place] === "A" ? "B" : "A") + link.slice(place + 1);
    for (const [fragment, says] of [
      [link.slice(0, -30), /cut off.*copy it whole/],
      [changed, /changed on its way|cut off/],
      ["#p=", /cut off/],
      ["#p=%00%ff*", /changed on its way/],
    ]) {
      const other = await visit(browser, fragment);
      const said = await other.notice(says);
      assert.ok(said.includes("goes on playing"), said);
      await other.start();
      await other.button("Calm").click();
      const { heard } = await other.strike();
      assert.ok(peak(heard.samples) > 0.01, `after ${fragment.slice(0, 20)} it is silent`);
      assert.deepEqual(other.errors, []);
      await other.close();
    }
  });

  test("a file that is no preset gets a sentence; a preset of another bank says what it needs", async () => {
    const page = await visit(browser);
    await page.start();
    await open(page);
    await field(page, "Preset name").fill("Mine");
    await page.button("Save").click();
    const file = await download(page, () => page.button("Export Mine").click());
    const preset = JSON.parse(file.bytes);
    const foreign = { ...preset, bank: { name: "Anvils of Mars", hash: "0123456789abcdef" } };
    for (const [name, bytes, says] of [
      ["tune.json", Buffer.from('{"tune": [1, 2, 3]}'), /tune\.json.*no preset of Neurorack/],
      ["picture.json", Buffer.alloc(3_000, 0x89), /picture\.json.*no preset of Neurorack/],
      ["huge.json", Buffer.alloc(2_000_000, 0x20), /huge\.json.*larger/],
      ["later.json", Buffer.from(JSON.stringify({ ...preset, neurorack_preset: 7 })), /later\.json.*update/],
      ["mars.json", Buffer.from(JSON.stringify(foreign)), /needs the bank .Anvils of Mars.*0123456789abcdef/],
    ]) {
      await page.choose("Import presets", name, bytes, "application/json");
      await page.notice(says);
      await page.button("Dismiss").click();
    }
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01, "it plays on");
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a recording is what was heard, to the sample", async () => {
    const page = await visit(browser);
    await page.start();
    await page.button("Record").click();
    await page.wait(0.2);
    const { press, heard: all } = await page.hear(async () => {
      const press = await page.press();
      await page.wait(1);
      return press;
    });
    const { name, bytes } = await download(page, () => page.button("Stop recording").click());
    assert.match(name, /\.wav$/);
    const { rate, samples } = readWav(bytes);
    assert.ok(samples.length > rate && samples.length < 8 * rate, `${samples.length} samples`);
    const heard = all.from(press, 0.5).save("keep-heard");
    assert.equal(heard.rate, rate);
    const loud = heard.samples.findIndex((sample) => Math.abs(sample) > 0.01);
    assert.ok(loud >= 0, "something was heard");
    const piece = heard.samples.subarray(loud, loud + 4_000);
    const begin = samples.findIndex((sample, n) => sample === piece[0] && samples[n + 1] === piece[1] && samples[n + 2] === piece[2]);
    assert.ok(begin >= 0, "the hit is in the recording");
    for (let n = 0; n < piece.length; n += 1) assert.equal(samples[begin + n], piece[n], `sample ${n} of the hit`);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a browser that keeps nothing gets a sentence, and the page plays, saves for now and shares", async () => {
    const page = await visit(browser, "#calm", { before: REFUSED });
    const said = await page.notice(/keeps nothing/);
    assert.ok(/export/i.test(said), `"${said}" says what to do`);
    await page.start();
    await page.button("Dismiss").click();
    const { heard } = await page.strike();
    assert.ok(peak(heard.samples) > 0.01);
    await open(page);
    await field(page, "Preset name").fill("For now");
    await page.button("Save").click();
    await page.button("Load For now").waitFor();
    await page.notice(/export it as a file/);
    assert.match(await share(page), /^#p=/);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("on a phone the list holds Share and Record too, and nothing scrolls sideways", async () => {
    const page = await visit(browser, "#calm", { viewport: { width: 390, height: 844 } });
    await open(page);
    for (const name of ["Share", "Record", "Export hit", "Save", "Close"]) await page.button(name).waitFor();
    const { scrolls, width } = await page.page.evaluate(() => ({
      scrolls: document.documentElement.scrollWidth,
      width: document.documentElement.clientWidth,
    }));
    assert.ok(scrolls <= width, `the page is ${scrolls} px wide in a window of ${width} px`);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
