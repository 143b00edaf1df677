import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const windowsDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The parts of a relative path with forward slashes, as a client sent it and after one decoding of its URL. Throws
 * BAD_REQUEST for everything that could leave the folder on any system: absolute paths, `.` and `..`, backslashes,
 * drive letters, control characters, and names that are devices or streams on Windows.
 */
export function safePath(path: string): string[] {
  const parts = path.replace(/\/+$/, '').split('/');
  if (path.length > 4096 || parts.some(isUnsafe)) {
    throw new BenchmateError('BAD_REQUEST', 'Invalid path: it must be relative and stay in its folder.');
  }
  return parts;
}

function isUnsafe(part: string): boolean {
  return (
    part === '' ||
    part === '.' ||
    part === '..' ||
    part.length > 255 ||
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f\\]/.test(part) ||
    /^[a-z]:/i.test(part) ||
    (process.platform === 'win32' && (/[:*?"<>|]|[. ]$/.test(part) || windowsDevice.test(part)))
  );
}
