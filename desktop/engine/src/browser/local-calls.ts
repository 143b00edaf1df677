import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { ReplicaAnswer, ReplicaObserver } from '@benchmate/shared/protocol/browser-replica';
import type { Announcement, Contract, Handlers, Procedure } from '@benchmate/shared/protocol/contract';

export type LocalHandlers<C extends Contract> = { [F in keyof C]?: Partial<Handlers<C[F]>> };

type Call = (input: unknown, signal: AbortSignal) => unknown;
type Stream = (input: unknown, signal: AbortSignal, lastId: string | undefined) => AsyncIterable<Announcement<unknown>>;

/** Calls of a contract that are answered in the same page. */
export class LocalCalls<C extends Contract> {
  readonly #contract: C;
  readonly #handlers: LocalHandlers<C>;

  constructor(contract: C, handlers: LocalHandlers<C>) {
    this.#contract = contract;
    this.#handlers = handlers;
  }

  async call(path: string, input: unknown): Promise<ReplicaAnswer> {
    try {
      const { procedure, handler } = this.#find(path);
      const value: unknown = await (handler as Call)(procedure.input.parse(input), new AbortController().signal);
      return { value };
    } catch (error) {
      return { error: toErrorShape(error) };
    }
  }

  subscribe(path: string, input: unknown, observer: ReplicaObserver): { unsubscribe: () => void } {
    const control = new AbortController();
    void this.#follow(path, input, observer, control.signal).catch((error: unknown) => {
      if (!control.signal.aborted) observer.error(toErrorShape(error));
    });
    return { unsubscribe: () => control.abort() };
  }

  async #follow(path: string, input: unknown, observer: ReplicaObserver, signal: AbortSignal): Promise<void> {
    const { procedure, handler } = this.#find(path);
    const stream = (handler as Stream)(procedure.input.parse(input), signal, undefined)[Symbol.asyncIterator]();
    let next = stream.next(); // it listens from here on
    observer.connected();
    for (;;) {
      const { done, value } = await next;
      if (done === true || signal.aborted) return;
      observer.next(value.data);
      next = stream.next();
    }
  }

  #find(path: string): { procedure: Procedure; handler: unknown } {
    const [feature = '', name = ''] = path.split('.');
    const procedure = this.#contract[feature]?.[name];
    const handler = (this.#handlers[feature] as Record<string, unknown> | undefined)?.[name];
    if (procedure && typeof handler === 'function') return { procedure, handler };
    throw new BenchmateError('NOT_SUPPORTED', needsMachine(feature), 'Install Benchmate for that.');
  }
}

const needsMachine = (feature: string): string =>
  ({
    runs: 'Runs are changed on the machines that made them.',
    metrics: 'A browser has the curves of a run, not all of its points.',
    sharedRuns: 'Runs are shared from the machines that made them.',
    jobs: 'Jobs run on machines, and a browser is none.',
    drafts: 'Drafts are kept by an engine, and this browser has none.',
    encryption: 'A browser gets no keys of encrypted projects.',
  })[feature] ?? 'A browser cannot do that.';
