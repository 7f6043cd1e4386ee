// MCP's enterprise-managed authorization, whole: this server as the identity provider issues an ID-JAG
// (draft-ietf-oauth-identity-assertion-authz-grant section 4.3), and another one redeems it.
import { as, basic, chat, claims, client, EXCHANGE, form, grant, JWT_BEARER, later, none, Refused, resource, type, vault, wrong } from './kit.mjs';
import { desktop, login, web } from './person.mjs';

const JAG = type('id-jag');
/** The library knows the token types bearer and DPoP; that of an ID-JAG, which opens nothing, is N_A. */
const issued = { recognizedTokenTypes: { n_a: () => {} } };
const unnamed = client('unnamed-web');
const there = client('web-at-chat');

const session = (scope = 'openid clinic:read') => login(web, basic, { scope });
const asks = (subject_token, subject, { who = web, authentication = basic, more = {}, options } = {}) =>
  grant(as, who, authentication, EXCHANGE, {
    requested_token_type: JAG, audience: chat.issuer, resource, subject_token, subject_token_type: type(subject), ...more,
  }, options, issued);
const byRefresh = async (more) => asks((await session()).refresh_token, 'refresh_token', more);
const redeem = (assertion, who = there, authentication = basic) => grant(chat, who, authentication, JWT_BEARER, { assertion });

export default [
  ['ID-JAG §4.3', 'a refresh token for an ID-JAG, and that for a token elsewhere', 'accepted', async () => {
    const jag = await byRefresh();
    if (jag.issued_token_type !== JAG || jag.token_type !== 'n_a') throw new Refused(JSON.stringify(jag));
    const got = claims((await redeem(jag.access_token)).access_token);
    if (got.iss !== chat.issuer || got.aud !== resource) throw new Refused(JSON.stringify(got));
  }],
  ['ID-JAG §4.3', 'an id token for an ID-JAG', 'accepted', async () => asks((await idToken()), 'id_token')],
  ['ID-JAG §4.4.1', 'redeemed twice', 'invalid_grant', async () => {
    const { access_token } = await byRefresh();
    await redeem(access_token);
    return redeem(access_token);
  }],
  ['ID-JAG §4.4.1', 'redeemed by another client', 'invalid_grant', async () => redeem((await byRefresh()).access_token, client('other-at-chat'))],
  ['ID-JAG §4.4', 'redeemed without the client’s secret', 'invalid_client', async () => redeem((await byRefresh()).access_token, there, none)],
  ['ID-JAG §4.4.1', 'redeemed where it was issued', 'invalid_grant', async () =>
    grant(as, client('wiki'), basic, JWT_BEARER, { assertion: (await byRefresh()).access_token })],
  ['ID-JAG §4.4.1', 'the id token itself, redeemed', 'invalid_grant', async () => redeem(await idToken())],
  ['ID-JAG §4.4.1', 'the access token itself, redeemed', 'invalid_grant', async () => redeem((await session()).access_token)],
  ['ID-JAG §4.3', 'no audience', 'invalid_request', () => byRefresh({ options: form((body) => body.delete('audience')) })],
  ['ID-JAG §4.3.3', 'an audience that the operator did not name', 'invalid_target', () => byRefresh({ more: { audience: 'https://elsewhere.example' } })],
  ['ID-JAG §4.3.3', 'a resource that the operator did not name', 'invalid_target', () => byRefresh({ more: { resource: vault } })],
  ['ID-JAG §4.3.3', 'more scope than the operator allows', 'invalid_scope', () => byRefresh({ more: { scope: 'clinic:write' } })],
  ['ID-JAG §4.3.3', 'a client that the operator did not name', 'invalid_target', async () => {
    const { refresh_token } = await login(unnamed, basic, { redirect_uri: 'https://app.example/cb', scope: 'openid clinic:read' });
    return asks(refresh_token, 'refresh_token', { who: unnamed });
  }],
  ['ID-JAG §4.3.3', 'another client’s id token', 'invalid_request', async () => asks(await idToken(), 'id_token', { who: client('other-web') })],
  ['ID-JAG §4.3.3', 'another client’s refresh token', 'invalid_request', async () =>
    asks((await session()).refresh_token, 'refresh_token', { who: client('other-web') })],
  ['ID-JAG §4.3', 'an access token that is called an id token', 'invalid_request', async () => asks((await session()).access_token, 'id_token')],
  ['ID-JAG §4.3', 'a client without its secret', 'invalid_client', () => byRefresh({ authentication: none })],
  ['ID-JAG §4.3', 'a client with a wrong secret', 'invalid_client', () => byRefresh({ authentication: wrong })],
  ['ID-JAG §4.3', 'a public client', 'invalid_client', async () =>
    asks((await login()).refresh_token, 'refresh_token', { who: client('open-mcp'), authentication: none })],
  ['ID-JAG §4.3.3', 'a client that has another grant alone', 'unauthorized_client', async () =>
    asks((await login()).refresh_token, 'refresh_token', { who: desktop, authentication: none })],
  ['ID-JAG §3.1', 'redeemed after its time', 'invalid_grant', async () => {
    const { access_token } = await byRefresh();
    await later(401);
    return redeem(access_token);
  }],
  ['ID-JAG §4.3.3', 'an id token after its time', 'invalid_request', async () => {
    const token = await idToken();
    await later(901);
    return asks(token, 'id_token');
  }],
];

async function idToken() {
  return (await session()).id_token;
}
