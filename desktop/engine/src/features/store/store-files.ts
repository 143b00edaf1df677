import { join } from 'node:path';

/** What a data directory keeps, and what a backup holds; everything else is made again at each start. */
export const storeFiles = (dataDir: string) => ({
  database: join(dataDir, 'benchmate.db'),
  artifacts: join(dataDir, 'artifacts'),
  jobs: join(dataDir, 'jobs'),
  device: join(dataDir, 'device.json'),
  /** Work in progress; whatever lies here at a start is left over from a crash. */
  staging: join(dataDir, 'staging'),
});

/** Folder of uploads that are under way, inside `artifacts`. */
export const uploadsFolder = '.uploads';
