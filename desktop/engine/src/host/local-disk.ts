import { statfsSync } from 'node:fs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Of statfs(2). What FUSE carries may be local: it is left to SQLite's own answer. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x0bd00bd0, 'Lustre'],
  [0x00c36400, 'CephFS'],
]);

/** A database in WAL mode is one machine's alone: over a network its locks and its shared memory do not hold. */
export function refuseNetworkDisk(dataDir: string, typeOf = (folder: string) => statfsSync(folder).type): void {
  if (process.platform !== 'linux') return;
  const name = networkFileSystems.get(typeOf(dataDir) >>> 0);
  if (name)
    throw new BenchmateError(
      'BAD_REQUEST',
      `The data folder ${dataDir} is on a network file system (${name}), where a database is damaged sooner or later.`,
      'Choose a folder on a disk of this machine with --data-dir; share with teammates through a sync server.',
    );
}
