import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';

const goesOn = 'nothing is lost, and it is tried again by itself.';

/** Why a shared folder cannot be read or written, and what to do, in words. */
export function folderProblem(error: unknown, root: string): string {
  const code = String((error as { code?: unknown }).code);
  if (/^(EACCES|EPERM|EROFS)$/.test(code))
    return `The shared folder ${root} may not be written by this user. Ask whoever owns it; ${goesOn}`;
  if (/^(ENOSPC|EDQUOT)$/.test(code)) return `The shared folder ${root} is full. Free some space there; ${goesOn}`;
  if (/^E[A-Z]+$/.test(code)) return `The shared folder ${root} could not be read or written (${code}); ${goesOn}`;
  const { message, nextStep } = toErrorShape(error);
  return [message, nextStep].filter(Boolean).join(' ');
}
