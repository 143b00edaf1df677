// What the engine's shared parts use of Node, in a browser's words; the bundler puts it where they name it.

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.addEventListener('message', () => waiting.shift()?.());
channel.port1.start();

/** After whatever else waits had its turn. */
export function setImmediate(callback: () => void): void {
  waiting.push(callback);
  channel.port2.postMessage(null);
}

/** There is no process that could exit. */
export const process = { off: (): void => {} };
