// The authorization code grant and its endpoint: RFC 6749 section 4.1, RFC 7636, RFC 9207, RFC 9700.
import * as oauth from 'oauth4webapi';
import { as, basic, chat, client, form, later, none, Refused, vault, wire } from './kit.mjs';
import { answered, asks, authorized, desktop, login, redeem, visits, web } from './person.mjs';

const other = client('other-desktop');
const elsewhere = 'http://127.0.0.1:7777/elsewhere';

export default [
  ['RFC 6749 §4.1.3', 'a code for tokens', 'accepted', () => login()],
  ['RFC 6749 §3.2.1', 'a code for a client that authenticates', 'accepted', () => login(web, basic)],
  ['RFC 6749 §4.1.2', 'a code used twice', 'invalid_grant', async () => {
    const got = await authorized();
    await redeem(got);
    return redeem(got);
  }],
  ['RFC 6749 §4.1.2', 'what a code gave, after its second use', 'invalid_grant', async () => {
    const got = await authorized();
    const { refresh_token } = await redeem(got);
    await redeem(got).catch(() => {});
    return refresh(refresh_token);
  }],
  ['RFC 6749 §4.1.3', 'a code of another client', 'invalid_grant', async () => redeem(await authorized(), { who: other })],
  ['RFC 6749 §4.1.3', 'another redirect_uri than the request had', 'invalid_grant', async () =>
    redeem(await authorized(), { redirect: elsewhere })],
  ['RFC 6749 §3.2.1', 'a confidential client’s code without its secret', 'invalid_client', async () =>
    redeem(await authorized(web), { who: web })],
  ['RFC 6749 §4.1.3', 'a code that nobody gave', 'invalid_grant', async () => {
    const got = await authorized();
    return redeem(got, { options: form((body) => body.set('code', 'A'.repeat(43))) });
  }],
  ['RFC 6749 §3.2', 'two codes in one request', 'invalid_request', async () => {
    const got = await authorized();
    return redeem(got, { options: form((body) => body.append('code', 'another')) });
  }],
  ['RFC 7636 §4.6', 'another verifier', 'invalid_grant', async () =>
    redeem(await authorized(), { verifier: oauth.generateRandomCodeVerifier() })],
  ['RFC 7636 §4.6', 'no verifier', 'invalid_request', async () => redeem(await authorized(), { verifier: oauth.nopkce })],
  ['RFC 7636 §4.6', 'the challenge as the verifier', 'invalid_grant', async () => {
    const got = await authorized();
    return redeem(got, { verifier: got.url.searchParams.get('code_challenge') });
  }],
  ['OAuth 2.1 §4.1.1', 'no code_challenge', 'invalid_request', () =>
    authorized(desktop, { code_challenge: undefined, code_challenge_method: undefined })],
  ['RFC 9700 §2.1.1', 'code_challenge_method plain', 'invalid_request', () =>
    authorized(desktop, { code_challenge_method: 'plain' })],
  ['RFC 7636 §4.3', 'a challenge without a method, which means plain', 'invalid_request', () =>
    authorized(desktop, { code_challenge_method: undefined })],
  ['RFC 7636 §4.2', 'a challenge that is no SHA-256', 'invalid_request', () => authorized(desktop, { code_challenge: 'short' })],
  ['RFC 9700 §2.1.2', 'response_type token', 'unsupported_response_type', () => authorized(desktop, { response_type: 'token' })],
  ['RFC 6749 §3.1.1', 'no response_type', 'invalid_request', () => authorized(desktop, { response_type: undefined })],
  ['RFC 6749 §3.1', 'a parameter twice', 'a page', () => authorized(desktop, { scope: ['clinic:read', 'clinic:write'] })],
  ['RFC 6749 §3.3', 'a scope that nobody knows', 'invalid_scope', () => authorized(desktop, { scope: 'clinic:all' })],
  ['RFC 8707 §2', 'a resource that is not known', 'invalid_target', () => authorized(desktop, { resource: 'https://elsewhere.example/mcp' })],
  ['RFC 8707 §2.2', 'a code for another resource', 'invalid_target', async () =>
    redeem(await authorized(), { options: { additionalParameters: { resource: vault } } })],
  ['RFC 6749 §3.1.2.4', 'a redirect_uri that is not registered', 'a page', () => authorized(desktop, { redirect_uri: elsewhere })],
  ['RFC 9700 §4.1.3', 'a redirect_uri that begins as one that is', 'a page', () =>
    authorized(web, { redirect_uri: 'https://app.example/cb.evil' })],
  ['RFC 9700 §4.1.3', 'a redirect_uri that leads back up', 'a page', () =>
    authorized(web, { redirect_uri: 'https://app.example/cb/../evil' })],
  ['RFC 9700 §4.1.3', 'another port where the host is not loopback', 'a page', () =>
    authorized(web, { redirect_uri: 'https://app.example:8443/cb' })],
  ['RFC 6749 §3.1.2.4', 'two redirect_uris', 'a page', () =>
    authorized(desktop, { redirect_uri: ['http://127.0.0.1:7777/callback', elsewhere] })],
  ['RFC 6749 §4.1.2.1', 'a client that nobody knows', 'a page', () => authorized(desktop, { client_id: 'nobody' })],
  ['RFC 6749 §4.1.1', 'a client that has another grant alone', 'unauthorized_client', () =>
    authorized(client('phone'), { redirect_uri: 'http://127.0.0.1:7777/callback' })],
  ['RFC 9101 §6.1', 'an unsigned request object', 'request_not_supported', () =>
    authorized(desktop, { request: 'eyJhbGciOiJub25lIn0.e30.' })],
  ['RFC 9126 §4', 'a request_uri that was not pushed', 'request_uri_not_supported', () =>
    authorized(desktop, { request_uri: 'https://evil.example/request.jwt' })],
  ['RFC 6749 §4.1.2.1', 'a person who says no', 'access_denied', () => authorized(desktop, {}, 'deny')],
  ['RFC 9207 §2.4', 'an answer of this server, to a client that asked another (mix-up)', 'not taken by the client', async () => {
    try {
      return await answered(await asks(), desktop, 'allow', chat);
    } catch (error) {
      throw error.code === oauth.INVALID_RESPONSE ? new Refused('not taken by the client') : error;
    }
  }],
  ['RFC 9207 §2', 'an error that the browser takes back', 'with iss', async () => {
    const { url } = await asks(desktop, { scope: 'clinic:all' });
    const { led } = await visits(url);
    throw new Refused(led.searchParams.get('iss') === as.issuer && led.searchParams.has('error') ? 'with iss' : led.href);
  }],
  ['RFC 9449 §10', 'a code for one key, with a proof of another', 'invalid_grant', async () => {
    const mine = await proofs();
    const got = await authorized(desktop, { dpop_jkt: await mine.calculateThumbprint() });
    return redeem(got, { options: { DPoP: await proofs() } });
  }],
  ['RFC 9449 §10', 'a code for one key, without a proof', 'invalid_grant', async () =>
    redeem(await authorized(desktop, { dpop_jkt: await (await proofs()).calculateThumbprint() }))],
  ['RFC 6749 §4.1.2', 'a code after its minute', 'invalid_grant', async () => {
    const got = await authorized();
    await later(61);
    return redeem(got);
  }],
];

async function proofs() {
  return oauth.DPoP(desktop, await oauth.generateKeyPair('ES256'));
}

async function refresh(token) {
  const response = await oauth.refreshTokenGrantRequest(as, desktop, none, token, wire);
  return oauth.processRefreshTokenResponse(as, desktop, response);
}
