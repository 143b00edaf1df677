#!/usr/bin/env node
// Stands in for the VS Code executable of @vscode/test-electron where no desktop VS Code can be had: starts code-server,
// opens its window in Chromium and lets that window run the tests. Needs CODE_SERVER_ENTRY and CHROMIUM in the environment.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';

const argv = process.argv.slice(2);
const flags = name => argv.filter(a => a.startsWith(`--${name}=`)).map(a => a.slice(name.length + 3));
const folder = argv.find(a => !a.startsWith('-')) ?? process.cwd();
const port = await new Promise(done => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});
const base = `http://127.0.0.1:${port}`;
const home = mkdtempSync(join(tmpdir(), 'code-'));
const userData = flags('user-data-dir')[0] ?? home;
const extensions = flags('extensions-dir')[0] ?? join(home, 'extensions');
const trust = argv.filter(a => a === '--disable-workspace-trust');
const server = spawn(
  process.execPath,
  // prettier-ignore
  [
    process.env.CODE_SERVER_ENTRY, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--config', join(home, 'config.yaml'),
    '--disable-telemetry', '--disable-update-check', ...trust, '--vscode-option', 'enable-smoke-test-driver',
    '--user-data-dir', userData, '--extensions-dir', extensions,
  ],
  {
    stdio: process.env.CODE_SHIM_VERBOSE ? 'inherit' : 'ignore',
    env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', XDG_DATA_HOME: home },
  },
);
server.on('exit', () => process.exit(1));
process.on('exit', () => {
  server.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
setTimeout(() => {
  console.error('no result after 5 minutes');
  process.exit(1);
}, 300_000).unref();

const healthy = () =>
  fetch(`${base}/healthz`).then(
    response => response.ok,
    () => false,
  );
while (!(await healthy())) await sleep(100);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  args: (process.env.CHROMIUM_FLAGS ?? '').split(' ').filter(Boolean),
});
const page = await browser.newPage();
await page.exposeFunction('codeAutomationExit', async code => {
  await browser.close().catch(() => {});
  process.exit(code);
});
// The window's whole log: results come as a file instead.
await page.exposeFunction('codeAutomationLog', (type, args) => {
  if (process.env.CODE_SHIM_VERBOSE) (console[type] ?? console.log)(...args);
});
const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].flatMap(name =>
  flags(name).map(path => [name, `vscode-remote://127.0.0.1:${port}${path}`]),
);
const query = `folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
await page.goto(`${base}/?${query}`);
