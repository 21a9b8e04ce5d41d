// The page under hands that never rest: strikes, knobs, freeze, sounds and patches at random, another bank every second, the page
// hidden and shown, outputs that come and go, for the given minutes. Leaves what was seen every ten seconds as `endure.csv` among the
// results, and prints one line of JSON: drop-outs, the slope of memory, what was done.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open, status } from "./busy.mjs";
import { launch, resultsDir } from "./page.mjs";

const minutes = Number(process.argv[2] ?? 60);

/** Time between two deeds, two changes of bank and two looks, in milliseconds. */
const DEED_MS = 150;
const BANK_MS = 1_000;
const LOOK_MS = 10_000;

/** The same random numbers in each run (xorshift32). */
let state = 20_261_127;
const random = () => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
};
const one = (list) => list[Math.floor(random() * list.length)];

/** Resident memory of the page's process, in MB: the largest renderer. Chromium keeps others ready, and the window in front has its own. */
async function residentMb(root) {
  const { processInfo } = await root.send("SystemInfo.getProcessInfo");
  const kilobytes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0));
  return Math.max(...kilobytes) / 1_024;
}

/** An output of our own, which comes and goes: a browser without a sound card has no second one. */
const OUTPUTS = `(() => {
  const devices = navigator.mediaDevices;
  const list = devices.enumerateDevices.bind(devices);
  let plugged = false;
  devices.enumerateDevices = async () => {
    const found = await list();
    return plugged ? [...found, { kind: "audiooutput", deviceId: "test", groupId: "test", label: "Interface" }] : found;
  };
  window.plugOutput = (now) => {
    plugged = now;
    devices.dispatchEvent(new Event("devicechange"));
  };
})();`;

const browser = await launch();
const page = await open(browser, { before: OUTPUTS });
const root = await browser.newBrowserCDPSession();
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
const errors = [];
page.on("pageerror", ({ message }) => errors.push(message));

const list = (name) => page.getByRole("combobox", { name, exact: true });
const choose = async (name) => {
  const options = await list(name).locator("option:not([disabled])").count();
  await list(name).selectOption({ index: Math.floor(random() * options) }, { timeout: 5_000 });
};
const turn = async (name) => {
  const slider = page.getByRole("slider", { name, exact: true });
  await slider.focus();
  for (let steps = 1 + Math.floor(random() * 6); steps > 0; steps -= 1) await page.keyboard.press(one(["ArrowUp", "ArrowDown", "PageUp", "PageDown"]));
};
let frozen = false;
const deeds = {
  strike: () => page.keyboard.press("Space"),
  roll: async () => {
    for (let hits = 0; hits < 6; hits += 1) await page.keyboard.press("Space");
  },
  note: () => page.keyboard.press(one(["a", "s", "d", "f", "g", "h", "j", "k"])),
  freeze: async () => {
    frozen = !frozen;
    await (frozen ? page.keyboard.down("b") : page.keyboard.up("b"));
  },
  knob: () => turn(one(["CV 1", "CV 2", "CV 3", "CV 4"])),
  sound: () => choose(one(["F1", "F2"])),
};
const rarely = { patch: () => choose("Patch"), undo: () => page.keyboard.press("Control+z") };

const done = { bank: 0, hidden: 0, output: 0 };
const failed = {};
async function attempt(name, deed) {
  try {
    await deed();
    done[name] = (done[name] ?? 0) + 1;
  } catch (error) {
    failed[name] = (failed[name] ?? 0) + 1;
    if (failed[name] === 1) console.error(`${name}: ${error.message.split("\n")[0]}`);
  }
}

/** Another window in front of the page for some seconds, as when somebody reads mail. */
async function hide() {
  const other = await page.context().newPage();
  await other.bringToFront();
  await session.send("Page.setWebLifecycleState", { state: "frozen" }).catch(() => {});
  await other.waitForTimeout(3_000);
  await session.send("Page.setWebLifecycleState", { state: "active" }).catch(() => {});
  await other.close();
  await page.bringToFront();
}

const looks = [];
async function look(begun) {
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name) => metrics.find((metric) => metric.name === name).value;
  const now = await status(page);
  looks.push({
    seconds: (Date.now() - begun) / 1_000,
    renderer_mb: await residentMb(root),
    heap_mb: metric("JSHeapUsedSize") / 2 ** 20,
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
    hits: now.hits,
    dropped: now.dropped,
    underruns: now.underruns,
    load: now.load,
  });
}

const begun = Date.now();
const until = begun + minutes * 60_000;
let [bankAt, lookAt, hideAt, outputAt, rareAt] = [begun, begun, begun + 20_000, begun + 15_000, begun + 7_000];
let plugged = false;
await look(begun);
while (Date.now() < until) {
  const now = Date.now();
  await attempt(...one(Object.entries(deeds)));
  if (now >= bankAt) {
    bankAt = now + BANK_MS;
    await attempt("bank", () => choose("Bank"));
  }
  if (now >= rareAt) {
    rareAt = now + 7_000;
    await attempt(...one(Object.entries(rarely)));
  }
  if (now >= outputAt) {
    outputAt = now + 15_000;
    plugged = !plugged;
    await attempt("output", () => page.evaluate((now) => window.plugOutput(now), plugged));
  }
  if (now >= hideAt) {
    hideAt = now + 40_000;
    await attempt("hidden", hide);
  }
  if (now >= lookAt) {
    lookAt = now + LOOK_MS;
    await look(begun);
  }
  await page.waitForTimeout(DEED_MS);
}
await look(begun);
await browser.close();

const keys = Object.keys(looks[0]);
writeFileSync(join(resultsDir(), "endure.csv"), [keys, ...looks.map((look) => keys.map((key) => look[key]))].join("\n") + "\n");

/** The slope of a straight line through the second half, in units an hour: what was loaded first is there by then. */
function anHour(key) {
  const half = looks.slice(Math.floor(looks.length / 2));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [half.map(({ seconds }) => seconds / 3_600), half.map((look) => look[key])];
  const [middle, height] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return x.reduce((sum, value, k) => sum + (value - middle) * (y[k] - height), 0) / spread;
}
const [first, last] = [looks[0], looks.at(-1)];
const most = (key) => Math.max(...looks.map((look) => look[key]));
console.log(
  JSON.stringify({
    minutes: last.seconds / 60,
    hits: last.hits - first.hits,
    dropped: last.dropped - first.dropped,
    underruns: last.underruns - first.underruns,
    most_load_percent: most("load"),
    renderer_mb: [first.renderer_mb, last.renderer_mb, most("renderer_mb")],
    renderer_mb_an_hour: anHour("renderer_mb"),
    heap_mb_an_hour: anHour("heap_mb"),
    nodes: [first.nodes, last.nodes],
    done,
    failed,
    errors,
  }),
);
