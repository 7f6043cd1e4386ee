// The official TypeScript SDK's client, in front of examples/github-server, which logs its user in.
// usage: kit-host.mjs ERA ELICITATION MODE COMMAND [ARG...]
//   ERA: session | stateless     ELICITATION: url | form | none     MODE: lazy | tool | eager | token
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run, say } from './lines.mjs';

const [era, elicitation, mode, command, ...args] = process.argv.slice(2);
const stateless = era === 'stateless';
const asks = elicitation !== 'none';
const THEIRS = ['create_issue', 'list_issues', 'list_repositories', 'merge_pull_request', 'whoami'];

function readPrompt(text) {
  const code = /\b([BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4})\b/.exec(text);
  assert.ok(code, `no code in: ${text}`);
  return { user_code: code[1], text };
}

run(async () => {
  let changed = 0;
  let prompts = 0;
  let unsolicited = 0;
  let calling = 0;
  const prompted = Promise.withResolvers();
  const client = new Client(
    { name: 'kit-host', version: '1.0.0' },
    {
      capabilities: { url: { elicitation: { form: {}, url: {} } }, form: { elicitation: { form: {} } }, none: {} }[elicitation],
      versionNegotiation: { mode: stateless ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  if (asks) {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      if (params.mode !== 'url' && /Is that you\?/.test(params.message)) {
        return { action: 'accept', content: {} };
      }
      assert.equal(params.mode ?? 'form', elicitation);
      prompts++;
      unsolicited += calling === 0 ? 1 : 0;
      say('approve', readPrompt(params.message));
      prompted.resolve();
      return { action: 'accept', content: {} };
    });
  }
  client.setNotificationHandler('notifications/tools/list_changed', async () => {
    changed++;
  });
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  assert.equal(Boolean(client.getDiscoverResult()), stateless);
  if (stateless) {
    await client.listen({ toolsListChanged: true });
  }

  const names = async () => (await client.listTools()).tools.map((tool) => tool.name).sort();
  const call = async (name, members = {}) => {
    calling++;
    try {
      return await client.callTool({ name, arguments: members }, { timeout: 60_000 });
    } finally {
      calling--;
    }
  };
  const text = (answer) => answer.content.map((part) => part.text ?? '').join('\n');

  // A call as a model makes it: told to log in, it does that and calls again.
  const use = async (name, members = {}) => {
    let answer = await call(name, members);
    if (!asks && answer.isError && /\bauth_login\b/.test(text(answer))) {
      prompts++;
      say('approve', readPrompt(text(answer)));
      await logIn();
      answer = await call(name, members);
    }
    assert.ok(!answer.isError, text(answer));
    return text(answer);
  };
  const logIn = async () => {
    let answer = await call('auth_login');
    while (answer.isError && !/Is that you\?/.test(text(answer))) {
      answer = await call('auth_login');
    }
    answer = await call('auth_login', { confirm: true });
    assert.ok(!answer.isError, text(answer));
  };

  const before = await names();
  say('listed', { tools: before });
  assert.ok(before.includes('about'), `${before}`);
  assert.equal(before.includes('auth_login'), mode !== 'token', `${before}`);
  assert.equal(before.includes('auth_switch_account'), !stateless && mode !== 'token', `${before}`);
  assert.match(text(await call('about')), /The forge at/);
  if (mode === 'tool' && !stateless) {
    assert.ok(!THEIRS.some((name) => before.includes(name)), `${before}`);
    if (asks) {
      assert.match(text(await call('auth_login')), /mona/);
    } else {
      const answer = await call('auth_login');
      assert.equal(answer.isError, true, 'an instruction to log in is never a success');
      prompts++;
      say('approve', readPrompt(text(answer)));
      await logIn();
    }
  } else {
    assert.ok(THEIRS.every((name) => before.includes(name)), `${before}`);
  }
  if (mode === 'eager' && !stateless && asks) {
    await prompted.promise;
  } else {
    assert.equal(unsolicited, 0);
  }

  assert.match(await use('list_repositories'), /hello-world/);
  assert.equal(prompts, mode === 'token' ? 0 : 1);
  assert.match(await use('whoami'), /maintainers/);
  assert.match(await use('list_issues', { repository: 'hello-world' }), /says hello to nobody/);
  assert.equal(prompts, mode === 'token' ? 0 : 1);

  // More than was granted: asked for beside it.
  if (mode === 'lazy') {
    assert.match(await use('create_issue', { repository: 'hello-world', title: `By ${process.pid}` }), /By \d+/);
    assert.equal(prompts, 2);
    assert.match(await use('merge_pull_request', { repository: 'hello-world', number: 2 }), /"merged":true/);
    assert.equal(prompts, 2);
    assert.match(text(await call('auth_status')), /repo:write/);
  }

  const after = await names();
  say('listed', { tools: after, changed, unsolicited });
  assert.ok(THEIRS.every((name) => after.includes(name)), `${after}`);
  if (stateless) {
    assert.deepEqual(after, before, 'a list changed as a side effect');
  } else if (mode !== 'token') {
    assert.ok(changed > 0, 'the host was not told that the list changed');
  }
  assert.equal(unsolicited, mode === 'eager' && !stateless && asks ? 1 : 0);

  if (mode !== 'token') {
    assert.match(text(await call('auth_status')), /mona.*repo:read/s);
    assert.match(text(await call('auth_logout')), /revoked/);
  }
  await client.close();
});
