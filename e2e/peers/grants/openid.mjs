// OpenID Connect: the requests of Core section 3.1.2.1, the id token, userinfo.
import * as oauth from 'oauth4webapi';
import { as, basic, claims, client, later, none, now, Refused, resource, wire } from './kit.mjs';
import { authorized, desktop, forget, login } from './person.mjs';

const scope = 'openid profile clinic:read';

/** A login of whose id token everything is checked that a client checks, its signature among it. */
async function tokens(expectedNonce = 'n-1', changes = {}) {
  const got = await authorized(desktop, { scope, nonce: 'n-1', ...changes });
  const response = await oauth.authorizationCodeGrantRequest(as, desktop, none, got.parameters, got.redirect, got.verifier, wire);
  const result = await oauth.processAuthorizationCodeResponse(as, desktop, response, { expectedNonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(as, response, wire);
  return result;
}
async function userinfo(token, subject = oauth.skipSubjectCheck) {
  const response = await oauth.userInfoRequest(as, desktop, token, wire);
  return oauth.processUserInfoResponse(as, desktop, subject, response);
}
const notTaken = async (tried, ...codes) => {
  try {
    return await tried();
  } catch (error) {
    throw codes.includes(error.code) ? new Refused('not taken by the client') : error;
  }
};

export default [
  ['OIDC Core §3.1.3.7', 'an id token, its signature and its nonce', 'accepted', async () => {
    const { access_token, id_token } = await tokens();
    await userinfo(access_token, claims(id_token).sub);
  }],
  ['OIDC Core §3.1.3.7 (11)', 'an id token, where the client sent another nonce', 'not taken by the client', () =>
    notTaken(() => tokens('n-2'), oauth.JWT_CLAIM_COMPARISON)],
  ['OIDC Core §3.1.2.1', 'no scope openid', 'no id token', async () => {
    const { id_token } = await login();
    throw new Refused(id_token ? 'an id token' : 'no id token');
  }],
  ['OIDC Core §12.2', 'a refreshed id token', 'of the same person and sign-in', async () => {
    const first = await tokens();
    const response = await oauth.refreshTokenGrantRequest(as, desktop, none, first.refresh_token, wire);
    const second = claims((await oauth.processRefreshTokenResponse(as, desktop, response)).id_token);
    const before = claims(first.id_token);
    const same = ['iss', 'sub', 'aud', 'auth_time'].every((name) => String(second[name]) === String(before[name]));
    throw new Refused(same ? 'of the same person and sign-in' : JSON.stringify([before, second]));
  }],
  ['OIDC Core §3.1.2.1', 'prompt none, where the person has to be asked', 'consent_required', () => authorized(desktop, { scope, prompt: 'none' })],
  ['OIDC Core §3.1.2.1', 'prompt none, beside another', 'invalid_request', () => authorized(desktop, { scope, prompt: 'none login' })],
  ['OIDC Core §3.1.2.1', 'prompt none, and a sign-in that is too long ago', 'login_required', async () => {
    await later(5);
    return authorized(desktop, { scope, prompt: 'none', max_age: '1' });
  }],
  ['OIDC Core §3.1.2.1', 'a sign-in that is too long ago', 'signed in again', async () => {
    await later(5);
    const { id_token } = await tokens('n-1', { max_age: '1' });
    throw new Refused(now() - claims(id_token).auth_time < 5 ? 'signed in again' : id_token);
  }],
  ['OIDC Core §3.1.2.1', 'prompt none, and nobody is signed in', 'login_required', () => {
    forget();
    return authorized(desktop, { scope, prompt: 'none' });
  }],
  ['OIDC Core §5.5', 'claims that are no JSON', 'invalid_request', () => authorized(desktop, { scope, claims: '{' })],
  ['OIDC Core §5.5.1', 'another person than the one who is here', 'login_required', () =>
    authorized(desktop, { scope, prompt: 'none', claims: JSON.stringify({ id_token: { sub: { value: 'somebody' } } }) })],
  ['OIDC Core §5.5.1.1', 'an essential acr that cannot be met', 'unmet_authentication_requirements', () =>
    authorized(desktop, { scope, claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'phr' } } }) })],
  ['OIDC Core §6.1', 'a request object that nobody signed', 'request_not_supported', () => authorized(desktop, { scope, request: 'eyJhbGciOiJub25lIn0.e30.' })],
  ['OIDC Core §3.1.2.1', 'response_type id_token', 'unsupported_response_type', () => authorized(desktop, { scope, response_type: 'id_token' })],
  ['OIDC Core §5.3.3', 'userinfo, for a token without openid', '403 insufficient_scope', async () => userinfo((await login()).access_token)],
  ['OIDC Core §5.3.3', 'userinfo, for an id token', 'invalid_token', async () => userinfo((await tokens()).id_token)],
  ['OIDC Core §5.3.3', 'userinfo, for a refresh token', 'invalid_token', async () => userinfo((await tokens()).refresh_token)],
  ['OIDC Core §5.3.3', 'userinfo, for a client itself', '403 insufficient_scope', async () => {
    const job = client('job');
    const response = await oauth.clientCredentialsGrantRequest(as, job, basic, { resource }, wire);
    return userinfo((await oauth.processClientCredentialsResponse(as, job, response)).access_token);
  }],
  ['OIDC Core §5.3.2', 'userinfo of somebody else than the id token’s', 'not taken by the client', async () => {
    const { access_token } = await tokens();
    return notTaken(() => userinfo(access_token, 'somebody'), oauth.JSON_ATTRIBUTE_COMPARISON);
  }],
  ['RFC 7009 §2.1', 'userinfo, for a token that was revoked', 'invalid_token', async () => {
    const { access_token } = await tokens();
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, desktop, none, access_token, wire));
    return userinfo(access_token);
  }],
  ['OIDC Core §5.3.3', 'userinfo, for a token that expired', 'invalid_token', async () => {
    const { access_token } = await tokens();
    await later(601);
    return userinfo(access_token);
  }],
];
