// What goes wrong outside: broken files and lacking browsers get a sentence, and the sound goes on.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { firstSound } from "./measure.mjs";
import { launch, Page, setting } from "./page.mjs";

const bank = () => readFileSync(join(setting("NEURORACK_DIST"), "banks/impacts.safetensors"));

/** A bank whose tensors hold other numbers than its golden hit was made with. */
function damaged() {
  const bytes = bank();
  const begin = 8 + Number(bytes.readBigUInt64LE(0));
  for (let at = begin; at < bytes.length; at += 64) bytes[at] ^= 0x1f;
  return bytes;
}

/** A WAV header that promises sound, and none. */
const EMPTY_WAV = Buffer.from("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data\0\0\0\0", "latin1");

/** Each case: which file input takes it, its name, its bytes. */
const CASES = [
  ["Load a bank file", "noise.safetensors", () => Buffer.alloc(5000, 0xa5)],
  ["Load a bank file", "cut off.safetensors", () => bank().subarray(0, 20_000)],
  ["Load a bank file", "damaged.safetensors", damaged],
  ["Load a bank file", "empty.safetensors", () => Buffer.alloc(0)],
  ["Load a bank file", "huge header.safetensors", () => Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123, 125])],
  ["Choose a file for F1", "notes.txt", () => Buffer.from("This is not a sound.\n")],
  ["Choose a file for F1", "header only.wav", () => EMPTY_WAV],
  ["Choose a file for F1", "cut off.wav", () => EMPTY_WAV.subarray(0, 30)],
  ["Choose a file for F2", "empty.flac", () => Buffer.alloc(0)],
];

describe("trouble is named and the sound goes on", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("a broken file gets a sentence, and what played before plays on", async () => {
    const page = await Page.open(browser);
    await page.start();
    const { bank } = await page.status();
    for (const [input, name, bytes] of CASES) {
      await page.choose(input, name, bytes());
      const said = await page.notice(name).catch(() => null);
      assert.ok(said, `${name}: the page said nothing that names the file: ${await page.notices()}`);
      assert.ok(said.length > name.length + 20, `${name}: "${said}" is no sentence`);
      await page.button("Dismiss").click();
      const { press, heard } = await page.strike();
      assert.ok(firstSound(heard.samples) >= 0, `after ${name}, the press at ${press} s is silent`);
      assert.equal((await page.status()).bank, bank, `after ${name}`);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a bank that cannot be fetched gets a sentence", async () => {
    const context = await browser.newContext();
    const bare = await context.newPage();
    const page = new Page(context, bare);
    await bare.route("**/banks/**", (route) => route.fulfill({ status: 404, body: "" }));
    await bare.goto(setting("NEURORACK_URL"));
    await bare.getByRole("alert").filter({ hasText: /bank/i }).first().waitFor({ timeout: 15_000 });
    await page.close();
  });

  const LACKING = [
    ["AudioWorklet", "delete window.AudioWorkletNode; delete BaseAudioContext.prototype.audioWorklet;"],
    ["AudioContext", "delete window.AudioContext; delete window.webkitAudioContext;"],
  ];
  for (const [api, script] of LACKING) {
    test(`a browser without ${api} gets a sentence`, async () => {
      const page = await Page.open(browser, { before: script });
      const said = await page.notice(/browser/i);
      assert.ok(said.includes(api) && said.length > 40, `"${said}" says what is missing and what to do`);
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  test("a browser without WebAssembly, in which nothing of ours runs, shows a sentence", async () => {
    const page = await Page.open(browser, { before: "delete window.WebAssembly;", starts: false });
    await page.page.getByText(/browser.*WebAssembly/).waitFor();
    await page.close();
  });
});
