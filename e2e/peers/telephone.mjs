// A telephone platform, as far as Twilio's own library is one: it signs what it posts, and takes back only TwiML that the
// library could have written itself: an element where it has a method for it, an attribute that its types know.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { run, say } from './lines.mjs';

const require = createRequire(import.meta.url);
const twilio = require('twilio');
const types = readFileSync(require.resolve('twilio/lib/twiml/VoiceResponse.d.ts'), 'utf8');
const [webhook, authToken, ...heard] = process.argv.slice(2);

const callSid = 'CA' + '0'.repeat(31) + '1';

async function post(url, more, token = authToken) {
  const params = { CallSid: callSid, AccountSid: 'AC1', ApiVersion: '2010-04-01', Direction: 'inbound',
    From: '+33612345678', To: '+14155550100', CallStatus: 'in-progress', CallerCity: 'Saint-Étienne & more', ...more };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(token, url, params) },
    body: new URLSearchParams(params),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

// A small reader of XML without comments and CDATA, which the agent does not write.
function parse(xml) {
  const root = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, declaration, close, name, attributes, empty, text] of
    xml.matchAll(/(<\?[^>]*\?>)|<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/g)) {
    if (declaration) continue;
    if (text !== undefined) { open.at(-1).children.push(decoded(text)); continue; }
    if (close) {
      if (open.pop().name !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const element = { name, attributes: {}, children: [] };
    for (const [, key, value] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) element.attributes[key] = decoded(value);
    open.at(-1).children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1) throw new Error('an element is not closed: ' + xml);
  return root.children.find((child) => child.name);
}

function decoded(text) {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name]);
}

function known(owner, attribute) {
  const block = new RegExp(`interface (?:Ssml)?${owner}Attributes \\{([^}]*)\\}`).exec(types);
  return block !== null && new RegExp(`^\\s*(?:"${attribute}"|${attribute})\\?:`, 'm').test(block[1]);
}

// Has the library write the same: its classes have a method for each element that may stand inside.
function rebuilt(element, into) {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    const camel = child.name.replace(/-(.)/, (_, letter) => letter.toUpperCase());
    const method = [camel[0].toLowerCase() + camel.slice(1), camel + '_'].find((name) => typeof into[name] === 'function');
    if (!method) throw new Error(`<${child.name}> may not stand in <${element.name}>`);
    for (const attribute of Object.keys(child.attributes)) {
      if (!known(camel[0].toUpperCase() + camel.slice(1), attribute)) throw new Error(`<${child.name}> has no attribute ${attribute}`);
    }
    const text = child.children.filter((each) => typeof each === 'string').join('');
    const inner = child.name === 'Redirect' || child.name === 'Say' || child.name === 'say-as' || child.name === 'sub'
      ? into[method](child.attributes, text) : into[method](child.attributes);
    rebuilt(child, inner);
  }
}

function find(element, name) {
  if (element.name === name) return element;
  for (const child of element.children.filter((each) => each.name)) {
    const found = find(child, name);
    if (found) return found;
  }
  return null;
}

function words(element) {
  return element.children.map((child) => (typeof child === 'string' ? child : words(child) + ' ')).join('');
}

run(async () => {
  const stranger = await post(webhook, {}, 'another token');
  if (stranger.status !== 403) throw new Error(`a stranger's post was answered ${stranger.status}`);
  let url = webhook;
  let more = { CallStatus: 'ringing' };
  for (let turn = 0; turn < 40; turn++) {
    const answer = await post(url, more);
    if (answer.status !== 200 || !answer.type.startsWith('text/xml')) throw new Error(`${answer.status} ${answer.type}`);
    const again = await post(url, more);
    if (again.text !== answer.text) throw new Error('a post that came twice was answered in two ways');
    const response = parse(answer.text);
    rebuilt(response, new twilio.twiml.VoiceResponse());
    say('agent', { text: words(response).replace(/https?:\S+/g, '').trim() });
    if (find(response, 'Hangup')) break;
    const gather = find(response, 'Gather');
    if (!gather) { url = words(find(response, 'Redirect')); more = {}; continue; }
    url = gather.attributes.action;
    const next = heard.shift();
    if (next === undefined) break;
    more = /^[0-9*#]+$/.test(next) ? { Digits: next, FinishedOnKey: '' }
      : next === '' ? { SpeechResult: '' } : { SpeechResult: next, Confidence: '0.91', Language: 'en-US' };
  }
  const over = await post(webhook, { CallStatus: 'completed', CallDuration: '42' });
  say('over', { status: over.status });
});
