// A person at the web page of the MCP Inspector, which logs in by itself: connects, signs in, allows, calls a tool.
// usage: inspector.mjs CHROMIUM URL USERNAME PASSWORD
import { chromium } from 'playwright-core';
import { run, say } from './lines.mjs';

const [executablePath, url, username, password] = process.argv.slice(2);
const inspector = new URL(url).origin;

run(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    // Its page wants fonts from elsewhere; where there is no way out, that takes long.
    await page.route((address) => !['127.0.0.1', 'localhost'].includes(address.hostname), (route) => route.abort());
    // Its settings arrive after the page; who connects before connects without them.
    const settings = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/storage/client');
    await page.goto(url);
    await (await settings).finished();
    await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
    await page.getByRole('switch', { name: /^Connect or disconnect/ }).dispatchEvent('click');
    await page.fill('input[name=username]', username);
    await page.fill('input[type=password]', password);
    await page.press('input[type=password]', 'Enter');
    await page.locator('button[value=allow]').waitFor();
    say('asked', { heading: await page.locator('h1').innerText(), text: await page.locator('main').innerText() });
    await page.click('button[value=allow]');
    await page.waitForURL((address) => address.origin === inspector);
    await page.getByText('Tools', { exact: true }).click();
    await page.getByText('find_appointments').first().click();
    await page.getByLabel(/patient/i).first().fill('Moreau');
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    await page.getByText('practitioner').first().waitFor();
    say('called', { text: await page.locator('body').innerText() });
  } finally {
    await browser.close();
  }
});
