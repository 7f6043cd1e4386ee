// What the scripts that use openid-client have in common: ISSUER RESOURCE SCENARIO are the arguments.
import assert from 'node:assert/strict';
import * as oauth from 'openid-client';
import { run } from './lines.mjs';

export const [issuer, resource, scenario] = process.argv.slice(2);
export const insecure = { execute: [oauth.allowInsecureRequests] };
export const discover = (algorithm, id, authentication, metadata) =>
  oauth.discovery(new URL(issuer), id, metadata, authentication, { ...insecure, algorithm });

export const claims = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString());
export const header = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url').toString());

export async function refused(promise, code, status) {
  try {
    await promise;
  } catch (error) {
    // A 401 comes as its challenge; the body then is still to be read.
    const challenged = error.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE';
    const said = challenged ? (await error.response.json()).error : error.error;
    assert.equal(said, code, `expected ${code}, got ${error}`);
    if (status) assert.equal(error.status, status);
    return;
  }
  assert.fail(`expected ${code}, but it was allowed`);
}

export function play(scenarios) {
  run(async () => {
    assert.ok(scenarios[scenario], `no scenario ${scenario}`);
    await scenarios[scenario]();
  });
}
