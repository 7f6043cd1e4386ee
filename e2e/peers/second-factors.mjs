// A person at a real browser that has an authenticator: makes a passkey on the account page, then uses it and approves as told.
// usage: second-factors.mjs CHROMIUM ISSUER USERNAME PASSWORD
import { chromium } from 'playwright-core';
import { hears, run, say } from './lines.mjs';

const [executablePath, issuer, username, password] = process.argv.slice(2);

async function signsIn(page, path) {
  await page.goto(issuer + path);
  if (await page.locator('input[type=password]').count()) {
    await page.fill('input[name=username]', username);
    await page.fill('input[type=password]', password);
    await page.press('input[type=password]', 'Enter');
    await page.waitForURL((address) => address.pathname === path);
  }
}

run(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signsIn(page, '/account/passkeys');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.fill('input[name=name]', 'My phone');
    await page.getByRole('button', { name: 'Make the passkey' }).click();
    await page.locator('section.entry').first().waitFor();
    say('made', { text: await page.locator('main').innerText() });
    for (;;) {
      const told = await hears('now');
      if (told.options) {
        const credential = await page.evaluate(async (options) => {
          const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
          return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
        }, told.options);
        say('used', { credential });
      } else if (told.number) {
        await signsIn(page, '/approvals');
        say('asked', { text: await page.locator('section.entry').first().innerText() });
        await page.fill('input[name=number]', told.number);
        await page.locator('button[value=approve]').click();
        await page.locator('.notice').waitFor();
        say('approved', { text: await page.locator('main').innerText() });
      } else {
        return;
      }
    }
  } finally {
    await browser.close();
  }
});
