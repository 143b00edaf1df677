import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate for loopback that is its own authority, and its key, as PEM files in `dir`. */
export async function writeCertificate(dir: string, name = 'tls'): Promise<{ cert: string; key: string }> {
  const pair = await generate([{ name: 'commonName', value: `${name}.example.org` }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const files = { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) };
  writeFileSync(files.cert, pair.cert);
  writeFileSync(files.key, pair.private, { mode: 0o600 });
  return files;
}
