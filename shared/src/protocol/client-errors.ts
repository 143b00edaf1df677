import { BenchmateError, fromErrorShape, type ErrorShape } from '../errors/benchmate-error.ts';
import { errorCodes } from '../errors/codes.ts';

/** What a failed call means: the engine's own error, a refusal before the call was looked at, or that nobody answered. */
export function toBenchmateError(error: unknown): BenchmateError {
  if (error instanceof BenchmateError) return error;
  const { data, meta, cause } = error as { data?: unknown; meta?: unknown; cause?: unknown };
  if (cause instanceof BenchmateError) return cause;
  const own = (data as { benchmate?: unknown } | undefined)?.benchmate;
  const refusal = (meta as { responseJSON?: unknown } | undefined)?.responseJSON;
  const shape = [own, refusal].find(isErrorShape);
  if (shape) return fromErrorShape(shape);
  return new BenchmateError(
    'ENGINE_UNAVAILABLE',
    'Benchmate’s engine is not running.',
    'Start it with `benchmate engine start`.',
    { cause: error },
  );
}

function isErrorShape(value: unknown): value is ErrorShape {
  const shape = value as Partial<ErrorShape> | null | undefined;
  return typeof shape?.code === 'string' && shape.code in errorCodes && typeof shape.message === 'string';
}
