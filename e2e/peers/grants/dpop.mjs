// Proofs of possession at the token endpoint, with and without nonces, and at userinfo: RFC 9449.
import * as oauth from 'oauth4webapi';
import { SignJWT } from 'jose';
import { as, basic, chat, claims, client, none, now, Refused, resource, tampered, wire } from './kit.mjs';
import { desktop, login } from './person.mjs';

const job = client('job');
const keys = await oauth.generateKeyPair('ES256', { extractable: true });
const others = await oauth.generateKeyPair('ES256', { extractable: true });
const publicJwk = async (pair) => {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { kty, crv, x, y };
};

async function ask(options, { who = job, server = as, authentication = basic } = {}) {
  const response = await oauth.clientCredentialsGrantRequest(server, who, authentication, { resource }, { ...wire, ...options });
  return oauth.processClientCredentialsResponse(server, who, response);
}
/** The library's own proof, changed before it is signed. */
const changed = (change, pair = keys) => ({ DPoP: oauth.DPoP(job, pair, { [oauth.modifyAssertion]: change }) });
const asks = (change) => ask(changed(change));
/** A proof that the library would never make. */
const proof = (value) => tampered((options) => ({ ...options, headers: { ...Object.fromEntries(new Headers(options.headers)), dpop: value } }));
const members = () => ({ htm: 'POST', htu: as.token_endpoint, jti: crypto.randomUUID(), iat: now() });
const made = (header, payload, key = keys.privateKey) => new SignJWT(payload).setProtectedHeader({ typ: 'dpop+jwt', ...header }).sign(key);

/** A login whose token belongs to a key, and what it shows at userinfo. */
async function session() {
  const DPoP = oauth.DPoP(desktop, keys);
  return (await login(desktop, none, { scope: 'openid clinic:read' }, { DPoP })).access_token;
}
async function userinfo(token, options) {
  const response = await oauth.userInfoRequest(as, desktop, token, { ...wire, ...options });
  return oauth.processUserInfoResponse(as, desktop, oauth.skipSubjectCheck, response);
}
const shows = async (change, pair = keys) => userinfo(await session(), { DPoP: oauth.DPoP(desktop, pair, { [oauth.modifyAssertion]: change }) });

export default [
  ['RFC 9449 §5', 'a token for a proof', 'accepted', async () => {
    const { access_token, token_type } = await asks(() => {});
    if (token_type !== 'dpop' || !claims(access_token).cnf?.jkt) throw new Refused(token_type);
  }],
  ['RFC 9449 §5', 'a client that has to prove, and does not', 'invalid_dpop_proof', () => ask({}, { who: client('job-bound') })],
  ['RFC 9449 §4.3 (1)', 'two proofs', 'invalid_dpop_proof', async () =>
    ask(proof(`${await made({ alg: 'ES256', jwk: await publicJwk(keys) }, members())}, ${await made({ alg: 'ES256', jwk: await publicJwk(keys) }, members())}`))],
  ['RFC 9449 §4.3 (2)', 'what is no JWT', 'invalid_dpop_proof', () => ask(proof('proof'))],
  ['RFC 9449 §4.3 (3)', 'no jti', 'invalid_dpop_proof', () => asks((_, payload) => delete payload.jti)],
  ['RFC 9449 §4.3 (3)', 'no iat', 'invalid_dpop_proof', () => asks((_, payload) => delete payload.iat)],
  ['RFC 9449 §4.3 (3)', 'no htm', 'invalid_dpop_proof', () => asks((_, payload) => delete payload.htm)],
  ['RFC 9449 §4.3 (3)', 'no htu', 'invalid_dpop_proof', () => asks((_, payload) => delete payload.htu)],
  ['RFC 9449 §4.3 (4)', 'another typ', 'invalid_dpop_proof', () => asks((header) => (header.typ = 'JWT'))],
  ['RFC 9449 §4.3 (5)', 'alg none', 'invalid_dpop_proof', async () =>
    ask(proof(`${Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: await publicJwk(keys) })).toString('base64url')}.${Buffer.from(JSON.stringify(members())).toString('base64url')}.`))],
  ['RFC 9449 §4.3 (5)', 'a symmetric algorithm', 'invalid_dpop_proof', async () => {
    const secret = new Uint8Array(32).fill(7);
    const jwk = { kty: 'oct', k: Buffer.from(secret).toString('base64url') };
    return ask(proof(await made({ alg: 'HS256', jwk }, members(), secret)));
  }],
  ['RFC 9449 §4.3 (6)', 'the signature of another key', 'invalid_dpop_proof', async () =>
    ask(proof(await made({ alg: 'ES256', jwk: await publicJwk(keys) }, members(), others.privateKey)))],
  ['RFC 9449 §4.3 (7)', 'a private key in jwk', 'invalid_dpop_proof', async () => {
    const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', keys.privateKey);
    return ask(proof(await made({ alg: 'ES256', jwk: { kty, crv, x, y, d } }, members())));
  }],
  ['RFC 9449 §4.3 (7)', 'no jwk', 'invalid_dpop_proof', async () => ask(proof(await made({ alg: 'ES256' }, members())))],
  ['RFC 9449 §4.3 (8)', 'another method', 'invalid_dpop_proof', () => asks((_, payload) => (payload.htm = 'GET'))],
  ['RFC 9449 §4.3 (9)', 'another address', 'invalid_dpop_proof', () => asks((_, payload) => (payload.htu = as.introspection_endpoint))],
  ['RFC 9449 §4.3 (9)', 'another server’s address', 'invalid_dpop_proof', () => asks((_, payload) => (payload.htu = chat.token_endpoint))],
  ['RFC 9449 §4.3 (10)', 'no nonce where one is wanted', 'use_dpop_nonce', () => ask(changed(() => {}), { server: chat })],
  ['RFC 9449 §8', 'the nonce that was given, the second time', 'accepted', async () => {
    const options = changed(() => {});
    await ask(options, { server: chat }).catch((error) => {
      if (!oauth.isDPoPNonceError(error)) throw error;
    });
    return ask(options, { server: chat });
  }],
  ['RFC 9449 §4.3 (10)', 'a nonce that nobody gave', 'use_dpop_nonce', async () =>
    ask(changed((_, payload) => (payload.nonce = 'mine')), { server: chat })],
  ['RFC 9449 §4.3 (11)', 'a proof of an hour ago', 'invalid_dpop_proof', () => asks((_, payload) => (payload.iat -= 3600))],
  ['RFC 9449 §4.3 (11)', 'a proof of the future', 'invalid_dpop_proof', () => asks((_, payload) => (payload.iat += 3600))],
  ['RFC 9449 §11.1', 'a proof used twice', 'invalid_dpop_proof', async () => {
    const used = await made({ alg: 'ES256', jwk: await publicJwk(keys) }, members());
    await ask(proof(used));
    return ask(proof(used));
  }],
  ['RFC 9449 §7', 'a bound token with its proof', 'accepted', () => shows(() => {})],
  ['RFC 9449 §4.3 (12)', 'the hash of another token', '401 invalid_dpop_proof', () => shows((_, payload) => (payload.ath = 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo'))],
  ['RFC 9449 §4.3 (12)', 'no hash of the token', '401 invalid_dpop_proof', () => shows((_, payload) => delete payload.ath)],
  ['RFC 9449 §4.3 (12)', 'a proof of another key than the token’s', 'invalid_token', () => shows(() => {}, others)],
  ['RFC 9449 §7.2', 'a bound token as a bearer token', 'invalid_token', async () => userinfo(await session(), {})],
  ['RFC 9449 §7.1', 'a bound token without a proof', '401 invalid_dpop_proof', async () =>
    userinfo(await session(), tampered((options) => {
      const [, token] = new Headers(options.headers).get('authorization').split(' ');
      return { ...options, headers: { authorization: `DPoP ${token}` } };
    }))],
];
