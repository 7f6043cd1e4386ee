// An independent OAuth client (openid-client) against the authorization server.
// usage: openid-client.mjs ISSUER RESOURCE SCENARIO
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as oauth from 'openid-client';
import { say } from './lines.mjs';
import { claims, discover, header, insecure, issuer, play, refused, resource } from './openid.mjs';

play({
  // Both kinds of discovery document name the same endpoints.
  async discovery() {
    const oidc = (await discover('oidc', 'any', oauth.None())).serverMetadata();
    const rfc8414 = (await discover('oauth2', 'any', oauth.None())).serverMetadata();
    for (const member of ['issuer', 'token_endpoint', 'device_authorization_endpoint', 'introspection_endpoint',
      'revocation_endpoint', 'jwks_uri', 'registration_endpoint']) {
      assert.ok(rfc8414[member], `${member} is missing`);
      assert.equal(oidc[member], rfc8414[member]);
    }
    assert.ok(rfc8414.grant_types_supported.includes('urn:ietf:params:oauth:grant-type:device_code'));
  },

  // Dynamic registration, device flow, refresh with rotation, revocation: the whole life of a login.
  async device() {
    const config = await oauth.dynamicClientRegistration(
      new URL(issuer),
      {
        client_name: 'openid-client peer',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        scope: 'clinic:read clinic:write',
      },
      oauth.None(),
      { ...insecure, algorithm: 'oauth2' },
    );
    const device = await oauth.initiateDeviceAuthorization(config, { scope: 'clinic:read', resource });
    say('approve', { user_code: device.user_code, verification_uri: device.verification_uri });
    const first = await oauth.pollDeviceAuthorizationGrant(config, device, { resource });
    assert.equal(first.token_type, 'bearer');
    assert.equal(header(first.access_token).typ, 'at+jwt');
    assert.equal(header(first.access_token).alg, 'ES256');
    assert.deepEqual([claims(first.access_token).aud].flat(), [resource]);
    assert.equal(claims(first.access_token).iss, issuer);
    assert.ok(first.refresh_token, 'a refresh token is expected');

    await refused(oauth.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 }, { resource }), 'invalid_grant', 400);

    // The replay of the device code revoked what it had given.
    await refused(oauth.refreshTokenGrant(config, first.refresh_token), 'invalid_grant', 400);

    const again = await oauth.initiateDeviceAuthorization(config, { scope: 'clinic:read clinic:write', resource });
    say('approve', { user_code: again.user_code, verification_uri: again.verification_uri });
    const second = await oauth.pollDeviceAuthorizationGrant(config, again, { resource });
    const third = await oauth.refreshTokenGrant(config, second.refresh_token, { resource });
    assert.notEqual(third.refresh_token, second.refresh_token, 'a public client’s refresh token rotates');
    assert.equal(claims(third.access_token).sub, claims(second.access_token).sub);
    const narrowed = await oauth.refreshTokenGrant(config, third.refresh_token, { resource, scope: 'clinic:read' });
    assert.equal(narrowed.scope, 'clinic:read');
    await refused(
      oauth.refreshTokenGrant(config, narrowed.refresh_token, { resource, scope: 'clinic:read clinic:admin' }),
      'invalid_scope', 400);
    await oauth.tokenRevocation(config, narrowed.refresh_token, { token_type_hint: 'refresh_token' });
    await refused(oauth.refreshTokenGrant(config, narrowed.refresh_token), 'invalid_grant', 400);
  },

  async 'device-denied'() {
    const config = await discover('oauth2', 'device-public', oauth.None());
    const device = await oauth.initiateDeviceAuthorization(config, { scope: 'clinic:read', resource });
    say('deny', { user_code: device.user_code, verification_uri: device.verification_uri });
    await refused(oauth.pollDeviceAuthorizationGrant(config, device, { resource }), 'access_denied', 400);
  },

  async 'client-credentials'() {
    const basic = await discover('oauth2', 'ci-job', oauth.ClientSecretBasic('ci-job secret: with +&%'));
    const token = await oauth.clientCredentialsGrant(basic, { resource, scope: 'clinic:read' });
    assert.equal(claims(token.access_token).client_id, 'ci-job');
    assert.equal(token.refresh_token, undefined, 'client credentials get no refresh token (RFC 6749 section 4.4.3)');
    const seen = await oauth.tokenIntrospection(basic, token.access_token);
    assert.equal(seen.active, true);
    assert.equal(seen.scope, 'clinic:read');
    await oauth.tokenRevocation(basic, token.access_token);
    assert.deepEqual(await oauth.tokenIntrospection(basic, token.access_token), { active: false });

    const post = await discover('oauth2', 'ci-post', oauth.ClientSecretPost('ci-post-secret'));
    assert.ok((await oauth.clientCredentialsGrant(post, { resource })).access_token);

    const wrong = await discover('oauth2', 'ci-job', oauth.ClientSecretBasic('wrong'));
    await refused(oauth.clientCredentialsGrant(wrong, { resource }), 'invalid_client', 401);
    await refused(oauth.clientCredentialsGrant(basic, { resource, scope: 'clinic:write' }), 'invalid_scope', 400);
    await refused(oauth.clientCredentialsGrant(basic, { resource: 'https://elsewhere.example/mcp' }), 'invalid_target', 400);
  },

  async 'private-key-jwt'() {
    const jwk = JSON.parse(readFileSync(process.env.PEER_PRIVATE_JWK, 'utf8'));
    const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const config = await discover('oauth2', 'ci-key', oauth.PrivateKeyJwt({ key, kid: jwk.kid }));
    const token = await oauth.clientCredentialsGrant(config, { resource });
    assert.equal(claims(token.access_token).sub, 'ci-key');

    const stranger = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const forged = await discover('oauth2', 'ci-key', oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: jwk.kid }));
    await refused(oauth.clientCredentialsGrant(forged, { resource }), 'invalid_client', 401);
  },
});
