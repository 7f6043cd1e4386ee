// Client authentication and the client credentials grant: RFC 6749 sections 2.3 and 4.4, RFC 7523 section 2.2.
import * as oauth from 'oauth4webapi';
import { as, basic, client, confused, form, key, none, now, Refused, resource, setup, sign, unsigned, vault, wire, wrong } from './kit.mjs';

const job = client('job');
const signing = client('job-key');
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

async function ask(who = job, authentication = basic, changes = {}, options = wire) {
  const response = await oauth.clientCredentialsGrantRequest(as, who, authentication, { resource, ...changes }, options);
  return oauth.processClientCredentialsResponse(as, who, response);
}
/** The library's own assertion, changed before it is signed. */
const changed = async (change, signer = 'client') =>
  oauth.PrivateKeyJwt({ key: await key(signer), kid: setup.keys[signer].kid }, { [oauth.modifyAssertion]: change });
const asserts = async (change, who = signing, options) => ask(who, await changed(change), {}, options);
/** An assertion that the library would never make. */
const presents = (jwt, type = ASSERTION) => (server, who, body) => {
  body.set('client_id', who.client_id);
  body.set('client_assertion', jwt);
  body.set('client_assertion_type', type);
};
const members = () => ({ iss: 'job-key', sub: 'job-key', aud: as.issuer, jti: crypto.randomUUID(), iat: now(), exp: now() + 60 });

export default [
  ['RFC 6749 §4.4', 'a secret, by Basic', 'accepted', () => ask()],
  ['RFC 6749 §4.4', 'a secret, in the body', 'accepted', () => ask(client('job-post'), oauth.ClientSecretPost('secret-of-the-peers-0123456789'))],
  ['RFC 7523 §2.2', 'a signed assertion', 'accepted', () => asserts(() => {})],
  ['RFC 6749 §4.4.3', 'a refresh token for a client itself', 'none given', async () => {
    const tokens = await ask();
    throw new Refused(tokens.refresh_token ? 'a refresh token' : 'none given');
  }],
  ['RFC 6749 §4.4', 'a public client', 'unauthorized_client', () => ask(client('phone'), none)],
  ['RFC 6749 §2.3.1', 'a wrong secret', 'invalid_client', () => ask(job, wrong)],
  ['RFC 6749 §3.2.1', 'no authentication', 'invalid_client', () => ask(job, none)],
  ['RFC 6749 §2.3.1', 'a client that nobody knows', 'invalid_client', () => ask(client('nobody'))],
  ['RFC 6749 §2.3', 'a secret by Basic and in the body', 'invalid_request', () =>
    ask(job, basic, {}, form((body) => body.set('client_secret', 'secret-of-the-peers-0123456789')))],
  ['RFC 6749 §2.3', 'a secret beside an assertion', 'invalid_request', async () =>
    ask(signing, await changed(() => {}), {}, form((body) => body.set('client_secret', 'x')))],
  ['RFC 7591 §2', 'a secret in another place than was registered', 'invalid_client', () => ask(client('job-post'))],
  ['RFC 6749 §3.3', 'more scope than the client has', 'invalid_scope', () => ask(job, basic, { scope: 'clinic:write' })],
  ['RFC 8707 §2', 'a resource that is not known', 'invalid_target', () => ask(job, basic, { resource: 'https://elsewhere.example/mcp' })],
  ['RFC 8707 §2', 'a scope of another resource', 'invalid_scope', () => ask(job, basic, { resource: vault, scope: 'vault:open' })],
  ['RFC 6749 §5.2', 'a grant that does not exist', 'unsupported_grant_type', () => ask(job, basic, {}, form((body) => body.set('grant_type', 'password')))],
  ['RFC 6749 §3.2', 'a parameter twice', 'invalid_request', () => ask(job, basic, {}, form((body) => body.append('resource', vault) || body.append('scope', 'a') || body.append('scope', 'b')))],
  ['RFC 7523 §3 (7)', 'an assertion used twice', 'invalid_client', async () => {
    const jwt = await sign('client', members());
    await ask(signing, presents(jwt));
    return ask(signing, presents(jwt));
  }],
  ['RFC 7523 §3 (3)', 'an assertion for another audience', 'invalid_client', () => asserts((_, payload) => (payload.aud = 'https://elsewhere.example'))],
  ['RFC 7523bis', 'an assertion for several audiences', 'invalid_client', () => asserts((_, payload) => (payload.aud = [as.issuer, 'https://elsewhere.example']))],
  ['RFC 7523 §3 (3)', 'an assertion for nobody', 'invalid_client', () => asserts((_, payload) => delete payload.aud)],
  ['RFC 7523 §3 (4)', 'an assertion that expired', 'invalid_client', () => asserts((_, payload) => ((payload.iat -= 600), (payload.exp -= 600), delete payload.nbf))],
  ['RFC 7523 §3 (4)', 'an assertion without an end', 'invalid_client', () => asserts((_, payload) => delete payload.exp)],
  ['RFC 7523 §3 (4)', 'an assertion whose end is unreasonably far away', 'invalid_client', () => asserts((_, payload) => (payload.exp += 10 * 24 * 3600))],
  ['RFC 7523 §3 (5)', 'an assertion that is not valid yet', 'invalid_client', () => asserts((_, payload) => (payload.nbf = now() + 300))],
  ['RFC 7523 §3 (1)', 'an assertion of another issuer', 'invalid_client', () => asserts((_, payload) => (payload.iss = 'job'))],
  ['RFC 7523 §3 (2)', 'an assertion about another client', 'invalid_client', () => asserts((_, payload) => (payload.sub = 'job'))],
  ['RFC 7521 §4.2', 'an assertion of another client than client_id', 'invalid_client', () => asserts(() => {}, signing, form((body) => body.set('client_id', 'job-post')))],
  ['RFC 7523 §3 (9)', 'an assertion that another key signed', 'invalid_client', async () =>
    ask(signing, await changed((header) => (header.kid = setup.keys.client.kid), 'stranger'))],
  ['RFC 8725 §3.2', 'an assertion without a signature', 'invalid_client', () => ask(signing, presents(unsigned(members())))],
  ['RFC 8725 §3.1', 'an assertion that says none', 'invalid_client', () => asserts((header) => (header.alg = 'none'))],
  ['RFC 8725 §2.1', 'an HMAC with the public key', 'invalid_client', async () => ask(signing, presents(await confused('client', members())))],
  ['RFC 8725 §3.1', 'client_secret_jwt, which is not registered', 'invalid_client', () => ask(job, oauth.ClientSecretJwt('secret-of-the-peers-0123456789'))],
  ['RFC 7515 §4.1.11', 'an assertion with an extension that must be understood', 'invalid_client', () => asserts((header) => ((header.crit = ['exp']), (header.exp = 1)))],
  ['RFC 7521 §4.2', 'another client_assertion_type', 'invalid_request', async () =>
    ask(signing, presents(await sign('client', members()), 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'))],
];
