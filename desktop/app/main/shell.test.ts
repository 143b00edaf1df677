import { expect, test } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { engineEntry } from './engine-entry.ts';
import { isOwnPage, mayRequest, outsideLink, pathFrom } from './own-page.ts';
import { Shell, type ShellHost } from './shell.ts';
import { webPreferences } from './window-options.ts';

const engine = 'http://127.0.0.1:4242';

function host(own: Partial<ShellHost> = {}) {
  const shown: string[] = [];
  const told: string[] = [];
  let quits = 0;
  const shell = new Shell({
    ensureEngine: async () => ({ url: engine }),
    companionLink: async path => `${engine}/open#code${path}`,
    show: async address => void shown.push(address),
    askRetry: async ({ code }) => (told.push(code), told.length < 2),
    quit: () => void quits++,
    ...own,
  });
  return { shell, shown, told, quits: () => quits };
}

test('opens a path once, although asked twice at once', async () => {
  const { shell, shown } = host();
  await Promise.all([shell.open('/models/churn'), shell.open('/runs')]);
  expect(shown).toEqual([`${engine}/open#code/models/churn`]);
  expect(shell.engineUrl).toBe(engine);
});

test('tells a failure, tries again when asked to, and quits when not', async () => {
  const failing = async () => {
    throw new BenchmateError('ENGINE_UNAVAILABLE', 'It did not start.');
  };
  const { shell, told, quits, shown } = host({ ensureEngine: failing });
  await shell.open();
  expect(told).toEqual(['ENGINE_UNAVAILABLE', 'ENGINE_UNAVAILABLE']);
  expect(quits()).toBe(1);
  expect(shown).toEqual([]);
});

test('starts the engine for its own page alone, and follows it to another port', async () => {
  let url = engine;
  const { shell, shown } = host({ ensureEngine: async () => ({ url }) });
  await expect(shell.startEngine(`${engine}/runs`)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await shell.open();
  for (const stranger of ['https://example.com/', 'http://127.0.0.1:4243/', 'about:blank', '', 'file:///etc/passwd'])
    await expect(shell.startEngine(stranger), stranger).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await shell.startEngine(`${engine}/runs`);
  expect(shown).toHaveLength(1);
  url = 'http://127.0.0.1:5000';
  await shell.startEngine(`${engine}/runs`);
  expect(shown).toHaveLength(2);
  expect(shell.engineUrl).toBe(url);
});

test('a page is the engine’s by its whole origin', () => {
  expect(isOwnPage(`${engine}/models/x`, engine)).toBe(true);
  for (const other of [
    'http://127.0.0.1:4242.evil.example/',
    'http://localhost:4242/',
    'https://127.0.0.1:4242/',
    'http://127.0.0.1:4242@evil.example/',
    'javascript:alert(1)',
    'nonsense',
  ])
    expect(isOwnPage(other, engine), other).toBe(false);
});

test('requests go to the engine alone', () => {
  for (const own of [
    `${engine}/rpc`,
    'ws://127.0.0.1:4242/documents/x',
    `blob:${engine}/0-1`,
    'data:image/png;base64,AA',
  ])
    expect(mayRequest(own, engine), own).toBe(true);
  for (const other of [
    'https://example.com/x.png',
    'ws://127.0.0.1:1/',
    'blob:https://example.com/0',
    'file:///etc/passwd',
    'x',
  ])
    expect(mayRequest(other, engine), other).toBe(false);
});

test('only plain web pages are offered to a browser', () => {
  expect(outsideLink('https://mlflow.org/docs')).toEqual({ url: 'https://mlflow.org/docs', host: 'mlflow.org' });
  for (const other of [
    'http://example.com',
    'file:///etc/passwd',
    'smb://host/share',
    'https://a:b@example.com/',
    'ms-msdt:x',
    '',
  ])
    expect(outsideLink(other), other).toBeNull();
});

test('a page is taken from the command line only when it is one', () => {
  expect(pathFrom(['/usr/bin/electron', '.', '/models/churn'])).toBe('/models/churn');
  expect(pathFrom(['/usr/bin/electron', '--flag', '/etc/passwd', 'https://example.com'])).toBe('/');
});

test('windows give a page nothing of Node', () => {
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  });
});

test('the engine is looked for where it was packaged, then where it was built', () => {
  const at = (present: string) =>
    engineEntry({
      env: {},
      resourcesPath: '/app/resources',
      here: '/repo/desktop/app/dist',
      exists: file => file === present,
    });
  expect(at('/app/resources/engine/main.mjs')).toBe('/app/resources/engine/main.mjs');
  expect(at('/repo/desktop/engine/dist/main.mjs')).toBe('/repo/desktop/engine/dist/main.mjs');
  expect(() => at('/nowhere')).toThrow(/not where this app expects it/);
});
