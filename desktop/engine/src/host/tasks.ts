import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Task } from '@benchmate/shared/domain/task';
import type { Clock, Random } from './clock.ts';
import type { Progress } from './progress.ts';

/** What a kind of task has beside what every task has. */
type Own<T> = Omit<T, keyof Task | 'result'>;

interface Entry<T> {
  task: T;
  control: AbortController;
  ended: Promise<void>;
}

const remembered = 20;

/** Long pieces of work that go on after the call that began them: each can be asked, waited for and cancelled, also a while after its end. */
export class Tasks<T extends Task & { result: unknown }> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #entries = new Map<string, Entry<T>>();

  constructor({ clock, random }: { clock: Clock; random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  begin(own: Own<T>, work: (progress: Progress) => Promise<T['result']>): T {
    const base: Task & { result: null } = {
      taskId: Buffer.from(this.#random(6)).toString('hex'),
      state: 'running',
      startedAt: this.#clock.now(),
      step: 'beginning',
      done: 0,
      total: 0,
      result: null,
      error: null,
    };
    const task = { ...own, ...base } as unknown as T;
    const control = new AbortController();
    const tell = (step: string, done: number, total: number) => void Object.assign(task, { step, done, total });
    const ended = work({ tell, signal: control.signal }).then(
      result => void Object.assign(task, { state: 'done', result, done: task.total }),
      (error: unknown) => {
        const { code, message, nextStep } = toErrorShape(error);
        const state = code === 'CANCELLED' ? 'cancelled' : 'failed';
        Object.assign(task, { state, error: { code, message, nextStep } });
      },
    );
    this.#entries.set(task.taskId, { task, control, ended });
    for (const [taskId, old] of [...this.#entries].slice(0, -remembered))
      if (old.task.state !== 'running') this.#entries.delete(taskId);
    return { ...task };
  }

  running(): T[] {
    return this.#running().map(({ task }) => ({ ...task }));
  }

  get(taskId: string): T {
    return { ...this.#find(taskId).task };
  }

  /** Settles at the end of the task, or after `withinMs`, or when nobody waits any more. */
  async wait(taskId: string, withinMs: number, signal: AbortSignal): Promise<T> {
    const { task, ended } = this.#find(taskId);
    let cancel = () => {};
    const late = new Promise<void>(resolve => {
      cancel = this.#clock.after(withinMs, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ended, late]);
    cancel();
    return { ...task };
  }

  /** Asks it to end: what it answers may still be running. */
  cancel(taskId: string): T {
    const { task, control } = this.#find(taskId);
    control.abort();
    return { ...task };
  }

  /** Settles once all have ended. */
  async close(): Promise<void> {
    const running = this.#running();
    for (const { control } of running) control.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #running(): Entry<T>[] {
    return [...this.#entries.values()].filter(({ task }) => task.state === 'running');
  }

  #find(taskId: string): Entry<T> {
    const found = this.#entries.get(taskId);
    if (found) return found;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no task ${taskId}.`,
      'The engine may have been restarted: begin it again, it goes on where it can.',
    );
  }
}
