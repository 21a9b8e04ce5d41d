// A page for everyone: axe finds nothing, the keyboard reaches and works everything, and the system's settings are heeded.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, Page, PROGRAM, resultsDir } from "./page.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Everything that WCAG 2.2 asks for at levels A and AA as far as a machine can tell, and axe's own good practice. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** What axe finds wrong now, one line for each rule and place. */
async function violations(page) {
  await page.page.evaluate(AXE);
  const found = await page.page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(" ")}: ${failureSummary.split("\n")[1]}`),
    );
  }, TAGS);
  return found;
}

/** Opens what is shut and each part of a phone's page, and looks at it. */
async function everywhere(page, look) {
  await look("as it is");
  for (const tab of await page.page.locator(".tabs button").all()) {
    if (!(await tab.isVisible())) continue;
    await tab.click();
    await look(`part ${await tab.innerText()}`);
  }
  for (const name of ["Audio", "Help"]) {
    const tab = page.page.locator(".tabs button", { hasText: "Sources" });
    if (await tab.isVisible()) await tab.click();
    await page.button(name).click();
    const dialog = page.page.getByRole("dialog", { name });
    await dialog.waitFor();
    await look(`dialog ${name}`);
    await page.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
}

/** MIDI that is there, so that its part of the page shows. */
const DEVICE = `navigator.requestMIDIAccess = async () => ({
  inputs: new Map([["a", { name: "KeyStep 37", onmidimessage: null }]]), onstatechange: null,
});`;

describe("a page for everyone", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  for (const viewport of VIEWPORTS) {
    for (const colorScheme of ["light", "dark"]) {
      test(`axe finds nothing at ${viewport.width} px, ${colorScheme}, before and after start`, async () => {
        const page = await Page.open(browser, { viewport, colorScheme, before: DEVICE });
        const found = [];
        const look = (when) => async (where) => {
          for (const violation of await violations(page)) found.push(`${when}, ${where}: ${violation}`);
        };
        await look("before start")("as it is");
        await page.start();
        await page.press();
        await page.page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        await everywhere(page, look("after start"));
        assert.deepEqual([...new Set(found)], []);
        await page.close();
      });
    }
  }

  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing where the page's program never comes, ${colorScheme}`, async () => {
      const prepare = (page) => page.route(PROGRAM, () => {});
      const page = await Page.open(browser, { colorScheme, prepare, starts: false });
      await page.page.getByText("Neurorack is on its way").waitFor();
      await page.page.waitForTimeout(3_500);
      assert.deepEqual(await violations(page), []);
      await page.page.screenshot({ path: join(resultsDir(), `waiting-${colorScheme}.png`) });
      await page.close();
    });
  }

  test("each control is reached by Tab, in view, with a ring that shows it", async () => {
    const page = await Page.open(browser, { before: DEVICE });
    await page.start();
    const all = await page.page.evaluate(() => {
      // Of radio buttons and the like one stop is enough; what is out of order or out of sight is none.
      const stops = [...document.querySelectorAll("button, select, input, a[href], summary, [tabindex]")].filter(
        (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }),
      );
      stops.forEach((element, index) => (element.dataset.stop = index));
      return stops.length;
    });
    const reached = new Map();
    await page.page.evaluate(() => document.activeElement?.blur());
    for (let press = 0; press < all + 20; press += 1) {
      await page.page.keyboard.press("Tab");
      const stop = await page.page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        // The ring may lie on what surrounds an unseen input, or on what is drawn within or before the element.
        const rings = [];
        for (let at = element, up = 0; at && up < 3; at = at.parentElement, up += 1) rings.push(getComputedStyle(at));
        rings.push(getComputedStyle(element, "::before"));
        const ring = rings.some(
          (style) =>
            (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "transparent") ||
            (style.content !== "none" && style.content !== "normal" && parseFloat(style.borderTopWidth) >= 2),
        );
        const box = element.getBoundingClientRect();
        const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const name = element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40);
        return { stop: element.dataset.stop, name: `${element.tagName} ${name}`, ring, inView };
      });
      if (stop?.stop !== undefined) reached.set(stop.stop, stop);
    }
    assert.equal(reached.size, all, `${reached.size} of ${all} controls were reached`);
    const without = [...reached.values()].filter(({ ring }) => !ring).map(({ name }) => name);
    assert.deepEqual(without, [], "controls without a ring");
    const outside = [...reached.values()].filter(({ inView }) => !inView).map(({ name }) => name);
    assert.deepEqual(outside, [], "controls out of view under the focus");
    await page.close();
  });

  test("everything that plays is played by keys alone", async () => {
    const page = await Page.open(browser);
    const press = (key) => page.page.keyboard.press(key);
    await page.button("Start").focus();
    await press("Enter");
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.state === "running");
    const hits = () => page.status().then(({ hits }) => hits);
    const struck = (count) =>
      page.page.waitForFunction((count) => Number(document.querySelector("#engine-status").dataset.hits) === count, count);
    const begun = await hits();
    await page.button("Gate 1").focus();
    await press("Enter");
    await struck(begun + 1);
    await press("Space");
    await struck(begun + 2);
    for (const [name, key, wanted] of [["CV 1", "End", 5], ["CV 2", "ArrowDown", -0.1], ["CV 3", "Shift+ArrowUp", 1], ["Volume", "Home", -60]]) {
      await page.slider(name).focus();
      await press(key);
      assert.equal(Number(await page.slider(name).inputValue()), wanted, name);
    }
    await page.button("Help").focus();
    await press("Enter");
    const dialog = page.page.getByRole("dialog", { name: "Help" });
    await dialog.waitFor();
    assert.ok(await dialog.evaluate((dialog) => dialog.contains(document.activeElement)), "the focus is in the dialog");
    await press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.page.evaluate(() => document.activeElement.textContent), "Help", "the focus comes back");
    await page.close();
  });

  test("with reduced motion nothing moves by itself, and the page sounds", async () => {
    const page = await Page.open(browser, { reducedMotion: "reduce" });
    await page.start();
    await page.strike();
    const moving = await page.page.evaluate(() =>
      // A press may answer within three frames; what lasts longer is motion.
      document
        .getAnimations()
        .filter((animation) => animation.playState === "running" && animation.effect.getTiming().duration > 50).length,
    );
    assert.equal(moving, 0);
    const slow = await page.page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .filter((element) => getComputedStyle(element).transitionDuration.split(",").some((time) => parseFloat(time) > 0.05))
        .map((element) => element.className),
    );
    assert.deepEqual(slow, [], "transitions");
    await page.close();
  });

  test("with forced colours controls keep their edges and values", async () => {
    const page = await Page.open(browser, { forcedColors: "active" });
    await page.start();
    const lost = await page.page.evaluate(() =>
      [...document.querySelectorAll("button")]
        .filter((button) => button.checkVisibility())
        .filter((button) => {
          const { borderTopWidth, outlineStyle } = getComputedStyle(button);
          return parseFloat(borderTopWidth) < 1 && outlineStyle === "none" && !button.querySelector("canvas, svg");
        })
        .map((button) => button.textContent),
    );
    assert.deepEqual(lost, [], "buttons without an edge");
    await page.turn("CV 1", 2);
    const [low, high] = await Promise.all(
      ["CV 2", "CV 1"].map((name) =>
        page.slider(name).evaluate((input) => getComputedStyle(input.closest(".knob").querySelector(".pointer")).stroke),
      ),
    );
    const cap = await page.slider("CV 1").evaluate((input) => getComputedStyle(input.closest(".knob").querySelector(".cap")).fill);
    assert.ok(low !== cap && high !== cap, `pointers ${low} and ${high} on a cap ${cap}`);
    await page.page.screenshot({ path: join(resultsDir(), "forced-colors.png") });
    await page.close();
  });
});
