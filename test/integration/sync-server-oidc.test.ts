import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { startProgram, type Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const home = mkdtempSync(join(tmpdir(), 'benchmate-oidc-'));
const dataDir = join(home, 'engine');
const client = connectEngine(dataDir);
const started: Program<{ url: string }>[] = [];
let serverUrl: string;

beforeAll(async () => {
  const sign = ['--oidc-issuer', 'http://127.0.0.1:1', '--oidc-client-id', 'benchmate', '--oidc-domain', 'example.org'];
  const server = await startProgram<{ url: string }>(
    'sync-server/src/main.ts',
    ['--data-dir', join(home, 'server'), '--public-url', 'https://sync.example.org'].concat(sign),
  );
  started.push(server, await startProgram('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir]));
  serverUrl = server.announced.url;
});
afterAll(async () => {
  client.close();
  await Promise.all(started.map(program => program.stop()));
  rmSync(home, { recursive: true, force: true });
});

test('an engine that nobody has signed in for says where to, and goes on working', async () => {
  await client.team.connect.mutate({ serverUrl });
  const { sync } = await until(async () => {
    const state = await client.team.state.query();
    return state.sync.state === 'refused' && state;
  });
  const [, asked] = /Open https:\/\/sync\.example\.org(\/~sign-in\?t=\S+) in a browser/.exec(sync.message)!;
  const page = await fetch(`${serverUrl}${asked}`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const { device } = await client.team.state.query();
  expect(await page.text()).toContain(`<code>${device.slice(0, 8)}</code>`);
  await expect(client.team.invite.mutate({ role: 'viewer' })).rejects.toMatchObject({ message: /signs in here/ });
  await client.registry.register.mutate({ model: 'churn', runId: null, source: `runs:/${'a'.repeat(32)}/model` });
  expect(await client.registry.list.query()).toHaveLength(1);
});
