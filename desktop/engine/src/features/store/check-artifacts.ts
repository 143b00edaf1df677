import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@benchmate/shared/domain/store-task';
import type { Sqlite } from '../../storage/database.ts';
import type { Checked } from './checked.ts';
import { pulledFolder } from '../artifacts/service.ts';
import { referencedArtifacts, versionsOf } from './referenced-artifacts.ts';
import { storeFiles, uploadsFolder } from './store-files.ts';
import { walkFiles } from './walk-files.ts';

/** What models refer to is there, and what is there belongs to a run, a model or an experiment. */
export async function checkArtifacts(db: Sqlite, dataDir: string): Promise<Checked> {
  const root = storeFiles(dataDir).artifacts;
  const findings: Finding[] = referencedArtifacts(db)
    .filter(({ path }) => !existsSync(join(root, path)))
    .map(({ name, path }) => ({
      severity: 'warning',
      what: `The artifacts of ${name} are not on this machine (${path}).`,
      nextStep: 'They are where it was registered; if that was here, restore a backup with `benchmate store restore`.',
    }));
  const owned = ownersOf(db);
  let looked = 0;
  let strayBytes = 0;
  let stray = 0;
  for await (const { path, sizeBytes } of walkFiles(root)) {
    if (path.startsWith(`${uploadsFolder}/`)) continue; // under way
    looked++;
    const [experiment = '', owner = '', model = ''] = path.split('/');
    if (experiment === pulledFolder && owned.has(`list ${owner}`)) continue;
    if (owned.has(owner === 'models' ? model : owner) || owned.has(`experiment ${experiment}`)) continue;
    stray++;
    strayBytes += sizeBytes;
  }
  if (stray > 0)
    findings.push({
      severity: 'warning',
      what: `${stray} artifacts (${strayBytes} bytes) belong to no run, model or experiment that is known.`,
      nextStep: `Look below ${root}; nothing refers to them.`,
    });
  return { looked, findings };
}

/** Ids of runs and models, lists of files that teammates shared, and experiments whose folder may hold anything: somebody logged there by address. */
function ownersOf(db: Sqlite): Set<string> {
  const ids = db
    .prepare<[], string>('SELECT run_id FROM run UNION ALL SELECT model_id FROM logged_model')
    .pluck()
    .all();
  const experiments = db.prepare<[], number>('SELECT experiment_id FROM experiment').pluck().all();
  const lists = versionsOf(db).map(({ manifest }) => `list ${manifest}`);
  return new Set([...ids, ...experiments.map(id => `experiment ${id}`), ...lists]);
}
