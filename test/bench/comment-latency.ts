import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { line, percentile } from './lib/statistics.ts';
import { formTeam, openProject, openTeamBench, type Device } from '../support/team.ts';
import { until } from '../support/until.ts';

const comments = 100;
const limitMs = 300;
const projectId = 'latency-0a1b2c3d';
const anchor = { quote: 'AUC', prefix: '', suffix: '', line: 0 };

/**
 * A comment from the call at engine A until the subscription of a client of engine B announces it, through the sync
 * server, each as its own process on loopback; and the echo of a bare WebSocket in the same run as the floor.
 */
export async function bench(): Promise<void> {
  const team = await openTeamBench();
  try {
    const [ana, ben] = [await team.device('Ana'), await team.device('Ben')];
    await formTeam(team, [ana, ben]);
    await openProject(ana, join(team.dir, 'project'), projectId);
    const arrivals = await listen(ben);
    const { threadId } = await ana.client.reviews.start.mutate({ projectId, path: 'card.md', anchor, body: 'first' });
    await arrivals.of('first');
    const latency: number[] = [];
    const echo: number[] = [];
    const control = await echoServer();
    for (let i = 0; i < comments; i++) {
      const body = `comment ${i}`;
      const sent = performance.now();
      await ana.client.reviews.reply.mutate({ threadId, body });
      latency.push((await arrivals.of(body)) - sent);
      echo.push(await control.roundTrip(body));
    }
    control.close();
    arrivals.close();
    console.log(line('comment, engine A to client of B', latency, 'ms'));
    console.log(line('echo of a bare WebSocket', echo, 'ms'));
    const p95 = percentile(latency, 95);
    console.log(`p95 ${p95.toFixed(1)} ms (limit ${limitMs} ms): ${p95 <= limitMs ? 'kept' : 'MISSED'}`);
    if (p95 > limitMs) process.exitCode = 1;
  } finally {
    await team.close();
  }
}

async function listen({ client }: Device) {
  const seen = new Map<string, number>();
  let connected = false;
  const subscription = client.reviews.changes.subscribe(
    { projectId },
    {
      connected: () => (connected = true),
      next: thread => {
        const body = thread.comments.at(-1)?.body;
        if (body !== undefined && !seen.has(body)) seen.set(body, performance.now());
      },
    },
  );
  await until(() => connected);
  return { of: (body: string) => until(() => seen.get(body)), close: () => subscription.unsubscribe() };
}

async function echoServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', socket => socket.on('message', data => socket.send(data as Buffer)));
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(socket, 'open');
  return {
    async roundTrip(text: string): Promise<number> {
      const sent = performance.now();
      socket.send(text);
      await once(socket, 'message');
      return performance.now() - sent;
    },
    close(): void {
      socket.close();
      server.close();
    },
  };
}
