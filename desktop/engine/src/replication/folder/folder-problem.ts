import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';

/** Why a shared folder cannot be read or written, and what to do, in words. */
export function folderProblem(error: unknown, root: string): string {
  const code = String((error as { code?: unknown }).code);
  if (/^(EACCES|EPERM|EROFS)$/.test(code))
    return `The shared folder ${root} may not be written by this user. Ask whoever owns it; nothing is lost, and it is tried again by itself.`;
  const { message, nextStep } = toErrorShape(error);
  return [message, nextStep].filter(Boolean).join(' ');
}
