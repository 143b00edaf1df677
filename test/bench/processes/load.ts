// Obeys one `Load` per line on stdin and answers one line: how many requests a number of keep-alive connections got answered
// in a time, and how long each took. Raw sockets, so that the client costs as little as can be.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { logBatchBody, logMetricBody, type Load, type Loaded } from '../lib/load-order.ts';

for await (const line of createInterface({ input: process.stdin })) {
  const loaded = await run(JSON.parse(line) as Load);
  process.stdout.write(`${JSON.stringify(loaded)}\n`);
}

async function run(load: Load): Promise<Loaded> {
  const { hostname, port } = new URL(load.url);
  const head = requestHead(load, `${hostname}:${port}`);
  let sent = 0;
  const bodies = load.kind === 'log-metric' ? null : prepared(load, head);
  const next = (): Buffer | string | null => {
    if (bodies) return bodies[sent++] ?? null;
    const body = logMetricBody(load.runId, sent++);
    return `${head}${body.length}\r\n\r\n${body}`;
  };
  const latenciesUs: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + load.seconds * 1000;
  const failures = await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const socket = connect(Number(port), hostname);
      socket.setNoDelay(true);
      await once(socket, 'connect');
      try {
        return await work(socket, next, until, latenciesUs);
      } finally {
        socket.destroy();
      }
    }),
  );
  const failed = failures.find(failure => failure !== null);
  if (failed) throw new Error(`A request failed: ${failed}`);
  const seconds = (performance.now() - startedAt) / 1000;
  latenciesUs.sort((a, b) => a - b);
  const at = (share: number) =>
    latenciesUs[Math.min(latenciesUs.length - 1, Math.floor(latenciesUs.length * share))] ?? 0;
  return {
    answered: latenciesUs.length,
    seconds,
    p50Us: at(0.5),
    p95Us: at(0.95),
    p99Us: at(0.99),
    maxUs: latenciesUs.at(-1) ?? 0,
  };
}

/** One request after the other until the time is over or nothing is left. Resolves with the first bad answer. */
function work(
  socket: Socket,
  next: () => Buffer | string | null,
  until: number,
  latenciesUs: number[],
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let startedAt = 0;
    let text = '';
    const send = () => {
      const request = performance.now() < until ? next() : null;
      if (request === null) return resolve(null);
      startedAt = performance.now();
      socket.write(request);
    };
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      if (!isWhole(text)) return;
      latenciesUs.push(Math.round((performance.now() - startedAt) * 1000));
      if (!text.startsWith('HTTP/1.1 200')) return resolve(text.slice(0, 400));
      text = '';
      send();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve('the connection was closed'));
    send();
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end));
  return length ? text.length >= end + 4 + Number(length[1]) : text.endsWith('0\r\n\r\n');
}

function requestHead({ kind, token }: Load, host: string): string {
  const path = kind === 'log-metric' ? 'log-metric' : 'log-batch';
  const authorization = token ? `Authorization: Bearer ${token}\r\n` : '';
  return (
    `POST /api/2.0/mlflow/runs/${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}` +
    'User-Agent: mlflow-python-client/3.17.2\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n' +
    'Content-Type: application/json\r\nContent-Length: '
  );
}

function prepared(load: Load, head: string): Buffer[] {
  return Array.from({ length: load.batches }, (_, batch) => {
    const body = logBatchBody(load, batch);
    return Buffer.from(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
}
