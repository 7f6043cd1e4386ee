// The person who signs in and decides, by the pages' own forms; see also browser.mjs, which has a real browser.
import * as oauth from 'oauth4webapi';
import { as, Refused, client, none, resource, setup, wire } from './kit.mjs';

const cookies = new Map();
const text = (html) => html.replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const attributes = (tag) => Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, text(value)]));

/** Another browser from here on. */
export const forget = () => cookies.clear();

async function load(url, body) {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    body,
    redirect: 'manual',
    headers: {
      accept: 'text/html',
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body ? { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' } : {}),
    },
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (value) cookies.set(name, value);
    else cookies.delete(name);
  }
  const onward = /^0; ?url=(.*)$/i.exec(response.headers.get('refresh') ?? '')?.[1] ?? response.headers.get('location');
  if (onward) {
    const target = new URL(onward, url);
    return target.origin === new URL(url).origin ? load(target) : { led: target };
  }
  return { url, status: response.status, html: await response.text() };
}

function filled(page, decision, userCode) {
  const forms = [...(page.html ?? '').matchAll(/<form([^>]*)>(.*?)<\/form>/gs)];
  const [, head, inside] = forms.find(([, , inner]) => inner.includes('type="password"')) ??
    forms.find(([, , inner]) => inner.includes(`value="${decision}"`)) ?? forms.at(-1) ?? [];
  if (!inside) return undefined;
  const body = new URLSearchParams();
  for (const [, tag] of inside.matchAll(/<input([^>]*)>/g)) {
    const { name, value = '', type } = attributes(tag);
    if (!name) continue;
    if (name === 'username') body.set(name, setup.username);
    else if (type === 'password') body.set(name, setup.password);
    else body.set(name, name === 'user_code' && !value ? userCode : value);
  }
  const buttons = [...inside.matchAll(/<button([^>]*)>/g)].map(([, tag]) => attributes(tag));
  const pressed = buttons.find((button) => button.value === decision) ?? buttons[0];
  if (pressed?.name) body.set(pressed.name, pressed.value ?? '');
  return { action: new URL(attributes(head).action ?? '', page.url), body, decided: pressed?.value === decision };
}

/** Opens an address and goes on until it leads away or the decision is made. */
export async function visits(url, decision = 'allow', userCode) {
  let page = await load(new URL(url));
  for (let i = 0; i < 8 && !page.led && page.status < 400; i++) {
    const next = filled(page, decision, userCode);
    if (!next) break;
    page = await load(next.action, next.body);
    if (next.decided && !page.led) break;
  }
  return page;
}

/** Gives a device what it asks for, or not. */
export async function decides(device, decision = 'allow') {
  const page = await visits(device.verification_uri_complete ?? device.verification_uri, decision, device.user_code);
  if (page.status >= 400) throw new Error(`the page says ${page.status}: ${page.html}`);
}

export const desktop = client('desktop');
export const web = client('web');
const callbacks = { desktop: 'http://127.0.0.1:7777/callback', web: 'https://app.example/cb' };

/** An authorization request; undefined takes a parameter away, a list repeats it. */
export async function asks(who = desktop, changes = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = {
    response_type: 'code',
    client_id: who.client_id,
    redirect_uri: callbacks[who.client_id],
    scope: 'clinic:read clinic:write',
    resource,
    state: oauth.generateRandomState(),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...changes,
  };
  const url = new URL(as.authorization_endpoint);
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of [value].flat()) if (each !== undefined) url.searchParams.append(name, each);
  }
  return { url, verifier, state: parameters.state, redirect: parameters.redirect_uri };
}

/** What comes back of it, as the library takes it; an error page, which leads nowhere, is `a page`. */
export async function authorized(who = desktop, changes = {}, decision = 'allow') {
  const asked = await asks(who, changes);
  return { ...asked, ...(await answered(asked, who, decision)) };
}

export async function answered({ url, state }, who = desktop, decision = 'allow', server = as) {
  const page = await visits(url, decision);
  if (!page.led) throw new Refused('a page');
  return { parameters: oauth.validateAuthResponse(server, who, page.led, state), led: page.led };
}

/** A login with tokens, to begin with. */
export async function login(who = desktop, authentication = none, changes = {}, options = {}) {
  return redeem(await authorized(who, changes), { who, authentication, options });
}

export async function redeem(got, { who = desktop, authentication = none, redirect, verifier, options } = {}) {
  const response = await oauth.authorizationCodeGrantRequest(
    as, who, authentication, got.parameters, redirect ?? got.redirect, verifier ?? got.verifier, { ...wire, ...options });
  return oauth.processAuthorizationCodeResponse(as, who, response);
}
