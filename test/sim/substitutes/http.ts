// In the place of node:http: a server of the simulation's network.
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { SimAnswer, SimRequest } from '../kernel/network.ts';
import { onStage } from '../kernel/stage.ts';

export * from 'node:http';

type Answer = (request: unknown, response: unknown) => void;

export const createServer = (_options: object, answer: Answer): SimServer => new SimServer(answer);

class SimServer extends EventEmitter {
  readonly #answer: Answer;
  #port = 0;
  #stop = () => {};

  constructor(answer: Answer) {
    super();
    this.#answer = answer;
  }

  listen({ port }: { port: number }): void {
    const { world, network } = onStage();
    const process = world.current!;
    this.#port = port;
    this.#stop = network.listen(`${process.name}:${port}`, {
      process,
      request: request => this.#request(request),
      upgrade: (request, handshake) => this.emit('upgrade', incoming(request), streamOf(handshake), Buffer.alloc(0)),
    });
    world.after(0, () => this.emit('listening'));
  }

  address(): { port: number } {
    return { port: this.#port };
  }

  close(done?: () => void): void {
    this.#stop();
    if (done) onStage().world.after(0, done);
  }

  closeIdleConnections(): void {}
  closeAllConnections(): void {}

  #request(request: SimRequest): Promise<SimAnswer> {
    return new Promise(resolve => {
      let status = 200;
      this.#answer(incoming(request), {
        writeHead: (code: number) => (status = code),
        end: (body: string) => resolve({ status, body }),
        destroy: () => resolve({ status: 502, body: '' }),
      });
    });
  }
}

const incoming = ({ method, url, headers, body }: SimRequest) =>
  Object.assign(Readable.from(body === '' ? [] : [Buffer.from(body)]), {
    method,
    url,
    headers,
    rawHeaders: Object.entries(headers).flat(),
    complete: true,
    socket: { remoteAddress: '127.0.0.1' },
  });

const streamOf = (handshake: unknown) => Object.assign(new EventEmitter(), { handshake, destroy() {}, end() {} });
