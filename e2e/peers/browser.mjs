// A person at a real browser: opens an address, signs in, decides, and is led back to the program that asked.
// usage: browser.mjs CHROMIUM URL USERNAME PASSWORD allow|deny [STATE]
//        browser.mjs CHROMIUM URL - - leave STATE: goes where it is led, with the cookies that STATE kept
import { chromium } from 'playwright-core';
import { run, say } from './lines.mjs';

const [executablePath, url, username, password, decision, state] = process.argv.slice(2);
const issuer = new URL(url).origin;

run(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const context = await browser.newContext(decision === 'leave' ? { storageState: state } : {});
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    if (decision === 'leave') {
      await page.goto(url);
      await page.waitForURL((address) => address.origin !== issuer);
      say('led', { to: page.url() });
      await page.goto(issuer + '/account');
      say('after', { heading: await page.locator('h1').innerText() });
      return;
    }
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
    say('led', {
      to: page.url(),
      title: await page.title(),
      // Where a page's own style is not let through by its policy, it has none.
      display: await page.evaluate(() => getComputedStyle(document.body).display),
    });
    if (state) await context.storageState({ path: state });
  } finally {
    await browser.close();
  }
});
