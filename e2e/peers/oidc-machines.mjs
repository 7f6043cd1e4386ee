// oidc-provider as the authorization server of machines: usage: oidc-machines.mjs JSON, of
// { resource, scope, clients: [RFC 7591 metadata], nonce: whether every proof needs a nonce of it }
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';
import { say } from './lines.mjs';

const setup = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((ready) => server.listen(0, 'localhost', ready));
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: setup.clients,
  scopes: ['openid', 'offline_access', ...setup.scope.split(' ')],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => setup.nonce ?? false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => setup.resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => {
        if (resource !== setup.resource) {
          throw new errors.InvalidTarget();
        }
        return { scope: setup.scope, audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'RS256' } } };
      },
    },
  },
});
server.on('request', provider.callback());
say('ready', { issuer });
