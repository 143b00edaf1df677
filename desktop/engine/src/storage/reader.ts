/** Functions that only read, each of one cloneable argument. What names them is known on both sides of a thread. */
export type Reads = Record<string, (input: never) => unknown>;

/**
 * Where reads run that may take long. A read sees every commit that was acknowledged before it was asked for; it settles
 * with its result, a coded error, or TIMEOUT.
 */
export interface Reader<R extends Reads> {
  read: <N extends keyof R & string>(name: N, input: Parameters<R[N]>[0]) => Promise<ReturnType<R[N]>>;
}

/** Reads in this very thread: for a database in memory, which no other thread can open. */
export function inlineReader<R extends Reads>(reads: R): Reader<R> {
  return { read: async (name, input) => reads[name]!(input) as ReturnType<R[typeof name]> };
}
