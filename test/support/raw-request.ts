import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  text: string;
}

export interface RawRequest {
  method: string;
  /** Goes out as it is: clients and proxies would tidy it up. */
  target: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** One request over a connection of its own, written by hand. */
export function rawRequest(url: string, { method, target, headers = {}, body = '' }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body && !Object.keys(headers).some(name => /^content-length$|^transfer-encoding$/i.test(name)))
    lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', chunk => chunks.push(chunk));
    socket.on('error', () => {}); // a refused body: the answer came before
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ status: Number(text.split(' ')[1] ?? 0), text });
    });
  });
}
