// The JWT bearer grant for workloads (RFC 7523 section 2.1) and the redeeming of ID-JAGs
// (draft-ietf-oauth-identity-assertion-authz-grant section 4.4).
import { as, basic, chat, client, confused, form, grant, JWT_BEARER, none, now, resource, setup, sign, unsigned, vault, wrong } from './kit.mjs';
import { login } from './person.mjs';

const runner = client('runner');
const wiki = client('wiki');

const workload = (changes = {}) => ({
  iss: 'https://platform.example', sub: 'deployer', aud: as.issuer, jti: crypto.randomUUID(), iat: now(), nbf: now(), exp: now() + 300, ...changes,
});
const present = (assertion, more = {}, options) => grant(as, runner, none, JWT_BEARER, { assertion, resource, ...more }, options);
const works = async (changes, header, signer = 'platform') => present(await sign(signer, workload(changes), header));

const idJag = (changes = {}) => ({
  iss: 'https://idp.example', sub: 'U019488227', preferred_username: setup.username, aud: as.issuer, client_id: 'wiki', resource, scope: 'clinic:read',
  jti: crypto.randomUUID(), iat: now(), exp: now() + 300, ...changes,
});
const typed = { typ: 'oauth-id-jag+jwt' };
const redeem = (assertion, who = wiki, authentication = basic, more = {}) => grant(as, who, authentication, JWT_BEARER, { assertion, ...more });
const jag = async (changes, header = typed, signer = 'idp') => redeem(await sign(signer, idJag(changes), header));

export default [
  ['RFC 7523 §2.1', 'a workload’s token', 'accepted', () => works()],
  ['RFC 7523 §3 (1)', 'an issuer that nobody trusts', 'invalid_grant', () => works({ iss: 'https://elsewhere.example' })],
  ['RFC 7523 §3 (1)', 'no issuer', 'invalid_grant', () => works({ iss: undefined })],
  ['RFC 7523 §3 (2)', 'no subject', 'invalid_grant', () => works({ sub: undefined })],
  ['RFC 7523 §3 (2)', 'a subject that no rule names', 'invalid_grant', () => works({ sub: 'somebody' })],
  ['RFC 7523 §3 (3)', 'another audience', 'invalid_grant', () => works({ aud: 'https://elsewhere.example' })],
  ['RFC 7523 §3 (3)', 'the audience with a slash more', 'invalid_grant', () => works({ aud: `${as.issuer}/` })],
  ['RFC 7523 §3 (3)', 'no audience', 'invalid_grant', () => works({ aud: undefined })],
  ['RFC 7523bis §3', 'several audiences', 'invalid_grant', () => works({ aud: [as.issuer, 'https://elsewhere.example'] })],
  ['RFC 7523 §3 (4)', 'expired', 'invalid_grant', () => works({ iat: now() - 600, nbf: now() - 600, exp: now() - 60 })],
  ['RFC 7523 §3 (4)', 'no end', 'invalid_grant', () => works({ exp: undefined })],
  ['RFC 7523 §3 (4)', 'an end that is unreasonably far away', 'invalid_grant', () => works({ exp: now() + 30 * 24 * 3600 })],
  ['RFC 7523 §3 (5)', 'not valid yet', 'invalid_grant', () => works({ nbf: now() + 300 })],
  ['RFC 7523 §3 (6)', 'issued in the future', 'invalid_grant', () => works({ iat: now() + 300 })],
  ['RFC 7523 §3 (7)', 'used twice, where the operator wants each once', 'invalid_grant', async () => {
    const assertion = await sign('platform', workload());
    await present(assertion);
    return present(assertion);
  }],
  ['RFC 7523 §3 (9)', 'signed by another issuer’s key', 'invalid_grant', () => works({}, {}, 'idp')],
  ['RFC 7523 §3 (9)', 'signed by a stranger who says it is the known key', 'invalid_grant', () =>
    works({}, { kid: setup.keys.platform.kid }, 'stranger')],
  ['RFC 8725 §3.2', 'unsigned', 'invalid_grant', () => present(unsigned(workload()))],
  ['RFC 8725 §2.1', 'an HMAC with the public key', 'invalid_grant', async () => present(await confused('platform', workload()))],
  ['RFC 8725 §3.10', 'a key that it brings itself (jwk)', 'invalid_grant', () => {
    const { d, ...jwk } = setup.keys.stranger;
    return works({}, { jwk, kid: jwk.kid }, 'stranger');
  }],
  ['RFC 8725 §3.10', 'a key at an address of its own (jku)', 'invalid_grant', () => works({}, { jku: 'https://evil.example/jwks' }, 'stranger')],
  ['RFC 8725 §3.11', 'a token of another kind (at+jwt)', 'invalid_grant', () => works({}, { typ: 'at+jwt' })],
  ['RFC 8725 §3.11', 'a proof in its place (dpop+jwt)', 'invalid_grant', () => works({}, { typ: 'dpop+jwt' })],
  ['RFC 7515 §4.1.11', 'an extension that must be understood', 'invalid_grant', async () => {
    const [, ...rest] = (await sign('platform', workload())).split('.');
    const header = { alg: 'ES256', kid: setup.keys.platform.kid, crit: ['x'], x: 1 };
    return present([Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.'));
  }],
  ['RFC 7523 §2.1', 'what is no JWT', 'invalid_grant', () => present('not.a.jwt')],
  ['RFC 7521 §4.1', 'no assertion', 'invalid_request', () => present('x', {}, form((body) => body.delete('assertion')))],
  ['RFC 6749 §3.2', 'two assertions', 'invalid_request', async () =>
    present(await sign('platform', workload()), {}, form((body) => body.append('assertion', 'x')))],
  ['RFC 6749 §3.3', 'more scope than its rule has', 'invalid_scope', async () => present(await sign('platform', workload()), { scope: 'clinic:write' })],
  ['RFC 8707 §2.2', 'another resource than its rule has', 'invalid_target', async () => present(await sign('platform', workload()), { resource: vault })],
  ['RFC 6749 §5.2', 'a client that has another grant alone', 'unauthorized_client', async () =>
    grant(as, client('phone'), none, JWT_BEARER, { assertion: await sign('platform', workload()), resource })],

  ['ID-JAG §4.4', 'an ID-JAG of the trusted provider', 'accepted', () => jag()],
  ['ID-JAG §4.4.1', 'used twice', 'invalid_grant', async () => {
    const assertion = await sign('idp', idJag(), typed);
    await redeem(assertion);
    return redeem(assertion);
  }],
  ['ID-JAG §4.4.1', 'no typ', 'invalid_grant', () => jag({}, {})],
  ['ID-JAG §4.4.1', 'an id token in its place', 'invalid_grant', () => jag({}, { typ: 'JWT' })],
  ['ID-JAG §4.4.1', 'another audience', 'invalid_grant', () => jag({ aud: chat.issuer })],
  ['ID-JAG §4.4.1', 'the token endpoint as the audience', 'invalid_grant', () => jag({ aud: as.token_endpoint })],
  ['ID-JAG §4.4.1', 'several audiences', 'invalid_grant', () => jag({ aud: [as.issuer, chat.issuer] })],
  ['ID-JAG §4.4.1', 'another client’s', 'invalid_grant', () => jag({ client_id: 'web' })],
  ['ID-JAG §3.1', 'no client_id', 'invalid_grant', () => jag({ client_id: undefined })],
  ['ID-JAG §3.1', 'no jti', 'invalid_grant', () => jag({ jti: undefined })],
  ['ID-JAG §3.1', 'no end', 'invalid_grant', () => jag({ exp: undefined })],
  ['ID-JAG §3.1', 'expired', 'invalid_grant', () => jag({ iat: now() - 600, exp: now() - 60 })],
  ['ID-JAG §3.1', 'no time of issue', 'invalid_grant', () => jag({ iat: undefined })],
  ['ID-JAG §4.4.1', 'a person who has no account here', 'invalid_grant', () => jag({ preferred_username: 'mallory' })],
  ['ID-JAG §4.4.1', 'signed by a stranger', 'invalid_grant', () => jag({}, { ...typed, kid: setup.keys.idp.kid }, 'stranger')],
  ['ID-JAG §4.4.1', 'of an issuer that is trusted for workloads alone', 'invalid_grant', () => jag({ iss: 'https://platform.example' }, typed, 'platform')],
  ['ID-JAG §4.4.1', 'a resource beyond what the operator allows', 'invalid_target', () => jag({ resource: vault })],
  ['ID-JAG §4.4.1', 'more scope than it carries', 'invalid_scope', async () =>
    redeem(await sign('idp', idJag(), typed), wiki, basic, { scope: 'clinic:read clinic:write' })],
  ['ID-JAG §4.4', 'without the client’s secret', 'invalid_client', async () => redeem(await sign('idp', idJag(), typed), wiki, none)],
  ['ID-JAG §4.4', 'with a wrong secret', 'invalid_client', async () => redeem(await sign('idp', idJag(), typed), wiki, wrong)],
  ['ID-JAG §4.4', 'a public client', 'invalid_client', async () => redeem(await sign('idp', idJag({ client_id: 'runner' }), typed), runner, none)],
  ['ID-JAG §9.8.1.2', 'bound to a key, without a proof', 'invalid_grant', () => jag({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })],
  ['RFC 8725 §2.8', 'an access token of this server', 'invalid_grant', async () => redeem((await login()).access_token)],
];
