// The refresh token grant: RFC 6749 section 6, RFC 9700 section 4.14, RFC 8707, RFC 9449.
import * as oauth from 'oauth4webapi';
import { as, basic, claims, client, later, none, Refused, vault, wire } from './kit.mjs';
import { desktop, login, web } from './person.mjs';

const other = client('other-desktop');
const proofs = async () => oauth.DPoP(desktop, await oauth.generateKeyPair('ES256'));

async function refresh(token, { who = desktop, authentication = none, ...options } = {}) {
  const response = await oauth.refreshTokenGrantRequest(as, who, authentication, token, { ...wire, ...options });
  return oauth.processRefreshTokenResponse(as, who, response);
}
const fresh = async (more) => refresh((await login()).refresh_token, more);
const revoke = async (token, who = desktop) =>
  oauth.processRevocationResponse(await oauth.revocationRequest(as, who, none, token, wire));

export default [
  ['RFC 6749 §6', 'a refresh token for tokens', 'accepted', () => fresh()],
  ['RFC 6749 §6', 'less scope than was given', 'accepted', () => fresh({ additionalParameters: { scope: 'clinic:read' } })],
  ['RFC 6749 §6', 'more scope than was given', 'invalid_scope', async () => {
    const { refresh_token } = await login(desktop, none, { scope: 'clinic:read' });
    return refresh(refresh_token, { additionalParameters: { scope: 'clinic:read clinic:write' } });
  }],
  ['RFC 6749 §6', 'a refresh token of another client', 'invalid_grant', () => fresh({ who: other })],
  ['RFC 6749 §6', 'a confidential client’s, without its secret', 'invalid_client', async () =>
    refresh((await login(web, basic)).refresh_token, { who: web })],
  ['RFC 6749 §10.4', 'a refresh token that nobody gave', 'invalid_grant', () => refresh('B'.repeat(43))],
  ['RFC 6749 §1.5', 'an access token in its place', 'invalid_grant', async () => refresh((await login()).access_token)],
  ['RFC 8707 §2.2', 'another resource than was granted', 'invalid_target', () => fresh({ additionalParameters: { resource: vault } })],
  ['RFC 7009 §2.1', 'a refresh token that was revoked', 'invalid_grant', async () => {
    const { refresh_token } = await login();
    await revoke(refresh_token);
    return refresh(refresh_token);
  }],
  ['RFC 7009 §2.1', 'a refresh token that another client tried to revoke', 'accepted', async () => {
    const { refresh_token } = await login();
    await revoke(refresh_token, other).catch(() => {});
    return refresh(refresh_token);
  }],
  ['RFC 9449 §5', 'a bound refresh token with its key', 'accepted', async () => {
    const mine = { DPoP: await proofs() };
    const { access_token } = await refresh((await login(desktop, none, {}, mine)).refresh_token, mine);
    if (!claims(access_token).cnf?.jkt) throw new Refused('a token without cnf');
  }],
  ['RFC 9449 §5', 'a bound refresh token with another key', 'invalid_grant', async () => {
    const { refresh_token } = await login(desktop, none, {}, { DPoP: await proofs() });
    return refresh(refresh_token, { DPoP: await proofs() });
  }],
  ['RFC 9449 §5', 'a bound refresh token without a proof', 'invalid_grant', async () =>
    refresh((await login(desktop, none, {}, { DPoP: await proofs() })).refresh_token)],
  ['RFC 9700 §4.14.2', 'a refresh token used again, after the grace', 'invalid_grant', async () => {
    const { refresh_token } = await login();
    await refresh(refresh_token);
    await later(31);
    return refresh(refresh_token);
  }],
  ['RFC 9700 §4.14.2', 'its successor, after that', 'invalid_grant', async () => {
    const { refresh_token } = await login();
    const next = await refresh(refresh_token);
    await later(31);
    await refresh(refresh_token).catch(() => {});
    return refresh(next.refresh_token);
  }],
  ['RFC 6749 §5.2', 'a refresh token that was not used for 30 days', 'invalid_grant', async () => {
    const { refresh_token } = await login();
    await later(30 * 24 * 3600 + 1);
    return refresh(refresh_token);
  }],
];
