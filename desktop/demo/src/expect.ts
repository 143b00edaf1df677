import { BenchmateError, fromErrorShape, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { ErrorCode } from '@benchmate/shared/errors/codes';

/** Stops the demo with a sentence when something is not as it must be. */
export function expect(condition: unknown, sentence: string): asserts condition {
  if (!condition)
    throw new BenchmateError('INTERNAL', sentence, 'This is a bug: the logs in the data directory have the details.');
}

/** Runs something that must be refused with a code, and returns the refusal's sentence. */
export async function expectRefusal(code: ErrorCode, work: Promise<unknown>): Promise<string> {
  const refusal = await work.then(
    () => undefined,
    (error: unknown) => fromErrorShape(toErrorShape(error)),
  );
  expect(refusal, `Something succeeded that must be refused with ${code}.`);
  expect(refusal.code === code, `Refused with ${refusal.code} (${refusal.message}) where ${code} was due.`);
  return refusal.message;
}

/**
 * Resolves with the first value of `read` that satisfies `ready`. Looks again after each announcement of `subscribe`, and when
 * the subscription stands: what came before that is announced to nobody.
 */
export function until<T>(
  what: string,
  read: () => Promise<T>,
  ready: (value: T) => boolean,
  subscribe: (again: () => void) => { unsubscribe: () => void },
  timeoutMs = 15_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let busy = false;
    let dirty = false;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      subscription.unsubscribe();
      settle();
    };
    const look = async (): Promise<void> => {
      if (busy) {
        dirty = true;
        return;
      }
      busy = true;
      try {
        do {
          dirty = false;
          const value = await read();
          if (ready(value)) return finish(() => resolve(value));
        } while (dirty);
      } catch (error) {
        finish(() => reject(error));
      } finally {
        busy = false;
      }
    };
    const timer = setTimeout(
      () => finish(() => reject(new BenchmateError('TIMEOUT', `${what} did not happen within ${timeoutMs / 1000} s.`))),
      timeoutMs,
    );
    const subscription = subscribe(() => void look());
    void look();
  });
}
