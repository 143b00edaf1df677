import type { Migration } from '../migrate.ts';
import { projects } from './0001-projects.ts';
import { experiments } from './0010-experiments.ts';
import { runs } from './0011-runs.ts';
import { metrics } from './0012-metrics.ts';
import { loggedModels } from './0013-logged-models.ts';
import { jobs } from './0020-jobs.ts';
import { feedsAndDocuments } from './0030-feeds-and-documents.ts';

/** In order. To add one: a file of its own, and its name here. */
export const migrations: readonly Migration[] = [
  projects,
  experiments,
  runs,
  metrics,
  loggedModels,
  jobs,
  feedsAndDocuments,
];
