// What playing costs while it goes on: eight overlapping voices under all four modulators, both sequencers, and the page
// drawing, for the given minutes. Prints one line of JSON.

import { loadavg } from "node:os";
import { open, plugModulators, status, strikeAllSteps } from "./busy.mjs";
import { launch } from "./page.mjs";

const minutes = Number(process.argv[2] ?? 5);

/** Time between two looks at the engine's counters, in milliseconds: it brings them up to date ten times a second. */
const LOOK_MS = 500;

/** Processor time of the browser's processes so far, in seconds each. */
const processes = async (session) => (await session.send("SystemInfo.getProcessInfo")).processInfo;

const browser = await launch();
const page = await open(browser);
await plugModulators(page);
await strikeAllSteps(page);
// Until every voice sounds and what was pressed has been drawn.
await page.waitForTimeout(5_000);

const root = await browser.newBrowserCDPSession();
const [begun, before, used] = [Date.now(), await status(page), await processes(root)];
const [loads, voices, busy] = [[], [], [loadavg()[0]]];
while (Date.now() - begun < minutes * 60_000) {
  await page.waitForTimeout(LOOK_MS);
  const now = await status(page);
  loads.push(now.load);
  voices.push(now.voices);
  busy.push(loadavg()[0]);
}
const seconds = (Date.now() - begun) / 1_000;
const [after, spent] = [await status(page), await processes(root)];
await browser.close();

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const renderer = (all) => all.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
console.log(
  JSON.stringify({
    minutes: seconds / 60,
    worklet_percent: mean(loads),
    worklet_most_percent: Math.max(...loads),
    page_percent: (100 * (renderer(spent) - renderer(used))) / seconds,
    voices: mean(voices),
    least_voices: Math.min(...voices),
    hits: after.hits - before.hits,
    underruns: after.underruns - before.underruns,
    dropped: after.dropped - before.dropped,
    machine_load: mean(busy),
  }),
);
