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
  return (
    systemFailure(error, message) ?? {
      code: 'INTERNAL',
      message,
      nextStep: 'This is a bug in Benchmate: the log of the engine has the details.',
    }
  );
}

export function fromErrorShape(shape: ErrorShape): BenchmateError {
  const code = shape.code in errorCodes ? shape.code : 'INTERNAL';
  return new BenchmateError(code, shape.message, shape.nextStep);
}

const nothingLost = 'nothing that was acknowledged is lost.';

/** What the disk says, by the codes of the operating system and of SQLite; null when it is not the disk. */
function systemFailure(error: unknown, message: string): ErrorShape | null {
  const given = (error as { code?: unknown } | null)?.code;
  const code = typeof given === 'string' ? given : '';
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code))
    return {
      code: 'DISK_FULL',
      message: `The disk is full (${message}).`,
      nextStep: `Free some space; ${nothingLost}`,
    };
  if (/^(EIO|EROFS|EFBIG|SQLITE_IOERR.*|SQLITE_READONLY.*|SQLITE_CANTOPEN.*)$/.test(code))
    return {
      code: 'DISK_FAILING',
      message: `The disk refused to read or write (${code}: ${message}).`,
      nextStep: `Look at the disk and its limits, then try again; ${nothingLost}`,
    };
  if (/^SQLITE_(CORRUPT.*|NOTADB)$/.test(code))
    return {
      code: 'DATA_DAMAGED',
      message: `The engine's database is damaged (${message}).`,
      nextStep: 'Stop the engine, run `benchmate store check`, and restore a backup with `benchmate store restore`.',
    };
  return null;
}
