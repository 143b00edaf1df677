// Live training runs: each logs a batch of its metrics so many times a second. Obeys one line of JSON, answers when it is over.
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';

interface Order {
  url: string;
  token: string;
  runIds: string[];
  metrics: number;
  hz: number;
  seconds: number;
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  const agent = new Agent({ keepAlive: true, maxSockets: order.runIds.length });
  const lives = order.runIds.map((runId, index) => live(order, agent, runId, index / order.runIds.length));
  const results = await Promise.all(lives);
  agent.destroy();
  console.log(
    JSON.stringify({
      points: results.reduce((sum, { points }) => sum + points, 0),
      latencies: results.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b),
    }),
  );
}

async function live(order: Order, agent: Agent, runId: string, phase: number) {
  const periodMs = 1000 / order.hz;
  const began = performance.now() + phase * periodMs;
  const latencies: number[] = [];
  const ticks = Math.round(order.seconds * order.hz);
  for (let tick = 0; tick < ticks; tick++) {
    const waitMs = began + tick * periodMs - performance.now();
    if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs));
    const timestamp = Date.now();
    const metrics = Array.from({ length: order.metrics }, (_, key) => ({
      key: `m${key}`,
      value: Math.sin(tick / 20 + key) + Math.random() / 10,
      timestamp,
      step: tick,
    }));
    const sent = performance.now();
    await post(order, agent, JSON.stringify({ run_id: runId, metrics }));
    latencies.push(performance.now() - sent);
  }
  return { points: ticks * order.metrics, latencies };
}

function post({ url, token }: Order, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = request(`${url}/api/2.0/mlflow/runs/log-batch`, { method: 'POST', agent, headers }, response => {
      response
        .resume()
        .on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
