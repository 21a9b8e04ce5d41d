// The page with all its hands full: what the measurements of load and of held-up pages play.

import { setting } from "./page.mjs";

/** The sound with the longest curve of the shipped bank. */
const LONG = "Timpani";

/** Opens the page with its own pattern and starts it; returns Playwright's page. */
export async function open(browser, { before } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  // What is measured says itself how slow the machine is.
  page.setDefaultTimeout(120_000);
  if (before) await page.addInitScript(before);
  await page.goto(setting("NEURORACK_URL"));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("#engine-status")?.dataset.state === "running");
  return page;
}

/** Plugs all four modulators into the four CVs; the default pattern has two of them plugged already. */
export async function plugModulators(page) {
  for (const [source, to] of [["LFO 3", "CV 2"], ["Envelope 4", "CV 4"]]) {
    await page.getByRole("button", { name: `Patch ${source}`, exact: true }).press("Enter");
    await page.getByRole("button", { name: `to ${to}`, exact: true }).press("Enter");
    await page.keyboard.press("Escape");
  }
}

/** Both sequencers strike long sounds on every step, so fast that eight voices always overlap. */
export async function strikeAllSteps(page) {
  for (const list of ["F1", "F2"]) await page.getByRole("combobox", { name: list, exact: true }).selectOption({ label: LONG });
  const tempo = page.getByRole("slider", { name: "Tempo", exact: true });
  await tempo.focus();
  await page.keyboard.type("160");
  await page.keyboard.press("Enter");
  for (const gate of [1, 2]) {
    for (let number = 1; number <= 16; number += 1) {
      const step = page.getByRole("button", { name: new RegExp(`^Gate ${gate} step ${number},`) });
      if ((await step.getAttribute("aria-pressed")) !== "true") await step.press("Enter");
    }
  }
  // The second sequencer strikes too; frozen, nothing would be played anew.
  await page.getByRole("button", { name: "Patch Steps 2", exact: true }).press("Enter");
  await page.getByRole("button", { name: "to Gate 2", exact: true }).press("Enter");
  await page.getByRole("button", { name: "to Gate 1", exact: true }).press("Enter");
  await page.keyboard.press("Escape");
}

/** What the engine says of itself. */
export const status = (page) =>
  page.locator("#engine-status").evaluate(({ dataset }) =>
    Object.fromEntries(["hits", "dropped", "underruns", "voices", "load"].map((key) => [key, Number(dataset[key])])),
  );
