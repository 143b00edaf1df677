import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { identityProvider, SimulatedBrowser } from '../../sync-server/src/simulated-browser.ts';
import { commandLine } from '../support/command-line.ts';
import { programFile } from '../support/program-file.ts';
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

test('SY23 an engine that nobody has signed in for says where to, and goes on working', async () => {
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
  await expect(client.team.invite.mutate({ role: 'viewer' })).rejects.toMatchObject({
    message: /signs in here/,
    nextStep: 'Then try again.',
  });
  await client.registry.register.mutate({ model: 'churn', runId: null, source: `runs:/${'a'.repeat(32)}/model` });
  expect(await client.registry.list.query()).toHaveLength(1);
});

/** A port that was free a moment ago: the provider has to know the server's address beforehand. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

const run = promisify(execFile);

/** The operator's page, as a browser gets it with the link. */
async function adminPage(link: string): Promise<string> {
  const { origin, hash } = new URL(link);
  const headers = { 'content-type': 'application/json' };
  const entered = await fetch(`${origin}/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ code: hash.slice(1) }),
  });
  return (await fetch(origin, { headers: { cookie: entered.headers.get('set-cookie')!.split(';')[0]! } })).text();
}

test('SY24 somebody signs in, out and in again; meanwhile work goes on, and nothing of it is lost', async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const identity = createServer((request, response) => provider(request, response)).listen(0, '127.0.0.1');
  await once(identity, 'listening');
  const issuer = `http://127.0.0.1:${(identity.address() as AddressInfo).port}`;
  const provider = identityProvider(issuer, publicUrl);
  try {
    const data = ['--data-dir', join(home, 'signed-in')];
    const given = ['--oidc-issuer', issuer, '--oidc-client-id', 'benchmate', '--public-url', publicUrl];
    started.push(await startProgram('sync-server/src/main.ts', [...data, '--port', String(port), ...given]));
    const admin = async (...words: string[]) => {
      const argv = [programFile('sync-server/src/main.ts'), 'admin', ...words, ...data, '--json'];
      return JSON.parse((await run(process.execPath, argv)).stdout) as unknown;
    };
    const { benchmate } = commandLine(home, home);
    const browser = new SimulatedBrowser();
    const sync = async () => (await client.team.state.query()).sync;
    const refused = () =>
      until(async () => {
        const { state, message } = await sync();
        return state === 'refused' && /Your team signs in here\. Open (\S+) in a browser/.exec(message)?.[1];
      });
    const signIn = async () => {
      expect(await browser.signIn(await refused(), 'ana@example.org')).toMatchObject({ status: 200 });
      await client.team.setPaused.mutate({ paused: false }); // tries at once, not within half a minute
      await until(async () => (await sync()).state === 'online' && (await sync()).unshared === 0);
    };
    const register = (model: string) =>
      client.registry.register.mutate({ model, runId: null, source: `runs:/${'a'.repeat(32)}/model` });
    await client.team.connect.mutate({ serverUrl: publicUrl });
    await signIn();
    const { device } = await client.team.state.query();
    expect(await admin('identities')).toMatchObject([{ device, who: 'ana@example.org' }]);
    expect(await adminPage(((await admin('link')) as { url: string }).url)).toMatch(
      /signed in as ana@example\.org until .*data-act="end-sign-in"/,
    );
    const { entries } = (await admin('storage')) as { entries: number };

    const { stdout } = await benchmate(['sync', 'sign-out', '--data-dir', dataDir]);
    expect(stdout).toContain('Signed out. What is written here is shared again after the next sign-in');
    await refused();
    expect(await admin('identities')).toEqual([]);
    await register('written-signed-out');
    expect((await sync()).unshared).toBeGreaterThan(0);
    await signIn();
    expect((await admin('storage')) as { entries: number }).toMatchObject({ entries: entries + 1 });

    // The operator's: the connection that is open ends, without a word from the engine.
    expect(await admin('sign-out', device)).toEqual({ device, signedIn: null });
    await refused();
    await expect(admin('sign-out', device)).rejects.toMatchObject({
      stderr: expect.stringContaining('Nobody is signed in'),
    });
    await register('written-after-that');
    await signIn();
    const models = (await client.registry.list.query()).map(({ name }) => name);
    expect(models).toEqual(expect.arrayContaining(['churn', 'written-after-that', 'written-signed-out']));
  } finally {
    identity.close();
    identity.closeAllConnections();
  }
});
