import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programFile } from './program-file.ts';

/** A sync server of which everything is kept that it ever got, said or stored. */
export interface WatchedServer {
  /** Of the recorded wire to it. */
  url: string;
  /** Where these bytes stand: files of its data folder, its output, what went over the wire in either direction. */
  placesOf: (canary: string) => string[];
  close: () => Promise<void>;
}

export async function openWatchedServer(dataDir: string): Promise<WatchedServer> {
  const sent: Buffer[][] = [];
  const answered: Buffer[] = [];
  const proxy = createServer(client => {
    const server = connect(port, '127.0.0.1');
    const ofThis: Buffer[] = [];
    sent.push(ofThis);
    client.on('data', (data: Buffer) => (ofThis.push(data), server.write(data)));
    server.on('data', (data: Buffer) => (answered.push(data), client.write(data)));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  const args = ['--data-dir', dataDir, '--allow-host', host];
  const child = spawn(process.execPath, [programFile('sync-server/src/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data));
  const [first] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const port = Number(new URL((JSON.parse(first) as { url: string }).url).port);

  return {
    url: `http://${host}`,
    placesOf(canary) {
      const bytes = Buffer.from(canary);
      const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
      return [
        ...files.filter(file => readFileSync(join(file.parentPath, file.name)).includes(bytes)).map(({ name }) => name),
        ...(Buffer.concat(output).includes(bytes) ? ['output'] : []),
        ...(sent.some(parts => plain(Buffer.concat(parts)).includes(bytes)) ? ['wire to the server'] : []),
        ...(Buffer.concat(answered).includes(bytes) ? ['wire from the server'] : []),
      ];
    },
    async close() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      process.off('exit', endWithUs);
      proxy.close();
    },
  };
}

/** What a client said: frames of a WebSocket are masked (RFC 6455, section 5.3). */
function plain(bytes: Buffer): Buffer {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0 || !/\r\nupgrade: websocket/i.test(bytes.subarray(0, head).toString('latin1'))) return bytes;
  const payloads: Buffer[] = [bytes.subarray(0, head)];
  for (let at = head + 4; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = at + 2 + lengthBytes + 4;
    if (start > bytes.length) break;
    const length =
      lengthBytes === 2
        ? bytes.readUInt16BE(at + 2)
        : lengthBytes === 8
          ? Number(bytes.readBigUInt64BE(at + 2))
          : short;
    const mask = bytes.subarray(start - 4, start);
    payloads.push(Buffer.from(bytes.subarray(start, start + length).map((byte, i) => byte ^ mask[i % 4]!)));
    at = start + length;
  }
  return Buffer.concat(payloads);
}
