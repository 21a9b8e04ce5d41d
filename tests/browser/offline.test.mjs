// The page without a network, and one build at a time.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { firstSound } from "./measure.mjs";
import { launch, Page, PREPARED, setting } from "./page.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

/** Serves a folder that the test may change, below a path; an address of its own keeps its workers apart. */
async function serve(folder, below = "/") {
  const server = createServer((request, response) => {
    const asked = new URL(request.url, "http://localhost").pathname;
    try {
      if (!asked.startsWith(below)) throw new Error(`${asked} is not ours`);
      const path = asked.slice(below.length - 1);
      const body = readFileSync(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "Content-Type": TYPES[extname(path) || ".html"] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}${below}`, close: () => server.close() };
}

/** Waits until the page is kept. */
const controlled = (page) =>
  page.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", null, { timeout: 60_000 });

describe("without a network", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("after one visit the page starts and sounds offline", async () => {
    const page = await Page.open(browser);
    await page.start();
    await page.strike();
    await controlled(page);
    await page.context.setOffline(true);
    await page.page.reload();
    await page.start();
    const { heard } = await page.strike();
    assert.ok(firstSound(heard.samples) >= 0, "Gate 1 sounds");
    // What the first sound does not need is kept too.
    const kept = await page.page.evaluate(async () => {
      const names = ["decoder.wasm", "renderer.js", "banks/impacts-map.safetensors", "icons/512.png"];
      return Promise.all(names.map(async (name) => (await fetch(name)).ok));
    });
    assert.deepEqual(kept, [true, true, true, true]);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("the page can be installed: name, icons and a start that is kept", async () => {
    const page = await Page.open(browser);
    const manifest = await page.page.evaluate(async () => {
      const link = document.querySelector('link[rel="manifest"]').href;
      const response = await fetch(link);
      return { type: response.headers.get("Content-Type"), ...(await response.json()) };
    });
    assert.match(manifest.type, /application\/manifest\+json/);
    assert.equal(manifest.name, "Neurorack");
    for (const { src, sizes } of manifest.icons) {
      const size = await page.page.evaluate(async (src) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        return image.naturalWidth;
      }, src);
      if (sizes !== "any") assert.equal(`${size}x${size}`, sizes, src);
    }
    const session = await page.context.newCDPSession(page.page);
    const { errors } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    await page.close();
  });

  test("a page below the root of a host that sends no headers plays, and starts without the host", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "neurorack-")), "page");
    cpSync(setting("NEURORACK_DIST"), folder, { recursive: true });
    const server = await serve(folder, "/some/where/");
    const context = await browser.newContext();
    const page = new Page(context, await context.newPage());
    const plays = async () => {
      await page.button("Start").click();
      await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.state === "running");
    };
    await page.page.goto(server.url);
    await controlled(page);
    await plays();
    server.close();
    await page.context.setOffline(true);
    await page.page.reload();
    await plays();
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a newer build comes as a whole, and what was kept of the older one goes", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "neurorack-")), "page");
    cpSync(setting("NEURORACK_DIST"), folder, { recursive: true });
    const server = await serve(folder);
    const context = await browser.newContext();
    const page = new Page(context, await context.newPage());
    await page.page.goto(server.url);
    await controlled(page);
    // What was prepared of a bank lies beside them, under a name of its own.
    const caches = () =>
      page.page.evaluate(async (prefix) => (await window.caches.keys()).filter((name) => !name.startsWith(prefix)), PREPARED);
    const [older] = await caches();

    // A build whose files do not match its list is not taken: part of it may be of another.
    const worker = join(folder, "service-worker.js");
    const source = readFileSync(worker, "utf8");
    const mark = (name) => source.replace(/const BUILD = ".*"/, `const BUILD = "${name}"`);
    writeFileSync(worker, mark("torn").replace(/sha256-[^"]{4}/, "sha256-AAAA"));
    await page.page.reload();
    await page.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().catch(() => {}));
    await page.page.waitForTimeout(1_000);
    assert.deepEqual(await caches(), [older], "the older build is still whole");

    writeFileSync(worker, mark("newer"));
    await page.page.reload();
    let names;
    for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 250))) {
      // The page loads itself anew in between.
      names = await caches().catch(() => []);
      if (names.length === 1 && names[0].endsWith("newer")) break;
    }
    assert.ok(names.length === 1 && names[0].endsWith("newer"), `kept: ${names}`);
    await page.page.getByRole("button", { name: "Start", exact: true }).waitFor();
    await page.close();
    server.close();
  });

  test("what plays is not taken away by a newer build", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "neurorack-")), "page");
    cpSync(setting("NEURORACK_DIST"), folder, { recursive: true });
    const server = await serve(folder);
    const context = await browser.newContext();
    const page = new Page(context, await context.newPage());
    await page.page.goto(server.url);
    await controlled(page);
    await page.button("Start").click();
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.state === "running");
    const worker = join(folder, "service-worker.js");
    writeFileSync(worker, readFileSync(worker, "utf8").replace(/const BUILD = ".*"/, 'const BUILD = "newer"'));
    await page.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await page.page.waitForFunction(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting));
    await page.page.waitForTimeout(1_500);
    assert.equal(await page.page.locator("#engine-status").getAttribute("data-state"), "running");
    assert.equal(await page.page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)), true);
    await page.close();
    server.close();
  });
});
