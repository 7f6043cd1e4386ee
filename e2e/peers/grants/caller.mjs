// A client that asks a person itself, written from draft-ietf-oauth-first-party-apps-04 and docs/challenge-profile.md alone.
// oauth4webapi sends and signs: a challenge request is to it a form with client authentication and a proof, as a pushed request is.
import { createServer } from 'node:http';
import * as oauth from 'oauth4webapi';
import { as, client, Refused, resource, setup, tampered, wire } from './kit.mjs';

export const line = client('line');
export const secret = oauth.ClientSecretBasic('secret-of-the-peers-0123456789');
export const KNOWLEDGE = 'urn:latchstring:acr:knowledge';
export const KNOWLEDGE_OTP = 'urn:latchstring:acr:knowledge-otp';
export const newKeys = () => oauth.generateKeyPair('ES256', { extractable: true });
export const alice = { name: "it's Alice Moreau", birthdate: 'March third nineteen eighty-five' };
export const digits = { ssn_last4: 'four two one nine' };

// What is sent by text: the newest code of each number.
const texts = new Map();
const waiting = new Map();
createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { to, text } = JSON.parse(body);
  texts.set(to, /\b\d{6}\b/.exec(text)[0]);
  waiting.get(to)?.();
  response.writeHead(204).end();
}).listen(setup.gateway, 'localhost');

/** The code that was sent to a number. */
export async function texted(number = '+33612345678') {
  if (!texts.has(number)) await new Promise((came) => waiting.set(number, came));
  const code = texts.get(number);
  texts.delete(number);
  return code;
}

const visible = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

/** Section 5.2: what every response must be, whatever it says. */
async function read(response) {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/([\w.-]+\+)?json(;|$)/.test(type)) throw new Error(`${response.status} is no JSON but ${type}: ${text}`);
  if (response.headers.get('cache-control') !== 'no-store') throw new Error(`a cache may keep ${text}`);
  const body = JSON.parse(text);
  for (const member of ['error', 'error_description']) {
    if (!visible.test(body[member] ?? '')) throw new Error(`${member} has characters that it must not have: ${body[member]}`);
  }
  if (response.status === 200 ? !body.authorization_code || body.error : !body.error) throw new Error(`${response.status}: ${text}`);
  return body;
}

/** One call: a key, an auth_session that is replaced by each newer one, and what the server said last. */
export class Call {
  constructor({ who = line, authentication = secret, keys } = {}) {
    Object.assign(this, { who, authentication, keys });
  }

  static async begun(changes = {}, { json, ...made } = {}) {
    const call = new Call({ keys: await newKeys(), ...made });
    await call.begin(changes, { json });
    return call;
  }

  /** A request; undefined takes a parameter away, a list repeats it. */
  async send(parameters, { json, change } = {}) {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      for (const each of [value].flat()) if (each !== undefined) body.append(name, each);
    }
    const DPoP = this.keys && oauth.DPoP(this.who, this.keys, change && { [oauth.modifyAssertion]: change });
    const sent = tampered((request) =>
      json ? { ...request, body: json, headers: { ...request.headers, 'content-type': 'application/json' } } : { ...request, body: body.toString() });
    const endpoint = { ...as, pushed_authorization_request_endpoint: as.authorization_challenge_endpoint };
    const response = await oauth.pushedAuthorizationRequest(endpoint, this.who, this.authentication, body, {
      ...sent,
      ...(DPoP ? { DPoP } : {}),
    });
    this.said = await read(response);
    this.status = response.status;
    if (this.said.auth_session) this.session = this.said.auth_session;
    return this.said;
  }

  /** A request that begins; its refusal is the row's. */
  async begin(changes = {}, more = {}) {
    this.verifier = oauth.generateRandomCodeVerifier();
    return this.on(
      await this.send(
        {
          response_type: 'code',
          client_id: this.authentication === secret ? undefined : this.who.client_id,
          auth_session: this.session,
          code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
          code_challenge_method: 'S256',
          resource,
          scope: 'clinic:read',
          ...changes,
        },
        more,
      ),
    );
  }

  /** Answers a step with an object, or with a text as it is; undefined asks for the step. */
  async answer(step, answer, changes = {}, more = {}) {
    return this.on(
      await this.send(
        {
          response_type: 'code',
          auth_session: this.session,
          step,
          answer: typeof answer === 'object' && answer ? JSON.stringify(answer) : answer,
          ...changes,
        },
        more,
      ),
    );
  }

  /** Goes on where the person is asked something or is through; anything else is a refusal. */
  on(said) {
    if (!said.error || said.error === 'insufficient_authorization') return said;
    throw Object.assign(new Refused(said.error), { status: this.status, error_description: said.error_description });
  }

  /** Somebody whom a step asks for, and nothing else. */
  asked(step, reason) {
    const { id, reason: why } = this.said.step ?? {};
    if (id !== step || why !== reason) throw new Refused(`asked ${id ?? 'nothing'}, ${why}`);
    return this;
  }

  async redeem({ changes = {}, keys = this.keys, who = this.who, authentication = this.authentication } = {}) {
    const parameters = { code: this.said.authorization_code, code_verifier: this.verifier, ...changes };
    const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
    return this.tokens('authorization_code', given, { keys, who, authentication });
  }

  async refresh(refresh_token) {
    return this.tokens('refresh_token', { refresh_token });
  }

  async tokens(grant, parameters, { keys = this.keys, who = this.who, authentication = this.authentication } = {}) {
    const DPoP = keys && oauth.DPoP(who, keys);
    const response = await oauth.genericTokenEndpointRequest(as, who, authentication, grant, parameters, { ...wire, ...(DPoP ? { DPoP } : {}) });
    const tokens = await oauth.processGenericTokenEndpointResponse(as, who, response);
    if (tokens.auth_session) this.session = tokens.auth_session;
    return tokens;
  }
}

/** Alice, whom the server has asked who she is. */
export async function known(changes, made) {
  const call = await Call.begun(changes, made);
  await call.asked('identity').answer('identity', alice);
  return call.asked('ssn');
}

/** Alice, who has said everything there is to say. */
export async function through(changes, made) {
  const call = await known(changes, made);
  await call.answer('ssn', digits);
  if (call.said.step?.id === 'sms') await call.answer('sms', { code: await texted() });
  return call;
}
