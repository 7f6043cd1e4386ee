// oidc-provider with the benchmark's client and resource: usage: oidc-provider.mjs PORT
import cluster from 'node:cluster';
import { generateKeyPairSync } from 'node:crypto';
import { availableParallelism } from 'node:os';

const port = Number(process.argv[2]);
const resource = 'http://localhost:9100/mcp';

if (cluster.isPrimary) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' });
  for (let i = 0; i < availableParallelism(); i++) {
    cluster.fork({ BENCH_KEY: key });
  }
  process.on('SIGTERM', () => process.exit(0));
} else {
  const { Provider } = await import('oidc-provider');
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [
      {
        client_id: 'bench',
        client_secret: '0123456789abcdef0123456789abcdef',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
        scope: 'clinic:read',
      },
    ],
    scopes: ['clinic:read'],
    jwks: { keys: [JSON.parse(process.env.BENCH_KEY)] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          scope: 'clinic:read',
          audience: resource,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  provider.listen(port, '127.0.0.1');
}
