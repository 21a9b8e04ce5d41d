// The map of sounds is a plane without end: zoomed, moved and kept within bounds.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fill, filled, focused, names, painted, tiles } from "./map.mjs";
import { launch, Page } from "./page.mjs";

/** What the map may keep, in bytes: 40 MiB of samples, 8 MiB of pictures, and one view's samples besides. */
const MOST_KEPT = (40 + 8 + 20) * 2 ** 20;

const map = (page) => page.page.locator(".map");

const level = async (page) => Number(await map(page).getAttribute("data-level"));

/** The middle of the map, in pixels. */
async function middle(page) {
  const { x, y, width, height } = await map(page).boundingBox();
  return [x + width / 2, y + height / 2];
}

describe("the plane of the map", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  test("the wheel zooms about the pointer to sounds in between, and nothing is empty on the way", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    const whole = await names(page);
    const elements = await page.page.locator(".spot").count();
    const [x, y] = await middle(page);
    await page.page.mouse.move(x + 100, y - 30);
    const under = () => page.page.evaluate(([x, y]) => document.elementFromPoint(x, y).getAttribute("aria-label"), [x + 100, y - 30]);
    const before = (await under()).match(/^Take ([A-Z]\d)/)[1];
    for (let notch = 0; notch < 4; notch += 1) {
      await page.page.mouse.wheel(0, -120);
      await page.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const { count, painted: shown } = await painted(page);
      assert.equal(shown, count, `notch ${notch}: no tile is empty`);
    }
    assert.equal(await level(page), 2);
    await filled(page);
    const near = await names(page);
    assert.equal(new Set(near).size, near.length, "names are unique");
    assert.ok(near.every((name) => /^[A-L][1-4]\.[1-4]{2}$/.test(name)), near.join());
    assert.ok((await under()).startsWith(`Take ${before}.`), `${await under()} lies in ${before}`);
    assert.ok(near.every((name) => !whole.includes(name)));
    assert.equal(await page.page.locator(".spot").count(), elements, "no element is added");
    await page.button("Whole map").click();
    assert.deepEqual((await names(page)).sort(), whole.sort());
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("keys zoom about the tile at hand, keep the focus, and walk on beyond the edge", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    await tiles(page, /^Take L2/).focus();
    await page.page.keyboard.press("+");
    assert.equal(await level(page), 1);
    assert.match(await focused(page), /^Take L2\.[1-4]\b/);
    for (let step = 0; step < 3; step += 1) await page.page.keyboard.press("ArrowRight");
    assert.match(await focused(page), /^Take [KL]2\.[1-4] mirrored/, "beyond the edge lies the mirror image");
    await filled(page);
    for (let step = 0; step < 30; step += 1) await page.page.keyboard.press("ArrowDown");
    assert.match(await focused(page), /^Take [A-L]\d\.[1-4]/);
    const spot = await page.page.evaluate(() => document.activeElement.getBoundingClientRect().toJSON());
    const box = await map(page).boundingBox();
    const inside = spot.left > box.x - 3 && spot.right < box.x + box.width + 3 && spot.top > box.y - 3 && spot.bottom < box.y + box.height + 3;
    assert.ok(inside, "the tile at hand is in view");
    await page.page.keyboard.press("0");
    assert.equal(await level(page), 0);
    assert.match(await focused(page), /^Take [A-L]\d\b[^.]/);
    assert.equal(await page.page.locator('.spot[tabindex="0"]').count(), 1, "Tab reaches one tile");
    for (let deep = 0; deep < 20; deep += 1) await page.page.keyboard.press("+");
    assert.equal(await level(page), 16);
    assert.match(await focused(page), /^Take [A-L]\d\.[1-4]{16}/);
    assert.ok(await page.button("Zoom in").isDisabled());
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a drag moves the map on and on, and takes nothing", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    const f1 = await page.chosen("F1");
    const [x, y] = await middle(page);
    const seen = new Set(await names(page));
    for (let drag = 0; drag < 3; drag += 1) {
      await page.page.mouse.move(x + 200, y);
      await page.page.mouse.down();
      await page.page.mouse.move(x, y + 10, { steps: 5 });
      await page.page.mouse.move(x - 200, y + 20, { steps: 5 });
      await page.page.mouse.up();
      for (const name of await names(page)) seen.add(name);
    }
    assert.ok([...seen].some((name) => name.endsWith(" mirrored")), "the mirror image follows the edge");
    await filled(page);
    assert.equal(await page.chosen("F1"), f1);
    const spot = tiles(page).nth(20);
    const name = (await spot.getAttribute("aria-label")).match(/^Take (\w+)/)[1];
    await spot.click();
    assert.match(await page.chosen("F1"), new RegExp(`^${name}`), "a click still takes");
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("neighbours of the slot at hand fill the view, its flag in the middle", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    await page.button(`F2 ${await page.chosen("F2")}`).click();
    await page.button("Neighbours of F2").click();
    await filled(page);
    assert.equal(await level(page), 2);
    const flag = await page.page.locator(".flags .frame", { hasText: "F2" }).boundingBox();
    const [x, y] = await middle(page);
    const apart = Math.hypot(flag.x + flag.width / 2 - x, flag.y + flag.height / 2 - y);
    assert.ok(apart < 3, `F2 stands ${apart} px from the middle`);
    await page.close();
  });

  test("what is kept stays bounded over two hundred views, and hostile input changes nothing for good", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    const elements = await page.page.locator(".spot").count();
    let most = 0;
    for (let view = 0; view < 200; view += 1) {
      await page.page.evaluate((view) => {
        const map = document.querySelector(".map");
        const { left, top, width, height } = map.getBoundingClientRect();
        const [clientX, clientY] = [left + (width * ((view * 37) % 100)) / 100, top + (height * ((view * 61) % 100)) / 100];
        const turn = view % 3 === 0 ? { deltaX: 200 } : { deltaY: view % 8 < 6 ? -240 : 240 };
        map.dispatchEvent(new WheelEvent("wheel", { clientX, clientY, bubbles: true, cancelable: true, ...turn }));
      }, view);
      await page.wait(0.04);
      most = Math.max(most, Number(await map(page).getAttribute("data-kept-bytes")));
    }
    console.log(`kept at most ${(most / 2 ** 20).toFixed(1)} MiB over 200 views`);
    assert.ok(most < MOST_KEPT, `${most} bytes are kept`);
    await page.page.evaluate(() => {
      const map = document.querySelector(".map");
      const { left, top, width, height } = map.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      for (const deltaY of [1e300, -1e300, 5e-324]) map.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY }));
      for (const deltaMode of [1, 2]) map.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: -1e9, deltaMode }));
      const pointer = (type, id, more) =>
        map.dispatchEvent(new PointerEvent(type, { ...at, pointerId: id, pointerType: "touch", isPrimary: id === 71, ...more }));
      for (const id of [71, 72, 73]) pointer("pointerdown", id);
      pointer("pointermove", 72, { clientX: 1e9, clientY: -1e9 });
      for (const id of [71, 72, 73]) pointer("pointercancel", id);
      // Without a size there is no place.
      map.style.display = "none";
      map.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: -100 }));
      map.style.display = "";
    });
    await page.button("Whole map").click();
    await filled(page);
    assert.equal(await page.page.locator(".spot").count(), elements);
    assert.equal((await names(page)).length, 48);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("another width in the middle of a drag lays the map out anew", async () => {
    const page = await Page.open(browser);
    await page.start();
    await fill(page);
    const [x, y] = await middle(page);
    await page.page.mouse.move(x, y);
    await page.page.mouse.down();
    await page.page.mouse.move(x + 40, y + 10, { steps: 4 });
    await page.page.setViewportSize({ width: 820, height: 1180 });
    await page.page.mouse.move(x + 60, y + 10, { steps: 4 });
    await page.page.mouse.up();
    await page.button("Whole map").click();
    assert.equal(await filled(page), 42);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test("a worker that dies is said, and the map can be loaded again", async () => {
    const page = await Page.open(browser, { serviceWorkers: "block" });
    await page.page.route("**/renderer.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "onmessage = ({ data }) => { if (data.id) throw new Error('gone'); };" }),
    );
    await page.start();
    await page.strike();
    const said = await page.notice(/no longer rendered/);
    assert.ok(said.includes("load the map again"), said);
    await page.button("Dismiss").click();
    await page.page.unroute("**/renderer.js");
    await page.button("Load the map").click();
    await filled(page);
    await page.close();
  });

  test("on a phone one finger scrolls the page and two zoom the map", async () => {
    const page = await Page.open(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.start();
    await fill(page);
    await page.button("Map").click();
    const client = await page.context.newCDPSession(page.page);
    const touch = (type, ...points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const [x, y] = await middle(page);
    const scrolled = () => page.page.evaluate(() => window.scrollY);
    await touch("touchStart", [x, y]);
    for (let step = 1; step <= 10; step += 1) await touch("touchMove", [x, y - 20 * step]);
    await touch("touchEnd");
    await page.wait(0.3);
    assert.ok((await scrolled()) > 50, `the page scrolled by ${await scrolled()} px`);
    assert.equal(await level(page), 0);
    await page.page.evaluate(() => window.scrollTo(0, 0));
    const f1 = await page.page.getByRole("button", { name: /^F1 / }).innerText();
    const [cx, cy] = await middle(page);
    await touch("touchStart", [cx - 30, cy], [cx + 30, cy]);
    for (let step = 1; step <= 10; step += 1) await touch("touchMove", [cx - 30 - 6 * step, cy], [cx + 30 + 6 * step, cy]);
    await page.wait(0.7);
    await touch("touchEnd");
    assert.equal(await level(page), 1, "three times as large");
    assert.equal(await scrolled(), 0, "the page stays where it is");
    assert.equal(await page.page.getByRole("button", { name: /^F1 / }).innerText(), f1, "fingers that pinch take nothing");
    await filled(page);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
