import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const windowsDevice = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)\s*(\.|:|$)/i;

/**
 * The parts of a relative path with forward slashes, as a client sent it and after one decoding of its URL. Throws
 * BAD_REQUEST for everything that could leave the folder on any system: absolute paths, `.` and `..`, backslashes,
 * drive letters, control characters, names longer than a file system takes, and on Windows names that are devices or
 * streams there.
 */
export function safePath(path: string, platform: NodeJS.Platform = process.platform): string[] {
  const parts = path.replace(/\/+$/, '').split('/');
  if (path.length > 4096 || parts.some(part => isUnsafe(part, platform))) {
    throw new BenchmateError('BAD_REQUEST', 'Invalid path: it must be relative and stay in its folder.');
  }
  return parts;
}

function isUnsafe(part: string, platform: NodeJS.Platform): boolean {
  return (
    part === '' ||
    part === '.' ||
    part === '..' ||
    Buffer.byteLength(part) > 255 ||
    !part.isWellFormed() ||
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f\\]/.test(part) ||
    /^[a-z]:/i.test(part) ||
    (platform === 'win32' && (/[:*?"<>|]|[. ]$/.test(part) || windowsDevice.test(part)))
  );
}
