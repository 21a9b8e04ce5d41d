// The encoder and the screen: the menu is operated by keys, wheel, drag and push, and changes the instrument.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, Page, resultsDir } from "./page.mjs";

/** The screen's pixels, as long as they are the same they give the same text. */
function pixels(page) {
  return page.page.getByRole("region", { name: "OLED", exact: true }).locator("canvas").evaluate((canvas) => canvas.toDataURL());
}

/** What the screen says to those who hear it. */
function said(page) {
  return page.page.getByRole("region", { name: "OLED", exact: true }).getByRole("status").innerText();
}

/** Waits until the screen says something that `pattern` matches, and returns it. */
async function says(page, pattern) {
  const begun = Date.now();
  let text = await said(page);
  while (!pattern.test(text)) {
    if (Date.now() - begun > 5_000) throw new Error(`the screen says "${text}", not ${pattern}`);
    await page.page.waitForTimeout(20);
    text = await said(page);
  }
  return text;
}

/** Waits until the screen shows other pixels than these. */
async function redrawn(page, earlier) {
  const begun = Date.now();
  while ((await pixels(page)) === earlier) {
    if (Date.now() - begun > 5_000) throw new Error("the screen still shows the same pixels");
    await page.page.waitForTimeout(20);
  }
}

/** The name of the sound that a list shows. */
function chosen(page, list) {
  return page.list(list).evaluate((select) => select.selectedOptions[0]?.textContent ?? "");
}

describe("the menu on the page", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test.beforeEach(async () => {
    page = await Page.open(browser);
    await page.ready();
  });
  test.afterEach(() => page?.close());

  test("keys on Menu lead to Sounds, F1 and another set, and Escape puts back the one from before", async () => {
    const menu = page.button("Menu");
    const before = await chosen(page, "F1");
    let earlier = await pixels(page);
    const steps = [
      ["Enter", /^Menu: Models/],
      ["ArrowDown", /^Menu: Sounds, 2 of/],
      ["Enter", /^Sounds: F1/],
      ["Enter", /^F1: Choose/],
      ["Enter", /^F1 Choose: /],
      ["ArrowDown", /^F1 Choose: .*2 of/],
    ];
    for (const [key, heard] of steps) {
      await menu.press(key);
      await says(page, heard);
      await redrawn(page, earlier);
      earlier = await pixels(page);
    }
    await page.page.screenshot({ path: join(resultsDir(), "menu-sets.png") });
    const after = await chosen(page, "F1");
    assert.notEqual(after, before, "turning chose another sound");
    assert.ok((await said(page)).includes(after), `the screen says ${await said(page)}, the list ${after}`);

    await menu.press("Escape");
    await says(page, /^F1: Choose/);
    assert.equal(await chosen(page, "F1"), before, "Escape restores");

    await menu.press("Enter");
    await menu.press("ArrowRight");
    await menu.press("Enter");
    await says(page, /^F1: Choose/);
    assert.equal(await chosen(page, "F1"), after, "Enter keeps");
    assert.deepEqual(page.errors, []);
  });

  test("on the idle screen the wheel turns the volume, up for more", async () => {
    const value = async () => Number(await page.slider("Volume").inputValue());
    const before = await value();
    const earlier = await pixels(page);
    await page.button("Menu").hover();
    for (let notch = 0; notch < 3; notch += 1) {
      await page.page.mouse.wheel(0, -120);
      await page.page.waitForTimeout(150);
    }
    await says(page, /^Volume -6 decibels/);
    assert.equal(await value(), before + 3);
    await redrawn(page, earlier);
  });

  test("dragging round the knob turns, a click pushes, holding goes back", async () => {
    const box = await page.button("Menu").boundingBox();
    const at = (degrees) => {
      const angle = (degrees * Math.PI) / 180;
      const radius = 0.4 * box.width;
      return [box.x + box.width / 2 + radius * Math.cos(angle), box.y + box.height / 2 + radius * Math.sin(angle)];
    };
    const { mouse } = page.page;
    await mouse.click(...at(0));
    await says(page, /^Menu: Models/);

    await mouse.move(...at(-90));
    await mouse.down();
    for (let degrees = -90; degrees <= -41; degrees += 3) await mouse.move(...at(degrees));
    await mouse.up();
    await says(page, /^Menu: Assignment, 4 of/);

    await mouse.click(...at(0));
    await says(page, /^Assignment: CV 1, morph/);
    await mouse.down();
    await page.page.waitForTimeout(800);
    await mouse.up();
    await says(page, /^Menu: Assignment, 4 of/);
    assert.equal((await page.status()).hits, 0, "and nothing was struck");
  });

  test("the monitor reads CV 1, the card reads the bank, and the volume is turned in its editor", async () => {
    const menu = page.button("Menu");
    const press = async (...keys) => {
      for (const key of keys) {
        await menu.press(key);
        // Slower than a fast turn, which would take larger steps.
        await page.page.waitForTimeout(100);
      }
    };
    await page.turn("CV 1", 2.5);
    await press("Enter", ...Array(4).fill("ArrowDown"), "Enter", "Enter");
    await says(page, /^CV monitor, CV 1 \+2\.5 V/);
    await press("Escape", "Escape", ...Array(2).fill("ArrowUp"), "Enter", "Enter", "ArrowDown", "ArrowDown");
    await says(page, /^Volume -11 decibels/);
    assert.equal(await page.slider("Volume").inputValue(), "-11");
    await press("Enter", "Escape", "ArrowUp", "ArrowUp", "Enter", "Enter", "ArrowDown", "Enter");
    await says(page, /Info card: .*sinc-nsf/);
    await press("Escape", "Escape", "Escape", "Escape");
    await says(page, /F1 .*F2 /);
    assert.deepEqual(page.errors, []);
  });

  test("Save keeps the sound as one of one's own under the next free name, and it is there after a reload", async () => {
    const menu = page.button("Menu");
    const before = await chosen(page, "F2");
    await menu.press("Enter");
    await says(page, /^Menu: Models/);
    const find = async (pattern) => {
      for (let row = 0; row < 8 && !pattern.test(await said(page)); row += 1) {
        await menu.press("ArrowDown");
        await page.page.waitForTimeout(150);
      }
      await says(page, pattern);
      await menu.press("Enter");
    };
    await find(/^Menu: Sounds/);
    await find(/^Sounds: F2/);
    await find(/^F2: Save/);
    await says(page, new RegExp(`Saved as ${before} 2`));
    assert.equal(await chosen(page, "F2"), `${before} 2`);
    assert.equal(await page.page.getByRole("button", { name: `Take ${before} 2 as F2` }).count(), 1, "it is in the library");
    await page.page.waitForTimeout(1_500);
    await page.page.reload();
    await page.ready();
    await page.page.waitForTimeout(500);
    assert.equal(await chosen(page, "F2"), `${before} 2`, "after a reload");
    assert.deepEqual(page.errors, []);
  });

  test("Reset counters sets hits and uptime of the statistics to zero", async () => {
    await page.start();
    await page.strike();
    const menu = page.button("Menu");
    const find = async (pattern) => {
      for (let row = 0; row < 8 && !pattern.test(await said(page)); row += 1) {
        await menu.press("ArrowDown");
        await page.page.waitForTimeout(150);
      }
      return says(page, pattern);
    };
    const statistics = async () => {
      await menu.press("Enter");
      await find(/^Menu: Admin/);
      await menu.press("Enter");
      await find(/^Admin: Statistics/);
      await menu.press("Enter");
      await page.page.waitForTimeout(150);
      return find(/^Statistics: Hits/);
    };
    assert.match(await statistics(), /Hits,? 1/);
    await find(/^Statistics: Reset counters/);
    await menu.press("Enter");
    await says(page, /Set all counters to zero/);
    await menu.press("ArrowDown");
    await page.page.waitForTimeout(150);
    await menu.press("Enter");
    await says(page, /All counters are at zero/);
    // The note goes with the next push; the next one opens the menu.
    await menu.press("Enter");
    await page.page.waitForTimeout(150);
    assert.match(await statistics(), /Hits,? 0/);
    assert.deepEqual(page.errors, []);
  });

  test("Space strikes after a click on the encoder", async () => {
    await page.button("Menu").click();
    await says(page, /^Menu: /);
    await page.page.keyboard.press("Space");
    await page.page.waitForFunction(() => document.querySelector("#engine-status").dataset.hits === "1");
    assert.match(await said(page), /^Menu: /, "the menu is where it was");
  });
});
