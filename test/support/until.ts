import { setTimeout as delay } from 'node:timers/promises';

type Truthy<T> = Exclude<T, null | undefined | false | '' | 0>;

/** Asks every few milliseconds until `ask` answers with something true, and returns that. Fails with the last answer. */
export async function until<T>(ask: () => T | Promise<T>, withinMs = 15_000): Promise<Truthy<T>> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer as Truthy<T>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms; last: ${String(last)}`);
    await delay(10);
  }
}
