import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a connection breaks: once the answer is there but not passed on, or as soon as the server has the whole request. */
export type Loss = 'answer' | 'request';

export interface LossyProxyOptions {
  /** Every so-manieth request that may be lost is. */
  loseEvery: number;
  /** Default: whatever changes something, except that a run is made. */
  mayLose?: (request: IncomingMessage) => boolean;
  loss?: Loss;
}

const changesMore = ({ method, url = '' }: IncomingMessage) => method !== 'GET' && !url.endsWith('/runs/create');

/** Passes requests on, one connection for each; of some it breaks the connection on both sides, as a bad network does. */
export async function openLossyProxy(
  target: string,
  { loseEvery, mayLose = changesMore, loss = 'answer' }: LossyProxyOptions,
) {
  const { host, hostname, port } = new URL(target);
  let seen = 0;
  let lost = 0;
  const server = createServer((request, response) => {
    const loses = mayLose(request) && ++seen % loseEvery === 0;
    const headers = { ...request.headers, host };
    const { method, url: path } = request;
    const passed = forward({ hostname, port, method, path, headers, agent: false }, answer => {
      if (!loses) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume().on('end', lose);
    });
    const lose = () => {
      lost++;
      passed.destroy();
      request.socket.destroy();
    };
    passed.on('error', () => request.socket.destroy());
    if (loses && loss === 'request') passed.on('finish', () => setImmediate(lose));
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
