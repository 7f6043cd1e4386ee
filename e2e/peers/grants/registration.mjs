// Dynamic registration and its management: RFC 7591, RFC 7592, RFC 8252, OpenID Connect Registration 1.0.
import * as oauth from 'oauth4webapi';
import { as, DEVICE, setup, wire } from './kit.mjs';

const usual = { client_name: 'A stranger', redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' };
async function register(changes = {}) {
  const response = await oauth.dynamicClientRegistrationRequest(as, { ...usual, ...changes }, wire);
  return oauth.processDynamicClientRegistrationResponse(response);
}
const leads = (uri, more) => register({ redirect_uris: [uri].flat(), ...more });
const manages = async ({ registration_client_uri }, token, method = 'GET') => {
  const response = await oauth.protectedResourceRequest(token, method, new URL(registration_client_uri), undefined, undefined, wire);
  if (!response.ok) throw Object.assign(new Error(`${response.status}`), { error: `${response.status}` });
};
const { d, ...published } = setup.keys.client;

export default [
  ['RFC 7591 §3', 'a client on the web', 'accepted', () => register()],
  ['RFC 8252 §7.3', 'a client on this machine', 'accepted', () => leads('http://127.0.0.1/cb', { application_type: 'native' })],
  ['RFC 8252 §7.1', 'a client with a scheme of its own', 'accepted', () => leads('com.example.app:/cb', { application_type: 'native' })],
  ['RFC 7591 §2', 'a client without redirects, for devices', 'accepted', () => register({ redirect_uris: undefined, grant_types: [DEVICE], response_types: [] })],
  ['RFC 9700 §2.6', 'http elsewhere than on loopback', 'invalid_redirect_uri', () => leads('http://app.example/cb')],
  ['RFC 6749 §3.1.2', 'a fragment', 'invalid_redirect_uri', () => leads('https://app.example/cb#there')],
  ['RFC 6749 §3.1.2', 'an address that is not absolute', 'invalid_redirect_uri', () => leads('/cb')],
  ['RFC 8252 §7.1', 'a scheme that is nobody’s own', 'invalid_redirect_uri', () => leads('myapp:/cb', { application_type: 'native' })],
  ['RFC 9700 §4.1', 'a script', 'invalid_redirect_uri', () => leads('javascript:alert(1)')],
  ['RFC 9700 §4.1', 'data', 'invalid_redirect_uri', () => leads('data:text/html,x')],
  ['RFC 9700 §4.1.3', 'a pattern', 'invalid_redirect_uri', () => leads('https://*.example.com/cb')],
  ['RFC 3986 §7.5', 'a name and a password', 'invalid_redirect_uri', () => leads('https://app.example@evil.example/cb')],
  ['RFC 7591 §2', 'a good address and a bad one', 'invalid_redirect_uri', () => leads(['https://app.example/cb', 'http://evil.example/cb'])],
  ['OIDC Registration §2', 'loopback for an application on the web', 'invalid_redirect_uri', () => leads('http://localhost/cb', { application_type: 'web' })],
  ['RFC 7591 §2', 'no redirect for the code flow', 'invalid_redirect_uri', () => register({ redirect_uris: undefined, grant_types: ['authorization_code'] })],
  ['RFC 9700 §2.1.2', 'the implicit grant', 'invalid_client_metadata', () => register({ grant_types: ['implicit'], response_types: ['token'] })],
  ['RFC 9700 §2.4', 'the password grant', 'invalid_client_metadata', () => register({ grant_types: ['password'] })],
  ['RFC 7591 §2.1', 'response types that do not go with the grants', 'invalid_client_metadata', () =>
    register({ grant_types: ['authorization_code'], response_types: ['token'] })],
  ['RFC 7591 §2', 'a way to authenticate that nobody knows', 'invalid_client_metadata', () => register({ token_endpoint_auth_method: 'magic' })],
  ['RFC 7591 §2', 'jwks and jwks_uri', 'invalid_client_metadata', () =>
    register({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [published] }, jwks_uri: 'https://app.example/jwks' })],
  ['RFC 7591 §2', 'no key for assertions', 'invalid_client_metadata', () => register({ token_endpoint_auth_method: 'private_key_jwt' })],
  ['RFC 7517 §9.2', 'a private key', 'invalid_client_metadata', () =>
    register({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [setup.keys.client] } })],
  ['RFC 7591 §5', 'keys that are fetched without TLS', 'invalid_client_metadata', () =>
    register({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://app.example/jwks' })],
  ['RFC 7591 §5', 'an address of a page that is a script', 'invalid_client_metadata', () => register({ client_uri: 'javascript:alert(1)' })],
  ['RFC 7591 §3.1', 'a name that is no text', 'invalid_client_metadata', () => register({ client_name: ['a'] })],
  ['OIDC Registration §2', 'id tokens without a signature', 'invalid_client_metadata', () => register({ id_token_signed_response_alg: 'none' })],
  ['RFC 7592 §2.1', 'a registration that its client reads', 'accepted', async () => {
    const mine = await register();
    return manages(mine, mine.registration_access_token);
  }],
  ['RFC 7592 §2.1', 'a registration with another’s token', 'invalid_token', async () =>
    manages(await register(), (await register()).registration_access_token)],
  ['RFC 7592 §2.3', 'a registration that was deleted', 'invalid_token', async () => {
    const mine = await register();
    await manages(mine, mine.registration_access_token, 'DELETE');
    return manages(mine, mine.registration_access_token);
  }],
];
