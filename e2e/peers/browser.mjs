// A person at a real browser: opens an address, signs in, decides, and is led back to the program that asked.
// usage: browser.mjs CHROMIUM URL USERNAME PASSWORD allow|deny
import { chromium } from 'playwright-core';
import { run, say } from './lines.mjs';

const [executablePath, url, username, password, decision] = process.argv.slice(2);
const issuer = new URL(url).origin;

run(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    if (await page.locator('input[type=password]').count()) {
      await page.fill('input[name=username]', username);
      await page.fill('input[type=password]', password);
      await page.press('input[type=password]', 'Enter');
    }
    await page.locator(`button[value=${decision}]`).waitFor();
    say('asked', { heading: await page.locator('h1').innerText(), text: await page.locator('main').innerText() });
    await page.click(`button[value=${decision}]`);
    await page.waitForURL((address) => address.origin !== issuer);
    say('led', { to: page.url() });
  } finally {
    await browser.close();
  }
});
