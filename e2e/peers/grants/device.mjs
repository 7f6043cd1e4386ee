// The device authorization grant: RFC 8628.
import * as oauth from 'oauth4webapi';
import { as, client, form, later, none, vault, resource, wire } from './kit.mjs';
import { decides } from './person.mjs';

const phone = client('phone');
const other = client('other-phone');

async function ask(who = phone, changes = {}) {
  const response = await oauth.deviceAuthorizationRequest(as, who, none, { scope: 'clinic:read', resource, ...changes }, wire);
  return oauth.processDeviceAuthorizationResponse(as, who, response);
}
async function poll(device, who = phone, options = {}) {
  const response = await oauth.deviceCodeGrantRequest(as, who, none, device.device_code, { ...wire, ...options });
  return oauth.processDeviceCodeResponse(as, who, response);
}
async function allowed(decision = 'allow') {
  const device = await ask();
  await decides(device, decision);
  return device;
}

export default [
  ['RFC 8628 §3.4', 'a device code for tokens, once a person allowed it', 'accepted', async () => poll(await allowed())],
  ['RFC 8628 §3.5', 'before anybody decided', 'authorization_pending', async () => poll(await ask())],
  ['RFC 8628 §3.5', 'a person who says no', 'access_denied', async () => poll(await allowed('deny'))],
  ['RFC 8628 §3.5', 'polls without the interval', 'slow_down', async () => {
    const device = await ask();
    await poll(device).catch(() => {});
    return poll(device);
  }],
  ['RFC 8628 §3.4', 'a device code of another client', 'invalid_grant', async () => poll(await allowed(), other)],
  ['RFC 8628 §5.2', 'a device code used twice', 'invalid_grant', async () => {
    const device = await allowed();
    await poll(device);
    return poll(device);
  }],
  ['RFC 8628 §5.2', 'a device code that nobody gave', 'invalid_grant', () => poll({ device_code: 'C'.repeat(43) })],
  ['RFC 8628 §5.2', 'the user code in its place', 'invalid_grant', async () => poll({ device_code: (await allowed()).user_code })],
  ['RFC 8628 §3.4', 'no device code', 'invalid_request', () => poll({ device_code: 'x' }, phone, form((body) => body.delete('device_code')))],
  ['RFC 8707 §2.2', 'another resource than was allowed', 'invalid_target', async () =>
    poll(await allowed(), phone, { additionalParameters: { resource: vault } })],
  ['RFC 8628 §3.1', 'a client that has another grant alone', 'unauthorized_client', () => ask(client('other-desktop'))],
  ['RFC 8628 §3.1', 'a confidential client without its secret', 'invalid_client', () => ask(client('job'))],
  ['RFC 8628 §3.1', 'a client that nobody knows', 'invalid_client', () => ask(client('nobody'))],
  ['RFC 6749 §3.3', 'a scope that nobody knows', 'invalid_scope', () => ask(phone, { scope: 'clinic:all' })],
  ['RFC 8707 §2', 'a resource that is not known', 'invalid_target', () => ask(phone, { resource: 'https://elsewhere.example/mcp' })],
  ['RFC 8628 §3.5', 'a device code after its time', 'expired_token', async () => {
    const device = await allowed();
    await later(601);
    return poll(device);
  }],
];
