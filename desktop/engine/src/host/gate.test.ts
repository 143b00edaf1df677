import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('E9 health answers at once, and whatever else comes early waits until the features are there', async () => {
  let port = 0;
  const gate = createGate(() => port);
  gate.server.listen(0, '127.0.0.1');
  await once(gate.server, 'listening');
  ({ port } = gate.server.address() as AddressInfo);
  try {
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    let answered = false;
    const early = fetch(`${url}/health`, { headers: { origin: 'https://evil.example' } }).then(response => {
      answered = true;
      return response.text();
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`);
    const refused = once(socket, 'error');
    await gate.wanted;
    expect(await (await fetch(`${url}/health`)).text()).toBe('{"status":"ok"}');
    expect(answered).toBe(false);
    const upgrades: string[] = [];
    gate.open(
      (_request, response) => response.end('from the features'),
      (request, stream) => {
        upgrades.push(request.url ?? '');
        stream.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      },
    );
    expect(await early).toBe('from the features');
    await refused;
    expect(upgrades).toEqual(['/rpc']);
  } finally {
    gate.server.close().closeAllConnections();
  }
});
