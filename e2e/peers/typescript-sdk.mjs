// The official TypeScript SDK's client, in front of `latch connect` (a host) or of the server itself.
// usage: typescript-sdk.mjs ERA ELICITATION COMMAND [ARG...]
//   ERA: session | stateless | auto     ELICITATION: url | none
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run, say } from './lines.mjs';

const [era, elicitation, command, ...args] = process.argv.slice(2);
const modes = { session: 'legacy', stateless: { pin: '2026-07-28' }, auto: 'auto' };

function readPrompt(text) {
  const code = /\b([BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4})\b/.exec(text);
  const uri = /https?:\/\/[^\s<>"')]+/.exec(text);
  assert.ok(code && uri, `no code and address in: ${text}`);
  return { user_code: code[1], verification_uri: uri[0] };
}

run(async () => {
  let changed = 0;
  const client = new Client(
    { name: 'typescript-peer', version: '1.0.0' },
    {
      capabilities: elicitation === 'url' ? { elicitation: { form: {}, url: {} } } : {},
      versionNegotiation: { mode: modes[era] },
    },
  );
  if (elicitation === 'url') {
    client.setRequestHandler('elicitation/create', async (request) => {
      if (request.params.mode !== 'url') {
        // Who approved, which a device code does not prove: the person here says that it was them.
        assert.match(request.params.message, /Is that you\?/);
        return { action: 'accept', content: {} };
      }
      assert.equal(request.params.mode, 'url');
      say('elicited', { url: request.params.url, message: request.params.message });
      say('approve', { ...readPrompt(`${request.params.message} ${request.params.url}`), via: 'elicitation' });
      return { action: 'accept' };
    });
  }
  client.setNotificationHandler('notifications/tools/list_changed', async () => {
    changed++;
  });
  const transport = new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' });
  const started = performance.now();
  await client.connect(transport);
  say('connected', {
    milliseconds: Math.round(performance.now() - started),
    era: client.getDiscoverResult() ? 'stateless' : 'session',
  });
  if (client.getDiscoverResult()) {
    await client.listen({ toolsListChanged: true });
  }

  const before = (await client.listTools()).tools.map((tool) => tool.name);
  say('listed', { tools: before });

  const call = (name, members) => client.callTool({ name, arguments: members }, { timeout: 120_000 });
  let answer;
  if (elicitation === 'url') {
    const name = before.includes('find_appointments') ? 'find_appointments' : 'latch_login';
    answer = await call(name, name === 'latch_login' ? {} : { patient: 'Alice Moreau' });
  } else {
    answer = await call('latch_login', {});
    assert.equal(answer.isError, true, 'an instruction to log in is never a success');
    say('approve', { ...readPrompt(JSON.stringify(answer.content)), via: 'tool' });
    while (answer.isError && !JSON.stringify(answer.content).includes('Is that you?')) {
      answer = await call('latch_login', {});
    }
    answer = await call('latch_login', { confirm: true });
  }
  say('answered', { content: answer.content, isError: answer.isError ?? false });

  const deadline = Date.now() + 60_000;
  let tools = [];
  while (!tools.includes('find_appointments') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    tools = (await client.listTools()).tools.map((tool) => tool.name);
  }
  say('listed', { tools, changed });
  assert.ok(tools.includes('find_appointments'), `the server's own tools never came: ${tools}`);
  assert.ok(changed > 0, 'the host was not told that the list changed');

  const found = await call('find_appointments', { patient: 'Alice Moreau' });
  assert.ok(!found.isError, JSON.stringify(found.content));
  say('called', { content: found.content });
  await client.close();
});
