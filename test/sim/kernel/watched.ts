type Watcher = (program: string, message: unknown) => void;
let watcher: Watcher = () => {};

/** Calls back with each message that a thread takes, right before it does. */
export const watchThreads = (next: Watcher): void => void (watcher = next);

export const watchThread: Watcher = (program, message) => watcher(program, message);
