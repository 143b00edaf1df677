import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';
import { until } from '../support/until.ts';

let engine: MlflowEngine;
beforeAll(async () => {
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

test('a thousand open connections are all answered, stay open, and keep nobody else waiting', async () => {
  const { port } = new URL(engine.url());
  const ask = `GET /version HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${engine.token()}\r\n\r\n`;
  const sockets: Socket[] = [];
  let answers = 0;
  let closed = 0;
  try {
    for (let count = 0; count < 1000; count++) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('data', (data: Buffer) => (answers += data.toString().split('HTTP/1.1 200 OK').length - 1));
      socket.on('close', () => closed++);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    for (const socket of sockets) socket.write(ask);
    await until(() => answers === 1000, 30_000);
    expect((await engine.request('/api/2.0/mlflow/experiments/get?experiment_id=0')).status).toBe(200);
    // The same connections serve again: the client keeps its own for the next call of a training loop.
    for (const socket of sockets) socket.write(ask);
    await until(() => answers === 2000, 30_000);
    expect(closed).toBe(0);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test('no answer waits for an acknowledgement: head and body come at once, however the request was cut up', async () => {
  // A server that leaves Nagle's algorithm on lets each such exchange wait 40 ms; one that answers faster once does not.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const tookMs: number[] = [];
  try {
    for (let count = 0; count < 30; count++) {
      const startedAt = performance.now();
      const headers = { authorization: `Bearer ${engine.token()}`, 'content-type': 'application/json' };
      const asking = request(`${engine.url()}/api/2.0/mlflow/runs/search`, { method: 'POST', agent, headers });
      asking.write('{"experiment_ids": ["0"]');
      asking.end('}');
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      expect(answer.statusCode).toBe(200);
      await once(answer.resume(), 'end');
      tookMs.push(performance.now() - startedAt);
    }
  } finally {
    agent.destroy();
  }
  expect(Math.min(...tookMs)).toBeLessThan(40);
});
