import { Socket } from 'node:net';

interface Address {
  host: readonly string[];
  port: readonly number[];
  /** Of a Unix socket. */
  path?: string;
}

const lateMs = 50;

/**
 * The sockets of the database's client. It (3.4.9, issue 1208 of porsager/postgres) writes its ROLLBACK to a connection that has closed
 * meanwhile, in a turn of its own, and that ends the process. Told of an error first and of the close a moment later, it rejects what
 * is under way while there still is something to write to. Delete this when its `nextWrite` looks whether there is a socket.
 */
export function databaseSockets(): (address: Address) => Socket {
  let attempt = 0;
  return ({ host, port, path }) => {
    const socket = new LateSocket();
    const at = attempt++ % host.length;
    // Not awaited: it takes a socket that cannot connect for one that was closed, and tries again.
    return path ? socket.connect(path) : socket.connect(port[at]!, host[at]!);
  };
}

class LateSocket extends Socket {
  #told = false;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event === 'error') this.#told = true;
    if (event !== 'close') return super.emit(event, ...values);
    if (!this.#told && this.listenerCount('error') > 0)
      super.emit('error', Object.assign(new Error('The database closed the connection.'), { code: 'ECONNRESET' }));
    setTimeout(() => super.emit('close', ...values), lateMs);
    return true;
  }
}
