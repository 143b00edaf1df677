import { sha256Hex } from '@benchmate/shared/facts/sha256';

/** Whether it is a file inside a project, in the one spelling that all platforms share: `/`, no `..`, no drive. */
export function isProjectPath(path: string): boolean {
  const parts = path.split('/');
  return path.length <= 1000 && !/[\\:\p{Cc}]/u.test(path) && parts.every(part => !['', '.', '..'].includes(part));
}

/** See shared/src/documents/document-id.ts. */
export const fileKeyOf = (path: string): string => sha256Hex(path).slice(0, 16);
