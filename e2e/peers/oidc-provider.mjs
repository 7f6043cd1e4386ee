// oidc-provider as the authorization server of one resource: usage: oidc-provider.mjs RESOURCE
// Its person, alice, agrees to everything; whoever follows its redirects is her browser.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { say } from './lines.mjs';

const resource = process.argv[2];
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://localhost:${server.address().port}`;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' }] },
  scopes: ['clinic:read', 'openid', 'offline_access'],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: ['of a test'] },
  findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  interactions: { url: (_, interaction) => `/agree/${interaction.uid}` },
  issueRefreshToken: async () => true,
  rotateRefreshToken: () => true,
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    pushedAuthorizationRequests: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
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

async function grant(clientId) {
  const given = new provider.Grant({ accountId: 'alice', clientId });
  given.addOIDCScope('openid offline_access clinic:read');
  given.addResourceScope(resource, 'clinic:read');
  return given.save();
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/agree/')) {
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    say('agreed', { client: params.client_id, prompt: params.prompt ?? '' });
    await provider.interactionFinished(ctx.req, ctx.res, {
      login: { accountId: 'alice' },
      consent: { grantId: await grant(params.client_id) },
    });
    ctx.respond = false;
  } else if (ctx.path === '/approve') {
    // What she would do on pages, which this server leaves to its users to write.
    const code = await provider.DeviceCode.findByUserCode(ctx.query.user_code.replaceAll('-', ''));
    Object.assign(code, {
      accountId: 'alice',
      authTime: Math.floor(Date.now() / 1000),
      grantId: await grant(code.clientId),
      resource,
      scope: 'clinic:read',
    });
    await code.save();
    ctx.status = 204;
  } else {
    await next();
  }
});
provider.on('server_error', (_, error) => say('note', { error: String(error), detail: error.error_detail ?? '' }));
for (const name of ['authorization.error', 'grant.error', 'registration_create.error', 'device_authorization.error', 'pushed_authorization_request.error', 'revocation.error']) {
  provider.on(name, (_, error) => say('note', { name, error: String(error), detail: error.error_detail ?? '' }));
}
server.on('request', provider.callback());
say('ready', { issuer });
