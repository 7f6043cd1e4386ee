// oidc-provider with the benchmark's clients, person and resource: usage: oidc-provider.mjs PORT [PROCESSES]
// What is kept is kept in the memory of one process: with several, only what keeps nothing can be asked for.
import cluster from 'node:cluster';
import { generateKeyPairSync } from 'node:crypto';
import { availableParallelism } from 'node:os';

const port = Number(process.argv[2]);
const processes = Number(process.argv[3] ?? availableParallelism());
const resource = 'http://localhost:9100/mcp';

/** The one that comes with the library forgets all but the last thousand; this one forgets nothing. */
class Memory {
  static kept = new Map();
  static ofGrant = new Map();

  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload) {
    const key = `${this.model}:${id}`;
    Memory.kept.set(key, payload);
    if (payload.uid) Memory.kept.set(`uid:${payload.uid}`, payload);
    if (payload.userCode) Memory.kept.set(`userCode:${payload.userCode}`, payload);
    if (payload.grantId) {
      const keys = Memory.ofGrant.get(payload.grantId);
      if (keys) keys.push(key);
      else Memory.ofGrant.set(payload.grantId, [key]);
    }
  }

  async find(id) {
    return Memory.kept.get(`${this.model}:${id}`);
  }

  async findByUid(uid) {
    return Memory.kept.get(`uid:${uid}`);
  }

  async findByUserCode(userCode) {
    return Memory.kept.get(`userCode:${userCode}`);
  }

  async consume(id) {
    Memory.kept.get(`${this.model}:${id}`).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Memory.kept.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId) {
    for (const key of Memory.ofGrant.get(grantId) ?? []) Memory.kept.delete(key);
    Memory.ofGrant.delete(grantId);
  }
}

async function serve() {
  const { Provider } = await import('oidc-provider');
  const client = {
    client_secret: '0123456789abcdef0123456789abcdef',
    grant_types: [
      'client_credentials',
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    redirect_uris: ['https://app.example/callback'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
    scope: 'clinic:read openid offline_access',
  };
  const provider = new Provider(`http://localhost:${port}`, {
    // The tokens of the second are opaque: this server introspects no others.
    clients: [{ ...client, client_id: 'bench' }, { ...client, client_id: 'opaque' }],
    adapter: Memory,
    scopes: ['clinic:read', 'openid', 'offline_access'],
    jwks: { keys: [JSON.parse(process.env.BENCH_KEY)] },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    expiresWithSession: () => false,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      pushedAuthorizationRequests: { enabled: true },
      userinfo: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // Userinfo takes only tokens that are for no resource.
        defaultResource: (ctx) => (ctx.oidc.params?.scope === 'openid' ? undefined : resource),
        useGrantedResource: () => true,
        getResourceServerInfo: (_, __, { clientId }) => ({
          scope: 'clinic:read',
          audience: resource,
          accessTokenTTL: 600,
          accessTokenFormat: clientId === 'opaque' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  // What a person would do on pages, which this server leaves to its users to write.
  provider.use(async (ctx, next) => {
    if (ctx.path === '/bench/code') {
      ctx.body = `${await code(provider, ctx.query)}\n`;
    } else if (ctx.path === '/bench/approve') {
      await approve(provider, ctx.query.user_code);
      ctx.status = 204;
    } else {
      await next();
    }
  });
  provider.listen(port, '127.0.0.1');
}

async function grant(provider, scope) {
  const given = new provider.Grant({ accountId: 'alice', clientId: 'bench' });
  given.addOIDCScope(scope);
  given.addResourceScope(resource, scope);
  return given.save();
}

async function code(provider, { scope, challenge }) {
  const made = new provider.AuthorizationCode({
    accountId: 'alice',
    authTime: Math.floor(Date.now() / 1000),
    client: await provider.Client.find('bench'),
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    grantId: await grant(provider, scope),
    redirectUri: 'https://app.example/callback',
    resource: scope === 'openid' ? undefined : resource,
    scope,
  });
  return made.save();
}

async function approve(provider, userCode) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  Object.assign(code, {
    accountId: 'alice',
    authTime: Math.floor(Date.now() / 1000),
    grantId: await grant(provider, 'clinic:read'),
    resource,
    scope: 'clinic:read',
  });
  await code.save();
}

if (cluster.isPrimary) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  process.env.BENCH_KEY = JSON.stringify({
    ...privateKey.export({ format: 'jwk' }),
    kid: 'bench',
    alg: 'ES256',
    use: 'sig',
  });
  process.on('SIGTERM', () => process.exit(0));
  if (processes === 1) {
    await serve();
  } else {
    for (let i = 0; i < processes; i++) cluster.fork();
  }
} else {
  await serve();
}
