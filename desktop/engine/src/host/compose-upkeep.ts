import type { MetricsService } from '../features/metrics/service.ts';
import { LogKeeper } from '../features/store/log-keeper.ts';
import { StoreService } from '../features/store/service.ts';
import { LogThread } from '../storage/log-thread.ts';
import type { Host } from './host.ts';
import { engineVersion } from './version.ts';

/** What keeps the store in order: compaction, checks and backups, and the log that is moved into the database. */
export function composeUpkeep(host: Host, metrics: MetricsService): StoreService {
  const { store, clock, random, log, resources } = host;
  const upkeep = new StoreService({
    store,
    dataDir: host.dataDir,
    clock,
    random,
    engineVersion,
    workerMain: resources.storeWorker,
    compactMetrics: () => metrics.compactor.compactAll(),
  });
  host.lifetime.stayWhile('upkeep', () => upkeep.isBusy());
  host.onStop(() => upkeep.close());
  const logKeeper = new LogKeeper({
    store,
    clock,
    thread: new LogThread({ program: resources.logWorker, file: store.db.name }),
    failed: error => log.warn(error, 'the log of the database could not be moved'),
  });
  host.onStop(() => logKeeper.close());
  if (host.uncleanEnd) {
    log.warn('the engine before did not end in order: the database was recovered and is looked at');
    clock.after(2000, () => void upkeep.lookAtPages(error => log.error(error, 'the database is damaged')));
  }
  return upkeep;
}
