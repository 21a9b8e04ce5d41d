// How long the page is held up at a time while it plays: hits, the pattern under all modulators, a curve under the hand,
// the map filling, the page drawing itself while its first tap sounds. Prints one line of JSON for each: the longest task,
// the most processor time of one, those of more than 50 ms, and what ran in the longest.

import { open, plugModulators } from "./busy.mjs";
import { keptBanks, launch, setting } from "./page.mjs";

const RUNS = Number(process.argv[2] ?? 3);

/** Of so many of the longest tasks, the one that works most is looked for. */
const MANY = 1_000;

/** Seconds of the pattern. */
const PATTERN_S = 10;

/** The categories whose events are the main thread's tasks and what is done in them. */
const CATEGORIES = ["toplevel", "devtools.timeline"];

/** What is done in a task, as the trace calls it. */
const WORK = new Set([
  "FunctionCall", "FireAnimationFrame", "TimerFire", "EventDispatch", "Layout", "UpdateLayoutTree", "PrePaint", "Paint",
  "Layerize", "Commit", "MajorGC", "MinorGC", "RunMicrotasks", "HandlePostMessage", "v8.wasm.compileLazy", "EvaluateScript",
]);

const SCENES = {
  "twenty hits": async (page) => {
    for (let hit = 0; hit < 20; hit += 1) {
      await page.keyboard.press("Space");
      await page.waitForTimeout(150);
    }
  },
  "pattern and modulators": (page) => page.waitForTimeout(1_000 * PATTERN_S),
  "curve drag": async (page) => {
    const point = page.getByRole("slider", { name: /^Loudness point 2 / });
    await point.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await point.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    for (let move = 0; move < 120; move += 1) {
      await page.mouse.move(x + width / 2 + 30 * Math.sin(move / 9), y + height / 2 + 30 * Math.sin(move / 5));
      await page.waitForTimeout(16);
    }
    await page.mouse.up();
  },
};

/** Another visit, its pad tapped as soon as it is there: what is drawn while that sounds. */
async function arrival(page) {
  await page.goto(setting("NEURORACK_URL"), { waitUntil: "commit" });
  await page.locator("button.pad").first().click();
  await page.waitForFunction(() => document.querySelector("#engine-status")?.dataset.state === "running");
  await page.waitForTimeout(1_000);
}

/** The main thread's tasks in a trace, longest first: milliseconds, and what took longest in them. */
function tasks(events) {
  const pid = pageOf(events);
  const main = events.find(({ name, args, pid: of }) => of === pid && name === "thread_name" && args.name === "CrRendererMain");
  const mine = events.filter((event) => event.pid === main?.pid && event.tid === main?.tid && event.ph === "X");
  const found = mine.filter((event) => event.name.endsWith("RunTask")).sort((a, b) => b.dur - a.dur);
  const work = ({ ts, dur }) => {
    const sums = {};
    for (const part of mine) {
      if (!WORK.has(part.name) || part.ts < ts || part.ts + part.dur > ts + dur) continue;
      sums[part.name] = (sums[part.name] ?? 0) + part.dur / 1_000;
    }
    return sums;
  };
  // What was done is asked of the longest alone: there are a hundred thousand tasks.
  return found.map((task, place) => ({
    ms: task.dur / 1_000,
    cpu_ms: (task.tdur ?? task.dur) / 1_000,
    work: place === 0 ? work(task) : {},
  }));
}

/** The process of the page: the one in which our program draws. */
const pageOf = (events) => events.find((event) => event.name === "FireAnimationFrame")?.pid;

async function traced(browser, page, scene) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await scene(page);
  return tasks(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
}

const browser = await launch();
const seen = {};
for (let run = 0; run < RUNS; run += 1) {
  const page = await open(browser);
  // The map comes once the first sound has rung out; "Calm" lets it, and the pattern plays again meanwhile.
  await page.getByRole("button", { name: "Calm", exact: true }).click();
  const filling = async () => {
    await page.waitForFunction(() => document.querySelector(".spot:not(:disabled)"));
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await page.waitForFunction(() => /like/.test(document.querySelector(".spot").getAttribute("aria-label")));
  };
  const note = (what, all) => (seen[what] ??= []).push(all);
  note("map filling", await traced(browser, page, filling));
  await plugModulators(page);
  for (const [what, scene] of Object.entries(SCENES)) note(what, await traced(browser, page, scene));
  await keptBanks(page);
  await page.goto("about:blank");
  note("arrival, tapped at once", await traced(browser, page, arrival));
  await page.context().close();
}
await browser.close();
for (const [what, runs] of Object.entries(seen)) {
  const longest = runs.map(([first]) => first).sort((a, b) => a.ms - b.ms);
  const middle = longest[Math.floor(longest.length / 2)];
  const work = Object.entries(middle?.work ?? {}).sort(([, a], [, b]) => b - a).slice(0, 4);
  console.log(
    JSON.stringify({
      what,
      median_ms: middle?.ms ?? 0,
      // On a machine that others use, a task lasts longer than it works.
      cpu_ms: Math.max(0, ...runs.map((all) => Math.max(0, ...all.slice(0, MANY).map(({ cpu_ms }) => cpu_ms)))),
      all_ms: longest.map(({ ms }) => Math.round(ms)),
      over_50_ms: runs.map((all) => all.filter(({ ms }) => ms > 50).length),
      longest: Object.fromEntries(work.map(([name, ms]) => [name, Number(ms.toFixed(1))])),
    }),
  );
}
