import { expect, test } from 'vitest';
import type { Task } from '@benchmate/shared/domain/task';
import { systemClock, systemRandom } from './clock.ts';
import { throwIfCancelled, type Progress } from './progress.ts';
import { Tasks } from './tasks.ts';

type Counting = Task & { name: string; result: { counted: number } | null };
const never = new AbortController().signal;
const create = () => new Tasks<Counting>({ clock: systemClock, random: systemRandom });

test('a task can be waited for, says how far it is and what came of it', async () => {
  const tasks = create();
  const go = Promise.withResolvers<void>();
  const { taskId } = tasks.begin({ name: 'a' }, async ({ tell }) => {
    tell('counting', 3, 7);
    await go.promise;
    return { counted: 7 };
  });
  expect(await tasks.wait(taskId, 5, never)).toMatchObject({ state: 'running', step: 'counting', done: 3, total: 7 });
  expect(tasks.running()).toHaveLength(1);
  go.resolve();
  expect(await tasks.wait(taskId, 60_000, never)).toMatchObject({
    name: 'a',
    state: 'done',
    done: 7,
    result: { counted: 7 },
  });
  expect(tasks.running()).toEqual([]);
});

test('a failure is kept with its code, a cancelled task is no failure', async () => {
  const tasks = create();
  const failing = tasks.begin({ name: 'a' }, () => Promise.reject(new Error('no room')));
  const error = { message: 'no room' };
  expect(await tasks.wait(failing.taskId, 60_000, never)).toMatchObject({ state: 'failed', result: null, error });
  const endless = tasks.begin({ name: 'b' }, untilCancelled);
  tasks.cancel(endless.taskId);
  expect(await tasks.wait(endless.taskId, 60_000, never)).toMatchObject({
    state: 'cancelled',
    error: { code: 'CANCELLED' },
  });
});

test('old ones are forgotten, running ones never; closing ends them all', async () => {
  const tasks = create();
  const first = tasks.begin({ name: 'first' }, untilCancelled);
  const second = tasks.begin({ name: 'second' }, async () => ({ counted: 0 }));
  await tasks.wait(second.taskId, 60_000, never);
  for (let at = 0; at < 25; at++) tasks.begin({ name: `${at}` }, async () => ({ counted: at }));
  expect(tasks.get(first.taskId).state).toBe('running');
  expect(() => tasks.get(second.taskId)).toThrow(/no task/);
  await tasks.close();
  expect(tasks.get(first.taskId).state).toBe('cancelled');
});

async function untilCancelled(progress: Progress): Promise<null> {
  await new Promise(resolve => progress.signal.addEventListener('abort', resolve, { once: true }));
  throwIfCancelled(progress);
  return null;
}
