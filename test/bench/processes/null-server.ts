// node null-server.ts [--parse] [--sync FILE]: answers MLflow's logging routes at once and keeps nothing. `--parse` reads each
// body as JSON; `--sync` writes one page and syncs it before the answers of each turn of the event loop go out.
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { parse: { type: 'boolean', default: false }, sync: { type: 'string' } } });
const info = { run_id: '0'.repeat(32), run_uuid: '0'.repeat(32), experiment_id: '0', status: 'RUNNING' };
const artifactUri = { artifact_uri: `mlflow-artifacts:/0/${'0'.repeat(32)}/artifacts` };
const whole = { ...info, ...artifactUri };
const run = JSON.stringify({ run: { info: whole, data: {} }, run_info: whole });
const page = Buffer.alloc(4096);
const file = values.sync === undefined ? null : openSync(values.sync, 'w');
let waiting: (() => void)[] = [];

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (values.parse && parts.length > 0) JSON.parse(Buffer.concat(parts).toString());
    const body = /\/runs\/(create|get|update)/.test(request.url ?? '') ? run : '{}';
    if (file === null) return answer(response, body);
    waiting.push(() => answer(response, body));
    if (waiting.length === 1) setImmediate(() => commit(file));
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${JSON.stringify({ url })}\n`);
});

function answer(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json').end(body);
}

function commit(file: number): void {
  const group = waiting;
  waiting = [];
  writeSync(file, page, 0, page.length, 0);
  fdatasyncSync(file);
  for (const settle of group) settle();
}
