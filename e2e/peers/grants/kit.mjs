// What the tables have in common: oauth4webapi as the independent client, and the servers it is set at.
import { readFileSync } from 'node:fs';
import { SignJWT, importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { hears, say } from '../lines.mjs';

/** issuer, chat (another server), resource, vault, and private keys by name; see GrantAttacksTest. */
export const setup = JSON.parse(readFileSync(process.env.PEER_SETUP, 'utf8'));
export const { resource, vault } = setup;
export const wire = { [oauth.allowInsecureRequests]: true };
export const key = (name) => importJWK(setup.keys[name], setup.keys[name].alg);
export const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const type = (name) => `urn:ietf:params:oauth:token-type:${name}`;

async function discover(issuer) {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...wire, algorithm: 'oauth2' }));
}
export const as = await discover(setup.issuer);
export const chat = await discover(setup.chat);

let moved = 0;
/** The servers' time, in seconds; it is moved, not waited for. */
export const now = () => Math.floor(Date.now() / 1000) + moved;
export async function later(seconds) {
  moved += seconds;
  say('later', { seconds });
  await hears('moved');
}

/** A client as the library wants it; its clock is the servers'. */
export const client = (client_id, more = {}) => ({
  client_id,
  ...more,
  get [oauth.clockSkew]() {
    return moved;
  },
});

export const none = oauth.None();
export const basic = oauth.ClientSecretBasic('secret-of-the-peers-0123456789');
export const wrong = oauth.ClientSecretBasic('not-the-secret-of-the-peers-0123');

/** A request that is changed on its way, by who does not keep to what the library allows. */
export const tampered = (change) => ({
  ...wire,
  [oauth.customFetch]: (url, options) => fetch(url, change(options, url) ?? options),
});
/** The same for the parameters of its body. */
export const form = (change) =>
  tampered((options) => {
    const body = new URLSearchParams(options.body);
    change(body);
    return { ...options, body };
  });

/** Any grant, by the library's generic request. */
export async function grant(server, who, authentication, name, parameters, options = {}, processing = {}) {
  const response = await oauth.genericTokenEndpointRequest(server, who, authentication, name, parameters, {
    ...wire,
    ...options,
  });
  return oauth.processGenericTokenEndpointResponse(server, who, response, processing);
}

/** The client that a request names, as whoever it is that asks. */
export const claims = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString());

/** A signed JWT; undefined takes a claim away. */
export async function sign(signer, members, header = {}) {
  const jwk = setup.keys[signer];
  return new SignJWT(JSON.parse(JSON.stringify(members)))
    .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, ...header })
    .sign(await key(signer));
}

const part = (tree) => Buffer.from(JSON.stringify(tree)).toString('base64url');
/** RFC 7515 appendix A.5. */
export const unsigned = (members) => `${part({ alg: 'none' })}.${part(members)}.`;
/** RFC 8725 section 2.1: the public key, which everybody has, as the secret of an HMAC. */
export async function confused(name, members, header = {}) {
  const { d, ...published } = setup.keys[name];
  return new SignJWT(members)
    .setProtectedHeader({ alg: 'HS256', kid: published.kid, ...header })
    .sign(new TextEncoder().encode(JSON.stringify(published)));
}

/** A row that is refused here fails; `expected` is what the person or the client then sees. */
export class Refused extends Error {
  constructor(error) {
    super(error);
    this.error = error;
  }
}
