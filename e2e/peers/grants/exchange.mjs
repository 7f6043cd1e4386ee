// Token exchange for an MCP server that calls another: RFC 8693.
import * as oauth from 'oauth4webapi';
import { as, basic, claims, client, EXCHANGE, form, grant, later, none, Refused, resource, sign, type, vault, wire, wrong } from './kit.mjs';
import { desktop, login } from './person.mjs';

const mcp = client('clinic-mcp');
const ACCESS = type('access_token');

const exchange = (subject_token, { who = mcp, authentication = basic, more = {}, options } = {}) =>
  grant(as, who, authentication, EXCHANGE, { subject_token, subject_token_type: ACCESS, resource: vault, ...more }, options);
const persons = async (changes, options) => (await login(desktop, none, changes, options)).access_token;
const fresh = async (more) => exchange(await persons(), more);
const own = async (who) => {
  const response = await oauth.clientCredentialsGrantRequest(as, who, basic, { resource: vault }, wire);
  return (await oauth.processClientCredentialsResponse(as, who, response)).access_token;
};
const bound = async () => ({ DPoP: oauth.DPoP(desktop, await oauth.generateKeyPair('ES256')) });

export default [
  ['RFC 8693 §2', 'a person’s token for one of the next server', 'accepted', async () => {
    const got = claims((await fresh()).access_token);
    if (got.act?.sub !== 'clinic-mcp' || got.aud !== vault) throw new Refused(JSON.stringify(got));
  }],
  ['RFC 8693 §2.1', 'no subject_token_type', 'invalid_request', () => fresh({ options: form((body) => body.delete('subject_token_type')) })],
  ['RFC 8693 §2.1', 'no subject_token', 'invalid_request', () => fresh({ options: form((body) => body.delete('subject_token')) })],
  ['RFC 8693 §2.1', 'a subject_token_type that nobody knows', 'invalid_request', () => fresh({ more: { subject_token_type: type('saml2') } })],
  ['RFC 8693 §2.1', 'a requested_token_type that is not issued', 'invalid_request', () => fresh({ more: { requested_token_type: type('refresh_token') } })],
  ['RFC 8693 §2.1', 'an actor_token without its type', 'invalid_request', async () => fresh({ more: { actor_token: await own(mcp) } })],
  ['RFC 8693 §2.1', 'an actor_token_type without its token', 'invalid_request', () => fresh({ more: { actor_token_type: ACCESS } })],
  ['RFC 8693 §2.1', 'somebody else’s actor_token', 'invalid_request', async () =>
    fresh({ more: { actor_token: await own(client('stranger-mcp')), actor_token_type: ACCESS } })],
  ['RFC 8693 §2.1', 'two subject tokens', 'invalid_request', () => fresh({ options: form((body) => body.append('subject_token', 'x')) })],
  ['RFC 8693 §2.2.2', 'a token that this server did not issue', 'invalid_request', async () =>
    exchange(await sign('stranger', { iss: as.issuer, aud: resource, sub: 'alice', exp: 9999999999, iat: 1 }, { typ: 'at+jwt' }))],
  ['RFC 8693 §2.2.2', 'a token whose claims were changed', 'invalid_request', async () => {
    const [head, body, signature] = (await persons()).split('.');
    const changed = { ...claims(`.${body}`), scope: 'clinic:read clinic:write vault:open' };
    return exchange([head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.'));
  }],
  ['RFC 8693 §2.2.2', 'a refresh token as an access token', 'invalid_request', async () => exchange((await login()).refresh_token)],
  ['RFC 8693 §2.2.2', 'a token that is for another server than the one that asks', 'invalid_request', async () => exchange(await own(client('stranger-mcp')))],
  ['RFC 8693 §2.2.2', 'a token that was revoked', 'invalid_request', async () => {
    const token = await persons();
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, desktop, none, token, wire));
    return exchange(token);
  }],
  ['RFC 8693 §2.2.2', 'a token without the scope that its rule asks for', 'invalid_request', async () => exchange(await persons({ scope: 'clinic:read' }))],
  ['RFC 8693 §2.1', 'more scope than its rule has', 'invalid_scope', () => fresh({ more: { scope: 'vault:open clinic:write' } })],
  ['RFC 8693 §2.2.2', 'a server that its rule does not name', 'invalid_target', () => fresh({ more: { resource: 'https://elsewhere.example/mcp' } })],
  ['RFC 8693 §2.2.2', 'an audience that its rule does not name', 'invalid_target', () =>
    fresh({ more: { audience: 'https://elsewhere.example' }, options: form((body) => body.delete('resource')) })],
  ['RFC 8693 §5', 'a client that no rule names', 'invalid_request', () => fresh({ who: client('stranger-mcp') })],
  ['RFC 8693 §5', 'without the client’s secret', 'invalid_client', () => fresh({ authentication: none })],
  ['RFC 8693 §5', 'with a wrong secret', 'invalid_client', () => fresh({ authentication: wrong })],
  ['RFC 8693 §5', 'a public client', 'invalid_client', () => fresh({ who: client('open-mcp'), authentication: none })],
  ['RFC 6749 §5.2', 'a client that has another grant alone', 'unauthorized_client', () => fresh({ who: client('job') })],
  ['RFC 9449 §5', 'a bound token with a proof of the caller', 'accepted', async () => {
    const got = await exchange(await persons({}, await bound()), { options: await bound() });
    if (!claims(got.access_token).cnf?.jkt) throw new Refused('a token without cnf');
  }],
  ['RFC 9449 §5', 'a bound token without a proof', 'invalid_request', async () => exchange(await persons({}, await bound()))],
  ['RFC 8693 §2.2.2', 'a token that expired', 'invalid_request', async () => {
    const token = await persons();
    await later(601);
    return exchange(token);
  }],
];
