// The official TypeScript SDK's client with its own OAuth: discovery, authorization code, refresh. It registers
// itself, or is the address of its metadata where there is one.
// usage: typescript-oauth.mjs SERVER [CLIENT_METADATA_URL]
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { run, say } from './lines.mjs';

const server = new URL(process.argv[2]);
const clientMetadataUrl = process.argv[3];

run(async () => {
  let arrived;
  const arrival = new Promise((resolve) => (arrived = resolve));
  const listener = createServer((request, response) => {
    response.end('You can close this window.');
    if (request.url.startsWith('/callback')) arrived(new URL(request.url, 'http://127.0.0.1').searchParams);
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const redirectUrl = `http://127.0.0.1:${listener.address().port}/callback`;

  const kept = {};
  const provider = {
    redirectUrl,
    clientMetadataUrl,
    clientMetadata: {
      client_name: 'TypeScript SDK peer',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => 'the-state',
    clientInformation: () => kept.client,
    saveClientInformation: (client) => (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => (kept.verifier = verifier),
    redirectToAuthorization: (url) => say('allow', { url: url.href }),
  };

  const connect = async () => {
    const client = new Client({ name: 'typescript-oauth-peer', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(server, { authProvider: provider });
    return { client, transport, connected: client.connect(transport) };
  };
  const first = await connect();
  await assert.rejects(first.connected, UnauthorizedError);
  const answer = await arrival;
  assert.equal(answer.get('state'), 'the-state');
  await first.transport.finishAuth(answer);
  if (clientMetadataUrl) assert.equal(kept.client.client_id, clientMetadataUrl);
  else assert.ok(kept.client.client_id);
  assert.ok(kept.tokens.refresh_token);

  const second = await connect();
  await second.connected;
  const called = await second.client.callTool({ name: 'find_appointments', arguments: { patient: 'Moreau' } });
  say('called', { content: called.content });

  // What has expired is refreshed without the person.
  const before = kept.tokens.refresh_token;
  kept.tokens = { ...kept.tokens, access_token: 'expired' };
  const third = await connect();
  await third.connected;
  assert.notEqual(kept.tokens.refresh_token, before);
  listener.close();
});
