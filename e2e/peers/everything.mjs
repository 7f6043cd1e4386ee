// The official TypeScript SDK's client, in front of `latch connect` to the official server-everything.
// usage: everything.mjs ERA COMMAND [ARG...]     ERA: session | stateless
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run, say } from './lines.mjs';

const [era, command, ...args] = process.argv.slice(2);
const modes = { session: 'legacy', stateless: { pin: '2026-07-28' } };
const stateless = era === 'stateless';

function readPrompt(text) {
  const code = /\b([BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4})\b/.exec(text);
  const uri = /https?:\/\/[^\s<>"')]+/.exec(text);
  assert.ok(code && uri, `no code and address in: ${text}`);
  return { user_code: code[1], verification_uri: uri[0] };
}

run(async () => {
  const told = [];
  const client = new Client(
    { name: 'everything-peer', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } },
      versionNegotiation: { mode: modes[era] },
    },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    if (params.mode === 'url') {
      say('approve', readPrompt(`${params.message} ${params.url}`));
      return { action: 'accept' };
    }
    if (/Is that you\?/.test(params.message)) {
      return { action: 'accept', content: {} };
    }
    return { action: 'accept', content: { name: 'Anna Elicited', check: true } };
  });
  client.setRequestHandler('sampling/createMessage', async ({ params }) => ({
    role: 'assistant',
    model: 'none',
    content: { type: 'text', text: `sampled: ${params.messages[0].content.text}` },
  }));
  client.setRequestHandler('roots/list', async () => ({ roots: [{ uri: 'file:///srv/kitchen', name: 'kitchen' }] }));
  client.setNotificationHandler('notifications/message', async ({ params }) => {
    told.push(params);
  });
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  assert.equal(Boolean(client.getDiscoverResult()), stateless);

  const call = (name, members, options = {}) =>
    client.callTool({ name, arguments: members }, { timeout: 60_000, ...options });
  const text = (result) => {
    assert.ok(!result.isError, JSON.stringify(result));
    return result.content.map((part) => part.text ?? '').join('\n');
  };

  // The first call logs in.
  assert.equal(text(await call('echo', { message: 'hello' })), 'Echo: hello');
  say('called');

  // What depends on the host's capabilities is registered a moment after the session begins.
  let tools = [];
  for (let i = 0; i < 40 && !tools.includes('trigger-sampling-request'); i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    tools = (await client.listTools()).tools.map((tool) => tool.name);
  }
  for (const name of ['echo', 'get-sum', 'trigger-elicitation-request', 'trigger-sampling-request']) {
    assert.ok(tools.includes(name), `no ${name} in ${tools}`);
  }
  assert.match(text(await call('get-sum', { a: 2, b: 40 })), /42/);
  const weather = await call('get-structured-content', { location: 'New York' });
  assert.equal(weather.structuredContent.temperature, 33);
  const image = await call('get-tiny-image', {});
  assert.ok(image.content.some((part) => part.type === 'image' && part.data.length > 100));

  // Progress, and a call that is given up.
  const progress = [];
  await call('trigger-long-running-operation', { duration: 0.6, steps: 3 }, { onprogress: (p) => progress.push(p.progress) });
  // The client forgets who waits for progress when the answer comes right behind it.
  assert.deepEqual(progress.slice(0, 2), [1, 2]);
  const giveUp = new AbortController();
  await assert.rejects(
    call('trigger-long-running-operation', { duration: 30, steps: 100 }, { signal: giveUp.signal, onprogress: () => giveUp.abort() }),
  );
  assert.equal(text(await call('echo', { message: 'still here' })), 'Echo: still here');

  // What the server asks of the host.
  assert.match(text(await call('trigger-sampling-request', { prompt: 'a poem', maxTokens: 10 })), /sampled: .*a poem/);
  assert.match(text(await call('trigger-elicitation-request', {})), /Anna Elicited/);
  assert.match(text(await call('get-roots-list', {})), /kitchen/);

  // Resources, prompts, completion.
  const { resources } = await client.listResources();
  assert.ok(resources.length > 0);
  const read = await client.readResource({ uri: resources[0].uri });
  assert.equal(read.contents[0].uri, resources[0].uri);
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.ok(resourceTemplates.length > 0);
  const { prompts } = await client.listPrompts();
  assert.ok(prompts.some((prompt) => prompt.name === 'args-prompt'));
  const prompt = await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Riverside' } });
  assert.match(prompt.messages[0].content.text, /weather in Riverside/);
  const completion = await client.complete({
    ref: { type: 'ref/prompt', name: 'completable-prompt' },
    argument: { name: 'department', value: 'S' },
  });
  assert.deepEqual(completion.completion.values, ['Sales', 'Support']);

  // An error stays the server's own.
  await assert.rejects(client.getPrompt({ name: 'no-such-prompt' }), /no-such-prompt/);

  // The log, whose level a host of the newer era says with each request.
  if (!stateless) {
    await client.setLoggingLevel('debug');
    await call('toggle-simulated-logging', {});
    for (let i = 0; i < 40 && told.length === 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(told.length > 0, 'no log came through');
  }
  await client.close();
});
