import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import { startProgram } from '../support/program.ts';
import { openBench } from './support/bench.ts';
import { pycrdtClient, stockInBrowser, type OtherClient } from './support/other-clients.ts';
import { openBrowser, visit } from './support/pages.ts';

let browser: Browser;
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => browser?.close());

/** Both write into the same text at once, several times, and both end with all of it. */
async function writeTogether(one: OtherClient, two: OtherClient): Promise<string> {
  for (let turn = 0; turn < 5; turn++)
    await Promise.all([one.append(`<browser ${turn}>`), two.append(`<python ${turn}>`)]);
  const words = Array.from({ length: 5 }, (_, turn) => [`<browser ${turn}>`, `<python ${turn}>`]).flat();
  await expect
    .poll(async () =>
      (await Promise.all([one.text(), two.text()])).every(text => words.every(word => text.includes(word))),
    )
    .toBe(true);
  const text = await one.text();
  expect(await two.text()).toBe(text);
  return text;
}

test('stock y-websocket in a browser and pycrdt from Python edit one note of an engine', async () => {
  const bench = await openBench();
  cleanUps.push(() => bench.close());
  const projectId = await bench.project('churn');
  const note = await bench.client.notes.create.mutate({ projectId, title: 'Together', body: 'start: ' });
  const { page, context } = await visit(browser, bench);
  cleanUps.push(() => context.close());
  const { token } = (await readEndpoint(join(bench.dir, 'data')))!;
  const url = `${bench.url}/documents`;
  const inBrowser = await stockInBrowser(page, url, note.documentId);
  const inPython = await pycrdtClient(url, note.documentId, `${tokenSubprotocolPrefix}${token}`);
  cleanUps.push(() => inPython.close());
  const text = await writeTogether(inBrowser, inPython);
  expect(text).toMatch(/start: /);
  await expect.poll(async () => (await bench.client.notes.get.query({ noteId: note.noteId })).body).toBe(text);
});

test('the same two edit one document of a sync server, which keeps it over a restart', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-others-'));
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }));
  const pages = createServer((_request, response) => response.end('<!doctype html><h1>A page</h1>'));
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  cleanUps.push(() => pages.close());
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const start = (port: number) =>
    startProgram<{ url: string }>(
      'sync-server/src/main.ts',
      ['--data-dir', dir, '--open', '--allow-origin', origin].concat('--port', String(port)),
    );
  const server = await start(0);
  cleanUps.push(() => server.stop());
  const { url } = server.announced;
  const page = await browser.newPage();
  cleanUps.push(() => page.close());
  await page.goto(origin);
  const inBrowser = await stockInBrowser(page, url, 'together');
  const inPython = await pycrdtClient(url, 'together');
  cleanUps.push(() => inPython.close());
  const text = await writeTogether(inBrowser, inPython);
  await inBrowser.close();
  await server.stop();
  const again = await start(Number(new URL(url).port));
  cleanUps.push(() => again.stop());
  const late = await pycrdtClient(url, 'together');
  cleanUps.push(() => late.close());
  await expect.poll(late.text).toBe(text);
});
