import { TRPCError } from '@trpc/server';
import { toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';

/** Any thrown value as a tRPC error that keeps ours as its cause. */
export function toRpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) return error;
  const { code, message } = toErrorShape(error);
  return new TRPCError({ code: errorCodes[code].rpc, message, cause: error });
}

/** What the client gets as `data.benchmate`. tRPC's own refusals (unknown path, wrong method, bad JSON) get a code, too. */
export function getErrorShape(error: TRPCError): ErrorShape {
  let cause: unknown = error;
  while (cause instanceof TRPCError && cause.cause) cause = cause.cause; // tRPC wraps what a parser of input throws
  if (cause !== error) return toErrorShape(cause);
  switch (error.code) {
    case 'NOT_FOUND':
      return { code: 'NOT_SUPPORTED', message: 'This engine does not know the call.', nextStep: 'Update Benchmate.' };
    case 'INTERNAL_SERVER_ERROR':
      return toErrorShape(error);
    default:
      return { code: 'BAD_REQUEST', message: error.message, nextStep: '' };
  }
}
