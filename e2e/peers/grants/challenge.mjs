// The authorization challenge endpoint: draft-ietf-oauth-first-party-apps-04, and docs/challenge-profile.md ("profile").
import * as oauth from 'oauth4webapi';
import { as, chat, claims, client, key, later, none, now, Refused, setup, wire, wrong } from './kit.mjs';
import { Call, KNOWLEDGE, KNOWLEDGE_OTP, alice, digits, known, line, newKeys, secret, texted, through } from './caller.mjs';
import { visits } from './person.mjs';

const other = client('other-line');
const app = client('app');
const enrolled = async () => {
  const { d, ...jwk } = setup.keys.client;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return { privateKey: await key('client'), publicKey: await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']) };
};
const refusedIf = (condition, what) => {
  if (condition) throw new Refused(what);
};
/** Who nobody knows; a name of its own for each row, for wrong answers are counted. */
const nobody = (name) => ({ name, birthdate: '1/2/1980' });
async function unknown(name) {
  const call = await Call.begun();
  await call.answer('identity', nobody(name));
  return call.asked('ssn');
}
/** Alice has had many codes; some time later she may have more. */
const rested = () => later(3601);
const malformed = async (answer, step = 'ssn') => (await known()).answer(step, answer);
const bytes = (count) => 'x'.repeat(count);

export default [
  ['draft §5', 'a call: who it is, what is known, a token, userinfo, introspection', 'accepted', async () => {
    const call = await through({ scope: 'openid clinic:write' });
    const { access_token, token_type, refresh_token, auth_session } = await call.redeem();
    const { acr, amr, auth_time, sub, cnf } = claims(access_token);
    refusedIf(token_type !== 'dpop' || !cnf.jkt || !refresh_token || !auth_session, 'a token without its key');
    refusedIf(acr !== KNOWLEDGE_OTP || String(amr) !== 'kba,otp' || Math.abs(auth_time - now()) > 60, JSON.stringify({ acr, amr, auth_time }));
    const DPoP = oauth.DPoP(line, call.keys);
    const response = await oauth.userInfoRequest(as, line, access_token, { ...wire, DPoP });
    await oauth.processUserInfoResponse(as, line, sub, response);
    const introspected = await oauth.processIntrospectionResponse(
      as, line, await oauth.introspectionRequest(as, line, secret, access_token, wire));
    refusedIf(!introspected.active || introspected.sub !== sub || introspected.cnf.jkt !== cnf.jkt, 'not what introspection says');
  }],
  ['draft §8', 'the endpoint in the metadata of a server with such a client, and not in another’s', 'accepted', () =>
    refusedIf(as.authorization_challenge_endpoint !== `${as.issuer}/authorize/challenge` || chat.authorization_challenge_endpoint, 'elsewhere')],
  ['profile', 'knowledge alone', 'no refresh token', async () => {
    const { access_token, refresh_token } = await (await through()).redeem();
    throw new Refused(claims(access_token).acr === KNOWLEDGE && !refresh_token ? 'no refresh token' : 'a refresh token');
  }],
  ['profile', 'a name and a password', 'accepted', async () => {
    const call = await Call.begun({ acr_values: 'urn:latchstring:acr:password' });
    await call.asked('username').answer('username', { username: setup.username });
    await call.asked('password').answer('password', { password: setup.password });
    refusedIf(String(claims((await call.redeem()).access_token).amr) !== 'pwd', 'not by password');
  }],
  ['profile', 'a step-up', 'only what is missing', async () => {
    const call = await through();
    await call.redeem();
    await call.begin({ scope: 'clinic:write', acr_values: KNOWLEDGE_OTP });
    await call.asked('sms').answer('sms', { code: await texted() });
    const { acr } = claims((await call.redeem()).access_token);
    throw new Refused(acr === KNOWLEDGE_OTP ? 'only what is missing' : acr);
  }],
  ['profile', 'the same answer again, for its reply was lost', 'the same code', async () => {
    const call = await known();
    const { session } = call;
    const { authorization_code } = await call.answer('ssn', digits);
    call.session = session;
    throw new Refused((await call.answer('ssn', digits)).authorization_code === authorization_code ? 'the same code' : 'another code');
  }],
  ['profile', 'a name that was misheard, said again', 'accepted', async () => {
    const call = await unknown('Alison Moro');
    await call.answer('identity');
    await call.asked('identity').answer('identity', alice);
    await call.asked('ssn').answer('ssn', digits);
  }],
  ['draft §5.1', 'client_id beside what authenticates that client', 'accepted', () => Call.begun({ client_id: 'line' })],

  ['draft §4.1', 'no client authentication', 'invalid_client', () => Call.begun({ client_id: 'line' }, { authentication: none })],
  ['draft §4.1', 'another secret', 'invalid_client', () => Call.begun({}, { authentication: wrong })],
  ['draft §4.1', 'a session, and no client authentication', 'invalid_client', async () =>
    Object.assign(await known(), { authentication: none }).answer('ssn', digits)],
  ['draft §4.1', 'JSON instead of a form', 'invalid_request', () => Call.begun({}, { json: JSON.stringify({ response_type: 'code' }) })],
  ['profile', 'more than 64 KiB', 'invalid_request', () => Call.begun({ state: bytes(65_536) })],
  ['draft §5', 'a client that is not first-party', 'unauthorized_client', () => Call.begun({}, { who: client('web') })],
  ['draft §5', 'an app’s name, by who has no key of its instances', 'redirect_to_web', async () => Call.begun({}, { who: app, authentication: none })],
  ['draft §5', 'an app’s name, without any key', 'redirect_to_web', () => Call.begun({}, { who: app, authentication: none, keys: undefined })],
  ['draft §5', 'an instance of the app', 'accepted', async () => Call.begun({}, { who: app, authentication: none, keys: await enrolled() })],
  ['draft §5.1', 'client_id of another than who authenticates', 'invalid_request', () => Call.begun({ client_id: 'other-line' })],
  ['draft §5.1', 'no response_type', 'invalid_request', () => Call.begun({ response_type: undefined })],
  ['draft §5.1', 'another response_type', 'unsupported_response_type', () => Call.begun({ response_type: 'token' })],
  ['draft §5.1', 'an answer without response_type', 'invalid_request', async () => (await known()).answer('ssn', digits, { response_type: undefined })],
  ['profile', 'no code_challenge', 'invalid_request', () => Call.begun({ code_challenge: undefined })],
  ['profile', 'a plain code_challenge', 'invalid_request', () => Call.begun({ code_challenge_method: 'plain' })],
  ['profile', 'two scopes', 'invalid_request', () => Call.begun({ scope: ['clinic:read', 'clinic:write'] })],
  ['profile', 'a scope nobody knows', 'invalid_scope', () => Call.begun({ scope: 'clinic:all' })],
  ['profile', 'a resource nobody knows', 'invalid_target', () => Call.begun({ resource: 'http://localhost:1/mcp' })],
  ['profile', 'a context nobody has', 'unmet_authentication_requirements', () => Call.begun({ acr_values: 'urn:nobody' })],
  ['profile', 'a context that does not reach the scope', 'unmet_authentication_requirements', () =>
    Call.begun({ scope: 'clinic:write', acr_values: KNOWLEDGE })],
  ['profile', 'prompt none, where something has to be asked', 'login_required', () => Call.begun({ prompt: 'none' })],
  ['draft §5.2.2.1.1', 'a browser, where there is one redirect_uri', 'the same authorization', async () => {
    const call = new Call({ who: app, authentication: none, keys: await newKeys() });
    await call.begin({ client_id: 'app' }).catch(() => {});
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: 'app', request_uri: call.said.request_uri });
    const { led } = await visits(url);
    const redirect_uri = `${led.protocol}${led.pathname}`;
    call.said = { authorization_code: led.searchParams.get('code') };
    const { scope } = await call.redeem({ changes: { redirect_uri } });
    throw new Refused(scope === 'clinic:read' ? 'the same authorization' : scope);
  }],
  ['draft §5.2.2.1.1', 'a browser’s code for another key than that of the challenge', 'invalid_grant', async () => {
    const call = new Call({ who: app, authentication: none, keys: await newKeys() });
    await call.begin({ client_id: 'app' }).catch(() => {});
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: 'app', request_uri: call.said.request_uri });
    const { led } = await visits(url);
    call.said = { authorization_code: led.searchParams.get('code') };
    return call.redeem({ keys: await newKeys(), changes: { redirect_uri: `${led.protocol}${led.pathname}` } });
  }],

  ['draft §5.3.1', 'a session nobody has', 'invalid_session', () => Call.begun({ auth_session: 'A'.repeat(43) })],
  ['draft §5.3.1', 'a session of another client', 'invalid_session', async () => {
    const call = await known();
    call.who = other;
    return call.answer('ssn', digits);
  }],
  ['draft §5.3.1', 'a finished session of another client, to begin with', 'invalid_session', async () => {
    const call = await through();
    call.who = other;
    return call.begin();
  }],
  ['profile', 'an answer without a session', 'invalid_request', async () => (await known()).answer('ssn', digits, { auth_session: undefined })],
  ['profile', 'another answer, where the login is complete', 'invalid_session', async () => {
    const call = await known();
    const { session } = call;
    await call.answer('ssn', digits);
    call.session = session;
    return call.answer('ssn', { ssn_last4: '0000' });
  }],
  ['draft §9.5.1', 'a session by another key', 'invalid_session', async () => {
    const call = await known();
    call.keys = await newKeys();
    return call.answer('ssn', digits);
  }],
  ['draft §9.5.1', 'a session without its key', 'invalid_session', async () => {
    const call = await known();
    call.keys = undefined;
    return call.answer('ssn', digits);
  }],
  ['draft §9.5.1', 'a finished session by another key', 'invalid_session', async () => {
    const call = await through();
    call.keys = await newKeys();
    return call.begin();
  }],
  ['draft §9.4.1', 'a proof for another endpoint', 'invalid_dpop_proof', async () =>
    (await known()).answer('ssn', digits, {}, { change: (_, payload) => (payload.htu = as.token_endpoint) })],
  ['draft §9.4.1', 'a proof of an hour ago', 'invalid_dpop_proof', async () =>
    (await known()).answer('ssn', digits, {}, { change: (_, payload) => (payload.iat -= 3600) })],
  ['draft §9.4.1', 'a proof that was used before', 'invalid_dpop_proof', async () => {
    const once = (_, payload) => (payload.jti = 'one and the same');
    const call = await known();
    await call.answer('ssn', { ssn_last4: '1111' }, {}, { change: once });
    return call.answer('ssn', digits, {}, { change: once });
  }],
  ['draft §9.4.1', 'no proof of a client that is to bind its tokens', 'invalid_dpop_proof', () =>
    Call.begun({}, { who: client('bound-line'), keys: undefined })],
  ['draft §9.4.1', 'a proof of another key than dpop_jkt', 'invalid_dpop_proof', () => Call.begun({ dpop_jkt: 'A'.repeat(43) })],
  ['draft §9.4.1', 'a code by another key', 'invalid_grant', async () => (await through()).redeem({ keys: await newKeys() })],
  ['draft §9.4.1', 'a code without its key', 'invalid_grant', async () => (await through()).redeem({ keys: null })],

  ['draft §6', 'a code of another client', 'invalid_grant', async () => (await through()).redeem({ who: other })],
  ['draft §6', 'another code_verifier', 'invalid_grant', async () => (await through()).redeem({ changes: { code_verifier: 'v'.repeat(43) } })],
  ['draft §6', 'no code_verifier', 'invalid_request', async () => (await through()).redeem({ changes: { code_verifier: undefined } })],
  ['draft §6', 'a redirect_uri, where there was none', 'invalid_grant', async () =>
    (await through()).redeem({ changes: { redirect_uri: 'https://app.example/cb' } })],
  ['draft §6', 'a code used twice', 'invalid_grant', async () => {
    const call = await through();
    await call.redeem();
    return call.redeem();
  }],
  ['draft §6', 'the session, after its code was used twice', 'invalid_session', async () => {
    const call = await through({ scope: 'clinic:write' });
    await call.redeem();
    await call.redeem().catch(() => {});
    return call.begin();
  }],
  ['draft §6', 'the session, after the login was revoked', 'invalid_session', async () => {
    const call = await through({ scope: 'clinic:write' });
    const { refresh_token } = await call.redeem();
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, line, secret, refresh_token, wire));
    return call.begin();
  }],

  ['profile', 'a step that is not asked', 'invalid_request', () => malformed({ code: '123456' }, 'sms')],
  ['profile', 'a step that is not there', 'invalid_request', () => malformed({ code: '123456' }, 'nothing')],
  ['profile', 'a step of another context', 'invalid_request', () => malformed({ password: setup.password }, 'password')],
  ['profile', 'a step of another context, asked for', 'invalid_request', async () => (await known()).answer('password')],
  ['profile', 'who it is, once something was proven', 'invalid_request', async () => {
    const call = await known({ scope: 'clinic:write' });
    await call.answer('ssn', digits);
    await texted();
    return call.asked('sms').answer('identity');
  }],
  ['profile', 'an answer that is no JSON', 'invalid_request', () => malformed('4219')],
  ['profile', 'an answer that is no object', 'invalid_request', () => malformed('["4219"]')],
  ['profile', 'an answer with a member twice', 'invalid_request', () => malformed('{"ssn_last4":"0000","ssn_last4":"4219"}')],
  ['profile', 'an answer without what is asked', 'invalid_request', () => malformed({})],
  ['profile', 'an answer with more than is asked', 'invalid_request', () => malformed({ ...digits, admin: 'true' })],
  ['profile', 'a number instead of a text', 'invalid_request', () => malformed({ ssn_last4: 4219 })],
  ['profile', 'null', 'invalid_request', () => malformed({ ssn_last4: null })],
  ['profile', 'an answer longer than its schema has it', 'invalid_request', () => malformed({ ssn_last4: bytes(1000) })],
  ['profile', 'an answer of more than 16 KiB', 'invalid_request', () => malformed({ ssn_last4: bytes(17_000) })],
  ['profile', 'two answers', 'invalid_request', async () => (await known()).answer('ssn', digits, { answer: ['{}', JSON.stringify(digits)] })],
  ['profile', 'twenty-one malformed answers', 'invalid_session', async () => {
    const call = await unknown('Malvina Formed');
    for (let i = 0; i < 21; i++) await call.answer('ssn', 'no').catch(() => {});
    return call.answer('ssn', digits);
  }],
  ['profile', 'eleven answers that are none', 'access_denied', async () => {
    const call = await unknown('Mumbler Bumbler');
    for (let i = 0; i < 10; i++) {
      const { step } = await call.answer('ssn', { ssn_last4: `what was that${' again'.repeat(i)}` });
      if (step.attempts_left !== 3) throw new Error('an attempt was used');
    }
    return call.answer('ssn', { ssn_last4: 'pardon' });
  }],

  ['draft §9.3', 'three wrong answers', 'access_denied', async () => {
    const call = await unknown('Guess Work');
    for (const [i, wrong] of ['0001', '0002'].entries()) {
      const { step } = await call.answer('ssn', { ssn_last4: wrong });
      if (step.reason !== 'no_match' || step.attempts_left !== 2 - i) throw new Error(JSON.stringify(step));
    }
    return call.answer('ssn', { ssn_last4: '0003' });
  }],
  ['draft §9.3', 'the session, after three wrong answers', 'invalid_session', async () => {
    const call = await unknown('Gone Session');
    for (const wrong of ['0001', '0002', '0003']) await call.answer('ssn', { ssn_last4: wrong }).catch(() => {});
    return call.answer('ssn', { ssn_last4: '0004' });
  }],
  ['draft §9.3', 'attempts, after a session was begun anew', 'as before', async () => {
    const call = await unknown('Begin Anew');
    await call.answer('ssn', { ssn_last4: '0001' });
    const { step } = await call.begin();
    throw new Refused(step.attempts_left === 2 ? 'as before' : String(step.attempts_left));
  }],
  ['draft §9.3', 'six wrong answers of one name in three sessions', '503 temporarily_unavailable', async () => {
    for (const [first, second] of [['0001', '0002'], ['0003', '0004'], ['0005', '0006']]) {
      const call = await unknown('Many Sessions');
      await call.answer('ssn', { ssn_last4: first });
      try {
        await call.answer('ssn', { ssn_last4: second });
      } finally {
        if (call.said.error === 'temporarily_unavailable' && !(call.said.retry_after > 0 && call.said.auth_session)) throw new Error('for how long?');
      }
    }
  }],
  ['draft §9.3', 'who nobody knows, and who is known', 'asked alike', async () => {
    const [one, another] = [await known(), await unknown('Somebody Else')];
    throw new Refused(JSON.stringify(one.said.step) === JSON.stringify(another.said.step) ? 'asked alike' : JSON.stringify([one.said, another.said]));
  }],
  ['profile', 'a code that was sent for another session', 'no_match', async () => {
    const first = await known({ scope: 'clinic:write' });
    await first.answer('ssn', digits);
    const code = await texted();
    const second = await known({ scope: 'clinic:write' });
    await second.answer('ssn', digits);
    const own = await texted();
    const { step } = await second.answer('sms', { code });
    await second.answer('sms', { code: own });
    throw new Refused(step.reason);
  }],
  ['profile', 'the code before the last one', 'no_match', async () => {
    const call = await known({ scope: 'clinic:write' });
    await call.answer('ssn', digits);
    const code = await texted();
    await call.answer('sms');
    const own = await call.asked('sms', 'sent') && (await texted());
    const { step } = await call.answer('sms', { code });
    await call.answer('sms', { code: own });
    throw new Refused(step.reason);
  }],
  ['profile', 'a new code, twice at once', 'one code', async () => {
    await rested();
    const call = await known({ scope: 'clinic:write' });
    await call.answer('ssn', digits);
    await texted();
    await call.answer('sms');
    await call.answer('sms');
    await call.answer('sms', { code: await texted() });
    await call.redeem();
    throw new Refused('one code');
  }],
  ['profile', 'a new code, again and again', 'access_denied', async () => {
    await rested();
    const call = await known({ scope: 'clinic:write' });
    await call.answer('ssn', digits);
    await texted();
    for (let i = 0; i < 6; i++) {
      await later(31);
      await call.answer('sms');
      await texted();
    }
  }],

  ['draft §5.3.1', 'a session that waited for five minutes', 'invalid_session', async () => {
    const call = await known();
    await later(301);
    return call.answer('ssn', digits);
  }],
  ['draft §6', 'a code after its minute', 'invalid_grant', async () => {
    const call = await through();
    await later(61);
    return call.redeem();
  }],
  ['draft §6.2', 'a refresh, when what was proven is too old', '403 insufficient_authorization', async () => {
    const call = await through({ scope: 'clinic:write' });
    const { refresh_token } = await call.redeem();
    await later(601);
    return call.refresh(refresh_token);
  }],
  ['draft §6.2', 'the session of that refusal', 'asked what is too old', async () => {
    const call = await through({ scope: 'clinic:write' });
    const { refresh_token } = await call.redeem();
    await later(601);
    const { cause } = await call.refresh(refresh_token).catch((error) => error);
    call.session = cause.auth_session;
    await call.begin({ scope: 'clinic:write' });
    await call.asked('ssn').answer('ssn', digits);
    await call.asked('sms').answer('sms', { code: await texted() });
    await call.redeem();
    throw new Refused('asked what is too old');
  }],
];
