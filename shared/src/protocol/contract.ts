import type { z } from 'zod';

/** A call that changes nothing. */
export interface Query<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: 'query';
  input: I;
  output: O;
}
/** A call that changes something; its answer comes after the commit. */
export interface Mutation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: 'mutation';
  input: I;
  output: O;
}
/** A stream of announcements. It resumes after a reconnect without a gap: each announcement has an id. */
export interface Subscription<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: 'subscription';
  input: I;
  output: O;
}
export type Procedure = Query | Mutation | Subscription;
/** What one feature offers. Each `protocol/<feature>.ts` exports one. */
export type FeatureContract = Record<string, Procedure>;
export type Contract = Record<string, FeatureContract>;

export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Query<I, O> => ({
  kind: 'query',
  input,
  output,
});
export const mutation = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Mutation<I, O> => ({
  kind: 'mutation',
  input,
  output,
});
export const subscription = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Subscription<I, O> => ({
  kind: 'subscription',
  input,
  output,
});

/** What a server gives for one feature: an async function per call, an async generator per subscription. */
export type Handlers<F extends FeatureContract> = {
  [P in keyof F]: F[P] extends Subscription<infer I, infer O>
    ? (input: z.output<I>, signal: AbortSignal, lastId: string | undefined) => AsyncIterable<Announcement<z.input<O>>>
    : F[P] extends Query<infer I, infer O> | Mutation<infer I, infer O>
      ? (input: z.output<I>, signal: AbortSignal) => Promise<z.input<O>> | z.input<O>
      : never;
};

/** `id` orders announcements of one subscription; a client that reconnects sends the last one it saw. */
export interface Announcement<T> {
  id: string;
  data: T;
}

export interface Observer<T> {
  next: (data: T) => void;
  /** Announcements were lost (the engine was restarted, or the client was away too long): read the state again. */
  missed?: () => void;
  /** The connection went away and is being retried. */
  disconnected?: () => void;
  connected?: () => void;
  error?: (error: Error) => void;
}

/** What a client sees of a contract. Rejections are `BenchmateError`. */
export type Client<C extends Contract> = {
  [F in keyof C]: {
    [P in keyof C[F]]: C[F][P] extends Subscription<infer I, infer O>
      ? { subscribe: (input: z.input<I>, observer: Observer<z.output<O>>) => { unsubscribe: () => void } }
      : C[F][P] extends Query<infer I, infer O>
        ? { query: (input: z.input<I>, options?: { signal?: AbortSignal }) => Promise<z.output<O>> }
        : C[F][P] extends Mutation<infer I, infer O>
          ? { mutate: (input: z.input<I>, options?: { signal?: AbortSignal }) => Promise<z.output<O>> }
          : never;
  };
};
