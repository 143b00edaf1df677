import type { WebSocket } from 'ws';
import type { Quotas } from '../quotas.ts';

const longestRestMs = 1000;

/**
 * Keeps a connection to its share: who sends faster is not read for a while, so that its own network holds it back. Nothing is
 * lost, and nobody is cut off.
 */
export class Pace {
  readonly #socket: WebSocket;
  readonly #quotas: Quotas;
  #frames: number;
  #bytes: number;
  #at = performance.now();
  #resting = false;

  constructor(socket: WebSocket, quotas: Quotas) {
    this.#socket = socket;
    this.#quotas = quotas;
    this.#frames = quotas.framesPerSecond * quotas.burstSeconds;
    this.#bytes = quotas.bytesPerSecond * quotas.burstSeconds;
  }

  /** Counts a frame. True when the connection has to rest from now on. */
  count(bytes: number): boolean {
    const { framesPerSecond, bytesPerSecond, burstSeconds } = this.#quotas;
    const now = performance.now();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    this.#frames = Math.min(framesPerSecond * burstSeconds, this.#frames + seconds * framesPerSecond) - 1;
    this.#bytes = Math.min(bytesPerSecond * burstSeconds, this.#bytes + seconds * bytesPerSecond) - bytes;
    const debtSeconds = Math.max(-this.#frames / framesPerSecond, -this.#bytes / bytesPerSecond);
    if (debtSeconds <= 0 || this.#resting) return false;
    this.#resting = true;
    this.#socket.pause();
    setTimeout(() => this.#goOn(), Math.min(longestRestMs, debtSeconds * 1000)).unref();
    return true;
  }

  #goOn(): void {
    this.#resting = false;
    if (this.#socket.readyState <= this.#socket.OPEN) this.#socket.resume();
  }
}
