import type { Disposable } from 'vscode';
import type { Observer } from '@benchmate/shared/protocol/contract';

interface Subscribable<I, T> {
  subscribe: (input: I, observer: Observer<T>) => { unsubscribe: () => void };
}

/** A subscription as something disposable. */
export function listen<I, T>(source: Subscribable<I, T>, input: I, observer: Observer<T>): Disposable {
  const subscription = source.subscribe(input, observer);
  return { dispose: () => subscription.unsubscribe() };
}
