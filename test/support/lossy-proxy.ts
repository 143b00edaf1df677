import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on; every `loseEvery`-th answer to one that changes something is dropped and its connection cut. */
export async function openLossyProxy(target: string, loseEvery: number) {
  const { host, hostname, port } = new URL(target);
  let changes = 0;
  let lost = 0;
  const server = createServer((request, response) => {
    const loses = request.method !== 'GET' && ++changes % loseEvery === 0 && !request.url?.endsWith('/runs/create');
    const headers = { ...request.headers, host };
    const passed = forward({ hostname, port, method: request.method, path: request.url, headers }, answer => {
      if (loses) {
        lost++;
        answer.resume().on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => request.socket.destroy());
    request.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
