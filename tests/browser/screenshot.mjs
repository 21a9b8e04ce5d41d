// Pictures of the page while its pattern plays, at the design's three widths, light and dark.

import { join } from "node:path";
import { launch, Page, resultsDir } from "./page.mjs";

const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
];

const browser = await launch();
for (const colorScheme of ["light", "dark"]) {
  for (const viewport of VIEWPORTS) {
    const page = await Page.open(browser, { viewport, colorScheme, deviceScaleFactor: 2, fragment: "" });
    await page.start();
    // Some steps in, the plots show both what was asked and what was measured.
    await page.wait(1.2);
    await page.page.evaluate(() => window.scrollTo(0, 0));
    await page.wait(0.35);
    const name = `page-${viewport.width}${colorScheme === "dark" ? "-dark" : ""}.png`;
    await page.page.screenshot({ path: join(resultsDir(), name) });
    await page.close();
    console.log(`screenshot: ${name}`);
  }
}
await browser.close();
