import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { shootBell } from './bell.ts';
import { shootLivePage } from './live-page.ts';
import { openBrowser } from './studio.ts';

/*
 * Takes the pictures of docs/screenshots with a real Chromium and real servers. Look at them before they are committed.
 * With --only <text>, those whose name has this text in it; with --into <folder>, to somewhere else.
 */

const pictures = fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, into: { type: 'string', default: pictures } },
});
mkdirSync(values.into, { recursive: true });

async function shoot(page: Page, name: string): Promise<void> {
  if (!name.includes(values.only)) return;
  // What is still moving would be another picture each time. The live page is longer than a phone.
  const fullPage = name.startsWith('live') && name.endsWith('phone');
  const screenshot = await page.screenshot({ animations: 'disabled', caret: 'hide', fullPage });
  // With a palette it takes two thirds of the bytes, which stay in the repository's history.
  const picture = await sharp(screenshot).png({ palette: true, effort: 10 }).toBuffer();
  writeFileSync(`${values.into}/${name}.png`, picture);
  console.log(`${name}.png ${Math.ceil(picture.length / 1024)} KiB`);
}

const { browser, close } = await openBrowser();
try {
  if (!values.only.startsWith('bell')) await shootLivePage(browser, shoot);
  if (!values.only.startsWith('live')) await shootBell(browser, shoot);
} finally {
  await close();
}
