// Introspection and revocation: RFC 7662, RFC 7009.
import * as oauth from 'oauth4webapi';
import { as, basic, client, later, none, Refused, wire, wrong } from './kit.mjs';
import { desktop, login } from './person.mjs';

const mcp = client('clinic-mcp');

async function look(token, who = mcp, authentication = basic) {
  const response = await oauth.introspectionRequest(as, who, authentication, token, wire);
  return oauth.processIntrospectionResponse(as, who, response);
}
async function revoke(token, who = desktop, authentication = none) {
  return oauth.processRevocationResponse(await oauth.revocationRequest(as, who, authentication, token, wire));
}
const state = async (token) => {
  const seen = await look(token);
  // RFC 7662 section 2.2: of an inactive token nothing else is said.
  throw new Refused(seen.active ? 'active' : Object.keys(seen).length === 1 ? 'inactive' : JSON.stringify(seen));
};

export default [
  ['RFC 7662 §2.2', 'a token that is good', 'active', async () => state((await login()).access_token)],
  ['RFC 7662 §2.1', 'somebody who does not authenticate', 'invalid_client', async () => look((await login()).access_token, mcp, none)],
  ['RFC 7662 §2.1', 'somebody with a wrong secret', 'invalid_client', async () => look((await login()).access_token, mcp, wrong)],
  ['RFC 7662 §4', 'a public client', 'invalid_client', async () => look((await login()).access_token, desktop, none)],
  ['RFC 7662 §2.2', 'a token that nobody issued', 'inactive', () => state('nothing')],
  ['RFC 7662 §2.2', 'a token that was revoked', 'inactive', async () => {
    const { access_token } = await login();
    await revoke(access_token);
    return state(access_token);
  }],
  ['RFC 7009 §2.1', 'the access token, after its refresh token was revoked', 'inactive', async () => {
    const { access_token, refresh_token } = await login();
    await revoke(refresh_token);
    return state(access_token);
  }],
  ['RFC 7662 §2.2', 'a token whose signature was changed', 'inactive', async () => {
    const [head, body, signature] = (await login()).access_token.split('.');
    return state([head, body, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.'));
  }],
  ['RFC 7009 §2.2', 'a token that nobody issued, revoked', 'accepted', () => revoke('nothing')],
  ['RFC 7009 §2.1', 'a token that another client tried to revoke', 'active', async () => {
    const { access_token } = await login();
    await revoke(access_token, client('other-desktop')).catch(() => {});
    return state(access_token);
  }],
  ['RFC 7009 §2.1', 'a confidential client without its secret', 'invalid_client', async () => revoke('nothing', client('job'))],
  ['RFC 7009 §2.1', 'a client that nobody knows', 'invalid_client', async () => revoke('nothing', client('nobody'))],
  ['RFC 7662 §2.2', 'a token that expired', 'inactive', async () => {
    const { access_token } = await login();
    await later(601);
    return state(access_token);
  }],
];
