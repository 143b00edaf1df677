import { randomBytes as random } from 'node:crypto';
import type { Clock } from '../../host/clock.ts';
import { openStore } from '../../storage/database.ts';
import { ExperimentsService } from '../experiments/service.ts';
import { LoggedModelsService } from '../logged-models/service.ts';
import { inlineReader } from '../../storage/reader.ts';
import { metricReads } from '../metrics/reads.ts';
import { MetricsService } from '../metrics/service.ts';
import { runReads } from './reads.ts';
import { RunsService } from './service.ts';

/** The tracking services over a real database in memory. For tests alone. */
export function openTracking<C extends Clock>(clock: C) {
  const store = openStore(':memory:');
  const experiments = new ExperimentsService({ store, clock });
  const reader = inlineReader({ ...metricReads(store.db), ...runReads(store.db) });
  const failed = (error: unknown) => {
    throw error;
  };
  const metrics = new MetricsService({ store, clock, epoch: 'test', reader, failed });
  const runs = new RunsService({
    store,
    clock,
    random,
    epoch: 'test',
    experiments,
    metrics,
    reader,
    projectOfExperiment: name => (name === 'churn' ? 'churn-project' : null),
    projectOfJob: jobId => (jobId === 'job-1' ? 'project-of-job' : null),
  });
  const loggedModels = new LoggedModelsService({ store, clock, random, experiments });
  return { store, clock, experiments, metrics, runs, loggedModels };
}

export const emptyRun = { experimentId: '0', name: '', userId: 'me', startTime: 0, tags: [], jobId: null };
