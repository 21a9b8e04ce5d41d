// What the page's policy lets through, and what it does not.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, Page, setting } from "./page.mjs";

describe("the page's policy", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    page = await Page.open(browser);
  });
  after(() => browser?.close());

  test("scripts that are not the page's own, and other hosts, are refused", async () => {
    const refused = await page.page.evaluate(async () => {
      const found = [];
      addEventListener("securitypolicyviolation", (event) => found.push(event.effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "window.intruded = true";
      document.head.append(script);
      document.body.insertAdjacentHTML("beforeend", '<img src="missing.png" onerror="window.intruded = true" hidden>');
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.head.append(style);
      const failed = (promise) => promise.then(() => "let through", () => "refused");
      const outside = await failed(fetch("http://127.0.0.1:1/"));
      const blob = URL.createObjectURL(new Blob(["1"], { type: "text/javascript" }));
      const module = await failed(import(blob));
      await new Promise((resolve) => setTimeout(resolve, 300));
      // After a pause: what the inspector evaluates may do so itself, up to its first.
      const evaluated = (() => {
        try {
          return new Function("return true")();
        } catch {
          return false;
        }
      })();
      const shown = getComputedStyle(document.body).display;
      return { found: [...new Set(found)].sort(), evaluated, outside, module, shown, intruded: Boolean(window.intruded) };
    });
    assert.equal(refused.intruded, false, "no script of others ran");
    assert.equal(refused.evaluated, false, "no text becomes a script");
    assert.equal(refused.outside, "refused");
    assert.equal(refused.module, "refused");
    assert.notEqual(refused.shown, "none", "no style sheet of others counts");
    for (const directive of ["connect-src", "script-src-attr", "script-src-elem", "style-src-elem"]) {
      assert.ok(refused.found.includes(directive), `${directive} in ${refused.found}`);
    }
  });

  test("what the host sends holds the workers, too", async () => {
    const headers = await page.page.evaluate(async () => {
      const of = async (name) => Object.fromEntries((await fetch(name)).headers);
      return { page: await of("./"), worker: await of("banker.js") };
    });
    assert.match(headers.page["content-security-policy"], /frame-ancestors 'self'/);
    assert.match(headers.worker["content-security-policy"], /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/);
    assert.equal(headers.page["x-content-type-options"], "nosniff");
  });

  test("nothing is asked of any other host, from opening to a hit", async () => {
    const visit = await Page.open(browser);
    await visit.start();
    await visit.strike();
    const root = new URL(setting("NEURORACK_URL")).origin;
    const foreign = visit.responses.map((response) => response.url()).filter((url) => !url.startsWith(root));
    assert.deepEqual(foreign, []);
    assert.deepEqual(visit.errors, []);
    await visit.close();
  });
});
