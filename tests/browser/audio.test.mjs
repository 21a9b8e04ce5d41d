// Audio settings and help: latency, output, meters, and what the dialogs say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { centroid, peak } from "./measure.mjs";
import { launch, Page } from "./page.mjs";

const CONTROLS = new URL("../../docs/controls.md", import.meta.url);

describe("audio settings and help", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
  test.afterEach(() => page?.close());

  const running = () =>
    page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.state === "running");

  test("another latency opens the sound anew and keeps everything that was set", async () => {
    // Two contexts follow each other, and each says what it was asked for.
    const before = `window.hints = [];
      window.AudioContext = class extends AudioContext {
        constructor(options) {
          super(options);
          window.hints.push(options?.latencyHint);
        }
      };`;
    page = await Page.open(browser, { before });
    await page.start();
    await page.turn("CV 4", -5);
    await page.list("F1").selectOption({ label: "Small bell" });
    await page.turn("CV 1", -5);
    const first = await page.strike();
    await page.button("Audio").click();
    const dialog = page.page.getByRole("dialog", { name: "Audio" });
    await dialog.getByRole("combobox", { name: "Latency" }).selectOption("playback");
    await running();
    await page.page.keyboard.press("Escape");
    await page.wait(0.5);
    assert.deepEqual(await page.page.evaluate(() => window.hints), [0, "playback"]);
    const second = await page.strike();
    // Windows begin with the sound: how late it comes is not the question, and would move the figure.
    const began = (samples) => samples.findIndex((sample) => sample !== 0);
    const [was, is] = [first, second].map(({ heard }) => centroid(heard.samples, heard.rate, began(heard.samples)));
    assert.ok(Math.abs(Math.log2(is / was)) < 0.01, `${was} Hz before, ${is} Hz after`);
    assert.ok(Math.abs(peak(second.heard.samples) / peak(first.heard.samples) - 1) < 0.05, "as loud as before");
    await page.page.reload();
    await page.start();
    assert.deepEqual(await page.page.evaluate(() => window.hints), ["playback"], "it is kept");
    assert.deepEqual(page.errors, []);
  });

  test("the output is chosen among those there are, and one that fails gets a sentence", async () => {
    const before = `navigator.mediaDevices.enumerateDevices = async () => [
        { kind: "audioinput", deviceId: "m", label: "Microphone" },
        { kind: "audiooutput", deviceId: "a", label: "Headphones" },
        { kind: "audiooutput", deviceId: "b", label: "" },
      ];
      AudioContext.prototype.setSinkId = async function (id) {
        if (id === "b") throw new DOMException("it is gone", "NotFoundError");
        window.sink = id;
      };`;
    page = await Page.open(browser, { before });
    await page.start();
    await page.button("Audio").click();
    const output = page.page.getByRole("combobox", { name: "Output" });
    await output.locator("option", { hasText: "Headphones" }).waitFor({ state: "attached" });
    assert.deepEqual(await output.locator("option").allInnerTexts(), ["the system’s own", "Headphones", "output 2"]);
    await output.selectOption("a");
    await page.page.waitForFunction(() => window.sink === "a");
    await output.selectOption("b");
    await page.notice(/cannot be used/);
    assert.deepEqual(page.errors, []);
  });

  test("a browser that cannot choose outputs says so", async () => {
    page = await Page.open(browser, { before: "delete AudioContext.prototype.setSinkId;" });
    await page.button("Audio").click();
    await page.page.getByText(/system’s own output/).waitFor();
    assert.equal(await page.page.getByRole("combobox", { name: "Output" }).count(), 0);
  });

  test("meters show what is measured while it plays", async () => {
    page = await Page.open(browser);
    await page.start();
    for (let strike = 0; strike < 4; strike += 1) await page.press();
    await page.button("Audio").click();
    const dialog = page.page.getByRole("dialog", { name: "Audio" });
    await dialog.getByText(/\d+\.\d ms/).waitFor();
    await dialog.getByText("48000 Hz").waitFor();
    const said = await dialog.locator("dl").innerText();
    console.log(said.replaceAll("\n", " | "));
    const { underruns } = await page.status();
    assert.ok(Number.isInteger(underruns), `underruns: ${underruns}`);
  });

  test("help says what each jack does in the words of the documentation", async () => {
    page = await Page.open(browser);
    await page.button("Help").click();
    const dialog = page.page.getByRole("dialog", { name: "Help" });
    const text = await dialog.innerText();
    const rows = readFileSync(CONTROLS, "utf8").split("\n").filter((line) => /^\| (Gate|CV) \d/.test(line));
    assert.equal(rows.length, 6);
    for (const row of rows) {
      const [input, printed, does] = row.split("|").slice(1, 4).map((cell) => cell.trim());
      assert.ok(text.includes(`${input} ${printed}`) && text.includes(does), input);
    }
    await page.button("Close").click();
    await dialog.waitFor({ state: "hidden" });
    assert.deepEqual(page.errors, []);
  });
});
