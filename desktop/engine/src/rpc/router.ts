import { initTRPC, tracked, type AnyRouter } from '@trpc/server';
import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Announcement, Contract, Procedure } from '@benchmate/shared/protocol/contract';
import type { ContractHandlers } from './handlers.ts';
import { getErrorShape, toRpcError } from './errors.ts';
import { resumed } from './resumed.ts';

type Call = (input: unknown, signal: AbortSignal) => unknown;
type Stream = (input: unknown, signal: AbortSignal, lastId: string | undefined) => AsyncIterable<Announcement<unknown>>;

/** A call as it arrives: tRPC puts the id of the last announcement beside the fields of the input. */
interface Arrived {
  value: unknown;
  lastId: string | undefined;
}

/**
 * A tRPC router made from a contract and its handlers, without type inference: clients are typed by the contract. With
 * `checkOutput` (tests, development) answers are validated, too. A feature without handlers answers NOT_SUPPORTED.
 */
export function createRouter<C extends Contract>(
  contract: C,
  handlers: Partial<ContractHandlers<C>>,
  { checkOutput = false } = {},
): AnyRouter {
  const trpc = initTRPC.create({
    errorFormatter: ({ shape, error }) => {
      const { stack: _secret, ...data } = shape.data;
      return { ...shape, data: { ...data, benchmate: getErrorShape(error) } };
    },
  });
  const build = (feature: string, name: string, procedure: Procedure) => {
    const handler: unknown = (handlers[feature] as Record<string, unknown> | undefined)?.[name];
    const known = typeof handler === 'function' ? handler : () => notServed(feature);
    const check = (value: unknown) => (checkOutput ? procedure.output.parse(value) : value);
    const base = trpc.procedure.input((raw: unknown) => arrive(procedure, raw));
    const call = async ({ input, signal }: { input: Arrived; signal?: AbortSignal | undefined }) => {
      try {
        return check(await (known as Call)(input.value, signal ?? new AbortController().signal));
      } catch (error) {
        throw toRpcError(error);
      }
    };
    if (procedure.kind === 'query') return base.query(call);
    if (procedure.kind === 'mutation') return base.mutation(call);
    return base.subscription(async function* ({ input, signal = new AbortController().signal }) {
      try {
        const open = (lastId: string | undefined) => (known as Stream)(input.value, signal, lastId);
        for await (const { id, message } of resumed(open, input.lastId))
          yield tracked(id, 'data' in message ? { data: check(message.data) } : message);
      } catch (error) {
        throw toRpcError(error);
      }
    });
  };
  const features = Object.entries(contract).map(([feature, procedures]) => {
    const built = Object.entries(procedures).map(
      ([name, procedure]) => [name, build(feature, name, procedure)] as const,
    );
    return [feature, trpc.router(Object.fromEntries(built))] as const;
  });
  return trpc.router(Object.fromEntries(features));
}

function arrive(procedure: Procedure, raw: unknown): Arrived {
  let lastId: string | undefined;
  let value = raw;
  if (procedure.kind === 'subscription' && typeof raw === 'object' && raw !== null && 'lastEventId' in raw) {
    const { lastEventId, ...rest } = raw;
    lastId = String(lastEventId);
    value = procedure.input instanceof z.ZodVoid ? undefined : rest;
  }
  const parsed = procedure.input.safeParse(value);
  if (parsed.success) return { value: parsed.data, lastId };
  throw toRpcError(new BenchmateError('BAD_REQUEST', `The call is wrong: ${z.prettifyError(parsed.error)}`));
}

function notServed(feature: string): never {
  throw new BenchmateError('NOT_SUPPORTED', `This engine does not serve ${feature}.`, 'Update Benchmate.');
}
