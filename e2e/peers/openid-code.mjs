// An independent OAuth client (openid-client) that sends a person's browser to the authorization server.
// usage: openid-code.mjs ISSUER RESOURCE SCENARIO
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import * as oauth from 'openid-client';
import { say } from './lines.mjs';
import { claims, discover, insecure, issuer, play, refused, resource } from './openid.mjs';

/** Listens where the browser comes back to, on a free port: RFC 8252 section 7.3. */
async function listener(path = '/callback') {
  let arrived;
  const arrival = new Promise((resolve) => (arrived = resolve));
  const server = createServer((request, response) => {
    response.end('You can close this window.');
    if (request.url.startsWith(path)) arrived(new URL(request.url, redirect));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const redirect = `http://127.0.0.1:${server.address().port}${path}`;
  return { redirect, arrival, close: () => server.close() };
}

async function register(more = {}) {
  return oauth.dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: 'openid-client peer',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...more,
    },
    oauth.None(),
    { ...insecure, algorithm: 'oidc' },
  );
}

/** The whole browser's way; the event's name says what the person does. */
async function authorize(config, { scope = 'openid clinic:read', event = 'allow', pushed = false, dpop } = {}) {
  const callback = await listener();
  const checks = {
    pkceCodeVerifier: oauth.randomPKCECodeVerifier(),
    expectedState: oauth.randomState(),
    ...(scope.includes('openid') ? { expectedNonce: oauth.randomNonce(), idTokenExpected: true } : {}),
  };
  const parameters = {
    redirect_uri: callback.redirect,
    scope,
    resource,
    state: checks.expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...(checks.expectedNonce ? { nonce: checks.expectedNonce } : {}),
  };
  const url = pushed
    ? await oauth.buildAuthorizationUrlWithPAR(config, parameters)
    : oauth.buildAuthorizationUrl(config, parameters);
  say(event, { url: url.href, redirect: callback.redirect });
  const arrived = await callback.arrival;
  callback.close();
  return { arrived, checks, redeem: () => oauth.authorizationCodeGrant(config, arrived, checks, { resource }, { DPoP: dpop }) };
}

play({
  // Code, PKCE, iss, id_token, userinfo, refresh; the replay of the code revokes what it gave.
  async code() {
    const config = await register();
    const { arrived, redeem } = await authorize(config, { scope: 'openid profile clinic:read' });
    assert.equal(arrived.searchParams.get('iss'), issuer);
    const tokens = await redeem();
    assert.equal(tokens.claims().sub, claims(tokens.access_token).sub);
    assert.equal(tokens.claims().preferred_username, 'alice');
    assert.deepEqual([claims(tokens.access_token).aud].flat(), [resource]);
    const info = await oauth.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(info.name, 'Alice Moreau');
    const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token, { resource });
    await refused(redeem(), 'invalid_grant', 400);
    await refused(oauth.refreshTokenGrant(config, refreshed.refresh_token), 'invalid_grant', 400);
  },

  // OpenID Connect RP-Initiated Logout: the person is signed out and comes back, with the state.
  async logout() {
    const bye = await listener('/bye');
    const config = await register({ post_logout_redirect_uris: [bye.redirect] });
    const tokens = await (await authorize(config)).redeem();
    const state = oauth.randomState();
    const url = oauth.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: bye.redirect,
      state,
    });
    say('leave', { url: url.href });
    const arrived = await bye.arrival;
    bye.close();
    assert.equal(arrived.searchParams.get('state'), state);
    assert.ok((await oauth.refreshTokenGrant(config, tokens.refresh_token, { resource })).access_token);
  },

  async pushed() {
    const config = await register();
    const { arrived, redeem } = await authorize(config, { pushed: true });
    assert.equal(arrived.searchParams.get('iss'), issuer);
    assert.ok((await redeem()).access_token);
  },

  async denied() {
    const config = await register();
    const { arrived } = await authorize(config, { event: 'deny' });
    assert.equal(arrived.searchParams.get('error'), 'access_denied');
    assert.equal(arrived.searchParams.get('iss'), issuer);
  },

  // Codes in the wrong hands and with the wrong proof.
  async stolen() {
    const config = await register();
    const other = await register();
    const { arrived, checks } = await authorize(config, { scope: 'clinic:read' });
    await refused(oauth.authorizationCodeGrant(other, arrived, checks, { resource }), 'invalid_grant', 400);
    const wrong = { ...checks, pkceCodeVerifier: oauth.randomPKCECodeVerifier() };
    await refused(oauth.authorizationCodeGrant(config, arrived, wrong, { resource }), 'invalid_grant', 400);
    await refused(oauth.authorizationCodeGrant(config, arrived, checks, { resource: 'https://elsewhere.example/mcp' }), 'invalid_target', 400);
  },

  // RFC 9449: the tokens of a public client belong to its key.
  async dpop() {
    const config = await register();
    const dpop = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    const { redeem } = await authorize(config, { dpop });
    const tokens = await redeem();
    assert.equal(tokens.token_type, 'dpop');
    assert.ok(claims(tokens.access_token).cnf.jkt);
    const stranger = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    await refused(oauth.refreshTokenGrant(config, tokens.refresh_token, { resource }, { DPoP: stranger }), 'invalid_grant', 400);
    const again = await oauth.refreshTokenGrant(config, tokens.refresh_token, { resource }, { DPoP: dpop });
    assert.equal(claims(again.access_token).cnf.jkt, claims(tokens.access_token).cnf.jkt);
  },
});
