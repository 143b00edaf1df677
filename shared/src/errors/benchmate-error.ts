import { errorCodes, type ErrorCode } from './codes.ts';

/** What crosses a process boundary in place of an error object. */
export interface ErrorShape {
  code: ErrorCode;
  /** One sentence for the person: what happened, and where. */
  message: string;
  /** One sentence: what to do next. Empty when there is nothing to do. */
  nextStep: string;
}

/** The only error class. Guard by `code`; never match messages. */
export class BenchmateError extends Error {
  readonly code: ErrorCode;
  readonly nextStep: string;

  constructor(code: ErrorCode, message: string, nextStep = '', options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BenchmateError';
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** Any thrown value as the cloneable shape; what is not ours becomes `INTERNAL` with its own message. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof BenchmateError) return { code: error.code, message: error.message, nextStep: error.nextStep };
  const message = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error))
    return {
      code: 'DISK_FULL',
      message: `The disk is full (${message}).`,
      nextStep: 'Free some space; nothing that was acknowledged is lost.',
    };
  return { code: 'INTERNAL', message, nextStep: 'This is a bug in Benchmate: the log of the engine has the details.' };
}

export function fromErrorShape(shape: ErrorShape): BenchmateError {
  const code = shape.code in errorCodes ? shape.code : 'INTERNAL';
  return new BenchmateError(code, shape.message, shape.nextStep);
}

function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}
