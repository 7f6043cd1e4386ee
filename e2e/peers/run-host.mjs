// The official TypeScript SDK's client, in front of `latch run` with an unmodified program.
// usage: run-host.mjs ERA ELICITATION COMMAND [ARG...]
//   ERA: session | stateless     ELICITATION: url | none
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run, say } from './lines.mjs';

const [era, elicitation, command, ...args] = process.argv.slice(2);
const modes = { session: 'legacy', stateless: { pin: '2026-07-28' } };

function readPrompt(text) {
  const code = /\b([BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4})\b/.exec(text);
  const uri = /https?:\/\/[^\s<>"')]+/.exec(text);
  assert.ok(code && uri, `no code and address in: ${text}`);
  return { user_code: code[1], verification_uri: uri[0] };
}

run(async () => {
  const asks = elicitation === 'url';
  const client = new Client(
    { name: 'run-host', version: '1.0.0' },
    {
      capabilities: asks ? { elicitation: { form: {}, url: {} } } : {},
      versionNegotiation: { mode: modes[era] },
    },
  );
  if (asks) {
    client.setRequestHandler('elicitation/create', async (request) => {
      if (request.params.mode === 'url') {
        say('approve', readPrompt(`${request.params.message} ${request.params.url}`));
      }
      return { action: 'accept', content: {} };
    });
  }
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  const names = async () => (await client.listTools()).tools.map((tool) => tool.name);
  const call = (name, members = {}) => client.callTool({ name, arguments: members }, { timeout: 120_000 });
  say('connected', { tools: await names() });

  let answer = await call(asks ? 'get-env' : 'latch_login');
  if (!asks) {
    assert.equal(answer.isError, true, 'an instruction to log in is never a success');
    say('approve', readPrompt(JSON.stringify(answer.content)));
    while (!JSON.stringify(answer.content).includes('Is that you?')) {
      answer = await call('latch_login');
    }
    await call('latch_login', { confirm: true });
    answer = await call('get-env');
  }
  const environment = async () => JSON.parse((await call('get-env')).content[0].text);
  say('environment', { variables: await environment() });

  // Whatever else the program offers comes through: tools, resources, prompts, progress.
  const tools = await names();
  assert.ok(tools.includes('echo') && !tools.includes('latch_login'), `tools: ${tools}`);
  const echo = await call('echo', { message: 'through latch run' });
  assert.match(echo.content[0].text, /through latch run/);
  assert.ok((await client.listResources()).resources.length > 0, 'no resources');
  assert.ok((await client.listPrompts()).prompts.length > 0, 'no prompts');
  let steps = 0;
  await client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 3 } },
    { timeout: 60_000, onprogress: () => steps++ },
  );
  assert.ok(steps > 0, 'no progress came through');

  // Calls in flight while the token changes, which it does every few seconds: none is lost.
  const first = JSON.stringify(await environment());
  const deadline = Date.now() + 60_000;
  let variables = JSON.parse(first);
  for (let batch = 0; JSON.stringify(variables) === first; batch++) {
    assert.ok(Date.now() < deadline, 'the token never changed');
    const calls = Array.from({ length: 8 }, (_, i) => call('echo', { message: `number ${batch}.${i}.` }));
    const answers = await Promise.all(calls);
    answers.forEach((one, i) => assert.ok(one.content[0].text.includes(`number ${batch}.${i}.`)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    variables = await environment();
  }
  say('environment', { variables });
  await client.close();
});
