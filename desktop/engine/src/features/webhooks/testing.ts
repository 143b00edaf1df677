import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}
export type AnswerWith = (response: ServerResponse) => void;

/** A real receiver on loopback that a test asks what came, and tells how to answer. For tests alone. */
export class Receiver {
  readonly received: Received[] = [];
  /** For the next requests, in order; then 204. */
  readonly answers: AnswerWith[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', part => (body += part));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body });
      const answer = this.answers.shift() ?? (response => void response.writeHead(204).end());
      answer(response);
      for (const { count, resolve } of this.#waiting) if (this.received.length >= count) resolve();
    });
  });

  async listen(host = '127.0.0.1', port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, host, resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves once so many requests came in all. */
  async got(count: number): Promise<readonly Received[]> {
    if (this.received.length < count) await new Promise<void>(resolve => this.#waiting.push({ count, resolve }));
    return this.received;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise(resolve => this.#server.close(() => resolve()));
  }
}

export const status =
  (code: number, headers: Record<string, string> = {}): AnswerWith =>
  response =>
    void response.writeHead(code, headers).end();
