// Clients that are the address of their metadata: draft-ietf-oauth-client-id-metadata-document, RFC 7523 section 2.2.
import { createServer } from 'node:http';
import * as oauth from 'oauth4webapi';
import { as, client, DEVICE, key, none, resource, setup, wire } from './kit.mjs';
import { authorized } from './person.mjs';

const places = new Map();
const host = createServer((request, response) => {
  const { status = 200, type = 'application/json', body = '{}', headers = {} } = places.get(request.url) ?? { status: 404 };
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
});
await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
host.unref();
const at = (path) => `http://localhost:${host.address().port}${path}`;
let documents = 0;

/** Publishes a document that is right but for these members; returns the client it is. */
function published(changes = {}, place = {}) {
  const path = `/client-${++documents}.json`;
  const document = {
    client_id: at(path), client_name: 'Published', redirect_uris: ['http://127.0.0.1:7777/callback'],
    grant_types: ['authorization_code', 'refresh_token', DEVICE], token_endpoint_auth_method: 'none', ...changes,
  };
  places.set(path, { body: JSON.stringify(document), ...place });
  return client(at(path));
}
async function ask(who, authentication = none) {
  const response = await oauth.deviceAuthorizationRequest(as, who, authentication, { resource, scope: 'clinic:read' }, wire);
  return oauth.processDeviceAuthorizationResponse(as, who, response);
}
const named = (address) => ask(client(address));
const { d, ...publicKey } = setup.keys.client;
const signs = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicKey] } };
const proves = async (signer) => oauth.PrivateKeyJwt({ key: await key(signer), kid: publicKey.kid });

export default [
  ['CIMD §4', 'a client that is an address', 'accepted', () => ask(published())],
  ['CIMD §6.2', 'one with a key, that proves it', 'accepted', async () => ask(published(signs), await proves('client'))],
  ['CIMD §6.2', 'one with a key, that does not', 'invalid_client', () => ask(published(signs))],
  ['CIMD §6.2', 'one with a key, and the proof of another', 'invalid_client', async () => ask(published(signs), await proves('stranger'))],
  ['CIMD §4.1', 'another client_id inside', 'invalid_client', () => ask(published({ client_id: 'https://elsewhere.example/client.json' }))],
  ['CIMD §4.1', 'no client_id inside', 'invalid_client', () => ask(published({ client_id: undefined }))],
  ['CIMD §4.1', 'a client_secret', 'invalid_client', () => ask(published({ client_secret: 'public' }))],
  ['CIMD §4.1', 'a secret to authenticate with', 'invalid_client', () => ask(published({ token_endpoint_auth_method: 'client_secret_basic' }))],
  ['CIMD §6.2', 'a private key', 'invalid_client', () => ask(published({ ...signs, jwks: { keys: [setup.keys.client] } }))],
  ['CIMD §4.3', 'an address where there is nothing', 'invalid_client', () => named(at('/nothing.json'))],
  ['CIMD §4', 'a redirect to a document', 'invalid_client', () =>
    ask(published({}, { status: 302, headers: { location: at('/client-1.json') } }))],
  ['CIMD §4', 'what is no JSON', 'invalid_client', () => ask(published({}, { type: 'text/html' }))],
  ['CIMD §6.6', 'more than 5 KiB', 'invalid_client', () => ask(published({ filler: 'x'.repeat(6000) }))],
  ['CIMD §3', 'a fragment', 'invalid_client', () => named(`${published().client_id}#there`)],
  ['CIMD §3', 'a name and a password', 'invalid_client', () => named(published().client_id.replace('//', '//a:b@'))],
  ['CIMD §3', 'dot segments', 'invalid_client', () => named(at('/a/../client-1.json'))],
  ['CIMD §3', 'no path', 'invalid_client', () => named(at(''))],
  ['CIMD §3', 'http elsewhere than on loopback', 'invalid_client', () => named('http://app.example/client.json')],
  ['CIMD §6.5', 'a private network', 'invalid_client', () => named('https://10.0.0.1/client.json')],
  ['CIMD §6.5', 'where clouds keep their secrets', 'invalid_client', () => named('https://169.254.169.254/latest/meta-data')],
  ['CIMD §6.5', 'a port without TLS, called https', 'invalid_client', () => named(at('/client-1.json').replace('http:', 'https:'))],
  ['CIMD §4.5', 'a redirect_uri that the document does not have', 'a page', () =>
    authorized(published(), { redirect_uri: 'http://127.0.0.1:7777/elsewhere' })],
];
