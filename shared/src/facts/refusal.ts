import type { ErrorCode } from '../errors/codes.ts';

/** Why an entry has no effect, in the words that a person would be told beforehand. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  nextStep: string;
}

export const refusal = (code: ErrorCode, message: string, nextStep = ''): Refusal => ({ code, message, nextStep });
