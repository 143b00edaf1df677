import type { EditorSocket } from '../replication/documents/local-socket.ts';

interface PageSide {
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  readyState: number;
}

const [connecting, open, closed] = [0, 1, 3];

/** The end that an engine sees of a socket: the words of `ws`. */
class EngineSide implements EditorSocket {
  readonly OPEN = open;
  readonly bufferedAmount = 0;
  binaryType: EditorSocket['binaryType'] = 'nodebuffer';
  readonly #page: PageSide;
  readonly #listeners: { event: string; listener: (...values: never[]) => void }[] = [];

  constructor(page: PageSide) {
    this.#page = page;
  }

  get readyState(): number {
    return this.#page.readyState;
  }

  on(event: string, listener: (...values: never[]) => void): this {
    this.#listeners.push({ event, listener });
    return this;
  }

  emit(event: string, ...values: unknown[]): void {
    for (const each of this.#listeners) if (each.event === event) each.listener(...(values as never[]));
  }

  send(bytes: Uint8Array): void {
    const data = Uint8Array.from(bytes).buffer;
    queueMicrotask(() => this.#page.onmessage?.({ data }));
  }

  ping(): void {
    queueMicrotask(() => this.emit('pong'));
  }

  close(code = 1000, reason = ''): void {
    if (this.#page.readyState === closed) return;
    this.#page.readyState = closed;
    queueMicrotask(() => {
      this.emit('close');
      this.#page.onclose?.({ code, reason });
    });
  }

  terminate(): void {
    this.close(1006);
  }
}

/** A class of sockets that lead nowhere but to `serve`, in the same page. */
export function documentSockets(
  serve: (socket: EditorSocket, documentId: string) => void,
): new (url: string) => object {
  return class DocumentSocket implements PageSide {
    onopen: PageSide['onopen'] = null;
    onmessage: PageSide['onmessage'] = null;
    onclose: PageSide['onclose'] = null;
    onerror: unknown = null;
    binaryType = 'arraybuffer';
    readonly CONNECTING = connecting;
    readonly OPEN = open;
    readonly CLOSED = closed;
    readyState: number = connecting;
    readonly #engine = new EngineSide(this);

    constructor(url: string) {
      const documentId = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
      queueMicrotask(() => {
        if (this.readyState === closed) return;
        this.readyState = open;
        this.onopen?.();
        serve(this.#engine, documentId);
      });
    }

    send(bytes: Uint8Array): void {
      const copy = Uint8Array.from(bytes);
      queueMicrotask(() => this.#engine.emit('message', copy));
    }

    close(): void {
      this.#engine.close();
    }
  };
}
