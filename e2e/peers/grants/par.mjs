// Pushed authorization requests: RFC 9126.
import * as oauth from 'oauth4webapi';
import { as, basic, later, none, Refused, wire, wrong } from './kit.mjs';
import { answered, asks, authorized, desktop, redeem, web } from './person.mjs';

async function push(who = web, authentication = basic, changes = {}) {
  const asked = await asks(who.client_id === 'careful' ? web : who, { client_id: who.client_id, ...changes });
  const parameters = new URLSearchParams(asked.url.searchParams);
  parameters.delete('client_id');
  const response = await oauth.pushedAuthorizationRequest(as, who, authentication, parameters, wire);
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, who, response);
  return { ...asked, request_uri };
}
/** Sends the person with what was pushed, and nothing else. */
async function goes(pushed, who = web, decision = 'allow') {
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: who.client_id, request_uri: pushed.request_uri });
  return { ...pushed, ...(await answered({ ...pushed, url }, who, decision)) };
}

export default [
  ['RFC 9126 §4', 'a pushed request', 'accepted', async () => redeem(await goes(await push()), { who: web, authentication: basic })],
  ['RFC 9126 §2', 'a pushed request of a public client', 'accepted', async () => redeem(await goes(await push(desktop, none), desktop))],
  ['RFC 9126 §4', 'a request_uri used twice', 'a page', async () => {
    const pushed = await push();
    await goes(pushed);
    return goes(pushed);
  }],
  ['RFC 9126 §2.2', 'a request_uri of another client', 'a page', async () => goes(await push(), desktop)],
  ['RFC 9126 §2.2', 'a request_uri that nobody gave', 'a page', async () =>
    goes({ ...(await push()), request_uri: `urn:ietf:params:oauth:request_uri:${'D'.repeat(43)}` })],
  ['RFC 9126 §2.1', 'a request_uri inside', 'invalid_request', async () =>
    push(web, basic, { request_uri: (await push()).request_uri })],
  ['RFC 9126 §2', 'a confidential client without its secret', 'invalid_client', () => push(web, none)],
  ['RFC 9126 §2', 'a wrong secret', 'invalid_client', () => push(web, wrong)],
  ['RFC 9126 §2.3', 'a redirect_uri that is not registered', 'invalid_request', () => push(web, basic, { redirect_uri: 'https://evil.example/cb' })],
  ['RFC 9126 §2.3', 'no code_challenge', 'invalid_request', () => push(web, basic, { code_challenge: undefined, code_challenge_method: undefined })],
  ['RFC 9126 §2.3', 'code_challenge_method plain', 'invalid_request', () => push(web, basic, { code_challenge_method: 'plain' })],
  ['RFC 9126 §2.3', 'response_type token', 'unsupported_response_type', () => push(web, basic, { response_type: 'token' })],
  ['RFC 9126 §2.3', 'a scope that nobody knows', 'invalid_scope', () => push(web, basic, { scope: 'clinic:all' })],
  ['RFC 9126 §2.1', 'an unsigned request object', 'request_not_supported', () => push(web, basic, { request: 'eyJhbGciOiJub25lIn0.e30.' })],
  ['RFC 9126 §5', 'a request that was not pushed, of a client that has to', 'invalid_request', () =>
    authorized(web, { client_id: 'careful' })],
  ['RFC 9126 §4', 'what the person’s browser adds', 'as it was pushed', async () => {
    const pushed = await push(web, basic, { scope: 'clinic:read' });
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: 'web', request_uri: pushed.request_uri, scope: 'clinic:read clinic:write' });
    const tokens = await redeem({ ...pushed, ...(await answered({ ...pushed, url }, web)) }, { who: web, authentication: basic });
    throw new Refused(tokens.scope === 'clinic:read' ? 'as it was pushed' : tokens.scope);
  }],
  ['RFC 9449 §10.1', 'a code of a request that was pushed with a proof, redeemed without one', 'invalid_grant', async () => {
    const DPoP = oauth.DPoP(desktop, await oauth.generateKeyPair('ES256'));
    const asked = await asks(desktop);
    const response = await oauth.pushedAuthorizationRequest(as, desktop, none, new URLSearchParams(asked.url.searchParams), { ...wire, DPoP });
    const pushed = await oauth.processPushedAuthorizationResponse(as, desktop, response);
    return redeem(await goes({ ...asked, request_uri: pushed.request_uri }, desktop));
  }],
  ['RFC 9126 §2.2', 'a request_uri after its time', 'a page', async () => {
    const pushed = await push();
    await later(91);
    return goes(pushed);
  }],
];
